"""A call taken by keyboard alone: few presses, and a key printed on whatever acts."""

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.models import (
    HeldPlace,
    Member,
    Relation,
    RequestState,
    Resident,
    ServiceRequest,
    VisitState,
)
from handyman.words import seoul_day
from tests import factories
from tests.browser.keyboard import Keyboard, fill_last, focused, presses_of, settle
from tests.pages import box_of, go, laid_out

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]


def test_keys_of_a_syllable_are_counted_as_a_hand_would_press_them() -> None:
    pressed = {"김": 3, "가": 2, "람": 3, "왕": 4, "닭": 4, "ㅅ": 1, "7": 1, "꽃": 4, "얘": 3}
    assert {text: presses_of(text) for text in pressed} == pressed


OFFERED = """() => document.getElementById('choice-1')
    && !document.querySelector('.htmx-request, .htmx-settling, .htmx-swapping')"""


def finish(keys: Keyboard, session: Db, name: str) -> ServiceRequest:
    """Choose the best window, which is then kept for the caller; save; and on to the next call."""
    page = keys.page
    page.wait_for_function(OFFERED)
    keys.press_and_wait("Alt+1", "/calls/hold")
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
    page.wait_for_selector("#next:focus")  # a browser focuses what asks for it in its own time
    go(page, lambda: page.keyboard.press("Enter"))
    page.wait_for_selector("#phone:focus")
    assert page.url.endswith("/calls/new")
    expect(page.locator("#draft")).to_be_hidden()
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
    page.wait_for_selector("#suggestions [aria-selected=true]")
    keys.press_and_wait("Enter", "/calls/where")
    assert focused(page) == "unit"
    keys.press("Enter", "Enter")
    assert focused(page) == "item-lamp-quantity"
    keys.type("2")
    keys.press("Enter", "ArrowDown", "Enter")
    keys.type_last("230")
    laid_out(page)
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
    laid_out(page)
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
    page.wait_for_selector("#suggestions [aria-selected=true]")
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


@pytest.mark.long
def test_several_people_on_one_number_are_chosen_by_key(page: "Page", session: Db) -> None:
    factories.make_resident("나하나", "+8225550000")
    factories.make_resident("나두리", "+8225550000")
    session.commit()
    page.keyboard.type("02 555 0000")
    settle(page, "/calls/caller", lambda: page.keyboard.press("Enter"))
    page.locator("[data-fill]:focus").wait_for()
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    assert page.input_value("#name") == "나두리"


KEYLESS = """() => [...document.querySelectorAll(
        'main :is(button, summary, a, [type=radio], [type=checkbox])')]
    .filter(control => control.closest('.chip') || control.offsetParent)
    .filter(control => !control.closest('.problems-list, .leaflet-control, .pin, [hidden]'))
    .map(control => control.labels && control.labels.length ? control.labels[0] : control)
    .filter(control => {
        const cap = control.querySelector('.key');
        const code = cap && cap.textContent.replace(/\\+([A-Z])$/, '+Key$1').replace(/\\+(\\d)$/, '+Digit$1');
        return !cap || (code !== control.dataset.key && !control.closest('.consent-ask'));
    })
    .map(control => control.textContent.trim())"""


def test_whatever_acts_on_the_page_has_its_key_printed_on_it(page: "Page", session: Db) -> None:
    resident = factories.make_resident("나하나", "+821000000001", birth_year=1940)
    request = factories.make_request(resident)
    factories.make_visit(request)
    came = session.scalars(select(Member).where(Member.name == "이사랑")).one()
    before = factories.make_request(resident)
    factories.make_visit(before, now() - timedelta(days=7), members=[came], state=VisitState.FINISHED)
    factories.make_absence(came, seoul_day(now()), seoul_day(now()) + timedelta(days=7))
    session.commit()
    page.keyboard.type("01000000001")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    page.fill("#item-lamp-quantity", "1")
    page.select_option("#item-lamp-shape", "tube")
    fill_last(page, "item-lamp-ceiling_cm", "230")
    page.fill("#name", "나한아")
    assert page.is_visible("#who-is-it")
    assert page.evaluate(KEYLESS) == []
    six_windows_by_arrows(page)
    for key, chosen in (
        ("s", "suits-afternoon"),
        ("a", "suits-any"),
        ("z", "order-soonest"),
        ("b", "order-best"),
    ):
        page.keyboard.press(f"Alt+{key}")
        assert page.is_checked(f"#{chosen}")
    who = page.locator(".windows-list .window-who")
    expect(who.first).not_to_contain_text("이사랑")
    settle(page, "/calls/windows", lambda: page.keyboard.press("Alt+c"), "order=same_member")
    assert page.is_checked("#order-same_member")
    assert who.count() > 0
    expect(who.filter(has_not_text="이사랑")).to_have_count(0)
    with page.expect_response("**/calls/caller"):
        page.keyboard.press("Alt+p")
    with page.expect_response("**/calls/where"):
        page.keyboard.press("Alt+l")


