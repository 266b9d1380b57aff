"""Whose turn it is to work out a plan, and what its row says of that: in transactions as short as can be."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text, update

from handyman.board.plans.stored import Proposed, write_proposed
from handyman.extensions import db, transaction, writing
from handyman.models import SYSTEM, Heartbeat, PlanFailure, PlanRun, PlanState

LOST_AFTER = timedelta(minutes=2)  # without a sign of its worker
ATTEMPTS = 3
OPEN = text("plan_runs.state IN ('queued','running')")  # as the index has it


@dataclass(frozen=True, slots=True)
class Turn:
    """One attempt at one plan. Whoever was taken for lost and comes back finds that it is another's."""

    run_id: int
    attempt: int

    @property
    def is_ours(self) -> tuple[Any, ...]:
        return (
            PlanRun.id == self.run_id,
            PlanRun.state == PlanState.RUNNING,
            PlanRun.attempt == self.attempt,
        )


def worker_name() -> str:
    """As it stands in the heartbeats."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def requeue_lost(now: datetime) -> None:
    """Whose worker went away begins anew; who lost several fails, and says so."""
    with transaction():
        for run in db.session.scalars(
            select(PlanRun).where(OPEN, PlanRun.state == PlanState.RUNNING).with_for_update(skip_locked=True)
        ):
            if not _is_lost(run, now):
                continue
            if run.attempt < ATTEMPTS:
                run.move_to(PlanState.QUEUED, SYSTEM, now, why="worker_lost")
            else:
                _give_up(run, PlanFailure.WORKER_LOST, now)


def claim(now: datetime, run_id: int | None = None) -> int | None:
    """Take a plan that waits, the oldest unless one is named; nobody else has it then."""
    query = select(PlanRun).where(OPEN, PlanRun.state == PlanState.QUEUED).order_by(PlanRun.id).limit(1)
    if run_id is not None:
        query = query.where(PlanRun.id == run_id)
    with transaction():
        run = db.session.scalar(query.with_for_update(skip_locked=True))
        if run is None:
            return None
        run.move_to(PlanState.RUNNING, SYSTEM, now)
        run.worker, run.attempt = worker_name(), run.attempt + 1
        run.began_at = run.beat_at = now
        return run.id


def turn_of(run_id: int) -> Turn:
    with only_reading():
        return Turn(run_id, db.session.scalars(select(PlanRun.attempt).where(PlanRun.id == run_id)).one())


def tell(turn: Turn, **values: Any) -> bool | None:
    """Write how far it is. Gives whether somebody wants it to stop; None when it is ours no longer."""
    with transaction():
        db.session.execute(update(PlanRun).where(*turn.is_ours).values(**values))
        return db.session.scalar(select(PlanRun.stop_asked).where(*turn.is_ours))


def end(turn: Turn, state: PlanState, proposed: Proposed, plan: Any, now: datetime) -> None:
    with _held(turn) as run:
        if run is not None:
            run.proposed, run.left_out = write_proposed(proposed), proposed.after.left_out
            run.rounds, run.unserved, run.cost, run.share = plan.rounds, plan.unserved, plan.cost, 1.0
            run.ended_at = now
            run.move_to(state, SYSTEM, now)


def fail(turn: Turn, failure: PlanFailure, now: datetime) -> None:
    with _held(turn) as run:
        if run is not None:
            _give_up(run, failure, now)


def put_back(turn: Turn, now: datetime) -> None:
    """The worker is told to stop: another one goes on, and this was no failed attempt."""
    with _held(turn) as run:
        if run is not None:
            run.attempt -= 1
            run.move_to(PlanState.QUEUED, SYSTEM, now, why="worker_stopped")


@contextmanager
def _held(turn: Turn) -> Iterator[PlanRun | None]:
    """The plan, locked, while it is ours; None when somebody has given it up meanwhile."""
    with transaction():
        query = select(PlanRun).where(*turn.is_ours).with_for_update()
        yield db.session.scalar(query.execution_options(populate_existing=True))


def _give_up(run: PlanRun, failure: PlanFailure, now: datetime) -> None:
    run.failure, run.ended_at = failure, now
    run.move_to(PlanState.FAILED, SYSTEM, now, why=failure.value)


def _is_lost(run: PlanRun, now: datetime) -> bool:
    """The first plan of all is compiled for a minute without progress: the worker's own beat counts too."""
    beat = db.session.scalar(select(Heartbeat.at).where(Heartbeat.worker == run.worker))
    signs = [sign for sign in (run.beat_at, beat) if sign is not None]
    return not signs or max(signs) < now - LOST_AFTER


@contextmanager
def only_reading() -> Iterator[None]:
    """No writer waits for it, and nothing stays open after it."""
    before = writing.set(False)
    try:
        yield
    finally:
        db.session.rollback()
        writing.reset(before)


def anything_open() -> bool:
    with only_reading():
        return db.session.scalar(select(PlanRun.id).where(OPEN).limit(1)) is not None
