"""A transaction that would rather fail than keep a caller waiting: for what need not be written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text as sql

from handyman.extensions import db, transaction, writing

PATIENCE_MS = 200  # so long a caller waits for the database, that an answer may be kept


@contextmanager
def impatient_transaction() -> Iterator[None]:
    """One short transaction, also where the page only looks; it raises where others write for long."""
    before = writing.set(False)  # it begins at once, and waits only where it writes
    try:
        with transaction(), _impatient():
            yield
    finally:
        writing.reset(before)


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
