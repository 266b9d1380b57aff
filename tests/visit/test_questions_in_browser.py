"""What was passed over without signal: asked on the telephone itself, or once there is signal again."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, scoped_session

from handyman.models import SafetyCheck, Visit, VisitState
from tests import factories
from tests.pages import box_of, stands, until
from tests.visit.telephone import at_rest, draw, link_of, make_home, nothing_waits, tick_all
from tests.visit.walks import HEIGHT, HOW, Walk, Way

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
AT_WORK, OVER = "일하시는 중입니다", "일을 마치셨습니다"
WHEN_THERE, WHEN_GONE, EQUIPPED = (
    "언제 도착하셨습니까?",
    "언제 출발하셨습니까?",
    "일하실 때 갖추셨습니까?",
)
CUT = pytest.mark.parametrize("way", [Way.CUT], indirect=True)


@pytest.fixture
def visit(session: Db) -> Visit:
    """For two, under a high ceiling; it began ten minutes ago."""
    second = factories.make_member("이두리")
    visit = make_home(factories.make_member("박수리"), timedelta(minutes=-10), second=second)
    visit.items[0].request_item.answers = {"ceiling_cm": 380}
    session.commit()
    return visit


@pytest.fixture
def opened(walk: Walk, visit: Visit, session: Db) -> Walk:
    """Once with signal, which then goes."""
    path = link_of(walk.line, visit)
    session.commit()
    walk.open(path, "가실 곳입니다")
    walk.lose_signal()
    return walk


def stored(session: Db, visit: Visit) -> tuple[Any, ...]:
    session.rollback()
    check = session.get(SafetyCheck, visit.id)
    return visit.state, bool(visit.on_the_way_at), bool(visit.arrived_at), check.there if check else None


def big(walk: Walk) -> list[str]:
    """What stands in the bar that stays in sight, once the page has looked at what waits."""
    walk.page.locator(".is-sticky .ph-btn >> visible=true").first.wait_for()
    return [
        each.strip() for each in walk.page.locator(".is-sticky .ph-btn >> visible=true").all_inner_texts()
    ]


def ticked(walk: Walk) -> list[str]:
    """The steps with a tick that is seen."""
    done = ".ph-step:has(.ph-icon:visible)"
    assert walk.page.locator(done).count() == walk.page.locator(".ph-step.is-done").count()
    return walk.page.locator(f"{done} > span").evaluate_all(
        "all => all.map(each => each.firstChild.data.trim())"
    )


def in_sight(walk: Walk, what: str) -> bool:
    """Without scrolling, on the smaller telephone, with what waits named above."""
    walk.page.locator("#unsent").wait_for()
    walk.page.set_viewport_size({"width": 320, "height": HEIGHT})
    box = box_of(walk.page.locator(f"#main {what}"))
    return box["y"] >= 0 and box["y"] + box["height"] <= HEIGHT


def report(walk: Walk) -> None:
    walk.report("모두 했습니다", {"#minutes": "40"})
    assert in_sight(walk, "#before")
    walk.press("다음", "쓴 자재")
    walk.use("2", "0")
    walk.sign()
    walk.send()


@CUT
def test_who_presses_only_that_he_is_done_is_asked_the_rest_without_signal(
    opened: Walk, visit: Visit, session: Db
) -> None:
    walk = opened
    walk.press("마쳤습니다", OVER, "?as=ended")
    assert big(walk) == [WHEN_THERE]
    assert ticked(walk) == ["마침"], "the others are still to be asked"
    walk.follow(WHEN_THERE, WHEN_THERE)
    assert in_sight(walk, "button >> visible=true >> nth=2"), "the question and the first answers"
    walk.is_clean()
    walk.tap("summary:has-text('다른 시각')")
    walk.say("이 시각입니다", "text=그날 지나간 시각을 골라 >> visible=true")
    walk.page.fill("#clock", "09:45")
    walk.press("이 시각입니다", OVER, "?as=ended")
    assert big(walk) == [WHEN_GONE]
    assert ticked(walk) == ["도착", "마침"]
    walk.follow(WHEN_GONE, WHEN_GONE)
    walk.press("모르겠습니다", OVER, "?as=ended")
    walk.follow(EQUIPPED, EQUIPPED)
    assert in_sight(walk, ".ph-choice label >> nth=1")
    walk.is_clean()
    walk.page.click(".ph-choice label >> nth=0")
    walk.press("확인했습니다", OVER, "?as=ended")
    assert big(walk) == ["보고하기"]
    assert walk.lines(4) == [
        "마쳤습니다 오전 10시",
        "도착 시각: 오전 9시 45분",
        "출발 시각: 모르겠습니다",
        "안전 확인",
    ]
    walk.follow("보고하기", HOW)
    assert in_sight(walk, "#outcomes .ph-btn >> nth=1")
    report(walk)
    walk.find_signal()
    walk.stand("수고하셨습니다")
    at_rest(walk.page)
    assert walk.page.locator("#question").count() == 0
    assert walk.posts()[:4] == ["end", "forgotten", "forgotten", "safety"]
    assert stored(session, visit) == (VisitState.FINISHED, False, True, ["helmet"])


@pytest.mark.long
@CUT
def test_who_passes_the_ladder_check_over_is_asked_of_it_before_the_report(
    opened: Walk, visit: Visit, session: Db
) -> None:
    walk = opened
    walk.press("출발했습니다", "가시는 길입니다", "?as=on_the_way")
    walk.press("도착했습니다", AT_WORK, "?as=arrived")
    assert big(walk) == ["안전 확인하기"]
    assert ticked(walk) == ["출발", "도착"]
    walk.press("마쳤습니다", OVER, "?as=ended")
    assert big(walk) == [EQUIPPED]
    walk.follow(EQUIPPED, EQUIPPED)
    tick_all(walk.page)
    walk.press("확인했습니다", OVER, "?as=ended")
    assert big(walk) == ["보고하기"]
    walk.press("마침 되돌리기", AT_WORK, "?as=arrived")
    assert walk.waiting(2) == ["출발했습니다", "도착했습니다"], "the answer was about an end that is none"
    walk.follow("안전 확인하기", "올라가기 전에")
    tick_all(walk.page)
    walk.press("확인했습니다", AT_WORK, "?as=safe")
    walk.press("마쳤습니다", OVER, "?as=ended")
    assert big(walk) == ["보고하기"]
    walk.find_signal()
    walk.stand(HOW)
    nothing_waits(walk.page)
    assert stored(session, visit) == (VisitState.ARRIVED, True, True, ["helmet", "second", "harness"])


@pytest.mark.long
@CUT
def test_a_report_that_begins_without_signal_is_asked_once_there_is_some(
    opened: Walk, visit: Visit, session: Db
) -> None:
    """Who goes on to it by another way: first the report is whole, and in; then the rest is asked."""
    walk = opened
    walk.follow("일을 못 하게 되었습니다", HOW)
    report(walk)
    walk.find_signal()
    walk.stand("수고하셨습니다")
    at_rest(walk.page)
    until(walk.page, lambda: stored(session, visit)[0] is VisitState.FINISHED)
    stands(walk.page, "#question")
    walk.is_clean()
    walk.follow(EQUIPPED, EQUIPPED)
    tick_all(walk.page)
    walk.press("확인했습니다", "수고하셨습니다")
    assert walk.page.locator("#question").count() == 0
    assert stored(session, visit) == (VisitState.FINISHED, False, False, ["helmet", "second", "harness"])


@pytest.mark.long
@CUT
def test_signal_that_comes_back_in_the_middle_of_a_report_lets_nothing_be_passed_over(
    opened: Walk, visit: Visit, session: Db
) -> None:
    walk = opened
    walk.press("도착했습니다", AT_WORK, "?as=arrived")
    walk.press("마쳤습니다", OVER, "?as=ended")
    walk.open(walk.page.url.replace("?as=ended", "/report"), HOW)
    walk.report("모두 했습니다", {"#minutes": "40"})
    walk.find_signal()
    nothing_waits(walk.page)
    walk.stand("사진")
    walk.press("다음", "쓴 자재")
    walk.use("2", "0")
    draw(walk.page)
    walk.press("서명 저장하고 다음", WHEN_GONE)
    walk.press("모르겠습니다", EQUIPPED)
    tick_all(walk.page)
    walk.press("확인했습니다", "다 쓰셨습니다")
    walk.press("보고하고 끝내기", "수고하셨습니다")
    assert walk.page.locator("#question").count() == 0
    assert stored(session, visit) == (VisitState.FINISHED, False, True, ["helmet", "second", "harness"])
