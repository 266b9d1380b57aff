"""What was written before its number took no more texts does not leave: it is rung, or passed on."""

from datetime import timedelta

import pytest

from handyman import flow
from handyman.extensions import db, now
from handyman.messages import announce, inbox, outbox, receipts
from handyman.messages.gateways import Outcome, Outgoing, ScreenGateway
from handyman.messages.receipts import Receipt
from handyman.models import Channel, Message, MessageKind, MessageState, is_to_pass_on
from tests.conftest import Clock
from tests.factories import make_message, make_person, make_request, make_resident, make_visit

S = MessageState
pytestmark = pytest.mark.usefixtures("session")


def state(message: Message) -> MessageState:
    db.session.refresh(message)
    return message.state


class Spy(ScreenGateway):
    """Remembers whom it sent what."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Channel]] = []

    def send(self, text: Outgoing) -> Outcome:
        self.sent.append((text.to, text.channel))
        return super().send(text)


def test_after_stop_nothing_that_was_written_before_leaves(clock: Clock) -> None:
    message = make_message(make_person(), MessageKind.RESIDENT_DAY_BEFORE, due_at=now() + timedelta(hours=2))
    db.session.commit()
    flow.take_reply(inbox.Arrived("twilio", "SM1", message.to_number, "STOP", "STOP"), now())
    clock.advance(hours=2)
    spy = Spy()
    outbox.send_due(spy, now)
    assert (spy.sent, state(message), message.last_error) == ([], S.SUPPRESSED, "opted_out")
    assert is_to_pass_on(message, now())


def test_what_was_written_before_a_number_was_found_bad_does_not_leave(clock: Clock) -> None:
    person = make_person()
    make_message(person, state=S.ACCEPTED, attempt=1, provider="twilio", provider_id="SM1")
    later = make_message(person, due_at=now() + timedelta(hours=2))
    receipts.take_receipt(Receipt("twilio", "SM1", "undelivered", "30005"), now())
    clock.advance(hours=2)
    spy = Spy()
    outbox.send_due(spy, now)
    assert (spy.sent, state(later), later.last_error) == ([], S.NEEDS_PERSON, "bad_number")
    assert is_to_pass_on(later, now())


def test_whoever_said_stop_is_rung_with_what_was_written_before(clock: Clock) -> None:
    visit = make_visit(make_request(make_resident(phone="+821000000001")), start=now() + timedelta(days=3))
    announce.booked(visit, now())
    db.session.commit()
    flow.take_reply(inbox.Arrived("twilio", "SM1", "+821000000001", "STOP", "STOP"), now())
    spy = Spy()
    outbox.send_due(spy, now)
    assert spy.sent == [("+821000000001", Channel.VOICE)]
