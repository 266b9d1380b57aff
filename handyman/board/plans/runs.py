"""A plan is asked for, stopped, given up: the wishes of whoever looks at the board."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from handyman.board.calendar import is_working_day
from handyman.board.needs import active_member
from handyman.board.refusals import BoardError, Closed, ClosedError
from handyman.extensions import db, settings
from handyman.models import (
    OPEN_PLANS,
    SHOWN_PLANS,
    Actor,
    ActorKind,
    PlanKind,
    PlanReason,
    PlanRun,
    PlanState,
    record,
)
from handyman.words import seoul_day

WEEK = 7
FAR = timedelta(days=60)  # further ahead than anything is promised
REPAIR_SECONDS = 2.0  # enough to mend a day, short enough to wait for


class PlanClosedError(BoardError):
    """The plan has been decided on, or is not ready to be."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


def ask_day(day: date, by: Actor, now: datetime) -> PlanRun:
    """Plan one day anew; of today only what is not under way, with the smallest change."""
    today = seoul_day(now)
    _check_day(day, today)
    kind = PlanKind.REPAIR if day == today else PlanKind.DAY
    reason = PlanReason.TOMORROW if day == next_working_day(today) else PlanReason.BY_HAND
    seconds = REPAIR_SECONDS if kind is PlanKind.REPAIR else settings().plan_day_seconds
    return _ask(kind, reason, [day], seconds, by, now)


def ask_week(day: date, by: Actor, now: datetime) -> PlanRun:
    """Plan what is left of the week that the day lies in, from tomorrow on."""
    days = days_of_week(day, seoul_day(now))
    if not days:
        raise ClosedError(Closed.NOT_A_WORKING_DAY)
    _check_day(days[0], seoul_day(now))
    return _ask(PlanKind.WEEK, PlanReason.WEEK, days, settings().plan_week_seconds, by, now)


def ask_for_ill(member_id: int, day: date, by: Actor, now: datetime) -> PlanRun:
    """Somebody is ill: who goes to their visits of that day? The absence is written down when it is taken."""
    if active_member(member_id) is None:
        raise ClosedError(Closed.NO_SUCH_MEMBER)
    _check_day(day, seoul_day(now))
    return _ask(PlanKind.REPAIR, PlanReason.ILL, [day], _repair_seconds(), by, now, member_id)


def ask_again(run: PlanRun, by: Actor, now: datetime) -> PlanRun:
    """The day has changed since: as near to the same plan as the day allows now."""
    new = PlanRun(
        kind=run.kind,
        reason=run.reason,
        first_day=run.first_day,
        last_day=run.last_day,
        member_id=run.member_id,
        follows_id=run.id,
        seconds=_repair_seconds(),
        rounds_at_most=run.rounds_at_most,
    )
    return _add(new, by, now)


def stop(run_id: int, now: datetime) -> PlanRun:
    """Long enough: the best so far is shown as soon as the worker looks up."""
    run = lock_run(run_id)
    if run.state not in OPEN_PLANS:
        raise PlanClosedError(run.state)
    run.stop_asked = True
    db.session.flush()
    return run


def leave(run_id: int, by: Actor, now: datetime) -> PlanRun:
    """The plan is not wanted, whether it is worked out or not. Nobody was told anything."""
    run = lock_run(run_id)
    if run.state not in OPEN_PLANS | SHOWN_PLANS:
        raise PlanClosedError(run.state)
    run.move_to(PlanState.LEFT, by, now)
    run.ended_at = run.ended_at or now
    db.session.flush()
    return run


def lock_run(run_id: int) -> PlanRun:
    """The plan as it stands now, ours until the end of the transaction."""
    run = db.session.scalar(
        select(PlanRun)
        .where(PlanRun.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if run is None:
        raise ClosedError(Closed.NO_SUCH_PLACE)
    return run


def days_of(run: PlanRun) -> list[date]:
    """The days that it plans."""
    count = (run.last_day - run.first_day).days + 1
    days = [run.first_day + timedelta(days=ahead) for ahead in range(count)]
    return [day for day in days if count == 1 or is_working_day(day)]


def may_call(run: PlanRun) -> bool:
    """For somebody who is ill, members on stand-by are asked as well."""
    return run.member_id is not None


def days_of_week(day: date, today: date) -> list[date]:
    """The working days of that week that are still to come."""
    monday = day - timedelta(days=day.weekday())
    days = (monday + timedelta(days=ahead) for ahead in range(WEEK))
    return [one for one in days if one > today and is_working_day(one)]


def next_working_day(today: date) -> date:
    days = (today + timedelta(days=ahead) for ahead in range(1, 2 * WEEK))
    return next((day for day in days if is_working_day(day)), today + timedelta(days=1))


def _repair_seconds() -> float:
    return min(REPAIR_SECONDS, float(settings().plan_day_seconds))


def _check_day(day: date, today: date) -> None:
    if day < today:
        raise ClosedError(Closed.DAY_PAST)
    if day > today + FAR:
        raise ClosedError(Closed.OUT_OF_REACH)


def _ask(
    kind: PlanKind,
    reason: PlanReason,
    days: Sequence[date],
    seconds: float,
    by: Actor,
    now: datetime,
    member_id: int | None = None,
) -> PlanRun:
    """The same wish while the first one is still worked out is one wish."""
    same = select(PlanRun).where(
        PlanRun.state.in_(OPEN_PLANS),
        PlanRun.kind == kind,
        PlanRun.first_day == days[0],
        PlanRun.last_day == days[-1],
        PlanRun.member_id.is_(None) if member_id is None else PlanRun.member_id == member_id,
    )
    if known := db.session.scalars(same.order_by(PlanRun.id).limit(1)).first():
        return known
    run = PlanRun(
        kind=kind,
        reason=reason,
        first_day=days[0],
        last_day=days[-1],
        member_id=member_id,
        seconds=seconds,
    )
    return _add(run, by, now)


def _add(run: PlanRun, by: Actor, now: datetime) -> PlanRun:
    run.state, run.asked_at = PlanState.QUEUED, now
    run.asked_by_id = by.id if by.kind is ActorKind.USER else None
    db.session.add(run)
    db.session.flush()
    record(run, by, now, moved_to=PlanState.QUEUED, why=run.reason)
    return run
