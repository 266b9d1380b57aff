"""What was pressed by mistake is taken back, and what nobody pressed is asked for: walked in every way."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.models import Visit, VisitState
from tests.conftest import TUESDAY_AT_TEN, Clock
from tests.longer import longer
from tests.pages import stands, until
from tests.visit.telephone import at_rest, link_of, nothing_waits
from tests.visit.walks import AT_WORK, HOW, Walk, Way, telephone, ways

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
TO_GO_TO, ON_THE_WAY, OVER = "가실 곳입니다", "가시는 길입니다", "일을 마치셨습니다"
SET_OUT, ARRIVED = "언제 출발하셨습니까?", "언제 도착하셨습니까?"
TOO_LATE = "되돌리지 못했습니다"


@pytest.fixture
def phone(chromium: "Browser", way: Way) -> Iterator["BrowserContext"]:
    yield from telephone(chromium, way)


@pytest.fixture
def walk(phone: "BrowserContext", line: Line, visit: Visit, session: Db, way: Way) -> Walk:
    """On the page of a job, which stays when the signal goes."""
    path = link_of(line, visit)
    session.commit()
    walk = Walk(phone.new_page(), line, way)
    walk.open(path, TO_GO_TO)
    return walk


def times(session: Db, visit: Visit) -> tuple[bool, bool, bool]:
    """Which steps the office knows of."""
    session.rollback()
    return visit.on_the_way_at is not None, visit.arrived_at is not None, visit.ended_at is not None


@pytest.mark.long
@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS))
def test_each_step_is_taken_back_and_taken_again(walk: Walk, visit: Visit, session: Db, way: Way) -> None:
    """He is at the wrong door, and later not done yet after all."""
    walk.lose_signal()
    walk.press("출발했습니다", ON_THE_WAY, "?as=on_the_way")
    walk.press("도착했습니다", AT_WORK, "?as=arrived")
    walk.press("도착 되돌리기", ON_THE_WAY, "?as=on_the_way")
    walk.is_clean()
    assert times(session, visit) == (not walk.is_cut, False, False)
    walk.press("도착했습니다", AT_WORK, "?as=arrived")
    _end_and_look(walk)
    walk.press("마침 되돌리기", AT_WORK, "?as=arrived")
    assert times(session, visit) == (not walk.is_cut, not walk.is_cut, False)
    _end_and_look(walk)
    walk.is_clean()
    if walk.is_cut:
        assert walk.waiting(3) == ["출발했습니다", "도착했습니다", "마쳤습니다"], (
            "what was taken back never was"
        )
        walk.find_signal()
        nothing_waits(walk.page)
        assert walk.posts() == ["travel", "arrive", "end"]
    else:
        assert walk.posts() == ["travel", "arrive", "undo", "arrive", "end", "undo", "end"]
    assert times(session, visit) == (True, True, True)
    assert visit.state is VisitState.ARRIVED


@pytest.mark.parametrize("way", ways(None, [Way.CUT]))
def test_what_the_office_knows_is_taken_back_without_signal(walk: Walk, visit: Visit, session: Db) -> None:
    """He has said that he is there; below in the cellar he sees that it is the wrong house."""
    walk.press("출발했습니다", ON_THE_WAY)
    walk.press("도착했습니다", AT_WORK)
    walk.lose_signal()
    walk.press("도착 되돌리기", ON_THE_WAY, "?as=on_the_way")
    assert walk.waiting(1) == ["도착 되돌리기"]
    assert times(session, visit) == (True, True, False)
    walk.find_signal()
    at_rest(walk.page)
    walk.stand(ON_THE_WAY)
    assert walk.posts() == ["travel", "arrive", "undo"]
    assert times(session, visit) == (True, False, False)
    assert visit.state is VisitState.ON_THE_WAY


@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS, [Way.SIGNAL, Way.NO_SCRIPTS]))
def test_whoever_takes_back_too_late_is_told(
    walk: Walk, visit: Visit, session: Db, way: Way, clock: Clock
) -> None:
    """A page that can takes its button away in time."""
    walk.press("출발했습니다", ON_THE_WAY)
    clock.advance(minutes=6)
    if way is Way.SIGNAL:
        walk.look(ON_THE_WAY)
        walk.page.wait_for_selector("text=출발 되돌리기", state="detached")
    else:
        walk.say("출발 되돌리기", f".is-warning:has-text('{TOO_LATE}')")
        walk.stand(ON_THE_WAY)
    assert times(session, visit) == (True, False, False)


@pytest.mark.long
@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS))
def test_when_it_was_is_typed_or_not_known(
    walk: Walk, visit: Visit, session: Db, way: Way, clock: Clock
) -> None:
    """Nobody pressed anything before the work was over; about when he came he remembers, no more."""
    clock.advance(minutes=60)
    walk.lose_signal()
    if walk.is_cut:
        walk.press("마쳤습니다", OVER, "?as=ended")
        walk.find_signal()
        walk.stand(ARRIVED)
        nothing_waits(walk.page)
    else:
        walk.press("마쳤습니다", ARRIVED)
    walk.is_clean()
    walk.tap("summary:has-text('다른 시각')")
    walk.page.fill("#clock", "23:10")
    walk.say("이 시각입니다", "#clock-about:has-text('보다 늦지 않은 시각을 골라 주십시오')")
    walk.is_clean()
    walk.page.fill("#clock", "10:10")
    walk.press("이 시각입니다", SET_OUT)
    walk.press("모르겠습니다", HOW)
    assert times(session, visit) == (False, True, True)
    assert visit.arrived_at == TUESDAY_AT_TEN + timedelta(minutes=10)
    answers = 3 if walk.way is Way.NO_SCRIPTS else 2  # else the telephone asks by itself
    assert walk.posts() == ["end", *["forgotten"] * answers]


@pytest.mark.parametrize("answer", ["typed", longer("not known")])
@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS))
def test_when_he_set_out_is_asked_at_the_door(
    walk: Walk, visit: Visit, session: Db, answer: str, clock: Clock
) -> None:
    """The signal may go again before he answers: then the answer waits."""
    clock.advance(minutes=2)
    walk.press("도착했습니다", SET_OUT)
    walk.lose_signal()
    if answer == "typed":
        walk.tap("summary:has-text('다른 시각')")
        walk.page.fill("#clock", "09:37")
        walk.press("이 시각입니다", AT_WORK)
    else:
        walk.press("모르겠습니다", AT_WORK)
    if walk.is_cut:
        said = "오전 9시 37분" if answer == "typed" else "모르겠습니다"
        assert walk.lines(1) == [f"출발 시각: {said}"], "and not when it was pressed"
        walk.find_signal()
        nothing_waits(walk.page)
    stands(walk.page, f"h1:has-text('{AT_WORK}')")
    told = TUESDAY_AT_TEN - timedelta(minutes=23) if answer == "typed" else None
    until(walk.page, lambda: _set_out(session, visit) == (told, VisitState.ARRIVED))
    assert walk.posts() == ["arrive", "forgotten"]


def _set_out(session: Db, visit: Visit) -> tuple[object, VisitState]:
    session.rollback()
    return visit.on_the_way_at, visit.state


def _end_and_look(walk: Walk) -> None:
    """The page of the job, which is not the one that comes first."""
    if walk.is_cut:
        walk.press("마쳤습니다", OVER, "?as=ended")
    else:
        walk.press("마쳤습니다", HOW)
        walk.follow("돌아가기", OVER)
