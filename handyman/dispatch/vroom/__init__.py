"""VROOM's JSON, in and out, so that its problems run here and its tools can check our plans.

What each key means stands in docs/planner.md. `asked` reads the problem, `problem` says it in the words of
`routing.py`, and `answer` says the plan in VROOM's.
"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from handyman.dispatch.plan import plan
from handyman.dispatch.polish import Obstacle, Polished, plan_and_polish
from handyman.dispatch.routing import Plan, Problem
from handyman.dispatch.vroom.answer import answer, said_of
from handyman.dispatch.vroom.asked import Asked, read
from handyman.dispatch.vroom.effort import limits_for, threads_for
from handyman.dispatch.vroom.fields import InputError
from handyman.dispatch.vroom.late import set_out_late
from handyman.dispatch.vroom.problem import held, problem_of, standing_of

__all__ = ["InputError", "solve"]


def solve(
    problem: Mapping[str, Any], go_on: Callable[[], bool] = lambda: True, *, alone: bool = True
) -> dict[str, Any]:
    """Plan, or raise InputError with the field that is wrong. The search ends when `go_on` says no.

    `alone` on the machine, it takes all processors.
    """
    began = monotonic()
    asked = read(problem)
    told = problem_of(asked)
    loaded = monotonic()
    found = _search(asked, told, loaded - began, go_on, alone)
    late = set_out_late(told, found.plan, held(asked))
    said = answer(asked, told, late, loading=loaded - began, solving=monotonic() - loaded)
    if asked.options.polish:
        said["summary"]["polish"] = said_of(found)
    return said


def _search(asked: Asked, told: Problem, spent: float, go_on: Callable[[], bool], alone: bool) -> Polished:
    if not (asked.jobs and asked.vehicles):
        return Polished(Plan(unassigned=tuple(visit.id for visit in told.visits)), Obstacle.NOTHING)
    seconds, rounds = limits_for(asked, spent)
    how: Any = {
        "seconds": seconds,
        "rounds": rounds,
        "seed": asked.options.seed,
        "threads": threads_for(asked.options, alone),
        "watch": lambda _progress, _best: go_on(),
    }
    if asked.options.polish:
        return plan_and_polish(told, standing_of(asked), **how)
    return Polished(plan(told, standing_of(asked), **how))
