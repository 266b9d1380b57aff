"""Who can say how long a way takes: for a pair, for a table, and for the ways to and from one point."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from math import nan
from typing import Protocol, overload

import numpy as np

from handyman.dispatch import travel
from handyman.dispatch.problem import Point, Travel, TravelMode
from handyman.dispatch.travel import Floats, Minutes

Columns = tuple[Floats, Floats, Floats]


class Roads(Protocol):
    """Whole minutes from door to door."""

    def minutes(self, a: Point, b: Point, mode: TravelMode) -> int: ...

    def table(self, points: Sequence[Point], mode: TravelMode) -> Minutes:
        """From each (row) to each (column)."""

    def row(self, point: Point, points: Sequence[Point], mode: TravelMode) -> tuple[Minutes, Minutes]:
        """From the point to each, and from each to the point."""


class Places(Sequence[Point]):
    """Points that are asked about again and again: their columns are made once."""

    def __init__(self, points: Iterable[Point], known: Columns | None = None) -> None:
        self._points = tuple(points)
        self._columns = known

    @property
    def columns(self) -> Columns:
        """Latitudes, longitudes, heights."""
        if self._columns is None:
            self._columns = columns(self._points)
        return self._columns

    def __len__(self) -> int:
        return len(self._points)

    def __iter__(self) -> Iterator[Point]:
        return iter(self._points)

    @overload
    def __getitem__(self, at: int) -> Point: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Point]: ...
    def __getitem__(self, at: int | slice) -> Point | Sequence[Point]:
        return self._points[at]


def join_places(parts: Sequence[Places]) -> Places:
    """One behind another."""
    lats, lons, heights = zip(*(part.columns for part in parts), strict=True)
    known = np.concatenate(lats), np.concatenate(lons), np.concatenate(heights)
    return Places(chain.from_iterable(parts), known)


def columns(points: Sequence[Point]) -> Columns:
    """Latitudes, longitudes and heights; a height that nobody knows is nan."""
    if isinstance(points, Places):
        return points.columns
    heights = [nan if point.height is None else point.height for point in points]
    lats, lons = [point.lat for point in points], [point.lon for point in points]
    return np.array(lats, np.float64), np.array(lons, np.float64), np.array(heights, np.float64)


class Estimate:
    """By the distance alone."""

    def minutes(self, a: Point, b: Point, mode: TravelMode) -> int:
        return travel.minutes(a, b, mode)

    def table(self, points: Sequence[Point], mode: TravelMode) -> Minutes:
        return travel.minutes_table(*columns(points), mode)

    def row(self, point: Point, points: Sequence[Point], mode: TravelMode) -> tuple[Minutes, Minutes]:
        return travel.minutes_row(point, *columns(points), mode)


class ByPairs:
    """As a function tells it, pair by pair."""

    def __init__(self, tell: Travel) -> None:
        self.minutes = tell

    def table(self, points: Sequence[Point], mode: TravelMode) -> Minutes:
        return np.array([[self.minutes(a, b, mode) for b in points] for a in points], np.int32)

    def row(self, point: Point, points: Sequence[Point], mode: TravelMode) -> tuple[Minutes, Minutes]:
        to = [self.minutes(point, other, mode) for other in points]
        back = [self.minutes(other, point, mode) for other in points]
        return np.array(to, np.int32), np.array(back, np.int32)
