"""Forms that somebody else was quicker with, what follows a button, refusals, and an office without rows."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.messages.moments import stamp
from handyman.models import MessageState, RequestState, ServiceRequest, Visit, VisitState
from tests import factories
from tests.browser import every_page
from tests.browser.watched import Watched, watching
from tests.longer import longer
from tests.pages import go, sign_in, stands

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
QUICKER = {  # the button of a form, and what it notes of the record: here, that the record was another one
    "/members/1/edit": ("#form button.large", "#form [name=seen]"),
    "/catalogue/1": ("#form .actions button", "#form [name=seen]"),
    "/recurring/1": ("#form .actions button", "#form [name=seen]"),
    "/texts/resident_booked/ko": ("#composer button:not([formaction])", "#composer [name=seen]"),
}
REFUSED_OF_A_VISIT = [  # the end of a form's address, and what is written into it before
    ("/assign", {}),
    ("/move", {"day": "2020-01-01"}),
    ("/move", {"seen": "0", "day": "2026-11-26"}),
    ("/wishes", {}),
    ("/sum", {"agreed_won": "많이"}),
    ("/sum", {"agreed_won": "3000", "was": "x"}),
]
DAILY = ["/work", "/board", "/requests", "/people", "/members", "/messages", "/plans"]
RARER = [
    each
    for each in every_page.OFFICE_PAGES
    if each not in DAILY
    and "?" not in each
    and not any(part.isdigit() for part in each.split("/"))
    and "/texts/" not in each
]


@pytest.fixture(params=[False, longer(True)])
def watched(
    chromium: Browser, live_server: str, app: Flask, request: pytest.FixtureRequest
) -> Iterator[Watched]:
    with watching(chromium, app, live_server, request.param) as page:
        yield page


def come_in(watched: Watched, login: str = "admin", password: str = "demo-admin") -> None:
    watched.page.goto("/sign-in")
    sign_in(watched.page, login, password)


@pytest.mark.usefixtures("demo_office")
def test_forms_that_somebody_else_was_quicker_with(watched: Watched, session: Db) -> None:
    page = watched.page
    person = session.scalars(select(ServiceRequest.resident_id).limit(1)).one()
    session.rollback()
    come_in(watched)

    def come_late(path: str, button: str, noted: str, lead: Callable[[], object]) -> None:
        page.goto(path)
        page.eval_on_selector(noted, "field => { field.value = '0'; }")
        lead()
        go(page, page.locator(button).last.click)
        stands(page, "#problems")

    for path, (button, noted) in QUICKER.items():
        watched.look(f"{path}, late", partial(come_late, path, button, noted, lambda: None))
    language = "form[action$='/language'].person-language"
    other = partial(page.select_option, "#language", "en")
    watched.look(
        "a person's language, late",
        partial(come_late, f"/people/{person}", f"{language} button", f"{language} [name=was]", other),
    )
    watched.is_clean()


@pytest.mark.usefixtures("demo_office")
def test_what_follows_a_button(watched: Watched, session: Db) -> None:
    """A wording looked at before it is stored, a printed sheet, a visit to be called off."""
    page = watched.page
    visit = session.scalars(select(Visit.id).where(Visit.state == VisitState.ASSIGNED)).first()
    number = session.scalars(select(ServiceRequest.number).order_by(ServiceRequest.id.desc())).first()
    session.rollback()
    come_in(watched)

    def press(path: str, button: str) -> None:
        page.goto(path)
        go(page, page.locator(button).first.click)
        stands(page, "main")

    watched.look("a wording", partial(press, "/texts/resident_booked/ko", "#composer [formaction]"))
    watched.look("a sheet", partial(press, "/sheets?day=2026-11-25", "[name=form][value=page]"))
    for path in (f"/visits/{visit}", f"/requests/{number}"):
        watched.look(f"{path} called off", partial(press, path, "form[action*='/cancel'] button"))
    watched.is_clean()


def send(page: Page, path: str, action: str, written: dict[str, str]) -> None:
    """The last form of the page that goes there, also where it is folded."""
    page.goto(path)
    form = page.locator(f"form[action$='{action}']").last
    for name, words in written.items():
        form.locator(f"[name={name}]").first.evaluate("(field, words) => { field.value = words; }", words)
    go(page, lambda: form.locator("button").last.evaluate("button => button.click()"))
    stands(page, "#problems")


@pytest.mark.usefixtures("demo_office")
def test_refused_forms_of_a_visit_a_request_and_a_person(watched: Watched, session: Db) -> None:
    page, tomorrow = watched.page, now() + timedelta(days=1)
    first = session.scalars(
        select(Visit).where(Visit.state == VisitState.ASSIGNED, Visit.start > tomorrow)
    ).first()
    ended = session.scalars(select(Visit.id).where(Visit.state == VisitState.FINISHED)).first()
    assert first
    visit, person = f"/visits/{first.id}", f"/people/{first.resident_id}"
    state = RequestState.LOGGED
    number = session.scalars(select(ServiceRequest.number).where(ServiceRequest.state == state)).first()
    session.rollback()
    come_in(watched)
    for action, written in REFUSED_OF_A_VISIT:
        watched.look(f"{visit}{action} {written}", partial(send, page, visit, action, written))
    for path, action, written in (
        (f"/visits/{ended}", "/rating", {}),
        (f"/requests/{number}/book", "/book", {"choice": "x"}),
        (f"/requests/{number}/book", "/wait", {}),
        (person, "/contacts", {}),
        (f"{person}/correct", "/correct", {"name": ""}),
        ("/users", "/users", {}),
    ):
        watched.look(f"{path}{action} refused", partial(send, page, path, action, written))

    def move() -> None:
        page.goto(visit)
        page.check("#choice-1")
        go(page, page.locator("form:has(#choice-1) button").last.click)
        stands(page, "[data-goes-after]")

    watched.look("moved, with the way back", move)
    watched.is_clean()


def test_texts_in_each_state(watched: Watched, session: Db) -> None:
    resident = factories.make_resident()
    for minutes, state in enumerate(MessageState, 15):
        visit = factories.make_visit(factories.make_request(resident))
        due = now() - timedelta(minutes=minutes)
        key = f"{minutes}:{stamp(visit.window_start)}"
        factories.make_message(visit.resident.person, visit=visit, state=state, due_at=due, dedupe_key=key)
    login = factories.make_user("administrator").login
    session.commit()
    come_in(watched, login, factories.PASSWORD)
    watched.look_at("/messages", "/operations", "/work", f"/people/{resident.id}")
    watched.is_clean()


def test_two_records_of_one_person(watched: Watched, session: Db) -> None:
    page, one, two = watched.page, factories.make_resident(), factories.make_resident(phone=None)
    login, here = factories.make_user("administrator").login, f"/people/{one.id}/merge"
    both = f"{here}?with={two.id}"
    session.commit()
    come_in(watched, login, factories.PASSWORD)

    def find(words: str) -> None:
        page.goto(here)
        page.fill("#merge-q", words)
        go(page, lambda: page.press("#merge-q", "Enter"))

    watched.look_at(f"{here}?with={one.id}", both)
    watched.look("another record is found", partial(find, "김보기"))
    watched.look("no other record is found", partial(find, "없는사람"))
    page.goto(both)
    go(page, lambda: page.keyboard.press("Control+Enter"))
    watched.look_at(page.url)
    watched.is_clean()


@pytest.mark.parametrize("paths", [DAILY, longer(RARER)], ids=["daily", "rarer"])
def test_an_office_without_rows(paths: list[str], watched: Watched, session: Db) -> None:
    login = factories.make_user("administrator").login
    session.commit()
    come_in(watched, login, factories.PASSWORD)
    watched.look_at(*paths)
    watched.is_clean()


def test_what_is_refused_not_there_or_broken(watched: Watched, app: Flask, session: Db) -> None:
    page, login = watched.page, factories.make_user("operator").login
    session.commit()

    def broken() -> str:
        raise ValueError

    broken.asks = "public"  # type: ignore[attr-defined]
    app.testing = False
    app.add_url_rule("/broken", "broken", broken)
    come_in(watched, login, factories.PASSWORD)
    for path in ("/broken", "/board/undo"):  # a browser would write their status on its console
        page.route(f"**{path}", lambda route: route.fulfill(response=route.fetch(), status=200))
    watched.look_at("/users", "/visits/99", "/broken", "/board/undo")

    def forge() -> None:
        page.goto("/account")
        page.evaluate("for (const each of document.querySelectorAll('[name=csrf_token]')) each.value = 'x';")
        go(page, page.locator("main form button").click)

    def write_a_book() -> None:
        page.goto("/account")
        page.evaluate("document.getElementById('present').value = 'x'.repeat(1.2e6)")
        go(page, page.locator("main form button").click)

    watched.look("a form that is too old", forge)
    watched.look("words that are too long", write_a_book)
    watched.is_clean()
