"""Two who write to one SQLite file wait for one another, and nobody waits for ever."""

import sqlite3
import threading

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session

from handyman import extensions
from handyman.extensions import db
from handyman.models import Heartbeat


@pytest.fixture
def other(app: Flask, session: scoped_session[Session]) -> sqlite3.Connection:
    """Somebody else's connection to the same file, in the middle of writing."""
    session.rollback()
    connection = sqlite3.connect(str(db.engine.url.database), isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def write() -> None:
    db.session.execute(text("UPDATE members SET name = name"))
    db.session.commit()


def test_a_writer_waits_for_the_other_and_is_let_in(other: sqlite3.Connection) -> None:
    other.execute("INSERT INTO heartbeats (worker, at) VALUES ('other', '2026-11-24 01:00:00.000000')")
    threading.Timer(0.2, lambda: other.execute("COMMIT")).start()
    write()
    assert db.session.scalar(select(Heartbeat.worker)) == "other", "the other went first, and was waited for"
    assert not other.in_transaction
    other.close()


def test_a_writer_that_never_ends_is_told_and_leaves_the_connection_usable(
    other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extensions, "PATIENCE", 0.1)
    with pytest.raises(OperationalError, match="locked"):
        write()
    db.session.rollback()
    other.execute("COMMIT")
    other.close()
    write()
    assert db.session.execute(text("PRAGMA busy_timeout")).scalar() == 100
