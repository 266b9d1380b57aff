"""Whether a plan keeps every hard rule, by arithmetic of its own: nothing is shared with the search."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from handyman.dispatch.problem import Span
from handyman.dispatch.routing import Plan, PlannedRoute, PlannedStop, Problem, Vehicle, Visit
from handyman.dispatch.rules import Hard
from handyman.dispatch.walk import Step, Walk, minutes_of, served_by


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that is broken, and where. At a break, `visit` is the number of the break."""

    code: Hard
    visit: int | None = None
    vehicle: int | None = None


def find_faults(problem: Problem, plan: Plan, before: Plan | None = None) -> list[Fault]:
    """All rules that the plan breaks; beside the plan before, also what that kept and this one drops."""
    faults = list(_strangers(problem, plan))
    walk = Walk(problem, _without_strangers(problem, plan))
    faults += [*_visit_faults(walk), *_month_faults(walk)]
    for route in walk.plan.routes:
        faults += _route_faults(walk, route)
    if before is not None:
        faults += _forgotten(problem, plan, before)
    return faults


def _strangers(problem: Problem, plan: Plan) -> Iterator[Fault]:
    """What stands in the plan and not in the problem."""
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    for route in plan.routes:
        if route.vehicle not in vehicles:
            yield Fault(Hard.ABSENT, vehicle=route.vehicle)
            continue
        for stop in route.stops:
            if not _is_known(problem, vehicles[route.vehicle], stop):
                yield Fault(Hard.BREAK if stop.is_break else Hard.ONCE, stop.visit, route.vehicle)


def _without_strangers(problem: Problem, plan: Plan) -> Plan:
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    routes = [
        PlannedRoute(
            route.vehicle,
            tuple(stop for stop in route.stops if _is_known(problem, vehicles[route.vehicle], stop)),
        )
        for route in plan.routes
        if route.vehicle in vehicles
    ]
    return replace(plan, routes=tuple(routes))


def _is_known(problem: Problem, vehicle: Vehicle, stop: PlannedStop) -> bool:
    if stop.is_break:
        return any(pause.id == stop.visit for pause in vehicle.breaks)
    return any(visit.id == stop.visit and 0 <= stop.crew < len(visit.crew) for visit in problem.visits)


def _visit_faults(walk: Walk) -> Iterator[Fault]:
    """What can be said of each visit, whoever drives where."""
    left = Counter(walk.plan.unassigned)
    for stranger in left.keys() - walk.visits.keys():
        yield Fault(Hard.ONCE, stranger)
    for visit in walk.visits.values():
        stops = walk.doors.get(visit.id, [])
        if left[visit.id] != (0 if stops else 1):
            yield Fault(Hard.ONCE, visit.id)
        if stops:
            yield from _crew_faults(visit, stops)
        for vehicle, stop in stops:
            for code in _broken_by(visit, vehicle, stop):
                yield Fault(code, visit.id, vehicle.id)


def _crew_faults(visit: Visit, stops: list[tuple[Vehicle, PlannedStop]]) -> Iterator[Fault]:
    places = Counter(stop.crew for _, stop in stops)
    people = {vehicle.person for vehicle, _ in stops}
    if max(places.values()) > 1:
        yield Fault(Hard.ONCE, visit.id)
    together = len({stop.start for _, stop in stops}) == 1
    if not together or len(people) < len(stops) or len(places) < len(visit.crew):
        yield Fault(Hard.TOGETHER, visit.id)


def _broken_by(visit: Visit, vehicle: Vehicle, stop: PlannedStop) -> Iterator[Hard]:
    if not visit.crew[stop.crew].skills <= vehicle.skills:
        yield Hard.SKILLS
    if vehicle.away:
        yield Hard.ABSENT
    if vehicle.person in visit.refused:
        yield Hard.REFUSED
    if not visit.allowed:
        yield Hard.REFER_OUT
    if visit.pin is not None and visit.pin.people[stop.crew] != vehicle.person:
        yield Hard.PINNED
    fixed = visit.pin.start if visit.pin is not None else None
    if fixed is not None and stop.start != fixed:
        yield Hard.PINNED
    if fixed is None and not _inside(stop.start, visit.windows):
        yield Hard.WINDOW


