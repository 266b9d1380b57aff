"""Two who write to one SQLite file wait for one another, and nobody waits for ever."""

import sqlite3
import threading

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session

from handyman import extensions, patience
from handyman.extensions import db, now, transaction, writing
from handyman.models import Heartbeat
from handyman.patience import looks_first


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


def test_who_looks_first_holds_nobody_up_and_looks_anew_where_somebody_wrote_meanwhile(
    other: sqlite3.Connection,
) -> None:
    other.execute("COMMIT")
    seen = list[int]()

    @looks_first
    def count() -> None:
        with transaction():
            seen.append(len(db.session.scalars(select(Heartbeat)).all()))
            if len(seen) < 3:
                other.execute(f"INSERT INTO heartbeats VALUES ('other {len(seen)}', '2026-11-24 01:00:00.0')")
            db.session.add(Heartbeat(worker=f"{seen[-1]} others", at=now()))

    count()
    assert seen == [0, 1, 2]
    found = db.session.scalars(select(Heartbeat.worker).order_by(Heartbeat.worker)).all()
    assert found == ["2 others", "other 1", "other 2"]
    other.close()


def test_who_is_overtaken_again_and_again_stands_in_line(other: sqlite3.Connection) -> None:
    looks = list[bool]()

    @looks_first
    def wait() -> None:
        with transaction():
            looks.append(writing.get())
            db.session.scalars(select(Heartbeat)).all()
            if len(looks) == patience.LOOKS:
                threading.Timer(0.05, lambda: other.execute("COMMIT")).start()
            db.session.add(Heartbeat(worker="waits", at=now()))

    wait()
    assert looks == [False] * patience.LOOKS + [True]
    assert db.session.scalar(select(Heartbeat.worker)) == "waits"
    other.close()
