"""On the way, and at the door. A step that was forgotten is skipped; a second tap changes nothing."""

from datetime import date, datetime

from sqlalchemy import select

from handyman.extensions import db
from handyman.models import (
    Actor,
    ActorKind,
    Assignment,
    AssignmentState,
    StateError,
    Visit,
    VisitState,
)
from handyman.service_days import lock_days
from handyman.words import seoul_day


def start_travel(visit_id: int, by: Actor, now: datetime) -> Visit | None:
    """The visit, now on the way; None when that was said before."""
    visit = hold(visit_id, by, now)
    if visit.state in (VisitState.ON_THE_WAY, VisitState.ARRIVED, VisitState.FINISHED, VisitState.FAILED):
        return None
    visit.move_to(VisitState.ON_THE_WAY, by, now)
    visit.on_the_way_at = now
    db.session.flush()
    return visit


def arrive(visit_id: int, by: Actor, now: datetime) -> Visit | None:
    """The visit, now arrived; None when that was said before."""
    visit = hold(visit_id, by, now)
    if visit.state in (VisitState.ARRIVED, VisitState.FINISHED, VisitState.FAILED):
        return None
    visit.move_to(VisitState.ARRIVED, by, now)
    visit.arrived_at = now
    db.session.flush()
    return visit


def hold(visit_id: int, by: Actor, now: datetime) -> Visit:
    """The visit, locked as the board locks it, for a member of its team on its day."""
    locked, day = None, _day_of(visit_id)
    while day is not None and day != locked:  # moved meanwhile: followed
        lock_days([day])
        locked, day = day, _day_of(visit_id)
    visit = db.session.scalar(
        select(Visit)
        .where(Visit.id == visit_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if visit is None or not _goes_there(visit, by):
        raise StateError(f"visit {visit_id}: not of this team")
    if seoul_day(now) < visit.day:
        raise StateError(f"visit {visit_id}: before its day")
    return visit


def _day_of(visit_id: int) -> date | None:
    return db.session.scalar(select(Visit.day).where(Visit.id == visit_id))


def _goes_there(visit: Visit, by: Actor) -> bool:
    if by.kind is not ActorKind.MEMBER:
        return True  # the office, on a member's word
    accepted = select(Assignment.id).where(
        Assignment.visit_id == visit.id,
        Assignment.member_id == by.id,
        Assignment.state == AssignmentState.ACCEPTED,
    )
    return db.session.scalar(accepted) is not None
