"""Each rule is found when it is broken, and a good plan has no fault."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

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
from handyman.dispatch.rules import Hard
from handyman.dispatch.validator import Fault, find_faults

MORNING, AFTERNOON = Span(540, 730), Span(780, 1_080)
TRAVEL = np.array([[0, 10, 20], [10, 0, 15], [20, 15, 0]], np.int64)


def make_day() -> Problem:
    """Two members with a lunch break, a lamp, a rail for two, and a tap that nobody has to do."""
    member = Vehicle(
        1,
        1,
        0,
        0,
        (MORNING, AFTERNOON),
        Span(520, 1_100),
        (Pause(1, (Span(700, 760),), 30),),
        frozenset({"rail"}),
    )
    return Problem(
        visits=(
            Visit(1, 1, 60, (Span(540, 600),), setup=5),
            Visit(
                2, 2, 60, (Span(780, 840),), (Crew(frozenset({"rail"})), Crew()), promised=True, amount=(1,)
            ),
            Visit(3, 1, 30, refused=frozenset({1})),
        ),
        vehicles=(member, replace(member, id=2, person=2, breaks=(), skills=frozenset())),
        people=(Person(1), Person(2)),
        travel={"car": TRAVEL},
    )


def make_plan() -> Plan:
    return Plan(
        routes=(
            PlannedRoute(1, (PlannedStop(1, 540), PlannedStop(1, 720, is_break=True), PlannedStop(2, 790))),
            PlannedRoute(2, (PlannedStop(2, 790, 1),)),
        ),
        unassigned=(3,),
    )


def codes(problem: Problem, plan: Plan, before: Plan | None = None) -> set[Hard]:
    return {fault.code for fault in find_faults(problem, plan, before)}


def with_visit(number: int, **changes: object) -> Problem:
    day = make_day()
    visits = (replace(v, **changes) if v.id == number else v for v in day.visits)  # type: ignore[arg-type]
    return replace(day, visits=tuple(visits))


def with_vehicle(number: int, **changes: object) -> Problem:
    day = make_day()
    vehicles = (replace(v, **changes) if v.id == number else v for v in day.vehicles)  # type: ignore[arg-type]
    return replace(day, vehicles=tuple(vehicles))


def with_stops(vehicle: int, change: Callable[[list[PlannedStop]], list[PlannedStop]]) -> Plan:
    plan = make_plan()
    routes = (
        PlannedRoute(r.vehicle, tuple(change(list(r.stops)))) if r.vehicle == vehicle else r
        for r in plan.routes
    )
    return replace(plan, routes=tuple(routes))


def at(start: int, place: int) -> Callable[[list[PlannedStop]], list[PlannedStop]]:
    return lambda stops: [replace(s, start=start) if n == place else s for n, s in enumerate(stops)]


def test_a_good_plan_has_no_fault() -> None:
    assert find_faults(make_day(), make_plan(), make_plan()) == []


@pytest.mark.parametrize(
    ("problem", "rule"),
    [
        (with_vehicle(1, skills=frozenset()), Hard.SKILLS),
        (with_visit(1, windows=(Span(541, 600), Span(400, 539))), Hard.WINDOW),
        (with_vehicle(1, shifts=(Span(545, 720), AFTERNOON)), Hard.SHIFT),
        (with_vehicle(1, shifts=(Span(540, 600), AFTERNOON)), Hard.SHIFT),
        (with_vehicle(1, hours=Span(531, 1_100)), Hard.HOURS),
        (with_vehicle(1, hours=Span(520, 869)), Hard.HOURS),
        (with_visit(1, service=180), Hard.TRAVEL),
        (with_visit(1, setup=125), Hard.TRAVEL),
        (with_vehicle(1, breaks=(Pause(1, (Span(700, 719),), 30),)), Hard.BREAK),
        (with_vehicle(2, breaks=(Pause(7, (Span(700, 719),), 30),)), Hard.BREAK),
        (with_vehicle(1, max_service=119), Hard.DAILY_CAP),
        (replace(make_day(), people=(Person(1, used=100, cap=219), Person(2))), Hard.MONTHLY_CAP),
        (with_vehicle(1, max_tasks=1), Hard.TASKS),
        (with_vehicle(1, max_travel=44), Hard.TASKS),
        (with_vehicle(2, capacity=(0,)), Hard.TASKS),
        (with_vehicle(2, person=1), Hard.TOGETHER),
        (with_visit(2, crew=(Crew(), Crew(), Crew())), Hard.TOGETHER),
        (with_vehicle(2, away=True), Hard.ABSENT),
        (with_visit(1, refused=frozenset({1})), Hard.REFUSED),
        (with_visit(1, pin=Pin((2,))), Hard.PINNED),
        (with_visit(1, pin=Pin((1,), 541)), Hard.PINNED),
        (with_visit(1, allowed=False), Hard.REFER_OUT),
    ],
)
def test_a_rule_of_the_problem_that_the_plan_breaks_is_named(problem: Problem, rule: Hard) -> None:
    assert codes(problem, make_plan()) == {rule}


@pytest.mark.parametrize(
    ("plan", "rules"),
    [
        (with_stops(1, at(789, 2)), {Hard.TOGETHER}),
        (with_stops(1, at(764, 2)), {Hard.SHIFT, Hard.WINDOW, Hard.TOGETHER}),  # driven before the break
        (with_stops(1, at(749, 2)), {Hard.TRAVEL, Hard.SHIFT, Hard.WINDOW, Hard.TOGETHER}),
        (
            with_stops(1, lambda stops: [*stops, stops[2]]),
            {Hard.ONCE, Hard.TOGETHER, Hard.TRAVEL},
        ),
        (with_stops(1, lambda stops: [stops[0], stops[2]]), {Hard.BREAK}),
        (with_stops(2, lambda stops: [PlannedStop(9, 600), *stops]), {Hard.ONCE}),
        (with_stops(2, lambda stops: [PlannedStop(3, 600, 4), *stops]), {Hard.ONCE}),
        (with_stops(2, lambda stops: [PlannedStop(1, 600, is_break=True), *stops]), {Hard.BREAK}),
        (with_stops(2, lambda _stops: []), {Hard.TOGETHER}),
        (replace(make_plan(), routes=(*make_plan().routes, PlannedRoute(9, ()))), {Hard.ABSENT}),
        (replace(make_plan(), routes=(*make_plan().routes, PlannedRoute(2, ()))), {Hard.ONCE}),
        (replace(make_plan(), unassigned=()), {Hard.ONCE}),
        (replace(make_plan(), unassigned=(3, 3)), {Hard.ONCE}),
        (replace(make_plan(), unassigned=(3, 1)), {Hard.ONCE}),
        (replace(make_plan(), unassigned=(3, 8)), {Hard.ONCE}),
    ],
)
def test_what_is_wrong_in_the_plan_itself_is_named(plan: Plan, rules: set[Hard]) -> None:
    assert codes(make_day(), plan) == rules


def test_a_fault_says_where() -> None:
    faults = find_faults(with_visit(1, windows=(Span(541, 600),)), make_plan())
    assert faults == [Fault(Hard.WINDOW, visit=1, vehicle=1)]


def test_a_promise_that_was_kept_before_is_kept_after() -> None:
    dropped = Plan(make_plan().routes[:1], (2, 3))
    dropped = replace(dropped, routes=(PlannedRoute(1, dropped.routes[0].stops[:2]),))
    assert codes(make_day(), dropped, make_plan()) == {Hard.PROMISED}
    assert codes(make_day(), dropped) == set()


def test_a_promise_that_could_not_be_kept_is_no_fault_of_the_plan_after() -> None:
    ill = with_vehicle(2, away=True)
    assert codes(ill, Plan((), (1, 2, 3)), make_plan()) == set()


def test_shifts_that_touch_are_one_shift() -> None:
    day = with_vehicle(1, shifts=(Span(500, 560), Span(560, 720), AFTERNOON))
    assert codes(day, make_plan()) == set()


def test_time_as_the_member_takes_it_counts() -> None:
    assert codes(with_visit(1, service_by_person={1: 180}), make_plan()) == {Hard.TRAVEL}
    assert codes(with_visit(1, service_by_person={2: 180}), make_plan()) == set()
