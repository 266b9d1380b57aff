"""Starts that people can remember: full five minutes, where no rule is broken by it."""

from dataclasses import replace

from handyman.board.plans.problem import Task
from handyman.dispatch.routing import Plan
from handyman.dispatch.validator import find_faults

STEP = 5  # minutes


def tidy(task: Task, plan: Plan) -> Plan:
    """Later by some minutes; a start that was told before stays, and so does one that leaves no room."""
    told = {stop.visit: stop.start for route in task.standing.routes for stop in route.visits}
    odd = {
        stop.visit: stop.start
        for route in plan.routes
        for stop in route.visits
        if stop.start % STEP and stop.start != told.get(stop.visit)
    }
    for visit, start in sorted(odd.items(), key=lambda pair: (-pair[1], pair[0])):
        later = _moved(plan, visit, start + STEP - start % STEP)
        if not find_faults(task.problem, later):
            plan = later
    return plan


def _moved(plan: Plan, visit: int, start: int) -> Plan:
    """The visit at another start, for everybody who goes there."""
    routes = tuple(
        replace(
            route,
            stops=tuple(
                replace(stop, start=start) if stop.visit == visit and not stop.is_break else stop
                for stop in route.stops
            ),
        )
        for route in plan.routes
    )
    return replace(plan, routes=routes)
