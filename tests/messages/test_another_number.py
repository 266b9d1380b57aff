"""Somebody gets another telephone while texts wait for them, or are under way to the old one."""

from datetime import timedelta

import pytest

from handyman import message_log
from handyman.extensions import db, now, transaction
from handyman.messages import doubt, outbox, reach, receipts, rows, trouble
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import Outcome, Outgoing, ScreenGateway
from handyman.models import (
    Channel,
    MessageKind,
    MessageState,
    PhoneKind,
    Role,
)
from tests.conftest import Client, Clock
from tests.factories import make_member, make_message
from tests.members.forms import change
from tests.messages.test_ladder import SignIn
from tests.messages.test_on_a_list import Stuck, listed, minute_of_worker
from tests.messages.test_stays_in_sight import after, silent, telephones
from tests.messages.test_told_as_it_is import LANDLINE, OTHER_LANDLINE, OTHER_MOBILE, booked, offered

K, S = MessageKind, MessageState
NEW = "+821077778888"
pytestmark = pytest.mark.usefixtures("session")


class Spy(ScreenGateway):
    """Keeps the numbers that it was given."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, text: Outgoing) -> Outcome:
        self.sent.append(text.to)
        return super().send(text)


def test_what_waits_goes_to_the_new_number(client: Client, sign_in: SignIn, clock: Clock) -> None:
    member, other = make_member(), make_member()
    at = now() + timedelta(hours=2)
    make_message(member, K.MEMBER_OFFER, due_at=at)
    make_message(member, K.MEMBER_OFFER, due_at=at, channel=Channel.VOICE)
    gone = make_message(member, K.MEMBER_OFFER, state=S.DELIVERED)
    make_message(other, K.MEMBER_OFFER, due_at=at)
    old, theirs = member.phone, other.phone
    sign_in(Role.COORDINATOR)
    assert change(client, member, phone="010-7777-8888").status_code == 303
    clock.advance(hours=2)
    spy = Spy()
    for _ in range(3):
        outbox.send_due(spy, now)
        clock.advance(minutes=1)
    assert sorted(spy.sent) == sorted([NEW, NEW, theirs])
    db.session.expire_all()
    assert gone.to_number == old


def test_where_the_new_number_takes_no_texts_it_is_a_persons_work(client: Client, sign_in: SignIn) -> None:
    member = make_member()
    message = make_message(member, K.MEMBER_OFFER, due_at=now() + timedelta(hours=2))
    trouble.fact_of(NEW).opted_out_at = now()
    db.session.commit()
    sign_in(Role.COORDINATOR)
    change(client, member, phone="010-7777-8888")
    db.session.expire_all()
    assert (message.state, message.to_number, message.last_error) == (S.NEEDS_PERSON, NEW, "opted_out")


@pytest.mark.parametrize("tries", [1, 2])
@pytest.mark.parametrize("rings", [True, False])
def test_what_the_old_number_says_is_said_by_somebody_else(rings: bool, tries: int, clock: Clock) -> None:
    """A key, or that a text has arrived: whether or not the right number was tried meanwhile."""
    visit, message = booked(LANDLINE if rings else "")
    outbox.send_due(Stuck(Says.UNKNOWN, name="twilio"), now, rest=lambda _seconds: None)
    new = (OTHER_LANDLINE, PhoneKind.LANDLINE) if rings else (OTHER_MOBILE, PhoneKind.MOBILE)
    telephones(visit.resident.person, new)
    clock.advance(minutes=2, seconds=1)
    doubt.clear_up(Stuck(Says.UNKNOWN, name="twilio"), now)
    for _try in range(tries):
        minute_of_worker(Stuck(Says.ACCEPTED, name="twilio"))
        clock.advance(seconds=10)
    assert (message.attempt, message.to_number) == (tries, new[0])
    if rings:
        reach.take_key(reach.Press("twilio", "CAold", message.id, 1, 1, "1"), now())
    else:
        receipts.take_receipt(receipts.Receipt("twilio", "SMold", "delivered", "", message.id, 1), now())
    minute_of_worker(Stuck(Says.ACCEPTED, name="twilio"))
    db.session.refresh(message)
    assert (message.state, message.attempt) == (S.ACCEPTED, 2)


@pytest.mark.parametrize("tries", [1, 2])
def test_that_a_text_to_the_old_number_was_taken_is_said_of_no_other(tries: int, clock: Clock) -> None:
    """Its answer hung while the right number was put on file."""
    visit, message = booked()
    old = message.to_number
    hangs = Stuck(Says.UNKNOWN, name="twilio")
    text = outbox.claim(now())
    assert text is not None
    clock.advance(seconds=90)
    doubt.sweep_now(now())
    clock.advance(minutes=2, seconds=1)
    doubt.clear_up(hangs, now)
    telephones(visit.resident.person, (OTHER_MOBILE, PhoneKind.MOBILE))
    with transaction():
        rows.readdress(rows.resident(visit.resident.person, now()), now())
    for _try in range(tries - 1):
        minute_of_worker(Stuck(Says.ACCEPTED, name="twilio"))
    outbox.note(hangs, text, Outcome(Says.ACCEPTED, "SMold"), now())
    receipts.take_receipt(receipts.Receipt("twilio", "SMold", "delivered", "", message.id, 1), now())
    db.session.refresh(message)
    assert message.state is (S.PENDING if tries == 1 else S.ACCEPTED)
    minute_of_worker(Stuck(Says.ACCEPTED, name="twilio"))
    db.session.refresh(message)
    assert (text.to, message.to_number, message.provider_id) == (old, OTHER_MOBILE, f"id-{message.id}-2")


def test_that_a_text_reached_the_wrong_number_takes_back_no_call_to_the_right_one(clock: Clock) -> None:
    visit, text = booked()
    silent(text)
    text.check_at = now() + timedelta(minutes=15)
    db.session.commit()
    clock.advance(minutes=16)
    minute_of_worker(Stuck(Says.STOP, becomes="sent", name="twilio"))
    call = after(text)
    telephones(visit.resident.person, (OTHER_MOBILE, PhoneKind.MOBILE))
    with transaction():
        rows.readdress(rows.resident(visit.resident.person, now()), now())
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{text.id}", "delivered", "", text.id, 1), now())
    db.session.refresh(call)
    assert (call.state, call.to_number) == (S.PENDING, OTHER_MOBILE) or call.id in listed(now())


@pytest.mark.parametrize("takes_texts", [True, False])
def test_what_a_stranger_received_goes_to_the_number_that_is_theirs(takes_texts: bool, clock: Clock) -> None:
    """Or is a person's work, with the reason."""
    visit, text = booked()
    silent(text)
    telephones(visit.resident.person, (OTHER_MOBILE, PhoneKind.MOBILE))
    with transaction():
        rows.readdress(rows.resident(visit.resident.person, now()), now())
        if not takes_texts:
            trouble.fact_of(OTHER_MOBILE).bad_at = now()
            trouble.fact_of(OTHER_MOBILE).bad_code = "30005"
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{text.id}", "delivered", "", text.id, 1), now())
    outbox.send_due(ScreenGateway(), now)
    db.session.refresh(text)
    assert (text.state, text.last_error, text.was_heard) == (S.UNDELIVERED, "another_number", False)
    if takes_texts:
        assert (after(text).state, after(text).to_number) == (S.DELIVERED, OTHER_MOBILE)
        assert listed(now()) == set()
    else:
        clock.advance(minutes=15)
        assert len(listed(now())) == 1
    (said,) = (each for each in message_log.of_visit(visit.id, now()) if each.id == text.id)
    assert isinstance(said, message_log.Logged)
    assert (said.arrived_at, "예전 번호" in said.reason) == (None, True)


