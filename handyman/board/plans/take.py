"""A plan is taken: all of it or nothing, and only while the day still is what it began from."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from handyman.board import absences, offers, road_times
from handyman.board.changes import Changes
from handyman.board.locking import lock_days
from handyman.board.plans import facts as reading
from handyman.board.plans import taken
from handyman.board.plans.facts import Facts
from handyman.board.plans.problem import make_task, plan_of
from handyman.board.plans.runs import PlanClosedError, ask_again, days_of, lock_run, may_call
from handyman.board.plans.stances import Stance, Treatment, find_stances
from handyman.board.plans.stored import (
    Change,
    ChangeKind,
    Held,
    Proposed,
    called,
    changes,
    read_proposed,
    read_visits,
)
from handyman.board.plans.taken import Taken
from handyman.board.refusals import BoardError
from handyman.board.stand_bys import store as stand_bys
from handyman.dispatch.validator import find_faults
from handyman.extensions import db, settings
from handyman.models import (
    SHOWN_PLANS,
    Absence,
    AbsenceReason,
    Actor,
    Assignment,
    AssignmentState,
    PlanRun,
    PlanState,
    Visit,
    VisitState,
)
from handyman.words import at_minute

PLANNED = "planned"  # why an audit entry was written
WORKED_OFF = (VisitState.FINISHED, VisitState.FAILED)


class PlanOutdatedError(BoardError):
    """The day is no longer what the plan began from. Nothing was changed; another plan is worked out."""

    def __init__(self, mended: int | None = None) -> None:
        super().__init__("the day has changed")
        self.mended = mended


def take(run_id: int, by: Actor, now: datetime) -> Changes:
    """Ask whom the plan asks, let go whom it sends home; PlanOutdatedError when the day has changed."""
    run = lock_run(run_id)
    if run.state not in SHOWN_PLANS or run.proposed is None:
        raise PlanClosedError(run.state)
    days = days_of(run)
    lock_days(days)
    standing, proposed = read_visits(run.standing), read_proposed(run.proposed)
    changed = changes(standing, proposed.visits)
    facts = reading.load(days, now, call_stand_bys=may_call(run))
    if _has_changed(standing, facts, changed) or not _holds(run, proposed, facts, changed):
        raise PlanOutdatedError
    visits = _locked(change.visit_id for change in changed)
    before, absence_id, waited = taken.note(changed, visits), None, list[int]()
    if run.member_id is not None:
        absence_id = _write_absence(run.member_id, run.first_day, by, now)
        waited = _call(changed, run.first_day, by, now)
    run.ended_at = now
    run.move_to(PlanState.TAKEN, by, now)
    done = _carry_out(changed, visits, proposed, run.first_day, by, now)
    run.taken = taken.write(Taken(taken.as_left(before, visits), absence_id, tuple(waited)))
    return done


def mend(run_id: int, by: Actor, now: datetime) -> PlanRun:
    """The plan is outdated: another one is worked out, as near to it as the day allows, and shown again."""
    run = lock_run(run_id)
    if run.state not in SHOWN_PLANS:
        raise PlanClosedError(run.state)
    run.move_to(PlanState.OUTDATED, by, now)
    return ask_again(run, by, now)


# Is the day still what it was?


def _has_changed(standing: Mapping[int, Held], facts: Facts, changed: Iterable[Change]) -> bool:
    """Somebody booked, moved, cancelled, answered: work that was done meanwhile changes no plan."""
    present = {visit.id: visit.held for visit in facts.visits}
    if present.keys() - standing.keys():
        return True
    gone = standing.keys() - present.keys()
    if gone & {change.visit_id for change in changed} or not _worked_off(gone):
        return True
    if any(changes({visit_id: standing[visit_id]}, {visit_id: held}) for visit_id, held in present.items()):
        return True
    return any(present[change.visit_id].agreed != change.before.agreed for change in changed)


def _worked_off(visit_ids: Iterable[int]) -> bool:
    wanted = set(visit_ids)
    query = select(Visit.id).where(Visit.id.in_(wanted), Visit.state.in_(WORKED_OFF))
    return not wanted or set(db.session.scalars(query)) == wanted


def _holds(run: PlanRun, proposed: Proposed, facts: Facts, changed: Iterable[Change]) -> bool:
    """Whether the plan keeps every rule, by the members' days, skills and caps and the clock of now."""
    away = {(run.member_id, run.first_day)} if run.member_id is not None else set()
    frozen = {(who, facts.first + timedelta(days=ahead)) for who, ahead in proposed.frozen}
    treatment = Treatment(frozenset(away), proposed.fixed, frozenset(frozen))
    roads = road_times.travel()
    stances = find_stances(facts, treatment, settings().reminder_minutes, roads.minutes)
    if any(_comes_too_late(change, stances.of[change.visit_id]) for change in changed):
        return False
    task = make_task(facts, stances, treatment, roads)
    plan = plan_of(task, proposed.visits)
    planned = {stop.visit for route in plan.routes for stop in route.visits}
    unassigned = tuple(visit.id for visit in task.problem.visits if visit.id not in planned)
    return not find_faults(task.problem, replace(plan, unassigned=unassigned))


