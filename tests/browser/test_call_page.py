"""The call page in a real browser: everything by keyboard."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman import catalogue_rows
from handyman.models import Grade, HeldPlace, Relation, RequestState, ServiceRequest, User
from tests import factories
from tests.geocode.geocoder_peer import Peer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]


@pytest.fixture
def operator(session: Db) -> User:
    catalogue_rows.ensure()
    for name in ("박수리", "이사랑", "최고침"):
        factories.make_member(name, skills=["lamp", "drill", "coating", "screen"])
    user = factories.make_user("operator")
    session.commit()
    return user


@pytest.fixture
def page(chromium: "Browser", live_server: str, app: Flask, operator: User, session: Db) -> Iterator["Page"]:
    """The call page, signed in; no error of a script goes unseen."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="ko-KR")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "inline style" in said.text else None)
    page.goto(f"{live_server}/calls/new")
    page.fill("[name=login]", operator.login)
    page.fill("[name=password]", factories.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/new*")
    page.wait_for_load_state("networkidle")
    session.rollback()  # the sign-in was written since we last looked
    yield page
    context.close()
    assert errors == []


def focused(page: "Page") -> str:
    return str(page.evaluate("document.activeElement.id"))


def settle(page: "Page", path: str, act: Callable[[], None]) -> None:
    """Do it, and wait for the fragment that it asks for."""
    with page.expect_response(f"**{path}"):
        act()
    page.locator(".htmx-request, .htmx-settling, .htmx-swapping").first.wait_for(state="detached")


def test_words_of_danger_anywhere_come_to_the_top_without_a_key(page: "Page") -> None:
    banner = page.locator("#danger-banner")
    page.focus("#care_note")
    settle(page, "/calls/danger", lambda: page.keyboard.type("욕실에서 넘어지셨어요"))
    assert "그대로 계시게" in banner.inner_text()
    assert focused(page) == "care_note"
    settle(page, "/calls/danger", lambda: page.fill("#care_note", "귀가 어두우심"))
    assert not banner.is_visible()


# First letters, vowels and last letters of a syllable that take two presses of a key: ㄲ, ㅒ, ㅘ, ㄺ …
TWICE = set(
    map(chr, [0x1101, 0x1104, 0x1108, 0x110A, 0x110D, 0x1164, 0x1168, 0x116A, 0x116B, 0x116C, 0x116F])
)
TWICE |= set(map(chr, [0x1170, 0x1171, 0x1174, 0x11A9, 0x11AA, 0x11AC, 0x11AD, *range(0x11B0, 0x11B7)]))
TWICE |= set(map(chr, [0x11B9, 0x11BB]))


class Keyboard:
    """Each press is counted, that of a held Alt or Ctrl, too."""

    def __init__(self, page: "Page") -> None:
        self.page, self.presses = page, 0

    def type(self, text: str) -> None:
        self.presses += presses_of(text)
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.presses += key.count("+") + 1
            self.page.keyboard.press(key)

    def press_and_wait(self, key: str, path: str) -> None:
        settle(self.page, path, lambda: self.press(key))

    def type_last(self, text: str) -> None:
        """The last that is asked before the windows come by themselves."""
        settle(self.page, "/calls/windows", lambda: self.type(text))


def presses_of(text: str) -> int:
    """How often a hand presses a key: once for a letter, twice for one of two parts or with Shift."""
    return sum(2 if part in TWICE else 1 for part in unicodedata.normalize("NFD", text))


def test_keys_of_a_syllable_are_counted_as_a_hand_would_press_them() -> None:
    pressed = {"김": 3, "가": 2, "람": 3, "왕": 4, "닭": 4, "ㅅ": 1, "7": 1, "꽃": 4, "얘": 3}
    assert {text: presses_of(text) for text in pressed} == pressed


def finish(keys: Keyboard, session: Db, name: str) -> ServiceRequest:
    """Choose the best window, which is then kept for the caller; save; and on to the next call."""
    keys.press_and_wait("Alt+1", "/calls/hold")
    page = keys.page
    assert "까지 이 시간을" in page.inner_text("#held")
    assert session.scalar(select(func.count()).select_from(HeldPlace)) == 1
    session.rollback()
    assert f"{name} 어르신, 11월" in page.inner_text(".window:has(input:checked) .read-back")
    while page.locator(".consent-ask:not(:has(:checked))").count():
        keys.press("Alt+y")
    keys.press("Control+Enter")
    page.wait_for_url("**/receipt")
    counted = keys.presses
    assert "방문 번호는" in page.inner_text(".receipt-sentence")
    assert focused(page) == "next"
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/new")
    assert focused(page) == "phone"
    assert not page.is_visible("#draft")
    keys.presses = counted
    request = session.scalars(select(ServiceRequest).order_by(ServiceRequest.id.desc())).first()
    assert request is not None
    assert request.state is RequestState.BOOKED
    assert request.resident.person.name == name
    assert session.scalar(select(func.count()).select_from(HeldPlace)) == 0
    session.rollback()
    return request


def test_three_calls_by_keyboard_alone_in_few_presses(page: "Page", session: Db) -> None:
    keys = Keyboard(page)
    assert focused(page) == "phone"
    keys.type("01000007777")
    keys.press_and_wait("Enter", "/calls/caller")
    assert focused(page) == "name"
    keys.type("김가람")
    keys.press("Enter", "Enter")
    with page.expect_response("**/calls/suggestions"):
        keys.type("ㅅㄷㄹ369")
    page.wait_for_selector("#suggestions:not([hidden]) [role=option]")
    keys.press("ArrowDown")
    keys.press_and_wait("Enter", "/calls/where")
    assert focused(page) == "unit"
    keys.press("Enter", "Enter")
    assert focused(page) == "item-lamp-quantity"
    keys.type("2")
    keys.press("Enter", "ArrowDown", "Enter")
    keys.type_last("230")
    assert page.evaluate("document.documentElement.scrollHeight") <= 768
    finish(keys, session, "김가람")
    assert keys.presses <= 50, "a new caller"

    keys = Keyboard(page)
    keys.type("01000007777")
    keys.press_and_wait("Enter", "/calls/where")
    assert focused(page) == "item-lamp-quantity"
    keys.type("1")
    keys.press("Enter", "ArrowDown", "Enter")
    keys.type_last("230")
    assert page.evaluate("document.documentElement.scrollHeight") <= 768
    finish(keys, session, "김가람")
    assert keys.presses <= 25, "a known caller"

    keys = Keyboard(page)
    keys.type("025550000")
    keys.press_and_wait("Enter", "/calls/caller")
    keys.type("왕순이")
    keys.press("Enter", "Enter")
    with page.expect_response("**/calls/suggestions"):
        keys.type("ㅅㄷㄹ369")
    page.wait_for_selector("#suggestions:not([hidden]) [role=option]")
    keys.press("ArrowDown")
    keys.press_and_wait("Enter", "/calls/where")
    assert focused(page) == "unit"
    keys.press("Enter", "Enter")
    keys.type("1")
    keys.press("Enter", "ArrowDown", "Enter")
    keys.type_last("230")
    keys.press("Alt+r", "ArrowDown", "ArrowDown", "Enter")
    assert focused(page) == "caller_name"
    keys.type("이돌봄")
    request = finish(keys, session, "왕순이")
    assert request.relation is Relation.CARE_WORKER
    assert keys.presses <= 75, "somebody else for a new caller, whose name is asked for too"


def test_another_number_takes_out_what_the_card_had_written(page: "Page", session: Db) -> None:
    resident = factories.make_resident("나하나", "+821000000001", birth_year=1940)
    resident.household.address.entrance = "계단으로 2층"
    session.commit()
    page.keyboard.type("01000000001")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
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
    assert not page.is_visible("#trouble")
    page.context.clear_cookies()
    page.keyboard.type("01000000001")
    page.keyboard.press("Enter")
    page.wait_for_selector("#trouble", state="visible")
    assert page.input_value("#phone") == "01000000001"


def test_known_caller_is_filled_in_and_focus_waits_at_the_first_item(page: "Page", session: Db) -> None:
    factories.make_resident("나하나", "+821000000001", birth_year=1940)
    session.commit()
    page.keyboard.type("01000000001")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    assert page.input_value("#name") == "나하나"
    assert page.input_value("#birth_year") == "1940"
    assert focused(page) == "item-lamp-quantity"


def test_several_people_on_one_number_are_chosen_by_key(page: "Page", session: Db) -> None:
    factories.make_resident("나하나", "+8225550000")
    factories.make_resident("나두리", "+8225550000")
    session.commit()
    page.keyboard.type("02 555 0000")
    settle(page, "/calls/caller", lambda: page.keyboard.press("Enter"))
    page.locator("[data-fill]:focus").wait_for()
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    assert page.input_value("#name") == "나두리"


def test_suggestion_is_taken_with_arrow_and_enter(page: "Page") -> None:
    page.focus("#address")
    with page.expect_response("**/calls/suggestions"):
        page.keyboard.type("사당로23길")
    page.wait_for_selector("#suggestions:not([hidden]) [role=option]")
    page.keyboard.press("ArrowDown")
    label = page.get_attribute("#suggestions [aria-selected=true]", "data-label")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    assert page.input_value("#address") == label
    assert page.locator("#suggestions [role=option]").count() == 0
    assert page.locator("[data-found]").count() == 1


def test_keys_do_nothing_while_a_syllable_is_composing(page: "Page") -> None:
    page.focus("#address")
    with page.expect_response("**/calls/suggestions"):
        page.keyboard.type("사당로23길")
    page.wait_for_selector("#suggestions:not([hidden]) [role=option]")
    for code in ("ArrowDown", "Enter"):
        page.evaluate(
            """code => document.getElementById('address').dispatchEvent(
                new KeyboardEvent('keydown',
                    {code, key: code, isComposing: true, bubbles: true, cancelable: true}))""",
            code,
        )
    assert page.locator("#suggestions [aria-selected=true]").count() == 0
    assert page.input_value("#address") == "사당로23길"
    assert focused(page) == "address"


def test_address_box_is_worked_by_keyboard_from_the_first_stroke(page: "Page", session: Db) -> None:
    home = factories.make_address(
        "동작구 상도로 370",
        unit="101호",
        place_key="road:동작구 상도로:370|101호",
        road_name="상도로",
        building_number="370",
    )
    factories.make_resident("나하나", "+821000000001", home)
    session.commit()
    page.fill("#name", "나두리")  # known at once, the caller would be filled in
    page.fill("#phone", "010-0000-0001")
    listed = page.locator("#suggestions:not([hidden]) [role=option]")
    with page.expect_response("**/calls/suggestions"):
        page.focus("#address")
    listed.first.wait_for()
    assert "이 번호의 주소" in listed.first.inner_text()
    assert "주소 제안 1개" in page.inner_text("#suggestions-count")
    page.keyboard.press("Escape")
    assert page.get_attribute("#address", "aria-expanded") == "false"
    page.evaluate(
        """() => {
            const box = document.getElementById('address');
            box.value = '상돌';
            box.dispatchEvent(new InputEvent('input', {isComposing: true, bubbles: true}));
        }"""
    )
    listed.nth(1).wait_for()
    before = listed.all_inner_texts()
    page.route("**/calls/suggestions", lambda route: route.abort())
    with page.expect_request("**/calls/suggestions"):
        page.keyboard.type("ㅗ")
    page.keyboard.press("ArrowUp")
    assert listed.all_inner_texts() == before
    assert page.get_attribute("#address", "aria-activedescendant") is None  # that list is for other words
    page.unroute("**/calls/suggestions")
    with page.expect_response("**/calls/suggestions"):
        page.keyboard.press("ArrowUp")
    page.locator("#suggestions [aria-selected=true]").wait_for()
    assert page.get_attribute("#address", "aria-activedescendant") == f"suggestion-{listed.count()}"
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#address", "aria-activedescendant") == "suggestion-1"
    settle(page, "/calls/where", lambda: page.keyboard.press("Tab"))
    assert page.input_value("#address") == "동작구 상도로 370"
    assert page.input_value("#unit") == "101호"
    assert focused(page) == "unit"
    page.fill("#address", "상도로 369")
    settle(page, "/calls/where", lambda: page.press("#address", "Tab"))
    assert page.input_value("#unit") == ""


def test_two_points_far_apart_are_drawn_and_one_is_picked(page: "Page", app: Flask, peer: Peer) -> None:
    known = peer.settings("kakao")
    app.extensions["settings"] = replace(
        app.extensions["settings"],
        geocoders=known.geocoders,
        kakao_url=known.kakao_url,
        kakao_rest_key=known.kakao_rest_key,
    )
    page.fill("#address", "사당로23길 20-3")
    with page.expect_response("**/calls/neighbours"):
        settle(page, "/calls/where", lambda: page.keyboard.press("Tab"))
    page.wait_for_function("() => document.querySelectorAll('.house-number').length > 10")
    assert page.inner_text(".pin-name") == "우리 주소표"
    assert page.inner_text(".other-pin") == "카카오"
    settle(page, "/calls/where", lambda: page.press("[data-pick][value^=kakao]", "Enter"))
    assert page.get_attribute(":focus", "aria-pressed") == "true"
    assert page.inner_text(".pin-name") == "카카오"
    assert page.inner_text(".other-pin") == "우리 주소표"
    page.fill("#address", "우성아파트")
    settle(page, "/calls/where", lambda: page.press("#address", "Tab"))
    assert page.locator(".pin").count() == 0
    assert page.locator(".other-pin").count() == page.locator("[data-candidate]").count() > 2
    page.focus("#address")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.inner_text(":focus .candidate-number") == "2"
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    assert page.locator("[data-found]").count() == 1


def test_pin_is_moved_with_arrow_keys(page: "Page", session: Db) -> None:
    page.fill("#address", "상도로 369")
    settle(page, "/calls/where", lambda: page.keyboard.press("Tab"))
    before = page.get_attribute("[data-found]", "data-lat")
    page.focus(".pin")
    settle(page, "/calls/where", lambda: page.keyboard.press("ArrowUp"))
    assert float(page.get_attribute("[data-found]", "data-lat") or 0) > float(before or 0)
    assert page.input_value("#lat") != ""
    assert "직접 놓은" in page.inner_text(".where-grade")
    assert page.locator(".pin.is-placed").count() == 1
    assert page.inner_text(".pin-name") == "직접 놓음"
    settle(page, "/calls/where", lambda: page.click("text=주소표의 위치로 되돌리기"))
    assert page.get_attribute("[data-found]", "data-lat") == before


def test_offer_is_old_when_the_wish_changes(page: "Page") -> None:
    page.fill("#address", "상도로 369")
    page.fill("#item-lamp-quantity", "1")
    page.select_option("#item-lamp-shape", "tube")
    page.fill("#item-lamp-ceiling_cm", "230")
    settle(page, "/calls/windows", lambda: page.keyboard.press("Alt+w"))
    page.keyboard.press("Alt+2")
    assert page.is_checked("#choice-2")
    page.fill("#item-lamp-quantity", "3")
    assert not page.is_checked("#choice-2")
    assert "is-old" in (page.get_attribute("#windows", "class") or "")


def test_a_refresh_keeps_what_was_typed_and_why_nothing_suits(page: "Page") -> None:
    page.fill("#name", "김가람")
    page.fill("#address", "상도로 369")
    settle(page, "/calls/where", lambda: page.press("#address", "Tab"))
    settle(page, "/calls/windows", lambda: page.fill("#item-screen-quantity", "1"))
    page.fill("#item-screen-width_cm", "90")
    settle(page, "/calls/windows", lambda: page.fill("#item-screen-height_cm", "120"))
    page.keyboard.press("Alt+0")
    page.fill("#wait_note", "화요일 말고")
    with page.expect_response("**/calls/windows"):
        page.reload()
    page.wait_for_function("() => document.getElementById('wait_note')?.value === '화요일 말고'")
    assert page.input_value("#name") == "김가람"
    assert page.is_checked("#choice-0")


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
    assert page.locator(".consent-ask :checked").count() == 0
    assert page.input_value("#item-lamp-shape") == ""

    page.goto(f"{live_server}/calls/new?phone=010-0000-0001")
    page.fill("#name", "나한아")
    page.fill("#birth_year", "")
    page.goto(f"{live_server}/board")
    page.go_back(wait_until="networkidle")
    page.reload(wait_until="networkidle")
    assert page.input_value("#name") == "나한아"
    assert page.input_value("#birth_year") == ""
    assert page.input_value("#person_id") != ""
    assert page.inner_text("#caller .known-name") == "나하나"
    assert focused(page) == "item-lamp-quantity"

    page.goto(f"{live_server}/calls/new")
    assert page.input_value("#name") == ""
    assert "나한아" in page.inner_text("#draft")
    page.keyboard.press("Alt+j")
    page.locator("#caller .known-name").wait_for()
    page.reload(wait_until="networkidle")
    assert page.input_value("#name") == "나한아"
    page.fill("#phone", "010-0000-0966")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    assert page.input_value("#person_id") == page.input_value("#address") == ""
    assert page.input_value("#name") == "나한아"

    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#problems")
    page.fill("#notes", "현관 등이 깜빡임")
    page.reload(wait_until="networkidle")
    assert page.input_value("#notes") == "현관 등이 깜빡임"
    page.click("text=로그아웃")
    page.wait_for_selector("[data-forget]")
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('call'))") == []


