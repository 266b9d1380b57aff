"""What stands on the call page: it stays until it is saved, and goes when it is no longer true."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import shown_team
from handyman.extensions import now
from handyman.models import Member
from handyman.words import seoul_day
from tests import factories
from tests.browser.keyboard import fill_last, focused, settle
from tests.pages import box_of, go, laid_out, until

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Page, Route

pytestmark = pytest.mark.browser
Db = scoped_session[Session]


def test_words_of_danger_anywhere_come_to_the_top_without_a_key(page: "Page") -> None:
    page.focus("#care_note")
    page.keyboard.type("욕실에서 넘어지셨어요")
    page.wait_for_selector("#danger-banner:has-text('그대로 계시게')")
    assert focused(page) == "care_note"
    page.fill("#care_note", "귀가 어두우심")
    page.wait_for_selector("#danger-banner", state="hidden")


@pytest.mark.long
def test_danger_is_asked_about_before_saving_and_answered_by_one_key(page: "Page") -> None:
    ask_for_a_screen(page)
    page.keyboard.press("Alt+0")
    page.wait_for_selector("#wait_reason:focus")
    page.keyboard.press("ArrowDown")
    page.check("#consent_processing-yes", force=True)
    with page.expect_response("**/calls/danger"):
        page.fill("#notes", "가스 냄새가 나요")
    expect(page.locator("#danger-over")).to_contain_text("Alt+9")
    expect(page.locator(".danger-ask:visible")).to_have_count(1)
    go(page, lambda: page.keyboard.press("Control+Enter"))
    expect(page.locator("#problems")).to_contain_text("119에 알렸거나 위험이 끝났습니까(가스)?")
    assert page.input_value("#notes") == "가스 냄새가 나요"
    assert page.is_checked("#choice-0")
    page.keyboard.press("Alt+9")
    assert page.is_checked("#danger_over")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt")


def test_saving_without_a_window_asks_once_and_keeps_the_words(page: "Page") -> None:
    ask_for_a_screen(page)
    assert page.locator("#windows :checked:not(option)").count() == 0
    page.fill("#notes", "꼭 남을 말")
    page.check("#consent_processing-yes", force=True)
    go(page, lambda: page.keyboard.press("Control+Enter"))
    expect(page.locator("#problems")).to_contain_text("약속하지 않는 까닭을 골라 주십시오(Alt+0)")
    assert page.input_value("#notes") == "꼭 남을 말"
    laid_out(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= 768
    said, first = page.locator("#windows > .form-hint-invalid"), page.locator(".windows-list .window").first
    page.wait_for_selector("#choice-1:focus")
    assert box_of(said)["y"] + box_of(said)["height"] <= box_of(first)["y"] - 5, "its frame covers nothing"
    page.keyboard.press("Alt+0")
    go(page, lambda: page.keyboard.press("Control+Enter"))
    page.wait_for_selector("#wait_reason:focus")
    line = page.locator("#problems a[href='#windows']")
    expect(line).not_to_have_class("is-done")
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+1"))
    expect(line).to_have_class("is-done")
    expect(said).to_have_count(0)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt")


COMPOSING = """() => document.activeElement.dispatchEvent(
    new KeyboardEvent('keydown', { code: 'Slash', altKey: true, isComposing: true, bubbles: true }))"""


def test_the_day_from_which_windows_are_wanted_has_a_key(page: "Page") -> None:
    """By where it lies, whatever the keyboard writes; and not in the middle of a syllable."""
    expect(page.locator("label[for=suits_from] .key")).to_have_text("Alt+/")
    page.evaluate(COMPOSING)
    assert focused(page) == "phone"
    page.keyboard.press("Alt+Slash")
    assert focused(page) == "suits_from"
    assert page.locator("[data-key='Alt+Slash']").count() == 1


def ask_for_a_screen(page: "Page") -> None:
    page.fill("#phone", "010-0000-7777")
    page.fill("#name", "김가람")
    page.fill("#address", "상도로 369")
    settle(page, "/calls/where", lambda: page.press("#address", "Tab"))
    page.fill("#item-screen-quantity", "1")
    page.fill("#item-screen-width_cm", "90")
    fill_last(page, "item-screen-height_cm", "120")
    page.locator(".windows-list .window").first.wait_for()


def test_words_of_danger_in_english_come_to_the_top_too(page: "Page") -> None:
    page.focus("#notes")
    page.keyboard.type("there is a gas leak")
    page.wait_for_selector("#danger-banner:has-text('집 밖으로')")
    page.fill("#notes", "her mother has fallen")
    page.wait_for_selector("#danger-banner:has-text('그대로 계시게')")
    page.fill("#notes", "the lamp is broken")
    page.wait_for_selector("#danger-banner", state="hidden")
    assert page.input_value("#notes") == "the lamp is broken"


@pytest.mark.long
def test_another_number_takes_out_what_the_card_had_written(page: "Page", session: Db) -> None:
    resident = factories.make_resident("나하나", "+821000000001", birth_year=1940)
    resident.household.address.entrance = "계단으로 2층"
    session.commit()
    page.keyboard.type("01000000001")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    assert (page.input_value("#birth_year"), page.input_value("#entrance")) == ("1940", "계단으로 2층")
    page.fill("#unit", "7호")
    page.fill("#phone", "010-0000-0966")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    left = {name: page.input_value(f"#{name}") for name in ("name", "birth_year", "address", "entrance")}
    assert set(left.values()) == {""}
    assert page.input_value("#person_id") == page.input_value("#place_key") == ""
    assert page.input_value("#unit") == "7호"
    page.fill("#phone", "01000000001")
    page.press("#phone", "Enter")
    page.wait_for_function("() => document.getElementById('name').value === '나하나'")


def test_sign_in_that_ends_during_a_call_is_said_before_anything_is_lost(page: "Page") -> None:
    expect(page.locator("#trouble")).to_be_hidden()
    page.context.clear_cookies()
    page.keyboard.type("01000000001")
    page.keyboard.press("Enter")
    page.wait_for_selector("#trouble", state="visible")
    assert page.input_value("#phone") == "01000000001"
    assert page.locator("h1").count() == 1, "no page comes in the place of the card"


@pytest.mark.long
def test_offer_is_old_when_the_wish_changes(page: "Page") -> None:
    page.fill("#address", "상도로 369")
    page.fill("#item-lamp-quantity", "1")
    page.select_option("#item-lamp-shape", "tube")
    fill_last(page, "item-lamp-ceiling_cm", "230")
    settle(page, "/calls/windows", lambda: page.keyboard.press("Alt+w"))
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+2"))
    assert page.is_checked("#choice-2")
    page.route("**/calls/windows", lambda _route: None)  # what is asked anew has no answer yet
    page.fill("#item-lamp-quantity", "3")
    assert not page.is_checked("#choice-2")
    assert "is-old" in (page.get_attribute("#windows", "class") or "")


def test_what_is_done_elsewhere_takes_no_window_from_the_caller(page: "Page") -> None:
    ask_for_a_screen(page)
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+1"))
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url.rpartition("/")[2]))
    page.fill("#item-gas-quantity", "1")
    page.press("#item-gas-quantity", "Tab")
    page.wait_for_timeout(1000)  # longer than a pause after which the windows come by themselves
    assert not {"hold", "windows"} & set(asked)
    assert page.is_checked("#choice-1")
    settle(page, "/calls/windows", lambda: page.fill("#item-screen-quantity", ""))
    expect(page.locator("#windows .where-to-send")).to_be_visible()


@pytest.mark.long
def test_what_is_chosen_while_the_windows_come_once_more_stays_chosen(page: "Page") -> None:
    page.fill("#address", "상도로 369")
    settle(page, "/calls/where", lambda: page.press("#address", "Tab"))
    settle(page, "/calls/windows", lambda: page.fill("#item-lamp-quantity", "1"))
    page.select_option("#item-lamp-shape", "tube")
    fill_last(page, "item-lamp-ceiling_cm", "230")
    late: list[tuple[Route, APIResponse]] = []
    page.route("**/calls/windows", lambda route: late.append((route, route.fetch())))
    page.evaluate("void htmx.ajax('POST', '/calls/windows', {source: '#windows', target: '#windows'})")
    with page.expect_response("**/calls/hold"):
        page.keyboard.press("Alt+2")
    page.wait_for_selector("#held [data-seconds]")
    chosen = page.input_value("[name=choice]:checked")
    until(page, lambda: late)
    for route, answer in late:
        route.fulfill(response=answer)
    page.wait_for_selector(".htmx-request", state="detached")
    assert len(late) == 1
    assert page.input_value("[name=choice]:checked") == chosen


@pytest.mark.long
def test_a_window_that_is_kept_says_who_comes_by_now(page: "Page", session: Db) -> None:
    """Somebody else keeps the time of whoever the list named, while it stands there."""
    page.fill("#phone", "010-0000-7777")
    page.fill("#address", "상도로 369")
    settle(page, "/calls/where", lambda: page.press("#address", "Tab"))
    page.fill("#item-lamp-quantity", "2")
    page.select_option("#item-lamp-shape", "tube")
    fill_last(page, "item-lamp-ceiling_cm", "240")
    line = page.locator(".windows-list .window").first
    named = line.locator(".window-who").inner_text()
    member = session.scalars(select(Member).where(Member.name == named)).one()
    factories.make_absence(member, seoul_day(now()), seoul_day(now()) + timedelta(days=30))
    session.commit()
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+1"))
    expect(line.locator(".window-who")).not_to_contain_text(named)
    shown = line.locator(".window-who").inner_text()
    other = session.scalars(select(Member).where(Member.name == shown)).one()
    named = line.locator("[name^=named-]")
    window = str(named.get_attribute("name")).removeprefix("named-")
    assert shown_team.read({"choice": window, f"named-{window}": named.input_value()}) == (other.id,)
    expect(line.locator(".window-why")).to_be_visible()


def test_a_refresh_keeps_what_was_typed_and_why_nothing_suits(page: "Page") -> None:
    page.fill("#name", "김가람")
    page.fill("#address", "상도로 369")
    settle(page, "/calls/where", lambda: page.press("#address", "Tab"))
    settle(page, "/calls/windows", lambda: page.fill("#item-screen-quantity", "1"))
    page.fill("#item-screen-width_cm", "90")
    fill_last(page, "item-screen-height_cm", "120")
    page.keyboard.press("Alt+0")
    page.fill("#wait_note", "화요일 말고")
    with page.expect_response("**/calls/windows"):
        page.reload()
    page.wait_for_function("() => document.getElementById('wait_note')?.value === '화요일 말고'")
    page.wait_for_selector("#choice-0:checked", state="attached")
    expect(page.locator("#name")).to_have_value("김가람")


@pytest.mark.long
def test_a_call_that_was_left_comes_back_and_leaves_nothing_over(
    page: "Page", session: Db, live_server: str
) -> None:
    factories.make_resident("나하나", "+821000000001", birth_year=1940)
    session.commit()
    page.check(".consent-ask input[value=yes] >> nth=0", force=True)
    page.select_option("#item-lamp-shape", "tube", force=True)
    page.goto(f"{live_server}/board")
    page.evaluate("sessionStorage.clear()")
    page.go_back(wait_until="networkidle")
    expect(page.locator(".consent-ask :checked")).to_have_count(0)
    expect(page.locator("#item-lamp-shape")).to_have_value("")

    page.goto(f"{live_server}/calls/new?phone=010-0000-0001")
    page.fill("#name", "나한아")
    page.fill("#birth_year", "")
    page.goto(f"{live_server}/board")
    page.go_back(wait_until="networkidle")
    page.reload(wait_until="networkidle")
    expect(page.locator("#name")).to_have_value("나한아")
    expect(page.locator("#caller .known-name")).to_have_text(re.compile("^나하나"))
    expect(page.locator("#item-lamp-quantity")).to_be_focused()
    assert page.input_value("#birth_year") == ""
    assert page.input_value("#person_id") != ""

    page.goto(f"{live_server}/calls/new")
    expect(page.locator("#draft")).to_contain_text("나한아")
    assert page.input_value("#name") == ""
    page.keyboard.press("Alt+j")
    page.locator("#caller .known-name").wait_for()
    page.reload(wait_until="networkidle")
    expect(page.locator("#name")).to_have_value("나한아")
    page.locator("#caller .known-name").wait_for()
    page.fill("#phone", "010-0000-0966")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    assert page.input_value("#person_id") == page.input_value("#address") == ""
    assert page.input_value("#name") == "나한아"

    go(page, lambda: page.keyboard.press("Control+Enter"))
    page.wait_for_selector("#problems")
    page.fill("#notes", "현관 등이 깜빡임")
    page.reload(wait_until="networkidle")
    expect(page.locator("#notes")).to_have_value("현관 등이 깜빡임")
    go(page, lambda: page.click("text=로그아웃"))
    page.wait_for_selector("[data-forget]")
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('call'))") == []


def test_refused_call_keeps_its_words_and_says_why(page: "Page") -> None:
    page.fill("#phone", "010-0000-7777")
    page.fill("#notes", "현관 등이 깜빡임")
    go(page, lambda: page.keyboard.press("Control+Enter"))
    page.wait_for_selector("#problems")
    assert page.input_value("#notes") == "현관 등이 깜빡임"
    assert "성함을 적어 주십시오" in page.inner_text("#name-about")
    assert "어르신 성함: " in (page.text_content("#problems") or "")
    assert focused(page) == "name", "the first that is wrong"
    page.click("#problems a[href='#items']")
    assert focused(page) == "item-lamp-quantity"
