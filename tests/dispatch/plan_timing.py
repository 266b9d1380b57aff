"""When everything in a plan starts, as early as can be: by asking again until nothing moves."""

from collections.abc import Sequence
from dataclasses import replace

from handyman.dispatch.problem import Span
from handyman.dispatch.routing import Plan, PlannedRoute, PlannedStop, Problem
from handyman.dispatch.walk import Step, Walk

FOREVER = 10_000  # beyond the last day of any test
Key = tuple[int, int]


def earliest_starts(problem: Problem, plan: Plan) -> Plan | None:
    """The plan with its earliest starts; None when it cannot be driven."""
    starts: dict[Key, int] = {}
    while True:
        before = dict(starts)
        for route in plan.routes:
            if not _drive(problem, plan, route, starts):
                return None
        if starts == before:
            break
    timed = _timed(plan, starts)
    return timed if all(_is_home(problem, timed, route) for route in timed.routes) else None


def _drive(problem: Problem, plan: Plan, route: PlannedRoute, starts: dict[Key, int]) -> bool:
    """Move what cannot start so early yet; False when something cannot start at all."""
    vehicle = next(vehicle for vehicle in problem.vehicles if vehicle.id == route.vehicle)
    for at, stop in enumerate(route.stops):
        step = list(Walk(problem, _timed(plan, starts)).steps(_timed_route(route, starts)))[at]
        earliest = max(step.there, starts.get(_key(route, stop), step.there))
        begin = _next(step, vehicle.shifts, earliest)
        if begin is None:
            return False
        starts[_key(route, stop)] = begin
    return True


def _next(step: Step, shifts: Sequence[Span], earliest: int) -> int | None:
    work = step.setup + step.service
    pin = getattr(step.task, "pin", None)
    fixed = None if pin is None else pin.start
    windows = step.task.windows if fixed is None else (Span(fixed, fixed),)
    found = [
        begin
        for window in windows
        for shift in (shifts if not step.stop.is_break else (Span(-FOREVER, FOREVER),))
        if (begin := max(earliest, window.start, shift.start)) <= min(window.end, shift.end - work)
    ]
    return min(found, default=None)


def _is_home(problem: Problem, plan: Plan, route: PlannedRoute) -> bool:
    walk = Walk(problem, plan)
    vehicle = walk.vehicles[route.vehicle]
    steps = list(walk.steps(route))
    travel = sum(step.way for step in steps) + walk.home(route)
    short = vehicle.max_travel is None or travel <= vehicle.max_travel
    return short and steps[-1].done + walk.home(route) <= vehicle.hours.end


def _timed(plan: Plan, starts: dict[Key, int]) -> Plan:
    return replace(plan, routes=tuple(_timed_route(route, starts) for route in plan.routes))


def _timed_route(route: PlannedRoute, starts: dict[Key, int]) -> PlannedRoute:
    stops = (replace(stop, start=starts.get(_key(route, stop), -FOREVER)) for stop in route.stops)
    return replace(route, stops=tuple(stops))


def _key(route: PlannedRoute, stop: PlannedStop) -> Key:
    return (route.vehicle if stop.is_break else 0, stop.visit)
