"""How the board is drawn: nothing covers anything, the grid fits the desk, keys are printed."""

import pytest
from playwright.sync_api import expect

from tests.board.plans.makers import FAR, NEAR, promised
from tests.browser.mended_board import Board
from tests.pages import axe_finds, box_of, go, laid_out

pytestmark = pytest.mark.browser

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
    assert axe_finds(page) == []
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
