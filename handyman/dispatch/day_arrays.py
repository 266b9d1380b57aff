"""Members' days as the arrays that `core/call.py` works on. A day that did not change is not read again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any

import numpy as np

from handyman.dispatch.core.call_arrays import NO_CAP, Days, Ints
from handyman.dispatch.openings import find_legs, in_order
from handyman.dispatch.problem import MemberDay, Point, Span, Stop, Travel, TravelMode, merge_spans

BITS = 62  # in one word of a set of skills


class SkillNumbers:
    """Each skill a bit; a number once given is kept."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    @property
    def words(self) -> int:
        return max(-(-len(self._numbers) // BITS), 1)

    def words_of(self, skills: Iterable[str]) -> list[int]:
        bits = 0
        for code in sorted(skills):
            bits |= 1 << self._numbers.setdefault(code, len(self._numbers))
        return [bits >> BITS * word & (1 << BITS) - 1 for word in range(self.words)]


@dataclass(frozen=True, slots=True)
class Strip:
    """One member's day with the ways between its stops."""

    day: MemberDay
    stops: tuple[Stop, ...]
    shifts: tuple[Span, ...]
    legs: tuple[int, ...]
    bridges: tuple[int, ...]  # for each stop: the way from the one before to the one behind

    @property
    def points(self) -> Iterator[Point]:
        return chain((self.day.home,), (stop.point for stop in self.stops))


@dataclass(frozen=True, slots=True, eq=False)
class DayArrays:
    """Everybody's strips of one day, or of several days in a row."""

    strips: tuple[Strip, ...]
    days: Days
    nodes: dict[TravelMode, Ints]  # by the way of travelling: which nodes are reached so


def make_strip(day: MemberDay, travel: Travel) -> Strip:
    stops = in_order(day.stops)
    places = [stop.point for stop in stops]
    around = [day.home, *places, day.home]
    bridges = tuple(
        travel(around[at], around[at + 2], day.mode) if len(stops) > 1 else 0 for at in range(len(stops))
    )
    return Strip(day, stops, merge_spans(day.shifts), find_legs(day, places, travel), bridges)


def make_arrays(strips: Sequence[Strip], skills: SkillNumbers) -> DayArrays:
    """Of one day."""
    of_days = [strip.day for strip in strips]
    stops = [stop for strip in strips for stop in strip.stops]
    shifts = [shift for strip in strips for shift in strip.shifts]
    stop_from = _offsets(len(strip.stops) for strip in strips)
    held = [skills.words_of(day.skills) for day in of_days]
    days = Days(
        day_from=_ints([0, len(strips)]),
        member=_ints(day.member_id for day in of_days),
        absent=np.array([day.absent for day in of_days], np.bool_),
        skills=_wide(np.array([_long(words, skills.words) for words in held], np.int64), skills.words),
        pace=_ints(day.pace_percent for day in of_days),
        daily_cap=_ints(NO_CAP if day.daily_cap is None else day.daily_cap for day in of_days),
        monthly_cap=_ints(NO_CAP if day.monthly_cap is None else day.monthly_cap for day in of_days),
        wish=_ints(_wish(day) for day in of_days),
        served=_ints(sum(stop.service_minutes for stop in strip.stops) for strip in strips),
        month=_ints(day.month_minutes for day in of_days),
        shift_from=_offsets(len(strip.shifts) for strip in strips),
        shift_first=_ints(shift.start for shift in shifts),
        shift_last=_ints(shift.end for shift in shifts),
        stop_from=stop_from,
        start=_ints(stop.start for stop in stops),
        minutes=_ints(stop.service_minutes for stop in stops),
        first=_ints(stop.window.start for stop in stops),
        last=_ints(stop.window.end for stop in stops),
        pinned=np.array([stop.pinned for stop in stops], np.bool_),
        leg=_ints(leg for strip in strips for leg in strip.legs[:-1]),
        bridge=_ints(way for strip in strips for way in strip.bridges),
        home_leg=_ints(strip.legs[-1] for strip in strips),
        opening_from=_offsets((len(strip.stops) + 1) * len(strip.shifts) for strip in strips),
    )
    return DayArrays(tuple(strips), days, _nodes(strips))


def join(parts: Sequence[DayArrays]) -> DayArrays:
    """Several days in a row."""
    of_days = [part.days for part in parts]
    words = max((days.skills.shape[1] for days in of_days), default=1)

    def flat(column: str) -> Any:
        columns = [getattr(days, column) for days in of_days]
        return np.concatenate(columns) if columns else _ints(())

    def offsets(column: str) -> Ints:
        many = np.concatenate([np.diff(getattr(days, column)) for days in of_days] or [_ints(())])
        return np.concatenate([[0], np.cumsum(many)]).astype(np.int64)

    columns: dict[str, Any] = {
        name: offsets(name) if name.endswith("_from") else flat(name) for name in _FLAT
    }
    skills = [_wide(days.skills, words) for days in of_days] or [np.zeros((0, words), np.int64)]
    days = Days(**columns, skills=np.concatenate(skills))
    strips = tuple(chain.from_iterable(part.strips for part in parts))
    return DayArrays(strips, days, _joined_nodes(parts))


_FLAT = [name for name in Days._fields if name != "skills"]


def _joined_nodes(parts: Sequence[DayArrays]) -> dict[TravelMode, Ints]:
    ends = accumulate((len(part.days.member) + len(part.days.start) for part in parts), initial=0)
    found: dict[TravelMode, list[Ints]] = {}
    for part, before in zip(parts, ends, strict=False):
        for mode, nodes in part.nodes.items():
            found.setdefault(mode, []).append(nodes + before)
    return {mode: np.concatenate(nodes) for mode, nodes in found.items()}


def _nodes(strips: Sequence[Strip]) -> dict[TravelMode, Ints]:
    found: dict[TravelMode, list[int]] = {}
    node = 0
    for strip in strips:
        count = 1 + len(strip.stops)
        found.setdefault(strip.day.mode, []).extend(range(node, node + count))
        node += count
    return {mode: _ints(nodes) for mode, nodes in found.items()}


def _wish(day: MemberDay) -> int:
    wished = day.wished_minutes if day.wished_minutes is not None else day.monthly_cap
    return wished or 0


def _long(words: list[int], wanted: int) -> list[int]:
    return words + [0] * (wanted - len(words))


def _wide(skills: Ints, words: int) -> Ints:
    """With as many words as others have by now."""
    members = len(skills)
    known = skills.reshape(members, -1) if members else np.zeros((0, words), np.int64)
    return np.hstack([known, np.zeros((members, words - known.shape[1]), np.int64)])


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int64)


def _offsets(counts: Iterable[int]) -> Ints:
    return _ints(accumulate(counts, initial=0))
