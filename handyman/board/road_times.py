"""Travel times for the board: of the road service where one is set and has answered, else the estimate.

`travel()` only looks and may be used inside a transaction. `prefetch` and its like ask by HTTP: they come
before a transaction, and when they have to ask they end the one that they find open.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select

from handyman.board import gateways
from handyman.board.road_asking import Asker, Question, questions
from handyman.board.road_memory import NO_WAY, Pair, RoadMemory, place_of
from handyman.dispatch import travel as estimate
from handyman.dispatch.problem import Point, TravelMode
from handyman.dispatch.roads import Estimate, Roads
from handyman.dispatch.travel import Minutes, great_circle_metres
from handyman.extensions import db, now, rows, settings
from handyman.models import Address, Member, ServiceRequest, Visit, VisitState

if TYPE_CHECKING:
    from handyman.config import Settings

MOST_NEAR = 300  # places asked for in a call, the nearest first: nobody comes from the other end of a city


ESTIMATE = Estimate()


class RoadTimes:
    """By the road for each pair that is known, by the distance for the rest."""

    def __init__(self, memory: RoadMemory) -> None:
        self._memory = memory

    def minutes(self, a: Point, b: Point, mode: TravelMode) -> int:
        seconds = self._memory.seconds(mode, place_of(a), place_of(b))
        if seconds is None or seconds == NO_WAY:
            return estimate.minutes(a, b, mode)
        return estimate.minutes_by_road(seconds, mode)

    def table(self, points: Sequence[Point], mode: TravelMode) -> Minutes:
        table = ESTIMATE.table(points, mode)
        places = [place_of(point) for point in points]
        for place, line in zip(places, table, strict=True):
            self._correct(line, [self._memory.from_here(mode, place).get(end) for end in places], mode)
        return table

    def row(self, point: Point, points: Sequence[Point], mode: TravelMode) -> tuple[Minutes, Minutes]:
        to, back = ESTIMATE.row(point, points, mode)
        here, places = place_of(point), [place_of(other) for other in points]
        self._correct(to, [self._memory.from_here(mode, here).get(end) for end in places], mode)
        self._correct(back, [self._memory.seconds(mode, start, here) for start in places], mode)
        return to, back

    def _correct(self, line: Minutes, known: Sequence[int | None], mode: TravelMode) -> None:
        for index, seconds in enumerate(known):
            if seconds is not None and seconds != NO_WAY:
                line[index] = estimate.minutes_by_road(seconds, mode)


@dataclass(frozen=True, slots=True)
class _Office:
    """All that belongs to the road service of one office, in this process."""

    profiles: tuple[tuple[TravelMode, str], ...]
    memory: RoadMemory
    asker: Asker
    times: RoadTimes


def travel() -> Roads:
    """The times to plan with. Without a service it costs nothing, with one a short look into the table."""
    office = _office()
    if office is None:
        return ESTIMATE
    office.memory.refresh(now())
    return office.times


def prefetch(points: Sequence[Point], first: date, last: date, *, keep: bool = False) -> None:
    """Ask for the ways between these points and all homes and visits of the days, while a caller waits.

    `keep` writes them down for other processes: for what is going to be promised.
    """
    office = _office()
    if office is None:
        return
    office.memory.refresh(now())
    places = _places(first, last)
    ways = [
        _Ways(mode, profile, point, _nearest(point, places.get(mode, ())))
        for mode, profile in office.profiles
        for point in points
    ]
    asked = [question for each in ways for question in each.unknown(office.memory)]
    if asked or keep:
        db.session.rollback()
    office.memory.learn(office.asker.ask(asked))
    if keep:
        office.memory.write([pair for each in ways for pair in each.pairs()], now())


def prefetch_request(request_id: int, day: date) -> None:
    """Before a visit of that request is promised for the day."""
    if _office() is not None:
        _prefetch_home(select(ServiceRequest.address_id).where(ServiceRequest.id == request_id), day)


def prefetch_visit(visit_id: int, day: date) -> None:
    """Before that visit moves to the day."""
    if _office() is not None:
        _prefetch_home(select(Visit.address_id).where(Visit.id == visit_id), day)


def _prefetch_home(address_id: Select[Any], day: date) -> None:
    home = select(Address.lat, Address.lon).where(
        Address.id.in_(address_id), Address.lat.is_not(None), Address.lon.is_not(None)
    )
    prefetch([Point(row.lat, row.lon) for row in rows(home).all()], day, day, keep=True)


def prepare(days: Iterable[date]) -> None:
    """Ask for all ways within each of these days, before they are planned; nobody waits."""
    office = _office()
    if office is None or office.asker.rests:
        return
    office.memory.refresh(now())
    for day in days:
        places = _places(day, day)
        asked = [
            question
            for mode, profile in office.profiles
            for question in _ways_within(places.get(mode, ()), mode, profile, office.memory)
        ]
        db.session.rollback()
        for told in office.asker.ask_at_leisure(asked):
            office.memory.learn(told)
            office.memory.write([each.pair for each in told], now())


@dataclass(frozen=True, slots=True)
class _Ways:
    """All between one point and others, there and back."""

    mode: TravelMode
    profile: str
    point: Point
    others: Sequence[Point]

    def unknown(self, memory: RoadMemory) -> list[Question]:
        """What nobody has been asked: one row and one column."""
        mode, here = self.mode, place_of(self.point)
        to = [other for other in self.others if memory.seconds(mode, here, place_of(other)) is None]
        back = [other for other in self.others if memory.seconds(mode, place_of(other), here) is None]
        return [
            *questions(mode, self.profile, [self.point], to),
            *questions(mode, self.profile, back, [self.point]),
        ]

    def pairs(self) -> Iterator[Pair]:
        here = place_of(self.point)
        for there in map(place_of, self.others):
            yield self.mode, here, there
            yield self.mode, there, here


def _nearest(point: Point, places: Sequence[Point]) -> list[Point]:
    return sorted(places, key=lambda place: great_circle_metres(point, place))[:MOST_NEAR]


def _ways_within(
    places: Sequence[Point], mode: TravelMode, profile: str, memory: RoadMemory
) -> list[Question]:
    """Whatever is missing: whole rows, for a service tells a row as quickly as a pair."""
    numbers = [place_of(place) for place in places]
    starts = [
        place
        for place, start in zip(places, numbers, strict=True)
        if any(memory.seconds(mode, start, end) is None for end in numbers if end != start)
    ]
    return list(questions(mode, profile, starts, places))


def _places(first: date, last: date) -> dict[TravelMode, list[Point]]:
    """By way of travelling: where the days of its users begin and end, and all visits."""
    stops = (
        select(Address.lat, Address.lon)
        .join(Visit, Visit.address_id == Address.id)
        .where(Visit.day.between(first, last), Visit.state != VisitState.CANCELLED, Address.lat.is_not(None))
        .distinct()
        .order_by(Address.lat, Address.lon)
    )
    members = select(
        Member.travel_mode,
        func.coalesce(Member.start_lat, Member.home_lat),
        func.coalesce(Member.start_lon, Member.home_lon),
        func.coalesce(Member.end_lat, Member.home_lat),
        func.coalesce(Member.end_lon, Member.home_lon),
    ).where(Member.active)
    visits = [Point(row.lat, row.lon) for row in rows(stops)]
    found: dict[TravelMode, list[Point]] = {}
    for mode, *ends in rows(members.order_by(Member.id)):
        begin, end = Point(*ends[:2]), Point(*ends[2:])
        found.setdefault(TravelMode(mode), []).extend((begin, end))
    return {mode: list(dict.fromkeys([*places, *visits])) for mode, places in found.items()}


def _office() -> _Office | None:
    """None where no service is set."""
    office = settings()
    return _office_of(office) if office.travel_matrix_url else None


@lru_cache(maxsize=8)
def _office_of(office: "Settings") -> _Office:
    """Always the same one: it remembers what was told, and who is in trouble."""
    memory = RoadMemory(office.travel_matrix_days)
    return _Office(
        profiles=tuple((TravelMode(mode), profile) for mode, profile in office.travel_matrix_profiles),
        memory=memory,
        asker=Asker(gateways.choose(office), office.travel_matrix_seconds),
        times=RoadTimes(memory),
    )
