"""The worker as a process of its own: it sends what is due, and stops when asked."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from handyman import jobs
from handyman.extensions import transaction
from handyman.messages import doubt, outbox
from handyman.messages.gateways import TwilioGateway
from handyman.models import MessageKind, MessageState
from tests.conftest import Clock
from tests.factories import make_message, make_person
from tests.longer import longer
from tests.messages import twilio_peer

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds: a machine that does much else starts a worker slowly
TOO_BUSY = b"maximum number of running instances reached"  # the scheduler passes over a tick


def start(database_url: str, folder: Path, **more: str) -> subprocess.Popen[bytes]:
    environ = {
        **os.environ,
        "DATABASE_URL": database_url,
        "INSTANCE_PATH": str(folder),
        "SECRET_KEY": "x",
        **more,
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    return subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE)


@pytest.mark.parametrize("asked", [signal.SIGTERM, longer(signal.SIGINT)])
def test_the_worker_sends_what_is_due_and_stops_cleanly(
    asked: signal.Signals, database_url: str, tmp_path: Path, app: Flask, session: scoped_session[Session]
) -> None:
    app.extensions["clock"] = lambda: datetime.now(UTC)
    message = make_message(make_person(), MessageKind.RESIDENT_ON_THE_WAY)  # leaves by night too
    session.commit()
    worker = start(database_url, tmp_path)
    patience = time.monotonic() + PATIENCE
    while message.state is not MessageState.DELIVERED and time.monotonic() < patience:
        time.sleep(0.2)
        session.rollback()
    worker.send_signal(asked)
    assert worker.wait(PATIENCE) == 0
    assert message.state is MessageState.DELIVERED
    assert worker.stderr is not None
    said = worker.stderr.read().splitlines()
    assert [line for line in said if TOO_BUSY not in line] == []


@pytest.mark.usefixtures("any_database")
def test_a_second_worker_on_sqlite_says_that_there_is_one(
    database_url: str, tmp_path: Path, app: Flask
) -> None:
    with app.app_context():
        lock = jobs.only_worker()
    if not database_url.startswith("sqlite"):
        assert lock is None
        return
    assert lock is not None
    second = start(database_url, tmp_path)
    assert second.wait(PATIENCE) == 1
    assert second.stderr is not None
    assert b"Another worker runs already." in second.stderr.read()
    lock.close()
    with app.app_context():
        again = jobs.only_worker()
    assert again is not None
    again.close()


def test_a_worker_killed_while_twilio_answers_neither_loses_nor_doubles(
    database_url: str,
    tmp_path: Path,
    twilio: TwilioGateway,
    peer: twilio_peer.Peer,
    clock: Clock,
    session: scoped_session[Session],
) -> None:
    clock.set(datetime.now(UTC))
    message = make_message(make_person(), MessageKind.RESIDENT_ON_THE_WAY)  # leaves by night too
    session.commit()
    killed = threading.Event()
    worker = start(
        database_url,
        tmp_path,
        SMS_GATEWAY="twilio",
        TWILIO_ACCOUNT_SID=twilio_peer.ACCOUNT,
        TWILIO_AUTH_TOKEN=twilio_peer.TOKEN,
        TWILIO_FROM="+821000000000",
        TWILIO_API_BASE=peer.address,
    )

    def kill() -> None:
        worker.kill()
        worker.wait()
        killed.set()

    peer.while_asked = kill
    try:
        assert killed.wait(PATIENCE)
    finally:
        worker.kill()
    peer.while_asked = lambda: None
    session.rollback()
    assert message.state is MessageState.SENDING
    for _ in range(2):
        clock.advance(minutes=3)
        with transaction():
            doubt.sweep(clock())
        doubt.clear_up(twilio, clock)
        outbox.send_due(twilio, clock)
    session.rollback()
    assert message.state is MessageState.ACCEPTED
    assert len(peer.taken) == 1


def test_no_job_overlaps_itself_and_sending_has_a_thread_of_its_own(app: Flask) -> None:
    scheduler = jobs.schedule(app, lambda: True)
    ticks = scheduler.get_jobs()
    assert {each.executor for each in ticks} == {"sender", "doubt", "default", "places"}
    scheduler.start(paused=True)
    assert all(each.max_instances == 1 and each.coalesce for each in scheduler.get_jobs())
    scheduler.shutdown()


def test_a_failed_tick_says_its_kind_and_nothing_that_people_typed(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ValueError("010-0000-0000")

    jobs._safely(app, fail)()
    assert "ValueError in a tick" in caplog.text
    assert "010" not in caplog.text


def test_a_setting_that_cannot_be_is_one_sentence(database_url: str, tmp_path: Path) -> None:
    worker = start(database_url, tmp_path, TEXT_HOURS="banana")
    _, told = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 3
    assert told.decode().splitlines() == ["TEXT_HOURS must be a span such as 08:00-20:00, not 'banana'."]


def test_gunicorn_gives_up_where_a_setting_cannot_be(database_url: str, tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "DATABASE_URL": database_url,
        "INSTANCE_PATH": str(tmp_path),
        "TEXT_HOURS": "banana",
    }
    command = [sys.executable, "-m", "gunicorn", "--bind=127.0.0.1:0", "--no-control-socket", "wsgi:app"]
    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, timeout=PATIENCE, check=False)
    assert ended.returncode == 3
    assert b"TEXT_HOURS must be a span such as 08:00-20:00, not 'banana'." in ended.stderr
    assert b"Traceback" not in ended.stderr
