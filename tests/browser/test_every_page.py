"""Every page in a real browser, in both languages, at a desk and on a telephone."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow, links, member_codes
from handyman.board.plans import work
from handyman.extensions import db, now
from handyman.models import (
    OPEN_PLANS,
    Actor,
    ActorKind,
    Assignment,
    Member,
    PlanFailure,
    PlanRun,
    PlanState,
    SignInCode,
    Visit,
    VisitState,
)
from tests import factories
from tests.browser import every_page
from tests.browser.watched import Watched, watching
from tests.conftest import TUESDAY_AT_TEN
from tests.longer import longer
from tests.pages import go, sign_in, stands
from tests.visit.test_home_in_browser import make_home
from tests.visit.test_phone_in_browser import make_paths
from tests.whole_product import routes

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
WEDNESDAY = date(2026, 11, 25)  # tomorrow
PARTS = 4  # of the pages, each a test of its own: several processes share them


@pytest.fixture(params=[False, longer(True)])
def watched(
    chromium: Browser, live_server: str, app: Flask, request: pytest.FixtureRequest
) -> Iterator[Watched]:
    with watching(chromium, app, live_server, request.param) as page:
        yield page


@pytest.fixture
def office(watched: Watched, live_server: str) -> Watched:
    """Signed in to the demo's office, as somebody who may see all of it."""
    watched.page.goto("/sign-in")
    sign_in(watched.page, "admin", "demo-admin")
    return watched


@pytest.mark.usefixtures("demo_office")
@pytest.mark.parametrize("part", range(PARTS))
def test_office_pages_are_accessible_quiet_and_fit(part: int, office: Watched, session: Db) -> None:
    paths = every_page.office_paths(session)
    session.rollback()
    office.look_at(*paths[part::PARTS])
    office.is_clean()


def test_pages_for_strangers_are_accessible_quiet_and_fit(watched: Watched, session: Db) -> None:
    watched.page.route("**/sent-forms", lambda _route: None)  # so the page for no signal hears of none
    watched.look_at(*every_page.STRANGERS_PAGES, "/nowhere")
    watched.is_clean()


STATES = [PlanState.READY, PlanState.TAKEN]
RARER = [longer(state) for state in PlanState if state not in STATES]


@pytest.mark.settings(PLAN_DAY_SECONDS="0", PLAN_WEEK_SECONDS="0")
@pytest.mark.usefixtures("demo_office")
@pytest.mark.parametrize("state", [*STATES, *RARER])
def test_plans_are_accessible_quiet_and_fit_in_every_state(
    state: PlanState, office: Watched, session: Db
) -> None:
    path = f"/plans/{plan_in(state).id}"
    session.rollback()
    for each in (path, "/plans"):
        office.look_at(each)
        office.page.goto("about:blank")  # a page that watches its plan would load itself again
    office.is_clean()


def plan_in(state: PlanState) -> PlanRun:
    """Of a day on which somebody is ill; of a week where it waits for a decision."""
    by, ill = Actor(ActorKind.SYSTEM), 4
    wanted = flow.plan_week(WEDNESDAY, by, now()) if state is PlanState.READY else None
    plan_id = wanted or flow.plan_for_ill(ill, WEDNESDAY, by, now())
    if state not in OPEN_PLANS:
        while work.run_next(now):
            pass
    run = db.session.get_one(PlanRun, plan_id, populate_existing=True)
    run.state, run.failure = state, PlanFailure.TROUBLE if state is PlanState.FAILED else None
    db.session.commit()
    return run


@pytest.mark.usefixtures("demo_office")
def test_refused_forms_are_accessible_and_fit(watched: Watched) -> None:
    page = watched.page

    def refuse(path: str, button: str, field: str) -> None:
        page.goto(path)
        if field:
            page.fill(field, "")
        go(page, page.locator(button).last.click)
        page.wait_for_selector("#problems")

    watched.look("sign-in refused", lambda: refuse("/sign-in", "main form button", ""))
    page.goto("/sign-in")
    sign_in(page, "admin", "demo-admin")
    for path, (button, field) in every_page.REFUSING.items():
        watched.look(f"{path} refused", partial(refuse, path, button, field))
    watched.is_clean()


@pytest.mark.usefixtures("demo_office")
def test_member_pages_are_accessible_quiet_and_fit(watched: Watched, session: Db) -> None:
    for state in VisitState:
        found = session.scalars(
            select(Assignment)
            .join(Visit)
            .where(Visit.state == state, Assignment.member_id.is_not(None))
            .order_by(Assignment.id)
        ).first()
        if found is None or found.member_id is None:
            continue
        far = TUESDAY_AT_TEN.replace(year=2027)
        link = links.issue(found.member_id, TUESDAY_AT_TEN, far, visit_id=found.visit_id)
        path = factories.path_of(link)
        session.commit()
        watched.look_at(*(path + end for end in ("", f"/{found.visit_id}/decline")))
    watched.is_clean()


def test_the_pages_of_a_members_telephone_are_accessible_quiet_and_fit(watched: Watched, session: Db) -> None:
    """A link to a visit in each state, and what its buttons lead to."""
    paths = telephone_paths(factories.make_member("박수리"))
    session.commit()
    for name, path in paths.items():
        watched.look(name, partial(watched.open, path))
    watched.is_clean()


def test_the_pages_of_residents_and_of_members_who_came_in_are_accessible_quiet_and_fit(
    watched: Watched, session: Db
) -> None:
    page, day = watched.page, timedelta(days=1)
    homes = [make_home(state, day)[1] for state in VisitState]
    member = factories.make_member("박수리", phone="+821023456789")
    factories.make_absence(member, (now() + day).date())
    factories.make_visit(start=now() + timedelta(hours=1), members=[member])
    session.commit()
    watched.look_at(*homes, *(f"{home}/cancel" for home in homes[:1]))

    def ask_for_a_code() -> None:
        page.goto("/my/sign-in")
        page.fill("#phone", "010-2345-6789")
        go(page, lambda: page.press("#phone", "Enter"))

    watched.look("a code is asked for", ask_for_a_code)
    session.rollback()
    code = session.scalars(select(SignInCode).order_by(SignInCode.id.desc())).first()
    assert code
    page.fill("#code", member_codes.digits(code.nonce))
    go(page, lambda: page.press("#code", "Enter"))
    stands(page, "h1")
    watched.look_at(*every_page.MEMBERS_PAGES)
    watched.is_clean()


def telephone_paths(member: Member) -> dict[str, str]:
    paths = make_paths(member)
    inside = paths["report"].removesuffix("/report")
    return {**paths, "the job of a day": inside, "how it went": f"{inside}/report/outcome"}


@pytest.mark.usefixtures("demo_office")
def test_every_page_is_looked_at(app: Flask, session: Db) -> None:
    """Whatever a GET gives to read stands in a list above; what it gives to a machine, in another."""
    member, resident = factories.make_member("박수리"), make_home(VisitState.ASSIGNED, timedelta(days=1))[1]
    paths = [
        *every_page.office_paths(session),
        *every_page.STRANGERS_PAGES,
        *every_page.MEMBERS_PAGES,
        *telephone_paths(member).values(),
        *(resident, f"{resident}/cancel", "/plans/1"),
    ]
    match = app.url_map.bind("localhost").match
    seen = {match(path.partition("?")[0])[0] for path in paths if path != "/nowhere"}
    asked = {rule.endpoint for rule, method in routes(app) if method == "GET"}
    assert asked - seen == set(every_page.NEVER_SEEN)
