"""A key never answers for a consent whose words are not there to be read out."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.intake import script
from handyman.models import Consent, ConsentKind, User
from tests import factories
from tests.browser.keyboard import settle
from tests.longer import longer
from tests.pages import laid_out

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
WIDE, NARROW = (1366, 768), (683, 768)
READ = """() => [...document.querySelectorAll('.script-words')]
    .filter(each => each.checkVisibility()).map(each => each.id.replace('script-', ''))"""
KEYED = """() => [...document.querySelectorAll('.consent-ask')]
    .filter(each => each.querySelector('.key').checkVisibility())
    .map(each => each.id.replace('consent_', ''))"""
KINDS = [kind.value for kind in ConsentKind]


def known(page: "Page", session: Db, operator: User, *answered: ConsentKind) -> None:
    resident = factories.make_resident("나하나", "+821000000001")
    said = {"script_version": script.VERSION, "given": True, "read_by_id": operator.id, "at": now()}
    for kind in answered:
        factories.add(Consent(person_id=resident.id, kind=kind, **said))
    session.commit()
    page.fill("#phone", "010-0000-0001")
    settle(page, "/calls/where", lambda: page.press("#phone", "Enter"))


@pytest.mark.parametrize("size", [WIDE, longer(NARROW)])
def test_the_words_of_a_consent_stand_there_before_its_keys_answer(
    page: "Page", size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for kind in KINDS:
        laid_out(page)
        assert page.evaluate(KEYED) == [kind]
        assert kind in page.evaluate(READ)
        page.keyboard.press("Alt+y")
        expect(page.locator(f"#consent_{kind}-yes")).to_be_checked()
    assert page.evaluate(KEYED) == []


def test_known_caller_who_was_not_asked_about_their_health_has_its_words_in_sight(
    page: "Page", session: Db, operator: User
) -> None:
    known(page, session, operator, ConsentKind.PROCESSING, ConsentKind.DISTRICT)
    assert (page.evaluate(KEYED), page.evaluate(READ)) == (["health"], ["health"])


def test_nothing_is_to_be_read_to_who_has_answered_all(page: "Page", session: Db, operator: User) -> None:
    known(page, session, operator, *ConsentKind)
    assert (page.evaluate(KEYED), page.evaluate(READ)) == ([], [])
    page.focus("#consent_health-yes")
    assert page.evaluate(READ) == ["health"], "to be read once more"


def test_consent_that_is_reached_out_of_order_shows_its_own_words_too(page: "Page") -> None:
    page.focus("#consent_district-yes")
    assert page.evaluate(READ) == ["processing", "district"]
