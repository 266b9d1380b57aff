"""Texts through killed senders and a provider that fails: what is lost, and what comes twice.

A sender is a process of its own that is killed at any moment; of all requests some 22 % go wrong, before the
provider takes the text or after, and its list of what it has taken lags. Beside it stands what many products
do: send, then mark as sent. Claims: nothing is lost and nothing comes twice.
"""

import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from sqlalchemy import select, text

from benchmarks.claims import Claim
from handyman import create_app
from handyman.config import read_settings
from handyman.extensions import db, transaction
from handyman.messages import doubt, gateways, outbox, receipts
from handyman.models import Message, MessageKind, MessageState
from tests.factories import make_message, make_person
from tests.messages import twilio_peer

WORDS = {"texts-crash": (2_000, 300), "texts-crash-quick": (400, 60)}  # texts, kills
SEED, STEP, LAG = 7, timedelta(seconds=20), timedelta(seconds=60)
BEGIN = datetime(2026, 11, 24, 1, tzinfo=UTC)
KINDS = (MessageKind.RESIDENT_BOOKED, MessageKind.RESIDENT_DAY_BEFORE, MessageKind.MEMBER_OFFER)
FAULTS: tuple[tuple[twilio_peer.Fault, float], ...] = (
    (twilio_peer.break_off, 0.05),
    (twilio_peer.garble, 0.04),
    (twilio_peer.vanish, 0.04),
    (twilio_peer.refuse(503), 0.05),
    (twilio_peer.refuse(429, 20429, Retry_After="20"), 0.04),
)
GIVEN_UP = frozenset(
    {MessageState.NEEDS_PERSON, MessageState.EXPIRED, MessageState.FAILED, MessageState.UNDELIVERED}
)

Json = dict[str, Any]


def report(chosen: Collection[str]) -> tuple[list[Claim], Json]:
    figures = measure(*WORDS["texts-crash" if "texts-crash" in chosen else "texts-crash-quick"])
    ours, theirs = figures["ours"], figures["send_then_mark"]
    print(
        f"{figures['texts']:,} texts, {figures['kills']} kills, {figures['faulty']:.0%} of requests faulty:",
        end="",
    )
    print(f" lost {ours['lost']}, twice {ours['doubled']}, for a person {ours['for_a_person']};", end="")
    print(f" send, then mark: lost {theirs['lost']}, twice {theirs['doubled']}.")
    return claims(figures), figures


def claims(figures: Json) -> list[Claim]:
    ours, theirs = figures["ours"], figures["send_then_mark"]
    return [
        Claim("texts lost through kills", ours["lost"], theirs["lost"], "send, then mark", 1.0, ""),
        Claim("texts that came twice", ours["doubled"], theirs["doubled"], "send, then mark", 0.0, ""),
    ]


def measure(texts: int, kills: int) -> Json:
    return {
        "texts": texts,
        "kills": kills,
        "faulty": sum(share for _fault, share in FAULTS),
        "ours": _run(texts, kills, _ours),
        "send_then_mark": _run(texts, kills, _send_then_mark),
    }


class Clock:
    """A clock that the bench moves: quarantine and lag keep their true lengths without anybody waiting."""

    def __init__(self) -> None:
        self.at = BEGIN

    def __call__(self) -> datetime:
        return self.at


Work = Callable[[gateways.TwilioGateway, Clock], object]


def _run(texts: int, kills: int, work: Work) -> Json:
    chance, clock = random.Random(SEED), Clock()
    with _office(clock) as (app, peer):
        faults = [fault for fault, _share in FAULTS] + [twilio_peer.Handler.accept]
        shares = [share for _fault, share in FAULTS]
        peer.faults = chance.choices(faults, [*shares, 1 - sum(shares)], k=40 * texts)
        for _ in range(texts):
            make_message(make_person(), chance.choice(KINDS), not_after=BEGIN + timedelta(days=7))
        db.session.commit()
        gateway = gateways.TwilioGateway(app.extensions["settings"], patience=(5, 1))
        told = 0
        for _ in range(kills):
            _kill_within(chance.uniform(0.02, 0.25), lambda: work(gateway, clock))
            told = _tell(peer, told, chance, clock)
            clock.at += STEP
        for _ in range(40):  # and then it is left in peace
            work(gateway, clock)
            told = _tell(peer, told, chance, clock)
            clock.at += 6 * STEP
        return _count(peer)


