"""Setting out and arriving."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.models import (
    Actor,
    ActorKind,
    AuditEntry,
    Member,
    Message,
    MessageKind,
    StateError,
    Visit,
    VisitState,
)
from tests import factories
from tests.conftest import Client, Clock


@pytest.fixture
def member(session: scoped_session[Session]) -> Member:
    return factories.make_member("박수리")


@pytest.fixture
def visit(member: Member, clock: Clock) -> Visit:
    return factories.make_visit(start=clock() + timedelta(hours=1), members=[member])


@pytest.fixture
def path(visit: Visit, member: Member) -> str:
    return f"{factories.make_link(visit, member)[1]}/{visit.id}"


def told(session: scoped_session[Session], kind: MessageKind) -> int:
    return session.scalar(select(func.count()).where(Message.kind == kind)) or 0


def test_three_buttons_follow_one_another(client: Client, path: str, visit: Visit, clock: Clock) -> None:
    for button, address, state in (
        ("출발했습니다", "travel", VisitState.ON_THE_WAY),
        ("도착했습니다", "arrive", VisitState.ARRIVED),
    ):
        assert button in client.get(path).get_data(as_text=True)
        clock.advance(minutes=10)
        assert client.post(f"{path}/{address}").status_code == 303
        assert visit.state is state
    assert visit.on_the_way_at
    assert visit.arrived_at == visit.on_the_way_at + timedelta(minutes=10)
    assert "마쳤습니다" in client.get(path).get_data(as_text=True)


def test_the_resident_hears_once_that_somebody_is_coming(
    client: Client, path: str, session: scoped_session[Session]
) -> None:
    client.post(f"{path}/travel")
    client.post(f"{path}/travel")
    assert told(session, MessageKind.RESIDENT_ON_THE_WAY) == 1


def test_a_forgotten_step_is_skipped(client: Client, path: str, visit: Visit) -> None:
    client.post(f"{path}/arrive")
    assert visit.state is VisitState.ARRIVED
    assert visit.on_the_way_at is None


def test_a_late_tap_on_an_old_page_does_not_go_back(client: Client, path: str, visit: Visit) -> None:
    client.post(f"{path}/arrive")
    assert client.post(f"{path}/travel").status_code == 303
    assert visit.state is VisitState.ARRIVED


def test_nobody_sets_out_before_the_day(client: Client, member: Member) -> None:
    tomorrow = factories.make_visit(members=[member])
    path = f"{factories.make_link(tomorrow, member)[1]}/{tomorrow.id}"
    assert "출발했습니다" not in client.get(path).get_data(as_text=True)
    assert client.post(f"{path}/travel").status_code == 303
    assert tomorrow.state is VisitState.ASSIGNED


def test_only_the_team_moves_a_visit(visit: Visit, clock: Clock) -> None:
    stranger = Actor(ActorKind.MEMBER, factories.make_member("최남남").id)
    for step in (flow.start_travel, flow.arrive):
        with pytest.raises(StateError):
            step(visit.id, stranger, clock())
    assert visit.state is VisitState.ASSIGNED


def test_each_step_is_written_down_as_the_members(
    client: Client, path: str, member: Member, visit: Visit, session: scoped_session[Session]
) -> None:
    client.post(f"{path}/travel")
    client.post(f"{path}/arrive")
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.entity == "visits").order_by(AuditEntry.id)
    ).all()
    assert [(entry.moved_from, entry.moved_to) for entry in entries] == [
        ("assigned", "on_the_way"),
        ("on_the_way", "arrived"),
    ]
    assert {(entry.actor_kind, entry.actor_id) for entry in entries} == {(ActorKind.MEMBER, member.id)}
