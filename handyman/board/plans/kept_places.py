"""What is kept for callers, as a plan has to leave it: somebody is busy there and then."""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date

from handyman.board.plans.facts import Facts
from handyman.dispatch.problem import Point, Span
from handyman.dispatch.routing import Crew, Pin, Visit


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """One member's time. Its id is below zero, as that of no visit is. Times as a plan counts them."""

    id: int
    member_id: int
    day: date
    start: int
    service_minutes: int
    point: Point


def kept_places(facts: Facts, planned_for: Set[tuple[int, date]]) -> Sequence[KeptPlace]:
    """Of the members that are planned for; whoever is ill keeps nothing for anybody."""
    return [
        KeptPlace(
            stop.visit_id,
            member.member_id,
            day,
            facts.offset(day) + stop.start,
            stop.service_minutes,
            stop.point,
        )
        for day, member in facts.member_days()
        if (member.member_id, day) in planned_for
        for stop in member.stops
        if stop.visit_id < 0
    ]


def as_visits(
    kept: Iterable[KeptPlace], spot: Callable[[Point], int], person: Callable[[int, date], int]
) -> Iterable[Visit]:
    for place in kept:
        who = person(place.member_id, place.day)
        yield Visit(
            id=place.id,
            place=spot(place.point),
            service=place.service_minutes,
            windows=(Span(place.start, place.start),),
            crew=(Crew(),),
            promised=True,
            told=(who,),
            firm=True,
            told_start=place.start,
            pin=Pin((who,), place.start),
        )
