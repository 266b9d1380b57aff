"""The call page fits a desk of 1366 by 768, and a telephone: nothing is cut, nothing is too small."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.models import ReferOutPlace, Relation, VisitState, WaitingEntry, WaitReason
from tests import factories
from tests.browser.keyboard import fill_last, settle
from tests.longer import longer
from tests.pages import go, laid_out

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]

HEIGHT = "document.documentElement.scrollHeight"
WIDTH = "document.documentElement.scrollWidth"
WHOLE = """([inner, outer]) => {
    const box = document.querySelector(outer).getBoundingClientRect();
    return [...document.querySelectorAll(inner)].filter(each => each.offsetParent)
        .map(each => each.getBoundingClientRect())
        .map(each => each.top >= box.top - 1 && each.bottom <= box.bottom + 1);
}"""
APART = """() => {
    const words = document.createRange();
    words.selectNodeContents(document.querySelector('.is-later label'));
    const held = document.querySelector('.held').getBoundingClientRect();
    return words.getBoundingClientRect().right <= held.left;
}"""
SMALL_TEXT = """() => [...document.querySelectorAll('header *, main *')].filter(each => each.offsetParent)
    .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .filter(each => parseFloat(getComputedStyle(each).fontSize) < 17).map(each => each.textContent.trim())"""
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'main :is(a, button, select, textarea, .chip, .window label, input:not([type=hidden], [type=radio]))')]
    .filter(each => each.offsetParent && each.type !== 'checkbox')
    .filter(each => Math.min(each.offsetHeight, each.offsetWidth) < 44)
    .map(each => each.outerHTML.slice(0, 80))"""

CUT_RINGS = """() => [...document.querySelectorAll(':is(header, main) :is(a, button, select, input)')]
    .filter(each => each.checkVisibility() && each.tabIndex >= 0).filter(each => {
        each.focus({ focusVisible: true });
        const ringed = one => getComputedStyle(one).outlineStyle !== 'none';
        const ring = [...(each.labels || []), each].find(ringed);
        if (!ring) return true;
        const { outlineWidth, outlineOffset } = getComputedStyle(ring);
        const at = ring.getBoundingClientRect();
        const room = parseFloat(outlineWidth) + parseFloat(outlineOffset) - 0.6;
        const inside = (left, top, right, bottom) => at.left - room >= left && at.top - room >= top
            && at.right + room <= right && at.bottom + room <= bottom;
        let whole = inside(0, 0, innerWidth, innerHeight);
        for (let box = ring.parentElement; whole && box !== document.body; box = box.parentElement) {
            if (getComputedStyle(box).overflow === 'visible') continue;
            const { left, top } = box.getBoundingClientRect();
            const x = left + box.clientLeft, y = top + box.clientTop;
            whole = inside(x, y, x + box.clientWidth, y + box.clientHeight);
        }
        return !whole;
    }).map(each => each.outerHTML.slice(0, 80))"""

OFF_CENTRE = """() => [...document.querySelectorAll('.consent-ask label')].map(label => {
    const [circle, dot] = ['::before', '::after'].map(part => getComputedStyle(label, part));
    const middle = parseFloat(getComputedStyle(label).paddingLeft) + parseFloat(circle.width) / 2;
    return parseFloat(dot.left) + parseFloat(dot.marginLeft) + parseFloat(dot.width) / 2 - middle;
}).filter(off => Math.abs(off) > 1)"""


def ask_for_two_items(page: "Page") -> None:
    page.fill("#item-lamp-quantity", "2")
    page.select_option("#item-lamp-shape", "tube")
    page.fill("#item-lamp-ceiling_cm", "230")
    page.fill("#item-screen-quantity", "1")
    page.fill("#item-screen-width_cm", "90")
    fill_last(page, "item-screen-height_cm", "120")
    page.locator(".windows-list .window").first.wait_for()
    laid_out(page)


