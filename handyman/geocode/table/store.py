"""A table of addresses in SQLite: in memory for the one that we ship, a file for one that was imported.

Rows lie in the order of district, road and number, so that a road is one run of row numbers. A finished
table is never written to again: a new one takes its place as a whole.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from sys import intern
from threading import Lock
from typing import Any
from urllib.parse import quote

from handyman.geocode.address import name_key
from handyman.geocode.table.rows import AddressPoint

APPLICATION_ID = 0x68616E64
VERSION = 1
PAGES_KEPT_KB = 4_000
AT_ONCE = 2_000
COLUMNS = "gu, road, underground, main, sub, dong, plot, jibun, names, lat, lon, error_m, haengjeong"
POINT = "road, main, sub, dong, jibun, names, lat, lon, error_m, gu, haengjeong, underground"

_TABLES = """
CREATE TABLE {schema}.addresses (
    id INTEGER PRIMARY KEY, gu TEXT NOT NULL, road TEXT NOT NULL, underground INTEGER NOT NULL,
    main INTEGER NOT NULL, sub INTEGER NOT NULL, dong TEXT NOT NULL, plot TEXT NOT NULL,
    jibun TEXT NOT NULL, names TEXT NOT NULL, lat REAL NOT NULL, lon REAL NOT NULL,
    error_m INTEGER NOT NULL, haengjeong TEXT NOT NULL
);
CREATE TABLE {schema}.roads (
    gu TEXT NOT NULL, name TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL
);
CREATE TABLE {schema}.gus (gu TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE {schema}.names (
    key TEXT NOT NULL, address INTEGER NOT NULL, PRIMARY KEY (key, address)
) WITHOUT ROWID;
CREATE TABLE {schema}.overlap (
    gu TEXT NOT NULL, haengjeong TEXT NOT NULL, beopjeong TEXT NOT NULL, addresses INTEGER NOT NULL
);
"""
_FINISH = """
CREATE INDEX {schema}.lots ON addresses (dong, plot) WHERE jibun <> '';
CREATE INDEX {schema}.lot_numbers ON addresses (length(jibun), jibun) WHERE jibun <> '';
CREATE INDEX {schema}.numbers ON addresses (main, sub) WHERE road <> '';
INSERT INTO {schema}.roads
    SELECT gu, road, min(id), max(id) FROM {schema}.addresses WHERE road <> '' GROUP BY gu, road;
INSERT INTO {schema}.gus SELECT gu, min(id), max(id) FROM {schema}.addresses GROUP BY gu;
INSERT INTO {schema}.overlap SELECT gu, haengjeong, dong, count(*) FROM {schema}.addresses
    WHERE haengjeong <> '' AND dong <> '' GROUP BY gu, haengjeong, dong;
PRAGMA {schema}.application_id={application};
PRAGMA {schema}.user_version={version};
"""


class UnusableTableError(ValueError):
    """The file is no table of this version; the message says why."""


class Store:
    """One connection, asked by any thread, one question at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = Lock()

    @classmethod
    def of(cls, points: Iterable[AddressPoint]) -> "Store":
        """A table in memory."""
        connection = sqlite3.connect(":memory:", check_same_thread=False, cached_statements=256)
        begin(connection)
        rows = sorted(map(_cells, points), key=lambda cells: cells[:5])
        marks = ",".join("?" * len(COLUMNS.split(",")))
        connection.executemany(f"INSERT INTO addresses ({COLUMNS}) VALUES ({marks})", rows)  # noqa: S608
        finish(connection)
        return cls(connection)

    @classmethod
    def at(cls, path: Path) -> "Store":
        """A table in a file; processes share its pages through the system, none is copied."""
        try:
            connection = sqlite3.connect(
                address_of(path), uri=True, check_same_thread=False, cached_statements=256
            )
            try:
                _check(connection, path)
            except BaseException:
                connection.close()
                raise
        except sqlite3.Error as error:
            raise UnusableTableError(f"it cannot be read ({error})") from error
        return cls(connection)

    def close(self) -> None:
        self._connection.close()

    def ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(question, values).fetchall()

    def points(self, condition: str, *values: object) -> tuple[AddressPoint, ...]:
        """The addresses that meet a condition."""
        return tuple(map(_point, self.ask(f"SELECT {POINT} FROM addresses WHERE {condition}", *values)))  # noqa: S608

    def all_points(self) -> Iterator[AddressPoint]:
        """Every address, a few thousand in memory at a time."""
        last = 0
        while found := self.points("id BETWEEN ? AND ?", last + 1, last + AT_ONCE):
            yield from found
            last += AT_ONCE


def begin(connection: sqlite3.Connection, schema: str = "main") -> None:
    """Make an empty table."""
    connection.executescript(_TABLES.format(schema=schema))


def finish(connection: sqlite3.Connection, schema: str = "main") -> None:
    """Add what is looked up by, once all rows are in; mark the table as one of this version."""
    named = connection.execute(f"SELECT id, names FROM {schema}.addresses WHERE names <> ''")  # noqa: S608
    keys = {(name_key(name), number) for number, names in named for name in names.split("|")}
    connection.executemany(f"INSERT INTO {schema}.names VALUES (?, ?)", sorted(keys))  # noqa: S608
    connection.commit()
    connection.executescript(_FINISH.format(schema=schema, application=APPLICATION_ID, version=VERSION))


def address_of(path: Path) -> str:
    """How SQLite is told to read a file that never changes."""
    return f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"


def _check(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute(f"PRAGMA cache_size=-{PAGES_KEPT_KB}")
    application, version, pages, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version", "page_count", "page_size")
    )
    if application != APPLICATION_ID:
        raise UnusableTableError("it is no table of addresses")
    if version != VERSION:
        raise UnusableTableError(f"it is of version {version}, this product reads {VERSION}")
    if pages * size != path.stat().st_size:
        raise UnusableTableError("it is not whole")
    if connection.execute("SELECT 1 FROM addresses LIMIT 1").fetchone() is None:
        raise UnusableTableError("it is empty")


def _cells(point: AddressPoint) -> tuple[Any, ...]:
    return (
        *(point.gu, point.road_name, int(point.underground), point.main, point.sub, point.beopjeong_dong),
        *(point.jibun.partition("-")[0], point.jibun, "|".join(point.names), point.lat, point.lon),
        *(point.error_m, point.haengjeong_dong),
    )


def _point(cells: tuple[Any, ...]) -> AddressPoint:
    """The names of districts, dongs and roads come again and again: each is kept once."""
    road, main, sub, dong, jibun, names, lat, lon, error_m, gu, haengjeong, underground = cells
    return AddressPoint(
        *(intern(road), main, sub, intern(dong), jibun, tuple(names.split("|")) if names else ()),
        *(lat, lon, error_m, intern(gu), intern(haengjeong), underground != 0),
    )
