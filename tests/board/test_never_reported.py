"""A visit that somebody set out to and never reported: the office can end it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.board.seen import seen_of_visit
from handyman.extensions import now
from handyman.models import (
    Actor,
    ActorKind,
    AuditEntry,
    CompletionReport,
    ItemState,
    Member,
    Outcome,
    RequestState,
    User,
    Visit,
    VisitState,
)
from handyman.visit.finish import WorkReport, finish
from handyman.words import clock_words
from tests.conftest import Clock
from tests.factories import make_item, make_member, make_request, make_visit

SignIn = Callable[..., User]


@pytest.fixture
def lead(session: scoped_session[Session]) -> Member:
    return make_member("박수리")


@pytest.fixture(params=[VisitState.ON_THE_WAY, VisitState.ARRIVED])
def visit(request: pytest.FixtureRequest, lead: Member, clock: Clock) -> Visit:
    """Three lamps, begun three days ago."""
    row = make_visit(make_request(items=[(make_item(), 3)]), start=now(), members=[lead])
    row.state = request.param
    clock.advance(days=3)
    return row


def test_a_coordinator_calls_it_off_for_a_reason(client: FlaskClient, sign_in: SignIn, visit: Visit) -> None:
    sign_in("coordinator")
    assert f'action="/visits/{visit.id}/cancel"' in client.get(f"/visits/{visit.id}").text
    form = {"reason": "other", "seen": seen_of_visit(visit), "sure": "1"}
    assert client.post(f"/visits/{visit.id}/cancel", data=form).status_code == 303
    request = visit.items[0].request_item.request
    assert (visit.state, request.state) == (VisitState.CANCELLED, RequestState.LOGGED)
    assert visit.items[0].request_item.state is ItemState.OPEN


def test_whoever_asks_what_has_happened_reads_there_whom_to_ring(
    client: FlaskClient, sign_in: SignIn, visit: Visit, lead: Member
) -> None:
    sign_in("coordinator")
    row, number = f'href="/visits/{visit.id}"', f'href="tel:{lead.phone}"'
    assert row in client.get("/work").text
    assert number in client.get(f"/visits/{visit.id}").text
    visit.state = VisitState.CANCELLED
    assert number not in client.get(f"/visits/{visit.id}").text


def test_an_operator_may_not(client: FlaskClient, sign_in: SignIn, visit: Visit) -> None:
    sign_in("operator")
    page = client.get(f"/visits/{visit.id}").text
    assert f'action="/visits/{visit.id}/' not in page
    form = {"reason": "other", "seen": seen_of_visit(visit)}
    assert client.post(f"/visits/{visit.id}/cancel", data=form).status_code == 422
    assert client.post(f"/visits/{visit.id}/report", data={"outcome": "done"}).status_code == 403


def test_the_end_of_the_work_is_shown_and_not_when_its_report_came(
    client: FlaskClient, sign_in: SignIn, visit: Visit, lead: Member
) -> None:
    visit.arrived_at, visit.ended_at = visit.start, visit.start + timedelta(minutes=50)
    work = WorkReport(Outcome.DONE, {visit.items[0].id: 3}, {}, minutes=50)
    finish(visit.id, work, Actor(ActorKind.MEMBER, lead.id), now())
    sign_in("operator")
    said = f"도착 {clock_words(visit.start)}, 마침 {clock_words(visit.start + timedelta(minutes=50))}"
    assert said in client.get(f"/visits/{visit.id}").text


def test_the_office_reports_for_the_lead(
    client: FlaskClient, sign_in: SignIn, session: scoped_session[Session], visit: Visit, lead: Member
) -> None:
    user = sign_in("coordinator")
    item = visit.items[0]
    assert f'action="/visits/{visit.id}/report"' in client.get(f"/visits/{visit.id}").text
    form = {"outcome": "partly", f"done_{item.id}": "2", "minutes": "45", "note": "전화로 들음"}
    assert client.post(f"/visits/{visit.id}/report", data=form).status_code == 303
    session.expire_all()
    report = session.scalars(select(CompletionReport)).one()
    assert (report.member_id, report.outcome, report.minutes, report.note) == (
        lead.id,
        Outcome.PARTLY,
        45,
        "전화로 들음",
    )
    assert (visit.state, item.done_quantity, item.request_item.state) == (
        VisitState.FINISHED,
        2,
        ItemState.OPEN,
    )
    ended = select(AuditEntry.actor_id).where(
        AuditEntry.entity == "visits",
        AuditEntry.entity_id == visit.id,
        AuditEntry.moved_to == VisitState.FINISHED,
        AuditEntry.actor_kind == "user",
    )
    assert session.scalars(ended).all() == [user.id]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("outcome", {}),
        ("outcome", {"outcome": "가"}),
        ("done_", {"outcome": "partly"}),
        ("done_", {"outcome": "partly", "done_": "4"}),
        ("done_", {"outcome": "partly", "done_": "0"}),
        ("minutes", {"outcome": "done", "minutes": "많이"}),
        ("note", {"outcome": "done", "note": "가" * 1001}),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field_and_kept(
    client: FlaskClient, sign_in: SignIn, visit: Visit, field: str, typed: dict[str, str]
) -> None:
    sign_in("coordinator")
    item = str(visit.items[0].id)
    form = {"minutes": "45", "note": "사다리"} | {
        name + item if name == "done_" else name: value for name, value in typed.items()
    }
    response = client.post(f"/visits/{visit.id}/report", data=form)
    assert response.status_code == 422
    name = field + item if field == "done_" else field
    assert f'id="{name}-about"' in response.text
    assert form["note"] in response.text
    assert visit.report is None


def test_before_its_day_there_is_nothing_to_report(
    client: FlaskClient, sign_in: SignIn, lead: Member
) -> None:
    visit = make_visit(members=[lead])
    sign_in("coordinator")
    assert "/report" not in client.get(f"/visits/{visit.id}").text.partition("<main")[2]
    form = {"outcome": "done", "minutes": "10"}
    assert client.post(f"/visits/{visit.id}/report", data=form).status_code == 422
    assert visit.state is VisitState.ASSIGNED


def test_a_second_report_changes_nothing(client: FlaskClient, sign_in: SignIn, visit: Visit) -> None:
    sign_in("coordinator")
    client.post(f"/visits/{visit.id}/report", data={"outcome": "nobody_home", "minutes": "5"})
    client.post(f"/visits/{visit.id}/report", data={"outcome": "done", "minutes": "50"})
    assert visit.report is not None
    assert (visit.state, visit.report.minutes) == (VisitState.FAILED, 5)
