"""On a telephone the desk's pages keep what they say inside their cards, and whose row it is in sight."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import now
from handyman.models import MessageState, Visit
from tests import factories
from tests.board.plans.makers import coordinator, promised, tomorrow
from tests.pages import box_of, go, laid_out, let_in, stands

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
LONG_NAME = "남궁제갈독고선우황보사공서문"


@pytest.fixture
def visit(session: Db) -> Visit:
    made = promised("09:00", [factories.make_member(LONG_NAME)])
    for number in ("+82298765432", "+821099998888"):
        factories.make_phone(made.resident.person, number)
    waits, by = factories.make_member("윤여덟"), coordinator()
    session.commit()
    flow.put_on_stand_by(waits.id, tomorrow(), tomorrow(), by, now())
    return made


@pytest.fixture
def page(chromium: Browser, live_server: str, session: Db, visit: Visit) -> Iterator[Page]:
    user = factories.make_user("coordinator")
    session.commit()
    context = chromium.new_context(viewport={"width": 360, "height": 740}, base_url=live_server)
    page = context.new_page()
    let_in(context, live_server, user.login)
    page.wait_for_load_state()
    yield page
    context.close()


@pytest.mark.long
def test_several_numbers_of_a_resident_stay_inside_the_card(page: Page, visit: Visit) -> None:
    page.goto(f"/visits/{visit.id}")
    stands(page, "h1")
    card = box_of(page.locator(".card", has=page.locator("#what")))
    numbers = page.locator(".facts [href^='tel:']").all()
    assert len(numbers) == 3
    for number in numbers:
        box = box_of(number)
        assert box["x"] + box["width"] <= card["x"] + card["width"]
        assert number.evaluate("each => each.getClientRects().length") == 1, "a number is not broken"


@pytest.mark.parametrize("language", ["한국어", "English"])
def test_how_sending_goes_is_no_wider_than_the_telephone(page: Page, session: Db, language: str) -> None:
    session.rollback()  # what the sign-in has written is read anew
    for state in (MessageState.NEEDS_PERSON, MessageState.DELIVERED, MessageState.UNDELIVERED):
        for _ in range(12):
            to = factories.make_person()
            factories.make_message(to, state=state, due_at=now() - timedelta(hours=1), told_at=now())
    session.commit()
    page.goto("/operations")
    if language == "English":
        go(page, lambda: page.click("text=English"))
    stands(page, "#states")
    laid_out(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_weeks_names_stay_in_sight_while_its_days_are_scrolled(page: Page) -> None:
    page.goto(f"/board/week?day={tomorrow()}")
    stands(page, ".week tbody th")
    page.locator(".week .krds-table-wrap").evaluate("each => { each.scrollLeft = each.scrollWidth; }")
    laid_out(page)
    name, week = box_of(page.locator(".week tbody th").first), box_of(page.locator(".week"))
    assert 0 <= name["x"] - week["x"] < 20
    assert 70 <= name["width"] <= 100
    on_top = "([x, y]) => document.elementFromPoint(x, y).textContent"
    assert page.evaluate(on_top, [name["x"] + 10, name["y"] + 15]) == LONG_NAME


CUT = """() => {
    const ghost = document.querySelector('.board-ghost > span');
    const words = document.createTreeWalker(ghost, NodeFilter.SHOW_TEXT).nextNode();
    const range = document.createRange();
    range.selectNodeContents(words);
    const [first] = range.getClientRects();
    const { left, right } = ghost.getBoundingClientRect();
    return first.left < left || first.right > right;
}"""
COVERED = """what => [...document.querySelectorAll(`.board-row[data-member] ${what}`)].filter(each => {
    const { left, right, bottom } = each.getBoundingClientRect();
    const words = each.closest('.board-row').querySelector('.board-may.is-in-head');
    const [name, top] = [each.closest('.board-name'), words ? words.getBoundingClientRect().top : bottom];
    return right - left < 10 || right > name.getBoundingClientRect().right || bottom > top + 2;
}).map(each => each.textContent)"""


def test_of_a_card_in_hand_hour_name_and_stand_by_are_all_in_sight(page: Page, visit: Visit) -> None:
    for width in (1366, 360):
        page.set_viewport_size({"width": width, "height": 1100})
        page.goto(f"/board?day={tomorrow()}")
        stands(page, ".board-who")
        page.focus(f"#card-{visit.id}-lead")
        page.keyboard.press("KeyM")
        for step in ("ArrowRight", "ArrowDown", "ArrowUp"):
            stands(page, ".is-target .board-may")
            page.keyboard.press(step)
            laid_out(page)
            assert not page.evaluate(CUT)
            assert page.evaluate(COVERED, ".board-who") == []
            assert page.evaluate(COVERED, ".board-waits") == []
    assert page.locator(".is-in-head").count() > 0


@pytest.mark.long
def test_a_card_in_hand_late_in_the_evening_does_not_make_the_day_wider(page: Page, visit: Visit) -> None:
    page.goto(f"/board?day={tomorrow()}")
    stands(page, ".board-who")
    day = page.locator("#board-scroll")
    wide = day.evaluate("each => each.scrollWidth")
    page.focus(f"#card-{visit.id}-lead")
    page.keyboard.press("KeyM")
    stands(page, ".is-target .board-may")
    for _ in range(44):
        page.keyboard.press("ArrowRight")
    laid_out(page)
    assert not page.evaluate(CUT)
    assert day.evaluate("each => each.scrollWidth") == wide
