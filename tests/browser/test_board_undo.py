"""One key undoes what was done last on the board, whichever it was."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import now
from tests import factories
from tests.board.plans.makers import coordinator, promised, tomorrow
from tests.pages import box_of, laid_out, sign_in, stands

pytestmark = pytest.mark.browser
Db = scoped_session[Session]


@pytest.fixture
def board(chromium: Browser, live_server: str, session: Db) -> Iterator[Page]:
    first, waiting = factories.make_member("박수리"), factories.make_member("이대기")
    promised("10:00", [first])
    flow.put_on_stand_by(waiting.id, tomorrow(), tomorrow(), coordinator(), now())
    user = factories.make_user("coordinator")
    session.commit()
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=live_server)
    page = context.new_page()
    page.goto("/sign-in")
    sign_in(page, user.login)
    page.goto(f"/board?day={tomorrow()}")
    stands(page, "main h1")
    yield page
    context.close()


def test_a_call_and_a_move_are_undone_by_one_key_the_last_first(board: Page) -> None:
    page, bar = board, board.locator("#board-bar")
    before = box_of(page.locator("#board-part"))
    with page.expect_navigation():
        page.keyboard.press("Alt+1")
    stands(page, "#board-bar:focus")
    expect(bar).to_contain_text("이대기 님을 불렀습니다")
    laid_out(page)
    assert box_of(page.locator("#board-part"))["y"] == before["y"], "the board stays where it is"
    assert page.locator("[data-key='Ctrl+KeyZ']:visible").all_inner_texts() == ["되돌리기\nCtrl+Z"]

    page.focus("[id^=card-]")
    page.keyboard.press("KeyM")
    page.wait_for_selector(".board-may")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(bar).to_contain_text("오전 10시 15분")
    page.wait_for_selector("[id^=card-]:focus")
    page.keyboard.press("Control+KeyZ")
    expect(bar).to_contain_text("되돌렸습니다. 아무에게도 알리지 않았습니다.")
    expect(page.locator(".board-waits")).to_have_count(0)
    page.wait_for_selector("[id^=card-]:focus")
    with page.expect_navigation():
        page.keyboard.press("Control+KeyZ")
    expect(page.locator(".board-waits")).to_have_count(1)
    stands(page, "#board-part:focus")
