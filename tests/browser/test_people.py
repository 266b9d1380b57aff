"""The box that finds people, by keys alone, from any page: a card by Enter, a call by Alt+Enter."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.models import NumberFact
from tests import factories
from tests.factories import make_request, make_resident
from tests.pages import axe_finds, box_of, go, let_in, stands

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response

pytestmark = pytest.mark.browser
RUNS_OVER = """() => {
  const form = document.querySelector('form[action$="/texts"]');
  const card = form.closest('.card');
  const edge = card.getBoundingClientRect().right - parseFloat(getComputedStyle(card).paddingRight);
  const seen = [...form.children].map(each => each.getBoundingClientRect()).filter(box => box.width);
  const touch = (one, other) => one !== other && one.top < other.bottom && other.top < one.bottom
    && one.left < other.right + 4 && other.left < one.right + 4;
  return seen.filter(box => box.right > edge || seen.some(other => touch(box, other)));
}"""


@pytest.fixture
def page(chromium: "Browser", live_server: str, session: scoped_session[Session]) -> Iterator["Page"]:
    user = factories.make_user("operator")
    make_request(make_resident("김명희", "+821012345678"))
    make_resident("김미화", "+821022223333")
    session.commit()
    context = chromium.new_context(
        viewport={"width": 1366, "height": 768}, locale="ko-KR", base_url=live_server
    )
    page = context.new_page()
    let_in(context, live_server, user.login)
    page.goto("/people")
    yield page
    context.close()


def find_first(page: "Page", typed: str, name: str) -> None:
    """Said at once after Alt+F, it marks somebody of that name: no list for a part of it stands before."""

    def asks_for_all(answer: "Response") -> bool:
        asked = parse_qs(answer.request.post_data or "")
        return answer.url.endswith("/people/suggestions") and typed in asked.get("q", [])

    page.keyboard.press("Alt+KeyF")
    page.keyboard.press("Control+KeyA")
    with page.expect_response(asks_for_all):
        page.keyboard.insert_text(typed)
    page.locator("#found-people [aria-selected=true] .found-name", has_text=name).wait_for()


@pytest.mark.long
@pytest.mark.parametrize("whose", ["person", "member"])
def test_whoever_wants_no_texts_has_a_card_that_fits_a_telephone(
    chromium: "Browser", live_server: str, session: scoped_session[Session], whose: str
) -> None:
    user, phone = factories.make_user("coordinator"), "+821012345678"
    if whose == "person":
        path = f"/people/{factories.make_person('김명희', phone).id}"
    else:
        path = f"/members/{factories.make_member(phone=phone).id}/edit"
    factories.add(NumberFact(number=phone, bad_code="", opted_out_at=now()))
    session.commit()
    context = chromium.new_context(viewport={"width": 360, "height": 740}, base_url=live_server)
    page = context.new_page()
    let_in(context, live_server, user.login)
    page.goto(path)
    page.evaluate("document.querySelectorAll('details.card').forEach(each => { each.open = true })")
    page.get_by_role("button", name="문자 다시 보내기").wait_for()
    assert page.evaluate(RUNS_OVER) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    context.close()


def test_people_are_found_opened_and_called_for_by_keys_alone(page: "Page") -> None:
    find_first(page, "rag", "김명희")  # who has something open
    page.keyboard.press("ArrowDown")
    assert page.locator("[aria-selected=true] .found-name").inner_text() == "김미화"
    assert axe_finds(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#found-people")).to_be_hidden()
    page.keyboard.type("없음")
    page.get_by_text("찾은 사람이 없습니다").wait_for()
    assert box_of(page.locator("#found-count"))["height"] > 40
    find_first(page, "김명휘", "김명희")  # as it is heard
    go(page, lambda: page.keyboard.press("Enter"))
    expect(page.locator("h1")).to_have_text("김명희")
    find_first(page, "3333", "김미화")
    go(page, lambda: page.keyboard.press("Alt+Enter"))
    expect(page.locator("#phone")).to_have_value("010-2222-3333")
    expect(page.locator("#name")).to_have_value("김미화")
    page.locator(".menu-more summary").click()
    expect(page.get_by_role("link", name="문자")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="문자")).to_be_hidden()
    assert page.evaluate("document.querySelector('.top').offsetHeight") < 70, "one line at this width"


def test_what_was_asked_and_done_stands_on_a_card_before_what_is_set_there_and_a_merge_is_undone(
    page: "Page", session: scoped_session[Session]
) -> None:
    session.rollback()  # the sign-in was written since we last looked
    resident = make_resident("나하나", "+821000000001", care_note="귀가 어두우심")
    other = make_resident("나한아", "+821000000002")
    for days in (1, 30):
        factories.make_visit(make_request(resident), now() + timedelta(days=days))
    session.commit()
    page.goto(f"/people/{resident.id}")
    page.get_by_text("귀가 어두우심").wait_for()
    for table in page.locator("main table").all():
        box = box_of(table)
        assert box["y"] + box["height"] <= 768, "without scrolling"
    expect(page.locator("main table")).to_have_count(2)
    page.goto(f"/people/{resident.id}/merge?with={other.id}")
    stands(page, "main table")
    go(page, lambda: page.keyboard.press("Control+Enter"))
    expect(page.locator("main")).to_contain_text("나한아 님의 기록을")
    expect(page.locator("main")).to_contain_text("010-0000-0002")
    go(page, page.locator("form[action$='/undo'] button").click)
    expect(page.locator("main")).not_to_contain_text("010-0000-0002")
    page.goto(f"/people/{other.id}")
    expect(page.locator("h1")).to_have_text("나한아")
    expect(page.locator("main")).to_contain_text("010-0000-0002")
