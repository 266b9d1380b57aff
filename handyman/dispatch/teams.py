"""People who start together: the cheapest set of members with a common minute, one of them able to lead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from handyman.dispatch.costs import place_cost
from handyman.dispatch.openings import OpenDay, Opening, Place, choose, tidy
from handyman.dispatch.problem import MemberDay, Role, Span, Stop
from handyman.dispatch.rules import Weights


@dataclass(frozen=True, slots=True)
class Contender:
    """A member who may do the job, on one day."""

    member_id: int
    role: Role
    ready: OpenDay
    standing_cost: float


class Seat(NamedTuple):
    cost: float
    member_id: int
    who: Contender
    place: Place


class Ejected(NamedTuple):
    """A visit that leaves its member's day, and who takes it over."""

    stop: Stop
    day: MemberDay  # of its member, as it is now
    home: Seat
    saved: int  # travel of its member


class Draft(NamedTuple):
    """A team before anybody's day is worked out in full; the lead stands first."""

    cost: float
    start: int
    places: tuple[tuple[Contender, Place], ...]
    least_travel: int  # of all who could have come
    ejected: Ejected | None = None

    @property
    def added_travel(self) -> int:
        """Of everybody whose day changes."""
        added = sum(place.added_travel for _, place in self.places)
        return added + self.ejected.home.place.added_travel - self.ejected.saved if self.ejected else added


def find_draft(
    contenders: Sequence[Contender], team_size: int, window: Span, weights: Weights
) -> Draft | None:
    """The cheapest team; of equals the earliest start, then the lower member ids."""
    if team_size == 1:
        return _draft(_seats(((who, who.ready.openings) for who in contenders), window, weights), 1)
    there = [(who, found) for who in contenders if (found := inside(who.ready.openings, window))]
    if len(there) < team_size:
        return None
    openings = [opening for _, inside in there for opening in inside]
    firsts = {minute for opening in openings for minute in first_minutes(opening, window)}
    tidied = {tidy(minute) for minute in firsts}
    best = _best_of(tidied, there, team_size, window, weights)
    return best or _best_of(firsts - tidied, there, team_size, window, weights)


def _best_of(
    starts: Iterable[int],
    there: Sequence[tuple[Contender, Sequence[Opening]]],
    team_size: int,
    window: Span,
    weights: Weights,
) -> Draft | None:
    """Where openings share any minute, they share the first minute of one of them: only those are tried."""
    best: Draft | None = None
    for start in sorted(starts):
        draft = _draft(_seats(there, window, weights, start), team_size)
        if draft and (best is None or draft.cost < best.cost):
            best = draft
    return best


def _seats(
    there: Iterable[tuple[Contender, Sequence[Opening]]],
    window: Span,
    weights: Weights,
    fixed_start: int | None = None,
) -> list[Seat]:
    seats = []
    for who, openings in there:
        if place := choose(openings, window, fixed_start):
            seats.append(seat_of(who, place, weights))
    return seats


def seat_of(who: Contender, place: Place, weights: Weights) -> Seat:
    cost = place_cost(place.added_travel, place.moves_others, place.slack, weights)
    return Seat(who.standing_cost + cost, who.member_id, who, place)


def _draft(seats: list[Seat], team_size: int) -> Draft | None:
    """The cheapest who can lead, and the cheapest others beside."""
    if len(seats) < team_size:
        return None
    seats.sort(key=lambda seat: (seat.cost, seat.member_id))
    lead = next((seat for seat in seats if seat.who.role is Role.LEAD), None)
    if lead is None:
        return None
    members = [lead, *[seat for seat in seats if seat is not lead][: team_size - 1]]
    return Draft(
        cost=sum(seat.cost for seat in members),
        start=lead.place.start,
        places=tuple((seat.who, seat.place) for seat in members),
        least_travel=min(seat.place.added_travel for seat in seats),
    )


def inside(openings: Iterable[Opening], window: Span) -> list[Opening]:
    return [o for o in openings if max(o.first, window.start) <= min(o.last, window.end)]


def first_minutes(opening: Opening, window: Span) -> tuple[int, int]:
    """The first minute of the opening, and the first from which nobody else has to move."""
    low, high = max(opening.first, window.start), min(opening.last, window.end)
    return low, min(max(low, opening.calm_first), high)
