"""A table of addresses in, a table of places out."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from handyman.geocode.locate import locate
from handyman.geocode.located import Finding, Located

COLUMNS = ("query", "lat", "lon", "grade", "address", "road_name", "building_number", "dong", "jibun")


class MissingColumnError(ValueError):
    """The file has no column named query."""


@dataclass(frozen=True, slots=True)
class BatchResult:
    rows: int
    found: int


def geocode_file(
    in_path: Path,
    out_path: Path,
    search: Callable[[str], Finding] = locate,
    progress: Callable[[int], None] | None = None,
) -> BatchResult:
    """Read row by row, write row by row; a row without one certain place leaves lat and lon empty."""
    rows = found = 0
    with (
        in_path.open(encoding="utf-8-sig", newline="") as source,
        out_path.open("w", encoding="utf-8", newline="") as target,
    ):
        reader = csv.DictReader(source)
        if "query" not in (reader.fieldnames or ()):
            raise MissingColumnError("The first line must name a column: query.")
        writer = csv.DictWriter(target, COLUMNS)
        writer.writeheader()
        for row in reader:
            query = row["query"] or ""
            place = search(query).best
            writer.writerow({"query": query, **(_cells(place) if place else {})})
            rows, found = rows + 1, found + (place is not None)
            if progress:
                progress(rows)
    return BatchResult(rows, found)


def _cells(place: Located) -> dict[str, object]:
    return {
        "lat": f"{place.lat:.7f}",
        "lon": f"{place.lon:.7f}",
        "grade": place.grade.value,
        "address": place.label,
        "road_name": place.road_name,
        "building_number": place.building_number,
        "dong": place.haengjeong_dong or place.beopjeong_dong,
        "jibun": place.jibun,
    }
