"""The facts of some days as a routing problem, and what stands on them as a plan of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from handyman.board.plans.facts import DAY, Facts, PromisedVisit
from handyman.board.plans.kept_places import KeptPlace, as_visits, kept_places
from handyman.board.plans.people import HeldTime, people_of, person_of, vehicle_id
from handyman.board.plans.stances import Stance, Stances, Treatment, present
from handyman.board.plans.stored import Held
from handyman.dispatch.problem import MemberDay, Point, Span, merge_spans
from handyman.dispatch.roads import Roads
from handyman.dispatch.routing import (
    Crew,
    Pause,
    Pin,
    Plan,
    PlannedRoute,
    PlannedStop,
    Problem,
    Vehicle,
    Visit,
)

BREAK = 1  # a member has one at most


@dataclass(frozen=True, slots=True)
class Task:
    """A problem, and how its words lead back to the rows."""

    facts: Facts
    stances: Stances
    problem: Problem
    standing: Plan
    here: frozenset[tuple[int, date]]
    places: Mapping[int, tuple[int, ...]]  # of each visit of the problem: which places of the team it plans
    spots: Mapping[Point, int]  # rows of the travel tables
    kept: Sequence[KeptPlace] = ()  # for callers

    def vehicle(self, member_id: int, start: int) -> int:
        return vehicle_id(member_id, start // DAY)

    def place(self, point: Point) -> int:
        return self.spots[point]


def make_task(
    facts: Facts, stances: Stances, treatment: Treatment, roads: Roads, others: Iterable[Point] = ()
) -> Task:
    """`others` are places that are asked about later, with the same travel times."""
    here = present(facts, treatment)
    part = _taking_part(facts, stances, here)
    spots = _Spots()
    visits = tuple(_visit(visit, places, facts, stances, here, spots) for visit, places in part)
    kept = kept_places(facts, here - stances.frozen)
    held = HeldTime(facts, part, kept)
    vehicles = tuple(
        _vehicle(facts, stances, here, held, spots, day, member)
        for day, member in facts.member_days()
        if member.shifts or held.minutes[member.member_id, day]
    )
    for point in others:
        spots.row(point)
    person = partial(person_of, facts=facts)
    problem = Problem(
        visits=(*visits, *as_visits(kept, spots.row, person)),
        vehicles=vehicles,
        people=tuple(people_of(facts, held)),
        travel={
            mode: np.asarray(roads.table(spots.points, mode), np.int64)
            for mode in sorted({member.mode for _day, member in facts.member_days()})
        },
    )
    places = {visit.id: places for visit, places in part}
    task = Task(facts, stances, problem, Plan(), here, places, spots.rows, kept)
    return replace(task, standing=plan_of(task, {visit.id: visit.held for visit in facts.visits}))


def plan_of(task: Task, held: Mapping[int, Held]) -> Plan:
    """What is held as a plan of this problem, around what is kept; what it does not know is left out."""
    known = {vehicle.id for vehicle in task.problem.vehicles}
    stops: dict[int, list[PlannedStop]] = defaultdict(list)
    for visit_id, places in task.places.items():
        if visit_id not in held:
            continue
        of = held[visit_id]
        for crew, place in enumerate(places):
            who = of.team[place]
            if who is not None and (vehicle := task.vehicle(who, of.start)) in known:
                stops[vehicle].append(PlannedStop(visit_id, of.start, crew))
    for kept in task.kept:
        stops[task.vehicle(kept.member_id, kept.start)].append(PlannedStop(kept.id, kept.start))
    order = [vehicle for vehicle in task.problem.vehicles if vehicle.id in stops]
    return Plan(tuple(_route(vehicle, stops[vehicle.id]) for vehicle in order))


def _route(vehicle: Vehicle, stops: Sequence[PlannedStop]) -> PlannedRoute:
    """In the order of the clock, with the breaks, which have their fixed time."""
    breaks = (PlannedStop(one.id, one.windows[0].start, is_break=True) for one in vehicle.breaks)
    return PlannedRoute(
        vehicle.id,
        tuple(sorted([*stops, *breaks], key=lambda stop: (stop.start, stop.is_break, stop.visit))),
    )


class _Spots:
    """Places, each a row of the travel tables."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.rows: dict[Point, int] = {}

    def row(self, point: Point) -> int:
        if point not in self.rows:
            self.rows[point] = len(self.points)
            self.points.append(point)
        return self.rows[point]


def _taking_part(
    facts: Facts, stances: Stances, here: frozenset[tuple[int, date]]
) -> list[tuple[PromisedVisit, tuple[int, ...]]]:
    """The visits of the problem; of a fixed one only the places of those who can come and are planned for."""
    part: list[tuple[PromisedVisit, tuple[int, ...]]] = []
    for visit in facts.visits:
        if stances.of[visit.id] is Stance.FREE:
            part.append((visit, tuple(range(len(visit.team)))))
        elif stances.of[visit.id] is Stance.FIXED:
            part.append((visit, _tied(visit, here - stances.frozen)))
    return [(visit, places) for visit, places in part if places]


