"""Routing problems drawn at random: small, odd, seldom kind. And plans for them that nobody would make."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from handyman.dispatch.problem import Span
from handyman.dispatch.routing import (
    EVER,
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
from handyman.dispatch.rules import BOARD, REPAIR, ROAD_ONLY, Weights

DAY, WORK = 1_000, 480  # a day begins every so often, and is so long
SKILLS = ("lamp", "rail", "screen")
FEELINGS = ("refused", "rather_not", "rather", "earlier")
seldom = st.sampled_from([False] * 7 + [True])
crews = st.lists(st.frozensets(st.sampled_from(SKILLS), max_size=2), min_size=1, max_size=2) | st.lists(
    st.just(frozenset[str]()), min_size=1, max_size=3
)
standings = st.tuples(  # promised, priority, firm, allowed
    st.booleans(), st.sampled_from([0, 0, 1, 5]), st.booleans(), st.sampled_from([True] * 9 + [False])
)
all_weights = st.sampled_from([BOARD, ROAD_ONLY, REPAIR])
by_hand = all_weights.map(lambda weights: replace(weights, waiting=0.0, tight=0.0, shifted=0.0))


@st.composite
def problems(
    draw: st.DrawFn,
    most_visits: int = 8,
    most_vehicles: int = 4,
    most_breaks: int = 2,
    weights: st.SearchStrategy[Weights] = by_hand,
) -> Problem:
    places = draw(st.integers(1, 6))
    people = draw(st.integers(1, most_vehicles))
    roster = draw(st.lists(st.integers(1, people), min_size=1, max_size=most_vehicles))
    days: dict[int, int] = {}
    vehicles = []
    for number, person in enumerate(roster, 101):
        days[person] = days.get(person, -1) + 1
        vehicles.append(draw(vehicles_of(number, person, days[person], places, most_breaks)))
    many = draw(st.integers(1, most_visits))
    return Problem(
        visits=tuple(
            draw(visits(number, places, people, max(days.values()) + 1)) for number in range(1, many + 1)
        ),
        vehicles=tuple(vehicles),
        people=tuple(draw(persons(number)) for number in range(1, people + 1)),
        travel={profile: draw(tables(places, 60)) for profile in ("car", "walk")},
        cost={"walk": draw(tables(places, 90)).astype(np.float64)} if draw(st.booleans()) else {},
        weights=draw(weights),
    )


@st.composite
def tables(draw: st.DrawFn, places: int, longest: int) -> NDArray[np.int64]:
    """Ways there and back differ, and may be longer than by way of somewhere else."""
    drawn = np.frombuffer(draw(st.binary(min_size=places**2, max_size=places**2)), np.uint8)
    table = drawn.reshape(places, places).astype(np.int64) * longest // 255
    np.fill_diagonal(table, 0)
    return table


@st.composite
def persons(draw: st.DrawFn, number: int) -> Person:
    used = draw(st.sampled_from([0, 0, 60, 300]))
    cap = draw(st.none() | st.none() | st.integers(0, 300))
    return Person(number, used, None if cap is None else used + cap, draw(st.none() | st.integers(0, 600)))


@st.composite
def vehicles_of(
    draw: st.DrawFn, number: int, person: int, day: int, places: int, most_breaks: int
) -> Vehicle:
    start, end = day * DAY, day * DAY + WORK
    where = st.none() | st.integers(0, places - 1)
    return Vehicle(
        id=number,
        person=person,
        start=draw(where),
        end=draw(where),
        shifts=draw(shifts(start, end)),
        hours=draw(st.just(EVER) | st.just(Span(start, end)) | st.just(Span(start - 60, end + 60))),
        breaks=draw(pauses(start, end))[:most_breaks],
        skills=draw(st.sampled_from([frozenset(SKILLS)] * 3 + [frozenset(SKILLS[:1])])),
        profile=draw(st.sampled_from(["car", "walk"])),
        max_tasks=draw(st.none() | st.none() | st.integers(0, 4)),
        max_travel=draw(st.none() | st.none() | st.integers(0, 240)),
        max_service=draw(st.none() | st.none() | st.integers(0, 300)),
        capacity=draw(st.just(()) | st.just(()) | st.tuples(st.integers(0, 6), st.integers(2, 6))),
        fixed_cost=draw(st.sampled_from([0.0, 0.0, 25.0])),
        rate=draw(st.sampled_from([1.0, 1.0, 0.5])),
        away=draw(st.sampled_from([False, False, False, False, True])),
    )


@st.composite
def shifts(draw: st.DrawFn, start: int, end: int) -> tuple[Span, ...]:
    noon = draw(st.integers(start + 120, end - 120))
    gap = draw(st.integers(0, 90))
    return draw(
        st.sampled_from([(Span(start, end),), (Span(start, noon), Span(noon + gap, end)), (Span(noon, end),)])
    )


@st.composite
def pauses(draw: st.DrawFn, start: int, end: int) -> tuple[Pause, ...]:
    many = draw(st.sampled_from([0, 0, 0, 1, 1, 2]))
    return tuple(
        Pause(number, draw(windows(start, end - 40, 2)), draw(st.integers(0, 40)))
        for number in range(1, many + 1)
    )


@st.composite
def windows(draw: st.DrawFn, start: int, end: int, most: int = 3) -> tuple[Span, ...]:
    opens = draw(st.lists(st.integers(start, end), min_size=1, max_size=most))
    return tuple(Span(first, first + draw(st.integers(0, 120))) for first in opens)


@st.composite
def visits(draw: st.DrawFn, number: int, places: int, people: int, days: int) -> Visit:
    crew = tuple(Crew(skills) for skills in draw(crews))
    somebody = st.integers(1, people)
    day = draw(st.integers(0, days - 1)) * DAY
    promised, priority, firm, allowed = draw(standings)
    feelings = draw(st.lists(st.tuples(st.sampled_from(FEELINGS), somebody), max_size=4))
    told = draw(st.just(()) | st.tuples(*(st.none() | somebody for _ in crew)))
    pin = None
    if draw(seldom):
        pin = Pin(tuple(draw(somebody) for _ in crew), draw(st.none() | st.integers(day, day + WORK)))
    return Visit(
        id=number,
        place=draw(st.integers(0, places - 1)),
        service=draw(st.integers(0, 90)),
        windows=draw(st.just((EVER,)) | windows(day, day + WORK)),
        crew=crew,
        setup=draw(st.sampled_from([0, 0, 0, 10])),
        promised=promised,
        priority=priority,
        amount=draw(st.just(()) | st.tuples(st.integers(0, 3), st.integers(0, 3))),
        service_by_person=draw(st.dictionaries(somebody, st.integers(0, 120), max_size=1)),
        told=told,
        firm=firm,
        pin=pin,
        allowed=allowed,
        **{name: frozenset(who for feeling, who in feelings if feeling == name) for name in FEELINGS},
    )


@st.composite
def nonsense(draw: st.DrawFn, problem: Problem) -> Plan:
    """Stops that may be late, double, of others, or of nobody."""
    number = st.integers(0, len(problem.visits) + 1)
    stop = st.builds(PlannedStop, number, st.integers(0, 3 * DAY), st.integers(0, 2), st.booleans())
    routes = st.builds(
        PlannedRoute,
        st.integers(100, 101 + len(problem.vehicles)),
        st.lists(stop, max_size=5).map(tuple),
    )
    return Plan(tuple(draw(st.lists(routes, max_size=4))), draw(st.lists(number, max_size=3).map(tuple)))
