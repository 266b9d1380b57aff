"""A promise is moved on the visit's page to a window that is free, and undone by the board's own key."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, scoped_session

from handyman.models import Suits, Visit
from tests import factories
from tests.board.plans.makers import promised
from tests.pages import axe_finds, go, let_in, stands

pytestmark = pytest.mark.browser
Db = scoped_session[Session]


@pytest.fixture
def visit(session: Db) -> Visit:
    made = promised("10:00", [factories.make_member("박수리")])
    made.resident.care_note = "귀가 어두움, 문을 두드리세요"
    session.commit()
    return made


@pytest.fixture
def page(chromium: Browser, live_server: str, session: Db, visit: Visit) -> Iterator[Page]:
    user = factories.make_user("coordinator")
    session.commit()
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=live_server)
    page = context.new_page()
    let_in(context, live_server, user.login)
    page.goto(f"/visits/{visit.id}#move")
    stands(page, "#choice-1")
    yield page
    context.close()


def test_a_window_is_chosen_with_the_number_in_sight_and_undone_by_a_key(page: Page, visit: Visit) -> None:
    title = page.inner_text("h1")
    assert page.locator(".facts [href^='tel:']").count() > 0
    page.check("#choice-2")
    assert axe_finds(page) == []
    go(page, lambda: page.click("text=이 시간으로 옮기기"))
    stands(page, "[data-goes-after]")
    assert page.inner_text("h1") != title
    assert axe_finds(page) == []
    go(page, lambda: page.keyboard.press("Control+KeyZ"))
    expect(page.locator("main .notices")).to_contain_text("되돌렸습니다. 아무에게도 알리지 않았습니다.")
    assert page.inner_text("h1") == title
    expect(page.locator("[data-goes-after]")).to_have_count(0)


@pytest.mark.long
def test_who_rings_because_mornings_no_longer_suit_has_afternoons_by_a_key(
    page: Page, visit: Visit, session: Db
) -> None:
    session.rollback()  # the sign-in was written since we last looked
    visit.items[0].request_item.request.suits = Suits.MORNING
    session.commit()
    page.reload()
    stands(page, "#windows-other")
    afternoon = page.locator("#choice label", has_text="오후")
    expect(afternoon).to_have_count(0)
    page.locator("#windows-other").focus()
    page.keyboard.press("Enter")
    expect(afternoon.first).to_be_visible()
    expect(page.locator("#windows-other")).to_be_focused()
    assert axe_finds(page) == []
    page.keyboard.press("Alt+KeyA")
    expect(afternoon).to_have_count(0)


@pytest.mark.long
def test_the_way_back_goes_from_the_page_when_it_is_over(page: Page) -> None:
    page.clock.install()
    page.check("#choice-1")
    go(page, lambda: page.click("text=이 시간으로 옮기기"))
    stands(page, "[data-goes-after]")
    page.clock.fast_forward(timedelta(seconds=31).seconds * 1000)
    expect(page.locator("[data-goes-after]")).to_be_hidden()
