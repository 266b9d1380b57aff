"""On the way, at the door, and done. A step that was forgotten is asked for, a second tap changes nothing."""

from datetime import date, datetime, timedelta

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
from handyman.visit.taps import Step, Tap, is_new
from handyman.words import seoul_day

UNDO_WITHIN = timedelta(minutes=5)
REPORTED = frozenset({VisitState.FINISHED, VisitState.FAILED})


def start_travel(visit_id: int, by: Actor, tap: Tap, now: datetime) -> Visit | None:
    """The visit, now on the way; None when that was said before."""
    visit = hold(visit_id, by, now)
    begun = visit.state in (VisitState.ON_THE_WAY, VisitState.ARRIVED, *REPORTED)
    if not is_new(visit_id, tap, by, Step.TRAVEL, now) or begun:
        return None
    visit.move_to(VisitState.ON_THE_WAY, by, tap.at)
    visit.on_the_way_at = tap.at
    db.session.flush()
    return visit


def arrive(visit_id: int, by: Actor, tap: Tap, now: datetime) -> Visit | None:
    """The visit, now arrived; None when that was said before."""
    visit = hold(visit_id, by, now)
    there = visit.state in (VisitState.ARRIVED, *REPORTED)
    if not is_new(visit_id, tap, by, Step.ARRIVE, now) or there:
        return None
    at = _after_last(visit, tap.at)
    visit.move_to(VisitState.ARRIVED, by, at)
    visit.arrived_at = at
    db.session.flush()
    return visit


def end_work(visit_id: int, by: Actor, tap: Tap, now: datetime) -> Visit | None:
    """The work is over; the report comes next. None when that was said before."""
    visit = hold(visit_id, by, now)
    over = visit.ended_at is not None or visit.state in REPORTED
    if not is_new(visit_id, tap, by, Step.END, now) or over:
        return None
    at = _after_last(visit, tap.at)
    if visit.state is not VisitState.ARRIVED:
        visit.move_to(VisitState.ARRIVED, by, at, why="forgotten")
    visit.ended_at = at
    db.session.flush()
    return visit


def last_step(visit: Visit) -> tuple[Step, datetime] | None:
    """What was pressed last, and when; None before the first press and after the report."""
    pressed = (
        (Step.END, visit.ended_at),
        (Step.ARRIVE, visit.arrived_at),
        (Step.TRAVEL, visit.on_the_way_at),
    )
    if visit.state in REPORTED:
        return None
    return next(((step, at) for step, at in pressed if at is not None), None)


def _after_last(visit: Visit, at: datetime) -> datetime:
    """Steps keep their order, also when a telephone's clock was set back between two of them."""
    last = last_step(visit)
    return max(at, last[1]) if last else at


def undo(visit_id: int, step: Step, by: Actor, tap: Tap, now: datetime) -> Visit | None:
    """Take back the last press; None when it is another one by now, or longer ago than five minutes."""
    visit = hold(visit_id, by, now)
    last = last_step(visit)
    if last is None or last[0] is not step or tap.at - last[1] > UNDO_WITHIN:
        return None
    if not is_new(visit_id, tap, by, f"undo_{step}", now):
        return None
    _take_back(visit, step, by, tap)
    db.session.flush()
    return visit


def _take_back(visit: Visit, step: Step, by: Actor, tap: Tap) -> None:
    before = VisitState.ASSIGNED if visit.on_the_way_at is None else VisitState.ON_THE_WAY
    if step is Step.END:
        visit.ended_at = None
        before = VisitState.ARRIVED if visit.arrived_at is not None else before
    elif step is Step.ARRIVE:
        visit.arrived_at = None
    else:
        visit.on_the_way_at = None  # when they would have been there stays: the resident may have heard it
        before = VisitState.ASSIGNED
    if visit.state is not before:
        visit.move_to(before, by, tap.at, why="undone")


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
