"""With QUEUE=procrastinate a job in PostgreSQL wakes a sender; the outbox still decides."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import flask_migrate
import psycopg
import pytest
from flask import Flask
from procrastinate import PsycopgConnector
from sqlalchemy import select, text
from sqlalchemy.orm import Session, scoped_session

from handyman import jobs, queueing, serve, text_jobs
from handyman.extensions import db, now, settings, transaction
from handyman.messages import doubt, outbox, trouble
from handyman.messages.claims import claim
from handyman.messages.gateways import Answer, Outcome, Outgoing, ScreenGateway
from handyman.models import SYSTEM, Attempt, Message, MessageState
from tests.background import stopped_at_the_end
from tests.conftest import Clock
from tests.factories import make_message, make_person

S = MessageState
Db = scoped_session[Session]
pytestmark = [
    pytest.mark.settings(QUEUE="procrastinate", PLAN_DAY_SECONDS="0"),
    pytest.mark.parametrize(
        "any_database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
    ),
    pytest.mark.usefixtures("any_database"),
]


@pytest.fixture
def tables(app: Flask, session: Db) -> None:
    queueing.make_tables()


@pytest.fixture
def worker(app: Flask, tables: None) -> Iterator[Callable[[], None]]:
    """Starts the worker's thread of texts; it is stopped at the end as SIGTERM stops it."""
    with stopped_at_the_end(jobs.send_until, app) as start:
        yield start


def waiting() -> list[tuple[str, object]]:
    """What the jobs that wait are about, and from when on."""
    with psycopg.connect(queueing.address()) as connection:
        found = connection.execute(
            "SELECT queueing_lock, scheduled_at FROM procrastinate_jobs WHERE task_name = %s ORDER BY id",
            (text_jobs.TASK,),
        )
        return [(lock, at) for lock, at in found.fetchall()]


def until(wanted: Callable[[], bool]) -> bool:
    patience = time.monotonic() + 30
    while not (found := wanted()) and time.monotonic() < patience:
        db.session.rollback()
        time.sleep(0.05)
    return found


def taken_up(lock: str, ago: timedelta, *, forgotten: bool = False) -> None:
    """By a worker that was heard of then."""
    with psycopg.connect(queueing.address(), autocommit=True) as connection:
        found = connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (NOW() - %s) RETURNING id", (ago,)
        ).fetchone()
        connection.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE queueing_lock = %s",
            (*(found or ()), lock),
        )
        if forgotten:
            connection.execute("DELETE FROM procrastinate_workers WHERE id = %s", found)


def forget_lost_jobs() -> None:
    """As when its time has come: by a worker of the other queue, until that has nothing to do."""
    queue = queueing._queue(PsycopgConnector(conninfo=queueing.address(), min_size=1, max_size=2))

    async def forget() -> None:
        async with queue.open_async():
            await queue.tasks["forget_lost_jobs"].defer_async(timestamp=0)
            await queue.run_worker_async(
                queues=[queueing.PLANS], wait=False, install_signal_handlers=False, delete_jobs="always"
            )

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(forget())).result()


def state(message_id: int) -> MessageState:
    return db.session.get_one(Message, message_id, populate_existing=True).state


def test_a_text_and_its_job_are_written_together_or_not_at_all(tables: None) -> None:
    at = now() + timedelta(hours=1)
    kept = make_message(make_person(), due_at=at).id
    db.session.commit()
    with pytest.raises(ZeroDivisionError), transaction():
        make_message(make_person(), due_at=at)
        db.session.flush()
        raise ZeroDivisionError
    assert waiting() == [(f"text:{kept}", at)]


def test_a_text_that_is_due_wakes_a_sender(session: Db, worker: Callable[[], None], clock: Clock) -> None:
    worker()
    message_id = make_message(make_person()).id
    session.commit()
    assert until(lambda: state(message_id) is S.DELIVERED)
    assert until(lambda: not waiting())


def test_a_job_that_comes_twice_or_too_early_sends_nothing_more(
    tables: None, app: Flask, clock: Clock
) -> None:
    message_id = make_message(make_person(), due_at=now() + timedelta(minutes=5)).id
    db.session.commit()
    text_jobs.send(app, ScreenGateway(), message_id)
    assert (state(message_id), len(waiting())) == (S.PENDING, 1), "it is woken when it is due"
    clock.advance(minutes=5)
    for _ in range(2):
        text_jobs.send(app, ScreenGateway(), message_id)
    assert state(message_id) is S.DELIVERED
    assert len(db.session.scalars(select(Attempt)).all()) == 1


def test_what_has_to_be_tried_again_is_woken_again(tables: None, app: Flask, clock: Clock) -> None:
    class Busy(ScreenGateway):
        def send(self, text: Outgoing) -> Outcome:
            return Outcome(Answer.SLOW, status=429, retry_after=40)

    message_id = make_message(make_person()).id
    db.session.commit()
    with psycopg.connect(queueing.address(), autocommit=True) as connection:
        connection.execute("UPDATE procrastinate_jobs SET status = 'doing'")  # a worker has taken it up
    text_jobs.send(app, Busy(), message_id)
    assert [at for _lock, at in waiting()][1:] == [now() + timedelta(seconds=40)]


