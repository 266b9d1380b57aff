"""What waits on a telephone: taken back, timed by the office's clock, refused, or without room to wait."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Cut, Line, Where
from handyman.models import Message, RefusedPress, Visit, VisitState, VisitTap
from tests import factories
from tests.conftest import Clock
from tests.pages import AXE, laid_out, stands, until
from tests.plugins.browser import close
from tests.visit.telephone import (
    EACH_WIDTH,
    SIDEWAYS,
    SMALL_TEXT,
    SMALLEST_TEXT,
    choose,
    killed,
    link_of,
    make_home,
    nothing_waits,
    open_once,
    photo,
    prepared,
    press,
    set_out,
    tick_all,
    titled,
    try_again,
    unsent,
)

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
WIDER = """() => [...document.querySelectorAll('#main *')]
  .filter(e => e.checkVisibility() && !e.closest('.ph-hidden'))
  .filter(e => e.getBoundingClientRect().right > innerWidth)
  .map(e => e.outerHTML.slice(0, 200))"""
LATE_CLOCK = """if (!window.real) {
  window.real = Date.now.bind(Date);
  Date.now = () => window.real() + window.late;
}"""
FULL = """() => {
  IDBObjectStore.prototype.add = () => { throw new DOMException('', 'QuotaExceededError'); };
}"""
LINES = """selector => {
  const range = document.createRange();
  range.selectNodeContents(document.querySelector(selector));
  return new Set([...range.getClientRects()].map(each => each.top)).size;
}"""
SIX_MINUTES = "const real = Date.now; Date.now = () => real.call(Date) + 6 * 60 * 1000;"
SLOWEST_TEST = timedelta(minutes=5)  # goes by on the telephone while the office's clock stands


def count(session: Db, column: object) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(column)) or 0  # type: ignore[arg-type]


@pytest.mark.long
def test_what_has_not_left_is_taken_back_and_nobody_hears_of_it(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    visit.items[0].request_item.answers = {"ceiling_cm": 300}
    page, _ = open_once(phone, line, visit, session)
    line.down = True
    page.click("button:has-text('도착했습니다')")
    page.wait_for_url("**?as=arrived")
    page.click("text=안전 확인하기")
    titled(page, "올라가기 전에")
    tick_all(page)
    page.click("button:has-text('확인했습니다')")
    page.wait_for_url("**?as=safe")
    unsent(page, 2)
    page.click("text=도착 되돌리기")
    titled(page, "가실 곳입니다")
    nothing_waits(page)
    set_out(page)
    unsent(page, 1)
    page.click("text=출발 되돌리기")
    titled(page, "가실 곳입니다")
    nothing_waits(page)
    line.down = False
    page.evaluate("queue.drain()")
    assert (count(session, VisitTap), count(session, Message)) == (0, 0)


@pytest.mark.long
@pytest.mark.parametrize("width", EACH_WIDTH)
def test_what_may_have_left_is_undone_at_the_office(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, _ = open_once(phone, line, visit, session)
    line.knife = lambda head: Cut(Where.ANSWERED, 0) if head.startswith(b"POST") else None
    set_out(page)  # the office has it, and the telephone does not know
    line.down = True
    page.click("text=출발 되돌리기")
    page.wait_for_url("**?as=assigned")
    unsent(page, 2)
    line.down, line.knife = False, lambda _head: None
    try_again(page)
    page.wait_for_function("!location.search")
    nothing_waits(page)
    session.rollback()
    assert (visit.state, visit.on_the_way_at) == (VisitState.ASSIGNED, None)


@pytest.mark.long
def test_after_five_minutes_no_undoing_is_offered(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    line.down = True
    set_out(page)
    page.wait_for_selector("text=출발 되돌리기")
    phone.add_init_script(SIX_MINUTES)
    page = killed(page, path, "**?as=on_the_way")
    unsent(page, 1)
    page.wait_for_selector("text=출발 되돌리기", state="hidden")


@pytest.mark.long
@pytest.mark.parametrize("set_right", [False, True])
def test_times_are_the_offices_though_the_telephones_clock_is_wrong(
    phone: "BrowserContext", line: Line, session: Db, clock: Clock, set_right: bool
) -> None:
    """An hour slow; `set_right`: the network sets it while the presses wait."""
    started = clock.set(datetime.now(UTC) + timedelta(hours=1))
    visit = make_home(factories.make_member("박수리"), timedelta(0))  # due, also when midnight is near

    def later(minutes: int) -> str:
        return f"window.late = {minutes} * 60000; {LATE_CLOCK}"

    page, path = open_once(phone, line, visit, session)
    line.down = True
    set_out(page)
    clock.advance(minutes=20)
    phone.add_init_script(later(20))
    page = killed(page, path, "**?as=on_the_way")
    page.click("button:has-text('도착했습니다')")
    page.wait_for_url("**?as=arrived")
    clock.advance(minutes=40)
    phone.add_init_script(later(120 if set_right else 60))
    page = killed(page, path, "**?as=arrived")
    line.down = False
    try_again(page)
    page.wait_for_function("!location.search && document.body.textContent.includes('일하시는 중입니다')")
    session.rollback()
    assert visit.on_the_way_at
    assert visit.arrived_at
    assert abs(visit.on_the_way_at - started) < SLOWEST_TEST
    assert abs(visit.arrived_at - started - timedelta(minutes=20)) < SLOWEST_TEST


def test_a_press_that_is_not_taken_names_its_visit_and_reaches_the_office(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    member = visit.assignments[0].member
    assert member
    other = make_home(member, timedelta(hours=3))
    other_path = link_of(line, other)
    page, _path = open_once(phone, line, visit, session)
    line.down = True
    set_out(page)
    page.click("text=일을 못 하게 되었습니다")
    page.click("text=부품이 없어 못 했습니다")
    stands(page, "#parts")
    page.fill("#parts", "안정기 두 개")
    page.fill("#minutes", "5")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/photos*")
    visit.state = VisitState.CANCELLED
    session.commit()
    line.down = False
    try_again(page)
    titled(page, "이 방문은 취소되었습니다")  # no picture of what was before
    for address, is_other in ((page.url, False), (other_path, True)):
        page.goto(address)
        page.wait_for_selector("#refused:visible")
        said = page.inner_text("#refused")
        assert "11/24(화) 오전 10시 30분~오후 12시 30분, 전등 교체 3개" in said
        assert ("다른 방문" in said) is is_other
        for words in ("출발했습니다", "부품이 없어 못 했습니다", "안정기 두 개", "사무실에 전했습니다"):
            assert words in said
        assert said.count("이 방문은 취소되었습니다") == 1
        assert page.locator("#refused [data-forget]").count() == 1
    page.click("text=출발했습니다 >> visible=true >> nth=-1")  # of the other visit: what is told stays
    stands(page, "#news")
    page.wait_for_selector("#refused:visible")
    assert count(session, RefusedPress) == 2
    page.click("text=이 전화기에서 지우기")
    page.click("text=네, 지웁니다")
    page.wait_for_selector("#refused", state="hidden")
    nothing_waits(page)


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_without_room_and_signal_what_was_typed_stays_on_the_screen(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    page.goto(f"{path}/{visit.id}/report/work?outcome=done")
    prepared(page)
    page.evaluate(FULL)
    page.fill("#minutes", "40")
    page.fill("#note", "잘 되었음")
    line.down = True
    page.click("text=저장하고 다음")
    page.wait_for_selector("#no-room:visible")
    assert page.input_value("#note") == "잘 되었음"
    page.wait_for_selector("#sending", state="hidden")
    line.down = False
    page.click("text=저장하고 다음")
    titled(page, "사진")
    page.goto(f"{path}/{visit.id}/report/work")
    assert page.input_value("#note") == "잘 되었음"


@pytest.mark.long
def test_without_room_and_signal_a_photograph_stays_chosen(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    page.goto(f"{path}/{visit.id}/report/photos")
    prepared(page)
    page.evaluate(FULL)
    line.down = True
    choose(page, "before", photo())
    page.wait_for_selector("#no-room:visible")
    page.wait_for_selector("#sending", state="hidden")
    assert page.evaluate("document.querySelector('#before').files.length") == 1
    line.down = False
    choose(page, "after", photo("red"))  # it sends both
    stands(page, "section.ph-group >> nth=0 >> .ph-album a img")
    stands(page, "section.ph-group >> nth=1 >> .ph-album a img")
    titled(page, "사진")


def test_the_worker_sends_what_is_left_when_the_page_is_gone(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    """As the browser asks it to when there is signal again."""
    page, path = open_once(phone, line, visit, session)
    told = phone.new_cdp_session(page)
    found: list[dict[str, str]] = []
    told.on("ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(said["registrations"]))
    told.send("ServiceWorker.enable")
    line.down = True
    set_out(page)
    until(page, lambda: found)
    other = phone.new_page()
    close(page)
    line.down = False
    other.goto(f"{line.address}/static/icon.svg")  # no page of ours, and one by which the browser stays
    told = phone.new_cdp_session(other)
    told.send("ServiceWorker.enable")
    told.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": line.address,
            "registrationId": found[0]["registrationId"],
            "tag": "unsent",
            "lastChance": False,
        },
    )
    until(other, lambda: count(session, VisitTap))
    assert visit.state is VisitState.ON_THE_WAY
    again = phone.new_page()
    again.goto(path)
    stands(again, "#news")
    nothing_waits(again)


@pytest.mark.long
@pytest.mark.parametrize(("width", "letters"), [(320, 16), (360, 16), (360, 32)])
def test_pages_without_signal_are_as_good_as_with_it(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, width: int, letters: int
) -> None:
    """Nothing that axe finds, nothing small or wider than the screen; also with letters twice as large."""
    visit.items[0].request_item.answers = {"ceiling_cm": 300}
    member = visit.assignments[0].member
    assert member
    other = link_of(line, make_home(member, timedelta(hours=3)))
    large = f"document.documentElement.style.fontSize = '{letters}px'"
    phone.add_init_script(f"document.addEventListener('DOMContentLoaded', () => {{ {large} }})")
    page, path = open_once(phone, line, visit, session)
    page.set_viewport_size({"width": width, "height": 640})
    inside = f"{path}/{visit.id}"
    line.down = True
    set_out(page)
    fine(page)
    press(page, "도착했습니다", "일하시는 중입니다")
    fine(page)
    for step in ("safety", "report", "worry", "report/work?outcome=partly", "report/materials"):
        page.goto(f"{inside}/{step}")
        fine(page)
    page.goto(f"{inside}/report/photos?as=worked")
    choose(page, "before", photo())
    page.wait_for_selector("[data-waiting] img")
    fine(page)
    page.goto(f"{inside}/report/signature")
    fine(page)
    for step in ("report?as=worked", "way", "decline"):  # the last of these is a page that is not there
        page.goto(f"{inside}/{step}")
        fine(page)
    page.goto(f"{inside}?as=waiting")
    fine(page)
    visit.state = VisitState.CANCELLED
    session.commit()
    line.down = False
    try_again(page)
    titled(page, "이 방문은 취소되었습니다")
    fine(page)
    page.goto(other)
    page.wait_for_selector("#refused:visible")
    fine(page)


@pytest.mark.long
@pytest.mark.parametrize("width", EACH_WIDTH)
def test_how_much_waits_stands_in_two_lines_though_letters_are_twice_as_large(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, _path = open_once(phone, line, visit, session)
    line.down = True
    set_out(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    laid_out(page)
    unsent(page, 1)
    assert page.evaluate(LINES, "#unsent-title") == 2
    assert page.evaluate(SIDEWAYS) == 0


def fine(page: "Page") -> None:
    page.wait_for_selector("#unsent:visible, #refused:visible")
    clean(page)


def clean(page: "Page") -> None:
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.id, v.nodes[0].html])")
    wide = page.evaluate(WIDER)
    assert (page.url, found, wide, page.evaluate(SIDEWAYS)) == (page.url, [], [], 0)
    assert (page.url, page.evaluate(SMALL_TEXT, SMALLEST_TEXT)) == (page.url, [])
