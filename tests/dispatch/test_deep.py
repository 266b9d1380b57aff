"""A deeper look before a caller is refused: visits may change their members, no promise is given up."""

from dataclasses import replace

import numpy as np

from handyman.dispatch.deep import find_room
from handyman.dispatch.problem import Span
from handyman.dispatch.repair import ChangeKind, differences
from handyman.dispatch.routing import (
    Crew,
    Person,
    Plan,
    PlannedRoute,
    PlannedStop,
    Problem,
    Vehicle,
    Visit,
)
from handyman.dispatch.validator import find_faults

ROUNDS = 500
TEN = Span(600, 600)
LAMP, RAIL, SCREEN, TAP = ("lamp",), ("rail",), ("screen",), ("tap",)
MEMBERS = {1: (*LAMP, *RAIL), 2: (*RAIL, *SCREEN), 3: (*SCREEN, *TAP), 4: LAMP}


def visit(number: int, skills: tuple[str, ...], told: int | None = None, window: Span = TEN) -> Visit:
    return Visit(
        number,
        place=0,
        service=60,
        windows=(window,),
        crew=(Crew(frozenset(skills)),),
        promised=told is not None,
        told=() if told is None else (told,),
    )


def office(*visits: Visit, away: int = 0) -> tuple[Problem, Plan]:
    """Everybody is at ten where they were told to be."""
    members = [
        Vehicle(number, person=number, skills=frozenset(skills), away=number == away)
        for number, skills in MEMBERS.items()
    ]
    problem = Problem(
        visits, tuple(members), tuple(map(Person, MEMBERS)), {"car": np.zeros((1, 1), np.int64)}
    )
    stops = {one.told[0]: PlannedStop(one.id, one.windows[0].start) for one in visits}
    return problem, Plan(tuple(PlannedRoute(member, (stop,)) for member, stop in stops.items() if member))


CHAIN = (visit(11, RAIL, told=1), visit(12, SCREEN, told=2))
BUSY = visit(14, LAMP, told=4)


def test_two_visits_change_their_members_where_one_would_not_do() -> None:
    problem, standing = office(*CHAIN, BUSY)
    found = find_room(problem, standing, visit(20, LAMP), rounds=ROUNDS)
    assert found is not None
    asked = replace(problem, visits=(*problem.visits, visit(20, LAMP, told=1)))
    assert find_faults(asked, found, standing) == []
    changes = {
        change.visit: (change.kind, change.after.people) for change in differences(asked, standing, found)
    }
    assert changes == {
        11: (ChangeKind.MEMBER, (2,)),
        12: (ChangeKind.MEMBER, (3,)),
        20: (ChangeKind.ASSIGNED, (1,)),
    }


def test_nobody_changes_who_need_not() -> None:
    problem, standing = office(*CHAIN)
    found = find_room(problem, standing, visit(20, LAMP), rounds=ROUNDS)
    assert found is not None
    assert [change.visit for change in differences(problem, standing, found)] == []


def test_no_promise_is_given_up_for_a_caller() -> None:
    problem, standing = office(*CHAIN, BUSY, away=3)
    assert find_room(problem, standing, visit(20, LAMP), rounds=ROUNDS) is None


def test_a_plan_that_cannot_be_kept_promises_nothing_more() -> None:
    problem, standing = office(*CHAIN, BUSY, away=2)
    assert find_room(problem, standing, visit(20, TAP), rounds=ROUNDS) is None


def test_any_window_of_the_caller_will_do() -> None:
    problem, standing = office(*CHAIN, BUSY, away=3)
    later = replace(visit(20, LAMP), windows=(TEN, Span(660, 780)))
    found = find_room(problem, standing, later, rounds=ROUNDS)
    assert found is not None
    starts = {stop.visit: stop.start for route in found.routes for stop in route.stops}
    assert starts == {11: 600, 12: 600, 14: 600, 20: 660}


def test_the_same_question_gets_the_same_answer() -> None:
    problem, standing = office(*CHAIN, BUSY)
    first, second = (find_room(problem, standing, visit(20, LAMP), rounds=ROUNDS) for _ in range(2))
    assert first == second
