"""What is noticed beside the work, shown or sent after it: worries, more photographs, other materials."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.extensions import now
from handyman.models import Noticing, Visit, VisitState, VisitTap, Worry
from handyman.report_words import WORRY_WORDS
from tests import factories
from tests.pages import box_of, stands
from tests.visit.telephone import at_rest, choose, link_of, make_home, nothing_waits, photo, unsent
from tests.visit.walks import AT_WORK, HOW, UNSENT, Walk, Way, stored, telephone, ways

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
WORRIED, NO = "걱정되는 것이 있습니까?", "아니요, 알리지 말라고 하셨습니다"
LONELY = str(WORRY_WORDS[Worry.MOOD])
THANKS = "수고하셨습니다"
TOLD = "#told:has-text('사무실에 알렸습니다')"


@pytest.fixture
def phone(chromium: "Browser", way: Way) -> Iterator["BrowserContext"]:
    yield from telephone(chromium, way)


@pytest.fixture
def visit(session: Db) -> Visit:
    """Somebody is at the door."""
    visit = make_home(factories.make_member("박수리"), timedelta(0))
    visit.state = VisitState.ARRIVED
    visit.on_the_way_at = visit.arrived_at = now()
    return visit


@pytest.fixture
def walk(phone: "BrowserContext", line: Line, visit: Visit, session: Db, way: Way) -> Walk:
    path = link_of(line, visit)
    session.commit()
    walk = Walk(phone.new_page(), line, way)
    walk.open(path, AT_WORK)
    return walk


def noticed(session: Db) -> list[str]:
    session.rollback()
    return [str(worry) for worry in session.scalars(select(Noticing.worry).order_by(Noticing.id))]


@pytest.mark.long
@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS))
def test_each_worry_is_told_when_the_resident_agrees(walk: Walk, session: Db) -> None:
    walk.lose_signal()
    for words in WORRY_WORDS.values():
        walk.worry(str(words), AT_WORK, "")
    if walk.is_cut:
        assert walk.waiting(len(WORRY_WORDS)) == [str(words) for words in WORRY_WORDS.values()]
        assert noticed(session) == []
        walk.find_signal()
        at_rest(walk.page)
        walk.stand(AT_WORK)
    assert noticed(session) == [str(worry) for worry in WORRY_WORDS]
    assert walk.posts() == ["worry"] * len(WORRY_WORDS)
    walk.follow("어르신이 걱정됩니다", WORRIED)
    told = walk.page.locator(".ph-notice:has-text('사무실에 알렸습니다')")
    assert told.count() == len(WORRY_WORDS)
    walk.turn()
    walk.is_clean()


@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS))
def test_the_page_of_the_job_says_that_a_worry_was_passed_on(walk: Walk) -> None:
    walk.lose_signal()
    assert walk.page.locator(TOLD).count() == 0
    walk.worry(LONELY, AT_WORK, "")
    if walk.is_cut:
        unsent(walk.page, 1)
        assert walk.page.locator(TOLD).count() == 0, "of what is not sent nothing is pretended"
        walk.find_signal()
    stands(walk.page, TOLD)
    assert LONELY in walk.page.inner_text(".ph-fact:has-text('사무실에 알린 것')")
    seen = walk.page.locator(TOLD).bounding_box()
    button = walk.page.locator(".is-sticky").bounding_box()
    assert seen
    assert button
    assert seen["y"] + seen["height"] <= button["y"], "without a touch"
    walk.turn()
    walk.is_clean()


@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS))
def test_the_second_of_a_team_sees_it_too_beside_all_that_a_page_may_say(
    phone: "BrowserContext", line: Line, session: Db, way: Way
) -> None:
    """Both are there, nobody has looked at the ladder, and two worries were passed on."""
    team = [factories.make_member(name) for name in ("박수리", "이도움")]
    visit = make_home(team[0], timedelta(0), second=team[1])
    visit.state, visit.arrived_at = VisitState.ARRIVED, now()
    for who, step in ((0, "travel"), (0, "arrive"), (1, "arrive")):
        tap = {"key": f"key-of-{step}-{who}", "member_id": team[who].id, "step": step}
        factories.add(VisitTap(visit_id=visit.id, at=now(), arrived_at=now(), **tap))
    for worry in (Worry.MOOD, Worry.BATHROOM):
        factories.add(Noticing(visit_id=visit.id, member_id=team[0].id, worry=worry, noticed_at=now()))
    path = line.address + factories.make_link(visit, team[1])[1]
    session.commit()
    walk = Walk(phone.new_page(), line, way)
    walk.open(path, AT_WORK)
    assert walk.page.locator("#hold, #partner").count() == 2
    seen, button = box_of(walk.page.locator(TOLD)), box_of(walk.page.locator(".is-sticky"))
    assert seen["y"] + seen["height"] <= button["y"]


@pytest.mark.long
@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS))
def test_nothing_is_told_when_the_resident_does_not_agree(walk: Walk, session: Db) -> None:
    walk.lose_signal()
    walk.follow("어르신이 걱정됩니다", WORRIED)
    walk.follow(LONELY, LONELY)
    walk.is_clean()
    walk.follow(NO, AT_WORK)
    if walk.is_cut:
        assert walk.page.locator(UNSENT).count() == 0
        walk.find_signal()
        nothing_waits(walk.page)
    assert (noticed(session), walk.posts()) == ([], [])


@pytest.mark.long
@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS))
def test_another_material_and_the_receipt_are_reported(
    walk: Walk, visit: Visit, session: Db, way: Way
) -> None:
    """He has bought what nobody brings for a lamp."""
    walk.lose_signal()
    walk.end()
    walk.report("모두 했습니다", {"#minutes": "20"})
    walk.press("다음", "쓴 자재")
    walk.tap("summary:has-text('다른 자재도 썼습니다')")
    walk.is_clean()
    walk.page.fill("details input[name^=material_]", "네")
    walk.say("저장하고 다음", ".ph-error:has-text('0부터 999까지 숫자로') >> visible=true")
    stands(walk.page, "details[open] input[name^=material_]")
    walk.page.fill("details input[name^=material_]", "4")
    choose(walk.page, "receipt", photo("white"))
    walk.page.fill("#share", "12,000")
    walk.press("저장하고 다음", "어르신 서명")
    walk.say_why_unsigned("화면에 써지지 않습니다")
    if not walk.is_cut:
        walk.follow("쓴 자재", "쓴 자재")
        stands(walk.page, ".ph-album a img")
        assert walk.page.input_value("details input[name^=material_]") == "4"
        walk.press("저장하고 다음", walk.last)
    walk.send()
    if walk.is_cut:
        assert "영수증 사진" in walk.waiting(7)
        walk.find_signal()
        walk.stand(THANKS)
        nothing_waits(walk.page)
    stands(walk.page, ".ph-list:has-text('손잡이 4')")
    found = stored(session, visit)
    assert (found["materials"], found["share"], found["unsigned"]) == ([("bar", 4)], 12_000, "glass")
    assert (found["photos"], found["outcome"]) == ({"receipt": 1}, "done")


@pytest.mark.long
@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS))
def test_one_more_photograph_is_added_after_the_report(
    walk: Walk, visit: Visit, session: Db, way: Way
) -> None:
    """The page for it was opened with signal, which then goes."""
    walk.follow("일을 못 하게 되었습니다", HOW)
    walk.report("아무도 안 계셨습니다", {"#waited": "15", "#calls": "2", "#minutes": "20"})
    walk.press("다음", "다 쓰셨습니다")
    walk.press("보고하고 끝내기", THANKS)
    walk.is_clean()
    assert stored(session, visit)["photos"] == {}
    walk.follow("사진 더하기", "사진")
    walk.lose_signal()
    walk.photograph({"before": "teal"}, THANKS)
    if walk.is_cut:
        walk.find_signal()
        nothing_waits(walk.page)
        walk.page.reload()
        walk.stand(THANKS)
    stands(walk.page, ".ph-fact:has-text('사진') >> text=/^1장$/")
    walk.turn()
    assert stored(session, visit)["photos"] == {"before": 1}
