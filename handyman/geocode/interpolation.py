"""Where a number that the table lacks must stand: between its neighbours on the same road.

Odd numbers stand on one side, even ones on the other. Along a 로 or 대로 the position moves about 10 m
per unit of the number, along a 길 about 5 m (measured on the table). A number n-s stands in the lane
that leaves the road at n. The errors are the 90th percentile of leave-one-out over the table
(benchmarks/geocode_interpolation.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

from handyman.geocode.gazetteer import AddressPoint

METRES_PER_DEGREE = 111_320.0
BEYOND = 20  # so many numbers past the last known one are still estimated
LEAST_ERROR_M = 25
ERROR_PER_GAP_M = 0.45  # of the distance between the two neighbours
LANE_ERROR_M = 50  # neighbours of the same lane
NO_LANE_ERROR_M = 80  # n-s where nothing of the lane is known


@dataclass(frozen=True, slots=True)
class Estimate:
    lat: float
    lon: float
    error_m: int
    neighbour: AddressPoint  # the nearer one, for its dong


def estimate(points: Sequence[AddressPoint], road: str, main: int, sub: int) -> Estimate | None:
    """The likely point of a number on a road, or None when the road does not reach so far."""
    lane = [point for point in points if point.main == main]
    if lane:
        return _between(lane, lambda point: point.sub, sub, LANE_ERROR_M, LANE_ERROR_M)
    same_side = [point for point in points if point.main % 2 == main % 2]
    per_number = 5 if road.endswith("길") else 10
    least = NO_LANE_ERROR_M if sub else LEAST_ERROR_M
    for side in (same_side, points):
        found = _between(side, lambda point: point.main, main, least, per_number * BEYOND)
        if found and _bracketed(side, main):
            return found
    nearest = min(points, key=lambda point: (abs(point.main - main), point.sub))
    away = abs(nearest.main - main)
    if away > BEYOND:
        return None
    return Estimate(nearest.lat, nearest.lon, max(least, per_number * away + LEAST_ERROR_M), nearest)


def _bracketed(points: Sequence[AddressPoint], main: int) -> bool:
    return any(point.main < main for point in points) and any(point.main > main for point in points)


def _between(
    points: Sequence[AddressPoint],
    place: Callable[[AddressPoint], int],
    wanted: int,
    least_error: int,
    lone_error: int,
) -> Estimate | None:
    lower = max((p for p in points if place(p) <= wanted), key=lambda p: (place(p), -p.sub), default=None)
    upper = min((p for p in points if place(p) >= wanted), key=lambda p: (place(p), p.sub), default=None)
    if lower is None or upper is None:
        only = lower or upper
        return Estimate(only.lat, only.lon, max(least_error, lone_error), only) if only else None
    span = place(upper) - place(lower)
    share = (wanted - place(lower)) / span if span else 0.0
    error = round(max(least_error, ERROR_PER_GAP_M * metres(lower.lat, lower.lon, upper.lat, upper.lon)))
    return Estimate(
        lower.lat + share * (upper.lat - lower.lat),
        lower.lon + share * (upper.lon - lower.lon),
        error,
        lower if share <= 0.5 else upper,
    )


def metres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Distance over the ground; exact enough inside one city."""
    north = (other_lat - lat) * METRES_PER_DEGREE
    east = (other_lon - lon) * METRES_PER_DEGREE * cos(radians(lat))
    return hypot(north, east)
