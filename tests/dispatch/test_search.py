"""Walks that search side by side: the same plan each time, every rule kept, and nothing lost by company."""

from threading import current_thread, main_thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.plan_days import our_day
from benchmarks.plan_homecare import home_care
from handyman.dispatch.cooling import COLD, HOT, ROUNDS_A_VISIT, next_cooling
from handyman.dispatch.limits import Limits, Progress
from handyman.dispatch.plan import plan
from handyman.dispatch.problem import Span
from handyman.dispatch.routing import Person, Problem, Vehicle
from handyman.dispatch.validator import find_faults
from handyman.dispatch.vroom.asked import read
from handyman.dispatch.vroom.effort import threads_for
from handyman.dispatch.vroom.problem import problem_of
from tests.dispatch.plan_strategies import all_weights, problems

DAY = problem_of(read(our_day(25, 3)))
CREWS = problem_of(read(home_care(25, 8, 0.3, 1)))


@settings(max_examples=25)
@given(problem=problems(most_visits=12, most_vehicles=6, weights=all_weights), threads=st.integers(2, 4))
def test_walks_side_by_side_keep_every_rule(problem: Problem, threads: int) -> None:
    assert find_faults(problem, plan(problem, seconds=None, rounds=60, threads=threads)) == []


@pytest.mark.parametrize("problem", [DAY, CREWS])
def test_walks_that_meet_find_the_same_each_time(problem: Problem) -> None:
    once, again = (plan(problem, seconds=None, rounds=2_000, threads=3) for _ in range(2))
    assert once == again
    assert once.rounds == 3 * 2_000


def test_what_stands_is_never_made_worse_by_company() -> None:
    standing = plan(DAY, seconds=None, rounds=20_000)
    found = plan(DAY, standing, seconds=None, rounds=20, threads=4)
    assert not standing.better_than(found)


def test_only_the_callers_thread_watches_and_one_word_stops_all() -> None:
    seen: list[bool] = []

    def watch(progress: Progress, _best: object) -> bool:
        seen.append(current_thread() is main_thread())
        return progress.rounds < 3_000

    found = plan(DAY, seconds=None, rounds=10**9, threads=2, watch=watch)
    assert all(seen)
    assert 3_000 <= found.rounds < 10**6


def test_a_watch_that_fails_ends_the_other_walks() -> None:
    def watch(_progress: Progress, _best: object) -> bool:
        raise LookupError

    with pytest.raises(LookupError):
        plan(DAY, seconds=None, rounds=10**9, threads=2, watch=watch)


@pytest.mark.parametrize(("rounds", "coolings"), [(100, 1), (7_000, 1), (10_000, 2), (25_001, 5)])
def test_a_long_search_is_heated_again(rounds: int, coolings: int) -> None:
    visits, found, done = round(5_000 / ROUNDS_A_VISIT), [], 0
    while done < rounds:
        cooling = next_cooling(Limits(None, rounds), 0.0, done, 1e-3, visits, 1.0, warm=False)
        assert cooling.heat(cooling.share(0.0, done)) == pytest.approx(HOT)
        assert cooling.heat(1.0) == pytest.approx(COLD)
        done = int(cooling.end)
        found.append(cooling)
    assert (len(found), done) == (coolings, rounds)


def test_alone_the_planner_takes_all_processors_but_not_where_rounds_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("handyman.dispatch.vroom.effort.cores", lambda: 4)
    ask = {"vehicles": [], "jobs": []}
    of = [read({**ask, "options": options}).options for options in ({}, {"rounds": 9}, {"threads": 3})]
    assert [threads_for(options, alone=True) for options in of] == [4, 1, 3]
    assert [threads_for(options, alone=False) for options in of] == [1, 1, 3]


def test_two_vehicles_of_one_person_at_the_same_time_are_refused() -> None:
    at = {"car": np.zeros((1, 1), np.int64)}
    days = Vehicle(1, 7, shifts=(Span(0, 100),)), Vehicle(2, 7, shifts=(Span(100, 200),))
    assert plan(Problem((), days, (Person(7),), at)).routes == ()
    twice = days[0], Vehicle(3, 7, shifts=(Span(50, 150),))
    with pytest.raises(ValueError, match="vehicles 1 and 3 of person 7 work at the same time"):
        plan(Problem((), twice, (Person(7),), at))
    nested = Vehicle(1, 7, shifts=(Span(0, 300), Span(5, 10))), Vehicle(2, 7, shifts=(Span(20, 200),))
    with pytest.raises(ValueError, match="vehicles 1 and 2 of person 7"):
        plan(Problem((), nested, (Person(7),), at))
