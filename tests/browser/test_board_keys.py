"""From the opened board to a moved visit, and whose row is whose on a small screen: by keys alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, scoped_session

from handyman.models import Member, Visit
from tests import factories
from tests.board.plans.makers import promised, tomorrow
from tests.pages import axe_finds, laid_out, let_in, stands

pytestmark = pytest.mark.browser
Db = scoped_session[Session]


class Day:
    """Eleven members; visits in the first row, in the third and in the ninth."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0
        self.members = [factories.make_member(f"제갈조합{number:02}") for number in range(1, 12)]
        self.first = self.visit("10:00", self.members[0])
        self.second = self.visit("15:00", self.members[0])
        self.below = self.visit("14:00", self.members[2])
        self.late = self.visit("16:00", self.members[8])

    def visit(self, start: str, member: Member) -> Visit:
        return promised(start, [member])

    def open(self) -> None:
        self.page.goto(f"/board?day={tomorrow()}")
        stands(self.page, "#board-part")
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def is_at(self, visit: Visit) -> None:
        expect(self.page.locator(f"#card-{visit.id}-lead")).to_be_focused()


@pytest.fixture
def day(chromium: Browser, live_server: str, session: Db) -> Iterator[Day]:
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=live_server)
    page, user = context.new_page(), factories.make_user("coordinator")
    made = Day(page)
    session.commit()
    let_in(context, live_server, user.login)
    made.open()
    yield made
    context.close()


def test_a_visit_is_moved_from_the_opened_page_with_the_key_to_the_cards_and_four_more(day: Day) -> None:
    page = day.page
    assert "Alt+G" in page.inner_text("#board-how")
    day.press("Alt+g")
    day.is_at(day.first)
    day.press("KeyM", "Digit3", "Enter")
    page.wait_for_selector("dialog[open]")
    day.press("Digit4")
    third = f"[data-member='{day.members[2].id}']"
    page.wait_for_selector(f"{third} #card-{day.first.id}-lead:focus")
    assert day.pressed <= 1 + 4


def test_arrows_go_from_card_to_card_and_tab_passes_all_of_them_as_one_stop(day: Day) -> None:
    page = day.page
    page.focus("#board-scroll")
    day.press("Tab")
    day.is_at(day.first)
    day.press("ArrowRight")
    day.is_at(day.second)
    day.press("ArrowDown")
    day.is_at(day.below)
    day.press("ArrowUp")
    day.is_at(day.second)
    day.press("ArrowDown", "ArrowRight")
    day.is_at(day.late)
    day.press("ArrowRight", "ArrowDown")
    day.is_at(day.late)
    day.press("Tab")
    expect(page.locator("#board-scroll :focus")).to_have_count(0)
    day.press("Shift+Tab")
    day.is_at(day.late)
    assert axe_finds(page) == []


@pytest.mark.long
def test_the_key_to_the_cards_leads_to_the_last_one_used_also_after_news(day: Day) -> None:
    page = day.page
    day.press("Alt+g", "ArrowRight", "KeyM", "ArrowRight", "Enter")
    page.wait_for_selector(f"#card-{day.second.id}-lead:focus:has-text('3시 15분')")
    expect(page.locator(".board-job a[tabindex='0']")).to_have_count(1)
    day.press("Alt+t")
    page.wait_for_selector("#table:focus")
    day.press("Alt+g")
    day.is_at(day.second)
    expect(page.locator("#board-part")).to_have_class("is-folded")


HIDDEN = """() => {
    const view = document.getElementById('board-scroll').getBoundingClientRect();
    const covers = (one, other) => one.left < other.right - 1 && other.left < one.right - 1;
    return [...document.querySelectorAll('.board-row[data-member]')].flatMap(row => {
        const name = row.querySelector('.board-name').getBoundingClientRect();
        const who = row.querySelector('.board-who').getBoundingClientRect();
        const top = document.elementFromPoint(who.left + 2, who.top + who.height / 2);
        const faults = [];
        if (who.left < view.left || who.right > name.right) faults.push('out of sight');
        if (who.top >= 0 && who.bottom <= innerHeight && !row.querySelector('.board-name').contains(top)) {
            faults.push('covered');
        }
        const may = row.querySelector('.board-may:not(.is-in-head)');
        if (may && covers(name, may.getBoundingClientRect())) faults.push('beneath its words');
        const used = row.querySelector(':focus, .board-ghost');
        if (used && covers(name, used.getBoundingClientRect())) faults.push('over a card in use');
        return faults.map(fault => `${row.innerText}: ${fault}`);
    });
}"""


@pytest.mark.parametrize("size", [(683, 384), (360, 740)])
def test_whose_row_it_is_stays_in_sight_where_the_day_is_wider_than_the_screen(
    day: Day, size: tuple[int, int]
) -> None:
    page = day.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    day.open()
    assert page.evaluate(HIDDEN) == []
    day.press("Alt+g", "ArrowRight")
    day.is_at(day.second)
    assert page.evaluate("document.getElementById('board-scroll').scrollLeft") > 0
    assert page.evaluate(HIDDEN) == []
    day.press("KeyM", "Digit9")
    expect(page.locator(".is-target [data-member], [data-member].is-target")).to_contain_text("제갈조합09")
    laid_out(page)
    assert page.evaluate(HIDDEN) == []
    expect(page.locator(".is-target .board-name")).to_be_in_viewport()
    expect(page.locator(".board-ghost")).to_be_in_viewport()
    for _ in range(3):
        day.press("ArrowRight")
        laid_out(page)
        assert page.evaluate(HIDDEN) == []
    assert axe_finds(page) == []
