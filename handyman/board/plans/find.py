"""Find a plan for some days: nobody is taken off a visit without somebody else who goes."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from handyman.board.plans.facts import Facts
from handyman.board.plans.outcome import held_after, propose
from handyman.board.plans.people import member_of
from handyman.board.plans.problem import Task, make_task, plan_of
from handyman.board.plans.stances import Stance, Treatment, find_stances
from handyman.board.plans.stored import Held, Idea, Proposed
from handyman.board.plans.tidy import tidy
from handyman.board.plans.waiting import WaitingRequest, optional_visits, read_ideas
from handyman.dispatch.limits import Progress
from handyman.dispatch.plan import plan
from handyman.dispatch.polish import Polished, plan_and_polish
from handyman.dispatch.repair import repair
from handyman.dispatch.roads import Roads
from handyman.dispatch.routing import Plan
from handyman.models import PlanKind

SHORTER = 3  # what comes after the first search only tidies up
AGAIN_SECONDS = 2.0
log = logging.getLogger(__name__)
Watch = Callable[[Progress, Callable[[], Proposed]], bool]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What kind of plan, how long it may be looked for, and who is away beside those who are on record."""

    kind: PlanKind
    seconds: float | None
    rounds: int | None = None
    away: frozenset[tuple[int, date]] = frozenset()
    wish: Mapping[int, Held] | None = None  # a plan made before: as near to it as the day allows
    lead: int = 0
    waiting: Sequence[WaitingRequest] = ()
    polish: bool = False  # of a single day


@dataclass(frozen=True, slots=True)
class Found:
    """A plan, and the problem that it answers."""

    task: Task
    plan: Plan
    treatment: Treatment
    ideas: tuple[Idea, ...] = ()

    @property
    def proposed(self) -> Proposed:
        frozen = {(who, (day - self.task.facts.first).days) for who, day in self.treatment.frozen}
        return propose(self.task, self.plan, self.ideas, self.treatment.fixed, frozen)


def find(facts: Facts, wanted: Wanted, roads: Roads, watch: Watch | None = None) -> Found:
    """Free at first; then what nothing better was found for stays; then the whole days of whoever has it."""
    found = _turn(facts, wanted, Treatment(away=wanted.away), roads, watch)
    shorter = None if wanted.seconds is None else min(wanted.seconds / SHORTER, AGAIN_SECONDS)
    while lost := _lost(found):  # each turn leaves more alone, and all that stands can be left alone
        again = replace(wanted, wish=held_after(found.task, found.plan), seconds=shorter)
        found = _turn(facts, again, _leave_alone(found, lost), roads, watch)
    found = replace(found, plan=tidy(found.task, found.plan))
    return replace(found, ideas=_ideas(found, wanted))


def _turn(facts: Facts, wanted: Wanted, treatment: Treatment, roads: Roads, watch: Watch | None) -> Found:
    stances = find_stances(facts, treatment, wanted.lead, roads.minutes)
    points = [request.point for request in wanted.waiting]
    task = make_task(facts, stances, treatment, roads, points)
    return Found(task, _search(task, wanted, _reporting(task, treatment, watch)), treatment)


def _search(task: Task, wanted: Wanted, watch: Callable[[Progress, Callable[[], Plan]], bool] | None) -> Plan:
    problem, seconds, rounds = task.problem, wanted.seconds, wanted.rounds
    if wanted.wish is not None:
        near = repair(problem, plan_of(task, wanted.wish), seconds=seconds, rounds=rounds, watch=watch)
        if near.unserved <= plan(problem, task.standing, seconds=None, rounds=1).unserved:
            return near
    if wanted.kind is PlanKind.DAY and wanted.polish:
        return _polished(plan_and_polish(problem, task.standing, seconds=seconds, rounds=rounds, watch=watch))
    look = repair if wanted.kind is PlanKind.REPAIR else plan
    return look(problem, task.standing, seconds=seconds, rounds=rounds, watch=watch)


def _polished(found: Polished) -> Plan:
    if found.obstacle is not None:
        log.info("a plan was not polished: %s", found.obstacle)
    return found.plan


def _reporting(
    task: Task, treatment: Treatment, watch: Watch | None
) -> Callable[[Progress, Callable[[], Plan]], bool] | None:
    if watch is None:
        return None
    return lambda progress, best: watch(progress, lambda: Found(task, best(), treatment).proposed)


def _lost(found: Found) -> list[int]:
    """Visits to which nobody would come, though somebody holds them who can and may; or what is kept."""
    visits = {visit.id: visit for visit in found.task.facts.visits}
    return [
        visit_id
        for visit_id in found.plan.unassigned
        if visit_id not in visits
        or any(
            (place.member_id, visits[visit_id].day) in found.task.here
            and place.member_id not in visits[visit_id].wishes.must_not
            for place in visits[visit_id].team
        )
    ]


def _leave_alone(found: Found, lost: Sequence[int]) -> Treatment:
    """First a visit stays with whoever has it; where that cannot be planned around, their whole days stay."""
    treatment, task = found.treatment, found.task
    stuck = [
        visit for visit in task.facts.visits if visit.id in lost and task.stances.of[visit.id] is Stance.FIXED
    ]
    days = {
        (place.member_id, visit.day) for visit in stuck for place in visit.team if place.member_id is not None
    }
    days |= {(kept.member_id, kept.day) for kept in task.kept if kept.id in lost}
    fixed = treatment.fixed | {visit_id for visit_id in lost if visit_id > 0}
    return replace(treatment, fixed=fixed, frozen=treatment.frozen | (days & task.here))


def _ideas(found: Found, wanted: Wanted) -> tuple[Idea, ...]:
    """Where requests that wait would fit in, everybody else staying where the plan has them."""
    if not wanted.waiting:
        return ()
    visits = optional_visits(found.task, found.plan, wanted.waiting)
    limit = None if wanted.seconds is None else wanted.seconds / SHORTER
    problem = replace(found.task.problem, visits=visits)
    fitted = plan(problem, found.plan, seconds=limit, rounds=wanted.rounds)
    return tuple(read_ideas(fitted, wanted.waiting, member_of))
