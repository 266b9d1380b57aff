"""Senders as processes of their own that are killed at any moment, against a Twilio that fails.

The clock moves only while no sender runs: quarantine, lease and lag keep their lengths, and nobody waits.
"""

import asyncio
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
from flask import Flask, current_app
from sqlalchemy import func, select, text

from handyman import queueing, text_jobs
from handyman.extensions import db, transaction
from handyman.messages import doubt, outbox, receipts
from handyman.messages.gateways import Answer, Outgoing, TwilioGateway
from handyman.models import Attempt, Message, MessageKind, MessageState
from tests.conftest import Clock
from tests.factories import make_message, make_person
from tests.twilio import A_FIFTH, Peer, tally, token_of

S = MessageState
STEP, LAG = timedelta(seconds=20), timedelta(seconds=60)
IN_PEACE, MOST_IN_PEACE = 20, 200  # rounds after the last kill: so many, and on while a text has not ended
UNDER_WAY = (S.PENDING, S.SENDING, S.UNKNOWN)
MOST_ROUNDS = 5  # for each kill: many a sender has nothing to do while texts are in doubt
USEFUL_FOR = timedelta(days=7)
LATEST = 0.03  # seconds from a request to the kill: before its answer, after it, or at the next text
LOOK_AGAIN = 0.001
KINDS = (MessageKind.RESIDENT_BOOKED, MessageKind.RESIDENT_DAY_BEFORE, MessageKind.MEMBER_OFFER)
TOLD = 0.7  # three of ten receipts never come
GIVEN_UP = (S.NEEDS_PERSON, S.EXPIRED, S.FAILED, S.UNDELIVERED)
LINES = 4  # of a worker that jobs wake
DUE_NOW = "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo' AND scheduled_at <= %s"
TO_DO = "SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at IS NULL LIMIT 1"
Work = Callable[[TwilioGateway, Clock, int, int], object]


@dataclass(frozen=True, slots=True)
class Toll:
    """`died_over_one` senders had a text in hand when they were killed."""

    lost: int
    doubled: int
    for_a_person: int
    killed: int
    died_over_one: int


@dataclass
class Office:
    """Inside its application's context; `senders` run at once."""

    gateway: TwilioGateway
    peer: Peer
    clock: Clock
    senders: int
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    told: int = 0


