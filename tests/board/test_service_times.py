"""What reports teach is shown to the coordinator, and used when the coordinator says so."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.board import needs
from handyman.board.service_times import page
from handyman.board.service_times.page import Minutes
from handyman.dispatch.service_times import LEAST_VISITS
from handyman.models import AuditEntry, Member, Outcome, Role, ServiceItem
from handyman.words import SEOUL
from tests.board.reports import make_done
from tests.conftest import Clock
from tests.factories import make_item, make_member, make_request, make_visit

DB = scoped_session[Session]
TODAY = date(2026, 11, 24)


def day(ago: int) -> datetime:
    return datetime(2026, 11, 23, 10, tzinfo=SEOUL) - timedelta(days=ago)


@pytest.fixture
def lamp(session: DB) -> ServiceItem:
    return make_item("lamp", base_minutes=20, minutes_per_piece=20, two_person_from_cm=None)


@pytest.fixture
def coordinator(sign_in: Callable[..., Any]) -> Any:
    return sign_in(Role.COORDINATOR)


def history(lamp: ServiceItem, member: Member, minutes: int, count: int = 20, **more: Any) -> None:
    for ago in range(count):
        make_done(member, minutes, day(ago), [(lamp, 1)], **more)


def line_of(item: ServiceItem) -> page.ItemLine:
    return next(line for line in page.load(TODAY).items if line.id == item.id)


def line_of_member(member: Member) -> page.MemberLine:
    return next(line for line in page.load(TODAY).members if line.id == member.id)


@pytest.mark.usefixtures("any_database")
def test_long_work_is_proposed_as_longer_and_nothing_changes_by_that(lamp: ServiceItem) -> None:
    history(lamp, make_member(), 60)
    line = line_of(lamp)
    assert (line.planned, line.proposed, line.before) == (Minutes(20, 20), Minutes(25, 30), None)
    assert (line.estimate.visits, round(line.estimate.ratio, 2)) == (20, 1.38)
    assert (lamp.base_minutes, lamp.minutes_per_piece) == (20, 20)


def test_a_few_reports_propose_nothing(lamp: ServiceItem) -> None:
    history(lamp, make_member(), 90, LEAST_VISITS - 1)
    assert line_of(lamp).proposed is None


@pytest.mark.parametrize(
    "more",
    [{"outcome": Outcome.PARTLY}, {"outcome": Outcome.REFUSED}, {"arrived": False}],
    ids=["in part", "not at all", "the plan repeated"],
)
def test_reports_that_say_nothing_of_the_work_are_left_out(lamp: ServiceItem, more: dict[str, Any]) -> None:
    minutes = 40 if "arrived" in more else 100
    history(lamp, make_member(), minutes, **more)
    assert line_of(lamp).estimate.visits == 0


def test_what_is_older_than_a_year_is_forgotten(lamp: ServiceItem) -> None:
    make_done(make_member(), 100, day(363), [(lamp, 1)])
    make_done(make_member(), 100, day(364), [(lamp, 1)])
    assert line_of(lamp).estimate.visits == 1


def test_a_pair_teaches_of_the_item_and_of_neither_member(lamp: ServiceItem) -> None:
    one, other = make_member(), make_member()
    history(lamp, one, 60, second=other)
    assert line_of(lamp).estimate.visits == 20
    assert line_of_member(one).estimate.visits == line_of_member(other).estimate.visits == 0


def form_of(client: FlaskClient, action: str) -> dict[str, str]:
    """The hidden fields of the form that posts there, as the page shows it."""
    found = re.search(
        rf'action="{action}".*?name="seen" value="([^"]*)"', client.get("/service-times").text, re.DOTALL
    )
    assert found, action
    return {"seen": found[1]}


@pytest.mark.usefixtures("coordinator")
def test_adopted_minutes_are_planned_with_from_then_on_and_can_be_taken_back(
    client: FlaskClient, session: DB, lamp: ServiceItem
) -> None:
    history(lamp, make_member(), 60)
    promised = make_visit(make_request(items=[(lamp, 1)]), service_minutes=40)
    adopt, back = (f"/service-times/items/{lamp.id}/{action}" for action in ("adopt", "take-back"))
    assert client.post(adopt, data=form_of(client, adopt)).status_code == 303
    session.expire_all()
    assert (lamp.base_minutes, lamp.minutes_per_piece) == (25, 30)
    assert promised.service_minutes == 40
    later = make_request(items=[(lamp, 2)])
    assert needs.need_of(later, needs.open_items(later.id)).service_minutes == 85
    entry = session.scalars(select(AuditEntry).where(AuditEntry.entity == "service_items")).one()
    assert (entry.moved_from, entry.moved_to, entry.why) == ("20+20", "25+30", "learned")
    assert client.post(back, data=form_of(client, back)).status_code == 303
    session.expire_all()
    assert (lamp.base_minutes, lamp.minutes_per_piece) == (20, 20)
    assert line_of(lamp).proposed == Minutes(25, 30)
    assert line_of(lamp).before is None


@pytest.mark.usefixtures("coordinator")
def test_what_was_learned_once_is_not_learned_twice(
    client: FlaskClient, session: DB, lamp: ServiceItem, clock: Clock
) -> None:
    member = make_member()
    history(lamp, member, 60)
    adopt = f"/service-times/items/{lamp.id}/adopt"
    client.post(adopt, data=form_of(client, adopt))
    session.expire_all()
    assert line_of(lamp).estimate.visits == 0
    make_done(member, 60, clock() + timedelta(hours=1), [(lamp, 1)])
    assert line_of(lamp).estimate.visits == 1


@pytest.mark.usefixtures("coordinator")
def test_minutes_changed_in_another_way_are_not_taken_back(
    client: FlaskClient, session: DB, lamp: ServiceItem
) -> None:
    history(lamp, make_member(), 60)
    adopt = f"/service-times/items/{lamp.id}/adopt"
    client.post(adopt, data=form_of(client, adopt))
    session.expire_all()
    lamp.base_minutes = 45
    session.flush()
    assert line_of(lamp).before is None


@pytest.mark.usefixtures("coordinator")
def test_a_members_own_pace_is_adopted_and_taken_back(
    client: FlaskClient, session: DB, lamp: ServiceItem
) -> None:
    others = [make_member() for _ in range(4)]
    slow = make_member()
    for member in others:
        history(lamp, member, 40, 10)
    history(lamp, slow, 60, 10)
    proposed = line_of_member(slow).proposed
    assert proposed == 125
    assert {line_of_member(member).proposed for member in others} == {None}
    adopt, back = (f"/service-times/members/{slow.id}/{action}" for action in ("adopt", "take-back"))
    client.post(adopt, data=form_of(client, adopt))
    session.expire_all()
    assert slow.pace_percent == proposed
    assert line_of_member(slow).proposed is None
    client.post(back, data=form_of(client, back))
    session.expire_all()
    assert slow.pace_percent == 100
    told = session.scalars(
        select(AuditEntry.why).where(AuditEntry.entity == "members").order_by(AuditEntry.id)
    )
    assert list(told) == ["learned", "taken_back"]


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize("action", ["adopt", "take-back"])
@pytest.mark.parametrize("seen", ["", "30+25", "x", "1+1+1"])
def test_a_stale_form_changes_nothing(
    client: FlaskClient, session: DB, lamp: ServiceItem, action: str, seen: str
) -> None:
    history(lamp, make_member(), 60)
    answer = client.post(f"/service-times/items/{lamp.id}/{action}", data={"seen": seen})
    assert answer.status_code == 409
    assert f'<a href="#items-{lamp.id}">' in answer.text
    session.expire_all()
    assert (lamp.base_minutes, lamp.minutes_per_piece) == (20, 20)


@pytest.mark.usefixtures("coordinator")
def test_items_and_members_that_nobody_plans_with_are_not_there(client: FlaskClient, session: DB) -> None:
    referred, gone = make_item("wiring", permitted=False), make_member(active=False)
    session.commit()
    paths = ("items/999", "members/999", f"items/{referred.id}", f"members/{gone.id}", "visits/1")
    answers = [client.post(f"/service-times/{path}/adopt", data={"seen": "100"}) for path in paths]
    assert {answer.status_code for answer in answers} == {404}


def test_only_who_plans_sees_service_times(client: FlaskClient, sign_in: Callable[..., Any]) -> None:
    sign_in(Role.OPERATOR)
    assert client.get("/service-times").status_code == 403
    assert client.post("/service-times/items/1/adopt").status_code == 403
    assert "/service-times" not in client.get("/members").text
    sign_in(Role.COORDINATOR)
    make_member()
    assert 'href="/service-times"' in client.get("/members").text


@pytest.mark.usefixtures("coordinator")
def test_queries_do_not_grow_with_items_members_and_reports(
    client: FlaskClient, lamp: ServiceItem, count_queries: Any
) -> None:
    history(lamp, make_member(), 60, 1)
    client.get("/service-times")
    with count_queries() as few:
        client.get("/service-times")
    for code in ("rail", "screen"):
        history(make_item(code, skills=()), make_member(), 60, 5)
    with count_queries() as many:
        assert client.get("/service-times").status_code == 200
    assert len(many) <= len(few) <= 6  # one of them asks who is signed in


@pytest.mark.usefixtures("coordinator")
def test_what_guards_against_a_fall_is_marked_and_logged(
    client: FlaskClient, session: DB, lamp: ServiceItem
) -> None:
    rail = make_item("handrail", fall_risk=True)
    page_of = client.get("/service-times").text
    assert f'id="first-{rail.id}" value="{rail.id}" checked' in page_of
    words = {"item": [str(lamp.id), "x", "9" * 5_000]}
    assert client.post("/service-times/first", data=words).status_code == 303
    session.expire_all()
    assert (lamp.fall_risk, rail.fall_risk) == (True, False)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.entity_id, one.moved_to) for one in entries] == [
        (lamp.id, "fall_risk"),
        (rail.id, "usual"),
    ]
