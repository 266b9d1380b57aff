"""On a desk of 1366 by 768 the call page does not scroll: neither the page, nor a column of it.

What was asked for stands there whole as well, for up to three items with their questions, also where somebody
else calls. Where the words for 119, a refusal or what is open at the door leave less room than they all take,
their list scrolls in itself, those that are asked for stand first, and what has the focus is in sight with
its sentence.
The words for 119 stand over the card of whoever calls, where that is not full. Where a refusal comes on top
of all that, the words of a consent are one line until it has the focus. What is open at the door scrolls in
itself before that.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import now
from handyman.intake import script
from handyman.intake.call import Where
from handyman.models import Consent, ConsentKind, Member, Resident, ServiceItem, User, VisitState
from tests import factories
from tests.browser.keyboard import fill_last, settle
from tests.longer import longer
from tests.pages import box_of, go, laid_out

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]

ADDRESS = "장승배기로5길 5-5"
DANGER = "타는 냄새가 나고 넘어지셨어요"
SCROLLS = """inner => [document.documentElement, ...document.querySelectorAll(
    ['.call-right', '#caller-card', '#problems', ...inner].join())]
    .filter(each => each.scrollHeight > Math.min(each.clientHeight, innerHeight))
    .map(each => `${each.id || each.className}: ${each.scrollHeight} in ${each.clientHeight}`)"""
LOW = """() => [...document.querySelectorAll('.call-left > *, .call-right > *, #save')]
    .filter(each => each.getBoundingClientRect().bottom > innerHeight).map(each => each.className)"""
ITEMS = {
    "lamp": {"quantity": "2", "shape": "tube", "ceiling_cm": "230"},
    "handrail": {"quantity": "1", "wall": "concrete", "owner_consent": "agreed"},
    "screen": {"quantity": "1", "width_cm": "90", "height_cm": "120"},
}
ASKED_IN_SIGHT = """() => {
    const list = document.querySelector('.items-list').getBoundingClientRect();
    return [...document.querySelectorAll('.item.is-asked')].map(each => each.getBoundingClientRect())
        .map(each => each.top >= list.top && each.bottom <= list.bottom);
}"""
CUT = """() => {
    const field = document.activeElement;
    const about = document.getElementById(field.id + '-about');
    const inside = each => {
        const own = each.getBoundingClientRect();
        const floats = getComputedStyle(each).position === 'absolute';
        for (let box = floats ? each.offsetParent : each.parentElement; box; box = box.parentElement) {
            if (!/auto|scroll|hidden/.test(getComputedStyle(box).overflowY)) continue;
            const view = box.getBoundingClientRect();
            if (own.top < view.top - 1 || own.bottom > view.bottom + 1) return false;
        }
        return own.top >= 0 && own.bottom <= innerHeight;
    };
    return [field, about].filter(each => each && !inside(each)).map(each => each.id);
}"""


def check(page: "Page", what: str, *, items: bool = True, place: bool = True) -> None:
    """`items`, `place`: whether each is there whole."""
    laid_out(page)
    inner = [".call-left", *([".place"] if place else []), *([".items-list"] if items else [])]
    assert page.evaluate(SCROLLS, inner) == [], what
    assert page.evaluate(LOW) == [], what


def focus(page: "Page", *fields: str) -> None:
    """Each is in sight with its sentence once it has the focus, as by Tab."""
    for field in fields:
        page.focus(field)
        laid_out(page)
        assert page.evaluate(CUT) == [], field


def answer(page: "Page", field: str, said: str) -> None:
    box = page.locator(f"#{field}")
    if box.evaluate("each => each.tagName") == "SELECT":
        box.select_option(said)
    else:
        box.fill(said)


def ask(page: "Page", *codes: str) -> None:
    """The items, and all that is asked about them; the windows come by themselves."""
    asked = [(f"item-{code}-{name}", said) for code in codes for name, said in ITEMS[code].items()]
    for field, said in asked[:-1]:
        answer(page, field, said)
    field, said = asked[-1]
    settle(page, "/calls/windows", lambda: answer(page, field, said), f"{field}={said}")
    page.locator(".windows-list .window").first.wait_for()


def say(page: "Page", notes: str) -> None:
    settle(page, "/calls/danger", lambda: page.fill("#notes", notes))


def locate(page: "Page", address: str) -> None:
    page.fill("#address", address)
    settle(page, "/calls/where", lambda: page.press("#address", "Tab"))


def be_new(page: "Page") -> None:
    page.fill("#phone", "010-0000-7777")
    settle(page, "/calls/caller", lambda: page.press("#phone", "Enter"))
    page.fill("#name", "김가람")
    locate(page, ADDRESS)


def says_of_items(page: "Page") -> None:
    """What is wrong with them stands beside their title, over the list."""
    said, title = box_of(page.locator("#items > .form-hint-invalid")), box_of(page.locator("#items .must"))
    assert title["x"] + title["width"] <= said["x"]
    assert said["y"] + said["height"] <= box_of(page.locator(".items-list"))["y"]


def says_of_the_item(page: "Page", *fields: str) -> None:
    """Its sentence stands on the line of the title, while it has the focus."""
    for field in fields:
        page.focus(field)
        laid_out(page)
        about = box_of(page.locator(f"{field}-about"))
        assert about["y"] + about["height"] <= box_of(page.locator(".items-list"))["y"]
        wide = [box_of(page.locator(f"{each}-about"))["width"] for each in fields if each != field]
        assert all(each <= 1 for each in wide)


def three_windows(page: "Page") -> None:
    """The best three are there whole."""
    whole, third = box_of(page.locator(".windows-list")), box_of(page.locator(".windows-list .window").nth(2))
    assert third["y"] + third["height"] <= whole["y"] + whole["height"] + 1


def refuse(page: "Page") -> None:
    go(page, lambda: page.keyboard.press("Control+Enter"))
    page.locator("#problems").wait_for()
    page.wait_for_load_state("networkidle")


def make_known(reader: User, *consents: ConsentKind) -> Resident:
    """With visits behind them, two to come, and what they have agreed to."""
    resident = factories.make_resident("나하나", "+821000000001", birth_year=1940, care_note="귀가 어두우심")
    for days in (30, 60):
        start = now() - timedelta(days=days)
        factories.make_visit(factories.make_request(resident), start, state=VisitState.FINISHED)
    for days in (1, 2):
        factories.make_visit(factories.make_request(resident), now() + timedelta(days=days))
    said = {"script_version": script.VERSION, "given": True, "read_by_id": reader.id, "at": now()}
    for kind in consents:
        factories.add(Consent(person_id=resident.id, kind=kind, **said))
    return resident


@pytest.fixture(params=["ko", longer("en")])
def language(page: "Page", request: pytest.FixtureRequest) -> str:
    if request.param == "en":
        go(page, lambda: page.click("button[name=language]"))
        page.wait_for_selector("html[lang=en]")
        page.wait_for_load_state("networkidle")
    return str(request.param)


@pytest.mark.usefixtures("language")
def test_new_caller_from_the_first_word_to_the_window_that_is_kept(page: "Page") -> None:
    check(page, "nothing typed")
    be_new(page)
    check(page, "a house")
    ask(page, "lamp", "screen")
    check(page, "two items")
    ask(page, "handrail")
    check(page, "three items")
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+1"))
    check(page, "a window that is kept, and its sentence")
    page.select_option("#relation", "family")
    expect(page.locator("#on-behalf .must")).to_be_visible()
    check(page, "for somebody else")
    page.keyboard.press("Alt+y")
    page.focus("#notes")
    check(page, "for somebody else, who has agreed to one")
    page.keyboard.press("Alt+y")
    page.keyboard.press("Alt+y")
    page.focus("#notes")
    check(page, "for somebody else, who has agreed to all")
    settle(page, "/calls/danger", lambda: page.keyboard.press("Alt+e"))
    check(page, "words for 119, without a word of danger", items=False)
    page.goto(page.url)
    page.wait_for_selector("#draft", state="visible")
    be_new(page)
    ask(page, "lamp", "screen")
    check(page, "another call was left half written")


def test_refused_call_with_the_words_for_119(page: "Page", language: str) -> None:
    locate(page, ADDRESS)
    say(page, DANGER)
    check(page, "words for 119")
    refuse(page)
    assert page.evaluate(CUT) == [], "what is wrong first has the focus"
    expect(page.locator("#phone-about")).to_have_css("padding-right", "8px")
    check(page, "refused: number, name, items and consent", items=False)
    assert page.locator("#problems a").count() == 5
    says_of_items(page)
    focus(page, "#name")
    assert page.is_visible("#name-about")
    check(page, "the sentence of a field stands over what follows", items=False)
    ask(page, "lamp")
    check(page, "an item", items=False)
    says_of_items(page)
    ask(page, "screen", "handrail")
    check(page, "two more", items=False)
    page.select_option("#item-handrail-wall", "")
    page.fill("#item-lamp-ceiling_cm", "9999")
    page.select_option("#relation", "family")
    refuse(page)
    check(page, "refused once more", items=False)
    assert page.locator("#problems a").count() == 8
    assert page.evaluate(ASKED_IN_SIGHT) == [True] * 3
    expect(page.locator("#caller-card > #danger-banner")).to_be_visible()
    says_of_the_item(page, "#item-lamp-ceiling_cm", "#item-handrail-wall")
    focus(page, "#caller_name", "#item-lamp-ceiling_cm", "#item-handrail-wall", "#consent_processing-yes")
    page.check("#consent_processing-yes", force=True)
    page.focus("#notes")
    check(page, "who has agreed", items=False)


@pytest.mark.long
def test_known_caller_with_open_requests(page: "Page", session: Db, operator: User, language: str) -> None:
    make_known(operator, *ConsentKind)
    session.commit()
    page.fill("#phone", "010-0000-0001")
    settle(page, "/calls/where", lambda: page.press("#phone", "Enter"))
    check(page, "the card")
    ask(page, "lamp", "screen", "handrail")
    check(page, "three items")
    refuse(page)
    check(page, "refused: no window was chosen", items=language == "ko")
    three_windows(page)
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+1"))
    check(page, "a window that is kept", items=language == "ko")
    say(page, DANGER)
    check(page, "words for 119", items=False)
    page.select_option("#item-handrail-wall", "")
    page.select_option("#relation", "family")
    refuse(page)
    check(page, "refused", items=False)
    assert page.evaluate(ASKED_IN_SIGHT) == [True] * 3
    words, more = box_of(page.locator("#caller-card > #danger-banner")), box_of(page.locator("#caller-more"))
    assert words["y"] + words["height"] <= more["y"]
    focus(page, "#item-handrail-wall")
    page.fill("#name", "나두리")
    page.wait_for_selector("#who-is-it", state="visible")
    check(page, "another name", items=False)


@pytest.mark.long
def test_who_has_not_agreed_to_a_note_about_their_health(
    page: "Page", session: Db, operator: User, language: str
) -> None:
    make_known(operator)
    session.commit()
    page.fill("#phone", "010-0000-0001")
    settle(page, "/calls/where", lambda: page.press("#phone", "Enter"))
    ask(page, "lamp", "screen")
    check(page, "two items")
    refuse(page)
    focus(page, "#care_note")
    assert page.is_visible("#care_note-about")
    check(page, "refused", items=False)


@pytest.mark.long
def test_what_is_done_elsewhere_and_what_waits(page: "Page", session: Db, app: Flask, language: str) -> None:
    be_new(page)
    page.fill("#item-wiring-quantity", "1")
    fill_last(page, "item-gas-quantity", "1")
    check(page, "where to send them")
    refuse(page)
    check(page, "refused", items=False)
    say(page, DANGER)
    page.select_option("#relation", "family")
    refuse(page)
    check(page, "refused with words for 119, and for somebody else", items=False)
    assert page.evaluate(ASKED_IN_SIGHT) == [True] * 2
    page.select_option("#relation", "self")
    say(page, "")
    page.fill("#item-wiring-quantity", "")
    page.fill("#item-gas-quantity", "")
    for member in session.scalars(select(Member)):
        member.active = False
    session.commit()
    app.extensions.pop("days_ahead", None)  # seen at once
    page.fill("#item-lamp-quantity", "2")
    page.select_option("#item-lamp-shape", "tube")
    fill_last(page, "item-lamp-ceiling_cm", "230")
    page.locator("#wait_reason").wait_for()
    check(page, "the waiting list", items=language == "ko")


@pytest.mark.long
def test_several_houses_to_choose_from(page: "Page", language: str) -> None:
    locate(page, "우성아파트")
    say(page, DANGER)
    page.select_option("#relation", "family")
    refuse(page)
    page.locator("[data-candidate]").first.wait_for()
    laid_out(page)
    check(page, language, items=False, place=False)
    focus(page, "[data-candidate] >> nth=0", "#caller_name")


def test_the_same_fault_still_open_at_the_door_of_somebody_on_file(page: "Page", session: Db) -> None:
    lamp = session.scalars(select(ServiceItem).where(ServiceItem.code == "lamp")).one()
    home = factories.make_address(
        f"서울특별시 동작구 {ADDRESS}", place_key=flow.locate(Where(ADDRESS)).place.place_key
    )
    residents = [
        factories.make_resident("김가람", address=home),
        factories.make_resident("나하나", address=home),
    ]
    for resident, days in ((residents[0], 1), (residents[0], 2), (residents[1], 3)):
        factories.make_visit(factories.make_request(resident, [lamp]), now() + timedelta(days=days))
    session.commit()
    be_new(page)
    ask(page, "lamp")
    page.keyboard.press("Alt+0")
    page.select_option("#wait_reason", "call_again")
    page.keyboard.press("Alt+y")
    refuse(page)
    expect(page.locator("#problems")).to_contain_text("같은 일을 이미 신청해 두셨습니다")
    page.wait_for_selector(".open-here .add-to:focus")
    check(page, "the same again, refused", items=False, place=False)
    assert page.evaluate(CUT) == [], "what it may be added to is in sight"
    three_windows(page)
    say(page, DANGER)
    page.select_option("#relation", "family")
    refuse(page)
    check(page, "words for 119, and somebody else who calls", items=False, place=False)
    assert page.evaluate(ASKED_IN_SIGHT) == [True]
    focus(page, ".open-here .add-to >> nth=0", "#caller_name")
    three_windows(page)


@pytest.mark.long
def test_an_answer_stands_still_while_the_mouse_presses_it(page: "Page", language: str) -> None:
    refuse(page)
    be_new(page)
    ask(page, "lamp", "screen")
    for kind in ("processing", "health", "district"):
        label = page.locator(f"label[for=consent_{kind}-yes]")
        label.hover()
        before = box_of(label)
        page.mouse.down()
        laid_out(page)
        assert box_of(label) == before, kind
        page.mouse.up()
        assert page.is_checked(f"#consent_{kind}-yes"), kind


@pytest.mark.long
def test_the_same_fault_at_the_door_of_a_neighbour(page: "Page", session: Db, language: str) -> None:
    lamp = session.scalars(select(ServiceItem).where(ServiceItem.code == "lamp")).one()
    key = flow.locate(Where(ADDRESS)).place.place_key
    home = factories.make_address(f"서울특별시 동작구 {ADDRESS}", place_key=key)
    for name in ("나하나", "나두리"):
        request = factories.make_request(factories.make_resident(name, address=home), [lamp])
        factories.make_visit(request, now() + timedelta(days=1))
    session.commit()
    be_new(page)
    page.locator(".open-here").wait_for()
    check(page, "what is open here", items=language == "ko")
    ask(page, "lamp")
    check(page, "the same again", items=False)
    refuse(page)
    assert page.evaluate(CUT) == [], "what is wrong first has the focus"
    check(page, "refused", items=False, place=False)