def check_desk(page: "Page") -> None:
    assert page.evaluate(HEIGHT) <= 768
    assert page.evaluate(WIDTH) <= 1366
    assert page.evaluate(WHOLE, [".windows-list .window", ".windows-list"])[:3] == [True] * 3
    assert all(page.evaluate(WHOLE, ["[data-entry], #caller-more", "#caller-card"]))
    assert page.evaluate(SMALL_TEXT) == []
    assert page.evaluate(CUT_RINGS) == []


def make_receipts() -> list[str]:
    """The numbers of a call on the waiting list, and of a daughter's for what is all done elsewhere."""
    places = [
        {"name": f"{at}번째로 안내할 곳", "phone": "02-000-0119", "hours": "평일 9–18시"} for at in range(4)
    ]
    elsewhere = [
        factories.make_item(
            code, permitted=False, refer_out_places=[ReferOutPlace(**each) for each in places]
        )
        for code in ("roof", "boiler")
    ]
    waiting = factories.make_request()
    factories.add(WaitingEntry(request_id=waiting.id, reason=WaitReason.NOTHING_FREE, since=now()))
    referred = factories.make_request(
        items=[(item, 1) for item in elsewhere],
        relation=Relation.FAMILY,
        caller=factories.make_person("나둘"),
    )
    return [waiting.number, referred.number]


@pytest.mark.parametrize("language", ["ko", longer("en")])
def test_page_fits_a_desk_with_a_known_and_with_a_new_caller(
    page: "Page", session: Db, language: str
) -> None:
    resident = factories.make_resident("나하나", "+821000000001", birth_year=1940, care_note="귀가 어두우심")
    for days in (30, 60, 90):
        start = now() - timedelta(days=days)
        factories.make_visit(factories.make_request(resident), start, state=VisitState.FINISHED)
    for days in (1, 2):
        factories.make_visit(factories.make_request(resident), now() + timedelta(days=days))
    receipts = make_receipts()
    session.commit()
    if language == "en":
        go(page, lambda: page.click("button[name=language]"))
        page.wait_for_selector("html[lang=en]")
    page.fill("#phone", "010-0000-0001")
    settle(page, "/calls/where", lambda: page.press("#phone", "Enter"))
    ask_for_two_items(page)
    check_desk(page)
    hidden = page.locator(".known-open").count() - page.locator(".known-open:visible").count()
    assert f"{'진행 중 ' if language == 'ko' else ''}{hidden}" in page.inner_text("#caller-more")
    page.keyboard.press("Alt+m")
    laid_out(page)
    assert page.locator("[data-entry]:visible").count() == page.locator("[data-entry]").count()
    page.set_viewport_size({"width": 360, "height": 740})
    laid_out(page)
    assert page.evaluate(WIDTH) <= 360
    assert page.evaluate(SMALL_TARGETS) == []
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(page.url)
    go(page, lambda: page.keyboard.press("Control+Enter"))
    page.locator("#problems").wait_for()
    laid_out(page)
    assert page.evaluate(HEIGHT) <= 768
    assert page.evaluate(WHOLE, ["#problems a", "#problems"]) == [True] * 5
    assert page.evaluate(CUT_RINGS) == []
    page.fill("#phone", "010-0000-7777")
    settle(page, "/calls/caller", lambda: page.press("#phone", "Enter"))
    page.fill("#name", "김가람")
    page.fill("#address", "상도로 369")
    settle(page, "/calls/where", lambda: page.press("#address", "Tab"))
    ask_for_two_items(page)
    check_desk(page)
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+1"))
    laid_out(page)
    assert page.evaluate(HEIGHT) <= 768
    assert page.evaluate(APART), "until when it is kept stands beside the way to save without a time"
    page.check("#consent_processing-yes", force=True)
    assert page.evaluate(OFF_CENTRE) == []
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt")
    assert page.evaluate(HEIGHT) <= 768
    assert page.evaluate(SMALL_TEXT) == []
    office = page.url.split("/calls/")[0]
    for number in receipts:
        page.goto(f"{office}/calls/{number}/receipt")
        assert page.evaluate(HEIGHT) <= 768
        assert page.evaluate(WHOLE, [".receipt-number, #next", ".receipt"]) == [True] * 2
        page.wait_for_selector("#next:focus")  # a browser focuses what asks for it in its own time
        page.keyboard.press("Enter")
        page.wait_for_url("**/calls/new")


