"""A coordinator mends tomorrow on the board: by mouse and keys, refused, explained, undone; news comes in."""

from contextvars import Context

import pytest
from playwright.sync_api import expect

from handyman import flow
from handyman.extensions import db, now
from handyman.models import Actor, ActorKind, AssignmentState, OverrideReason, TeamRole
from tests.browser.mended_board import Board
from tests.pages import axe_finds, box_of, go

pytestmark = pytest.mark.browser

LATE_CARD = """card => {
    const other = document.querySelector(card).parentNode.cloneNode(true);
    other.className = 'board-job from-109 for-36';
    document.querySelectorAll('[data-member] .board-lane')
        .forEach(lane => lane.append(other.cloneNode(true)));
}"""
COVERED = """() => [...document.querySelectorAll('.board-may')].flatMap(line => {
    const own = line.getBoundingClientRect();
    return [...line.parentNode.querySelectorAll('.board-job a, .board-ghost span')]
        .map(card => card.getBoundingClientRect())
        .filter(card => card.left < own.right && own.left < card.right)
        .map(() => line.textContent);
})"""


def test_a_day_is_mended_by_keys_in_four_presses(board: Board) -> None:
    page = board.page
    rows = box_of(page.locator(".board"))
    assert rows["y"] + rows["height"] <= 768, "eleven rows are seen without scrolling"
    page.focus(board.card)
    page.evaluate(
        "card => document.querySelector(card).dispatchEvent(new KeyboardEvent('keydown',"
        " { code: 'KeyM', key: 'ㅡ', isComposing: true, bubbles: true }))",
        board.card,
    )
    assert page.locator(".is-lifted").count() == 0, "silent while a syllable is composing"
    # refused: the card goes back, and says why
    page.evaluate(LATE_CARD, board.card)
    board.press("KeyM", "ArrowDown")
    page.wait_for_selector(".board-may")
    assert page.evaluate(COVERED) == []
    assert "✕ 오전 10시 · 안 됨 · 필요한 기능이 없습니다: electric" in board.row(board.unskilled).inner_text()
    assert "✓ 갈 수 있음 오전 10시~오후 12시" in board.row(board.second).inner_text()
    assert axe_finds(page) == []
    board.press("Enter")
    page.wait_for_selector(".board-refused:has-text('필요한 기능이 없습니다: electric')")
    board.wait_for(board.first, "10시 상도1동")
    # to the third row at another time, with the reason
    assert board.press("KeyM", "Digit3", "Enter") <= 3
    page.wait_for_selector("dialog[open]")
    assert axe_finds(page) == []
    assert board.press("Digit4") + 3 <= 4
    board.wait_for(board.second, "10시 상도1동")
    assert board.stands() == ("이사랑", 600, AssignmentState.OFFERED)
    # undone
    assert "김보기 님 방문: 이사랑, 오전 10시" in page.inner_text("#board-bar")
    board.press("Control+KeyZ")
    board.wait_for(board.first, "10시 상도1동")
    assert board.stands() == ("박수리", 600, AssignmentState.ACCEPTED)
    # in the own row only the start moves; of two moves the last is undone first
    for clock in ("10시 15분", "10시 30분"):
        assert board.press("KeyM", "ArrowRight", "Enter") <= 4
        board.wait_for(board.first, clock)
    for clock in ("10시 15분", "10시 상도1동"):
        board.press("Control+KeyZ")
        board.wait_for(board.first, clock)
    board.press("KeyM", "ArrowRight", "Enter")
    board.wait_for(board.first, "10시 15분")
    board.press("KeyM", "ArrowDown", "ArrowRight", "Escape")
    board.wait_for(board.first, "10시 15분")
    assert board.stands() == ("박수리", 615, AssignmentState.ACCEPTED)


def test_a_card_is_dragged_and_news_comes_in_by_themselves(board: Board) -> None:
    page = board.page
    board.drag(board.second, quarters=2)
    board.row(board.second).locator(".board-ghost").wait_for(state="attached")
    page.mouse.up()
    page.wait_for_selector("dialog[open] >> text=김보기 → 이사랑 오전 10시 30분")
    page.keyboard.press("Escape")
    board.wait_for(board.first, "10시 상도1동")
    # the same by a finger; the page stands still under it
    board.drag_by_finger(board.second, quarters=2)
    board.row(board.second).locator(".board-ghost").wait_for(state="attached")
    assert page.evaluate("window.scrollY") == 0
    board.touch("touchEnd")
    page.wait_for_selector("dialog[open] >> text=김보기 → 이사랑 오전 10시 30분")
    page.keyboard.press("Escape")
    board.wait_for(board.first, "10시 상도1동")
    # outside the promise: the way on is another promise
    board.drag(board.first, quarters=-4)
    board.row(board.first).filter(has_text="밖입니다").wait_for()
    page.mouse.up()
    page.wait_for_selector("#board-bar a:visible")
    assert page.get_attribute("#board-bar a", "href") == f"/visits/{board.visit.id}#move"
    # a colleague gives the place to another while the card is in hand: it is drawn when the hand is empty
    page.focus(board.card)
    board.press("KeyM")
    page.wait_for_selector(".board-may")
    by = Actor(ActorKind.USER, 1)

    def elsewhere() -> None:
        with board.app.app_context():
            reason = OverrideReason.TRAINING
            flow.assign(
                board.visit.id,
                TeamRole.LEAD,
                board.second.id,
                by,
                now(),
                agreed=True,
                seen=None,
                reason=reason,
            )
            db.session.remove()

    Context().run(elsewhere)
    for _ in range(2):  # the first may have been asked for before
        with page.expect_response("**/live?*"):
            pass
    assert board.row(board.first).locator(board.card).count() == 1
    board.press("Escape")
    page.wait_for_selector(f"[data-member='{board.second.id}'] {board.card}:focus")


def test_why_a_move_was_refused_goes_when_the_next_begins(board: Board) -> None:
    page = board.page
    page.focus(board.card)
    board.press("KeyM", "ArrowDown")
    page.wait_for_selector(".board-may")
    board.press("Enter")
    page.wait_for_selector("#board-bar.is-refusal", state="visible")
    board.wait_for(board.first, "10시 상도1동")
    board.press("KeyM")
    page.wait_for_selector(".board-may")
    assert not page.is_visible("#board-bar")


def test_the_dialog_prints_the_key_that_moves_and_one_more_opens_no_page(board: Board) -> None:
    page = board.page
    page.focus(board.card)
    board.press("KeyM", "Digit3", "Enter")
    page.wait_for_selector("dialog[open]")
    printed = page.locator("#board-why [type=submit] .key")
    expect(printed).to_be_hidden()
    expect(page.locator("#board-why-how")).to_contain_text("숫자를 누르면 바로 옮깁니다.")
    page.check("#board-why [value=training]")
    expect(printed).to_have_text("Enter")
    board.press("Escape")
    board.wait_for(board.first, "10시 상도1동")
    board.press("KeyM", "Digit3", "Enter")
    page.wait_for_selector("dialog[open]")
    board.press("Digit4")
    board.wait_for(board.second, "10시 상도1동")
    board.press("Enter")
    page.wait_for_selector("#board-undo:visible")
    board.press("Control+KeyZ")
    board.wait_for(board.first, "10시 상도1동")
    go(page, lambda: board.press("Enter"))
    assert page.url.endswith(f"/visits/{board.visit.id}"), "the next one is the card's own"
