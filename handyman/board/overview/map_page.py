"""What the map of a day shows: each member's way from visit to visit, by the point of each home."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, bindparam, select

from handyman.board.press_keys import ROW_KEYS
from handyman.extensions import rows
from handyman.models import Address, Assignment, AssignmentState, Member, Person, Visit, VisitState

COLOURS = 8  # as many can be told apart; the sign of the member stands on every pin besides
NOBODY = "?"
MEMBERS = select(Member.id, Member.name).where(Member.active).order_by(Member.id)
STOPS = (
    select(
        Visit.id,
        Visit.state,
        Visit.start,
        Person.name.label("resident"),
        Address.haengjeong_dong,
        Address.beopjeong_dong,
        Address.lat,
        Address.lon,
        Assignment.member_id,
        Assignment.state.label("place"),
    )
    .join(Person, Person.id == Visit.resident_id)
    .join(Address, Address.id == Visit.address_id)
    .join(Assignment, Assignment.visit_id == Visit.id)
    .where(Visit.day == bindparam("day", type_=Date()), Visit.state != VisitState.CANCELLED)
    .order_by(Visit.start, Visit.id)
)


@dataclass(frozen=True, slots=True)
class Stop:
    visit_id: int
    state: str
    start: datetime
    resident: str
    dong: str
    lat: float | None
    lon: float | None


@dataclass(slots=True)
class Route:
    """One member's day; the same sign as on the day board."""

    name: str
    sign: str
    colour: int = 0  # of what nobody has taken; the others have theirs among those who go out that day
    stops: list[Stop] = field(default_factory=list)


def load(day: date) -> Sequence[Route]:
    """Whoever has visits, in the order of the board; then what nobody has taken. Two queries."""
    routes: dict[int | None, Route] = {}
    for at, row in enumerate(rows(MEMBERS)):
        sign = ROW_KEYS[at] if at < len(ROW_KEYS) else str(at + 1)
        routes[row.id] = Route(row.name, sign)
    routes[None] = Route("", NOBODY)
    for found in rows(STOPS, day=day):
        member_id = None if found.place is AssignmentState.OPEN else found.member_id
        if member_id in routes:
            routes[member_id].stops.append(_stop(found))
    shown = [route for route in routes.values() if route.stops]
    for at, route in enumerate(route for route in shown if route.sign != NOBODY):
        route.colour = at % COLOURS + 1
    return shown


def _stop(row: Any) -> Stop:
    dong = row.haengjeong_dong or row.beopjeong_dong
    return Stop(row.id, row.state.value, row.start, row.resident, dong, row.lat, row.lon)
