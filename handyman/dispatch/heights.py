"""How high a place lies: an estimate from the known heights around it, or nothing.

It is as coarse as what it is given. The open grid of 90 m of the National Geographic Information Institute is
good to 6.2 m (root mean square), so that a climb between two doors is off by some 9 m, or a minute on foot.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from handyman.dispatch.problem import Point
from handyman.dispatch.travel import great_circle_metres

REACH_METRES = 150  # a street away; each place has about nine points of a grid of 90 m so near
LEAST_SPOTS = 3  # one summit says nothing of the street below it
EXACT_METRES = 1.0
CELL_DEGREES = 0.002  # no side of a cell is shorter than REACH_METRES up to 47 degrees of latitude
REMEMBERED = 20_000  # places: an office's homes, several times over


class Spot(NamedTuple):
    lat: float
    lon: float
    metres: float


class Heights:
    """Heights that are known, found by where they are."""

    def __init__(self, spots: Iterable[Spot] = ()) -> None:
        self._cells: dict[tuple[int, int], list[Spot]] = defaultdict(list)
        for spot in spots:
            self._cells[_cell(spot.lat, spot.lon)].append(spot)
        self.at = lru_cache(REMEMBERED)(self._at)

    def _at(self, lat: float, lon: float) -> float | None:
        """Metres above the sea: the nearer a known height lies, the more it counts."""
        here = Point(lat, lon)
        near = [
            (max(distance, EXACT_METRES), spot.metres)
            for spot in self._around(lat, lon)
            if (distance := great_circle_metres(here, Point(spot.lat, spot.lon))) <= REACH_METRES
        ]
        if len(near) < LEAST_SPOTS:
            return None
        weights = sum(distance**-2 for distance, _ in near)
        return sum(metres * distance**-2 for distance, metres in near) / weights

    def _around(self, lat: float, lon: float) -> Iterator[Spot]:
        row, column = _cell(lat, lon)
        for down in (-1, 0, 1):
            for across in (-1, 0, 1):
                yield from self._cells.get((row + down, column + across), ())


def _cell(lat: float, lon: float) -> tuple[int, int]:
    return int(lat // CELL_DEGREES), int(lon // CELL_DEGREES)
