"""A plan that was taken is put back as a whole, as long as nobody has heard of it and its visits still stand.

What the plan did is undone place by place as a move on the board is (`mending/put_back.py`); either all of it
goes back, or nothing does, and everything that is in the way is told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import selectinload

from handyman.board import absences, offers, road_times
from handyman.board import days as member_days
from handyman.board.assign import CHANGEABLE, find_place
from handyman.board.changes import Changes
from handyman.board.locking import lock_days
from handyman.board.mending import before as kept
from handyman.board.mending.put_back import give_back, let_go
from handyman.board.plans.facts import DAY
from handyman.board.plans.runs import PlanClosedError, days_of, lock_run, may_call
from handyman.board.plans.stored import Held, read_visits
from handyman.board.plans.taken import Taken, read
from handyman.board.refusals import BoardError, Closed, ClosedError
from handyman.board.seen import seen_of_visit
from handyman.board.stand_bys import store as stand_bys
from handyman.dispatch import day_plan
from handyman.dispatch.problem import Conflict, MemberDay
from handyman.extensions import db
from handyman.models import Actor, Attempt, Message, MessageState, PlanRun, PlanState, RecipientKind, Visit
from handyman.words import seoul_day

UNHEARD = (
    MessageState.PENDING,
    MessageState.NEEDS_PERSON,
    MessageState.CANCELED,
    MessageState.EXPIRED,
    MessageState.SUPPRESSED,
)


class Bar(StrEnum):
    LEFT = "left"  # a member, or else the resident, has been told or is being told
    UNDER_WAY = "under_way"  # or over, or called off
    CHANGED = "changed"  # by somebody else, or answered
    FILLED = "filled"  # the time to which it would go back


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why one visit cannot go back."""

    code: Bar
    visit_id: int
    member_id: int | None = None


class SettledError(BoardError):
    """It cannot be put back any more. Nothing was changed."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__(", ".join(each.code for each in obstacles))
        self.obstacles = obstacles


def undo(run_id: int, by: Actor, now: datetime) -> Changes:
    """All of it; SettledError with everything that is in the way."""
    run = lock_run(run_id)
    if run.state is not PlanState.TAKEN or run.taken is None:
        raise PlanClosedError(run.state)
    if run.last_day < seoul_day(now):
        raise ClosedError(Closed.DAY_PAST)
    lock_days(days_of(run))
    taken, visits = read(run.taken), visits_of(run, lock=True)
    if obstacles := find_obstacles(run, texts_of(run, lock=True), visits, now):
        raise SettledError(obstacles)
    changes = _put_back(taken, {visit.id: visit for visit in visits}, by, now)
    if taken.absence_id is not None and run.member_id is not None:
        absences.remove(run.member_id, taken.absence_id, by, now)
    if obstacles := list(_filled(run, taken)):
        raise SettledError(obstacles)
    for member_id in taken.called:
        stand_bys.put(member_id, run.first_day, run.first_day, by, now)
    run.move_to(PlanState.UNDONE, by, now)
    db.session.flush()
    return changes


def texts_of(run: PlanRun, *, lock: bool = False) -> Sequence[Message]:
    """What was written when the plan was taken, or has left since; locked, nobody begins to send it."""
    since = exists().where(Attempt.outbox_id == Message.id, Attempt.started_at >= run.ended_at)
    query = select(Message).where(
        Message.visit_id.in_(read(run.taken).visit_ids), or_(Message.created_at == run.ended_at, since)
    )
    if lock:
        query = query.with_for_update(of=Message, key_share=True)
    return db.session.scalars(query.order_by(Message.id).execution_options(populate_existing=True)).all()


def find_obstacles(
    run: PlanRun, texts: Iterable[Message], visits: Iterable[Visit], now: datetime
) -> list[Obstacle]:
    """What is in the way without a look at the members' days."""
    found = [
        Obstacle(Bar.LEFT, text.visit_id, _member(text))
        for text in texts
        if text.visit_id is not None and (text.state not in UNHEARD or text.told_at is not None)
    ]
    seen = {before.visit_id: before.seen for before in read(run.taken).places}
    for visit in visits:
        if visit.state not in CHANGEABLE or visit.window_end <= now:
            found.append(Obstacle(Bar.UNDER_WAY, visit.id))
        elif seen_of_visit(visit) != seen[visit.id]:
            found.append(Obstacle(Bar.CHANGED, visit.id))
    return found


def _member(text: Message) -> int | None:
    return text.recipient_id if text.recipient_kind is RecipientKind.MEMBER else None


def visits_of(run: PlanRun, *, lock: bool = False) -> Sequence[Visit]:
    """The visits that it has changed, with their teams, as they stand now."""
    query = select(Visit).where(Visit.id.in_(read(run.taken).visit_ids)).order_by(Visit.id)
    if lock:
        query = query.with_for_update(of=Visit, key_share=True)
    fresh = query.options(selectinload(Visit.assignments)).execution_options(populate_existing=True)
    return db.session.scalars(fresh).all()


def _put_back(taken: Taken, visits: dict[int, Visit], by: Actor, now: datetime) -> Changes:
    """Whoever was to come is let go first: nobody stands in two places in between."""
    changes, others = Changes(), []
    for before in taken.places:
        visit = visits[before.visit_id]
        place = find_place(visit, kept.role_of(before))
        if place.member_id != before.member_id:
            changes.withdrawn += let_go(visit, place, by, now)
            others.append((place, before))
    for visit_id, visit in visits.items():
        start = next(each for each in taken.places if each.visit_id == visit_id)
        if offers.set_start(visit, kept.start_of(start, visit_id), by, now):
            changes.shifted.append(visit)
    for place, before in others:
        changes.add(give_back(place, before, by, now))
    return changes


# Is the time still theirs?


def _filled(run: PlanRun, taken: Taken) -> Iterator[Obstacle]:
    """Members into whose day something else has come since, with which it does not go together."""
    standing = read_visits(run.standing)
    back = [(visit_id, standing[visit_id]) for visit_id in taken.visit_ids]
    roster = member_days.load(days_of(run), call_stand_bys=may_call(run))
    for day, members in roster.days.items():
        offset = (day - run.first_day).days * DAY
        for member in members:
            own = [of for of, held in back if _is_of(held, member, offset)]
            if own and any(_clashes(standing, member, offset)):
                yield Obstacle(Bar.FILLED, own[0], member.member_id)


def _is_of(held: Held, member: MemberDay, offset: int) -> bool:
    return member.member_id in held.team and 0 <= held.start - offset < DAY


def _clashes(standing: Mapping[int, Held], member: MemberDay, offset: int) -> Iterator[Conflict]:
    """Against what the member did not hold, or not then, before the plan was taken."""
    stood = {(of, held.start - offset) for of, held in standing.items() if _is_of(held, member, offset)}
    new = {stop.visit_id for stop in member.stops if (stop.visit_id, stop.start) not in stood}
    for conflict in day_plan.check(member, road_times.travel().minutes) if new else ():
        if {conflict.visit_id, conflict.params.get("other_visit_id")} & new:
            yield conflict