def _tied(visit: PromisedVisit, free: Set[tuple[int | None, date]]) -> tuple[int, ...]:
    return tuple(
        place
        for place, held in enumerate(visit.team)
        if (held.member_id, visit.day) in free and held.member_id not in visit.wishes.must_not
    )


def _vehicle(
    facts: Facts,
    stances: Stances,
    here: frozenset[tuple[int, date]],
    held: HeldTime,
    spots: _Spots,
    day: date,
    member: MemberDay,
) -> Vehicle:
    offset, key = facts.offset(day), (member.member_id, day)
    begins, where = _begins(facts, stances, day, member)
    own = held.minutes[key]
    other = sum(stop.service_minutes for stop in member.stops) - own
    cap = None if member.daily_cap is None else max(member.daily_cap - other, own)
    return Vehicle(
        id=vehicle_id(member.member_id, offset // DAY),
        person=person_of(member.member_id, day, facts),
        start=spots.row(where),
        end=spots.row(member.goal),
        shifts=merge_spans(
            [*(_later(span, offset) for span in member.shifts), *_set_times(facts, stances, day, member)]
        ),
        hours=Span(max(offset, begins), offset + DAY),
        skills=member.skills,
        breaks=_breaks(facts, day, member, begins),
        profile=member.mode.value,
        max_service=cap,
        away=key not in here or key in stances.frozen,
    )


def _begins(facts: Facts, stances: Stances, day: date, member: MemberDay) -> tuple[int, Point]:
    """From when on, and from where, a member is free: today, behind whatever is under way."""
    begins = facts.now
    where = facts.left.get((member.member_id, day), member.home)
    for visit in facts.visits:
        busy = stances.of[visit.id] is Stance.BUSY and visit.day == day and visit.point is not None
        if busy and any(place.member_id == member.member_id for place in visit.team):
            begun = visit.start if visit.arrived is None else visit.arrived
            end = max(begun + member.minutes(visit.service_minutes), facts.now)
            if end >= begins:
                begins, where = end, visit.point or where
    return begins, where


def _breaks(facts: Facts, day: date, member: MemberDay, begins: int) -> tuple[Pause, ...]:
    """What is left of the member's break."""
    if member.rest is None:
        return ()
    rest = _later(member.rest, facts.offset(day))
    first = max(rest.start, begins)
    return (Pause(BREAK, (Span(first, first),), rest.end - first),) if first < rest.end else ()


def _set_times(facts: Facts, stances: Stances, day: date, member: MemberDay) -> Iterable[Span]:
    """A visit that stays where somebody set it may lie outside the usual hours."""
    for visit in facts.visits:
        fixed = stances.of[visit.id] is Stance.FIXED and visit.day == day
        if fixed and any(place.member_id == member.member_id for place in visit.team):
            yield Span(visit.start, visit.start + member.minutes(visit.service_minutes))


def _later(span: Span, minutes: int) -> Span:
    return Span(span.start + minutes, span.end + minutes)


def _visit(
    visit: PromisedVisit,
    places: tuple[int, ...],
    facts: Facts,
    stances: Stances,
    here: frozenset[tuple[int, date]],
    spots: _Spots,
) -> Visit:
    assert visit.point is not None  # noqa: S101  # without one it does not take part
    people: Any = lambda ids: frozenset(person_of(who, visit.day, facts) for who in ids)  # noqa: E731
    held = [visit.team[place].member_id for place in places]
    told = tuple(None if who is None else person_of(who, visit.day, facts) for who in held)
    made = Visit(
        id=visit.id,
        place=spots.row(visit.point),
        service=visit.service_minutes,
        windows=(visit.window,),
        crew=tuple(Crew(visit.skills if place == 0 else frozenset()) for place in places),
        promised=True,
        service_by_person=_paces(visit, facts),
        priority=visit.priority,
        refused=people(visit.refused | visit.wishes.must_not),
        rather=people(visit.wishes.rather),
        rather_not=people(visit.wishes.rather_not),
        earlier=people(visit.earlier),
        told=told if any(who is not None for who in told) else (),
        firm=any(visit.team[place].agreed for place in places),
        told_start=visit.start if any(who is not None for who in told) else None,
    )
    if stances.of[visit.id] is Stance.FREE:
        return made
    pin = Pin(tuple(who for who in told if who is not None), visit.start)
    crew, window = tuple(Crew() for _ in places), Span(visit.start, visit.start)
    return replace(made, crew=crew, windows=(window,), pin=pin, refused=frozenset())


def _paces(visit: PromisedVisit, facts: Facts) -> Mapping[int, int]:
    return {
        person_of(member.member_id, visit.day, facts): member.minutes(visit.service_minutes)
        for member in facts.roster.days[visit.day]
        if member.minutes(visit.service_minutes) != visit.service_minutes
    }
