"""Our own Twilio is as unpleasant as it is asked to be; and the office holds against it over real HTTP."""

import json
import random
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from handyman.extensions import db, now
from handyman.messages import announce, outbox
from handyman.messages.gateways import Answer, Outgoing, TwilioGateway
from handyman.models import DeliveryEvent, KeyPress, Message, MessageKind, MessageState, ReachAnswer, Visit
from tests.conftest import Clock
from tests.factories import make_message, make_person, make_request, make_resident, make_visit
from tests.twilio import Callee, Manners, Peer, live
from tests.twilio.numbers import number_of

S = MessageState
ROOT = Path(__file__).resolve().parents[2]
TEXT = Outgoing(7, 2, "+821000000001", "[동작핸디맨] 안녕하십니까", 600, datetime.max.replace(tzinfo=UTC))
pytestmark = [
    pytest.mark.usefixtures("session"),
    pytest.mark.settings(PUBLIC_BASE_URL="http://127.0.0.1"),  # live_server adds the port
]


@pytest.fixture
def office(twilio: TwilioGateway, app: Flask, live_server: str) -> TwilioGateway:
    """The gateway of an office that Twilio can call in at."""
    assert live_server
    settings: Any = app.extensions["settings"]
    return TwilioGateway(replace(settings, sms_gateway="twilio"), patience=(5, 1))


def state(message: Message) -> MessageState:
    db.session.commit()
    db.session.refresh(message)
    found = message.state
    db.session.commit()
    return found


def test_a_text_lives_and_each_step_is_called_in(office: TwilioGateway, peer: Peer, clock: Clock) -> None:
    message = make_message(make_person())
    db.session.commit()
    outbox.send_due(office, now)
    seen = [state(message)]
    for _ in range(3):
        clock.advance(seconds=2)
        live(peer)
        seen.append(state(message))
    assert seen == [S.ACCEPTED, S.SENT, S.SENT, S.DELIVERED]
    assert [told.status for told in peer.told] == [204] * 3
    found = office.status(peer.taken[0]["sid"])
    assert found is not None
    assert found.word == "delivered"


@pytest.mark.parametrize("algorithm", ["", "HMAC_SHA256"])
def test_late_doubled_and_out_of_order_it_ends_the_same(
    algorithm: str, office: TwilioGateway, peer: Peer, clock: Clock
) -> None:
    peer.chance = random.Random(3)
    peer.manners = Manners(doubled=0.5, reordered=0.9, late=timedelta(seconds=20), algorithm=algorithm)
    messages = [make_message(make_person()) for _ in range(6)]
    db.session.commit()
    outbox.send_due(office, now)
    for _ in range(6):
        clock.advance(seconds=5)
        live(peer)
    assert {state(each) for each in messages} == {S.DELIVERED}
    assert len(peer.told) > 18, "some came twice"
    assert {told.status for told in peer.told} == {204}
    assert db.session.scalar(select(func.count()).select_from(DeliveryEvent)) == 18


@pytest.mark.parametrize(
    ("code", "ends"),
    [
        (30007, S.UNDELIVERED),
        (30001, S.FAILED),
        (21610, S.SUPPRESSED),
        (21211, S.FAILED),
        (20429, S.PENDING),
        (20503, S.UNKNOWN),
    ],
)
def test_a_number_of_its_own_stands_for_every_code(
    code: int, ends: MessageState, office: TwilioGateway, peer: Peer, clock: Clock
) -> None:
    message = make_message(make_person(phone=number_of(code)))
    db.session.commit()
    outbox.send_due(office, now, rest=lambda _seconds: None)
    clock.advance(seconds=5)
    live(peer)
    assert state(message) is ends
    assert len(peer.taken) == (code >= 30_000)


def called(office: TwilioGateway, peer: Peer, clock: Clock, callee: Callee) -> tuple[Visit, Message]:
    """A booking told to a landline, all through the call."""
    number = "+8228200001"
    peer.callees[number] = callee
    visit = make_visit(make_request(make_resident(phone=number)), start=now() + timedelta(days=3))
    announce.booked(visit, now())
    db.session.commit()
    outbox.send_due(office, now)
    for _ in range(5):
        clock.advance(seconds=10)
        live(peer)
    wanted = select(Message).where(Message.kind == MessageKind.RESIDENT_BOOKED).order_by(Message.id)
    return visit, db.session.scalars(wanted).all()[0]


