"""Transactions that keep nobody waiting: who need not write gives up, who reads first stands in no line."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError

from handyman.extensions import NEXT_TRY, db, transaction, writing

PATIENCE_MS = 200  # so long a caller waits for the database, that an answer may be kept
LOOKS = 8  # then we stand in line before we look, as all writers do

Given = ParamSpec("Given")
Result = TypeVar("Result")


def looks_first(act: Callable[Given, Result]) -> Callable[Given, Result]:
    """An action that holds up SQLite's other writers only while it writes, not while it reads.

    Where somebody has written since, SQLite refuses our write, for what we read is no longer so: the action
    has to be one transaction that begins with reading, which is then made anew from its beginning.
    """

    @wraps(act)
    def looking(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        for _ in range(LOOKS):
            try:
                with _in_line(False):
                    return act(*args, **kwargs)
            except OperationalError as error:
                if not _is_overtaken(error):
                    raise
            time.sleep(NEXT_TRY)
        with _in_line(True):
            return act(*args, **kwargs)

    return looking


@contextmanager
def _in_line(stands: bool) -> Iterator[None]:
    """Whether the next transaction waits for SQLite's other writers as it begins, or only where it writes."""
    before = writing.set(stands)
    try:
        yield
    finally:
        writing.reset(before)


def _is_overtaken(error: OperationalError) -> bool:
    said = error.orig
    return isinstance(said, sqlite3.OperationalError) and said.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


@contextmanager
def impatient_transaction() -> Iterator[None]:
    """One short transaction, also where the page only looks; it raises where others write for long."""
    with _in_line(False), transaction(), _impatient():
        yield


@contextmanager
def _impatient() -> Iterator[None]:
    """Within this transaction no lock is waited for much longer than a caller notices."""
    connection = db.session.connection()
    if connection.dialect.name != "sqlite":
        connection.execute(sql(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
        yield
        return
    driver: Any = connection.connection.driver_connection
    usual = driver.execute("PRAGMA busy_timeout").fetchone()[0]
    driver.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout={usual}")
