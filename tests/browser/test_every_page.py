"""Every page in a real browser: accessible, quiet, alone on its host, large enough, as wide as the screen."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from handyman import flow, links
from handyman.board.plans import work
from handyman.extensions import db, now
from handyman.models import (
    OPEN_PLANS,
    Actor,
    ActorKind,
    Assignment,
    Contact,
    Member,
    PlanFailure,
    PlanRun,
    PlanState,
    ServiceRequest,
    Visit,
    VisitState,
)
from tests.conftest import TUESDAY_AT_TEN
from tests.factories import path_of
from tests.longer import longer
from tests.pages import AXE, go, laid_out, sign_in

pytestmark = pytest.mark.browser
WEDNESDAY = date(2026, 11, 25)  # tomorrow
SIZES = {"desk": {"width": 1366, "height": 768}, "telephone": {"width": 360, "height": 740}}
MEASURE = Path(__file__).with_name("measure.js").read_text()
RULES = {  # 7:1 for body text; what passes that passes 4.5:1
    "color-contrast-enhanced": {"enabled": True},
    "color-contrast": {"enabled": False},
}
DRAWN = """() => !document.querySelector('#map, #routes')
  || document.querySelector('#map .dong-name, #map[hidden], #routes .dong-name')"""
VIOLATIONS = """rules => axe.run({ rules, resultTypes: ['violations'] }).then(found => found.violations)"""
PARTS = 3  # of the pages, each a test of its own: several processes share them
OFFICE_PAGES = [
    "/calls/new",
    "/calls/new?phone=010-0000-0001",
    "/calls/new?phone=anonymous",
    "/work",
    "/board",
    "/board?day=2026-11-20",
    "/board?day=2026-11-29",
    "/board/week",
    "/board/map",
    "/requests",
    "/requests?q=없는사람",
    "/people?q=김",
    "/people/pairs",
    "/people/1/merge?with=2",
    "/plans",
    "/plans/ill",
    "/members",
    "/members/new",
    "/members/1/edit",
    "/messages",
    "/operations",
    "/texts",
    "/texts/resident_booked/ko",
    "/texts/member_offer/en",
    "/phones",
    "/reports/monthly",
    "/reports/monthly?month=2025-01",
    "/fairness",
    "/fairness?month=2025-01",
    "/service-times",
    "/sheets?day=2026-11-25",
    "/catalogue",
    "/catalogue/1",
    "/recurring",
    "/recurring/1",
    "/addresses",
    "/users",
    "/account",
    "/nowhere",
]


class Watched:
    """A page that remembers what it should not have done."""

    def __init__(self, page: Page, host: str, sizes_of_axe: Iterable[str]) -> None:
        self.page, self.host, self.faults = page, host, []
        self._sizes_of_axe = cycle(sizes_of_axe)
        page.on("console", self._console)
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))

    def _console(self, message: Any) -> None:
        made_up = "status of 404" in message.text
        if message.type in ("error", "warning") and not made_up:
            self.faults.append(f"{message.type}: {message.text}")

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != self.host:
            self.faults.append(f"asked another host: {parts.netloc}")

    def check(self, name: str) -> list[str]:
        """What is wrong with the page as it stands now, at both sizes; axe looks at one of them."""
        with_axe = next(self._sizes_of_axe)
        faults = [fault for size in SIZES for fault in self._check_at(size, name, size == with_axe)]
        self.page.set_viewport_size(SIZES["desk"])
        return faults

    def _check_at(self, size: str, name: str, with_axe: bool) -> list[str]:
        self.page.set_viewport_size(SIZES[size])
        laid_out(self.page)
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        own, self.faults = self.faults, []
        found = self.page.evaluate(VIOLATIONS, RULES) if with_axe else []
        faults = [
            f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for rule in found
            for node in rule["nodes"]
        ]
        faults += own + ([f"{wide} px too wide"] if wide > 0 else []) + self.page.evaluate(MEASURE)
        self.faults = []  # what axe itself has done
        return [f"{name} ({size}): {fault}" for fault in faults]


@pytest.fixture(params=[tuple(SIZES), longer(tuple(reversed(SIZES)))])
def watched(chromium: Browser, live_server: str, request: pytest.FixtureRequest) -> Iterator[Watched]:
    context = chromium.new_context(viewport=SIZES["desk"], locale="ko-KR", base_url=live_server)
    context.add_init_script(path=AXE)
    yield Watched(context.new_page(), urlsplit(live_server).netloc, request.param)
    context.close()


@pytest.mark.usefixtures("demo_office")
@pytest.mark.parametrize("part", range(PARTS))
def test_office_pages_are_accessible_quiet_and_fit(part: int, watched: Watched, session) -> None:
    page = watched.page
    page.goto("/sign-in")
    faults = watched.check("/sign-in")
    sign_in(page, "admin", "demo-admin")
    request = session.scalars(select(ServiceRequest).order_by(ServiceRequest.id.desc())).first()
    visits = [session.scalars(select(Visit).where(Visit.state == state)).first() for state in VisitState]
    rung = session.scalars(select(Member.id).where(~Member.smartphone)).one()
    stood_by = session.scalars(select(Contact.resident_id).order_by(Contact.id)).first()
    paths = [
        *OFFICE_PAGES,
        f"/requests/{request.number}",
        f"/requests/{request.number}/place",
        f"/requests/{request.number}/book",
        f"/calls/{request.number}/receipt",
        f"/people/{request.resident_id}",
        f"/people/{request.resident_id}/correct",
        f"/people/{stood_by}",
        f"/phones/member/{rung}",
        f"/members/{rung}/edit",
        *(f"/visits/{visit.id}" for visit in visits if visit),
    ]
    session.rollback()
    for path in paths[part::PARTS]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status < 500, path
        page.wait_for_function(DRAWN)
        faults += watched.check(path)
    assert not faults, "\n".join(faults)


@pytest.mark.long
@pytest.mark.settings(PLAN_DAY_SECONDS="0", PLAN_WEEK_SECONDS="0")
@pytest.mark.usefixtures("demo_office")
def test_plans_are_accessible_quiet_and_fit_in_every_state(watched: Watched, session) -> None:
    page, found = watched.page, []
    page.goto("/sign-in")
    sign_in(page, "admin", "demo-admin")
    for state in PlanState:
        path = f"/plans/{plan_in(state).id}"
        session.rollback()
        page.goto(path)
        found += watched.check(f"{path} {state}")
        page.goto("about:blank")  # a page that watches its plan would load itself again when that goes on
    page.goto("/plans")
    found += watched.check("/plans with plans")
    assert not found, "\n".join(found)


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
    page.goto("/sign-in")
    go(page, lambda: page.press("#password", "Enter"))
    page.wait_for_selector("#problems")
    faults = watched.check("sign-in refused")
    sign_in(page, "admin", "demo-admin")
    for path, button in (
        ("/users", "추가"),
        ("/account", "바꾸기"),
        ("/calls/new", "저장"),
        ("/members/new", "저장"),
        ("/catalogue/new", "저장"),
        ("/plans/ill", "대신 갈 사람 찾기"),
    ):
        page.goto(path)
        go(page, page.get_by_role("button", name=button).last.click)
        page.wait_for_selector("#problems")
        faults += watched.check(f"{path} refused")
    assert not faults, "\n".join(faults)


@pytest.mark.usefixtures("demo_office")
def test_member_pages_are_accessible_quiet_and_fit(watched: Watched, app, session) -> None:
    page = watched.page
    faults = []
    for state in VisitState:
        found = session.scalars(
            select(Assignment)
            .join(Visit)
            .where(Visit.state == state, Assignment.member_id.is_not(None))
            .order_by(Assignment.id)
        ).first()
        if found is None:
            continue
        far = TUESDAY_AT_TEN.replace(year=2027)
        link = links.issue(found.member_id, TUESDAY_AT_TEN, far, visit_id=found.visit_id)
        path = path_of(link)
        session.commit()
        for end in ("", f"/{found.visit_id}/decline", f"/{found.visit_id}/report"):
            page.goto(path + end)
            faults += watched.check(f"{state}{end}")
    page.goto("/v/madeup000000")
    faults += watched.check("made up link")
    assert not faults, "\n".join(faults)
