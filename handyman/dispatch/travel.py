"""How long it takes from one door to the next: the estimate that needs no network.

Minutes = fixed part (door, lift, parking) + (great circle x detour + climb) / speed, rounded up. Every
constant of travel stands here, with its source or "our assumption".

One pair (`minutes`) and whole arrays (`minutes_table`, `minutes_row`) give the same minute to the last bit:
both go through the same sums, products and square roots, which every machine rounds alike. The sines and
cosines of numpy and of the standard library do not, so they are written out here.
"""

from math import ceil, sqrt
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from handyman.dispatch.problem import Point, TravelMode

Floats = NDArray[np.float64]
Minutes = NDArray[np.int32]
Number = TypeVar("Number", float, Floats)

EARTH_METRES = 6_371_009  # mean radius, IUGG
RADIANS_PER_DEGREE = 0.017453292519943295
DETOUR = 1.30  # South Korea 1.26 (Kim et al. 2015); short hilly trips lie above
SAME_PLACE_METRES = 30  # another flat of the same building
SAME_PLACE_MINUTES = 3  # pack up, stairs or lift, ring the bell
PAIRS_AT_ONCE = 1 << 16  # half a megabyte of floats: stays in the processor's cache


class Pace(NamedTuple):
    fixed_minutes: int
    metres_per_minute: float
    along_per_metre_up: float  # so many metres along take as long as one up; going down costs nothing


# Naismith's rule of 1892, an hour for 2,000 ft up beside one for 3 miles along, says 7.92. Records of hill
# races bear it out: 8 for men on foot, 10 for women, 8.2 by bicycle on mountain roads (Scarf 2007, Journal of
# Sports Sciences 25(6)). Only the height gained from door to door is known: hills between stay in DETOUR.
ALONG_PER_METRE_UP = 8

PACES = {
    # 3.6 km/h: 1 m/s, the pace that Korean crossings are timed by; carrying tools
    TravelMode.WALK: Pace(4, 60, ALONG_PER_METRE_UP),
    # 14 km/h under way; walking to the stop and waiting are in the fixed part. Small buses climb most of the
    # hill, feet the rest: at this speed 2 s for each metre, a quarter of the whole (our assumptions)
    TravelMode.TRANSIT: Pace(10, 14_000 / 60, ALONG_PER_METRE_UP),
    # 18 km/h: Seoul's traffic moves at 22 km/h (2024), side streets slower; parking. Hills cost it nothing
    TravelMode.CAR: Pace(6, 18_000 / 60, 0),
    # 14 km/h, loaded; parks at the door
    TravelMode.CARGO_BIKE: Pace(4, 14_000 / 60, ALONG_PER_METRE_UP),
}


def minutes(a: Point, b: Point, mode: TravelMode) -> int:
    metres = great_circle_metres(a, b)
    if metres <= SAME_PLACE_METRES:
        return SAME_PLACE_MINUTES
    climbed = 0.0 if a.height is None or b.height is None else max(b.height - a.height, 0.0)
    return ceil(_on_the_way(metres, climbed, PACES[mode]))


def minutes_by_road(seconds: int, mode: TravelMode) -> int:
    """From door to door, where somebody knows how long the road takes."""
    return ceil(PACES[mode].fixed_minutes + seconds / 60)


def minutes_row(
    point: Point, lats: ArrayLike, lons: ArrayLike, heights: ArrayLike | None, mode: TravelMode
) -> tuple[Minutes, Minutes]:
    """From the point to every place, and from every place to the point."""
    here_lat, here_lon, here = _places(point.lat, point.lon, point.height)
    lat, lon, height = _places(lats, lons, heights)
    metres = _metres(np.sqrt(_squared_half_chord(here_lat, here_lon, lat, lon)))
    return _rounded(metres, height - here, mode), _rounded(metres, here - height, mode)


def minutes_table(lats: ArrayLike, lons: ArrayLike, heights: ArrayLike | None, mode: TravelMode) -> Minutes:
    """From every place (row) to every place (column). A height that nobody knows is nan."""
    lat, lon, height = _places(lats, lons, heights)
    table = np.empty((len(lat), len(lat)), np.int32)
    step = max(PAIRS_AT_ONCE // max(len(lat), 1), 1)
    for first in range(0, len(lat), step):
        rows = slice(first, first + step)
        squared = _squared_half_chord(lat[rows, None], lon[rows, None], lat[None, :], lon[None, :])
        table[rows] = _rounded(_metres(np.sqrt(squared)), height[None, :] - height[rows, None], mode)
    return table


def great_circle_metres(a: Point, b: Point) -> float:
    return _metres(sqrt(_squared_half_chord(a.lat, a.lon, b.lat, b.lon)))


def _places(lats: ArrayLike, lons: ArrayLike, heights: ArrayLike | None) -> tuple[Floats, Floats, Floats]:
    lat, lon = np.asarray(lats, np.float64), np.asarray(lons, np.float64)
    height = np.full(lat.shape, np.nan) if heights is None else np.asarray(heights, np.float64)
    return lat, lon, height


def _rounded(metres: Floats, higher: Floats, mode: TravelMode) -> Minutes:
    climbed = np.nan_to_num(np.maximum(higher, 0.0))
    whole = np.ceil(_on_the_way(metres, climbed, PACES[mode]))
    return np.where(metres <= SAME_PLACE_METRES, SAME_PLACE_MINUTES, whole).astype(np.int32)


def _on_the_way(metres: Number, climbed: Number, pace: Pace) -> Number:
    return pace.fixed_minutes + (metres * DETOUR + climbed * pace.along_per_metre_up) / pace.metres_per_minute


def _squared_half_chord(lat_a: Number, lon_a: Number, lat_b: Number, lon_b: Number) -> Number:
    """Haversine, on a globe of radius one."""
    north, east = _sine_squared(lat_b - lat_a), _sine_squared(lon_b - lon_a)
    return north + _cosine(lat_a) * _cosine(lat_b) * east


def _metres(half_chord: Number) -> Number:
    """The arc over a chord, by the first terms of the arc sine: a centimetre short at 1,000 km."""
    squared = half_chord * half_chord
    return 2 * EARTH_METRES * half_chord * (1 + squared / 6 * (1 + squared * 9 / 20))


def _sine_squared(degrees: Number) -> Number:
    """Of half the angle. The series is exact to 10 digits for 30 degrees."""
    half = degrees * (RADIANS_PER_DEGREE / 2)
    squared = half * half
    sine = half * (1 - squared / 6 * (1 - squared / 20 * (1 - squared / 42)))
    return sine * sine


def _cosine(degrees: Number) -> Number:
    """The series is exact to 8 digits at 40 degrees."""
    angle = degrees * RADIANS_PER_DEGREE
    squared = angle * angle
    return 1 - squared / 2 * (1 - squared / 12 * (1 - squared / 30 * (1 - squared / 56)))
