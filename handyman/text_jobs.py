"""With QUEUE=procrastinate a text that is due wakes a worker: its job is written in the same transaction.

The outbox still decides: a job only says that a text may be due. One that is lost is made up for by the next
look at the table, one that comes twice finds nothing to do.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any

import psycopg
from flask import Flask, has_app_context
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from handyman import queueing
from handyman.extensions import db, now, settings, transaction
from handyman.messages import gateways, outbox
from handyman.models import Message, MessageState

if TYPE_CHECKING:
    from procrastinate import App

TEXTS, TASK = "texts", "send_text"  # the queue, and what it asks for
LOOK_SECONDS = 1.0  # how often it is looked for jobs whose time has come
log = logging.getLogger(__name__)


def attach() -> None:
    """Once in a process."""
    if not event.contains(Session, "after_flush", poke_all):
        event.listen(Session, "after_flush", poke_all)


def poke_all(session: Session, _context: object) -> None:
    """Whatever puts a text down to be sent at some time, its job is put down with it."""
    if not has_app_context() or not queueing.is_on():
        return
    for row in (*session.new, *session.dirty):
        if isinstance(row, Message) and row.state is MessageState.PENDING and _is_news(row):
            poke(session, row.id, max(row.due_at, row.next_at))


def poke(session: Session, message_id: int, at: datetime) -> None:
    """Wake a worker then. Where one will be woken already, or nobody can be, the text itself is not lost."""
    from procrastinate import SyncPsycopgConnector, exceptions

    connection = session.connection()
    driver = connection.connection.driver_connection
    task = _tasks(SyncPsycopgConnector()).configure_task(
        TASK, queue=TEXTS, queueing_lock=f"text:{message_id}", schedule_at=at, connection=driver
    )
    try:
        with connection.begin_nested():
            task.defer(message_id=message_id)
    except exceptions.AlreadyEnqueued:
        return
    except (exceptions.ProcrastinateException, psycopg.Error) as error:
        log.warning("text %s wakes nobody yet: %s", message_id, type(error).__name__)


def work_until(app: Flask, stop: threading.Event) -> None:
    """Be one of the senders until told to stop; texts under way are finished."""
    with app.app_context():
        queueing.make_tables()
        gateway, lines = gateways.choose(settings()), settings().sender_threads
    asyncio.run(send_as(app, gateway, lines, stop))


async def send_as(app: Flask, gateway: gateways.Gateway, lines: int, stop: threading.Event) -> None:
    """A worker of procrastinate that sends up to `lines` texts at a time."""
    from procrastinate import PsycopgConnector

    with app.app_context():
        connector = PsycopgConnector(conninfo=queueing.address(), min_size=2, max_size=lines + 2)
    tasks = _tasks(connector, lambda message_id: send(app, gateway, message_id))
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(lines + 2))
    async with tasks.open_async():
        worker = asyncio.create_task(
            tasks.run_worker_async(
                queues=[TEXTS],
                concurrency=lines,
                fetch_job_polling_interval=LOOK_SECONDS,
                install_signal_handlers=False,
                delete_jobs="always",
            )
        )
        await queueing.until_stopped(worker, stop)


def send(app: Flask, gateway: gateways.Gateway, message_id: int) -> None:
    """The job: send the text if it is due; if it is not yet, come again. Where it fails, the outbox knows."""
    try:
        with app.app_context():
            again_at = outbox.send_waiting(gateway, message_id, now)
            if again_at is not None:
                with transaction():
                    poke(db.session(), message_id, again_at)
    except Exception as error:  # noqa: BLE001 - whatever it was, its text may carry what people typed
        log.error("%s over text %s", type(error).__name__, message_id)  # noqa: TRY400


def _is_news(row: Message) -> bool:
    state: Any = inspect(row)
    return bool(state.attrs.next_at.history.has_changes() or state.attrs.state.history.has_changes())


def _tasks(connector: Any, do: Callable[[int], None] | None = None) -> "App":
    from procrastinate import App

    tasks = App(connector=connector)

    @tasks.task(name=TASK, queue=TEXTS)
    def send_text(message_id: int) -> None:
        if do is not None:
            do(message_id)

    return tasks
