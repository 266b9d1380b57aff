"""One key undoes what was done last on the board, whichever it was."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import now
from tests import factories
from tests.board.plans.makers import coordinator, promised, tomorrow
from tests.pages import box_of, go, laid_out, let_in, sign_in, stands

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
    let_in(context, live_server, user.login)
    open_board(page)
    yield page
    context.close()


def open_board(page: Page) -> None:
    page.goto(f"/board?day={tomorrow()}")
    stands(page, "main h1")


def call(page: Page) -> None:
    go(page, lambda: page.keyboard.press("Alt+1"))
    stands(page, "#board-bar:focus")
    expect(page.locator("#board-bar")).to_contain_text("이대기 님을 불렀습니다")


def move_on(page: Page, clock: str) -> None:
    page.focus("[id^=card-]")
    page.keyboard.press("KeyM")
    page.wait_for_selector(".board-may")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#board-bar")).to_contain_text(clock)
    page.wait_for_selector(f"[id^=card-]:focus:has-text('{clock.removeprefix('오전 ')}')")


def test_a_call_and_a_move_are_undone_by_one_key_the_last_first(board: Page) -> None:
    page, bar = board, board.locator("#board-bar")
    before = box_of(page.locator("#board-part"))
    call(page)
    laid_out(page)
    assert box_of(page.locator("#board-part"))["y"] == before["y"], "the board stays where it is"
    assert page.locator("[data-key='Ctrl+KeyZ']:visible").all_inner_texts() == ["되돌리기\nCtrl+Z"]

    move_on(page, "오전 10시 15분")
    page.keyboard.press("Control+KeyZ")
    expect(bar).to_contain_text("되돌렸습니다. 아무에게도 알리지 않았습니다. 그 앞에 한 일: 이대기 님을")
    expect(page.locator(".board-waits")).to_have_count(0)
    page.wait_for_selector("[id^=card-]:focus")
    with page.expect_navigation():
        page.keyboard.press("Control+KeyZ")
    expect(page.locator(".board-waits")).to_have_count(1)
    stands(page, "#board-part:focus")


@pytest.mark.long
def test_a_move_before_a_call_is_undone_after_it(board: Page) -> None:
    page, bar = board, board.locator("#board-bar")
    move_on(page, "오전 10시 15분")
    call(page)
    go(page, lambda: page.keyboard.press("Control+KeyZ"))
    expect(page.locator(".board-waits")).to_have_count(1)
    stands(page, "#board-part:focus")
    expect(bar).to_contain_text("오전 10시 15분")
    page.keyboard.press("Control+KeyZ")
    expect(bar).to_contain_text("되돌렸습니다. 아무에게도 알리지 않았습니다.")
    page.wait_for_selector("[id^=card-]:has-text('10시 상도1동')")
    expect(bar.locator("button")).to_be_hidden()


def test_whoever_comes_back_to_the_board_undoes_what_they_did_last(board: Page) -> None:
    page, bar = board, board.locator("#board-bar")
    call(page)
    assert "called" not in page.url, "the page says it once"
    move_on(page, "오전 10시 15분")
    go(page, lambda: page.click("[id^=card-]"))
    go(page, page.go_back)
    stands(page, "#board-bar:has-text('오전 10시 15분')")
    page.keyboard.press("Control+KeyZ")
    page.wait_for_selector("[id^=card-]:has-text('10시 상도1동')")
    expect(page.locator(".board-waits")).to_have_count(0)
    page.reload()
    stands(page, "#board-bar:has-text('이대기 님을 불렀습니다')")
    go(page, lambda: page.keyboard.press("Control+KeyZ"))
    expect(page.locator(".board-waits")).to_have_count(1)
    stands(page, "#board-part:focus")
    expect(bar).to_be_hidden()


@pytest.mark.long
def test_whoever_comes_in_next_is_offered_nothing_of_another_to_undo(board: Page, session: Db) -> None:
    session.rollback()
    other = factories.make_user("coordinator").login
    session.commit()
    move_on(board, "오전 10시 15분")
    go(board, lambda: board.click("text=로그아웃"))
    sign_in(board, other)
    open_board(board)
    board.focus("[id^=card-]")
    board.keyboard.press("KeyM")
    board.wait_for_selector(".board-may")  # so the board's scripts have looked
    assert board.evaluate("sessionStorage.getItem('board-ways')") is None


@pytest.mark.long
def test_a_refusal_hides_no_way_back(board: Page) -> None:
    page, bar = board, board.locator("#board-bar")
    move_on(page, "오전 10시 15분")
    page.keyboard.press("KeyM")
    page.wait_for_selector(".board-may")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(bar).to_have_class("board-bar is-refusal")
    page.keyboard.press("Control+KeyZ")
    expect(bar).to_contain_text("되돌렸습니다. 아무에게도 알리지 않았습니다.")
    page.wait_for_selector("[id^=card-]:has-text('10시 상도1동')")
