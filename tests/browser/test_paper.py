"""What is printed has words, and nothing to press."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.board.plans.makers import FAR, NEAR, promised, tomorrow

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_a_card_on_paper_has_nothing_to_press(
    page: "Page", session: scoped_session[Session], live_server: str
) -> None:
    resident = factories.make_resident("나하나", "+821000000001", care_note="귀가 어두움")
    factories.make_contact(resident, factories.make_person("김딸기", "+821099990000"))
    card = f"{live_server}/people/{resident.id}"
    session.commit()
    page.goto(card)
    page.wait_for_load_state("load")
    pressed = page.locator("main :is(button, input, select, summary):visible")
    assert pressed.count() > 0
    page.emulate_media(media="print")
    assert pressed.count() == 0
    assert "귀가 어두움" in page.inner_text("main")
    assert "김딸기" in page.inner_text("main")


INSIDE = """() => {
    const box = document.getElementById('routes').getBoundingClientRect();
    const pins = [...document.querySelectorAll('.route-pin')].map(pin => pin.getBoundingClientRect());
    return document.querySelectorAll('.route-line, .dong').length > 1 && pins.length === 3
        && box.width > 400 && box.width < 700 && pins.every(pin => pin.left >= box.left
        && pin.right <= box.right && pin.top >= box.top && pin.bottom <= box.bottom);
}"""


def test_the_map_of_a_day_is_printed_with_its_routes_whatever_the_window_was(
    page: "Page", session: scoped_session[Session], live_server: str
) -> None:
    member = factories.make_member("박수리")
    for start, point in (("09:30", NEAR), ("13:00", FAR), ("16:00", NEAR)):
        promised(start, [member], point=point)
    session.commit()
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{live_server}/board/map?day={tomorrow()}")
    page.wait_for_selector(".route-pin")
    page.emulate_media(media="print")
    page.wait_for_function(INSIDE)
    assert page.locator(".leaflet-control-zoom:visible").count() == 0
    assert page.locator(".route-stop:visible").count() == 3
