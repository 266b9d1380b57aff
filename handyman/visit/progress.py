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
from handyman.visit.taps import Step, Tap, is_new, standing, take_back
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
    """The visit, where that is news: nobody was there, or the other of a team alone. None otherwise."""
    visit = hold(visit_id, by, now)
    second = joins(visit, by)
    there = visit.state in (VisitState.ARRIVED, *REPORTED)
    if not is_new(visit_id, tap, by, Step.ARRIVE, now) or (there and not second):
        return None
    if second:
        return visit
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
    """Take back one's own press; None when another one was last, or it is longer ago than five minutes.

    Where the other of a team has pressed the same, the visit stays where it is.
    """
    visit = hold(visit_id, by, now)
    last = own_last_step(visit, by)
    if last is None or last[0] is not step or tap.at - last[1] > UNDO_WITHIN:
        return None
    if not is_new(visit_id, tap, by, f"undo_{step}", now):
        return None
    if by.kind is ActorKind.MEMBER and by.id is not None:
        take_back(visit_id, step, by.id, tap.at)
    others = _of_others(visit, step, by)
    if others:
        _leave_to(visit, step, min(others))
    else:
        _take_back(visit, step, by, tap)
    db.session.flush()
    return visit


def own_last_step(visit: Visit, by: Actor) -> tuple[Step, datetime] | None:
    """The last step, where it is theirs to take back: they pressed it, or nobody else of the team did."""
    last = last_step(visit)
    if last is None or visit.team_size == 1 or by.id is None:
        return last
    if not _of_others(visit, last[0], by):
        return last
    own = standing(visit.id, last[0]).get(by.id)
    return (last[0], own) if own is not None else None


def joins(visit: Visit, by: Actor) -> bool:
    """Whether the other is at work and has said that they are there, and this one has not."""
    if visit.state is not VisitState.ARRIVED or visit.ended_at is not None:
        return False
    others = _of_others(visit, Step.ARRIVE, by)
    return bool(others) and by.id not in standing(visit.id, Step.ARRIVE)


def _of_others(visit: Visit, step: Step, by: Actor) -> list[datetime]:
    """When the rest of the team pressed it."""
    if visit.team_size == 1 or by.kind is not ActorKind.MEMBER:
        return []
    pressed = standing(visit.id, step)
    team = [place for place in visit.assignments if place.state is AssignmentState.ACCEPTED]
    others = [place.member_id for place in team if place.member_id != by.id]
    return [pressed[each] for each in others if each is not None and each in pressed]


def _leave_to(visit: Visit, step: Step, at: datetime) -> None:
    """The step stands as the other pressed it; of setting out the resident was told when the first did."""
    if step is Step.ARRIVE:
        visit.arrived_at = _not_before(visit.on_the_way_at, at)
    elif step is Step.END:
        visit.ended_at = _not_before(visit.arrived_at, at)


def _not_before(earlier: datetime | None, at: datetime) -> datetime:
    return max(earlier, at) if earlier else at


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
