"""One ejection: a promised visit goes to another member, its window kept, and a job fits where it did not.

Asked only where a window is refused otherwise. Exact as everything in a call: both days, and a crew's common
start, are those of `openings`. A crew's visit, one under way, pinned or chosen by hand never changes its
member, nor does one that its member may have set out for. Nobody of the job's own crew takes a visit over.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from handyman.dispatch.costs import standing_cost
from handyman.dispatch.day_plan import without
from handyman.dispatch.eligibility import find_exclusion
from handyman.dispatch.openings import Opening, choose, find_legs, in_order, open_day, tidy
from handyman.dispatch.problem import Job, MemberDay, Role, Span, Stop, Travel
from handyman.dispatch.ranking import find_role
from handyman.dispatch.rules import Weights
from handyman.dispatch.teams import Contender, Draft, Ejected, Seat, first_minutes, inside, seat_of

MOST_PEOPLE = 2  # of larger crews nobody is freed: the board has none
HOMES = 2  # the best, and the next where the best is the crew's other member
NOBODYS_LEAST = -(10**6)  # nobody's travel is called the least where others had to move


class Leaving(NamedTuple):
    """A member's day without one of its visits, and who could take that visit over."""

    who: Contender
    day: MemberDay  # as it is now
    stop: Stop
    homes: tuple[Seat, ...]  # the cheapest first
    saved: int  # travel
    worth: float  # what it costs that its member has the visit now, less what it costs to tell them otherwise

    def change(self, home: Seat) -> float:
        """What it costs that somebody else goes."""
        return home.cost - self.worth


def find_ejection(
    job: Job,
    leavings: Sequence[Leaving],
    contenders: Sequence[Contender],
    window: Span,
    weights: Weights,
) -> Draft | None:
    """The cheapest team of which one member is freed; of equals the earliest, then the lower ids."""
    if job.team_size == 1:
        return _eject_for_one(leavings, window, weights)
    starts = _starts(leavings, contenders, window)
    for tidied in (True, False):
        wanted = {tidy(start) if tidied else start for start in starts}
        found = [
            draft
            for start in wanted
            if tidied or start != tidy(start)
            for draft in _eject_for_two(leavings, contenders, window, start, weights)
        ]
        if found:
            return min(found, key=lambda each: each[0])[1]
    return None


def find_leavings(
    job: Job, days: Sequence[MemberDay], travel: Travel, earliest: int, weights: Weights
) -> list[Leaving]:
    """Every visit that may change its member and that somebody else could take over."""
    if job.team_size > MOST_PEOPLE:
        return []
    return [
        leaving
        for day in days
        for stop in in_order(day.stops)
        if stop.may_change and not stop.pinned
        for leaving in _leave(job, day, stop, days, travel, earliest, weights)
    ]


def _leave(
    job: Job,
    day: MemberDay,
    stop: Stop,
    days: Sequence[MemberDay],
    travel: Travel,
    earliest: int,
    weights: Weights,
) -> Iterator[Leaving]:
    rest, stops = without(day, stop.visit_id), in_order(day.stops)
    role, exclusion = find_role(job, rest, None)
    legs, at = find_legs(day, [each.point for each in stops], travel), stops.index(stop)
    if exclusion or day.departure(stop.start, legs[at]) < earliest:
        return
    ready = open_day(job, rest, travel, earliest)
    homes = _find_homes(stop, day, days, travel, earliest, weights)
    if ready.openings and homes:
        saved = sum(legs) - sum(ready.legs)
        who = Contender(day.member_id, role, ready, standing_cost(job, rest, weights))
        worth = standing_cost(stop.job, rest, weights) + weights.travel * saved
        yield Leaving(who, day, stop, homes, saved, worth - (weights.firm if stop.agreed else weights.told))


def _find_homes(
    stop: Stop, day: MemberDay, days: Sequence[MemberDay], travel: Travel, earliest: int, weights: Weights
) -> tuple[Seat, ...]:
    seats = []
    for other in days:
        if other.member_id == day.member_id or find_exclusion(stop.job, other):
            continue
        ready = open_day(stop.job, other, travel, earliest)
        who = Contender(other.member_id, Role.LEAD, ready, standing_cost(stop.job, other, weights))
        if place := choose(ready.openings, stop.window):
            seats.append(seat_of(who, place, weights))
    return tuple(sorted(seats, key=lambda seat: (seat.cost, seat.member_id))[:HOMES])


def _eject_for_one(leavings: Sequence[Leaving], window: Span, weights: Weights) -> Draft | None:
    found = []
    for leaving in leavings:
        place = choose(leaving.who.ready.openings, window)
        if place and leaving.who.role is Role.LEAD:
            seat, home = seat_of(leaving.who, place, weights), leaving.homes[0]
            total = seat.cost + leaving.change(home)
            key = (total, leaving.day.member_id, leaving.stop.visit_id)
            found.append((key, _draft(total, [seat], leaving, home)))
    return min(found, key=lambda each: each[0])[1] if found else None


def _eject_for_two(
    leavings: Sequence[Leaving],
    contenders: Sequence[Contender],
    window: Span,
    start: int,
    weights: Weights,
) -> Iterator[tuple[tuple[float, ...], Draft]]:
    places = [(who, choose(who.ready.openings, window, start)) for who in contenders]
    mates = [seat_of(who, place, weights) for who, place in places if place]
    for leaving in leavings:
        place = choose(leaving.who.ready.openings, window, start)
        if place is None:
            continue
        seat = seat_of(leaving.who, place, weights)
        for mate in mates:
            homes = [home for home in leaving.homes if home.member_id != mate.member_id]
            leads = Role.LEAD in (seat.who.role, mate.who.role)
            if mate.member_id == seat.member_id or not homes or not leads:
                continue
            total = seat.cost + leaving.change(homes[0]) + mate.cost
            ids = (leaving.day.member_id, leaving.stop.visit_id)
            key = (total, start, *ids, mate.cost, mate.member_id)
            yield key, _draft(total, [seat, mate], leaving, homes[0])


def _draft(total: float, seats: list[Seat], leaving: Leaving, home: Seat) -> Draft:
    """The cheaper who can lead goes first."""
    seats.sort(key=lambda seat: (seat.who.role is not Role.LEAD, seat.cost, seat.member_id))
    return Draft(
        cost=total,
        start=seats[0].place.start,
        places=tuple((seat.who, seat.place) for seat in seats),
        least_travel=NOBODYS_LEAST,
        ejected=Ejected(leaving.stop, leaving.day, home, leaving.saved),
    )


def _starts(leavings: Sequence[Leaving], contenders: Sequence[Contender], window: Span) -> set[int]:
    there = [who.ready.openings for who in contenders] + [each.who.ready.openings for each in leavings]
    openings: list[Opening] = [opening for each in there for opening in inside(each, window)]
    return {minute for opening in openings for minute in first_minutes(opening, window)}
