"""VROOM's JSON, in and out, so that its problems run here and its tools can check our plans.

What each key means stands in docs/planner.md. `asked` reads the problem, `problem` says it in the words of
`routing.py`, and `answer` says the plan in VROOM's.
"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from handyman.dispatch.plan import plan
from handyman.dispatch.routing import Plan, Problem
from handyman.dispatch.vroom.answer import answer
from handyman.dispatch.vroom.asked import Asked, read
from handyman.dispatch.vroom.effort import limits_for
from handyman.dispatch.vroom.fields import InputError
from handyman.dispatch.vroom.late import set_out_late
from handyman.dispatch.vroom.problem import held, problem_of, standing_of

__all__ = ["InputError", "solve"]


def solve(problem: Mapping[str, Any], go_on: Callable[[], bool] = lambda: True) -> dict[str, Any]:
    """Plan, or raise InputError with the field that is wrong. The search ends when `go_on` says no."""
    began = monotonic()
    asked = read(problem)
    told = problem_of(asked)
    loaded = monotonic()
    found = set_out_late(told, _search(asked, told, loaded - began, go_on), held(asked))
    return answer(asked, told, found, loading=loaded - began, solving=monotonic() - loaded)


def _search(asked: Asked, told: Problem, spent: float, go_on: Callable[[], bool]) -> Plan:
    if not (asked.jobs and asked.vehicles):
        return Plan(unassigned=tuple(visit.id for visit in told.visits))
    seconds, rounds = limits_for(asked, spent)
    return plan(
        told,
        standing_of(asked),
        seconds=seconds,
        rounds=rounds,
        seed=asked.options.seed,
        watch=lambda _progress, _best: go_on(),
    )