@pytest.mark.parametrize(
    ("keys", "ends", "asked"),
    [
        ("1", S.DELIVERED, 1),
        ("2", S.NEEDS_PERSON, 1),
        ("71", S.DELIVERED, 2),
        ("99", S.UNDELIVERED, 2),
        ("", S.UNDELIVERED, 1),
    ],
)
def test_a_call_is_followed_from_question_to_key(
    keys: str, ends: MessageState, asked: int, office: TwilioGateway, peer: Peer, clock: Clock
) -> None:
    _, call = called(office, peer, clock, Callee(keys))
    assert state(call) is ends
    heard = peer.taken[0]["heard"]
    assert sum("동작핸디맨입니다" in each for each in heard) == 2 * asked
    assert heard[-1].endswith(("뵙겠습니다.", "여쭙겠습니다.", "계십시오."))
    pressed = db.session.scalar(select(func.count()).select_from(KeyPress))
    assert pressed == len(keys)
    answered = db.session.scalar(select(func.count()).select_from(ReachAnswer))
    assert answered == (ends is not S.UNDELIVERED)


@pytest.mark.parametrize("ends", ["busy", "no-answer", "failed"])
def test_a_call_that_nobody_takes_up_is_told_and_nothing_is_said(
    ends: str, office: TwilioGateway, peer: Peer, clock: Clock
) -> None:
    _, call = called(office, peer, clock, Callee(ends=ends))
    assert state(call) in (S.UNDELIVERED, S.FAILED)
    assert peer.taken[0]["heard"] == []
    assert [told.form["CallStatus"] for told in peer.told] == [ends]


def test_faster_than_its_rate_is_told_to_wait(office: TwilioGateway, peer: Peer, clock: Clock) -> None:
    peer.rate = 2
    answers = [office.send(TEXT) for _ in range(3)]
    assert [each.answer for each in answers] == [Answer.ACCEPTED, Answer.ACCEPTED, Answer.SLOW]
    assert answers[2].retry_after == 1
    clock.advance(seconds=1)
    assert office.send(TEXT).answer is Answer.ACCEPTED
    assert (len(peer.taken), peer.too_fast) == (3, 1)


def test_what_was_taken_is_listed_when_the_lag_is_over(
    office: TwilioGateway, peer: Peer, clock: Clock
) -> None:
    peer.lag = timedelta(seconds=60)
    office.send(TEXT)
    call = replace(TEXT, channel="voice", to="+8228200001")
    office.send(call)
    since = clock()
    assert office.find(TEXT.to, TEXT.body, since, TEXT.channel) == []
    clock.advance(seconds=60)
    assert office.find(TEXT.to, TEXT.body, since, TEXT.channel) == [peer.taken[0]["sid"]]
    assert office.find(call.to, call.body, since, call.channel) == [peer.taken[1]["sid"]]


def test_another_account_is_not_let_in(twilio: TwilioGateway, peer: Peer, app: Flask) -> None:
    settings: Any = app.extensions["settings"]
    stranger = TwilioGateway(replace(settings, twilio_auth_token="another"), patience=(5, 1))
    assert stranger.send(TEXT).answer is Answer.STOP
    assert peer.taken == []


@pytest.fixture
def process() -> Iterator[str]:
    """It runs by itself; gives its address."""
    order = [sys.executable, "-m", "tests.twilio", "--seed", "7", "--lag", "60"]
    started = subprocess.Popen(order, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    yield started.stdout.readline().strip()
    started.kill()
    started.communicate()


def test_it_runs_as_a_process_of_its_own_and_shows_its_ledger(
    process: str, twilio: TwilioGateway, app: Flask
) -> None:
    settings: Any = app.extensions["settings"]
    outcome = TwilioGateway(replace(settings, twilio_api_base=process)).send(TEXT)
    with urllib.request.urlopen(f"{process}/ledger") as answer:
        [row] = json.load(answer)["taken"]
    assert (row["sid"], row["token"]) == (outcome.provider_id, [7, 2])
