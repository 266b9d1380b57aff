"""One member's day: where a job fits, and what is wrong with a day that somebody set by hand."""

from collections.abc import Iterator
from dataclasses import replace

from handyman.dispatch.eligibility import over_daily_cap, over_monthly_cap
from handyman.dispatch.openings import Insertion, choose, in_order, open_day, settle
from handyman.dispatch.problem import (
    Conflict,
    ConflictCode,
    Job,
    MemberDay,
    Params,
    Span,
    Stop,
    Travel,
    merge_spans,
)

__all__ = ["Insertion", "check", "insert", "place", "uncounted", "without"]


def insert(
    day: MemberDay,
    job: Job,
    window: Span,
    travel: Travel,
    fixed_start: int | None = None,
    earliest: int = 0,
) -> Insertion | None:
    """The cheapest place for the job in this day, or None when there is none.

    Others keep their order and may move inside their promises unless pinned. The work lies inside a shift;
    the way from home and back is counted as travel, not as working time. Nobody sets out before `earliest`.
    Whether the member may do the job at all is `eligibility.find_exclusion`.
    """
    ready = open_day(job, day, travel, earliest)
    chosen = choose(ready.openings, window, fixed_start)
    return settle(ready, chosen) if chosen else None


def check(day: MemberDay, travel: Travel) -> list[Conflict]:
    """Everything wrong with the day as it stands, in the order of the day, then absence and caps."""
    stops = in_order(day.stops)
    conflicts: list[Conflict] = []
    for at, stop in enumerate(stops):
        if at:
            before = max(stops[:at], key=lambda earlier: earlier.end)
            conflicts += _between(before, stop, stop, day, travel)
        conflicts += _alone(stop, day)
    return [*conflicts, *_of_member(day, 0, None)]


def place(day: MemberDay, stop: Stop, start: int, travel: Travel) -> list[Conflict]:
    """What speaks against this visit starting then in this day, everybody else staying where they are.

    A stop of the same visit that is already in the day is left out of account.
    """
    rest, moved = without(day, stop.visit_id), replace(stop, start=start)
    return [
        *_with_neighbours(moved, rest, travel),
        *_alone(moved, rest),
        *_of_member(rest, moved.service_minutes, moved.visit_id),
    ]


def without(day: MemberDay, visit_id: int) -> MemberDay:
    """The day without that visit, its minutes taken off the month."""
    gone = sum(stop.service_minutes for stop in day.stops if stop.visit_id == visit_id)
    kept = tuple(stop for stop in day.stops if stop.visit_id != visit_id)
    return uncounted(replace(day, stops=kept), gone)


def uncounted(day: MemberDay, minutes: int) -> MemberDay:
    """The day in a month that has these minutes less: what is planned anew stands on another day of it."""
    return replace(day, month_minutes=max(day.month_minutes - minutes, 0))


def _with_neighbours(moved: Stop, rest: MemberDay, travel: Travel) -> Iterator[Conflict]:
    """Every visit it overlaps, then the way from the last one before and to the first one after."""
    others = in_order(rest.stops)
    before = [other for other in others if other.end <= moved.start]
    after = [other for other in others if other.end > moved.start and other.start >= moved.end]
    for other in others:
        if other not in before and other not in after:
            yield from _between(other, moved, moved, rest, travel)
    if before:
        yield from _between(max(before, key=lambda other: other.end), moved, moved, rest, travel)
    if after:
        yield from _between(moved, after[0], moved, rest, travel)


def _between(a: Stop, b: Stop, asked: Stop, day: MemberDay, travel: Travel) -> Iterator[Conflict]:
    """Overlap, or too short a way from a to b; told of the one that was asked about."""
    other = a if asked is b else b
    shared = min(a.end, b.end) - max(a.start, b.start)
    short = day.arrival(a.end, travel(a.point, b.point, day.mode)) - b.start
    if shared > 0:
        params = {"other_visit_id": other.visit_id, "minutes": shared}
        yield Conflict(ConflictCode.OVERLAP, asked.visit_id, params)
    elif short > 0:
        params = {"other_visit_id": other.visit_id, "minutes": short}
        yield Conflict(ConflictCode.TRAVEL_GAP, asked.visit_id, params)


def _alone(stop: Stop, day: MemberDay) -> Iterator[Conflict]:
    window = stop.window
    if not window.start <= stop.start <= window.end:
        off = stop.start - (window.start if stop.start < window.start else window.end)
        params = {"minutes": off, "window_start": window.start, "window_end": window.end}
        yield Conflict(ConflictCode.OUTSIDE_PROMISE, stop.visit_id, params)
    shifts = merge_spans(day.shifts)
    if not any(shift.start <= stop.start and stop.end <= shift.end for shift in shifts):
        yield Conflict(ConflictCode.OUTSIDE_SHIFT, stop.visit_id, _why_not(stop, day))


def _why_not(stop: Stop, day: MemberDay) -> Params:
    """The stand-by, or the break that the work would run into, if it is that."""
    rest = day.rest
    if day.stand_by:
        return {"stand_by": 1}
    if rest is None or not (stop.start < rest.end and rest.start < stop.end):
        return {}
    return {"rest_start": rest.start, "rest_end": rest.end}


def _of_member(day: MemberDay, more_minutes: int, visit_id: int | None) -> Iterator[Conflict]:
    if day.absent and (day.stops or more_minutes):
        yield Conflict(ConflictCode.ABSENT, visit_id)
    if over := over_daily_cap(day, more_minutes):
        yield Conflict(ConflictCode.DAILY_CAP, visit_id, over)
    if over := over_monthly_cap(day, more_minutes):
        yield Conflict(ConflictCode.MONTHLY_CAP, visit_id, over)
