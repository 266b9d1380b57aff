"""A table of addresses in, a table of places out."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from errno import EINVAL
from pathlib import Path
from typing import TextIO

from handyman.geocode.locate import locate
from handyman.geocode.located import Finding, Located

COLUMNS = ("query", "lat", "lon", "grade", "address", "road_name", "building_number", "dong", "jibun")


class BadTableError(ValueError):
    """The file cannot be read as a table of queries; the message says why."""


class MissingColumnError(BadTableError):
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
    if out_path.exists() and out_path.samefile(in_path):
        raise OSError(EINVAL, "the table read and the table written must be two files", str(out_path))
    rows = found = 0
    with in_path.open(encoding="utf-8-sig", newline="") as source:
        queries = _queries(source)
        with out_path.open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, COLUMNS)
            writer.writeheader()
            for query in queries:
                place = search(query).best
                writer.writerow({"query": query, **(_cells(place) if place else {})})
                rows, found = rows + 1, found + (place is not None)
                if progress:
                    progress(rows)
    return BatchResult(rows, found)


def _queries(source: TextIO) -> Iterator[str]:
    """The column `query`; that there is one is known before anything is written."""
    reader = csv.DictReader(source)
    try:
        columns = reader.fieldnames or ()
    except csv.Error as error:
        raise BadTableError(f"The file is no CSV table: {error}.") from error
    if "query" not in columns:
        raise MissingColumnError("The first line must name a column: query.")
    return _rows(reader)


def _rows(reader: "csv.DictReader[str]") -> Iterator[str]:
    try:
        for row in reader:
            yield row["query"] or ""
    except csv.Error as error:
        raise BadTableError(f"Line {reader.line_num} is no line of a CSV table: {error}.") from error


def _cells(place: Located) -> dict[str, object]:
    return {
        "lat": f"{place.lat:.7f}",
        "lon": f"{place.lon:.7f}",
        "grade": place.grade.value,
        "address": place.label,
        "road_name": place.road_name,
        "building_number": place.building_number,
        "dong": place.beopjeong_dong or place.haengjeong_dong,  # beside jibun: 사당동 1002-3
        "jibun": place.jibun,
    }