def test_what_a_stranger_received_does_not_go_there_once_more(clock: Clock) -> None:
    """The resident has a landline alone by now: it rings."""
    visit, text = booked()
    silent(text)
    telephones(visit.resident.person, (OTHER_LANDLINE, PhoneKind.LANDLINE))
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{text.id}", "delivered", "", text.id, 1), now())
    call = after(text)
    assert (call.channel, call.to_number) == (Channel.VOICE, OTHER_LANDLINE)


def test_who_opens_no_links_any_more_has_received_it_all_the_same(client: Client, sign_in: SignIn) -> None:
    offer, text = offered()
    silent(text)
    sign_in(Role.COORDINATOR)
    assert change(client, offer.member, no_smartphone="1").status_code == 303
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{text.id}", "delivered", "", text.id, 1), now())
    db.session.refresh(text)
    assert text.state is S.DELIVERED


def test_a_key_from_a_telephone_that_is_theirs_still_counts_though_they_have_another(clock: Clock) -> None:
    visit, message = booked(LANDLINE)
    unclear = Stuck(Says.UNKNOWN, name="twilio")
    outbox.send_due(unclear, now, rest=lambda _seconds: None)
    clock.advance(minutes=2, seconds=1)
    doubt.clear_up(unclear, now)
    telephones(visit.resident.person, (LANDLINE, PhoneKind.LANDLINE), (OTHER_MOBILE, PhoneKind.MOBILE))
    with transaction():
        rows.readdress(rows.resident(visit.resident.person, now()), now())
    reach.take_key(reach.Press("twilio", "CAfirst", message.id, 1, 1, "1"), now())
    minute_of_worker(Stuck(Says.ACCEPTED, name="twilio"))
    db.session.refresh(message)
    assert (message.state, message.attempt) == (S.DELIVERED, 1)
