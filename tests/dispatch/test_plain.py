"""The quick way through a usual day finds what the thorough way finds."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from handyman.dispatch.compile import compile_problem
from handyman.dispatch.limits import Limits
from handyman.dispatch.problem import merge_spans
from handyman.dispatch.routing import Plan, Problem
from handyman.dispatch.search import Search
from tests.dispatch.plan_strategies import all_weights, problems

ROUNDS = 60


def found(problem: Problem, thorough: bool) -> Plan:
    compiled = compile_problem(problem)
    if thorough:
        given = compiled.given
        none = given._replace(
            plain_visit=np.zeros_like(given.plain_visit),
            plain_vehicle=np.zeros_like(given.plain_vehicle),
            plain=False,
        )
        compiled = replace(compiled, given=none)
    search = Search(compiled)
    search.load(None)
    search.run(Limits(rounds=ROUNDS))
    return search.best_plan()


@settings(max_examples=60)
@given(
    problem=problems(most_visits=12, most_vehicles=6, most_breaks=0, weights=all_weights),
    usual=st.booleans(),
)
def test_both_ways_lead_to_the_same_plan(problem: Problem, usual: bool) -> None:
    if usual:
        problem = replace(
            problem,
            visits=tuple(
                replace(one, setup=0, crew=one.crew[:1], told=one.told[:1], windows=one.windows[:1], pin=None)
                for one in problem.visits
            ),
            vehicles=tuple(replace(one, shifts=merge_spans(one.shifts)[:1]) for one in problem.vehicles),
        )
        assert compile_problem(problem).given.plain
    assert found(problem, thorough=False) == found(problem, thorough=True)
