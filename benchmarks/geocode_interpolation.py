"""How far an estimated number or lot lies from its real place: leave-one-out over the embedded table.

Beside it, the nearest known number of the same road, or the nearest lot.
Run: python -m benchmarks.geocode_interpolation
"""

import statistics
from collections import defaultdict
from typing import Any

from benchmarks.claims import Claim
from handyman.geocode.finding.interpolation import estimate, estimate_lot, sub_of
from handyman.geocode.gazetteer import AddressPoint, embedded
from handyman.geocode.ground import metres


def measure() -> dict[str, Any]:
    """Median and 90th percentile in metres of both, and how often the told error holds; lots likewise."""
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
        "lots": _measure_lots(),
    }


def _measure_lots() -> dict[str, Any]:
    """Each known lot estimated from the other lots of its plot; beside it, the nearest of those."""
    plots: dict[tuple[str, str], list[AddressPoint]] = defaultdict(list)
    for point in embedded().points():
        if point.jibun:
            plots[point.beopjeong_dong, point.jibun.partition("-")[0]].append(point)
    ours, nearest, held = [], [], []
    for plot in plots.values():
        for jibun in sorted({point.jibun for point in plot}):
            here = [point for point in plot if point.jibun == jibun]
            others = [point for point in plot if point.jibun != jibun]
            guess = estimate_lot(others, sub_of(jibun))
            if guess is None:
                continue
            beside = min(others, key=lambda other: abs(sub_of(other.jibun) - sub_of(jibun)))
            for point in here:  # each house on the lot
                ours.append(metres(point.lat, point.lon, guess.lat, guess.lon))
                nearest.append(metres(point.lat, point.lon, beside.lat, beside.lon))
                held.append(ours[-1] <= guess.error_m)
    return {
        "houses": len(ours),
        "ours_m": _spread(ours),
        "nearest_lot_m": _spread(nearest),
        "told_error_holds": round(sum(held) / len(held), 3),
    }


def claims(figures: dict[str, Any]) -> list[Claim]:
    """An estimate lies nearer than the nearest known number, as near as promised, and tells its error."""
    ours, nearest, lots = figures["ours_m"], figures["nearest_number_m"], figures["lots"]
    found = [
        Claim(f"estimated address, {spread}", ours[spread], nearest[spread], "nearest number", 1.0, "m")
        for spread in ("median", "p90")
    ]
    found += [
        Claim(f"estimated address, {spread}", ours[spread], wanted, "wanted", 1.0, "m")
        for spread, wanted in (("median", 17.0), ("p90", 43.0))
    ]
    found += [
        Claim(
            f"estimated lot, {spread}",
            lots["ours_m"][spread],
            lots["nearest_lot_m"][spread],
            "nearest lot",
            1.0,
            "m",
        )
        for spread in ("median", "p90")
    ]
    return found + [
        Claim(f"told error too small, {what}", 100 * (1 - part["told_error_holds"]), 10.0, "wanted", 1.0, "%")
        for what, part in (("address", figures), ("lot", lots))
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
