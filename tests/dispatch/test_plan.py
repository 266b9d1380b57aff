"""Plans of days and weeks: what every plan keeps, and how good those of tiny problems are."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handyman.dispatch.plan import plan
from handyman.dispatch.problem import Span
from handyman.dispatch.repair import differences, repair
from handyman.dispatch.routing import Person, Plan, PlannedRoute, PlannedStop, Problem, Vehicle, Visit
from handyman.dispatch.rules import Weights
from handyman.dispatch.validator import find_faults
from handyman.dispatch.worth import cost_of, unserved_of
from tests.dispatch.plan_oracle import best_plan
from tests.dispatch.plan_strategies import all_weights, by_hand, nonsense, problems

FEW, SOME = 40, 300  # rounds of search
HERE = {"car": np.zeros((1, 1), np.int64)}

# A search proves nothing: about one tiny problem in a thousand is not planned best, more where a day has two
# breaks. So these examples are the same ones each time.
tiny = problems(most_visits=4, most_vehicles=3, most_breaks=1)
Worth = tuple[float, float]


def make(problem: Problem, standing: Plan | None = None, rounds: int = FEW, seed: int = 0) -> Plan:
    return plan(problem, standing, seconds=None, rounds=rounds, seed=seed)


def worth(found: Plan) -> Worth:
    """Without the dust that sums of fractions leave."""
    return round(found.unserved, 4), round(found.cost, 4)


def thorough(problem: Problem) -> Plan:
    return min((make(problem, rounds=SOME, seed=seed) for seed in range(3)), key=worth)


@settings(max_examples=40)
@given(problem=problems(most_visits=12, most_vehicles=6, weights=all_weights), seed=st.integers(0, 3))
def test_a_plan_keeps_every_rule(problem: Problem, seed: int) -> None:
    assert find_faults(problem, make(problem, seed=seed)) == []


@settings(max_examples=40)
@given(problem=problems())
def test_a_plan_is_worth_what_adding_up_by_hand_says(problem: Problem) -> None:
    found = make(problem)
    assert worth(found) == pytest.approx((unserved_of(problem, found), cost_of(problem, found)), abs=1e-3)


@settings(max_examples=35)
@given(data=st.data(), problem=problems(weights=all_weights))
def test_from_whatever_stands_a_plan_keeps_every_rule_and_promise(
    data: st.DataObject, problem: Problem
) -> None:
    standing = data.draw(nonsense(problem))
    for found in (make(problem, standing), repair(problem, standing, seconds=None, rounds=FEW)):
        assert find_faults(problem, found, before=standing) == []


@settings(max_examples=35)
@given(problem=problems(weights=all_weights))
def test_a_plan_is_never_worse_than_the_one_that_stands(problem: Problem) -> None:
    standing = make(problem, rounds=10)
    found = make(problem, standing, seed=1)
    assert worth(found) <= worth(standing)
    assert find_faults(problem, found, before=standing) == []


@settings(max_examples=35)
@given(data=st.data(), problem=problems(weights=all_weights))
def test_after_something_happened_the_mended_plan_keeps_every_rule_and_promise(
    data: st.DataObject, problem: Problem
) -> None:
    standing = make(problem)
    happened = after_something(problem, data)
    for found in (make(happened, standing), repair(happened, standing, seconds=None, rounds=FEW)):
        assert find_faults(happened, found, before=standing) == []


def after_something(problem: Problem, data: st.DataObject) -> Problem:
    """Somebody is ill, and a job takes longer."""
    ill, longer = data.draw(st.sampled_from(problem.vehicles)), data.draw(st.sampled_from(problem.visits))
    more = replace(longer, service=longer.service + 60)
    return replace(
        problem,
        vehicles=tuple(replace(one, away=True) if one is ill else one for one in problem.vehicles),
        visits=tuple(more if one is longer else one for one in problem.visits),
    )


@settings(max_examples=30)
@given(problem=problems())
def test_where_nothing_is_left_out_repair_changes_nothing(problem: Problem) -> None:
    standing = make(problem)
    if standing.unserved == 0:
        assert differences(problem, standing, repair(problem, standing, seconds=None, rounds=FEW)) == ()


@settings(max_examples=20)
@given(problem=problems(weights=all_weights), seed=st.integers(0, 3))
def test_the_same_seed_and_rounds_make_the_same_plan(problem: Problem, seed: int) -> None:
    assert make(problem, seed=seed) == make(problem, seed=seed)


@settings(max_examples=40, derandomize=True)
@given(problem=tiny)
def test_the_plan_of_a_tiny_problem_is_the_best_there_is(problem: Problem) -> None:
    best, found = best_plan(problem), thorough(problem)
    assert find_faults(problem, best) == []
    assert worth(found) == pytest.approx((unserved_of(problem, best), cost_of(problem, best)), abs=1e-3)


@settings(max_examples=25, derandomize=True)
@given(problem=tiny)
def test_a_spare_member_never_makes_it_worse(problem: Problem) -> None:
    last = problem.vehicles[-1]
    spare = replace(problem.people[-1], id=len(problem.people) + 1)
    more = replace(
        problem,
        vehicles=(*problem.vehicles, replace(last, id=last.id + 1, person=spare.id, away=False)),
        people=(*problem.people, spare),
    )
    assert worth(thorough(more)) <= worth(thorough(problem))


@settings(max_examples=25, derandomize=True)
@given(data=st.data(), problem=tiny)
def test_a_tighter_window_never_makes_it_better(data: st.DataObject, problem: Problem) -> None:
    visit = data.draw(st.sampled_from(problem.visits))
    tighter = replace(visit, windows=tuple(halved(window) for window in visit.windows))
    tight = replace(problem, visits=tuple(tighter if one is visit else one for one in problem.visits))
    assert worth(thorough(tight)) >= worth(thorough(problem))


def halved(window: Span) -> Span:
    return Span(window.start, (window.start + window.end) // 2)


@settings(max_examples=40)
@given(problem=problems(weights=by_hand))
def test_other_numbers_for_the_same_people_and_visits_change_nothing(problem: Problem) -> None:
    found, renamed = make(problem), make(renumbered(problem))
    assert worth(renamed) == worth(found)
    assert [
        [(stop.visit + (0 if stop.is_break else 500), stop.start, stop.crew) for stop in route.stops]
        for route in found.routes
    ] == [[(stop.visit, stop.start, stop.crew) for stop in route.stops] for route in renamed.routes]


def renumbered(problem: Problem) -> Problem:
    """Everybody's number is another one; who stands where in the lists stays."""
    return replace(
        problem,
        visits=tuple(_renumbered_visit(visit) for visit in problem.visits),
        vehicles=tuple(replace(v, id=9_000 - v.id, person=v.person + 70) for v in problem.vehicles),
        people=tuple(replace(person, id=person.id + 70) for person in problem.people),
    )


