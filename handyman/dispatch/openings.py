"""Where one job fits into one member's day: exact, in whole minutes, the order of the stops kept.

Each stop has an earliest and a latest start, such that all stops before and after it keep their promises.
A job fits between two stops when it can start after the earliest end of the one and end before the latest
start of the other.
A day that cannot be kept as it stands (set by hand) is not mended here: its stops stay where they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from handyman.dispatch.problem import Job, MemberDay, Point, Span, Stop, Travel, merge_spans

NEVER = 10**6  # later than any minute of a day
TIDY_MINUTES = 5  # starts are told as 10:05, not 10:03, where that costs nobody anything


class Opening(NamedTuple):
    """The job may start from `first` to `last`; from `calm_first` to `calm_last` nobody else has to move."""

    position: int
    first: int
    last: int
    calm_first: int
    calm_last: int
    added_travel: int


class Place(NamedTuple):
    """A chosen start in an opening. Compares as we choose: least travel, nobody moved, earliest."""

    added_travel: int
    moves_others: bool
    start: int
    position: int
    slack: int


@dataclass(frozen=True, slots=True)
class Insertion:
    start: int
    position: int  # before the stop that is now at this place of the day; 0 is first
    added_travel: int
    moved: Mapping[int, int] = field(hash=False)  # visit id -> new start
    slack: int  # minutes the start may slip with every promise behind it still kept


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A member's day made ready for one job."""

    day: MemberDay
    stops: tuple[Stop, ...]
    allowed: tuple[tuple[Span, ...], ...]  # for each stop, the starts it may have
    legs: tuple[int, ...]  # travel to each stop from the place before; the last one leads home
    to_job: tuple[int, ...]  # travel to the job from home and from each stop
    from_job: tuple[int, ...]  # travel from the job to each stop and home
    service_minutes: int  # of the job, at this member's pace
    openings: tuple[Opening, ...] = ()


def open_day(job: Job, day: MemberDay, travel: Travel, earliest: int = 0) -> OpenDay:
    stops = in_order(day.stops)
    places = [stop.point for stop in stops]
    to_job = tuple(travel(place, job.point, day.mode) for place in (day.home, *places))
    from_job = tuple(travel(job.point, place, day.mode) for place in (*places, day.goal))
    ready = ready_day(job, day, stops, find_legs(day, places, travel), to_job, from_job, earliest)
    return replace(ready, openings=_find_openings(ready, merge_spans(day.shifts), earliest))


def ready_day(
    job: Job,
    day: MemberDay,
    stops: tuple[Stop, ...],
    legs: tuple[int, ...],
    to_job: tuple[int, ...],
    from_job: tuple[int, ...],
    earliest: int,
) -> OpenDay:
    """Of ways that are known already, without its openings."""
    shifts = merge_spans(day.shifts)
    kept = is_kept(day, stops, legs)
    allowed = tuple(allowed_starts(stop, shifts, earliest) if kept else (_only(stop),) for stop in stops)
    return OpenDay(day, stops, allowed, legs, to_job, from_job, day.minutes(job.service_minutes))


def in_order(stops: Iterable[Stop]) -> tuple[Stop, ...]:
    return tuple(sorted(stops, key=lambda stop: (stop.start, stop.end, stop.visit_id)))


def is_kept(day: MemberDay, stops: Sequence[Stop], legs: Sequence[int]) -> bool:
    """Whether the member can be at each stop in time, as the day stands."""
    ways = zip(pairwise(stops), legs[1:], strict=False)
    return all(day.arrival(a.end, leg) <= b.start for (a, b), leg in ways)


def allowed_starts(stop: Stop, shifts: Sequence[Span], earliest: int) -> tuple[Span, ...]:
    """The starts inside promise and shift. What is pinned, past or already outside them stays put."""
    if stop.pinned or stop.start < earliest:
        return (_only(stop),)
    first, last = stop.window.start, stop.window.end
    spans = (Span(max(first, s.start), min(last, s.end - stop.service_minutes)) for s in shifts)
    allowed = tuple(span for span in spans if span.start <= span.end)
    return allowed if any(span.start <= stop.start <= span.end for span in allowed) else (_only(stop),)


def choose(openings: Iterable[Opening], window: Span, fixed_start: int | None = None) -> Place | None:
    """The cheapest place whose start lies in the window, or exactly at `fixed_start`."""
    best: Place | None = None
    for position, first, last, calm_first, calm_last, added_travel in openings:
        low, high = max(first, window.start), min(last, window.end)
        if low > high or (best is not None and added_travel > best.added_travel):
            continue
        if fixed_start is None:
            start = _choose_start(max(calm_first, low), min(calm_last, high), high)
        elif low <= fixed_start <= high:
            start = fixed_start
        else:
            continue
        place = Place(added_travel, not calm_first <= start <= calm_last, start, position, high - start)
        if best is None or place < best:
            best = place
    return best


