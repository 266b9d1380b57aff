"""The call and the plan put a visit into a day at the same price: two kernels, one meaning of cheapest."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from handyman.dispatch.compile import compile_problem
from handyman.dispatch.core.arrays import NOWHERE
from handyman.dispatch.day_plan import check, insert
from handyman.dispatch.plan import plan
from handyman.dispatch.problem import Job, MemberDay, Point, Span, TravelMode
from handyman.dispatch.ranking import rank
from handyman.dispatch.routing import (
    Crew,
    Pause,
    Person,
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
from tests.dispatch.makers import at, flat_travel, make_day, make_job, make_stop
from tests.dispatch.strategies import full_days, jobs, points, spans, tiny_days

NEW = 1_000


@settings(max_examples=150)
@given(day=full_days() | tiny_days(), job=jobs(), window=spans(95, 140, 30), end=st.none() | points)
def test_the_cheapest_place_of_a_call_is_that_of_a_plan(
    day: MemberDay, job: Job, window: Span, end: Point | None
) -> None:
    day = MemberDay(1, day.home, TravelMode.WALK, day.skills, day.shifts, day.stops, end=end, rest=day.rest)
    assume(not check(day, flat_travel))
    search = Search(compile_problem(problem_of(day, job, window)))
    search.load(standing_of(day))
    slot = len(day.stops)
    called = insert(day, job, window, flat_travel) if job.skills <= day.skills else None
    planned = search.best.vehicle[slot] != NOWHERE
    assert planned == (called is not None)
    if called is not None:
        assert search.best.road.sum() - road(day) == called.added_travel


def road(day: MemberDay) -> int:
    if not day.stops:
        return 0
    places = [day.home, *(stop.point for stop in day.stops), day.goal]
    return sum(flat_travel(a, b, day.mode) for a, b in pairwise(places))


def problem_of(day: MemberDay, job: Job, window: Span) -> Problem:
    places = [day.home, day.goal, *(stop.point for stop in day.stops), job.point]
    visits = [
        Visit(
            stop.visit_id,
            place=2 + at,
            service=stop.service_minutes,
            windows=(Span(stop.start, stop.start) if stop.pinned else stop.window,),
            promised=True,
        )
        for at, stop in enumerate(day.stops)
    ]
    visits.append(Visit(NEW, len(places) - 1, job.service_minutes, (window,), (Crew(job.skills),)))
    table = np.array([[flat_travel(a, b, day.mode) for b in places] for a in places], np.int64)
    vehicle = Vehicle(1, 1, start=0, end=1, shifts=day.shifts, skills=day.skills, hours=Span(0, 1_440))
    if day.rest is not None:
        pause = Pause(1, (Span(day.rest.start, day.rest.start),), day.rest.end - day.rest.start)
        vehicle = replace(vehicle, breaks=(pause,))
    return Problem(tuple(visits), (vehicle,), (Person(1),), {"car": table}, weights=ROAD_ONLY)


def standing_of(day: MemberDay) -> Plan:
    stops = [PlannedStop(stop.visit_id, stop.start) for stop in day.stops]
    if day.rest is not None and stops:
        stops.append(PlannedStop(1, day.rest.start, is_break=True))
    return Plan((PlannedRoute(1, tuple(sorted(stops, key=lambda stop: stop.start))),))


@pytest.mark.parametrize(("ends", "start"), [(690, 780), (705, 785), (720, 800)])
def test_a_way_is_driven_before_a_break_and_after_it(ends: int, start: int) -> None:
    """Twenty minutes over a break from twelve to one: the later the work ends, the more comes after it."""
    noon = Span(720, 780)
    morning = make_stop(1, ends - 60, 60, at(0), pinned=True)
    day = make_day(morning, shifts=(Span(540, 720), Span(780, 1_080)), rest=noon)
    job, window = make_job(point=at(20), service_minutes=30), Span(noon.end, 900)
    called = insert(day, job, window, flat_travel)
    assert called is not None
    search = Search(compile_problem(problem_of(day, job, window)))
    search.load(standing_of(day))
    assert (called.start, int(search.best.est[len(day.stops)])) == (start, start)
    plan, problem = search.best_plan(), problem_of(day, job, window)
    assert find_faults(problem, plan) == []
    [route] = plan.routes
    early = tuple(replace(stop, start=start - 1) if stop.visit == NEW else stop for stop in route.stops)
    assert find_faults(problem, replace(plan, routes=(replace(route, stops=early),))) != []


def test_a_break_costs_nobody_a_visit() -> None:
    """Whoever lives nearer goes, also when they have a break and the other has none."""
    table = np.array([[0, 99, 5], [99, 0, 6], [5, 6, 0]], np.int64)
    near = Vehicle(1, 1, start=0, end=0, shifts=(Span(540, 720), Span(780, 1_080)))
    near = replace(near, breaks=(Pause(1, (Span(720, 720),), 60),))
    far = Vehicle(2, 2, start=1, end=1, shifts=(Span(540, 1_080),))
    visit = Visit(NEW, 2, 40, (Span(900, 1_020),))
    problem = Problem((visit,), (near, far), (Person(1), Person(2)), {"car": table})
    assert [route.vehicle for route in plan(problem, rounds=200).routes] == [1]
    days = [
        make_day(member_id=1, home=at(5), shifts=near.shifts, rest=Span(720, 780)),
        make_day(member_id=2, home=at(-6), shifts=far.shifts),
    ]
    job = make_job(point=at(0), service_minutes=40)
    assert [one.member_id for one in rank(job, days, Span(900, 1_020), flat_travel).candidates] == [1, 2]