def six_windows_by_arrows(page: "Page") -> None:
    """The best three stand there; each further one is chosen, and whole in sight, by one more press."""
    page.wait_for_function(OFFERED)
    expect(page.locator(".windows-list .window")).to_have_count(6)
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+3"))
    for place in (4, 5, 6):
        chosen = page.locator(f".window:has(#choice-{place})")
        kept = page.input_value(f"#choice-{place}")
        settle(page, "/calls/hold", lambda: page.keyboard.press("ArrowDown"), f"choice={quote(kept)}")
        assert page.is_checked(f"#choice-{place}")
        expect(page.locator("#held [data-seconds]")).to_be_visible()
        whole, own = box_of(page.locator(".windows-list")), box_of(chosen)
        assert whole["y"] <= own["y"]
        assert own["y"] + own["height"] <= whole["y"] + whole["height"]


def test_what_is_new_goes_to_the_request_that_is_still_open_by_a_key(page: "Page", session: Db) -> None:
    home = factories.make_address("동작구 상도로 369", place_key="road:동작구 상도로:369|")
    request = factories.make_request(factories.make_resident("나하나", "+821000000001", home))
    session.commit()
    page.keyboard.type("01000000001")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    assert "Alt+G" in page.inner_text("#caller .add-to")
    page.fill("#item-screen-quantity", "1")
    page.fill("#item-screen-width_cm", "90")
    page.fill("#item-screen-height_cm", "120")
    page.keyboard.press("Alt+y")
    page.focus("#notes")
    page.evaluate(
        """() => document.activeElement.dispatchEvent(
            new KeyboardEvent('keydown', {code: 'KeyG', altKey: true, isComposing: true, bubbles: true}))"""
    )
    assert page.url.endswith("/calls/new"), "silent while a syllable is composing"
    page.keyboard.press("Alt+g")
    page.wait_for_url("**/receipt")
    session.rollback()
    assert session.scalars(select(ServiceRequest)).all() == [request]
    assert [item.service_item.code for item in request.items] == ["lamp", "screen"]


@pytest.mark.long
def test_the_second_request_of_a_person_or_a_house_is_reached_by_the_same_key(
    page: "Page", session: Db
) -> None:
    home = factories.make_address("동작구 상도로 369", place_key="road:동작구 상도로:369|")
    resident = factories.make_resident("나하나", "+821000000001", home)
    requests = [factories.make_request(resident, number=f"1124-0{place}") for place in (1, 2)]
    session.commit()
    page.keyboard.type("01000000001")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    keys = page.locator("#caller .add-to .key")
    assert [keys.nth(place).inner_text() for place in (0, 1)] == ["Alt+G", "Alt+G"]
    page.fill("#item-screen-quantity", "1")
    page.fill("#item-screen-width_cm", "90")
    fill_last(page, "item-screen-height_cm", "120")
    page.wait_for_selector("#caller-more")  # for what is offered now takes the room of one of them
    page.keyboard.press("Alt+y")
    for place in ("02", "01"):  # the newest first
        page.keyboard.press("Alt+g")
        number = page.evaluate(
            "() => document.activeElement.closest('[data-entry]').querySelector('.number').textContent"
        )
        assert (page.url.endswith("/calls/new"), number[-2:]) == (True, place)
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt")
    session.rollback()
    assert [len(request.items) for request in requests] == [2, 1]


@pytest.mark.long
def test_open_request_that_found_no_room_is_named_and_comes_by_its_own_key(page: "Page", session: Db) -> None:
    home = factories.make_address("동작구 상도로 369", place_key="road:동작구 상도로:369|")
    resident = factories.make_resident("나하나", "+821000000001", home, care_note="귀가 어두우심 " * 20)
    request = factories.make_request(resident, number="1124-01")
    factories.make_visit(request)
    session.commit()
    page.keyboard.type("01000000001")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    page.fill("#item-lamp-quantity", "1")
    page.select_option("#item-lamp-shape", "tube")
    fill_last(page, "item-lamp-ceiling_cm", "230")
    page.wait_for_function(OFFERED)
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+1"))
    page.wait_for_selector("#caller .known-open", state="hidden")
    expect(page.locator("#caller-more")).to_contain_text("진행 중 1건")
    page.keyboard.press("Alt+y")
    page.keyboard.press("Alt+y")  # what is to know about them is kept by a consent of its own
    page.keyboard.press("Alt+g")
    page.wait_for_selector("#caller .add-to:focus")
    assert page.url.endswith("/calls/new"), "it is seen before anything is added"
    page.keyboard.press("Alt+g")
    page.wait_for_url("**/receipt")
    session.rollback()
    assert session.scalars(select(ServiceRequest)).all() == [request]


