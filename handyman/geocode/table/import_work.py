"""What an import has read so far: a file beside the table, from which a stopped import goes on."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from handyman.geocode.table.import_files import Piece, Source

VERSION = 1
KEY = "gu, road, underground, main, sub, lot"
REST = "dong, jibun, names, lat, lon, error_m, haengjeong"
_ROW = f"""
    gu TEXT, road TEXT, underground INTEGER, main INTEGER, sub INTEGER, lot TEXT, dong TEXT, jibun TEXT,
    names TEXT, lat REAL, lon REAL, error_m INTEGER, haengjeong TEXT, serial INTEGER, file INTEGER,
    PRIMARY KEY ({KEY})
"""
_TABLES = f"""
CREATE TABLE job (description TEXT);
CREATE TABLE files (
    number INTEGER PRIMARY KEY, offset INTEGER, line INTEGER, rows INTEGER, left_out INTEGER
);
CREATE TABLE bad (file INTEGER, line INTEGER, reason TEXT, text TEXT);
CREATE TABLE incoming ({_ROW}) WITHOUT ROWID;
CREATE TABLE base ({_ROW}) WITHOUT ROWID;
"""
# Of several entrances the lowest serial is the address; a later file goes before an earlier one.
_TAKE_IN = f"""
INSERT INTO incoming VALUES ({",".join("?" * 15)}) ON CONFLICT DO UPDATE SET
    dong = coalesce(nullif(excluded.dong, ''), dong), jibun = coalesce(nullif(excluded.jibun, ''), jibun),
    names = coalesce(nullif(excluded.names, ''), names), lat = excluded.lat, lon = excluded.lon,
    error_m = excluded.error_m, haengjeong = coalesce(nullif(excluded.haengjeong, ''), haengjeong),
    serial = excluded.serial, file = excluded.file
WHERE excluded.file > file OR (excluded.file = file AND excluded.serial < serial)
"""  # noqa: S608
_BEGIN = """
PRAGMA main.locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; BEGIN EXCLUSIVE; COMMIT;
PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000; PRAGMA temp_store=FILE;
"""


class StoppedImportError(RuntimeError):
    """The import cannot go on now; what it has read stays. The message is a sentence."""


class RunningImportError(StoppedImportError):
    """Another import is writing the same table."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file was read."""

    offset: int = 0
    line: int = 0
    rows: int = 0
    left_out: int = 0


class Work:
    """The file; one import at a time holds it."""

    def __init__(self, path: Path, sources: Sequence[Source], gus: frozenset[str]) -> None:
        self.path = path
        job = _describe(sources, gus)
        self.connection = _opened(path)
        if _job(self.connection) != job:
            self.connection.close()
            self.remove()
            self.connection = _opened(path)
            self.connection.executescript(_TABLES)
            self.connection.execute("INSERT INTO job VALUES (?)", (job,))
            self.connection.commit()

    def progress(self, number: int) -> Progress:
        question = "SELECT offset, line, rows, left_out FROM files WHERE number = ?"
        found = self.connection.execute(question, (number,)).fetchone()
        return Progress(*found) if found else Progress()

    def take_in(self, number: int, piece: Piece) -> None:
        """The rows and how far they reach, both or neither."""
        before = self.progress(number)
        rows = before.rows + len(piece.rows) + len(piece.bad) + piece.left_out
        with self.connection:
            self.connection.executemany(_TAKE_IN, [(*row, number) for row in piece.rows])
            self.connection.executemany(
                "INSERT INTO bad VALUES (?, ?, ?, ?)", [(number, *bad) for bad in piece.bad]
            )
            self.connection.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
                (number, piece.offset, piece.line, rows, before.left_out + piece.left_out),
            )

    def bad(self, numbers: Sequence[int]) -> Iterator[tuple[int, int, str, str]]:
        """The bad rows of some files: file, line, reason, text."""
        for number in numbers:
            yield from self.connection.execute("SELECT * FROM bad WHERE file = ? ORDER BY line", (number,))

    def count(self, question: str) -> int:
        return int(self.connection.execute(question).fetchone()[0] or 0)

    def remove(self) -> None:
        _remove(self.path)


def _describe(sources: Sequence[Source], gus: frozenset[str]) -> str:
    """The same files, unchanged, for the same districts: only then there is something to go on from."""
    files = [
        (str(source.path.resolve()), source.member, source.path.stat().st_mtime_ns, source.size)
        for source in sources
    ]
    return json.dumps([VERSION, files, sorted(gus)], ensure_ascii=False)


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return _begun(path)
    except sqlite3.DatabaseError as error:
        if not is_no_database(error):
            raise
    _remove(path)  # nothing to go on from
    return _begun(path)


def _begun(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}", timeout=0.2, uri=True)
    try:
        connection.executescript(_BEGIN)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        connection.close()
        if _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise RunningImportError("Another import into the same table is running.") from error
        raise
    return connection


def is_no_database(error: sqlite3.Error) -> bool:
    """Whether the file is broken, not merely out of reach for now."""
    return _code(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _code(error: sqlite3.Error) -> int:
    """What SQLite says, without the finer points."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _job(connection: sqlite3.Connection) -> str:
    """What the file was begun for; nothing when it is new."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'job'").fetchone():
        return ""
    found = connection.execute("SELECT description FROM job").fetchone()
    return str(found[0]) if found else ""
