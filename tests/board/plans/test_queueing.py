"""With QUEUE=procrastinate a job in PostgreSQL wakes a worker; the table of plans still decides."""

import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from handyman import flow, jobs, queueing
from handyman.config import SettingError, read_settings
from handyman.extensions import db, now
from handyman.models import PlanRun, PlanState
from tests.background import stopped_at_the_end
from tests.board.plans.makers import coordinator, promised, tomorrow
from tests.conftest import Clock
from tests.factories import make_member

Db = scoped_session[Session]
ON_POSTGRES = pytest.mark.parametrize(
    "any_database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
pytestmark = pytest.mark.settings(QUEUE="procrastinate", PLAN_DAY_SECONDS="0")


@pytest.fixture
def worker(app: Flask) -> Iterator[Callable[[], None]]:
    """Starts the worker's thread of plans; it is stopped at the end as SIGTERM stops it."""
    with stopped_at_the_end(jobs.plan_until, app) as start:
        yield start


def state_of(run_id: int, wanted: PlanState) -> PlanState:
    patience = time.monotonic() + 30
    while time.monotonic() < patience:
        db.session.rollback()
        found = db.session.get_one(PlanRun, run_id, populate_existing=True).state
        if found is wanted:
            break
        time.sleep(0.1)
    return found


def waiting_jobs() -> int:
    with psycopg.connect(queueing.address()) as connection:
        row = connection.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'run_plan'"
        ).fetchone()
    return int(row[0]) if row else -1


@ON_POSTGRES
@pytest.mark.usefixtures("any_database")
def test_a_worker_is_woken_and_works_the_plan_out(session: Db, worker: Callable[[], None]) -> None:
    promised("10:00", [make_member()])
    by = coordinator()
    session.commit()
    queueing.make_tables()
    queueing.make_tables()  # a second one that starts finds them there
    run_id = flow.plan_day(tomorrow(), by, now())
    assert waiting_jobs() == 1
    worker()
    assert state_of(run_id, PlanState.READY) is PlanState.READY
    while waiting_jobs():
        time.sleep(0.1)


@ON_POSTGRES
@pytest.mark.usefixtures("any_database")
def test_a_plan_that_woke_nobody_is_found_a_minute_later(
    session: Db, worker: Callable[[], None], clock: Clock
) -> None:
    promised("10:00", [make_member()])
    by = coordinator()
    session.commit()
    run_id = flow.plan_day(tomorrow(), by, now())  # the queue's tables are not there yet: nobody can be woken
    worker()
    while not _tables_are_there():
        time.sleep(0.1)
    queueing.sweep(now())
    assert waiting_jobs() == 0
    clock.advance(minutes=2)
    queueing.sweep(now())
    assert state_of(run_id, PlanState.READY) is PlanState.READY


def _tables_are_there() -> bool:
    with psycopg.connect(queueing.address()) as connection:
        return connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone() != (None,)


@ON_POSTGRES
@pytest.mark.usefixtures("any_database")
def test_a_job_that_comes_twice_finds_nothing_to_do(session: Db, app: Flask) -> None:
    promised("10:00", [make_member()])
    by = coordinator()
    session.commit()
    run_id = flow.plan_day(tomorrow(), by, now())
    for _ in range(2):
        queueing.run_plan(app, run_id, lambda: True)
    run = db.session.get_one(PlanRun, run_id, populate_existing=True)
    assert (run.state, run.attempt) == (PlanState.READY, 1)


def test_it_needs_postgresql() -> None:
    with pytest.raises(SettingError, match="QUEUE can be procrastinate only"):
        read_settings({"QUEUE": "procrastinate", "SECRET_KEY": "x"})