def _comes_too_late(change: Change, stance: Stance) -> bool:
    """The visit is under way by now, or no longer one that a plan may touch."""
    return stance is Stance.BUSY or (bool(change.new) and stance is not Stance.FREE)


def _write_absence(member_id: int, day: date, by: Actor, now: datetime) -> int | None:
    """None when they were to rest on that day anyway."""
    known = select(Absence.id).where(
        Absence.member_id == member_id, Absence.first_day <= day, Absence.last_day >= day
    )
    if db.session.scalar(known.limit(1)) is not None:
        return None
    return absences.add(member_id, day, day, AbsenceReason.ILL, by, now).id


def _call(changed: Iterable[Change], day: date, by: Actor, now: datetime) -> list[int]:
    """Whoever of the stand-by is given a visit works on that day like everybody else."""
    waited = sorted(called(changed) & stand_bys.on(day))
    for member_id in waited:
        stand_bys.call(member_id, day, by, now)
    return waited


# What is done


def _carry_out(
    changed: list[Change],
    visits: Mapping[int, Visit],
    proposed: Proposed,
    first: date,
    by: Actor,
    now: datetime,
) -> Changes:
    """Whoever does not come after all is let go first: nobody stands in two places in between."""
    done = Changes()
    for change in changed:
        visit = visits[change.visit_id]
        for place, before, after in _places(visit, change):
            if before != after:
                withdrawn = offers.withdraw(place, by, now, why=PLANNED)
                done.withdrawn += [offer for offer in withdrawn if offer.member_id not in change.after.team]
    for change in changed:
        visit = visits[change.visit_id]
        if offers.set_start(visit, at_minute(first, change.after.start), by, now):
            done.shifted.append(visit)
        if change.kind is not ChangeKind.START and visit.state is VisitState.ASSIGNED:
            visit.move_to(VisitState.BOOKED, by, now, why=PLANNED)
        for place, before, after in _places(visit, change):
            if before != after:
                done.add(_fill(place, after, proposed, by, now))
    return done


def _places(visit: Visit, change: Change) -> list[tuple[Assignment, int | None, int | None]]:
    return list(zip(visit.assignments, change.before.team, change.after.team, strict=True))


def _fill(place: Assignment, member_id: int | None, proposed: Proposed, by: Actor, now: datetime) -> Changes:
    """Ask the member; where nobody is left, the place goes to the coordinator's list."""
    if member_id is None:
        place.member_id = None
        place.move_to(AssignmentState.OPEN, by, now, why="nobody_left")
        db.session.flush()
        db.session.expire(place, ["member"])
        return Changes()
    offers.hold(place, member_id, by, now, why=PLANNED)
    reasons = proposed.reasons.get(place.visit_id, {}).get(member_id, [])
    return Changes(offered=[offers.make_offer(place, member_id, 1, reasons, now)])


def _locked(visit_ids: Iterable[int]) -> dict[int, Visit]:
    """The visits, by id, as everybody locks them once their day is held."""
    query = (
        select(Visit)
        .where(Visit.id.in_(list(visit_ids)))
        .order_by(Visit.id)
        .with_for_update(of=Visit, key_share=True)
        .execution_options(populate_existing=True)
    )
    visits = {visit.id: visit for visit in db.session.scalars(query)}
    for visit in visits.values():
        db.session.expire(visit, ["assignments"])
    return visits
