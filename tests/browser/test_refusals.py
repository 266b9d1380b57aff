"""Refused forms of every sort: the page says why, and the browser's console says nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.models import User
from tests import factories
from tests.board.plans.makers import promised
from tests.browser.keyboard import settle
from tests.pages import go, sign_in, stands

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]


@pytest.fixture
def coordinator(session: Db) -> User:
    user = factories.make_user("coordinator")
    session.commit()
    return user


@pytest.fixture
def quiet(chromium: "Browser", live_server: str) -> Iterator["Page"]:
    """Nobody has signed in. Not one word may come onto the console."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=live_server)
    page, said = context.new_page(), list[str]()
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


def save_name(page: "Page", name: str) -> None:
    page.fill("#name", name)
    go(page, page.get_by_role("button", name="저장").last.click)


@pytest.mark.long
def test_forms_of_the_office_are_refused_without_a_word_on_the_console(
    quiet: "Page", session: Db, coordinator: User
) -> None:
    member = factories.make_member("박수리")
    session.commit()
    quiet.goto("/sign-in")
    sign_in(quiet, coordinator.login, "틀린 비밀번호")
    quiet.wait_for_selector("#problems")
    sign_in(quiet, coordinator.login)
    for path, button in (
        ("/calls/new", "저장"),
        ("/members/new", "저장"),
        ("/plans/ill", "대신 갈 사람 찾기"),
    ):
        quiet.goto(path)
        go(quiet, quiet.get_by_role("button", name=button).last.click)
        quiet.wait_for_selector("#problems")
    for path in ("/plans?day=어제", "/users"):
        quiet.goto(path)
        assert quiet.locator("h1").count() == 1, path
    other = quiet.context.new_page()
    for tab in (quiet, other):
        tab.goto(f"/members/{member.id}/edit")
    save_name(other, "박새로")
    other.wait_for_selector("text=저장했습니다")
    save_name(quiet, "박고침")
    quiet.wait_for_selector("#problems:has-text('그 사이에')")
    quiet.context.clear_cookies()
    save_name(quiet, "박고침")
    quiet.wait_for_selector("h1:has-text('로그인이 끝나')")


@pytest.mark.long
def test_a_card_is_refused_and_a_page_left_open_goes_on(
    quiet: "Page", session: Db, coordinator: User
) -> None:
    first, _unskilled = factories.make_member("박수리"), factories.make_member("못하는이", skills=())
    visit = promised("10:00", [first])
    session.commit()
    quiet.goto("/sign-in")
    sign_in(quiet, coordinator.login)
    quiet.goto(f"/board?day={visit.day}")
    quiet.wait_for_load_state("load")
    quiet.focus(f"#card-{visit.id}-lead")
    for key in ("KeyM", "ArrowDown"):
        quiet.keyboard.press(key)
    quiet.wait_for_selector(".board-may")
    quiet.keyboard.press("Enter")
    quiet.wait_for_selector(".board-refused")
    quiet.context.clear_cookies()  # the board asks for news, and the sign-in has ended
    quiet.wait_for_selector("#trouble", state="visible")
    assert quiet.locator(f"#card-{visit.id}-lead").count() == 1


def test_links_that_are_over_and_a_wrong_number_at_a_door(quiet: "Page", session: Db) -> None:
    member = factories.make_member("박수리")
    visit = promised("10:00", [member])
    _link, ended = factories.make_link(visit, member, expires_at=now() - timedelta(days=1))
    session.commit()
    quiet.goto(ended)
    quiet.wait_for_selector("h1:has-text('지난')")
    quiet.goto("/check")
    go(quiet, quiet.get_by_role("button", name="확인하기").click)
    stands(quiet, "#problems")
    quiet.fill("#number", "1234")
    quiet.fill("#house", "369")
    quiet.get_by_role("button", name="확인하기").click()
    quiet.wait_for_selector("text=가기로 한 사람이 없습니다")


def test_a_question_that_a_newer_one_replaces_is_no_error(page: "Page") -> None:
    page.fill("#address", "상도로 369")
    settle(page, "/calls/windows", lambda: page.fill("#item-screen-quantity", "1"))
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/calls/windows", lambda _route: None)  # no answer comes
    with page.expect_request("**/calls/windows"):
        page.fill("#item-screen-quantity", "2")
    with page.expect_event("requestfailed"):
        page.fill("#item-screen-quantity", "3")
    page.wait_for_function("() => true")
    assert said == []