def _renumbered_visit(visit: Visit) -> Visit:
    pin = visit.pin and replace(visit.pin, people=tuple(person + 70 for person in visit.pin.people))
    anybody = ("refused", "rather_not", "rather", "earlier")
    return replace(
        visit,
        id=visit.id + 500,
        pin=pin,
        told=tuple(None if person is None else person + 70 for person in visit.told),
        service_by_person={person + 70: minutes for person, minutes in visit.service_by_person.items()},
        **{name: frozenset(person + 70 for person in getattr(visit, name)) for name in anybody},
    )


def test_nobody_to_send_leaves_everything_out() -> None:
    lone = Problem((Visit(1, 0, 30),), (), (), HERE)
    assert make(lone).unassigned == (1,)


def test_nothing_to_do_sends_nobody_out() -> None:
    assert make(Problem((), (Vehicle(1, 1, 0, 0),), (Person(1),), HERE)).routes == ()


@pytest.mark.parametrize(("shifted", "first"), [(5.0, 1), (0.0, 2)])
def test_four_minutes_of_road_are_not_worth_two_starts_that_people_were_told(
    shifted: float, first: int
) -> None:
    road = {"car": np.array([[0, 10, 6], [8, 0, 10], [6, 8, 0]], np.int64)}
    visits = tuple(
        Visit(number, number, 60, (Span(540, 720),), told=(1,), told_start=start)
        for number, start in ((1, 600), (2, 700))
    )
    weights = Weights(waiting=0.0, tight=0.0, shifted=shifted)
    problem = Problem(visits, (Vehicle(1, 1, 0, 0),), (Person(1),), road, weights=weights)
    stops = tuple(PlannedStop(visit.id, visit.told_start or 0) for visit in visits)
    found = make(problem, Plan((PlannedRoute(1, stops),)), SOME)
    assert found.routes[0].stops[0].visit == first
