"""Where the call page has little room, what is asked for has it: not a call left before, nor other items."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import now
from handyman.intake.call import Where
from handyman.models import ConsentKind, User
from tests import factories
from tests.browser.keyboard import fill_last, settle
from tests.browser.test_call_in_sight import (
    ADDRESS,
    ASKED_IN_SIGHT,
    DANGER,
    SCROLLS,
    ask,
    be_new,
    check,
    locate,
    make_known,
    refuse,
    say,
    three_windows,
)
from tests.longer import longer
from tests.pages import box_of, go, laid_out

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
ALL_DANGERS = "가스 냄새가 나고 불꽃이 튀고 물이 넘쳐서 넘어지셨어요"
CANDIDATES_IN_SIGHT = """() => {
    const list = document.querySelector('#beside').getBoundingClientRect();
    return [...document.querySelectorAll('#beside .candidate')].map(each => each.getBoundingClientRect())
        .filter(each => each.top >= list.top && each.bottom <= list.bottom).length;
}"""

LAST_IN_SIGHT = """() => {
    const last = [...document.querySelectorAll('#beside .candidate')].pop().getBoundingClientRect();
    return last.bottom <= document.querySelector('#beside').getBoundingClientRect().bottom;
}"""


@pytest.fixture(params=["ko", longer("en")])
def language(page: "Page", request: pytest.FixtureRequest) -> str:
    if request.param == "en":
        go(page, lambda: page.click("button[name=language]"))
        page.wait_for_selector("html[lang=en]")
        page.wait_for_load_state("networkidle")
    return str(request.param)


def open_at_the_door(session: Db, *names: str) -> None:
    key = flow.locate(Where(ADDRESS)).place.place_key
    home = factories.make_address(f"서울특별시 동작구 {ADDRESS}", place_key=key)
    for days, name in enumerate(names, 1):
        request = factories.make_request(factories.make_resident(name, address=home))
        factories.make_visit(request, now() + timedelta(days=days))
    session.commit()


def whole_beside(page: "Page") -> None:
    """What stands beside the map does not scroll."""
    laid_out(page)
    assert page.evaluate(SCROLLS, ["#beside"]) == []


@pytest.mark.usefixtures("language")
def test_three_windows_are_whole_with_every_word_for_119_where_to_send_them_and_a_refusal(
    page: "Page",
) -> None:
    be_new(page)
    ask(page, "lamp")
    page.fill("#item-wiring-quantity", "1")
    page.fill("#item-gas-quantity", "1")
    say(page, ALL_DANGERS)
    page.select_option("#relation", "family")
    check(page, "before", items=False)
    three_windows(page)
    assert page.evaluate(ASKED_IN_SIGHT) == [True] * 3
    refuse(page)
    check(page, "refused")
    three_windows(page)
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+1"))
    three = page.locator(".windows-list")
    chosen, whole = box_of(page.locator(".windows-list .window:has(:checked)")), box_of(three)
    assert chosen["y"] + chosen["height"] <= whole["y"] + whole["height"]


@pytest.mark.usefixtures("language")
def test_three_windows_are_whole_for_a_known_caller_with_three_open_requests(
    page: "Page", session: Db, operator: User
) -> None:
    """Two lines each, also where two go."""
    resident = make_known(operator, *ConsentKind)
    factories.make_visit(factories.make_request(resident), now() + timedelta(days=3))
    session.commit()
    page.fill("#phone", "010-0000-0001")
    settle(page, "/calls/where", lambda: page.press("#phone", "Enter"))
    ask(page, "lamp", "screen", "handrail")
    say(page, ALL_DANGERS)
    page.select_option("#relation", "family")
    check(page, "before", items=False)
    windows = page.locator(".windows-list .window")
    assert len({round(box_of(windows.nth(at))["height"]) for at in range(3)}) == 1
    three_windows(page)
    assert page.evaluate(ASKED_IN_SIGHT) == [True] * 3
    refuse(page)
    check(page, "refused", items=False)
    three_windows(page)


@pytest.mark.usefixtures("language")
def test_three_items_are_whole_for_somebody_else_who_calls(page: "Page") -> None:
    be_new(page)
    ask(page, "lamp", "screen", "handrail")
    check(page, "three items")
    page.select_option("#relation", "family")
    check(page, "for somebody else")
    page.keyboard.press("Alt+y")
    page.focus("#notes")
    check(page, "who has agreed to one")


@pytest.mark.usefixtures("language")
def test_four_items_of_which_two_are_done_elsewhere_are_whole_under_the_words_for_119(page: "Page") -> None:
    be_new(page)
    ask(page, "lamp", "screen")
    page.fill("#item-wiring-quantity", "1")
    page.fill("#item-gas-quantity", "1")
    say(page, DANGER)
    check(page, "four items")
    three_windows(page)
    page.select_option("#relation", "family")
    check(page, "for somebody else", items=False)
    assert page.evaluate(ASKED_IN_SIGHT) == [True] * 4


@pytest.mark.usefixtures("language")
def test_what_is_open_at_a_door_stands_beside_the_map_until_somebody_is_known(
    page: "Page", session: Db
) -> None:
    open_at_the_door(session, "나하나", "나두리", "나세리")
    be_new(page)
    page.locator("#beside > .open-here").wait_for()
    ask(page, "lamp")
    page.select_option("#relation", "family")
    check(page, "three open requests")
    whole_beside(page)
    three_windows(page)
    say(page, DANGER)
    expect(page.locator("#where > .open-here")).to_be_visible()
    expect(page.locator("#beside > *")).to_have_count(0)
    check(page, "words for 119", items=False, place=False)
    three_windows(page)
    say(page, "")
    expect(page.locator("#beside > .open-here")).to_be_visible()
    page.set_viewport_size({"width": 683, "height": 384})
    expect(page.locator("#where > .open-here")).to_be_visible()


@pytest.mark.usefixtures("language")
def test_houses_to_choose_from_stand_beside_the_map(page: "Page") -> None:
    locate(page, "우성아파트")
    houses = page.locator("#beside [data-candidate]")
    houses.first.wait_for()
    check(page, "all of them")
    whole_beside(page)
    assert page.evaluate(CANDIDATES_IN_SIGHT) == houses.count()
    say(page, DANGER)
    page.select_option("#relation", "family")
    check(page, "words for 119")
    assert page.evaluate(CANDIDATES_IN_SIGHT) >= 4
    page.focus("#address")
    for _house in range(houses.count()):
        page.keyboard.press("ArrowDown")
    expect(houses.last).to_be_focused()
    page.wait_for_function(LAST_IN_SIGHT)
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    expect(page.locator("[data-found]")).to_have_count(1)


def test_call_that_was_left_half_written_takes_no_room_of_the_next(page: "Page") -> None:
    be_new(page)
    page.goto(page.url)
    page.wait_for_selector("#draft", state="visible")
    be_new(page)
    ask(page, "handrail")
    fill_last(page, "item-gas-quantity", "1")
    check(page, "where to send them, and a handrail", items=False)
    assert page.evaluate(ASKED_IN_SIGHT) == [True, True]
    three_windows(page)
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+1"))
    notice, card = box_of(page.locator("#draft")), box_of(page.locator("#caller-card"))
    assert card["y"] < notice["y"]
    assert notice["y"] + notice["height"] <= card["y"] + card["height"]
    page.keyboard.press("Alt+d")
    expect(page.locator("#draft")).to_be_hidden()


@pytest.mark.long
def test_where_not_all_items_fit_those_that_are_asked_for_stand_first(page: "Page", session: Db) -> None:
    open_at_the_door(session, "나하나", "나두리")
    be_new(page)
    page.locator(".open-here").wait_for()
    ask(page, "screen")
    say(page, DANGER)
    page.select_option("#relation", "family")
    laid_out(page)
    assert page.locator(".items-list.is-tight").count() == 1
    assert page.evaluate(ASKED_IN_SIGHT) == [True]
    first = box_of(page.locator("[data-item] >> nth=0"))
    assert box_of(page.locator(".item.is-asked"))["y"] < first["y"]


@pytest.mark.long
def test_sentence_about_an_item_stands_on_one_line(page: "Page") -> None:
    be_new(page)
    page.fill("#item-lamp-quantity", "999")
    page.fill("#item-screen-quantity", "x")
    refuse(page)
    for code in ("lamp", "screen"):
        assert box_of(page.locator(f"#item-{code}-quantity-about"))["height"] < 30, code


def test_where_an_item_is_referred_to_is_said_beside_its_quantity(page: "Page") -> None:
    """In English, where the words are longer."""
    go(page, lambda: page.click("button[name=language]"))
    page.wait_for_selector("html[lang=en]")
    for code in ("wiring", "gas"):
        page.fill(f"#item-{code}-quantity", "1")
        laid_out(page)
        quantity = page.locator(f"#item-{code}-quantity")
        line = page.locator(".item-line").filter(has=quantity)
        badge, field = box_of(line.locator(".item-name > *")), box_of(quantity)
        assert badge["x"] + badge["width"] <= field["x"], code