def tidy(start: int) -> int:
    return -(-start // TIDY_MINUTES) * TIDY_MINUTES


def settle(ready: OpenDay, place: Place) -> Insertion:
    """The place with the starts that others get by it: moved no further than they must."""
    moved = {**_push_later(ready, place), **_pull_earlier(ready, place)}
    return Insertion(place.start, place.position, place.added_travel, moved, place.slack)


def _choose_start(calm_low: int, calm_high: int, high: int) -> int:
    if calm_low > calm_high:
        return min(calm_low, high)
    tidied = tidy(calm_low)
    return tidied if tidied <= calm_high else calm_low


def _only(stop: Stop) -> Span:
    return Span(stop.start, stop.start)


def find_legs(day: MemberDay, places: Sequence[Point], travel: Travel) -> tuple[int, ...]:
    if not places:
        return (0,)  # stays at home
    return tuple(travel(a, b, day.mode) for a, b in pairwise((day.home, *places, day.goal)))


def _find_openings(ready: OpenDay, shifts: Sequence[Span], earliest: int) -> tuple[Opening, ...]:
    day, stops, legs, to_job, from_job = ready.day, ready.stops, ready.legs, ready.to_job, ready.from_job
    minutes = ready.service_minutes
    earliest_ends = [earliest, *_earliest_ends(ready, earliest)]
    latest_starts = [*_latest_starts(ready), NEVER]
    ends = [earliest, *(stop.end for stop in stops)]
    starts = [*(stop.start for stop in stops), NEVER]
    found = []
    for position in range(len(stops) + 1):
        begin = day.arrival(max(earliest_ends[position], earliest), to_job[position])
        way_on = from_job[position] if position < len(stops) else 0
        due = day.departure(latest_starts[position], way_on) - minutes
        if begin > due:
            continue
        calm_first = day.arrival(ends[position], to_job[position])
        calm_last = day.departure(starts[position], way_on) - minutes
        added_travel = to_job[position] + from_job[position] - legs[position]
        for shift in shifts:
            first, last = max(begin, shift.start), min(due, shift.end - minutes)
            if first <= last:
                found.append(Opening(position, first, last, calm_first, calm_last, added_travel))
    return tuple(found)


def _earliest_ends(ready: OpenDay, earliest: int) -> list[int]:
    day, ends = ready.day, list[int]()
    for stop, spans, leg in zip(ready.stops, ready.allowed, ready.legs, strict=False):
        there = min(day.arrival(earliest, leg), stop.start)  # sets out now, or is there by its start
        if ends:
            there = max(there, day.arrival(ends[-1], leg))
        ends.append(_not_before(spans, there) + stop.service_minutes)
    return ends


def _latest_starts(ready: OpenDay) -> list[int]:
    starts: list[int] = []
    for place in reversed(range(len(ready.stops))):
        due = NEVER
        if starts:
            leave = ready.day.departure(starts[-1], ready.legs[place + 1])
            due = leave - ready.stops[place].service_minutes
        starts.append(_not_after(ready.allowed[place], due))
    return starts[::-1]


def _push_later(ready: OpenDay, place: Place) -> dict[int, int]:
    moved: dict[int, int] = {}
    there = ready.day.arrival(place.start + ready.service_minutes, ready.from_job[place.position])
    for at in range(place.position, len(ready.stops)):
        stop = ready.stops[at]
        if there <= stop.start:
            break
        start = moved[stop.visit_id] = _not_before(ready.allowed[at], there)
        there = ready.day.arrival(start + stop.service_minutes, ready.legs[at + 1])
    return moved


def _pull_earlier(ready: OpenDay, place: Place) -> dict[int, int]:
    moved: dict[int, int] = {}
    leave_by = ready.day.departure(place.start, ready.to_job[place.position])
    for at in reversed(range(place.position)):
        stop = ready.stops[at]
        if stop.end <= leave_by:
            break
        start = moved[stop.visit_id] = _not_after(ready.allowed[at], leave_by - stop.service_minutes)
        leave_by = ready.day.departure(start, ready.legs[at])
    return moved


def _not_before(spans: Sequence[Span], minute: int) -> int:
    """The first allowed start from this minute on."""
    for span in spans:
        if span.end >= minute:
            return max(span.start, minute)
    return spans[-1].end


def _not_after(spans: Sequence[Span], minute: int) -> int:
    for span in reversed(spans):
        if span.start <= minute:
            return min(span.end, minute)
    return spans[0].start
