"""Databases that are filled once for all test processes, and copied from one kind of database to another."""

import fcntl
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Integer, create_engine, func, select, text

from handyman.extensions import db


def made_once(file: Path, make: Callable[[Path], None]) -> Path:
    """The file, made by whichever process comes first; the others wait for it."""
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            unfinished = file.with_suffix(".unfinished")
            make(unfinished)
            unfinished.rename(file)
    return file


def copy_rows(file: Path, url: str) -> None:
    """All rows of an SQLite file into the empty tables of another database."""
    source, target = create_engine(f"sqlite:///{file}"), create_engine(url)
    with source.connect() as rows, target.begin() as tables:
        on_postgres = target.dialect.name == "postgresql"
        if on_postgres:
            tables.execute(text("SET LOCAL session_replication_role = replica"))  # in any order
        for table in db.metadata.sorted_tables:
            found = [row._asdict() for row in rows.execute(select(table))]
            if found:
                tables.execute(table.insert(), found)
        if on_postgres:
            _count_on(tables)
    source.dispose()
    target.dispose()


def _count_on(tables: Connection) -> None:
    """The next row of each table gets the number after the last."""
    for table in db.metadata.sorted_tables:
        for column in table.primary_key:
            if isinstance(column.type, Integer) and not column.foreign_keys:
                last = tables.scalar(select(func.max(column)))
                counter = func.pg_get_serial_sequence(table.name, column.name)
                tables.execute(select(func.setval(counter, last or 1, last is not None)))
