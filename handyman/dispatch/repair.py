"""Mend a plan after something happened, the smallest change first, and say what changes for whom.

Somebody is ill, a job takes longer, nobody came, an urgent visit turns up: each is a problem that the
standing plan no longer fits. What still fits stays; what does not is put in elsewhere; only where that
leaves a visit unserved is more moved about, and each person who was told already weighs heavily against
it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from handyman.dispatch.compile import compile_problem
from handyman.dispatch.core.arrays import UNSERVED
from handyman.dispatch.limits import Limits, Watch
from handyman.dispatch.routing import Plan, Problem
from handyman.dispatch.rules import REPAIR
from handyman.dispatch.search import Search


class ChangeKind(StrEnum):
    MEMBER = "member"  # other people come, at the same or another start inside the promise
    START = "start"  # the same people, another start inside the promise
    ASSIGNED = "assigned"  # nobody was to come; now somebody is
    UNASSIGNED = "unassigned"  # nobody can come: the resident must be called


@dataclass(frozen=True, slots=True)
class Held:
    """Who comes to a visit, for each place of its crew, and when."""

    people: tuple[int | None, ...]
    start: int | None


@dataclass(frozen=True, slots=True)
class Change:
    visit: int
    kind: ChangeKind
    before: Held
    after: Held

    @property
    def gone(self) -> frozenset[int]:
        """Who has to be told not to come after all."""
        return frozenset(p for p in self.before.people if p is not None and p not in self.after.people)

    @property
    def new(self) -> frozenset[int]:
        """Who has to be asked."""
        return frozenset(p for p in self.after.people if p is not None and p not in self.before.people)


def repair(
    problem: Problem,
    standing: Plan,
    *,
    seconds: float | None = 1.0,
    rounds: int | None = None,
    seed: int = 0,
    watch: Watch | None = None,
) -> Plan:
    """The standing plan with as little change as leaves the fewest visits unserved."""
    search = Search(compile_problem(replace(problem, weights=REPAIR)), seed)
    search.load(standing)
    if search.best.totals[UNSERVED] > 0:
        search.run(Limits(seconds, rounds), watch)
    return search.best_plan()


def differences(problem: Problem, before: Plan, after: Plan) -> tuple[Change, ...]:
    """What changes for whom, in the order of the problem's visits."""
    old, new = held(problem, before), held(problem, after)
    changes = []
    for visit in problem.visits:
        was, becomes = old[visit.id], new[visit.id]
        if kind := _kind(was, becomes):
            changes.append(Change(visit.id, kind, was, becomes))
    return tuple(changes)


def held(problem: Problem, plan: Plan) -> Mapping[int, Held]:
    """Who comes to each visit of the problem in this plan."""
    person_of = {vehicle.id: vehicle.person for vehicle in problem.vehicles}
    people: dict[int, list[int | None]] = {visit.id: [None] * len(visit.crew) for visit in problem.visits}
    starts: dict[int, int] = {}
    for route in plan.routes:
        for stop in route.stops:
            if not stop.is_break and stop.visit in people and route.vehicle in person_of:
                people[stop.visit][stop.crew] = person_of[route.vehicle]
                starts[stop.visit] = stop.start
    return {visit: Held(tuple(crew), starts.get(visit)) for visit, crew in people.items()}


def _kind(was: Held, becomes: Held) -> ChangeKind | None:
    if was == becomes:
        return None
    if None in becomes.people:
        return ChangeKind.UNASSIGNED if any(person is not None for person in was.people) else None
    if all(person is None for person in was.people):
        return ChangeKind.ASSIGNED
    return ChangeKind.START if was.people == becomes.people else ChangeKind.MEMBER
