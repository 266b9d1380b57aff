"""How large the offices of the bench are and when it is there, and how rows go into them."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # Tuesday, ten in the morning in Seoul: the clock of the bench
TODAY = date(2026, 11, 24)
YEARS = 10
MEMBERS, FORMER = 11, 60
ON_A_DAY = 44  # visits of an ordinary day, four for each member
STARTS = (545, 670, 785, 905)
WINDOWS = ((540, 660), (660, 780), (780, 900), (900, 1020))
RECENT_DAYS, COMING_DAYS = 30, 14
WAITING = 15  # requests without a window, in both offices


@dataclass(frozen=True, slots=True)
class Size:
    name: str
    residents: int

    @property
    def requests(self) -> int:
        return self.residents * 3

    @property
    def visits(self) -> int:
        return self.residents * 4


BIG, SMALL = Size("big", 100_000), Size("small", 1_000)


def insert(
    connection: sqlite3.Connection, table: str, columns: str, rows: Iterable[tuple[object, ...]]
) -> None:
    marks = ",".join("?" * len(columns.split()))
    connection.executemany(f"INSERT INTO {table} ({','.join(columns.split())}) VALUES ({marks})", rows)


def at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}.000000"


def phone(number: int) -> str:
    return f"+82100{number:07d}"
