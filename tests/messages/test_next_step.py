"""The next step is made for everybody who has one: whoever else waits, whichever telephone it takes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handyman import flow
from handyman.extensions import db, now
from handyman.messages import announce, ladder, outbox, overdue, pages, receipts, trouble
from handyman.messages.gateways import ScreenGateway, Status
from handyman.messages.receipts import Receipt
from handyman.models import Channel, Message, MessageKind, MessageState, PhoneKind, Resident
from tests.conftest import Clock
from tests.factories import make_contact, make_person, make_phone, make_request, make_resident, make_visit

K, S = MessageKind, MessageState
MOBILE, LANDLINE, DAUGHTER = "+821000000001", "+8228200001", "+821000000077"
pytestmark = pytest.mark.usefixtures("session")


class Asked(ScreenGateway):
    """Says of every text the same."""

    def __init__(self, word: str | None) -> None:
        self.word = word

    def status(self, provider_id: str) -> Status | None:
        return Status(self.word) if self.word else None


def book(resident: Resident) -> None:
    announce.booked(make_visit(make_request(resident), start=now() + timedelta(days=3)), now())
    db.session.commit()


def rows() -> list[Message]:
    query = select(Message).where(Message.kind == K.RESIDENT_BOOKED).order_by(Message.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def taken() -> Message:
    """The booking's text, as the provider has taken it."""
    message = rows()[0]
    message.state, message.attempt = S.ACCEPTED, 1
    message.provider, message.provider_id = "screen", f"SM{message.id}"
    message.check_at = now() + timedelta(minutes=15)
    db.session.commit()
    return message


def test_those_whom_nobody_can_climb_for_keep_nobody_from_the_next_step(clock: Clock) -> None:
    for _ in range(ladder.AT_A_TIME):
        book(make_resident(phone=None))
    clock.advance(minutes=1)
    resident = make_resident(phone=None)
    make_contact(resident, make_person("딸", DAUGHTER))
    book(resident)
    for _ in range(2):
        clock.advance(minutes=1)
        flow.tick(now())
    assert [each.to_number for each in rows() if each.follows_id] == [DAUGHTER]


def test_who_stands_by_since_then_is_told_within_the_hour(clock: Clock) -> None:
    resident = make_resident(phone=None)
    book(resident)
    flow.tick(now())
    make_contact(resident, make_person("딸", DAUGHTER))
    db.session.commit()
    clock.advance(hours=1)
    flow.tick(now())
    assert [each.to_number for each in rows() if each.follows_id] == [DAUGHTER]


def test_the_landline_is_rung_where_the_mobile_is_dead() -> None:
    resident = make_resident(phone=MOBILE)
    make_phone(resident.person, LANDLINE)
    book(resident)
    receipts.take_receipt(Receipt("screen", taken().provider_id or "", "undelivered", "30005"), now())
    call = rows()[-1]
    assert (call.to_number, call.channel) == (LANDLINE, Channel.VOICE)


def test_a_second_mobile_gets_the_text_where_the_first_is_known_to_be_dead() -> None:
    resident = make_resident(phone=MOBILE)
    make_phone(resident.person, DAUGHTER)
    trouble.take_up(Message(provider="screen", to_number=MOBILE), "30005", now())
    book(resident)
    assert {(each.to_number, each.channel, each.state) for each in rows()} == {
        (DAUGHTER, Channel.SMS, S.PENDING)
    }


@pytest.mark.parametrize("kind", [PhoneKind.COMPANY, PhoneKind.UNKNOWN])
def test_no_machine_rings_a_firm_or_a_number_abroad(kind: PhoneKind) -> None:
    resident = make_resident(phone=None)
    make_phone(resident.person, "+14155550123", kind)
    book(resident)
    flow.tick(now())
    assert {(each.channel, each.state) for each in rows()} == {(Channel.SMS, S.NEEDS_PERSON)}
    assert pages.count_missed(now()) == 1


def test_whoever_stands_by_is_rung_at_their_landline_where_their_mobile_is_dead() -> None:
    resident, daughter = make_resident(phone=None), make_person("딸", DAUGHTER)
    make_phone(daughter, LANDLINE)
    make_contact(resident, daughter)
    book(resident)
    message = Message(provider="screen", to_number=DAUGHTER)
    trouble.take_up(message, "30005", now())
    flow.tick(now())
    assert [(each.to_number, each.channel) for each in rows()[1:]] == [(LANDLINE, Channel.VOICE)]


def test_silent_for_a_quarter_of_an_hour_goes_on_to_a_call_and_once_only(clock: Clock) -> None:
    book(make_resident(phone=MOBILE))
    taken()
    clock.advance(minutes=14)
    overdue.ask_again(Asked("sent"), now)
    assert len(rows()) == 1
    for _ in range(3):
        clock.advance(minutes=15)
        overdue.ask_again(Asked("sent"), now)
    assert [(each.state, each.channel) for each in rows()] == [
        (S.SENT, Channel.SMS),
        (S.PENDING, Channel.VOICE),
    ]
    assert pages.missed(now())[0].id == rows()[1].id  # the call waits for its sender, and too long by now


def test_nobody_is_rung_while_the_provider_cannot_be_asked(clock: Clock) -> None:
    book(make_resident(phone=MOBILE))
    message = taken()
    clock.advance(minutes=15)
    overdue.ask_again(Asked(None), now)
    assert len(rows()) == 1
    assert [each.id for each in pages.missed(now())] == [message.id]


def test_what_arrives_after_its_silence_keeps_the_telephone_from_ringing(clock: Clock) -> None:
    book(make_resident(phone=MOBILE))
    message = taken()
    clock.advance(minutes=15)
    overdue.ask_again(Asked("sent"), now)
    receipts.take_receipt(Receipt("screen", message.provider_id or "", "delivered"), now())
    assert [each.state for each in rows()] == [S.DELIVERED, S.CANCELED]
    assert pages.missed(now()) == []


def test_what_fails_after_its_silence_is_not_sent_once_more(clock: Clock) -> None:
    book(make_resident(phone=MOBILE))
    message = taken()
    clock.advance(minutes=15)
    overdue.ask_again(Asked("sent"), now)
    receipts.take_receipt(Receipt("screen", message.provider_id or "", "undelivered", "30003"), now())
    assert [each.state for each in rows()] == [S.UNDELIVERED, S.PENDING]


def test_whoever_is_silent_without_a_further_step_is_on_the_list(clock: Clock) -> None:
    book(make_resident(phone=MOBILE))
    taken()
    clock.advance(minutes=15)
    overdue.ask_again(Asked("sent"), now)
    outbox.send_due(ScreenGateway(), now)
    call = rows()[-1]
    call.check_at = now()
    db.session.commit()
    clock.advance(minutes=15)
    overdue.ask_again(Asked("in-progress"), now)
    assert [each.id for each in pages.missed(now())] == [call.id]
