"""The files that addresses are imported from: which format one has, and its rows, read in pieces.

위치정보요약DB of the Ministry of the Interior and Safety (the whole, not the changes of a month): 18 columns
between `|`, cp949, no header, coordinates in EPSG:5179. Or a CSV with the columns of the table that we ship.
"""

import csv
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from handyman.geocode.table import shipped
from handyman.geocode.table.import_rows import (
    CITY,
    SUMMARY_COLUMNS,
    BadRowError,
    Row,
    read_csv,
    read_summary,
)

CSV_NEEDED = ("road_name", "building_main", "lat", "lon")
SUMMARY = tuple(str(number) for number in range(SUMMARY_COLUMNS))
AT_ONCE = 5_000
LONGEST_LINE = 65_536  # bytes
HEAD_BYTES = 65_536
KOREA = (33.0, 39.0, 124.0, 132.0)  # south, north, west, east
AROUND_A_GU = 0.045, 0.057  # 5 km around the middles of its dongs, in degrees
ENDS = "\r\n\x1a"  # the last: what DOS ends a file with

Box = tuple[float, float, float, float]
Bad = tuple[int, str, str]  # line, reason, the line as it stands


class UnreadableFileError(ValueError):
    """The file has no format that we know, or is damaged; the message is a sentence."""


_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Source:
    """One text to read: a file, or a member of a zip."""

    path: Path
    member: str
    size: int
    encoding: str = ""
    columns: tuple[str, ...] = ()

    @contextmanager
    def opened(self, offset: int = 0) -> Iterator[IO[bytes]]:
        """The bytes from the offset on."""
        if self.member:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as lines:
                lines.seek(offset)
                yield lines
        else:
            with self.path.open("rb") as lines:
                lines.seek(offset)
                yield lines


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows in degrees, and where the next ones begin."""

    rows: list[Row]
    bad: list[Bad]
    left_out: int
    offset: int
    line: int


def sources(path: Path) -> list[Source]:
    """What there is to read in a file, known by its content."""
    try:
        found = _members(path) if zipfile.is_zipfile(path) else [Source(path, "", path.stat().st_size)]
        known = [source for source in map(_recognised, found) if source]
    except _DAMAGED as error:
        raise UnreadableFileError(f"{path}: the zip cannot be read ({error}).") from error
    if not known:
        raise UnreadableFileError(
            f"{path} is neither a text of the 위치정보요약DB for {CITY} ({SUMMARY_COLUMNS} columns "
            f"between |, not the changes) nor a CSV with {', '.join(CSV_NEEDED)} in its first line."
        )
    return known


def _members(path: Path) -> list[Source]:
    with zipfile.ZipFile(path) as archive:
        return [
            Source(path, info.filename, info.file_size) for info in archive.infolist() if not info.is_dir()
        ]


def _recognised(source: Source) -> Source | None:
    with source.opened() as lines:
        head = lines.read(HEAD_BYTES)
    encoding, text = _decoded(head if len(head) < HEAD_BYTES else head[: head.rfind(b"\n") + 1])
    lines_of_text = text.splitlines()[:100] or [""]
    columns = tuple(cell.strip() for cell in next(csv.reader([lines_of_text[0]]), []))
    if set(CSV_NEEDED) <= set(columns):
        return Source(source.path, source.member, source.size, encoding, columns)
    cells = [line.split("|") for line in lines_of_text]
    if any(len(row) == SUMMARY_COLUMNS and row[2].isdigit() and row[3] == CITY for row in cells):
        return Source(source.path, source.member, source.size, encoding, SUMMARY)
    return None


def _decoded(head: bytes) -> tuple[str, str]:
    """The encoding in which fewer bytes make no sense: a stray one does not change it."""
    either = [(encoding, head.decode(encoding, errors="replace")) for encoding in ("utf-8-sig", "cp949")]
    return min(either, key=lambda told: told[1].count("\ufffd"))


def pieces(source: Source, offset: int, line: int, gus: frozenset[str]) -> Iterator[Piece]:
    """The rows from an offset on; of these districts alone, when any are named."""
    try:
        with source.opened(offset) as lines:
            if offset == 0 and source.columns != SUMMARY:
                line = len(_lines_of(lines, 1))
            while taken := _lines_of(lines, AT_ONCE):
                piece = _piece(source, taken, lines.tell(), line, gus)
                line = piece.line
                yield piece
    except (*_DAMAGED, OSError) as error:
        raise UnreadableFileError(
            f"{source.path} cannot be read behind line {line:,} ({error}). Get it anew."
        ) from error


def _lines_of(lines: IO[bytes], most: int) -> list[bytes]:
    """The next lines; of one that is far too long, the beginning."""
    taken: list[bytes] = []
    while len(taken) < most and (line := lines.readline(LONGEST_LINE)):
        taken.append(line)
        while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            line = lines.readline(LONGEST_LINE)
    return taken


def _piece(source: Source, taken: list[bytes], reached: int, line: int, gus: frozenset[str]) -> Piece:
    rows: list[tuple[int, str, Row]] = []
    bad: list[Bad] = []
    left_out = 0
    for number, raw in enumerate(taken, line + 1):
        text = raw.decode(source.encoding, errors="replace").rstrip(ENDS)
        if not text:
            continue
        try:
            row = _row(source, raw, text)
        except BadRowError as error:
            bad.append((number, str(error), text))
            continue
        if gus and row.gu not in gus:
            left_out += 1
        else:
            rows.append((number, text, row))
    placed = list(_placed(rows, bad, metric=source.columns == SUMMARY))
    return Piece(placed, sorted(bad), left_out, reached, line + len(taken))


def _row(source: Source, raw: bytes, text: str) -> Row:
    if len(raw) == LONGEST_LINE:
        raise BadRowError("the line is far too long; this is its beginning")
    return (read_summary if source.columns == SUMMARY else read_csv)(text, source.columns)


def _placed(rows: list[tuple[int, str, Row]], bad: list[Bad], *, metric: bool) -> Iterator[Row]:
    """In degrees, all at once; what lies outside of its district is bad."""
    ys, xs = [row.y for _, _, row in rows], [row.x for _, _, row in rows]
    if metric and rows:
        xs, ys = _transformer().transform(xs, ys)
    for (number, text, row), lat, lon in zip(rows, ys, xs, strict=True):
        if not _holds(KOREA, lat, lon):
            bad.append((number, "the coordinates lie outside of Korea", text))
        elif not _holds(_box(row.gu), lat, lon):
            bad.append((number, f"the coordinates lie outside of {row.gu}", text))
        else:
            yield row._replace(y=round(lat, 7), x=round(lon, 7))


def _holds(box: Box, lat: float, lon: float) -> bool:
    south, north, west, east = box
    return south <= lat <= north and west <= lon <= east


@cache
def _box(gu: str) -> Box:
    centres = [centre for centre in shipped.dongs() if centre.gu == gu]
    lats, lons = [centre.lat for centre in centres], [centre.lon for centre in centres]
    far, wide = AROUND_A_GU
    return min(lats) - far, max(lats) + far, min(lons) - wide, max(lons) + wide


@cache
def _transformer() -> Any:
    from pyproj import Transformer  # slow to load, and only an import needs it

    return Transformer.from_crs("EPSG:5179", "EPSG:4326", always_xy=True)
