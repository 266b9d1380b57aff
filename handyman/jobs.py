"""Which step runs when. APScheduler only ticks; what is due stands in the tables, so a tick may be lost."""

import fcntl
import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TextIO

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import delete

from handyman import flow, queueing, text_jobs
from handyman.board.plans import work as planning
from handyman.board.plans.turns import worker_name
from handyman.extensions import db, now, settings, transaction
from handyman.messages import doubt, gateways, outbox, overdue
from handyman.models import Heartbeat

PLAN_SECONDS, SEND_SECONDS, SWEEP_SECONDS, OFFERS_SECONDS, MINUTE = 1, 2, 15, 15, 60
SECONDS_WHERE_JOBS_WAKE = 30  # the look at the outbox that makes up for jobs that were lost
SECONDS_TO_SEND = 25.0  # as long as the gateway's patience
MOST_ON_SQLITE = 2
SECONDS_TO_PUT_BACK = 5.0  # a plan under way; one that is still being compiled is found by the next worker
FORGET_WORKERS_AFTER = timedelta(days=1)
log = logging.getLogger("handyman.worker")


class OtherWorkerError(Exception):
    """Another worker runs on this database, which takes only one."""


def work(app: Flask) -> None:
    """Tick until SIGTERM or SIGINT; the text under way is finished first."""
    with app.app_context():
        lock = only_worker()
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, ask_to_stop)
    scheduler = schedule(app, lambda: not stop.is_set())
    scheduler.start()
    threading.Thread(target=_safely(app, planning.warm_up), name="warmer", daemon=True).start()
    planner = threading.Thread(target=plan_until, args=(app, stop), name="planner", daemon=True)
    planner.start()
    texter = threading.Thread(target=send_until, args=(app, stop), name="texter", daemon=True)
    texter.start()
    while not stop.wait(timeout=60):
        pass
    scheduler.shutdown(wait=True)
    texter.join(SECONDS_TO_SEND)
    planner.join(SECONDS_TO_PUT_BACK)
    if lock is not None:
        lock.close()


def lines_of_sender() -> int:
    """On SQLite few: each text is written twice, and whoever waits at a page writes to the same file."""
    many = settings().sender_threads
    return min(many, MOST_ON_SQLITE) if db.engine.dialect.name == "sqlite" else many


def only_worker() -> TextIO | None:
    """SQLite has one sender: a second would wait at every write. Held as long as the file is open."""
    url = db.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    lock = Path(f"{url.database}.worker").open("a")  # noqa: SIM115 - closed with the worker
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise OtherWorkerError from error
    return lock


def schedule(app: Flask, go_on: Callable[[], bool]) -> BackgroundScheduler:
    """Not started. A thread for sending, one for doubts, one for the rest; no job overlaps itself."""
    scheduler = BackgroundScheduler(
        timezone="Asia/Seoul",
        executors={name: ThreadPoolExecutor(1) for name in ("default", "sender", "doubt", "places")},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    with app.app_context():
        gateway, lines = gateways.choose(settings()), lines_of_sender()
        look = SECONDS_WHERE_JOBS_WAKE if queueing.is_on() else SEND_SECONDS
        first = datetime.now(scheduler.timezone)
    ticks: tuple[tuple[Callable[[], object], int, str], ...] = (
        (lambda: outbox.send_due(gateway, now, go_on=go_on, most=lines), look, "sender"),
        (lambda: doubt.sweep_now(now()), SWEEP_SECONDS, "doubt"),
        (lambda: doubt.clear_up(gateway, now, go_on), SWEEP_SECONDS, "doubt"),
        (lambda: overdue.ask_again(gateway, now, go_on), MINUTE, "doubt"),
        (lambda: flow.expire_offers(now()), OFFERS_SECONDS, "default"),
        (lambda: flow.tick(now()), MINUTE, "default"),
        (
            lambda: flow.look_for_places(now()),
            MINUTE,
            "places",
        ),  # seconds, where hundreds wait: nothing else does
        (lambda: queueing.sweep(now()), MINUTE, "default"),
        (lambda: beat(now()), OFFERS_SECONDS, "default"),
    )
    for tick, seconds, executor in ticks:
        scheduler.add_job(
            _safely(app, tick), "interval", seconds=seconds, executor=executor, next_run_time=first
        )
    return scheduler


def plan_until(app: Flask, stop: threading.Event) -> None:
    """Work out plans, one after the other: a tick could not last as long as they do."""

    def look() -> None:
        if queueing.is_on():
            queueing.work_until(app, stop)  # as long as it goes well
        else:
            planning.run_next(now, lambda: not stop.is_set())

    while not stop.wait(timeout=PLAN_SECONDS):
        _safely(app, look)()


def send_until(app: Flask, stop: threading.Event) -> None:
    """Where jobs wake the senders: be one of them."""
    with app.app_context():
        if not queueing.is_on():
            return
    while not stop.wait(timeout=PLAN_SECONDS):
        _safely(app, lambda: text_jobs.work_until(app, stop))()


def run_once(app: Flask, at: datetime) -> int:
    """All that the worker would do at this moment, in order; gives how many texts were tried."""
    with app.app_context():
        gateway = gateways.choose(settings())
        flow.expire_offers(at)
        flow.tick(at)
        flow.look_for_places(at)
        while planning.run_next(lambda: at):
            pass
        doubt.clear_up(gateway, lambda: at)
        overdue.ask_again(gateway, lambda: at)
        return outbox.send_due(gateway, lambda: at, limit=1000)


def beat(at: datetime) -> None:
    """Say that this worker is alive."""
    with transaction():
        db.session.merge(Heartbeat(worker=worker_name(), at=at))
        db.session.execute(delete(Heartbeat).where(Heartbeat.at < at - FORGET_WORKERS_AFTER))


def _safely(app: Flask, tick: Callable[[], object]) -> Callable[[], None]:
    """One failed tick must not end the worker; the next one finds the same rows."""

    def run() -> None:
        try:
            with app.app_context():
                tick()
        except Exception as error:  # noqa: BLE001 - whatever it was, its text may carry what people typed
            log.error("%s in a tick", type(error).__name__)  # noqa: TRY400

    return run
