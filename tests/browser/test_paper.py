"""What is printed has words, and nothing to press."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session, scoped_session

from tests import factories

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
