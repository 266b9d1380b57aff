"""When a vehicle has to set out: as late as its plan allows, so that nobody waits at a door."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from handyman.dispatch.problem import Span
from handyman.dispatch.routing import Plan, PlannedRoute, PlannedStop, Problem
from handyman.dispatch.walk import Step, Walk

Key = tuple[int, int]  # NOBODYS and a visit, for a crew starts together; or a vehicle and its break
NOBODYS = -1


def set_out_late(problem: Problem, plan: Plan, held: Collection[int] = ()) -> Plan:
    """The same plan, each start as late as its window, its crew and the next stop allow.

    Everybody is back as early as before, and a visit in `held` keeps its start.
    """
    walk = Walk(problem, plan)
    routes = {route.vehicle: list(walk.steps(route)) for route in plan.routes}
    home = {route.vehicle: walk.home(route) for route in plan.routes}
    starts, places = dict[Key, int](), defaultdict[Key, list[tuple[int, int]]](list)
    for vehicle, steps in routes.items():
        for at, step in enumerate(steps):
            starts[_key(vehicle, step.stop)] = step.stop.start
            places[_key(vehicle, step.stop)].append((at, vehicle))
    for key in sorted(places, key=lambda key: (starts[key], max(places[key])), reverse=True):
        if key[0] != NOBODYS or key[1] not in held:
            latest = min(
                _latest(routes[vehicle], at, vehicle, starts, home[vehicle]) for at, vehicle in places[key]
            )
            at, vehicle = places[key][0]
            starts[key] = max(starts[key], _last_inside(routes[vehicle][at].task.windows, latest))
    return replace(plan, routes=tuple(_at(route, starts) for route in plan.routes))


def _key(vehicle: int, stop: PlannedStop) -> Key:
    return (vehicle if stop.is_break else NOBODYS, stop.visit)


def _latest(steps: Sequence[Step], at: int, vehicle: int, starts: Mapping[Key, int], home: int) -> int:
    """The last start after which the next stop, or the end, can be reached as it is planned by now."""
    step = steps[at]
    if at == len(steps) - 1:
        return starts[_key(vehicle, step.stop)]
    work, until = step.setup + step.service, starts[_key(vehicle, steps[at + 1].stop)]
    if step.stop.is_break:
        return until - work  # of the way on, more can be driven before it
    if not steps[at + 1].stop.is_break:
        return until - steps[at + 1].way - work
    there, busy = steps[-1].done + home, home  # the way home, or on, with breaks in it
    for onward in steps[at + 1 :]:
        if not onward.stop.is_break:
            there = starts[_key(vehicle, onward.stop)]
            busy += onward.way - home
            break
        busy += onward.way + onward.service
    return min(until, there - busy) - work


def _last_inside(windows: Iterable[Span], latest: int) -> int:
    return max((min(latest, window.end) for window in windows if window.start <= latest), default=latest)


def _at(route: PlannedRoute, starts: Mapping[Key, int]) -> PlannedRoute:
    stops = (replace(stop, start=starts[_key(route.vehicle, stop)]) for stop in route.stops)
    return PlannedRoute(route.vehicle, tuple(stops))