def test_where_the_provider_has_enough_all_senders_rest_for_a_moment(
    tables: None, app: Flask, clock: Clock
) -> None:
    class Counts(ScreenGateway):
        asked = 0

        def send(self, text: Outgoing) -> Outcome:
            self.asked += 1
            return Outcome(Answer.SLOW, status=429, code="20429", retry_after=40)

    gateway = Counts()
    first, second = (make_message(make_person()).id for _ in range(2))
    db.session.commit()
    with psycopg.connect(queueing.address(), autocommit=True) as connection:
        connection.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    text_jobs.send(app, gateway, first)
    text_jobs.send(app, gateway, second)
    assert gateway.asked == 1
    assert waiting()[-1] == (f"text:{second}", now() + timedelta(seconds=outbox.REST))
    clock.advance(seconds=outbox.REST)
    text_jobs.send(app, ScreenGateway(), second)
    assert state(second) is S.DELIVERED


def test_where_nobody_can_be_woken_the_text_is_kept_and_found_by_the_next_look(session: Db) -> None:
    message_id = make_message(make_person()).id  # the tables of jobs are not there
    session.commit()
    assert outbox.send_due(ScreenGateway(), now) == 1
    assert state(message_id) is S.DELIVERED


@pytest.mark.parametrize("forgotten", [False, True], ids=["no heartbeat", "worker gone"])
def test_what_a_worker_that_died_was_woken_for_is_taken_up_once_and_its_job_forgotten(
    tables: None, app: Flask, forgotten: bool
) -> None:
    """Jobs that others are at stay theirs."""
    left, others = (make_message(make_person()).id for _ in range(2))
    db.session.commit()
    taken_up(f"text:{left}", timedelta(hours=1), forgotten=forgotten)
    taken_up(f"text:{others}", timedelta(0))
    assert outbox.send_due(ScreenGateway(), now) == 2
    forget_lost_jobs()
    assert [lock for lock, _at in waiting()] == [f"text:{others}"]
    text_jobs.send(app, ScreenGateway(), left)
    assert state(left) is S.DELIVERED
    assert len(db.session.scalars(select(Attempt).where(Attempt.outbox_id == left)).all()) == 1


def test_what_a_worker_that_died_was_sending_is_in_doubt_and_wakes_a_sender_again(
    tables: None, app: Flask, clock: Clock
) -> None:
    message_id = make_message(make_person()).id
    db.session.commit()
    taken_up(f"text:{message_id}", timedelta(hours=1))
    assert claim(now(), message_id) is not None, "and there it died"
    clock.advance(minutes=2)
    forget_lost_jobs()
    assert waiting() == []
    doubt.sweep_now(now())
    clock.advance(minutes=3)
    doubt.clear_up(ScreenGateway(), now)
    assert [lock for lock, _at in waiting()] == [f"text:{message_id}"]
    for _ in range(2):
        text_jobs.send(app, ScreenGateway(), message_id)
    assert state(message_id) is S.DELIVERED
    assert len(db.session.scalars(select(Attempt)).all()) == 2, "the one it died over, and this one"


def test_a_text_taken_back_is_not_sent_by_its_job(tables: None, app: Flask) -> None:
    message = make_message(make_person())
    db.session.commit()
    message.move_to(S.CANCELED, SYSTEM, now())
    db.session.commit()
    text_jobs.send(app, ScreenGateway(), message.id)
    assert state(message.id) is S.CANCELED


def test_while_the_provider_refuses_us_a_text_is_looked_at_when_that_is_over(
    tables: None, app: Flask, clock: Clock
) -> None:
    message_id = make_message(make_person()).id
    with transaction():
        trouble.stop(ScreenGateway.name, "20003", now())
    with psycopg.connect(queueing.address(), autocommit=True) as connection:
        connection.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    text_jobs.send(app, ScreenGateway(), message_id)
    assert [at for _lock, at in waiting()][1:] == [now() + trouble.PAUSE]


def test_a_job_that_fails_says_its_kind_and_nothing_that_people_typed(
    tables: None, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    message_id = make_message(make_person(phone="+821012345678")).id
    db.session.execute(
        text(
            "CREATE FUNCTION broken() RETURNS trigger AS $$ BEGIN RAISE 'no'; END $$ LANGUAGE plpgsql;"
            "CREATE TRIGGER broken BEFORE INSERT ON attempts FOR EACH ROW EXECUTE FUNCTION broken()"
        )
    )
    db.session.commit()
    text_jobs.send(app, ScreenGateway(), message_id)
    assert f"over text {message_id}" in caplog.text
    assert "12345678" not in caplog.text


@pytest.mark.settings(SENDER_THREADS="12")
def test_as_many_leave_at_once_as_the_office_allows(
    session: Db, worker: Callable[[], None], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(12)

    def send(_gateway: ScreenGateway, outgoing: Outgoing) -> Outcome:
        together.wait(20)
        return Outcome(Answer.ACCEPTED, provider_id=f"s{outgoing.id}", delivered=True)

    monkeypatch.setattr(ScreenGateway, "send", send)
    made = [make_message(make_person()).id for _ in range(12)]
    session.commit()
    worker()
    assert until(lambda: all(state(each) is S.DELIVERED for each in made))


def test_a_worker_of_jobs_that_ends_is_begun_again_with_its_reason_known() -> None:
    async def ends() -> None:
        raise ConnectionError

    async def wait() -> None:
        await queueing.until_stopped(asyncio.ensure_future(ends()), threading.Event())

    with ThreadPoolExecutor(1) as thread, pytest.raises(ConnectionError):
        thread.submit(lambda: asyncio.run(wait())).result()


def test_what_is_put_down_at_the_first_start_finds_somebody_to_wake(
    app: Flask, session: Db, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fill() -> list[tuple[str, str, str]]:
        with transaction():
            make_message(make_person())
        return []

    monkeypatch.setattr(flask_migrate, "upgrade", lambda directory: None)  # the tables stand already
    monkeypatch.setattr(serve, "fill", fill)
    serve.prepare(settings())
    assert len(waiting()) == 1
    assert "wakes nobody" not in caplog.text
