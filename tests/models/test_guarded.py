"""Rows move only along their rules, and every move is written down."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from handyman.models import (
    ENDED,
    SYSTEM,
    Actor,
    ActorKind,
    Assignment,
    AssignmentState,
    AuditEntry,
    CancelReason,
    Offer,
    OfferState,
    RequestItem,
    ServiceRequest,
    StateError,
    Visit,
    VisitState,
)
from handyman.models import Message as OutboxMessage
from tests.factories import make_member, make_message, make_offer, make_user, make_visit

GUARDED = (Assignment, Offer, OutboxMessage, RequestItem, ServiceRequest, Visit)
NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)


def test_a_move_is_written_down_with_who_when_from_where_and_why(session: scoped_session[Session]) -> None:
    visit, user = make_visit(members=[make_member()]), make_user("coordinator")
    visit.move_to(VisitState.CANCELLED, Actor(ActorKind.USER, user.id), NOON, why="resident_away")
    session.flush()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.entity == "visits")).one()
    assert (entry.entity_id, entry.moved_from, entry.moved_to) == (visit.id, "assigned", "cancelled")
    assert (entry.actor_kind, entry.actor_id, entry.at) == (ActorKind.USER, user.id, NOON)
    assert entry.why == "resident_away"


def test_a_finished_visit_moves_nowhere(session: scoped_session[Session]) -> None:
    visit = make_visit(members=[make_member()], state=VisitState.FINISHED)
    for state in VisitState:
        with pytest.raises(StateError, match="finished"):
            visit.move_to(state, SYSTEM, NOON)
    assert visit.state is VisitState.FINISHED
    assert session.scalars(select(AuditEntry)).all() == []


@pytest.mark.parametrize("kind", GUARDED)
def test_every_state_says_where_it_may_go(kind: type) -> None:
    follows = kind.FOLLOWS  # type: ignore[attr-defined]
    states = type(next(iter(follows)))
    assert set(follows) == set(states)
    assert all(follow <= set(states) for follow in follows.values())


def test_an_ended_visit_stays_ended() -> None:
    assert all(not Visit.FOLLOWS[state] for state in ENDED)


def test_one_place_in_a_team_has_one_open_offer_at_most(session: scoped_session[Session]) -> None:
    offer = make_offer()
    with pytest.raises(IntegrityError):
        make_offer(offer.assignment, make_member("이또한"))
    session.rollback()


def test_an_answered_offer_makes_room_for_the_next(session: scoped_session[Session]) -> None:
    offer = make_offer()
    offer.move_to(OfferState.DECLINED, SYSTEM, NOON, why="ill")
    session.flush()
    make_offer(offer.assignment, make_member("이또한"), rank=2)
    assert [kept.state for kept in session.scalars(select(Offer).order_by(Offer.id))] == [
        OfferState.DECLINED,
        OfferState.OFFERED,
    ]


def test_an_open_place_names_nobody(session: scoped_session[Session]) -> None:
    offer = make_offer()
    offer.assignment.state = AssignmentState.OPEN  # with the member still on it
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_plan_cannot_leave_its_promised_window(session: scoped_session[Session]) -> None:
    visit = make_visit()
    visit.start = visit.window_start.replace(year=2025)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_message_is_kept_once_under_its_key(session: scoped_session[Session]) -> None:
    member = make_member()
    make_message(member, dedupe_key="visit:1:booked")
    with pytest.raises(IntegrityError):
        make_message(member, dedupe_key="visit:1:booked")
    session.rollback()


def test_a_time_without_a_zone_is_refused(session: scoped_session[Session]) -> None:
    visit = make_visit()
    visit.arrived_at = datetime(2026, 11, 24, 12)
    with pytest.raises(Exception, match="without a zone"):
        session.flush()
    session.rollback()


def test_times_come_back_in_utc_from_every_database(
    any_database: str, session: scoped_session[Session]
) -> None:
    visit = make_visit()
    visit.arrived_at = NOON
    session.commit()
    session.expire_all()
    assert visit.arrived_at == NOON
    assert visit.arrived_at.utcoffset() == NOON.utcoffset()
    assert visit.cancel_reason is None
    assert CancelReason("other") is CancelReason.OTHER
