"""Where the call page has little room, what is asked for has it: not a call left before, nor other items."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import now
from handyman.intake.call import Where
from tests import factories
from tests.browser.keyboard import fill_last, settle
from tests.browser.test_call_in_sight import (
    ADDRESS,
    ASKED_IN_SIGHT,
    ask,
    be_new,
    check,
    refuse,
    three_windows,
)
from tests.pages import box_of, go, laid_out

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]


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
    key = flow.locate(Where(ADDRESS)).place.place_key
    home = factories.make_address(f"서울특별시 동작구 {ADDRESS}", place_key=key)
    for name in ("나하나", "나두리"):
        request = factories.make_request(factories.make_resident(name, address=home))
        factories.make_visit(request, now() + timedelta(days=1))
    session.commit()
    be_new(page)
    page.locator(".open-here").wait_for()
    ask(page, "screen")
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
