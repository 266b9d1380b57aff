"""When a step was that nobody pressed, asked without signal: times that can have been, and no others."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Cut, Where
from handyman.models import Visit, VisitState
from tests.conftest import TUESDAY_AT_TEN
from tests.longer import longer
from tests.pages import stands, until
from tests.visit.telephone import at_rest, link_of, nothing_waits
from tests.visit.test_unsaved_in_browser import PUT_BACK, put_down
from tests.visit.walks import AT_WORK, HOW, Walk, Way

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("way", [Way.CUT], indirect=True)]
Db = scoped_session[Session]
OVER, ON_THE_WAY, TO_GO_TO = "일을 마치셨습니다", "가시는 길입니다", "가실 곳입니다"
WHEN_THERE, WHEN_GONE = "언제 도착하셨습니까?", "언제 출발하셨습니까?"
ROUGHLY = "text=대강 골라 주십시오"
GO_BY = "(() => {{ const real = Date.now; Date.now = () => real.call(Date) + {minutes} * 60000; }})()"


@pytest.fixture
def opened(walk: Walk, visit: Visit, session: Db) -> Walk:
    """At ten, with signal, which then goes; the work is planned for half past."""
    path = link_of(walk.line, visit)
    session.commit()
    walk.open(path, TO_GO_TO)
    walk.lose_signal()
    return walk


def offers(walk: Walk, *times: str) -> None:
    """Of which one may be chosen, once the page's script has looked at what waits."""
    buttons = walk.page.locator("[data-times] > form > button >> visible=true")
    expect(buttons.filter(has_not_text="모르겠습니다")).to_have_text(list(times))


def minutes_go_by(walk: Walk, minutes: int) -> None:
    """On this page and those that come."""
    script = GO_BY.format(minutes=minutes)
    walk.page.context.add_init_script(script)
    walk.page.evaluate(script)


def test_who_is_done_long_before_the_planned_time_has_times_to_choose_from(
    opened: Walk, visit: Visit, session: Db
) -> None:
    walk = opened
    walk.press("마쳤습니다", OVER, "?as=ended")
    walk.follow(WHEN_THERE, WHEN_THERE)
    offers(walk, "오전 9시 30분", "오전 9시", "오전 8시 30분", "오전 8시")
    walk.is_clean()
    walk.press("오전 8시 30분", OVER, "?as=ended")
    assert walk.lines(2)[1] == "도착 시각: 오전 8시 30분"
    walk.follow(WHEN_GONE, WHEN_GONE)
    first = walk.page.locator("[data-times] > form > button >> visible=true").first
    expect(first, "before they arrived, as they have just said").to_have_text("오전 8시 20분")
    walk.find_signal()
    nothing_waits(walk.page)
    session.rollback()
    assert visit.arrived_at == TUESDAY_AT_TEN - timedelta(minutes=90)


@pytest.mark.long
@pytest.mark.parametrize(
    ("minutes", "offered"),
    [
        (25, ["오전 10시 20분", "오전 10시 15분", "오전 10시 10분", "오전 10시 5분"]),
        longer(12, ["오전 10시 5분"]),
        (0, []),
    ],
)
def test_who_has_just_set_out_is_offered_times_since_then_and_nothing_is_called_for_where_none_is(
    opened: Walk, minutes: int, offered: list[str]
) -> None:
    walk = opened
    walk.press("출발했습니다", ON_THE_WAY, "?as=on_the_way")
    minutes_go_by(walk, minutes)
    walk.press("마쳤습니다", OVER, "?as=ended")
    walk.follow(WHEN_THERE, WHEN_THERE)
    offers(walk, *offered)
    expect(walk.page.locator(ROUGHLY)).to_be_visible(visible=bool(offered))
    expect(walk.page.locator("#clock"), "else it is typed").to_be_visible(visible=not offered)
    walk.is_clean()


@pytest.mark.parametrize(
    ("pressed", "question", "typed", "told", "right"),
    [
        ("도착했습니다", WHEN_GONE, "23:50", "도착하신 오전 10시보다 늦지 않은 시각을", "09:40"),
        ("출발했습니다", WHEN_THERE, "09:50", "출발하신 오전 10시부터 마치신 때까지", "10:00"),
        ("", WHEN_THERE, "23:50", "마치신 오전 10시보다 늦지 않은 시각을", "09:10"),
    ],
)
def test_a_time_that_cannot_have_been_is_asked_about_at_once(
    opened: Walk, pressed: str, question: str, typed: str, told: str, right: str
) -> None:
    walk = opened
    if pressed:
        arrived = pressed == "도착했습니다"
        title, then = (AT_WORK, "?as=arrived") if arrived else (ON_THE_WAY, "?as=on_the_way")
        walk.press(pressed, title, then)
    walk.press("마쳤습니다", OVER, "?as=ended")
    before = walk.lines(2 if pressed else 1)
    walk.follow(question, question)
    if pressed != "출발했습니다":  # else there is no other time to choose
        walk.tap("summary:has-text('다른 시각')")
    walk.page.fill("#clock", typed)
    walk.say("이 시각입니다", f"#clock-about:has-text('{told}')")
    assert walk.page.input_value("#clock") == typed
    assert walk.lines(len(before)) == before
    walk.is_clean()
    walk.page.fill("#clock", right)
    walk.press("이 시각입니다", OVER, "?as=ended")
    walk.find_signal()
    walk.stand(HOW if pressed else WHEN_GONE)