def test_refused_call_keeps_its_words_and_says_why(page: "Page") -> None:
    page.fill("#phone", "010-0000-7777")
    page.fill("#notes", "현관 등이 깜빡임")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#problems")
    assert page.input_value("#notes") == "현관 등이 깜빡임"
    assert "성함을 적어 주십시오" in page.inner_text("#name-about")


@pytest.mark.parametrize("width", [360, 1366])
def test_page_never_scrolls_sideways(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    for path in ("/calls/new", "/calls/new?phone=010-0000-0009"):
        page.goto(re.sub(r"/calls/.*", path, page.url))
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_pin_of_an_unknown_address_is_put_on_the_request_afterwards(
    page: "Page", session: Db, live_server: str
) -> None:
    address = factories.make_address("할머니네 파란 대문", point=None, place_key="")
    request = factories.make_request(factories.make_resident("김가람", address=address))
    session.commit()
    page.goto(f"{live_server}/requests/{request.number}/place")
    page.wait_for_load_state("networkidle")
    page.focus("#entrance")
    assert page.is_visible("#map-hint")
    while page.is_visible("#map-hint"):  # a press from far out goes nearer
        assert page.input_value("#lat") == ""
        page.click("#map")
    page.wait_for_function("() => document.querySelectorAll('.house').length > 5")
    settle(page, "/calls/where", lambda: page.click("#map"))
    assert page.locator(".pin.is-placed").count() == 1
    assert focused(page) == "entrance"
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/requests/{request.number}")
    session.rollback()
    assert (address.grade, address.located) == (Grade.PLACED, True)
