"""A coordinator mends tomorrow on the board: by mouse and keys, refused, explained, undone; news comes in."""

from collections.abc import Iterator
from contextvars import Context
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import db, now
from handyman.models import Actor, ActorKind, AssignmentState, OverrideReason, TeamRole, Visit
from handyman.words import minute_of_day
from tests import factories
from tests.board.plans.makers import FAR, NEAR, promised
from tests.pages import AXE, box_of, go, laid_out, sign_in

pytestmark = pytest.mark.browser
Db = scoped_session[Session]


class Board:
    """A day of eleven members, the second of whom lacks the skill."""

    def __init__(self, page: Page, session: Db, app: Flask) -> None:
        self.page, self.session, self.app, self.pressed = page, session, app, 0
        self.finger = page.context.new_cdp_session(page)
        self.first, self.unskilled = (
            factories.make_member("박수리"),
            factories.make_member("못하는이", skills=()),
        )
        self.second = factories.make_member("이사랑")
        for number in range(4, 12):
            factories.make_member(f"조합원{number}")
        self.visit = promised("10:00", [self.first])
        self.visit.resident.person.name = "김보기"
        session.commit()
        self.card = f"#card-{self.visit.id}-lead"

    def open(self) -> None:
        day = self.visit.day
        self.session.rollback()
        self.page.goto(f"/board?day={day}")
        self.page.wait_for_load_state("load")

    def row(self, member: Any) -> Locator:
        return self.page.locator(f"[data-member='{member.id}']")

    def press(self, *keys: str) -> int:
        for key in keys:
            self.page.keyboard.press(key)
        return len(keys)

    def wait_for(self, member: Any, words: str) -> None:
        """Until the card stands in the row, with the focus on it."""
        self.page.wait_for_selector(f"[data-member='{member.id}'] {self.card}:focus:has-text('{words}')")

    def stands(self) -> tuple[str, str, AssignmentState]:
        self.session.rollback()
        visit = self.session.get_one(Visit, self.visit.id, populate_existing=True)
        place = visit.assignments[0]
        self.session.refresh(place)
        found = place.member.name, minute_of_day(visit.start, visit.day), place.state
        self.session.rollback()
        return found

    def touch(self, what: str, x: float = 0, y: float = 0) -> None:
        points = [{"x": x, "y": y}] if x else []
        self.finger.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": points})

    def drag_by_finger(self, to: Any, quarters: int = 0) -> None:
        """A finger that rests on the card, and then moves."""
        box = box_of(self.page.locator(self.card))
        x, y = box["x"] + 10, box["y"] + 10
        self.touch("touchStart", x, y)
        self.page.wait_for_selector(".is-lifted")
        self.page.wait_for_selector(".board-may")
        self.touch("touchMove", x + 30, y + 30)
        self.touch("touchMove", *self.goal(to, x, quarters))

    def drag(self, to: Any, quarters: int = 0) -> None:
        box = box_of(self.page.locator(self.card))
        x = box["x"] + 10
        self.page.mouse.move(x, box["y"] + 10)
        self.page.mouse.down()
        self.page.mouse.move(x + 8, box["y"] + 12)
        self.page.wait_for_selector(".board-may")
        self.page.mouse.move(*self.goal(to, x, quarters), steps=3)

    def goal(self, to: Any, x: float, quarters: int) -> tuple[float, float]:
        """In the middle of a row, so many quarters of an hour from where the hand took hold."""
        row, lane = box_of(self.row(to)), box_of(self.row(to).locator(".board-lane"))
        return x + quarters * lane["width"] / 48, row["y"] + row["height"] / 2


@pytest.fixture
def board(chromium: Browser, live_server: str, session: Db, app: Flask) -> Iterator[Board]:
    context = chromium.new_context(
        viewport={"width": 1366, "height": 768}, locale="ko-KR", base_url=live_server
    )
    context.add_init_script(path=AXE)
    page, user = context.new_page(), factories.make_user("coordinator")
    made = Board(page, session, app)
    session.commit()
    page.goto("/sign-in")
    sign_in(page, user.login)
    made.open()
    yield made
    context.close()


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


def faults(page: Page) -> list[str]:
    found = page.evaluate("axe.run({ resultTypes: ['violations'] }).then(found => found.violations)")
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


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
    assert faults(page) == []
    board.press("Enter")
    page.wait_for_selector(".board-refused:has-text('필요한 기능이 없습니다: electric')")
    board.wait_for(board.first, "10시 상도1동")
    # to the third row at another time, with the reason
    assert board.press("KeyM", "Digit3", "Enter") <= 3
    page.wait_for_selector("dialog[open]")
    assert faults(page) == []
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


ENDS = """() => [...document.querySelectorAll('[data-member] .board-job a')].map(card => {
    const box = card.getBoundingClientRect(), words = document.createRange();
    const own = [...card.childNodes].filter(each => each.nodeType === Node.TEXT_NODE);
    words.selectNodeContents(own.find(each => each.textContent.trim()));
    return [box.left, box.right, words.getBoundingClientRect().right];
}).sort((one, other) => one[0] - other[0])"""
HOURS = """() => [...document.querySelectorAll('.board-hour')]
    .filter(hour => hour.scrollWidth > hour.clientWidth).map(hour => hour.textContent)"""


