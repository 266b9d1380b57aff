"""On a telephone the desk's pages keep what they say inside their cards, and whose row it is in sight."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session, scoped_session

from handyman.models import Visit
from tests import factories
from tests.board.plans.makers import promised, tomorrow
from tests.pages import box_of, laid_out, sign_in, stands

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
LONG_NAME = "남궁제갈독고선우황보사공서문"


@pytest.fixture
def visit(session: Db) -> Visit:
    made = promised("10:00", [factories.make_member(LONG_NAME)])
    for number in ("+82298765432", "+821099998888"):
        factories.make_phone(made.resident.person, number)
    session.commit()
    return made


@pytest.fixture
def page(chromium: Browser, live_server: str, session: Db, visit: Visit) -> Iterator[Page]:
    user = factories.make_user("coordinator")
    session.commit()
    context = chromium.new_context(viewport={"width": 360, "height": 740}, base_url=live_server)
    page = context.new_page()
    page.goto("/sign-in")
    sign_in(page, user.login)
    page.wait_for_load_state()
    yield page
    context.close()


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
