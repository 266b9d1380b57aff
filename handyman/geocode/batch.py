"""A table of addresses in, a table of places out."""

import csv
import os
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import EINVAL, ENOENT
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TextIO

from handyman.geocode.gazetteer import current
from handyman.geocode.locate import locate
from handyman.geocode.located import Finding, Grade, Located

COLUMNS = ("query", "lat", "lon", "grade", "address", "road_name", "building_number", "dong", "jibun")
NO_PLACE_TO_SEND_TO = (Grade.ROAD, Grade.DONG)
SAID_AGAIN = 10_000  # so many queries are remembered: lists repeat themselves
ROWS_BETWEEN_NEWS = 200
TOLD = 80  # so much of a line that cannot be read is told

Cells = tuple[str, ...]


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
    search: Callable[[str], Finding] | None = None,
    progress: Callable[[int], None] | None = None,
) -> BatchResult:
    """Read row by row, write row by row; a row without one certain place leaves lat and lon empty.

    The table written appears when it is whole. `progress` hears how many bytes more are read.
    """
    if not out_path.parent.is_dir():
        raise OSError(ENOENT, os.strerror(ENOENT), str(out_path.parent))
    if out_path.exists() and out_path.samefile(in_path):
        raise OSError(EINVAL, "the table read and the table written must be two files", str(out_path))
    cells_of = lru_cache(SAID_AGAIN)(partial(_cells, search or partial(locate, gazetteer=current())))
    rows = found = 0
    with in_path.open(encoding=_encoding(in_path), newline="") as source:
        queries = _queries(source)
        with _appearing(out_path) as target:
            writer = csv.writer(target)
            writer.writerow(COLUMNS)
            for query in _with_news(queries, source, progress):
                cells = cells_of(query)
                writer.writerow((query, *cells))
                rows += 1
                found += cells[0] != ""
    return BatchResult(rows, found)


def _encoding(path: Path) -> str:
    """UTF-8 when all of it is; else what Excel writes in Korea."""
    decoder = getincrementaldecoder("utf-8")()
    with path.open("rb") as source:
        try:
            while part := source.read(1 << 20):
                decoder.decode(part)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp949"
    return "utf-8-sig"


@contextmanager
def _appearing(path: Path) -> Iterator[TextIO]:
    """A file written beside, that takes its name at the end; what is no ordinary file is written to."""
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="") as target:
            yield target
        return
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as target:
            yield target
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _with_news(
    queries: Iterator[str], source: TextIO, progress: Callable[[int], None] | None
) -> Iterator[str]:
    told = 0
    for number, query in enumerate(queries, 1):
        yield query
        if progress and number % ROWS_BETWEEN_NEWS == 0:
            reached = source.buffer.tell()
            progress(reached - told)
            told = reached
    if progress:
        progress(source.buffer.tell() - told)


def _queries(source: TextIO) -> Iterator[str]:
    """The column `query`; that there is one is known before anything is written."""
    rows = _rows(csv.reader(source))
    columns = [cell.strip() for cell in next(rows, [])]
    if "query" not in columns:
        found = f" It names {', '.join(columns)[:TOLD]}." if any(columns) else ""
        raise MissingColumnError(f"The first line must name a column: query.{found}")
    return _column(rows, columns.index("query"), alone=len(columns) == 1)


def _rows(reader: Any) -> Iterator[list[str]]:
    """The lines of the table; a message says which of them is none."""
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadTableError(f"Line {reader.line_num:,} is no line of a CSV table: {error}.") from error
        yield row


def _column(rows: Iterator[list[str]], at: int, *, alone: bool) -> Iterator[str]:
    """A query for each row. In a table of one column an empty line is a row too, but not at its end."""
    empty = 0
    for row in rows:
        if not row:
            empty += alone
            continue
        yield from [""] * empty
        empty = 0
        yield row[at] if at < len(row) else ""


def _cells(search: Callable[[str], Finding], query: str) -> Cells:
    place = search(query).best if query.strip() else None
    return _of_place(place) if place else ("",) * (len(COLUMNS) - 1)


def _of_place(place: Located) -> Cells:
    vague = place.grade in NO_PLACE_TO_SEND_TO
    return (
        "" if vague else f"{place.lat:.7f}",
        "" if vague else f"{place.lon:.7f}",
        place.grade.value,
        place.label,
        place.road_name,
        place.building_number,
        place.beopjeong_dong or place.haengjeong_dong,  # beside jibun: 사당동 1002-3
        place.jibun,
    )
