"""Addresses of files become the office's own table: read in pieces, put together, put in place as a whole.

Who is stopped while reading goes on from there (import_work.py). A server never sees half a table: the new
one is written apart and then takes the old one's place.
"""

import csv
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from handyman.geocode.table import shipped, store
from handyman.geocode.table.import_files import Source, UnreadableFileError, pieces, sources
from handyman.geocode.table.import_work import (
    KEY,
    REST,
    RunningImportError,
    StoppedImportError,
    Work,
    is_no_database,
)
from handyman.geocode.table.rows import AddressPoint
from handyman.geocode.table.store import Store, UnusableTableError

__all__ = [
    "Aside",
    "ImportResult",
    "RunningImportError",
    "StoppedImportError",
    "UnreadableFileError",
    "import_files",
    "size_of",
]

# The imported point goes before the old one; what the new row does not know is kept of the old one.
_MERGED = f"""
CREATE TEMP VIEW merged AS SELECT {KEY},
    coalesce(nullif(i.dong, ''), b.dong, '') AS dong, coalesce(nullif(i.jibun, ''), b.jibun, '') AS jibun,
    coalesce(nullif(i.names, ''), b.names, '') AS names, i.lat AS lat, i.lon AS lon, i.error_m AS error_m,
    coalesce(nullif(i.haengjeong, ''), b.haengjeong, '') AS haengjeong, b.gu IS NULL AS new
FROM main.incoming i LEFT JOIN main.base b USING ({KEY})
"""  # noqa: S608
_CHANGED = f"""
SELECT count(*) FROM merged m JOIN main.base b USING ({KEY})
WHERE (m.dong, m.jibun, m.names, m.lat, m.lon, m.error_m, m.haengjeong)
    IS NOT (b.dong, b.jibun, b.names, b.lat, b.lon, b.error_m, b.haengjeong)
"""  # noqa: S608
_WRITE = f"""
INSERT INTO new.addresses ({store.COLUMNS})
SELECT gu, road, underground, main, sub, dong,
    iif(instr(jibun, '-'), substr(jibun, 1, instr(jibun, '-') - 1), jibun), jibun,
    names, lat, lon, error_m, haengjeong
FROM (
    SELECT {KEY}, {REST} FROM merged
    UNION ALL SELECT b.gu, b.road, b.underground, b.main, b.sub, b.lot,
        b.dong, b.jibun, b.names, b.lat, b.lon, b.error_m, b.haengjeong
    FROM main.base b LEFT JOIN main.incoming i USING ({KEY}) WHERE i.gu IS NULL
) ORDER BY gu, road, underground, main, sub, dong, jibun
"""  # noqa: S608
_BASE = f"""
INSERT OR IGNORE INTO main.base
SELECT gu, road, underground, main, sub, iif(road = '', dong || ' ' || jibun, ''), {REST}, 0, 0
FROM old.addresses
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Aside:
    """A table that was kept under another name, and why it is not used."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    rows: int
    new: int
    changed: int
    left_out: int  # of districts that were not asked for
    bad: int
    bad_files: tuple[Path, ...]
    addresses: int  # in the table now
    aside: Aside | None = None  # the table that lay there and could not be used


def size_of(paths: Sequence[Path]) -> int:
    """How many bytes there are to read; raises UnreadableFileError when a file is of no known format."""
    return sum(source.size for path in paths for source in sources(path))


def import_files(
    paths: Sequence[Path],
    table: Path,
    gus: frozenset[str] = frozenset(),
    progress: Callable[[int], None] | None = None,
) -> ImportResult:
    """Add the addresses of files to a table, made when there is none; `progress` hears of bytes read."""
    found = [source for path in paths for source in sources(path)]
    table.parent.mkdir(parents=True, exist_ok=True)
    part = table.with_name(table.name + ".part")
    try:
        work = Work(part, found, gus)
        try:
            result = _import(work, paths, found, table, gus, progress)
        finally:
            work.connection.close()
    except sqlite3.Error as error:
        raise StoppedImportError(_sentence(error, part)) from error
    work.remove()
    return result


def _sentence(error: sqlite3.Error, part: Path) -> str:
    if is_no_database(error):
        return f"{part} is broken ({error}): delete it and give the same command again."
    kept = f" What was read is kept in {part}: give the same command again." if part.is_file() else ""
    return f"The import stopped, the table is as it was: {part.parent}: {error}.{kept}"


