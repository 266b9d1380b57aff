"""A call goes on over what happens meanwhile: an old offer, a sign-in that ends, a page that is read anew."""

from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.models import Member, User
from tests import factories
from tests.browser.keyboard import fill_last, focused, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
WORDS_IN_STORE = "() => Object.values(sessionStorage).join()"


def ask_for_a_lamp(page: "Page") -> None:
    page.fill("#address", "상도로 369")
    settle(page, "/calls/where", lambda: page.press("#address", "Tab"))
    settle(page, "/calls/windows", lambda: page.fill("#item-lamp-quantity", "1"))
    page.select_option("#item-lamp-shape", "tube")
    fill_last(page, "item-lamp-ceiling_cm", "230")
    page.locator(".windows-list .window").first.wait_for()


def test_what_is_no_number_is_told_while_it_is_typed_and_no_longer_than_that(page: "Page") -> None:
    page.keyboard.type("010-12")
    settle(page, "/calls/caller", lambda: page.keyboard.press("Enter"))
    page.wait_for_selector("#caller :text('전화번호를 다시 확인')")
    assert page.get_attribute("#phone", "aria-invalid") == "true"
    assert page.get_attribute("#phone", "aria-describedby") == "phone-wrong"
    page.fill("#phone", "010-0000-0966")
    settle(page, "/calls/caller", lambda: page.press("#phone", "Enter"))
    page.wait_for_selector("#caller :text('처음 거는 번호')")
    assert page.get_attribute("#phone", "aria-invalid") is None


def test_a_withheld_number_is_asked_for(page: "Page", live_server: str) -> None:
    page.goto(f"{live_server}/calls/new?phone=anonymous")
    page.wait_for_selector("#phone:focus")
    assert page.input_value("#phone") == ""
    assert "번호를 숨기고 거신 전화입니다" in page.inner_text("#caller")


@pytest.mark.long
def test_a_struck_through_window_cannot_be_chosen_and_says_why(page: "Page") -> None:
    ask_for_a_lamp(page)
    held: list[str] = []
    page.on("request", lambda asked: held.append(asked.url) if asked.url.endswith("/calls/hold") else None)
    page.route("**/calls/windows", lambda _route: None)  # what is asked anew has no answer yet
    page.fill("#item-lamp-quantity", "3")
    page.wait_for_selector("#windows.is-old")
    page.keyboard.press("Alt+1")
    page.wait_for_selector("#held :text('지난 시간이라 고르지 않았습니다')")
    assert page.locator(".windows-list :checked").count() == 0
    assert held == []
    page.unroute("**/calls/windows")
    settle(page, "/calls/windows", lambda: page.keyboard.press("Alt+w"))
    page.wait_for_selector("#windows:not(.is-old)")
    assert page.locator("#held :text('지난 시간')").count() == 0
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+1"))
    assert page.is_checked("#choice-1")


def lose_the_sign_in(page: "Page", live_server: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{live_server}/calls/new")
    page.wait_for_selector("[data-forget]")


def come_in(page: "Page", login: str) -> None:
    page.fill("[name=login]", login)
    page.fill("[name=password]", factories.PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector("#phone:focus")


@pytest.mark.long
def test_a_call_waits_for_the_login_that_was_lost_and_for_no_other(
    page: "Page", operator: User, session: Db, live_server: str
) -> None:
    another = factories.make_user("operator").login
    mine = operator.login
    session.commit()
    page.fill("#name", "김가람")
    page.fill("#notes", "현관 등이 깜빡임")
    page.wait_for_function("() => sessionStorage.getItem('sealed') !== null")
    page.wait_for_timeout(300)  # the last word is locked up, too
    lose_the_sign_in(page, live_server)
    assert "김가람" not in page.evaluate(WORDS_IN_STORE), "nobody reads it without the key"
    come_in(page, mine)
    page.wait_for_selector("#draft:has-text('김가람')")
    page.keyboard.press("Alt+j")
    assert page.input_value("#notes") == "현관 등이 깜빡임"

    page.fill("#notes", "현관 등이 나감")
    page.wait_for_timeout(300)
    lose_the_sign_in(page, live_server)
    come_in(page, another)
    page.wait_for_function("() => sessionStorage.getItem('sealed') === null")
    assert not page.is_visible("#draft")
    assert page.input_value("#name") == ""


@pytest.mark.long
def test_what_was_locked_up_is_thrown_away_in_time(page: "Page", operator: User, live_server: str) -> None:
    mine = operator.login
    page.fill("#name", "김가람")
    page.wait_for_function("() => sessionStorage.getItem('sealed') !== null")
    lose_the_sign_in(page, live_server)
    page.evaluate(
        "() => { const kept = JSON.parse(sessionStorage.getItem('sealed')); kept.until = Date.now() - 1;"
        " sessionStorage.setItem('sealed', JSON.stringify(kept)); }"
    )
    page.reload()
    page.wait_for_selector("[data-forget]")
    assert page.evaluate("() => sessionStorage.getItem('sealed')") is None
    come_in(page, mine)
    assert not page.is_visible("#draft")


@pytest.mark.long
def test_a_reason_that_nobody_chose_does_not_come_back_with_the_words(
    page: "Page", session: Db, app: Flask
) -> None:
    ask_for_a_lamp(page)
    assert page.input_value("#wait_reason") == ""
    page.fill("#wait_note", "화요일 말고")
    for member in session.scalars(select(Member)):
        member.active = False
    session.commit()
    app.extensions.pop("days_ahead")  # seen at once
    with page.expect_response("**/calls/windows"):
        page.reload()
    page.wait_for_function("() => document.getElementById('wait_note')?.value === '화요일 말고'")
    assert page.input_value("#wait_reason") == "nothing_free", "nobody has refused anything"
    page.select_option("#wait_reason", "call_again")
    with page.expect_response("**/calls/windows"):
        page.reload()
    page.wait_for_function("() => document.getElementById('wait_note')?.value === '화요일 말고'")
    assert page.input_value("#wait_reason") == "call_again", "that was chosen"


@pytest.mark.long
def test_at_twice_the_size_the_card_stands_beside_what_has_the_focus(page: "Page", session: Db) -> None:
    resident = factories.make_resident("나하나", "+821000000001", care_note="귀가 어두움")
    factories.make_request(resident)
    session.commit()
    page.set_viewport_size({"width": 683, "height": 384})
    page.focus("#phone")
    page.keyboard.type("01000000001")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    page.wait_for_selector("#item-lamp-quantity:focus")
    assert focused(page) == "item-lamp-quantity"
    before, away = page.evaluate(
        """() => {
            const of = where => document.querySelector(where).getBoundingClientRect();
            return [
                of('#items').top - of('#caller-card').bottom,
                of('#item-lamp-quantity').top - of('#caller .known-open').top,
            ];
        }"""
    )  # at one moment: the page may still be scrolling
    assert before >= 0, "before what is asked for"
    assert 0 < away < 384, "seen together with it"


def test_the_place_of_a_request_is_saved_without_scrolling(
    page: "Page", session: Db, live_server: str
) -> None:
    request = factories.make_request(factories.make_resident("나하나", "+821000000001"))
    number = request.number
    session.commit()
    page.goto(f"{live_server}/requests/{number}/place")
    page.wait_for_load_state("networkidle")
    box = page.locator("[value=save]").bounding_box()
    assert box
    assert box["y"] + box["height"] <= 768
    assert page.evaluate("scrollY") == 0
