"""Routes that were met apart and are put together to one plan."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from benchmarks.plan_days import our_day
from handyman.dispatch.compile import Compiled, compile_problem
from handyman.dispatch.core.arrays import State
from handyman.dispatch.core.pool import new_pool, remember_all
from handyman.dispatch.partition import load, put_together, remembered, stand_alone
from handyman.dispatch.plan import plan
from handyman.dispatch.problem import Span
from handyman.dispatch.routing import Crew, Person, Plan, PlannedRoute, PlannedStop, Problem, Vehicle, Visit
from handyman.dispatch.search import Search
from handyman.dispatch.validator import find_faults
from handyman.dispatch.vroom.asked import read
from handyman.dispatch.vroom.problem import problem_of
from tests.dispatch.plan_strategies import all_weights, problems

# one road with two villages, homes in both (0 and 3) and one far away (6)
ROAD = np.array([0, 1, 2, 300, 301, 302, 900])
WAYS = {"car": np.abs(ROAD[:, None] - ROAD[None, :]).astype(np.int64)}
VISITS = tuple(Visit(place, place, 10, (Span(0, 9_000),)) for place in (1, 2, 4, 5))
PEOPLE = tuple(Person(number) for number in (1, 2, 3))
Routes = dict[int, tuple[int, ...]]


def of_homes(*homes: int) -> Problem:
    vehicles = tuple(Vehicle(number, number, home, home) for number, home in enumerate(homes, 1))
    return Problem(VISITS, vehicles, PEOPLE[: len(homes)], WAYS)


def driven(problem: Problem, routes: Routes) -> tuple[Compiled, State]:
    compiled = compile_problem(problem)
    search = Search(compiled)
    stops = {who: tuple(PlannedStop(visit, 0) for visit in route) for who, route in routes.items()}
    search.load(Plan(tuple(PlannedRoute(who, route) for who, route in stops.items())))
    return compiled, search.best


def read_routes(compiled: Compiled, state: State) -> Routes:
    return {
        row + 1: tuple(int(VISITS[slot].id) for slot in state.route[row, : state.length[row]])
        for row in range(len(compiled.problem.vehicles))
        if state.length[row]
    }


@pytest.mark.parametrize(
    ("homes", "one", "other", "best"),
    [
        ((0, 3, 6), {1: (1, 2), 3: (4, 5)}, {2: (4, 5), 3: (1, 2)}, {1: (1, 2), 2: (4, 5)}),
        ((0, 0, 6), {1: (1, 2), 3: (4, 5)}, {1: (4, 5), 3: (1, 2)}, {1: (4, 5), 2: (1, 2)}),  # two alike
        ((0, 6), {1: (1, 2), 2: (4, 5)}, {1: (4, 5), 2: (1, 2)}, None),  # nobody drives two routes
    ],
)
def test_routes_of_two_plans_make_a_better_one(
    homes: tuple[int, ...], one: Routes, other: Routes, best: Routes | None
) -> None:
    problem = of_homes(*homes)
    (compiled, at_hand), (_, another) = driven(problem, one), driven(problem, other)
    pool = new_pool(2**10, compiled.longest, 1.0)
    remember_all(compiled.given, another, pool)
    chosen = put_together(remembered(compiled, at_hand, [pool]), None)
    assert (chosen is None) == (best is None)
    if chosen is not None and best is not None:
        state = Search(compiled).best
        assert load(compiled, state, chosen)
        assert sorted(read_routes(compiled, state).values()) == sorted(best.values())
        assert set(read_routes(compiled, state)) == set(best)


def test_of_the_same_visits_the_cheaper_order_is_remembered() -> None:
    problem = of_homes(0)
    (compiled, good), (_, bad) = driven(problem, {1: (1, 2, 4, 5)}), driven(problem, {1: (4, 1, 5, 2)})
    for first, second in ((good, bad), (bad, good)):
        pool = new_pool(2**10, compiled.longest, 1.0)
        remember_all(compiled.given, first, pool)
        remember_all(compiled.given, second, pool)
        (row,) = np.flatnonzero(pool.mark)
        assert pool.route[row, : pool.length[row]].tolist() == [0, 1, 2, 3]


def test_routes_hang_together_by_crews_and_by_the_days_of_a_member() -> None:
    alone = of_homes(0, 3)
    crew = replace(alone, visits=(*VISITS[:3], replace(VISITS[3], crew=(Crew(), Crew()))))
    day, later = alone.vehicles[0], replace(alone.vehicles[0], id=9, shifts=(Span(9_000, 9_900),))
    week = replace(alone, vehicles=(replace(day, shifts=(Span(0, 9_000),)), later))
    assert [stand_alone(compile_problem(problem)) for problem in (alone, crew, week)] == [True, False, False]


@settings(max_examples=25)
@given(problem=problems(most_visits=12, most_vehicles=6, weights=all_weights))
def test_a_plan_put_together_keeps_every_rule(problem: Problem) -> None:
    single = {vehicle.person: vehicle for vehicle in problem.vehicles}
    alone = replace(
        problem,
        vehicles=tuple(single.values()),
        visits=tuple(replace(one, crew=one.crew[:1], told=one.told[:1], pin=None) for one in problem.visits),
    )
    assert find_faults(alone, plan(alone, seconds=None, rounds=1_500, threads=2)) == []


def test_what_is_put_together_is_the_same_each_time() -> None:
    day = problem_of(read(our_day(40, 1)))
    once, again = (plan(day, seconds=None, rounds=3_000, threads=2) for _ in range(2))
    assert once == again
