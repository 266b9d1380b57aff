"""The address of a call: the box, the places it may mean, and the pin."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session, scoped_session

from handyman.models import Grade
from tests import factories
from tests.browser.keyboard import focused, settle
from tests.geocode.geocoder_peer import Peer
from tests.pages import go

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]


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
    for act in (lambda: page.keyboard.type("ㅗ"), lambda: page.keyboard.press("ArrowUp")):
        with page.expect_event("requestfailed"):
            act()
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


@pytest.mark.long
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
    expect(page.locator(".pin-name")).to_have_text("우리 주소표")
    expect(page.locator(".other-pin")).to_have_text("카카오")
    settle(page, "/calls/where", lambda: page.press("[data-pick][value^=kakao]", "Enter"))
    assert page.get_attribute(":focus", "aria-pressed") == "true"
    expect(page.locator(".pin-name")).to_have_text("카카오")
    expect(page.locator(".other-pin")).to_have_text("우리 주소표")
    page.fill("#address", "우성아파트")
    settle(page, "/calls/where", lambda: page.press("#address", "Tab"))
    expect(page.locator(".pin")).to_have_count(0)
    assert page.locator(".other-pin").count() == page.locator("[data-candidate]").count() > 2
    page.focus("#address")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.inner_text(":focus .candidate-number") == "2"
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    expect(page.locator("[data-found]")).to_have_count(1)


def test_windows_come_for_an_address_by_initials_and_again_when_its_house_is_picked(page: "Page") -> None:
    page.fill("#item-screen-quantity", "1")
    page.fill("#item-screen-width_cm", "90")
    page.fill("#item-screen-height_cm", "120")
    page.focus("#address")
    with page.expect_response("**/calls/windows"):
        page.keyboard.type("ㅅㄷ23 20-3")
        page.keyboard.press("Enter")
    page.wait_for_selector("#choice-1", state="attached")
    expect(page.locator("#windows [data-confirm]")).to_contain_text("동작구 사당로23길 20-3")
    with page.expect_response("**/calls/windows"):
        page.click("[data-candidate]")
    expect(page.locator("#windows [data-confirm]")).to_have_count(0)
    page.wait_for_selector("#choice-1:enabled", state="attached")
    page.fill("#address", "ㅅㄷ 36")
    with page.expect_response("**/calls/windows"):
        page.press("#address", "Tab")
    expect(page.locator("#windows")).to_contain_text("맞는 집이 여럿입니다")


def test_pin_is_moved_with_arrow_keys(page: "Page", session: Db) -> None:
    page.fill("#address", "상도로 369")
    settle(page, "/calls/where", lambda: page.keyboard.press("Tab"))
    before = page.get_attribute("[data-found]", "data-lat")
    page.focus(".pin")
    settle(page, "/calls/where", lambda: page.keyboard.press("ArrowUp"))
    assert float(page.get_attribute("[data-found]", "data-lat") or 0) > float(before or 0)
    assert page.input_value("#lat") != ""
    assert "직접 놓은" in page.inner_text(".where-grade")
    expect(page.locator(".pin.is-placed")).to_have_count(1)
    expect(page.locator(".pin-name")).to_have_text("직접 놓음")
    settle(page, "/calls/where", lambda: page.click("text=주소표의 위치로 되돌리기"))
    assert page.get_attribute("[data-found]", "data-lat") == before


CUT = """() => {
    const map = document.getElementById("map").getBoundingClientRect();
    const zoom = document.querySelector(".leaflet-control-zoom").getBoundingClientRect();
    const under = (box) => box.left < zoom.right && box.top < zoom.bottom;
    const out = (box) => box.left < map.left || box.right > map.right || box.bottom > map.bottom;
    const words = (each) => {
        const range = document.createRange();
        range.selectNodeContents(each);
        return range.getBoundingClientRect();
    };
    return [...document.querySelectorAll(".house-number, .pin-name")]
        .filter((each) => each.offsetParent !== null && each.textContent)
        .map((each) => [each.textContent, words(each)])
        .filter(([, box]) => under(box) || out(box))
        .map(([text]) => text);
}"""


@pytest.mark.long
@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_word_on_the_small_map_is_cut_or_under_its_buttons(
    page: "Page", live_server: str, language: str
) -> None:
    if language == "en":
        go(page, lambda: page.click("text=English"))
        page.goto(f"{live_server}/calls/new")
    page.wait_for_selector("#map.leaflet-container")
    page.fill("#address", "상도로 369")
    settle(page, "/calls/where", lambda: page.keyboard.press("Alt+l"))
    page.wait_for_function("() => document.querySelectorAll('.house').length > 5")
    page.wait_for_function("() => document.querySelectorAll('.house-number:not(.is-covered)').length")
    page.wait_for_function(f"() => ({CUT})().length === 0")
    assert page.inner_text(".pin-name") in ("건물", "Building")


COVERED = """() => {
    const pins = [...document.querySelectorAll(".other-pin")].map((each) => each.getBoundingClientRect());
    const words = document.createRange();
    return [...document.querySelectorAll(".house-number")].filter((each) => each.offsetParent !== null)
        .filter((each) => {
            words.selectNodeContents(each);
            const box = words.getBoundingClientRect();
            return pins.some((pin) => box.left < pin.right && box.right > pin.left
                && box.top < pin.bottom && box.bottom > pin.top);
        }).map((each) => each.textContent);
}"""


@pytest.mark.long
def test_the_sign_of_a_house_to_confirm_covers_no_house_number(page: "Page") -> None:
    page.wait_for_selector("#map.leaflet-container")
    with page.expect_response("**/calls/neighbours"):
        page.fill("#address", "ㅅㄷ23 20-3")
        page.press("#address", "Enter")
    page.wait_for_selector(".house-number:not(.is-covered)")
    expect(page.locator(".other-pin")).to_have_text("1")
    page.wait_for_function(f"() => ({COVERED})().length === 0")


@pytest.mark.long
def test_pin_of_an_unknown_address_is_put_on_the_request_afterwards(
    page: "Page", session: Db, live_server: str
) -> None:
    address = factories.make_address("할머니네 파란 대문", point=None, place_key="")
    request = factories.make_request(factories.make_resident("김가람", address=address))
    session.commit()
    page.goto(f"{live_server}/requests/{request.number}/place")
    page.wait_for_selector("#map .dong-name", state="attached")  # then the map goes there
    page.focus("#entrance")
    page.wait_for_selector("#map-hint")
    while page.is_visible("#map-hint"):  # a press from far out goes nearer
        assert page.input_value("#lat") == ""
        page.click("#map")
    page.wait_for_function("() => document.querySelectorAll('.house').length > 5")
    settle(page, "/calls/where", lambda: page.click("#map"))
    expect(page.locator(".pin.is-placed")).to_have_count(1)
    assert focused(page) == "entrance"
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/requests/{request.number}")
    session.rollback()
    assert (address.grade, address.located) == (Grade.PLACED, True)
