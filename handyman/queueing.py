"""With QUEUE=procrastinate any number of machines work plans out: a job in PostgreSQL wakes one of them.

The tables still decide, of plans and of a city's districts: a job only says that something waits. One that is
lost is deferred again, one that comes twice finds nothing to do.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
from flask import Flask, current_app
from psycopg.conninfo import make_conninfo
from sqlalchemy import select

from handyman import city_lines
from handyman.board.plans import turns, work
from handyman.extensions import db, now, settings
from handyman.models import PlanRun, PlanState

if TYPE_CHECKING:
    from procrastinate import App, BaseConnector, JobContext

PLANS = "plans"  # the queue
LATER = -1  # a city's districts let the plans of the office go first
SCHEMA = "handyman_queue"  # its tables stand apart, and can be dropped as a whole
SCHEMA_LOCK = 7_309_114  # of several that start at once, one makes the tables
LOOK_SECONDS = 0.5  # how soon a worker that is told to stop stops
OVERLOOKED_AFTER = timedelta(minutes=1)
log = logging.getLogger(__name__)


def is_on() -> bool:
    return settings().queue == "procrastinate"


def poke(run_id: int) -> int:
    """Wake a worker for the plan. Where that fails, `sweep` does it a minute later. Gives the id back."""
    if is_on():
        from procrastinate import SyncPsycopgConnector, exceptions

        queue = _queue(SyncPsycopgConnector(conninfo=address(), min_size=1, max_size=1))
        try:
            with queue.open():
                queue.configure_task("run_plan", queue=PLANS).defer(run_id=run_id)
        except (exceptions.ProcrastinateException, psycopg.Error) as error:
            current_app.logger.warning("plan %s wakes nobody yet: %s", run_id, type(error).__name__)
    return run_id


def ask_for_districts(line_ids: Iterable[int]) -> None:
    """Wake workers for these lines of a city."""
    from procrastinate import SyncPsycopgConnector

    queue = _queue(SyncPsycopgConnector(conninfo=address(), min_size=1, max_size=1))
    with queue.open():
        task = queue.configure_task(city_lines.TASK, queue=PLANS, priority=LATER)
        for line_id in line_ids:
            task.defer(line_id=line_id)


def sweep(at: datetime) -> None:
    """Plans whose worker went away, and those that nobody was woken for."""
    if not is_on() or not turns.anything_open():
        return
    turns.requeue_lost(at)
    overlooked = select(PlanRun.id).where(
        turns.OPEN, PlanRun.state == PlanState.QUEUED, PlanRun.asked_at < at - OVERLOOKED_AFTER
    )
    with turns.only_reading():
        waiting = list(db.session.scalars(overlooked))
    for run_id in waiting:
        poke(run_id)


def work_until(app: Flask, stop: threading.Event) -> None:
    """Be one of the workers until told to stop; a plan under way is put back."""
    with app.app_context():
        make_tables()
    asyncio.run(_work(app, stop))


def make_tables() -> None:
    """procrastinate's own and the lines of cities, where they are not there yet."""
    from procrastinate import SyncPsycopgConnector

    with psycopg.connect(address(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (SCHEMA_LOCK,))
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        found = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
        if found == (None,):
            queue = _queue(SyncPsycopgConnector(conninfo=address(), min_size=1, max_size=1))
            with queue.open():
                queue.schema_manager.apply_schema()
        city_lines.make_table(connection)


def address() -> str:
    """DATABASE_URL as PostgreSQL's own library reads it, led to the queue's tables."""
    plain = settings().database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    return make_conninfo(plain, options=f"-c search_path={SCHEMA}")


async def _work(app: Flask, stop: threading.Event) -> None:
    from procrastinate import PsycopgConnector

    with app.app_context():
        connector = PsycopgConnector(conninfo=address(), min_size=2, max_size=4)
    queue = _queue(
        connector,
        lambda run_id: run_plan(app, run_id, lambda: not stop.is_set()),
        lambda line_id: run_district(app, line_id, lambda: not stop.is_set()),
    )
    async with queue.open_async():
        worker = asyncio.create_task(
            queue.run_worker_async(
                queues=[PLANS], concurrency=1, install_signal_handlers=False, delete_jobs="always"
            )
        )
        await until_stopped(worker, stop)


async def until_stopped(worker: "asyncio.Task[None]", stop: threading.Event) -> None:
    """Until told to; a worker that ends before, as where the database was away, ends this with its reason."""
    while not worker.done() and not stop.is_set():
        await asyncio.wait({worker}, timeout=LOOK_SECONDS)
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker


def run_plan(app: Flask, run_id: int, go_on: Callable[[], bool]) -> None:
    """The job: work the plan out, unless somebody has already."""
    with app.app_context():
        if turns.claim(now(), run_id) is not None:
            work.work_out(run_id, now, go_on)


def run_district(app: Flask, line_id: int, go_on: Callable[[], bool]) -> None:
    """The job: plan a line of a city, unless somebody has already."""
    with app.app_context(), psycopg.connect(address(), autocommit=True) as connection:
        city_lines.plan_line(connection, line_id, turns.worker_name(), go_on)


def _queue(
    connector: "BaseConnector",
    plan_run: Callable[[int], None] | None = None,
    plan_line: Callable[[int], None] | None = None,
) -> "App":
    """The queue with its tasks. Whoever only wakes others needs no deeds."""
    from procrastinate import App, jobs

    queue = App(connector=connector)

    @queue.task(name="run_plan", queue=PLANS)
    def run(run_id: int) -> None:
        if plan_run is not None:
            plan_run(run_id)

    @queue.task(name=city_lines.TASK, queue=PLANS)
    def district(line_id: int) -> None:
        if plan_line is not None:
            plan_line(line_id)

    @queue.periodic(cron="*/10 * * * *")
    @queue.task(name="forget_lost_jobs", queue=PLANS, queueing_lock="forget_lost_jobs", pass_context=True)
    async def forget(context: "JobContext", timestamp: int) -> None:
        """Jobs of workers that were killed: their plans have been queued again by the table."""
        for job in await context.app.job_manager.get_stalled_jobs():
            await context.app.job_manager.finish_job(job, status=jobs.Status.FAILED, delete_job=True)

    return queue
