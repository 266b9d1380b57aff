"""Two who go together, each with a telephone in hand: who comes, who does not, and who is there already."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.models import (
    AssignmentState,
    Member,
    Message,
    MessageKind,
    MessageState,
    SafetyCheck,
    Visit,
    VisitState,
)
from tests import factories
from tests.longer import longer
from tests.pages import stands
from tests.visit.telephone import at_rest, make_home, tick_all
from tests.visit.walks import AT_WORK, HOW, Walk, Way, telephone, ways

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
OFFERED, TO_GO_TO, ON_THE_WAY = "이 일에 가 주시겠습니까?", "가실 곳입니다", "가시는 길입니다"
TAKEN, GROUND, OVER = "맡아 주셔서 고맙습니다", "시작하기 전에", "일을 마치셨습니다"
BOTH = "함께 가시는 일입니다"  # as long as only the other has pressed
TOGETHER = ".ph-fact:has-text('함께 갈 사람')"
ALONE = ".ph-notice:has-text('함께 갈 사람이 정해지면 출발 단추가 보입니다')"
WAITS = "아직 보내지 못했습니다"
NAMES = ("박수리", "이도움")


@pytest.fixture
def team(session: Db) -> list[Member]:
    return [factories.make_member(name) for name in NAMES]


@pytest.fixture
def phones(chromium: "Browser", way: Way) -> Iterator[list["BrowserContext"]]:
    first, second = telephone(chromium, way), telephone(chromium, way)
    yield [next(first), next(second)]
    for each in (first, second):
        next(each, None)


@pytest.fixture
def lines(line: Line, live_server: str) -> Iterator[list[Line]]:
    """Where one has no signal, the other may have it."""
    other = Line(int(live_server.rpartition(":")[2]))
    yield [line, other]
    other.close()


@pytest.fixture
def walks(phones: list["BrowserContext"], lines: list[Line], way: Way) -> list[Walk]:
    return [Walk(phone.new_page(), line, way) for phone, line in zip(phones, lines, strict=True)]


def open_each(walks: list[Walk], team: list[Member], visit: Visit, session: Db, title: str) -> None:
    paths = [factories.make_link(visit, member)[1] for member in team]
    session.commit()
    for walk, path in zip(walks, paths, strict=True):
        walk.open(walk.line.address + path, title)


def told(session: Db) -> list[tuple[str, str]]:
    """Who was told what of the other, in order."""
    session.rollback()
    found = select(Member.name, Message.body).where(
        Message.kind == MessageKind.MEMBER_PARTNER,
        Message.recipient_id == Member.id,
        Message.state != MessageState.CANCELED,
    )
    return [(name, body) for name, body in session.execute(found.order_by(Message.id))]


@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS, [Way.SIGNAL, Way.NO_SCRIPTS]))
def test_both_say_yes_and_each_sees_what_the_other_does(
    walks: list[Walk], team: list[Member], session: Db
) -> None:
    visit = make_home(team[0], timedelta(minutes=30), accepted=False, second=team[1])
    lead, second = walks
    open_each(walks, team, visit, session, OFFERED)
    for own, words in ((lead, "이 일은 제가 담당입니다"), (second, "저는 담당을 돕습니다")):
        stands(own.page, f"{TOGETHER} >> text={words}")
        stands(own.page, f"{TOGETHER} >> text=대답을 기다립니다")
    lead.is_clean()
    lead.press("제가 가겠습니다", TAKEN)
    stands(lead.page, ALONE)
    lead.is_clean()
    assert lead.page.locator("button:has-text('출발했습니다')").count() == 0
    second.page.reload()
    stands(second.page, f"{TOGETHER} >> text=담당 · 가겠다고 했습니다")
    second.press("제가 가겠습니다", TO_GO_TO)
    (first,) = told(session)
    assert first[0] == "박수리"
    assert "이도움 님이 함께 갑니다" in first[1]
    assert visit.state is VisitState.ASSIGNED
    lead.look(TO_GO_TO)
    stands(lead.page, f"{TOGETHER} >> a[href='tel:{team[1].phone}']")
    lead.press("출발했습니다", ON_THE_WAY)
    second.look(BOTH)
    stands(second.page, "#partner:has-text('박수리 님이 출발했습니다')")
    second.is_clean()
    _second_is_there(lead, second, session)
    second.press("마쳤습니다", HOW)
    lead.look(OVER)
    stands(lead.page, "#partner:has-text('이도움 님이 마쳤다고 눌렀습니다')")
    session.rollback()
    assert (visit.state, visit.ended_at is not None) == (VisitState.ARRIVED, True)
    check = session.get(SafetyCheck, visit.id)
    assert check
    assert (check.member_id, check.complete) == (team[0].id, True)


def _second_is_there(lead: Walk, second: Walk, session: Db) -> None:
    """Nobody begins alone: either of the two says that both are there.

    A thumb does nothing while the news are coming, so the lead opens the page anew before pressing.
    """
    second.press("도착했습니다", GROUND)
    second.is_clean()
    second.follow("돌아가기", AT_WORK)
    stands(second.page, "#hold:has-text('아직 시작하지 마십시오')")
    name, words = told(session)[-1]
    assert name == "박수리"
    assert "이도움 님이 도착했습니다" in words
    lead.look(BOTH)
    stands(lead.page, "#partner:has-text('이도움 님이 먼저 도착했습니다')")
    lead.page.reload()
    lead.stand(BOTH)
    assert lead.page.locator("text=안전 확인하기").count() == 0, "they are not in the room"
    assert lead.page.locator("button:has-text('마쳤습니다')").count() == 0
    lead.press("도착했습니다", GROUND)
    tick_all(lead.page)
    lead.press("확인했습니다", AT_WORK)
    second.look(AT_WORK)
    assert second.page.locator(".is-warning").count() == 0


@pytest.mark.long
@pytest.mark.parametrize("goes", [0, longer(1)])
@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS, [Way.SIGNAL, Way.NO_SCRIPTS]))
def test_whoever_goes_hears_that_the_other_cannot(
    walks: list[Walk], team: list[Member], session: Db, goes: int
) -> None:
    visit = make_home(team[0], timedelta(minutes=30), accepted=False, second=team[1])
    open_each(walks, team, visit, session, OFFERED)
    one, other = walks[goes], walks[1 - goes]
    one.press("제가 가겠습니다", TAKEN)
    assert told(session) == [], "the other has not said yes: nothing to tell"
    other.follow("못 갑니다", "왜 못 가십니까?")
    other.page.click("label:has-text('너무 멉니다')")
    other.press("못 간다고 알리기", "못 가신다고 전했습니다")
    ((name, words),) = told(session)
    assert name == NAMES[goes]
    assert f"{NAMES[1 - goes]} 님은 못 갑니다" in words
    one.look(TAKEN)
    stands(one.page, ALONE)
    stands(one.page, f"{TOGETHER} >> text=아직 정해지지 않았습니다")
    session.rollback()
    states = [place.state for place in visit.assignments]
    assert states[goes] is AssignmentState.ACCEPTED
    assert states[1 - goes] is not AssignmentState.ACCEPTED
    assert visit.state is VisitState.BOOKED
    one.follow("못 갑니다", "왜 못 가십니까?")
    one.page.click("label:has-text('몸이 아픕니다')")
    one.press("못 간다고 알리기", "못 가신다고 전했습니다")
    session.rollback()
    assert [place.state for place in visit.assignments] == [AssignmentState.OPEN] * 2


@pytest.mark.parametrize("way", ways(None, [Way.CUT]))
def test_presses_of_one_without_signal_stand_beside_those_of_the_other(
    walks: list[Walk], team: list[Member], session: Db
) -> None:
    """The lead came in the cellar, and says so later; the second was there after him, and said so at once."""
    visit = make_home(team[0], timedelta(minutes=30), second=team[1])
    lead, second = walks
    open_each(walks, team, visit, session, TO_GO_TO)
    lead.lose_signal()
    lead.press("출발했습니다", ON_THE_WAY, "?as=on_the_way")
    lead.press("도착했습니다", AT_WORK, "?as=arrived")
    second.press("출발했습니다", ON_THE_WAY)
    second.press("도착했습니다", GROUND)
    tick_all(second.page)
    second.press("확인했습니다", AT_WORK)
    assert lead.waiting(2) == ["출발했습니다", "도착했습니다"]
    lead.find_signal()
    at_rest(lead.page)
    lead.stand(AT_WORK)
    stands(lead.page, "#partner:has-text('이도움 님도 도착했습니다')")
    assert lead.page.locator(".is-warning").count() == 0, "and the second has looked that they are safe"
    second.look(AT_WORK)
    stands(second.page, "#partner:has-text('박수리 님도 도착했습니다')")
    assert lead.posts() == ["travel", "arrive"]
    session.rollback()
    assert visit.state is VisitState.ARRIVED
    assert [name for name, _ in told(session)] == ["박수리", "이도움"], "each heard of the other"


@pytest.mark.parametrize("says_yes", [True, False])
@pytest.mark.parametrize("way", ways(None, [Way.CUT]))
def test_of_an_answer_that_waits_nobody_hears_before_it_has_arrived(
    walks: list[Walk], team: list[Member], session: Db, says_yes: bool
) -> None:
    visit = make_home(team[0], timedelta(minutes=30), accepted=False, second=team[1])
    lead, second = walks
    open_each(walks, team, visit, session, OFFERED)
    lead.press("제가 가겠습니다", TAKEN)
    second.lose_signal()
    if says_yes:
        second.press("제가 가겠습니다", WAITS, "?as=waiting")
    else:
        second.follow("못 갑니다", "왜 못 가십니까?")
        second.page.click("label:has-text('너무 멉니다')")
        second.press("못 간다고 알리기", WAITS)
    assert told(session) == []
    lead.look(TAKEN)
    stands(lead.page, f"{TOGETHER} >> text=대답을 기다립니다")
    second.find_signal()
    second.stand(TO_GO_TO if says_yes else "못 가신다고 전했습니다")
    ((name, words),) = told(session)
    assert (name, f"이도움 님{'이 함께 갑니다' if says_yes else '은 못 갑니다'}" in words) == ("박수리", True)
    lead.look(TO_GO_TO if says_yes else TAKEN)
    if says_yes:
        return
    lead.lose_signal()
    lead.follow("못 갑니다", "왜 못 가십니까?")
    lead.page.click("label:has-text('몸이 아픕니다')")
    lead.press("못 간다고 알리기", WAITS)
    stands(lead.page, "text=다른 조합원을 찾을 시간이 있어야 합니다")
    lead.find_signal()
    lead.stand("못 가신다고 전했습니다")
    session.rollback()
    assert [place.state for place in visit.assignments] == [AssignmentState.OPEN] * 2
