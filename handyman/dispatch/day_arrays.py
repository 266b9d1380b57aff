"""Members' days as the arrays that `core/call.py` works on. A day that did not change is not read again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain
from threading import Lock
from typing import Any

import numpy as np

from handyman.dispatch.core.call_arrays import END, NO_CAP, Days, Ints, Jobs
from handyman.dispatch.openings import find_legs, in_order
from handyman.dispatch.problem import Job, MemberDay, Point, Span, Stop, Travel, TravelMode, merge_spans
from handyman.dispatch.roads import Places, join_places

BITS = 62  # in one word of a set of skills


class SkillNumbers:
    """Each skill a bit; a number once given is kept."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._bits: dict[frozenset[str], int] = {}
        self._lock = Lock()

    def sets_of(self, many: Sequence[frozenset[str]]) -> Ints:
        """A row of words for each set of skills."""
        sets = [self._bits_of(skills) for skills in many]
        words = range(max(-(-len(self._numbers) // BITS), 1))
        columns = [[bits >> BITS * word & (1 << BITS) - 1 for bits in sets] for word in words]
        return np.ascontiguousarray(np.array(columns, np.int64).T)

    def _bits_of(self, skills: frozenset[str]) -> int:
        known = self._bits.get(skills)
        if known is None:
            with self._lock:
                for code in sorted(skills - self._numbers.keys()):
                    self._numbers[code] = len(self._numbers)
            known = self._bits[skills] = sum(1 << self._numbers[code] for code in skills)
        return known


@dataclass(frozen=True, slots=True)
class Strip:
    """One member's day with the ways between its stops."""

    day: MemberDay
    stops: tuple[Stop, ...]
    shifts: tuple[Span, ...]
    legs: tuple[int, ...]
    bridges: tuple[int, ...]  # for each stop: the way from the one before to the one behind
    points: tuple[Point, ...]  # home, then the stops
    jobs: tuple[Job, ...]  # the stops as jobs that look for a member


@dataclass(frozen=True, slots=True, eq=False)
class DayArrays:
    """Everybody's strips of one day, or of several days in a row."""

    strips: tuple[Strip, ...]
    days: Days
    nodes: dict[TravelMode, Ints]  # by the way of travelling: which nodes are reached so
    places: dict[TravelMode, Places]  # and where they are
    goals: dict[TravelMode, Ints]  # nodes of homes whose days end elsewhere
    ends: dict[TravelMode, Places]  # and where
    owner: Ints  # of each stop: its member-day
    shelves: dict[str, Any] = field(default_factory=dict)  # what others keep with it for as long as it stands

    def stop(self, number: int) -> Stop:
        row = int(self.owner[number])
        return self.strips[row].stops[number - int(self.days.stop_from[row])]


def make_strip(day: MemberDay, travel: Travel) -> Strip:
    stops = in_order(day.stops)
    places = [stop.point for stop in stops]
    around = [day.home, *places, day.goal]
    bridges = tuple(
        travel(around[at], around[at + 2], day.mode) if len(stops) > 1 else 0 for at in range(len(stops))
    )
    return Strip(
        day=day,
        stops=stops,
        shifts=merge_spans(day.shifts),
        legs=find_legs(day, places, travel),
        bridges=bridges,
        points=(day.home, *places),
        jobs=tuple(stop.job for stop in stops),
    )


def make_arrays(strips: Sequence[Strip], skills: SkillNumbers) -> DayArrays:
    """Of one day."""
    of_days = [strip.day for strip in strips]
    stops = [stop for strip in strips for stop in strip.stops]
    shifts = [shift for strip in strips for shift in strip.shifts]
    stop_from = _offsets(len(strip.stops) for strip in strips)
    job = make_jobs([job for strip in strips for job in strip.jobs], skills)
    days = Days(
        day_from=_ints([0, len(strips)]),
        member=_ints(day.member_id for day in of_days),
        absent=np.array([day.absent for day in of_days], np.bool_),
        skills=skills.sets_of([day.skills for day in of_days]),
        pace=_ints(day.pace_percent for day in of_days),
        daily_cap=_ints(NO_CAP if day.daily_cap is None else day.daily_cap for day in of_days),
        monthly_cap=_ints(NO_CAP if day.monthly_cap is None else day.monthly_cap for day in of_days),
        wish=_ints(_wish(day) for day in of_days),
        served=_ints(sum(stop.service_minutes for stop in strip.stops) for strip in strips),
        month=_ints(day.month_minutes for day in of_days),
        rest_first=_ints(END if day.rest is None else day.rest.start for day in of_days),
        rest_last=_ints(END if day.rest is None else day.rest.end for day in of_days),
        shift_from=_offsets(len(strip.shifts) for strip in strips),
        shift_first=_ints(shift.start for shift in shifts),
        shift_last=_ints(shift.end for shift in shifts),
        stop_from=stop_from,
        start=_ints(stop.start for stop in stops),
        minutes=_ints(stop.service_minutes for stop in stops),
        first=_ints(stop.window.start for stop in stops),
        last=_ints(stop.window.end for stop in stops),
        pinned=np.array([stop.pinned for stop in stops], np.bool_),
        visit=_ints(stop.visit_id for stop in stops),
        may_change=np.array([stop.may_change for stop in stops], np.bool_),
        agreed=np.array([stop.agreed for stop in stops], np.bool_),
        job=job,
        leg=_ints(leg for strip in strips for leg in strip.legs[:-1]),
        bridge=_ints(way for strip in strips for way in strip.bridges),
        home_leg=_ints(strip.legs[-1] for strip in strips),
        opening_from=_offsets((len(strip.stops) + 1) * len(strip.shifts) for strip in strips),
    )
    nodes = _nodes(strips)
    points = [point for strip in strips for point in strip.points]
    places = {mode: Places([points[node] for node in found.tolist()]) for mode, found in nodes.items()}
    goals = _goals(strips)
    ends = {
        mode: Places([strip.day.goal for strip in strips if strip.day.end and strip.day.mode is mode])
        for mode in goals
    }
    return DayArrays(tuple(strips), days, nodes, places, goals, ends, _owners(days))


def with_months(arrays: DayArrays, minutes: Mapping[int, int]) -> DayArrays:
    """The same day, with what its members have in the month by now."""
    strips = tuple(
        strip
        if strip.day.month_minutes == minutes.get(strip.day.member_id, 0)
        else replace(strip, day=replace(strip.day, month_minutes=minutes.get(strip.day.member_id, 0)))
        for strip in arrays.strips
    )
    month = _ints(strip.day.month_minutes for strip in strips)
    lasting = {"ways": arrays.shelves["ways"]} if "ways" in arrays.shelves else {}
    return replace(arrays, strips=strips, days=arrays.days._replace(month=month), shelves=lasting)


def make_jobs(jobs: Sequence[Job], skills: SkillNumbers) -> Jobs:
    earlier_from, earlier = _lists(job.earlier_member_ids for job in jobs)
    refused_from, refused = _lists(job.must_not_member_ids | job.refused_member_ids for job in jobs)
    rather_from, rather = _lists(job.rather_member_ids for job in jobs)
    rather_not_from, rather_not = _lists(job.rather_not_member_ids for job in jobs)
    return Jobs(
        minutes=_ints(job.service_minutes for job in jobs),
        skills=skills.sets_of([job.skills for job in jobs]),
        earlier_from=earlier_from,
        earlier=earlier,
        refused_from=refused_from,
        refused=refused,
        rather_from=rather_from,
        rather=rather,
        rather_not_from=rather_not_from,
        rather_not=rather_not,
    )


def _lists(sets: Iterable[frozenset[int]]) -> tuple[Ints, Ints]:
    """Where each begins, and all of them in a row."""
    found = [sorted(one) for one in sets]
    return _offsets(map(len, found)), _ints(chain.from_iterable(found))


def join(parts: Sequence[DayArrays]) -> DayArrays:
    """Several days in a row."""
    strips = tuple(chain.from_iterable(part.strips for part in parts))
    days: Days = _joined([part.days for part in parts])
    nodes, places = _joined_nodes(parts, "nodes", "places")
    goals, ends = _joined_nodes(parts, "goals", "ends")
    return DayArrays(strips, days, nodes, places, goals, ends, _owners(days))


def _owners(days: Days) -> Ints:
    return np.repeat(np.arange(len(days.member)), np.diff(days.stop_from))


def _joined(parts: Sequence[Any]) -> Any:
    """Column behind column, of `Days` or of its `Jobs`."""

    def column(name: str) -> Any:
        columns = [getattr(part, name) for part in parts]
        if name == "job":
            return _joined(columns)
        if name.endswith("_from"):
            return np.concatenate([[0], np.cumsum(np.concatenate([np.diff(each) for each in columns]))])
        if name == "skills":
            words = max(each.shape[1] for each in columns)
            columns = [np.pad(each, ((0, 0), (0, words - each.shape[1]))) for each in columns]
        return np.concatenate(columns)

    return type(parts[0])(*map(column, parts[0]._fields))


def _joined_nodes(
    parts: Sequence[DayArrays], which: str, where: str
) -> tuple[dict[TravelMode, Ints], dict[TravelMode, Places]]:
    ends = accumulate((len(part.days.member) + len(part.days.start) for part in parts), initial=0)
    found: dict[TravelMode, list[Ints]] = {}
    for part, before in zip(parts, ends, strict=False):
        for mode, nodes in getattr(part, which).items():
            found.setdefault(mode, []).append(nodes + before)
    places = {mode: [getattr(part, where).get(mode) for part in parts] for mode in found}
    return (
        {mode: np.concatenate(nodes) for mode, nodes in found.items()},
        {mode: join_places([one for one in many if one is not None]) for mode, many in places.items()},
    )


def _nodes(strips: Sequence[Strip]) -> dict[TravelMode, Ints]:
    found: dict[TravelMode, list[int]] = {}
    node = 0
    for strip in strips:
        count = 1 + len(strip.stops)
        found.setdefault(strip.day.mode, []).extend(range(node, node + count))
        node += count
    return {mode: _ints(nodes) for mode, nodes in found.items()}


def _goals(strips: Sequence[Strip]) -> dict[TravelMode, Ints]:
    found: dict[TravelMode, list[int]] = {}
    node = 0
    for strip in strips:
        if strip.day.end is not None:
            found.setdefault(strip.day.mode, []).append(node)
        node += 1 + len(strip.stops)
    return {mode: _ints(nodes) for mode, nodes in found.items()}


def _wish(day: MemberDay) -> int:
    wished = day.wished_minutes if day.wished_minutes is not None else day.monthly_cap
    return wished or 0


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int64)


def _offsets(counts: Iterable[int]) -> Ints:
    return _ints(accumulate(counts, initial=0))
