"""How far an estimated number lies from its real place: leave-one-out over the embedded table.

Beside it, the nearest known number of the same road. Run: python -m benchmarks.geocode_interpolation
"""

import statistics
from typing import Any

from benchmarks.claims import Claim
from handyman.geocode.gazetteer import AddressPoint, embedded
from handyman.geocode.ground import metres
from handyman.geocode.interpolation import estimate


def measure() -> dict[str, Any]:
    """Median and 90th percentile in metres of both, and how often the told error holds."""
    ours, nearest, held = [], [], []
    for road in embedded().roads:
        points = embedded().on_road(road)
        for point in points:
            others = [other for other in points if (other.main, other.sub) != (point.main, point.sub)]
            guess = estimate(others, road.name, point.main, point.sub) if others else None
            if guess is None:
                continue
            miss = metres(point.lat, point.lon, guess.lat, guess.lon)
            ours.append(miss)
            held.append(miss <= guess.error_m)
            nearest.append(_nearest_miss(point, others))
    return {
        "addresses": len(ours),
        "ours_m": _spread(ours),
        "nearest_number_m": _spread(nearest),
        "told_error_holds": round(sum(held) / len(held), 3),
    }


def claims(figures: dict[str, Any]) -> list[Claim]:
    """An estimated number lies nearer than the nearest known one."""
    ours, nearest = figures["ours_m"], figures["nearest_number_m"]
    return [
        Claim(f"estimated address, {spread}", ours[spread], nearest[spread], "nearest number", 1.0, "m")
        for spread in ("median", "p90")
    ]


def _nearest_miss(point: AddressPoint, others: list[AddressPoint]) -> float:
    best = min(others, key=lambda other: (abs(other.main - point.main), abs(other.sub - point.sub)))
    return metres(point.lat, point.lon, best.lat, best.lon)


def _spread(misses: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(misses), 1),
        "p90": round(statistics.quantiles(misses, n=10)[8], 1),
    }


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name:>18}  {figure}")
