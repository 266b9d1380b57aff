"""Requests that wait for a window: where they would fit into a plan. An idea for a call, never a promise."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import joinedload, selectinload

from handyman.board import ground, needs
from handyman.board.plans.facts import Facts, earlier_members
from handyman.board.plans.people import person_of
from handyman.board.plans.problem import Task
from handyman.board.plans.stored import Idea
from handyman.board.propose import suiting_spans
from handyman.board.refusals import NotBookableError
from handyman.board.wishes import NONE, Wishes, of_residents
from handyman.dispatch.problem import Point, Span
from handyman.dispatch.routing import Crew, Pin, Plan, Visit
from handyman.dispatch.rules import priority_of
from handyman.extensions import db
from handyman.models import ItemState, RequestItem, ServiceItem, ServiceRequest
from handyman.words import seoul_day

MOST = 100  # the oldest: no week has room for more


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """What is open of a request, and the windows in which the office might come."""

    id: int
    point: Point
    service_minutes: int
    skills: frozenset[str]
    team_size: int
    earlier: frozenset[int]
    priority: int
    windows: tuple[Span, ...]
    wishes: Wishes = NONE


def load(facts: Facts, now: datetime) -> list[WaitingRequest]:
    """The oldest that can be booked at all, with the office's windows that suit the caller."""
    query = (
        select(ServiceRequest)
        .where(text("service_requests.state = 'logged'"))
        .order_by(ServiceRequest.logged_at)
        .limit(MOST)
        .options(
            joinedload(ServiceRequest.address),
            selectinload(ServiceRequest.items)
            .joinedload(RequestItem.service_item)
            .options(selectinload(ServiceItem.skills), selectinload(ServiceItem.questions)),
        )
    )
    requests = db.session.scalars(query).unique().all()
    residents = [request.resident_id for request in requests]
    return list(_bookable(facts, requests, earlier_members(residents), of_residents(residents), now))


def _bookable(
    facts: Facts,
    requests: Sequence[ServiceRequest],
    earlier: Mapping[int, set[int]],
    wished: Mapping[int, Wishes],
    now: datetime,
) -> Iterator[WaitingRequest]:
    for request in requests:
        items = [item for item in request.items if item.state is ItemState.OPEN and item.left > 0]
        try:
            need = needs.need_of(request, items)
        except NotBookableError:
            continue
        waited = (seoul_day(now) - seoul_day(request.logged_at)).days
        if windows := tuple(_windows(facts, request)):
            yield WaitingRequest(
                request.id,
                ground.point(need.lat, need.lon),
                need.service_minutes,
                need.skills,
                need.team_size,
                frozenset(earlier.get(request.resident_id, ())),
                priority_of(waited, any(item.service_item.fall_risk for item in items)),
                windows,
                wished.get(request.resident_id, NONE),
            )


def _windows(facts: Facts, request: ServiceRequest) -> Iterator[Span]:
    for day in facts.days:
        if request.suits_from is None or day >= request.suits_from:
            offset = facts.offset(day)
            for span in suiting_spans(request.suits):
                if offset + span.start >= facts.now:
                    yield Span(offset + span.start, offset + span.end)


def optional_visits(task: Task, found: Plan, waiting: Sequence[WaitingRequest]) -> tuple[Visit, ...]:
    """What was promised stays where the plan has it; what waits may go where there is room."""
    people: dict[int, dict[int, int]] = {}
    starts: dict[int, int] = {}
    persons = {vehicle.id: vehicle.person for vehicle in task.problem.vehicles}
    for route in found.routes:
        for stop in route.visits:
            people.setdefault(stop.visit, {})[stop.crew] = persons[route.vehicle]
            starts[stop.visit] = stop.start
    kept = [
        _pinned(visit, people[visit.id], starts[visit.id])
        for visit in task.problem.visits
        if visit.id in starts
    ]
    return (*kept, *(_optional(task, request) for request in waiting))


def _pinned(visit: Visit, people: dict[int, int], start: int) -> Visit:
    return replace(visit, pin=Pin(tuple(people[crew] for crew in range(len(visit.crew))), start))


def _optional(task: Task, request: WaitingRequest) -> Visit:
    """Its id is below nothing, so that it meets no visit's."""
    days = task.facts.days
    people: Any = lambda ids: frozenset(person_of(who, day, task.facts) for who in ids for day in days)  # noqa: E731
    return Visit(
        id=-request.id,
        place=task.place(request.point),
        service=request.service_minutes,
        windows=request.windows,
        crew=(Crew(request.skills), *(Crew() for _ in range(request.team_size - 1))),
        priority=request.priority,
        refused=people(request.wishes.must_not),
        rather=people(request.wishes.rather),
        rather_not=people(request.wishes.rather_not),
        earlier=people(request.earlier),
        service_by_person={
            person_of(member.member_id, day, task.facts): member.minutes(request.service_minutes)
            for day, member in task.facts.member_days()
            if member.minutes(request.service_minutes) != request.service_minutes
        },
    )


def read_ideas(
    fitted: Plan, waiting: Iterable[WaitingRequest], member_of: Callable[[int], int]
) -> Iterator[Idea]:
    """Where what waits came to lie, by start."""
    requests = {-request.id: request for request in waiting}
    teams: dict[int, dict[int, int]] = {}
    starts: dict[int, int] = {}
    for route in fitted.routes:
        for stop in route.visits:
            if stop.visit in requests:
                teams.setdefault(stop.visit, {})[stop.crew] = member_of(route.vehicle)
                starts[stop.visit] = stop.start
    for visit_id, start in sorted(starts.items(), key=lambda pair: (pair[1], -pair[0])):
        request = requests[visit_id]
        span = next(span for span in request.windows if span.start <= start <= span.end)
        team = tuple(who for _crew, who in sorted(teams[visit_id].items()))
        yield Idea(request.id, start, (span.start, span.end), team)
