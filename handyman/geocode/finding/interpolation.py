"""Where a number that the table lacks must stand: between its neighbours on the same road.

Odd numbers stand on one side, even ones on the other. Along a 로 or 대로 the position moves about 10 m
per unit of the number, along a 길 about 5 m (measured on the table); past the last known number the road
is taken to go on as it went. A number n-s stands in the lane that leaves the road at n. The errors are
the 90th percentile of leave-one-out over the table (benchmarks/geocode_interpolation.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from handyman.geocode.gazetteer import AddressPoint
from handyman.geocode.ground import metres, moved, offset

BEYOND = 20  # so many numbers past the last known one are still estimated
MOST_BEYOND_M = 40  # further on the direction is a guess
TREND = 30  # so many numbers back tell the direction
OTHER_SIDE = 20  # a number across the road counts as so much further away
LEAST_ERROR_M = 25
ERROR_PER_GAP_M = 0.6  # of the distance between the two neighbours
LANE_ERROR_M = 50  # neighbours of the same lane
NO_LANE_ERROR_M = 80  # n-s where nothing of the lane is known
LOT_ERROR_M, LOT_ERROR_PER_NUMBER_M, MOST_AWAY = 65, 3, 20  # from the nearest known lot of the plot
LOT_ERROR_PER_SPREAD, LOTS_BESIDE = 1.7, 3  # of how far the lots beside it lie apart
LONE_LOT_ERROR_M = 130


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
        return _in_lane(lane, sub)
    least = NO_LANE_ERROR_M if sub else LEAST_ERROR_M
    below = [point for point in points if point.main < main]
    above = [point for point in points if point.main > main]
    if not below or not above:
        return _beyond(points, main, least, 5 if road.endswith("길") else 10)
    lower, upper = _nearest(below, main), _nearest(above, main)
    return _between(lower, upper, (main - lower.main) / (upper.main - lower.main), least)


def estimate_lot(points: Sequence[AddressPoint], sub: int) -> Estimate | None:
    """The likely point of lot n-s from the known lots of the same n: they were cut from one plot."""
    if not points:
        return None
    ordered = sorted(points, key=lambda point: abs(sub_of(point.jibun) - sub))
    weights = [1 / max(1, abs(sub_of(point.jibun) - sub)) ** 2 for point in ordered]
    lat = sum(point.lat * weight for point, weight in zip(ordered, weights, strict=True)) / sum(weights)
    lon = sum(point.lon * weight for point, weight in zip(ordered, weights, strict=True)) / sum(weights)
    away = min(MOST_AWAY, abs(sub_of(ordered[0].jibun) - sub))
    spread = max(metres(lat, lon, point.lat, point.lon) for point in ordered[:LOTS_BESIDE])
    error = max(LOT_ERROR_M + LOT_ERROR_PER_NUMBER_M * away, LOT_ERROR_PER_SPREAD * spread)
    return Estimate(lat, lon, round(error if len(points) > 1 else max(error, LONE_LOT_ERROR_M)), ordered[0])


def sub_of(jibun: str) -> int:
    """3 of 1002-3."""
    return int(jibun.partition("-")[2] or 0)


def _in_lane(lane: Sequence[AddressPoint], sub: int) -> Estimate:
    lower = max((point for point in lane if point.sub <= sub), key=lambda point: point.sub, default=None)
    upper = min((point for point in lane if point.sub >= sub), key=lambda point: point.sub, default=None)
    if lower and upper:
        span = upper.sub - lower.sub
        return _between(lower, upper, (sub - lower.sub) / span if span else 0.0, LANE_ERROR_M)
    only = lower or upper or lane[0]
    return Estimate(only.lat, only.lon, LANE_ERROR_M, only)


def _nearest(points: Sequence[AddressPoint], main: int) -> AddressPoint:
    """The nearest number, of the same side if that is not much further."""
    return min(points, key=lambda point: (_away(point, main), point.sub))


def _away(point: AddressPoint, main: int) -> int:
    return abs(point.main - main) + (OTHER_SIDE if (point.main - main) % 2 else 0)


def _between(lower: AddressPoint, upper: AddressPoint, share: float, least: int) -> Estimate:
    error = round(max(least, ERROR_PER_GAP_M * metres(lower.lat, lower.lon, upper.lat, upper.lon)))
    return Estimate(
        lower.lat + share * (upper.lat - lower.lat),
        lower.lon + share * (upper.lon - lower.lon),
        error,
        lower if share <= 0.5 else upper,
    )


def _beyond(points: Sequence[AddressPoint], main: int, least: int, per_number: int) -> Estimate | None:
    """Past the last known number: on in the direction in which the last numbers went."""
    last = _nearest(points, main)
    past = abs(last.main - main)
    if past > BEYOND:
        return None
    north, east = _direction([p for p in points if 2 <= abs(p.main - last.main) <= TREND], last)
    speed = hypot(north, east)
    onward = min(MOST_BEYOND_M, past * min(speed, per_number)) / speed if speed else 0.0
    onward = onward if main > last.main else -onward
    lat, lon = moved(last.lat, last.lon, onward * north, onward * east)
    return Estimate(lat, lon, max(least, per_number * past + LEAST_ERROR_M), last)


def _direction(points: Sequence[AddressPoint], last: AddressPoint) -> tuple[float, float]:
    """Metres to the north and to the east for each number, as the points before the last one tell."""
    north = east = weight = 0.0
    for point in points:
        numbers = last.main - point.main
        up, right = offset(point.lat, point.lon, last.lat, last.lon)
        north, east, weight = north + up * numbers, east + right * numbers, weight + numbers * numbers
    return (north / weight, east / weight) if weight else (0.0, 0.0)