def _ours(gateway: gateways.TwilioGateway, clock: Clock) -> None:
    doubt.sweep_now(clock())
    doubt.clear_up(gateway, clock)
    outbox.send_due(gateway, clock, rest=lambda _seconds: None)


def _send_then_mark(gateway: gateways.TwilioGateway, clock: Clock) -> None:
    """A text counts as sent once that is written down, and is sent until then."""
    with transaction():
        waiting = db.session.execute(
            text("SELECT id, to_number, body FROM outbox WHERE state = 'pending' ORDER BY id")
        ).all()
    for row in waiting:
        outcome = gateway.send(gateways.Outgoing(row.id, 1, row.to_number, row.body, 600, clock()))
        if outcome.answer is gateways.Answer.ACCEPTED:
            with transaction():
                db.session.execute(text("UPDATE outbox SET state = 'sent' WHERE id = :id"), {"id": row.id})


def _kill_within(seconds: float, work: Callable[[], object]) -> None:
    db.session.rollback()
    db.session.remove()
    child = os.fork()
    if child == 0:
        db.engine.dispose(close=False)  # the connections are the parent's
        try:
            work()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _tell(peer: twilio_peer.Peer, told: int, chance: random.Random, clock: Clock) -> int:
    """Receipts of what was taken, as the provider calls in with them; three of ten never come."""
    for each in peer.taken[told:]:
        if chance.random() < 0.7:
            outbox_id, attempt = _token(each)
            said = receipts.Receipt("twilio", each["sid"], "delivered", "", outbox_id, attempt)
            receipts.take_receipt(said, clock())
    return len(peer.taken)


def _token(taken: Json) -> tuple[int, int]:
    asked = parse_qs(urlsplit(taken["form"]["StatusCallback"]).query)
    return int(asked["outbox"][0]), int(asked["attempt"][0])


def _count(peer: twilio_peer.Peer) -> Json:
    """By what the provider has taken, not by what we believe."""
    taken = Counter(_token(each)[0] for each in peer.taken)
    states = dict(db.session.execute(select(Message.id, Message.state)).tuples().all())
    given_up = {message for message, state in states.items() if state in GIVEN_UP}
    return {
        "lost": sum(not taken[message] and message not in given_up for message in states),
        "doubled": sum(many > 1 for many in taken.values()),
        "for_a_person": len(given_up),
    }


@contextmanager
def _office(clock: Clock) -> Iterator[tuple[Flask, twilio_peer.Peer]]:
    peer, server = twilio_peer.start()
    peer.clock, peer.lag = clock, LAG
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            read_settings(
                {
                    "DATABASE_URL": f"sqlite:///{Path(folder) / 'office.sqlite3'}",
                    "INSTANCE_PATH": folder,
                    "SECRET_KEY": "of a bench",
                    "SMS_GATEWAY": "twilio",
                    "TWILIO_ACCOUNT_SID": twilio_peer.ACCOUNT,
                    "TWILIO_AUTH_TOKEN": twilio_peer.TOKEN,
                    "TWILIO_FROM": "+821000000000",
                    "TWILIO_API_BASE": peer.address,
                }
            )
        )
        app.extensions["clock"] = clock
        with app.app_context():
            db.create_all()
            try:
                yield app, peer
            finally:
                db.session.remove()
                db.engine.dispose()
                server.shutdown()
                server.server_close()
