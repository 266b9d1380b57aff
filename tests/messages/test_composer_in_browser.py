"""The wording of a text in a real browser: counted with each stroke, on a telephone too."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.pages import AXE, let_in, stands

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
WORDS = "[{사무실}] {때} {곳} {누가} 번호 {번호} {전화}"


@pytest.fixture
def page(
    chromium: "Browser", live_server: str, app: Flask, session: scoped_session[Session]
) -> Iterator["Page"]:
    """A wording, on a telephone, signed in; no error of a script goes unseen."""
    user = factories.make_user("coordinator")
    session.commit()
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="ko-KR")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    let_in(context, live_server, user.login)
    page.goto(f"{live_server}/texts/resident_booked/ko")
    yield page
    context.close()
    assert errors == []


def counted(page: "Page") -> tuple[str, str]:
    return page.inner_text("#characters"), page.inner_text("#bytes")


def test_the_count_follows_each_stroke_and_the_server_marks_what_telephones_do_not_show(page: "Page") -> None:
    offline: list[str] = []
    page.route("**/look", lambda route: (offline.append(route.request.url), route.abort()))
    page.fill("#body", "가a {번호}")
    assert counted(page) == ("7", "8")
    page.keyboard.type("나 ")
    assert counted(page) == ("8", "10")
    page.fill("#body", "–“가” …{번호} ?")
    assert counted(page) == ("13", "14"), "dashes, quotes and dots as they are sent"
    page.unroute("**/look")
    with page.expect_response("**/look") as answer:
        page.fill("#body", f"{WORDS} ✓")
    assert answer.value.ok
    page.wait_for_selector("mark.strange")
    expect(page.locator("mark.strange")).to_have_text("✓")
    with page.expect_response("**/look"):
        page.fill("#body", f"{WORDS} {'가' * 40}")
    page.wait_for_selector("#bytes.is-over")
    expect(page.locator("#look")).to_contain_text("한 통(70자, 90바이트)을 넘을 수")


def test_a_refused_wording_stays_as_it_was_typed_and_the_page_is_accessible(page: "Page") -> None:
    page.fill("#body", f"{WORDS} ✓ {{이름}}")
    page.get_by_role("button", name="저장").click()
    stands(page, "#problems")
    assert page.input_value("#body") == f"{WORDS} ✓ {{이름}}"
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    small = page.evaluate(
        """() => [...document.querySelectorAll('.main button, .main a.krds-btn')]
           .filter(each => each.getBoundingClientRect().height < 44).map(each => each.textContent)"""
    )
    assert small == []
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({ resultTypes: ['violations'] }).then(found => found.violations)")
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []


def test_saving_and_going_back(page: "Page") -> None:
    page.fill("#body", WORDS)
    page.get_by_role("button", name="저장").click()
    stands(page, "text=2판")
    page.get_by_role("button", name="1판: 이 문구로 되돌리기").click()
    stands(page, "text=3판")
    assert page.input_value("#body").endswith("방문. 번호 {번호} {전화}")