def test_what_was_typed_is_in_sight_on_a_page_that_was_refused(page: "Page") -> None:
    page.fill("#address", "ㅅㄷ23 20-3")
    settle(page, "/calls/where", lambda: page.press("#address", "Enter"))
    ask_for_two_items(page)
    page.locator("[data-quantity]").last.fill("1")
    go(page, lambda: page.keyboard.press("Control+Enter"))
    page.locator("#problems").wait_for()
    laid_out(page)
    assert page.evaluate(WHOLE, [".is-asked:last-child [data-quantity]", ".items-list"]) == [True]
    page.wait_for_selector("#map .dong-name", state="attached")
    assert page.locator("#map.is-near").count() == 1, "the map stays on the house to confirm"


WHOLLY_NAMED = """name => [...document.querySelectorAll('.known-open.is-short p')]
    .filter(each => each.offsetParent).map(each => {
        const words = document.createRange();
        const text = [...each.childNodes].find(part => part.nodeType === Node.TEXT_NODE
            && part.textContent.includes(name));
        const from = text.textContent.indexOf(name);
        words.setStart(text, from);
        words.setEnd(text, from + name.length);
        const [own, box] = [words.getBoundingClientRect(), each.getBoundingClientRect()];
        return own.right <= box.right + 1 && own.bottom <= box.bottom + 1;
    })"""


WHEN_IN_SIGHT = """() => [...document.querySelectorAll('.known-open.is-short p')]
    .filter(each => each.offsetParent).map(each => [...each.querySelector('.open-visit').getClientRects()]
        .every(line => line.bottom <= each.getBoundingClientRect().bottom + 1))"""


@pytest.mark.long
def test_what_is_open_is_named_where_the_card_is_shortest(page: "Page", session: Db) -> None:
    resident = factories.make_resident("나하나", "+821000000001", birth_year=1940)
    item = factories.make_item("mesh", name_ko="방충망 교체", short_ko="방충망 교체")
    for days in (1, 2):
        factories.make_visit(factories.make_request(resident, [item]), now() + timedelta(days=days))
    session.commit()
    page.fill("#phone", "010-0000-0001")
    settle(page, "/calls/where", lambda: page.press("#phone", "Enter"))
    ask_for_two_items(page)
    page.keyboard.press("Alt+y")
    go(page, lambda: page.keyboard.press("Control+Enter"))
    page.locator("#problems").wait_for()
    page.wait_for_selector(".known-open.is-short:visible")
    laid_out(page)
    assert page.evaluate(WHOLLY_NAMED, "방충망 교체") == [True]
    assert all(page.evaluate(WHOLE, ["[data-entry], #caller-more", "#caller-card"]))


@pytest.mark.parametrize("language", ["ko", longer("en")])
def test_when_an_open_visit_is_stands_there_where_the_card_has_a_line_to_spare(
    page: "Page", session: Db, language: str
) -> None:
    resident = factories.make_resident("나하나", "+821000000001", birth_year=1940)
    factories.make_visit(factories.make_request(resident), now() - timedelta(9), state=VisitState.FINISHED)
    item = factories.make_item("mesh", name_ko="방충망 교체", name_en="Insect screen")
    factories.make_visit(factories.make_request(resident, [item]), now() + timedelta(days=1))
    session.commit()
    if language == "en":
        go(page, lambda: page.click("button[name=language]"))
        page.wait_for_selector("html[lang=en]")
    page.fill("#phone", "010-0000-0001")
    settle(page, "/calls/where", lambda: page.press("#phone", "Enter"))
    ask_for_two_items(page)
    page.select_option("#relation", "family")
    go(page, lambda: page.keyboard.press("Control+Enter"))
    page.locator("#problems").wait_for()
    page.wait_for_selector(".known-open.is-short:visible")
    laid_out(page)
    assert page.evaluate(WHEN_IN_SIGHT) == [True]
    assert all(page.evaluate(WHOLE, ["[data-entry], #caller-more", "#caller-card"]))
