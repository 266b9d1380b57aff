"""How long it takes from one door to the next: the estimate that needs no network.

Minutes = fixed part (door, lift, parking) + great circle x detour / speed, rounded up.
"""

from math import asin, ceil, cos, radians, sin, sqrt
from typing import NamedTuple

from handyman.dispatch.problem import Point, TravelMode

EARTH_METRES = 6_371_009  # mean radius, IUGG
DETOUR = 1.30  # South Korea 1.26 (Kim et al. 2015); short hilly trips lie above
SAME_PLACE_METRES = 30  # another flat of the same building
SAME_PLACE_MINUTES = 3  # pack up, stairs or lift, ring the bell


class Pace(NamedTuple):
    fixed_minutes: int
    metres_per_minute: float


PACES = {
    # 3.6 km/h: 1 m/s, the pace that Korean crossings are timed by; carrying tools
    TravelMode.WALK: Pace(4, 60),
    # 14 km/h under way; walking to the stop and waiting are in the fixed part (our assumption)
    TravelMode.TRANSIT: Pace(10, 14_000 / 60),
    # 18 km/h: Seoul's traffic moves at 22 km/h (2024), side streets slower; parking
    TravelMode.CAR: Pace(6, 18_000 / 60),
    # 14 km/h: loaded and uphill; parks at the door
    TravelMode.CARGO_BIKE: Pace(4, 14_000 / 60),
}


def minutes(a: Point, b: Point, mode: TravelMode) -> int:
    metres = great_circle_metres(a, b)
    if metres <= SAME_PLACE_METRES:
        return SAME_PLACE_MINUTES
    fixed, metres_per_minute = PACES[mode]
    return ceil(fixed + metres * DETOUR / metres_per_minute)


def great_circle_metres(a: Point, b: Point) -> float:
    """Haversine."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(b.lon - a.lon) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(chord)))
