"""The telephone's pages as a thumb meets them."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session, scoped_session

import handyman
from handyman import links
from handyman.extensions import now
from handyman.models import CompletionReport, Member, Outcome, Reopening, VisitState
from tests import factories
from tests.longer import longer
from tests.pages import AXE, box_of, stands
from tests.visit.telephone import (
    LOW_BUTTONS,
    LOWEST_BUTTON,
    SIDEWAYS,
    SMALL_TEXT,
    SMALLEST_TEXT,
    SPILLING,
    WIDTHS,
    choose,
    make_home,
    photo,
)
from tests.visit.walks import AXE_FINDS, HEIGHT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
LINES = """time => {
  const { height } = time.getBoundingClientRect();
  return Math.round(height / parseFloat(getComputedStyle(time).lineHeight));
}"""


@pytest.fixture
def member(session: scoped_session[Session]) -> Member:
    return factories.make_member("박수리")


def make_paths(member: Member) -> dict[str, str]:
    """A link to a visit in each state."""
    hour = timedelta(hours=1)
    going, working = make_home(member, hour), make_home(member, hour)
    going.state, working.state = VisitState.ON_THE_WAY, VisitState.ARRIVED
    going.on_the_way_at = working.on_the_way_at = working.arrived_at = now()
    working.items[0].request_item.answers = {"ceiling_cm": 300}
    there = make_home(member, hour)
    there.state, there.arrived_at = VisitState.ARRIVED, now()
    over = make_home(member, hour, accepted=False)
    first, second = make_home(member, timedelta(days=-4)), factories.make_member("Alexandra-Petrovna Kim")
    again, reported = make_home(member, hour, second=second), make_home(member, hour)
    factories.add(Reopening(request_id=again.items[0].request_item.request_id, visit_id=first.id, at=now()))
    reported.state, reported.finished_at = VisitState.FINISHED, now()
    reported.report = CompletionReport(
        member=member, outcome=Outcome.PARTLY, minutes=40, parts="등기구 하나", submitted_at=now()
    )
    visits = {
        "again, by two": again,
        "reported": reported,
        "offer": make_home(member, timedelta(days=1), accepted=False),
        "early": make_home(member, timedelta(days=3)),
        "today": make_home(member, hour),
        "going": going,
        "working": working,
        "there": there,
        "cancelled": over,
    }
    over.state = VisitState.CANCELLED
    paths = {name: factories.make_link(visit, member)[1] for name, visit in visits.items()}
    at = now()
    day = links.issue(member.id, at, at + timedelta(days=1), day=working.day)
    paths["day"] = factories.path_of(day)
    paths["decline"] = f"{paths['offer']}/{visits['offer'].id}/decline"
    paths["cannot come"] = f"{paths['early']}/{visits['early'].id}/decline"
    inside = f"{paths['working']}/{working.id}"
    for outcome in ("done", "partly", "nobody_home", "parts_missing", "refused"):
        paths[outcome] = f"{inside}/report/work?outcome={outcome}"
    for step in ("report", "report/photos", "report/materials", "report/signature", "worry", "safety", "way"):
        paths[step] = f"{inside}/{step}"
    paths["more photographs"] = f"{paths['reported']}/{reported.id}/report/photos"
    paths["consent"] = f"{inside}/worry?worry=bathroom"
    paths["forgotten"] = f"{paths['there']}/{there.id}/forgotten"
    return {**paths, "unknown": "/v/madeUpToken0"}


@pytest.fixture
def open_at(
    chromium: "Browser", live_server: str, session: scoped_session[Session], member: Member
) -> Iterator[Callable[..., "Page"]]:
    """A telephone that shows one of these pages: `open_at("report/photos", java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []

    def open_at(name: str, width: int = 320, **wanted: Any) -> "Page":
        path = make_paths(member)[name]
        session.commit()
        contexts.append(chromium.new_context(viewport={"width": width, "height": 640}, **wanted))
        page = contexts[-1].new_page()
        page.goto(live_server + path)
        return page

    yield open_at
    for context in contexts:
        context.close()


def test_nothing_is_small_low_or_wider_than_the_screen_and_axe_finds_nothing(
    chromium: "Browser", live_server: str, session: scoped_session[Session], member: Member
) -> None:
    """On either telephone, each page opened once."""
    paths = make_paths(member)
    session.commit()
    context = chromium.new_context()
    page = context.new_page()
    for name, path in paths.items():
        page.goto(live_server + path)
        page.evaluate(AXE.read_text())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            found = (
                page.evaluate(SIDEWAYS),
                page.evaluate(SMALL_TEXT, SMALLEST_TEXT),
                page.evaluate(LOW_BUTTONS, LOWEST_BUTTON),
                page.evaluate(AXE_FINDS),
            )
            assert (name, width, *found) == (name, width, 0, [], [], [])
    context.close()


CUT_SHORT = """() => [...document.querySelectorAll('select, input[type=file]')]
    .filter(each => each.offsetWidth).filter(each => {
        const own = getComputedStyle(each);
        const pen = document.createElement('canvas').getContext('2d');
        const button = each.tagName === 'SELECT' ? own : getComputedStyle(each, '::file-selector-button');
        pen.font = button.font;
        const words = each.tagName === 'SELECT' ? each.selectedOptions[0].text : '파일 선택';
        const wide = pen.measureText(words).width;
        const edges = parseFloat(own.paddingLeft) + parseFloat(own.paddingRight);
        const more = each.tagName === 'SELECT' ? 16 : 2 * parseFloat(button.paddingLeft); // its arrow
        return wide + edges + more > each.clientWidth;
    }).map(each => each.name)"""


@pytest.mark.long
@pytest.mark.parametrize(("width", "letters"), [(320, 32), (160, 16)])
def test_letters_twice_as_large_leave_every_page_whole(
    chromium: "Browser",
    live_server: str,
    session: scoped_session[Session],
    member: Member,
    width: int,
    letters: int,
) -> None:
    """Some telephones make the letters larger, others show a page as if the screen were half as wide."""
    paths = make_paths(member)
    session.commit()
    context = chromium.new_context(viewport={"width": width, "height": 640}, bypass_csp=True)
    page = context.new_page()
    for name, path in paths.items():
        page.goto(live_server + path)
        page.evaluate(f"document.documentElement.style.fontSize = '{letters}px'")
        assert (name, page.evaluate(SIDEWAYS), page.evaluate(SPILLING)) == (name, 0, [])
        assert (name, page.evaluate(CUT_SHORT)) == (name, [])
        assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 1.25 * letters
    context.close()


def test_times_stand_inside_their_boxes_and_are_not_torn(
    chromium: "Browser", live_server: str, session: scoped_session[Session], member: Member
) -> None:
    visit = make_home(member, timedelta(minutes=30))
    visit.state = VisitState.ARRIVED
    visit.on_the_way_at, visit.arrived_at = now() + timedelta(minutes=1), now() + timedelta(minutes=21)
    path = factories.make_link(visit, member)[1]
    day = factories.path_of(links.issue(member.id, now(), now() + timedelta(days=1), day=visit.day))
    session.commit()
    context = chromium.new_context()
    page = context.new_page()
    for address, time, most in (
        (path, ".ph-step >> text=오전 10시 21분", {320: 2, 360: 2}),
        (day, ".ph-stop-time >> text=오전 10시 30분", {320: 1, 360: 1, 412: 2}),
    ):
        page.goto(live_server + address)
        for width, lines in most.items():
            page.set_viewport_size({"width": width, "height": 640})
            assert page.evaluate(SPILLING) == []
            assert (width, page.locator(time).evaluate(LINES)) == (width, lines)
    context.close()


def test_a_telephone_set_to_large_letters_is_followed(open_at: Callable[..., "Page"]) -> None:
    page = open_at("today", width=412, bypass_csp=True)
    before = _title_size(page)
    page.evaluate("document.documentElement.style.fontSize = '28px'")
    assert _title_size(page) == pytest.approx(before * 28 / 16)
    assert page.evaluate(SIDEWAYS) == 0


def test_an_iphone_gives_its_own_size_of_letters() -> None:
    """No page has it without asking, and this asks telephones only."""
    styles = (Path(handyman.__file__).parent / "static" / "phone.css").read_text()
    asked = "@supports (font: -apple-system-body) and (-webkit-touch-callout: none) {"
    assert f"{asked}\n  .phone {{ font: -apple-system-body; }}" in styles
    assert not re.search(r"font-size: [0-9.]+px", styles)


@pytest.mark.parametrize("scripts", [longer(True), False])
def test_photographs_say_how_they_are_saved(open_at: Callable[..., "Page"], scripts: bool) -> None:
    page = open_at("report/photos", java_script_enabled=scripts)
    by_itself, by_button = page.locator("text=바로 저장됩니다"), page.locator(".ph-lead noscript")
    (by_itself if scripts else by_button).wait_for()
    assert (by_itself.is_visible(), by_button.is_visible()) == (scripts, not scripts)


def test_the_button_that_leads_on_saves_the_photographs_that_were_chosen(
    open_at: Callable[..., "Page"],
) -> None:
    page = open_at("report/photos", java_script_enabled=False)
    path = page.url
    choose(page, "before", photo())
    page.click("section.ph-group >> nth=0 >> button[formaction]")  # to see it first
    stands(page, ".ph-album a img")
    assert page.evaluate(SIDEWAYS) == 0
    choose(page, "before", photo("red"))
    choose(page, "after", photo("blue"), photo("navy"))
    page.click("button:has-text('다음')")
    stands(page, "#outcomes")  # nothing of the work was said yet
    page.goto(path)
    stands(page, "section.ph-group >> nth=1 >> .ph-album a img >> nth=1")
    assert page.locator("section.ph-group >> nth=0 >> .ph-album a img").count() == 2
    choose(page, "after", {"name": "a.txt", "mimeType": "image/jpeg", "buffer": b"words"})
    page.click("button:has-text('다음')")
    stands(page, "#after-about:has-text('사진이 아닙니다')")


@pytest.mark.long
def test_a_photograph_that_was_chosen_before_the_scripts_came_is_saved_by_the_button(
    open_at: Callable[..., "Page"],
) -> None:
    page = open_at("report/photos")
    path = page.url
    page.wait_for_selector("html[data-kept]")
    assert page.locator("text=고른 사진 저장").count() == 0
    page.evaluate("document.addEventListener('change', event => event.stopImmediatePropagation(), true)")
    choose(page, "before", photo())
    choose(page, "after", photo("red"))
    page.click("button:has-text('다음')")
    stands(page, "#outcomes")  # nothing of the work was said yet
    page.goto(path)
    stands(page, "section.ph-group >> nth=0 >> .ph-album a img")
    stands(page, "section.ph-group >> nth=1 >> .ph-album a img")


@pytest.mark.parametrize("scripts", [longer(True), False])
def test_a_photograph_is_deleted_by_the_second_touch(open_at: Callable[..., "Page"], scripts: bool) -> None:
    page = open_at("report/photos", java_script_enabled=scripts, bypass_csp=True)
    choose(page, "before", photo(), photo("red"))
    if not scripts:
        page.click("section.ph-group >> nth=0 >> button[formaction]")
    shown = page.locator(".ph-album a img")
    expect(shown).to_have_count(2)
    expect(page.locator("#sending")).to_be_hidden()
    delete, yes = (
        page.locator(".ph-album summary >> nth=0"),
        page.locator("text=네, 지웁니다 >> visible=true"),
    )
    delete.dblclick()  # gloves
    expect(yes).to_have_count(0)
    delete.click()
    question, no = delete.locator("strong"), delete.locator("text=아니요, 그대로 두기")
    assert box_of(question)["y"] < box_of(no)["y"] < box_of(yes)["y"], "first what is asked, then the answers"
    assert (page.evaluate(SIDEWAYS), page.evaluate(SMALL_TEXT, SMALLEST_TEXT)) == (0, [])
    assert page.evaluate(LOW_BUTTONS, LOWEST_BUTTON) == []
    if scripts:
        page.add_script_tag(path=str(AXE))
        assert page.evaluate(AXE_FINDS) == []
    yes.click()
    expect(shown).to_have_count(1)


def test_an_amount_of_money_is_seen_whole(open_at: Callable[..., "Page"]) -> None:
    page = open_at("report/materials")
    page.fill("#share", "888888")
    assert page.evaluate("(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(share)") <= 0
    assert page.evaluate(SIDEWAYS) == 0


def _title_size(page: "Page") -> float:
    return float(page.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)"))