@pytest.mark.long
def test_times_that_were_answered_stay_when_the_end_is_taken_back(
    opened: Walk, visit: Visit, session: Db
) -> None:
    """He is not done yet after all; when he came and set out is as true as before, and not asked again."""
    walk = opened
    walk.press("마쳤습니다", OVER, "?as=ended")
    walk.follow(WHEN_THERE, WHEN_THERE)
    walk.press("오전 9시 30분", OVER, "?as=ended")
    walk.follow(WHEN_GONE, WHEN_GONE)
    walk.press("오전 9시 20분", OVER, "?as=ended")
    walk.press("마침 되돌리기", AT_WORK, "?as=arrived")
    assert walk.waiting(4) == ["마쳤습니다", "도착 시각:", "출발 시각:", "마침 되돌리기"]
    walk.press("마쳤습니다", OVER, "?as=ended")
    stands(walk.page, "a:has-text('보고하기') >> visible=true")
    walk.press("마침 되돌리기", AT_WORK, "?as=arrived")
    walk.find_signal()
    at_rest(walk.page)
    walk.stand(AT_WORK)
    assert walk.posts() == ["end", "forgotten", "forgotten", "undo"]
    session.rollback()
    assert (visit.state, visit.ended_at) == (VisitState.ARRIVED, None)
    assert (visit.on_the_way_at, visit.arrived_at) == (
        TUESDAY_AT_TEN - timedelta(minutes=40),
        TUESDAY_AT_TEN - timedelta(minutes=30),
    )


def test_who_is_there_without_having_set_out_is_asked_when_that_was_at_once(
    opened: Walk, visit: Visit, session: Db
) -> None:
    """And at the end not once more; what they said stays when they take back that they are there."""
    walk = opened
    question = walk.page.locator(f"a:has-text('{WHEN_GONE}') >> visible=true")
    walk.press("도착했습니다", AT_WORK, "?as=arrived")
    expect(question).to_have_count(1)
    walk.is_clean()
    walk.follow(WHEN_GONE, WHEN_GONE)
    walk.press("오전 9시 40분", AT_WORK, "?as=arrived")
    expect(question).to_have_count(0)
    walk.press("마쳤습니다", OVER, "?as=ended")
    stands(walk.page, "a:has-text('보고하기') >> visible=true")
    walk.press("마침 되돌리기", AT_WORK, "?as=arrived")
    walk.press("도착 되돌리기", ON_THE_WAY, "?as=on_the_way")
    walk.press("도착했습니다", AT_WORK, "?as=arrived")
    expect(question).to_have_count(0)
    walk.find_signal()
    at_rest(walk.page)
    walk.stand(AT_WORK)
    assert walk.posts() == ["arrive", "forgotten", "undo", "arrive"]
    session.rollback()
    assert visit.state is VisitState.ARRIVED
    assert visit.on_the_way_at == TUESDAY_AT_TEN - timedelta(minutes=20)


def test_a_step_that_was_taken_back_while_it_was_on_its_way_is_asked_about(opened: Walk) -> None:
    """The signal goes while it is sent: the office may have it, so both the press and its undoing wait."""
    walk = opened
    walk.line.knife = lambda head: Cut(Where.SENT, 0) if head.startswith(b"POST") else None
    walk.line.down = False
    walk.press("출발했습니다", ON_THE_WAY, "?as=on_the_way")
    until(walk.page, lambda: walk.page.evaluate("queue.all().then(all => Boolean(all[0].tried))"))
    walk.line.down = True
    walk.press("출발 되돌리기", TO_GO_TO, "?as=assigned")
    walk.press("도착했습니다", AT_WORK, "?as=arrived")
    stands(walk.page, f"a:has-text('{WHEN_GONE}') >> visible=true")
    assert walk.waiting(3) == ["출발했습니다", "출발 되돌리기", "도착했습니다"]
    expect(walk.page.locator(".ph-step.is-done")).to_have_text(["도착"])


@pytest.mark.long
def test_a_time_that_is_put_back_is_in_sight(opened: Walk) -> None:
    """As it was typed, and once it waits: it is not behind the line that opens it."""
    walk = opened
    walk.press("마쳤습니다", OVER, "?as=ended")
    walk.follow(WHEN_THERE, WHEN_THERE)
    question = walk.page.url
    walk.tap("summary:has-text('다른 시각')")
    walk.page.fill("#clock", "09:20")
    put_down(walk.page, "09:20")
    walk.page.reload()
    stands(walk.page, f"text={PUT_BACK}")
    assert walk.page.locator("#clock").is_visible()
    assert walk.page.input_value("#clock") == "09:20"
    walk.press("이 시각입니다", OVER, "?as=ended")
    walk.open(question, WHEN_THERE)
    stands(walk.page, "#clock")
    assert walk.page.input_value("#clock") == "09:20"
