"""A key never answers for a consent whose words are not there to be read out, all of them and in sight."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import now
from handyman.intake import script
from handyman.intake.call import Where
from handyman.models import Consent, ConsentKind, User
from tests import factories
from tests.browser.keyboard import settle
from tests.browser.test_call_in_sight import ADDRESS, be_new, refuse, say
from tests.longer import longer
from tests.pages import box_of, go, laid_out

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
SEEN = """kind => {
    const words = document.getElementById(`script-${kind}`), own = words.getBoundingClientRect();
    const pane = document.querySelector('.call-left').getBoundingClientRect(); // none in one column
    const foot = document.querySelector('.call-save').getBoundingClientRect();
    const view = pane.height ? pane : { top: 0, bottom: foot.top };
    return own.top >= Math.max(view.top, 0) && own.bottom <= Math.min(view.bottom, innerHeight)
        && words.scrollWidth <= words.clientWidth;
}"""


def answer_each(page: "Page") -> None:
    """A press where the words are not in sight brings them there; the next one answers."""
    for kind in KINDS:
        laid_out(page)
        assert page.evaluate(KEYED) == [kind]
        yes = page.locator(f"#consent_{kind}-yes")
        if not page.evaluate(SEEN, kind):
            page.keyboard.press("Alt+y")
            laid_out(page)
            assert not yes.is_checked(), f"{kind}: nobody could read it"
            assert page.evaluate(SEEN, kind), kind
        page.keyboard.press("Alt+y")
        expect(yes).to_be_checked()


def open_two_at_the_door(session: Db) -> None:
    key = flow.locate(Where(ADDRESS)).place.place_key
    home = factories.make_address(f"서울특별시 동작구 {ADDRESS}", place_key=key)
    for name in ("나하나", "나두리"):
        request = factories.make_request(factories.make_resident(name, address=home))
        factories.make_visit(request, now() + timedelta(days=1))
    session.commit()


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
    answer_each(page)
    assert page.evaluate(KEYED) == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("refused", "danger", "items", "relation"),
    [
        (True, "", ["lamp"], "self"),
        (True, "", ["lamp", "handrail"], "care_worker"),
        (False, "연기 남", ["lamp", "handrail", "antislip", "screen"], "care_worker"),
        longer(True, "연기 남", ["lamp"], "self"),
        longer(True, "연기 남", ["lamp", "handrail"], "care_worker"),
        longer(True, "연기 남", ["lamp", "handrail", "antislip", "screen"], "care_worker"),
    ],
)
def test_where_all_is_crowded_the_words_come_into_sight_before_a_key_answers(
    page: "Page", session: Db, refused: bool, danger: str, items: list[str], relation: str
) -> None:
    open_two_at_the_door(session)
    be_new(page)
    page.locator(".open-here").wait_for()
    for code in items:
        page.fill(f"#item-{code}-quantity", "1")
    page.select_option("#relation", relation)
    if danger:
        say(page, danger)
    if refused:
        refuse(page)
    answer_each(page)
    assert page.evaluate(KEYED) == []


@pytest.mark.parametrize("language", ["ko", longer("en")])
@pytest.mark.parametrize("items", [[], ["lamp"], ["lamp", "handrail", "gas"]])
def test_no_key_answers_at_once_on_a_refused_page_what_nobody_could_read(
    page: "Page", language: str, items: list[str]
) -> None:
    if language == "en":
        go(page, lambda: page.click("button[name=language]"))
    be_new(page)
    for code in items:
        page.fill(f"#item-{code}-quantity", "1")
    refuse(page)
    assert page.evaluate(SEEN, "processing") is (not items), "one line of them, where items are asked for"
    answer_each(page)
    assert page.evaluate(KEYED) == []


def test_where_a_window_is_too_low_for_the_words_no_key_answers_unasked(page: "Page") -> None:
    """Whoever has moved down to read them chooses by the space bar: the answer has the focus."""
    page.set_viewport_size({"width": 360, "height": 200})
    for _press in range(3):
        page.keyboard.press("Alt+y")
        laid_out(page)
        assert not page.is_checked("#consent_processing-yes")
    page.wait_for_selector("#consent_processing-yes:focus")
    page.keyboard.press("Space")
    expect(page.locator("#consent_processing-yes")).to_be_checked()


def test_sentence_about_a_consent_goes_once_it_is_answered(page: "Page") -> None:
    refuse(page)
    page.focus("#consent_processing-yes")
    expect(page.locator("#consent_processing-about")).to_be_visible()
    page.keyboard.press("Alt+y")
    expect(page.locator("#consent_processing-yes")).to_be_checked()
    expect(page.locator("#consent_processing-about")).to_have_count(0)
    expect(page.locator("#consent_processing.has-error")).to_have_count(0)
    expect(page.locator("#problems a[href='#consent_processing']")).to_have_class("is-done")


def test_sentence_about_a_consent_makes_none_of_them_wrap(page: "Page") -> None:
    page.keyboard.press("Alt+u")
    refuse(page)
    page.focus("#consent_processing-no")
    expect(page.locator("#consent_processing-about")).to_be_visible()
    laid_out(page)
    assert len({box_of(page.locator(f"#consent_{kind} > legend"))["y"] for kind in KINDS}) == 1


@pytest.mark.long
def test_known_caller_who_was_not_asked_about_their_health_has_its_words_in_sight(
    page: "Page", session: Db, operator: User
) -> None:
    known(page, session, operator, ConsentKind.PROCESSING, ConsentKind.DISTRICT)
    assert (page.evaluate(KEYED), page.evaluate(READ)) == (["health"], ["health"])


@pytest.mark.long
def test_nothing_is_to_be_read_to_who_has_answered_all(page: "Page", session: Db, operator: User) -> None:
    known(page, session, operator, *ConsentKind)
    assert (page.evaluate(KEYED), page.evaluate(READ)) == ([], [])
    page.focus("#consent_health-yes")
    assert page.evaluate(READ) == ["health"], "to be read once more"


@pytest.mark.long
def test_consent_that_is_reached_out_of_order_shows_its_own_words_too(page: "Page") -> None:
    page.focus("#consent_district-yes")
    assert page.evaluate(READ) == ["processing", "district"]