def crash(office: Office, texts: int, kills: int, work: Work) -> Toll:
    """Kill that often while so many texts are sent, then leave the senders in peace, and count.

    A sender that had ended by itself was not killed, and another one is; where the texts run out, more come.
    """
    office.peer.clock, office.peer.lag, office.peer.shares = office.clock, LAG, A_FIFTH
    _write(office, texts)
    killed = rounds = 0
    while killed < kills and rounds < MOST_ROUNDS * kills:
        rounds += 1
        if not _is_under_way():
            _write(office, max(1, texts // kills))
        killed += _round(office, work, max(1, texts // kills - 1))
        _call_in(office)
        office.clock.at += STEP
    for peaceful in range(MOST_IN_PEACE):  # one ends where the provider fails: many texts take many
        if peaceful >= IN_PEACE and not _is_under_way():
            break
        for me in range(office.senders):
            work(office.gateway, office.clock, me, office.senders)
        _call_in(office)
        office.clock.at += 6 * STEP
    return _count(office, killed)


def _write(office: Office, texts: int) -> None:
    for _ in range(texts):
        kind = office.chance.choice(KINDS)
        make_message(make_person(), kind, not_after=office.clock() + USEFUL_FOR)
    db.session.commit()


def _is_under_way() -> bool:
    """Any text: one that waits, that is being sent, or of which it is not known yet whether it was taken."""
    found = db.session.scalar(select(Message.id).where(Message.state.in_(UNDER_WAY)).limit(1))
    db.session.rollback()
    return found is not None


def journal(gateway: TwilioGateway, clock: Clock, _me: int = 0, _of: int = 1) -> None:
    """What our worker does in a tick."""
    doubt.sweep_now(clock())
    doubt.clear_up(gateway, clock)
    outbox.send_due(gateway, clock, rest=lambda _seconds: None)


def jobs(gateway: TwilioGateway, clock: Clock, _me: int = 0, _of: int = 1) -> None:
    """The same with QUEUE=procrastinate: its worker until no job is left to do, then the look for lost ones.

    PostgreSQL has a clock of its own: the office's has to be ahead of it, else jobs would come too early.
    """
    doubt.sweep_now(clock())
    doubt.clear_up(gateway, clock)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with psycopg.connect(queueing.address(), autocommit=True) as connection:
        connection.execute(DUE_NOW, (clock(),))
        if _is_something_to_do(connection):
            stop = threading.Event()
            watcher = threading.Thread(target=_stop_when_done, args=(connection, stop))
            watcher.start()
            with ThreadPoolExecutor(1) as apart:  # a browser's test may have left a loop running here
                working = text_jobs.send_as(app, gateway, LINES, stop)
                apart.submit(copy_context().run, asyncio.run, working).result()
            watcher.join()
    outbox.send_due(gateway, clock, rest=lambda _seconds: None)


def _stop_when_done(connection: psycopg.Connection, stop: threading.Event) -> None:
    while _is_something_to_do(connection):
        time.sleep(LOOK_AGAIN)
    stop.set()


def _is_something_to_do(connection: psycopg.Connection) -> bool:
    return connection.execute(TO_DO).fetchone() is not None


def send_then_mark(gateway: TwilioGateway, clock: Clock, me: int = 0, of: int = 1) -> None:
    """What many products do: a text counts as sent once that is written down, and is sent until then."""
    with transaction():
        mine = text("SELECT id, to_number, body FROM outbox WHERE state = 'pending' AND id % :of = :me")
        waiting = db.session.execute(mine, {"of": of, "me": me}).all()
    for row in waiting:
        outcome = gateway.send(Outgoing(row.id, 1, row.to_number, row.body, 600, clock()))
        if outcome.answer is Answer.ACCEPTED:
            with transaction():
                db.session.execute(text("UPDATE outbox SET state = 'sent' WHERE id = :id"), {"id": row.id})


def _round(office: Office, work: Work, most: int) -> int:
    """All senders at once, one killed after every few requests; gives how many were still at it."""
    db.session.rollback()
    db.session.remove()
    children = [_fork(office, work, me) for me in range(office.senders)]
    office.chance.shuffle(children)
    killed = 0
    for child in children:
        enough = office.peer.requests + office.chance.randint(1, most)
        while office.peer.requests < enough and _is_at_it(child):
            time.sleep(LOOK_AGAIN)
        time.sleep(office.chance.uniform(0, LATEST))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
    return killed


def _is_at_it(child: int) -> bool:
    """Not ended; it stays to be waited for."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def _fork(office: Office, work: Work, me: int) -> int:
    child = os.fork()
    if child == 0:
        db.engine.dispose(close=False)  # the connections are the parent's
        try:
            work(office.gateway, office.clock, me, office.senders)
        finally:
            os._exit(0)
    return child


def _call_in(office: Office) -> None:
    """Receipts of what was taken, as far as they come."""
    for kept in office.peer.taken[office.told :]:
        if office.chance.random() < TOLD:
            said = receipts.Receipt("twilio", kept["sid"], "delivered", "", *token_of(kept))
            receipts.take_receipt(said, office.clock())
        office.told += 1


def _count(office: Office, killed: int) -> Toll:
    """By what the provider has taken, not by what we believe."""
    states = dict(db.session.execute(select(Message.id, Message.state)).all())
    given_up = [message for message, state in states.items() if state in GIVEN_UP]
    counted = tally(office.peer.taken, states, given_up)
    unfinished = select(func.count()).select_from(Attempt).where(Attempt.finished_at.is_(None))
    return Toll(
        lost=len(counted.lost),
        doubled=len(counted.doubled),
        for_a_person=len(given_up),
        killed=killed,
        died_over_one=db.session.scalar(unfinished) or 0,
    )