def _route_faults(walk: Walk, route: PlannedRoute) -> Iterator[Fault]:
    vehicle, steps = walk.vehicles[route.vehicle], list(walk.steps(route))
    if sum(other.vehicle == vehicle.id for other in walk.plan.routes) > 1:
        yield Fault(Hard.ONCE, vehicle=vehicle.id)
    for at, step in enumerate(steps):
        if step.stop.start < step.there:
            yield Fault(Hard.TRAVEL if at else Hard.HOURS, step.stop.visit, vehicle.id)
        if isinstance(step.task, Visit) and not _in_a_shift(step, vehicle):
            yield Fault(Hard.SHIFT, step.stop.visit, vehicle.id)
    if steps and steps[-1].done + walk.home(route) > vehicle.hours.end:
        yield Fault(Hard.HOURS, vehicle=vehicle.id)
    visits = [step.task for step in steps if isinstance(step.task, Visit)]
    if visits:
        yield from _break_faults(vehicle, steps)
    for code in _too_much(vehicle, visits, sum(step.way for step in steps) + walk.home(route)):
        yield Fault(code, vehicle=vehicle.id)


def _in_a_shift(step: Step, vehicle: Vehicle) -> bool:
    """Shifts that touch are one shift."""
    begin = reach = step.stop.start
    if not _inside(begin, vehicle.shifts):
        return False
    for shift in sorted(vehicle.shifts, key=lambda shift: shift.start):
        if shift.start <= reach:
            reach = max(reach, shift.end)
    return step.done <= reach


def _break_faults(vehicle: Vehicle, steps: list[Step]) -> Iterator[Fault]:
    """Whoever has visits takes every break once, in its window."""
    for pause in vehicle.breaks:
        starts = [step.stop.start for step in steps if step.task is pause]
        if len(starts) != 1 or not _inside(starts[0], pause.windows):
            yield Fault(Hard.BREAK, pause.id, vehicle.id)


def _too_much(vehicle: Vehicle, visits: list[Visit], travel: int) -> Iterator[Hard]:
    if sum(minutes_of(visit, vehicle.person) for visit in visits) > _limit(vehicle.max_service):
        yield Hard.DAILY_CAP
    overloaded = any(_load(visits, kind) > room for kind, room in enumerate(vehicle.capacity))
    if overloaded or len(visits) > _limit(vehicle.max_tasks) or travel > _limit(vehicle.max_travel):
        yield Hard.TASKS


def _load(visits: list[Visit], kind: int) -> int:
    return sum(visit.amount[kind] for visit in visits if kind < len(visit.amount))


def _month_faults(walk: Walk) -> Iterator[Fault]:
    """The caps of people, over all their vehicles."""
    worked = walk.worked()
    for person in walk.problem.people:
        if person.id in worked and person.used + worked[person.id] > _limit(person.cap):
            for vehicle in walk.vehicles.values():
                if vehicle.person == person.id:
                    yield Fault(Hard.MONTHLY_CAP, vehicle=vehicle.id)


def _forgotten(problem: Problem, plan: Plan, before: Plan) -> Iterator[Fault]:
    """Promised or pinned visits that a sound plan served and this one does not."""
    if find_faults(problem, before):
        return  # what stood can not stand any longer, so that something may have to give way
    dropped = served_by(before) - served_by(plan)
    for visit in problem.visits:
        if (visit.promised or visit.pin is not None) and visit.id in dropped:
            yield Fault(Hard.PROMISED, visit.id)


def _inside(start: int, windows: Iterable[Span]) -> bool:
    return any(window.start <= start <= window.end for window in windows)


def _limit(limit: int | None) -> float:
    return float("inf") if limit is None else limit
