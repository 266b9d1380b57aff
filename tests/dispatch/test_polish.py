"""The polish of a single day: what it may touch, and that it never makes a plan worse."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handyman.dispatch import polish as polishing
from handyman.dispatch.compile import compile_problem
from handyman.dispatch.core.arrays import new_state
from handyman.dispatch.limits import Progress
from handyman.dispatch.plan import plan
from handyman.dispatch.polish import Obstacle, can_polish, obstacle, plan_and_polish, polish
from handyman.dispatch.polish_tables import Day, read_day
from handyman.dispatch.problem import Span
from handyman.dispatch.routing import (
    Crew,
    Pause,
    Person,
    Pin,
    Plan,
    PlannedRoute,
    PlannedStop,
    Problem,
    Vehicle,
    Visit,
)
from handyman.dispatch.rules import ROAD_ONLY
from handyman.dispatch.search import Search
from handyman.dispatch.validator import find_faults
from handyman.dispatch.vroom import InputError, solve
from tests.dispatch.districts import district, line
from tests.dispatch.json_drive import find_json_faults
from tests.dispatch.plan_strategies import all_weights, nonsense, problems

LONG = 600.0  # seconds that no test waits for
SHORT = 0.3
LINE = np.abs(np.arange(9)[:, None] - np.arange(9)[None]) * 10  # places ten minutes apart
pytestmark = pytest.mark.filterwarnings(r"ignore:\s*A penalty parameter")  # of PyVRP, where time is scarce
needs_pyvrp = pytest.mark.skipif(
    not polishing.installed(), reason="PyVRP is not installed (requirements-polish.txt)"
)


def on_a_line(order: tuple[int, ...], vehicle: Vehicle | None = None, **visit: Any) -> Problem:
    """A vehicle from place 0 and back, and a visit at each of the places."""
    return Problem(
        visits=tuple(Visit(place, place, 20, **visit) for place in order),
        vehicles=(vehicle or Vehicle(1, person=1, start=0, end=0),),
        people=(Person(1),),
        travel={"car": LINE},
        weights=ROAD_ONLY,
    )


def as_written(problem: Problem) -> Plan:
    """Everything on the first vehicle in the order of the problem, valued by the planner."""
    stops = tuple(PlannedStop(visit.id, 0) for visit in problem.visits)
    written = Plan((PlannedRoute(problem.vehicles[0].id, stops),))
    search = Search(compile_problem(problem))
    search.load(written)
    return search.best_plan()


def tables(problem: Problem) -> Day:
    compiled = compile_problem(problem)
    return read_day(compiled, new_state(compiled.given, compiled.longest, 0))


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polishing, "installed", lambda: False)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polishing, "installed", lambda: True)


@pytest.mark.usefixtures("missing")
def test_without_pyvrp_the_plan_comes_back_as_it_was() -> None:
    problem = on_a_line((3, 1, 2))
    found = as_written(problem)
    assert obstacle(problem) is Obstacle.MISSING
    assert polish(problem, found, seconds=LONG) is found


@pytest.mark.usefixtures("missing")
def test_without_pyvrp_the_answer_says_that_nothing_was_polished() -> None:
    answer = solve({**line(1), "options": {"time_limit": 0.1, "polish": True}})
    assert answer["summary"]["polish"] == {"used": False, "why": "PyVRP 0.14 is not installed"}
    assert answer["summary"]["routes"] > 0


def test_an_answer_that_was_not_to_be_polished_says_nothing_of_it() -> None:
    assert "polish" not in solve(line(1, rounds=10))["summary"]


def test_the_wish_for_a_polish_is_a_plain_yes_or_no() -> None:
    with pytest.raises(InputError, match=r"^options\.polish must be true or false, not a number\.$"):
        solve(line(1, polish=1))


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (lambda day: day, None),
        (lambda day: with_visit(day, crew=(Crew(), Crew())), Obstacle.CREW),
        (lambda day: with_visit(day, crew=(Crew(), Crew()), allowed=False), None),
        (lambda day: with_visit(day, windows=(Span(0, 9), Span(20, 30))), Obstacle.WINDOWS),
        (lambda day: with_visit(day, windows=(Span(0, 9), Span(9, 30))), None),
        (lambda day: with_visit(day, windows=(Span(0, 9), Span(20, 30)), pin=Pin((0,), 25)), None),
        (lambda day: with_visit(day, setup=5), Obstacle.SETUP),
        (lambda day: with_vehicle(day, breaks=(Pause(1, (Span(0, 9),), 5),)), Obstacle.BREAKS),
        (lambda day: with_vehicle(day, breaks=(Pause(1, (Span(0, 9),), 5),), away=True), None),
        (lambda day: with_vehicle(day, shifts=(Span(0, 9), Span(20, 30))), Obstacle.SHIFTS),
        (lambda day: with_vehicle(day, max_travel=90), Obstacle.TRAVEL),
        (lambda day: with_vehicle(day, person=1), Obstacle.DAYS),
    ],
)
def test_what_pyvrp_cannot_speak_of_is_named(
    changed: Callable[[Problem], Problem], why: Obstacle | None
) -> None:
    problem = changed(district(1))
    assert obstacle(problem) is why
    assert can_polish(problem) is (why is None)


def with_visit(problem: Problem, **values: Any) -> Problem:
    return replace(problem, visits=(replace(problem.visits[0], **values), *problem.visits[1:]))


def with_vehicle(problem: Problem, **values: Any) -> Problem:
    return replace(problem, vehicles=(replace(problem.vehicles[0], **values), *problem.vehicles[1:]))


@pytest.mark.usefixtures("installed")
def test_a_plan_limited_by_rounds_is_the_same_each_time() -> None:
    found = plan_and_polish(district(1), rounds=50, seconds=LONG)
    assert found.obstacle is Obstacle.ROUNDS
    assert found.plan == plan(district(1), rounds=50, seconds=LONG)


@pytest.mark.usefixtures("installed")
def test_a_search_that_was_stopped_is_not_polished() -> None:
    found = plan_and_polish(district(1), seconds=LONG, watch=lambda _progress, _best: False)
    assert found.obstacle is Obstacle.STOPPED
    assert found.plan.routes


def test_only_work_has_to_lie_inside_the_shift() -> None:
    """An hour before and behind the shift is for the way; the places are 50 and 80 minutes from home."""
    vehicle = Vehicle(1, 1, start=0, end=0, shifts=(Span(540, 1_080),), hours=Span(480, 1_140))
    day = tables(on_a_line((5, 8), vehicle))
    assert (day.clock(540), day.clock(1_080)) == (0, 540 * day.ticks)
    home = 2
    assert (day.durations(0) / day.ticks).tolist() == [[0, 20 + 30, 20], [20 + 30, 0, 20 + 20], [0, 20, 0]]
    assert (day.distances(0) / day.scale)[home].tolist() == [50, 80, 0]


def test_a_door_that_may_not_be_opened_is_farther_than_any_prize_is_worth() -> None:
    problem = on_a_line((1, 2, 3))
    day = tables(with_visit(replace(problem, people=(Person(1),)), refused=frozenset({2})))
    assert day.distances(0).max() < day.prizes.min()
    other = replace(problem.vehicles[0], id=2, person=2)
    shared = replace(problem, vehicles=(*problem.vehicles, other), people=(Person(1), Person(2)))
    forbidden = tables(with_visit(shared, refused=frozenset({2})))
    assert forbidden.distances(1)[1:, 0].min() > forbidden.prizes.sum()
    assert forbidden.distances(1)[:, 1:].max() < forbidden.prizes.min()


def test_only_room_that_may_run_out_is_counted_and_the_slow_have_less_of_it() -> None:
    assert tables(on_a_line((1, 2))).loads.shape == (2, 0)
    day = tables(on_a_line((1, 2), Vehicle(1, 1, start=0, max_service=39), service_by_person={1: 40}))
    assert day.loads.tolist() == [[20], [20]]
    assert day.rooms(0) == [19]


@needs_pyvrp
def test_a_plan_that_goes_to_and_fro_is_straightened() -> None:
    problem = on_a_line((7, 2, 5, 1, 8, 3, 6, 4))
    found = as_written(problem)
    better = polish(problem, found, seconds=SHORT)
    assert found.cost > better.cost == LINE[0, 8] * 2
    assert find_faults(problem, better, found) == []


@needs_pyvrp
def test_starts_stay_as_they_were_told_where_they_can() -> None:
    problem = on_a_line((2, 1, 3), windows=(Span(0, 600),))
    found, told = as_written(problem), Plan((PlannedRoute(1, (PlannedStop(3, 400),)),))
    better = polish(problem, found, seconds=SHORT, told=told)
    assert better.better_than(found)
    assert {stop.visit: stop.start for stop in better.routes[0].stops}[3] == 400


@needs_pyvrp
def test_whoever_watches_sees_search_and_polish_as_one_and_may_end_both() -> None:
    shares: list[float] = []

    def watch(progress: Progress, _best: Callable[[], Plan]) -> bool:
        shares.append(progress.share)
        return True

    assert plan_and_polish(district(1), seconds=2 * SHORT, watch=watch).obstacle is None
    assert shares == sorted(shares)
    assert min(shares) < 0.5 < max(shares) <= 1.0
    problem = on_a_line((3, 1, 2))
    assert polish(problem, as_written(problem), seconds=LONG, watch=lambda _progress, _best: False).routes


@needs_pyvrp
def test_an_answer_says_that_it_was_polished() -> None:
    problem = {**line(1), "options": {"time_limit": SHORT, "polish": True}}
    answer = solve(problem)
    assert answer["summary"]["polish"]["used"] is True
    assert find_json_faults(problem, answer) == []


def plain(problem: Problem) -> Problem:
    """The nearest problem that PyVRP can speak of."""
    first = {vehicle.person: vehicle for vehicle in reversed(problem.vehicles)}
    return replace(
        problem,
        visits=tuple(
            replace(
                visit,
                crew=visit.crew[:1],
                told=visit.told[:1],
                windows=visit.windows[:1],
                pin=replace(visit.pin, people=visit.pin.people[:1]) if visit.pin else None,
                setup=0,
            )
            for visit in problem.visits
        ),
        vehicles=tuple(
            replace(vehicle, shifts=vehicle.shifts[:1], breaks=(), max_travel=None)
            for vehicle in first.values()
        ),
    )


@needs_pyvrp
@settings(max_examples=60)
@given(data=st.data(), drawn=problems(most_visits=12, most_vehicles=5, weights=all_weights))
def test_polished_a_plan_is_never_worse_and_keeps_every_rule_and_promise(
    data: st.DataObject, drawn: Problem
) -> None:
    problem = plain(drawn)
    found = plan(problem, data.draw(nonsense(problem)), seconds=None, rounds=1)
    better = polish(problem, found, seconds=0.02)
    assert obstacle(problem) is None
    assert find_faults(problem, better, before=found) == []
    assert not found.better_than(better)
