"""A day of several jobs behind one link, walked with signal, without it, and without scripts."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman import links
from handyman.extensions import now
from handyman.models import AssignmentState, Member, Visit, VisitState
from tests import factories
from tests.pages import stands
from tests.visit.telephone import at_rest, killed, link_of, make_home, nothing_waits, prepared, titled
from tests.visit.walks import Walk, Way, whole

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
DAY, OFFERED, TO_GO_TO, NO_SIGNAL = "하실 일", "이 일에 가 주시겠습니까?", "가실 곳입니다", "신호가 없습니다"
HOUR = timedelta(hours=1)
LAST_LINE = """place => {
  const words = document.querySelector(place).firstChild;
  const top = (at) => {
    const range = document.createRange();
    range.setStart(words, at);
    range.setEnd(words, at + 1);
    return range.getBoundingClientRect().top;
  };
  let from = words.data.length - 1;
  while (from > 0 && top(from - 1) === top(words.data.length - 1)) from -= 1;
  return words.data.slice(from);
}"""


@pytest.fixture
def member(session: Db) -> Member:
    return factories.make_member("박수리")


@pytest.fixture
def day(member: Member) -> list[Visit]:
    """Two that are held, one that is offered and one that was called off."""
    first, second, called_off = (make_home(member, hours * HOUR) for hours in (0, 2, 6))
    called_off.state = VisitState.CANCELLED
    return [first, second, make_home(member, 4 * HOUR, accepted=False), called_off]


def open_day(walk: Walk, member: Member, day: list[Visit], session: Db) -> str:
    """Gives its address."""
    at = now()
    path = factories.path_of(links.issue(member.id, at, at + timedelta(days=1), day=day[0].day))
    session.commit()
    walk.open(walk.line.address + path, DAY)
    assert "모두 3곳입니다" in walk.page.inner_text("main")
    walk.turn()
    walk.lose_signal()
    return walk.line.address + path


def back(walk: Walk, path: str) -> None:
    """To the list by its address: what stands of a job is not gone on with there."""
    if walk.way is Way.SIGNAL:
        at_rest(walk.page)
    walk.page.goto(path)
    walk.stand(DAY)


def test_the_jobs_of_a_day_are_done_one_after_the_other(
    walk: Walk, member: Member, day: list[Visit], session: Db
) -> None:
    first, second, _, called_off = day
    path = open_day(walk, member, day, session)
    off = walk.page.inner_text(".ph-stop.is-off")
    assert "취소되었습니다" in off
    assert called_off.address.label not in off
    for visit in (first, second):
        walk.tap(f"a.ph-stop[href$='/{visit.id}']")
        walk.stand(TO_GO_TO)
        walk.press("출발했습니다", "가시는 길입니다", "?as=on_the_way")
        assert walk.page.inner_text(".ph-door-number") == visit.number
        back(walk, path)
    if walk.is_cut:
        assert walk.waiting(2) == ["출발했습니다"] * 2
        assert walk.page.locator("text=지금 하는 일").count() == 0, "of what is not sent nothing is pretended"
        walk.page = killed(walk.page, path, path)
        titled(walk.page, DAY)
        assert walk.waiting(2) == ["출발했습니다"] * 2
        whole(walk.page)
        session.rollback()
        assert [visit.state for visit in (first, second)] == [VisitState.ASSIGNED] * 2
        walk.find_signal()
        nothing_waits(walk.page)
    stands(walk.page, "a.ph-stop >> nth=1 >> text=지금 하는 일")
    walk.turn()
    assert walk.posts() == ["travel", "travel"]
    session.rollback()
    assert [visit.state for visit in (first, second)] == [VisitState.ON_THE_WAY] * 2


def test_an_offer_of_the_day_is_answered_where_there_is_signal(
    walk: Walk, member: Member, day: list[Visit], session: Db
) -> None:
    """Its page is on no telephone before it was opened; then it waits as any other."""
    offered = day[2]
    path = open_day(walk, member, day, session)
    walk.tap(f"a.ph-stop[href$='/{offered.id}']")
    if walk.is_cut:
        walk.stand(NO_SIGNAL)
        walk.turn()
        walk.find_signal()
    walk.stand(OFFERED)
    walk.lose_signal()
    walk.press("제가 가겠습니다", "아직 보내지 못했습니다" if walk.is_cut else TO_GO_TO)
    if walk.is_cut:
        assert walk.waiting(1) == ["제가 가겠습니다"]
        walk.turn()
        walk.find_signal()
        walk.stand(TO_GO_TO)
        nothing_waits(walk.page)
    back(walk, path)
    assert walk.page.locator("text=대답을 기다립니다").count() == 0
    walk.turn()
    assert walk.posts() == ["accept"]
    session.rollback()
    assert offered.assignments[0].state is AssignmentState.ACCEPTED


def test_from_the_day_a_member_comes_to_their_own_pages(
    walk: Walk, member: Member, day: list[Visit], session: Db
) -> None:
    """Who is not in is asked for a number; without signal it is the browser that says so."""
    path = open_day(walk, member, day, session)
    if walk.is_cut:
        walk.tap("a:has-text('시간, 달력, 쉬는 날 보기')")
        walk.page.wait_for_url("chrome-error://**")
        with pytest.raises(Error, match="ERR_"):
            walk.page.context.new_page().goto(f"{walk.line.address}/my")
        walk.page = killed(walk.page, path, path)
        walk.stand(DAY)
        walk.line.down = False
    walk.follow("시간, 달력, 쉬는 날 보기", "조합원 들어가기")
    walk.turn()


@pytest.mark.long
@pytest.mark.parametrize("width", [320])
def test_no_line_of_large_letters_ends_within_what_belongs_together(
    phone: "BrowserContext", line: Line, member: Member, day: list[Visit], session: Db
) -> None:
    path = factories.path_of(links.issue(member.id, now(), now() + timedelta(days=1), day=day[0].day))
    job = link_of(line, make_home(member, HOUR / 2))
    session.commit()
    page = phone.new_page()
    page.goto(line.address + path)
    prepared(page)
    assert page.evaluate(LAST_LINE, "h1").endswith("하실 일")
    page.goto(job)
    prepared(page)
    assert page.evaluate(LAST_LINE, ".ph-big + .ph-big").endswith("오후 12시 30분")