def test_what_a_caller_has_open_stays_in_sight_beside_the_windows(page: "Page", session: Db) -> None:
    home = factories.make_address("동작구 상도로 369", place_key="road:동작구 상도로:369|")
    for name in ("나하나", "나두리"):
        factories.make_visit(factories.make_request(factories.make_resident(name, "+821000000001", home)))
    session.commit()
    page.keyboard.type("01000000001")
    with page.expect_response("**/calls/caller"):
        page.keyboard.press("Enter")
    page.wait_for_function(KEYS_TO_ADD, arg=2)
    page.keyboard.press("Alt+q")
    page.wait_for_selector(".known-name:focus")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    page.fill("#item-lamp-quantity", "1")
    page.select_option("#item-lamp-shape", "tube")
    fill_last(page, "item-lamp-ceiling_cm", "230")
    page.wait_for_function(OFFERED)
    expect(page.locator("#caller-more")).to_contain_text("진행 중 1건")
    expect(page.locator("#caller .known-open >> visible=true")).to_have_count(1)


def test_what_is_open_stands_in_one_line_where_there_is_room_for_no_more(page: "Page", session: Db) -> None:
    home = factories.make_address("동작구 상도로 369", place_key="road:동작구 상도로:369|")
    note = "귀가 어두우십니다. 벨을 두 번 누르고 기다려 주십시오. 현관 앞에 큰 개가 있습니다."
    factories.make_visit(
        factories.make_request(factories.make_resident("나하나", "+821000000001", home, care_note=note))
    )
    session.commit()
    page.keyboard.type("01000000001")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    page.fill("#item-lamp-quantity", "1")
    page.select_option("#item-lamp-shape", "tube")
    fill_last(page, "item-lamp-ceiling_cm", "230")
    page.wait_for_function(OFFERED)
    page.wait_for_selector("#caller .known-open.is-short .add-to:visible")
    row, panel = (box_of(page.locator(each)) for each in ("#caller .known-open", "#caller-card"))
    assert row["y"] + row["height"] <= panel["y"] + panel["height"]


KEYS_TO_ADD = "many => document.querySelectorAll('#caller .add-to .key:not([hidden])').length === many"


@pytest.mark.long
def test_before_a_card_is_chosen_the_key_goes_from_person_to_person(page: "Page", session: Db) -> None:
    for name in ("나하나", "나두리"):
        factories.make_request(factories.make_resident(name, "+821000000001"))
    session.commit()
    page.keyboard.type("01000000001")
    with page.expect_response("**/calls/caller"):
        page.keyboard.press("Enter")
    page.wait_for_function(KEYS_TO_ADD, arg=2)
    reached = []
    for _ in range(2):
        page.keyboard.press("Alt+g")
        of = "document.activeElement.closest('.known').querySelector('.known-name').value"
        reached.append(page.evaluate(f"() => {of}"))
    assert len(set(reached)) == 2
    page.focus("#name")
    page.keyboard.press("Alt+q")
    with page.expect_response("**/calls/where"):
        page.keyboard.press("Enter")
    page.wait_for_function(KEYS_TO_ADD, arg=1)


@pytest.mark.long
def test_name_typed_over_an_open_card_is_asked_about_and_answered_by_a_key(page: "Page", session: Db) -> None:
    factories.make_resident("나하나", "+821000000001", birth_year=1940)
    session.commit()
    page.keyboard.type("01000000001")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    page.fill("#name", "나한아")
    assert page.inner_text("#who-is-it-name") == "나하나"
    page.fill("#item-screen-quantity", "1")
    page.fill("#item-screen-width_cm", "90")
    fill_last(page, "item-screen-height_cm", "120")
    page.wait_for_function(OFFERED)
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+1"))
    page.keyboard.press("Alt+y")
    go(page, lambda: page.keyboard.press("Control+Enter"))
    page.wait_for_selector("#problems")
    assert focused(page) == "name"
    assert page.input_value("#name") == "나한아"
    page.keyboard.press("Alt+i")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt")
    session.rollback()
    assert [row.person.name for row in session.scalars(select(Resident))] == ["나한아"]
    page.wait_for_selector("#next:focus")
    go(page, lambda: page.keyboard.press("Enter"))
    page.wait_for_selector("#phone:focus")
    page.keyboard.type("01000000001")
    settle(page, "/calls/where", lambda: page.keyboard.press("Enter"))
    page.fill("#name", "너두리")
    page.keyboard.press("Alt+o")
    assert not page.is_visible("#who-is-it")
    assert page.input_value("#person_id") == page.input_value("#birth_year") == ""
    assert (page.input_value("#name"), focused(page)) == ("너두리", "birth_year")
    assert page.input_value("#address") != "", "they may live together"
