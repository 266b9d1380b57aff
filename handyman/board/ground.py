"""Points with the height of their ground, where the office has a file of heights (HEIGHTS_FILE)."""

import csv
import logging
from collections.abc import Iterator
from functools import lru_cache
from math import isfinite
from pathlib import Path

from handyman.dispatch.heights import Heights, Spot
from handyman.dispatch.problem import Point
from handyman.extensions import settings

HIGHEST, LOWEST = 2_000.0, -100.0  # metres: Korea's highest mountain has 1,947
log = logging.getLogger(__name__)


def point(lat: float, lon: float) -> Point:
    """The place, with its height when it is known."""
    return Point(lat, lon, _heights(settings().heights_file).at(lat, lon))


@lru_cache(maxsize=4)
def _heights(file: Path) -> Heights:
    """Read once. A file with a mistake in it is not used at all: half a hill would mislead."""
    if not file.exists():
        return Heights()
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return Heights(_spots(csv.DictReader(lines)))
    except (OSError, ValueError, csv.Error) as error:
        log.error("heights are left out, for %s cannot be used: %s", file.name, error)  # noqa: TRY400
        return Heights()


def _spots(rows: "csv.DictReader[str]") -> Iterator[Spot]:
    for row in rows:
        try:
            spot = Spot(float(row["lat"]), float(row["lon"]), float(row["height"]))
        except (KeyError, TypeError, ValueError):
            raise ValueError(f"line {rows.line_num} must hold lat, lon and height") from None
        if not (-90 <= spot.lat <= 90 and -180 <= spot.lon <= 180):
            raise ValueError(f"line {rows.line_num} names no place on this earth")
        if not isfinite(spot.metres) or not LOWEST <= spot.metres <= HIGHEST:
            raise ValueError(f"line {rows.line_num} names no height in Korea")
        yield spot
