"""The work list under the fingers of somebody who touches no mouse."""

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.board.work_makers import make_each_kind
from tests.pages import let_in, stands

pytestmark = pytest.mark.browser


def test_the_key_printed_beside_a_list_leads_there_however_many_there_are(
    chromium: Browser, live_server: str, session: scoped_session[Session]
) -> None:
    lists, user = make_each_kind(), factories.make_user("coordinator")
    session.commit()
    page = chromium.new_page(base_url=live_server)
    let_in(page.context, live_server, user.login)
    page.goto("/work")
    stands(page, ".work-do")
    headings = page.locator(".work h2")
    assert headings.count() == len(lists) > 10
    for at in range(len(lists)):
        key = headings.nth(at).locator(".key").inner_text()
        page.keyboard.press(f"Digit{key}" if key.isdigit() else f"Key{key}")
        first = page.locator(".work").nth(at).locator(".work-do").first
        expect(first).to_be_focused()
    page.keyboard.press("Numpad2")
    expect(page.locator(".work").nth(1).locator(".work-do").first).to_be_focused()
    page.close()