def _import(
    work: Work,
    paths: Sequence[Path],
    found: Sequence[Source],
    table: Path,
    gus: frozenset[str],
    progress: Callable[[int], None] | None,
) -> ImportResult:
    for number, source in enumerate(found):
        _read(work, number, source, gus, progress)
    unfinished = table.with_name(table.name + ".new")
    try:
        result = _put_together(work, table, unfinished)
    finally:
        unfinished.unlink(missing_ok=True)
    try:
        written = [_write_bad(work, path, found, table.parent) for path in dict.fromkeys(paths)]
    except OSError as error:
        raise StoppedImportError(
            f"The good rows are in the table, but the bad ones cannot be written to {error.filename}: "
            f"{error.strerror}. Make that possible and give the same command again."
        ) from error
    return replace(result, bad_files=tuple(filter(None, written)))


def _read(
    work: Work,
    number: int,
    source: Source,
    gus: frozenset[str],
    progress: Callable[[int], None] | None,
) -> None:
    done = work.progress(number)
    if progress:
        progress(done.offset)
    reached = done.offset
    for piece in pieces(source, done.offset, done.line, gus):
        work.take_in(number, piece)
        if progress:
            progress(piece.offset - reached)
        reached = piece.offset


def _write_bad(work: Work, path: Path, found: Sequence[Source], other: Path) -> Path | None:
    """FILE.bad.csv beside the file, else beside the table; none, and none left, when all rows were good."""
    numbers = [number for number, source in enumerate(found) if source.path == path]
    file = path.with_name(path.name + ".bad.csv")
    rows = [(found[number].member, *bad) for number, *bad in work.bad(numbers)]
    if not rows:
        with suppress(OSError):
            file.unlink(missing_ok=True)
        return None
    try:
        return _written(file, rows)
    except OSError:  # a stick that cannot be written to
        return _written(other / file.name, rows)


def _written(file: Path, rows: Iterable[tuple[object, ...]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(("member", "line", "reason", "row"))
        writer.writerows(rows)
    return file


def _put_together(work: Work, table: Path, unfinished: Path) -> ImportResult:
    """Write the table anew, of what it held before and what was read, and put it in place."""
    unusable = _read_base(work, table)
    connection = work.connection
    unfinished.unlink(missing_ok=True)
    connection.execute("ATTACH ? AS new", (str(unfinished),))
    connection.executescript("PRAGMA new.journal_mode=OFF; PRAGMA new.synchronous=OFF;")
    store.begin(connection, "new")
    connection.execute(_MERGED)
    connection.execute(_WRITE)
    connection.commit()
    store.finish(connection, "new")
    result = ImportResult(
        rows=work.count("SELECT sum(rows) FROM files"),
        new=work.count("SELECT sum(new) FROM merged"),
        changed=work.count(_CHANGED),
        left_out=work.count("SELECT sum(left_out) FROM files"),
        bad=work.count("SELECT count(*) FROM bad"),
        bad_files=(),
        addresses=work.count("SELECT count(*) FROM new.addresses"),
        aside=Aside(_free_name(table), unusable) if unusable else None,
    )
    connection.execute("DETACH new")
    with unfinished.open("rb+") as written:
        os.fsync(written.fileno())
    if result.aside:
        table.rename(result.aside.path)
    unfinished.replace(table)
    return result


def _read_base(work: Work, table: Path) -> str:
    """What the table holds now, and what we ship where it has nothing; says why the table was not read."""
    connection = work.connection
    unusable = _why_unusable(table) if table.exists() else ""
    with connection:
        connection.execute("DELETE FROM base")
    if table.exists() and not unusable:
        unusable = _read_old(connection, table)
    with connection:
        connection.executemany(
            f"INSERT OR IGNORE INTO base VALUES ({','.join('?' * 15)})",  # noqa: S608
            map(_row, shipped.addresses()),
        )
    return unusable


def _read_old(connection: sqlite3.Connection, table: Path) -> str:
    connection.execute("ATTACH ? AS old", (store.address_of(table),))
    try:
        with connection:
            connection.execute(_BASE)
    except sqlite3.DatabaseError as error:
        if not is_no_database(error):
            raise
        return f"it is damaged ({error})"
    finally:
        connection.execute("DETACH old")
    return ""


def _why_unusable(table: Path) -> str:
    try:
        Store.at(table).close()
    except UnusableTableError as error:
        return str(error)
    return ""


def _free_name(table: Path) -> Path:
    """gazetteer.sqlite.old, or .old2 when there is one of that name."""
    names = (table.with_name(f"{table.name}.old{number or ''}") for number in (0, *range(2, 1000)))
    return next(name for name in names if not name.exists())


def _row(point: AddressPoint) -> tuple[object, ...]:
    lot = "" if point.road_name else f"{point.beopjeong_dong} {point.jibun}"
    return (
        *(point.gu, point.road_name, int(point.underground), point.main, point.sub, lot),
        *(point.beopjeong_dong, point.jibun, "|".join(point.names), point.lat, point.lon, point.error_m),
        *(point.haengjeong_dong, 0, 0),
    )
