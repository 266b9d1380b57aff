"""Where a number that the table lacks must stand: between its neighbours on the same road.

Odd numbers stand on one side, even ones on the other. Along a 로 or 대로 the position moves about 10 m
per unit of the number, along a 길 about 5 m (measured on the table). A number n-s stands in the lane
that leaves the road at n. The errors are the 90th percentile of leave-one-out over the table
(benchmarks/geocode_interpolation.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handyman.geocode.gazetteer import AddressPoint
from handyman.geocode.ground import metres

BEYOND = 20  # so many numbers past the last known one are still estimated
LEAST_ERROR_M = 25
ERROR_PER_GAP_M = 0.45  # of the distance between the two neighbours
LANE_ERROR_M = 50  # neighbours of the same lane
NO_LANE_ERROR_M = 80  # n-s where nothing of the lane is known
PLOT_ERRORS_M = ((3, 110), (10, 160))  # lot n-s from the known n-s' so many away; further: the last
FAR_PLOT_ERROR_M = 205
WELL_KNOWN = 15  # so many known numbers tell where the district's part of a road lies
FAR_FROM_ITS_START = 100  # a road whose known numbers begin here starts in another district
# They begin or pass here and go on into the next district with higher numbers.
GOING_ON = frozenset({"남부순환로", "시흥대로", "대림로", "여의대방로"})


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


def estimate_lot(points: Sequence[AddressPoint], sub: int) -> Estimate | None:
    """The likely point of lot n-s from the known lots of the same n: they were cut from one plot."""
    if not points:
        return None
    nearest = min(points, key=lambda point: abs(sub_of(point.jibun) - sub))
    away = abs(sub_of(nearest.jibun) - sub)
    error = next((metres_off for most, metres_off in PLOT_ERRORS_M if away <= most), FAR_PLOT_ERROR_M)
    return Estimate(nearest.lat, nearest.lon, error, nearest)


def sub_of(jibun: str) -> int:
    """3 of 1002-3."""
    return int(jibun.partition("-")[2] or 0)


def leaves_the_district(points: Sequence[AddressPoint], road: str, main: int) -> bool:
    """Whether a number on a road that we know well must lie across the district's border."""
    known = {point.main for point in points}
    if road.endswith("길") or len(known) < WELL_KNOWN:
        return False
    other_side = not any(number % 2 == main % 2 for number in known)
    before = min(known) >= FAR_FROM_ITS_START and main < min(known) - BEYOND
    after = road in GOING_ON and main > max(known) + BEYOND
    return other_side or before or after


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