def test_one_visit_after_another_covers_no_part_of_it(board: Board) -> None:
    """Five minutes lie between the first two; the third is short, and its name is whole all the same."""
    for start, minutes in (("13:15", 80), ("14:40", 60), ("16:00", 40)):
        visit = promised(start, [board.second], service_minutes=minutes)
        visit.resident.person.name = "김가람"
    board.session.commit()
    board.open()
    first, second, short = board.page.evaluate(ENDS)[-3:]
    assert first[1] < second[0]
    assert short[2] <= short[1]
    for width in (1366, 360):
        board.page.set_viewport_size({"width": width, "height": 768})
        laid_out(board.page)
        assert board.page.evaluate(HOURS) == []


CROWDED = """card => {
    for (const place of ['from-1 for-24', 'from-37 for-24', 'from-73 for-72']) {
        const other = document.querySelector(card).parentNode.cloneNode(true);
        other.className = `board-job ${place}`;
        document.querySelector(card).closest('.board-lane').append(other);
    }
}"""


@pytest.mark.long
def test_what_has_no_room_in_a_crowded_row_stands_whole_above_the_board(board: Board) -> None:
    page = board.page
    whole = page.locator("#board-said:not(.sr-only)")
    page.focus(board.card)
    board.press("KeyM")
    page.wait_for_selector(".is-target .board-may")
    expect(whole).to_have_count(0)
    board.press("Escape")
    page.evaluate(CROWDED, board.card)
    board.press("KeyM")
    page.wait_for_selector(".is-target .board-may")
    board.press(*["ArrowRight"] * 12)
    expect(whole).to_contain_text("방문 화면에서 옮깁니다.")
    box = box_of(whole)
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= box_of(page.locator("#board-part"))["y"]
    assert faults(page) == []
    board.press("Escape")
    expect(whole).to_have_count(0)


OFF_LINE = """() => {
    const middle = cell => {
        const words = document.createRange();
        words.selectNodeContents(cell.querySelector('.board-plan')?.firstChild || cell);
        const box = words.getBoundingClientRect();
        return box.top + box.height / 2;
    };
    return [...document.querySelectorAll('#table tbody tr:has(.board-move)')]
        .map(row => [...row.cells].map(middle))
        .filter(middles => Math.max(...middles) - Math.min(...middles) > 3);
}"""


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_grid_fits_the_desk_and_the_table_is_a_key_away_and_back(board: Board, language: str) -> None:
    board.open()
    page = board.page
    if language == "en":
        go(page, lambda: page.click("text=English"))
        board.open()
    grid = box_of(page.locator(".board-grid"))
    assert grid["y"] + grid["height"] <= 768
    assert page.evaluate("document.documentElement.scrollHeight") <= 768, "the page does not scroll"
    assert page.get_by_role("table").count() == 2, "a reader comes to the table all the same"
    tops = page.eval_on_selector_all(".board-head > *", "all => all.map(each => each.offsetTop)")
    assert max(tops) < min(tops) + 44, "its controls stand in one line"
    assert "Alt+T" in page.inner_text("[href='#table']")
    page.keyboard.press("Alt+t")
    page.wait_for_selector("#table:focus")
    assert page.evaluate(OFF_LINE) == [], "what stands in one row stands in one line"
    page.wait_for_function("() => document.querySelector('#table h2').getBoundingClientRect().top < 200")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.key") == "Alt+KeyG"
    page.keyboard.press("Alt+g")
    page.wait_for_selector(f"{board.card}:focus")
    page.wait_for_function("() => document.documentElement.scrollHeight <= 768")
    page.focus(f"#row-{board.visit.id}")
    assert box_of(page.locator(f"#row-{board.visit.id}"))["width"] > 40, (
        "whoever comes by Tab sees where they are"
    )
    page.focus("#board-scroll")
    page.keyboard.press("Tab")
    page.wait_for_selector(f"{board.card}:focus")


def test_keys_are_printed_on_the_screen_at_twice_its_size_and_on_no_paper(board: Board) -> None:
    page = board.page
    assert page.locator(".main .key:visible").count() > 11
    page.emulate_media(media="print")
    laid_out(page)
    assert page.locator(".main .key:visible, .board-back:visible").count() == 0
    expect(page.locator(board.card)).to_be_visible()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 683, "height": 384})
    page.goto("/work")
    page.wait_for_load_state("load")
    page.wait_for_selector(".work-keys")


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


APART = """() => {
    const pins = [...document.querySelectorAll('.route-pin')].map(pin => pin.getBoundingClientRect());
    return pins.length === 4 && pins.every((one, at) => pins.slice(at + 1).every(other =>
        one.right <= other.left || other.right <= one.left
            || one.bottom <= other.top || other.bottom <= one.top));
}"""


@pytest.mark.long
def test_no_pin_of_the_map_covers_that_of_a_neighbour(board: Board) -> None:
    lat, lon = NEAR
    promised("13:00", [board.first, board.second], point=(lat, lon + 0.0003))
    promised("15:00", [], point=FAR)
    board.session.commit()
    board.page.goto(f"/board/map?day={board.visit.day}")
    board.page.wait_for_function(APART)
    alone = board.page.locator(".route-pin", has_text="?").get_attribute("style") or ""
    assert "margin-left: -18px; margin-top: -14px" in alone, "on its house"
    board.page.click(".leaflet-control-zoom-out")
    board.page.wait_for_function(APART)
