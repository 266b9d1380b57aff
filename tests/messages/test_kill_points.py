"""A process that dies at any of its steps leaves rows that the next one understands: nothing is lost."""

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import db
from handyman.messages import announce, doubt, outbox, reach, receipts
from handyman.messages.gateways import TwilioGateway
from handyman.messages.kill_points import KILL_AT
from handyman.messages.receipts import Receipt
from handyman.models import (
    Channel,
    DeliveryEvent,
    KeyPress,
    Message,
    MessageKind,
    MessageState,
    ReachAnswer,
)
from tests.conftest import Clock
from tests.factories import make_message, make_person, make_request, make_resident, make_visit
from tests.messages import twilio_peer
from tests.messages.twilio_peer import Peer

S = MessageState
pytestmark = pytest.mark.usefixtures("any_database")
SENDING = ("claiming", "claimed", "answered", "noting", "noted")
DOUBTING = ("sweeping", "found", "deciding")
TRIED = {*SENDING, *DOUBTING, "receipt", "climbing", "key"}


def dies(point: str, work: Callable[[], object]) -> None:
    """A process of its own does the work and is killed at this point of it."""
    db.session.rollback()
    db.session.remove()
    child = os.fork()
    if child == 0:
        db.engine.dispose(close=False)  # the connections are the parent's
        os.environ[KILL_AT] = point
        try:
            work()
        finally:
            os._exit(7)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, f"{point} was not reached: {status}"


def recover(twilio: TwilioGateway, clock: Clock) -> None:
    """What the next workers do in the minutes that follow."""
    for _ in range(4):
        clock.advance(minutes=3)
        doubt.sweep_now(clock())
        doubt.clear_up(twilio, clock)
        outbox.send_due(twilio, clock)


def state(message_id: int) -> MessageState:
    return db.session.get_one(Message, message_id, populate_existing=True).state


@pytest.mark.parametrize("point", SENDING)
def test_a_sender_may_die_at_every_step(
    point: str, twilio: TwilioGateway, peer: Peer, clock: Clock, session: scoped_session[Session]
) -> None:
    message_id = make_message(make_person()).id
    session.commit()
    dies(point, lambda: outbox.send_due(twilio, clock))
    recover(twilio, clock)
    assert (state(message_id), len(peer.taken)) == (S.ACCEPTED, 1)


@pytest.mark.parametrize("point", DOUBTING)
@pytest.mark.parametrize("taken", [True, False])
def test_whoever_clears_a_doubt_may_die_over_it(
    point: str,
    taken: bool,
    twilio: TwilioGateway,
    peer: Peer,
    clock: Clock,
    session: scoped_session[Session],
) -> None:
    message_id = make_message(make_person()).id
    session.commit()
    if point == "sweeping":  # somebody died with the text in hand
        dies("answered" if taken else "claimed", lambda: outbox.send_due(twilio, clock))
    else:
        peer.faults.append(twilio_peer.break_off if taken else twilio_peer.vanish)
        outbox.send_due(twilio, clock)
    clock.advance(minutes=3)

    def clear_up() -> None:
        doubt.sweep_now(clock())
        doubt.clear_up(twilio, clock)

    dies(point, clear_up)
    recover(twilio, clock)
    assert (state(message_id), len(peer.taken)) == (S.ACCEPTED, 1)


def test_a_receipt_that_was_not_kept_is_taken_when_it_comes_again(
    twilio: TwilioGateway, peer: Peer, clock: Clock, session: scoped_session[Session]
) -> None:
    message_id = make_message(make_person()).id
    session.commit()
    outbox.send_due(twilio, clock)
    said = Receipt("twilio", peer.taken[0]["sid"], "delivered")
    dies("receipt", lambda: receipts.take_receipt(said, clock()))
    assert state(message_id) is S.ACCEPTED
    for _ in range(2):
        receipts.take_receipt(said, clock())
    assert state(message_id) is S.DELIVERED
    assert db.session.scalar(select(func.count()).select_from(DeliveryEvent)) == 1


def test_the_next_step_is_climbed_once(
    twilio: TwilioGateway, peer: Peer, clock: Clock, session: scoped_session[Session]
) -> None:
    announce.booked(make_visit(make_request(make_resident(phone="+821000000001"))), clock())
    session.commit()
    outbox.send_due(twilio, clock)
    said = Receipt("twilio", peer.taken[0]["sid"], "undelivered", "30007")
    dies("climbing", lambda: receipts.take_receipt(said, clock()))
    for _ in range(2):
        receipts.take_receipt(said, clock())
    booked = select(Message.channel).where(Message.kind == MessageKind.RESIDENT_BOOKED).order_by(Message.id)
    assert list(db.session.scalars(booked)) == [Channel.SMS, Channel.VOICE]


def test_a_key_that_was_not_kept_counts_when_it_is_told_again(
    twilio: TwilioGateway, peer: Peer, clock: Clock, session: scoped_session[Session]
) -> None:
    announce.booked(make_visit(make_request(make_resident(phone="+8228200001"))), clock())
    session.commit()
    outbox.send_due(twilio, clock)
    call_id = peer.taken[0]["sid"]
    [message_id] = db.session.scalars(select(Message.id).where(Message.provider_id == call_id))
    press = reach.Press("twilio", call_id, message_id, 1, 1, "1")
    dies("key", lambda: reach.take_key(press, clock()))
    assert state(message_id) is S.ACCEPTED
    assert [reach.take_key(press, clock()) for _ in range(2)] == ["1", "1"]
    assert state(message_id) is S.DELIVERED
    for kept in (KeyPress, ReachAnswer):
        assert db.session.scalar(select(func.count()).select_from(kept)) == 1


def test_every_point_in_the_code_is_tried(app: Flask) -> None:
    folder = Path(app.root_path) / "messages"
    named = {
        point
        for file in folder.glob("*.py")
        for point in re.findall(r'\breach\("(\w+)"\)', file.read_text(encoding="utf-8"))
    }
    assert named == TRIED
