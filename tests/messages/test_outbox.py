"""Never lost, never twice: every state of a text, on both databases where it matters."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from handyman import links
from handyman.extensions import db, now, transaction
from handyman.messages import doubt, outbox, receipts
from handyman.messages.gateways import Answer, Gateway, Outcome, Outgoing, ScreenGateway, TwilioGateway
from handyman.models import SYSTEM, Attempt, Channel, Installation, Message, MessageKind, MessageState
from tests.conftest import Clock
from tests.factories import add, make_link, make_member, make_message, make_person, make_visit
from tests.messages import twilio_peer

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")


class Scripted:
    """A gateway that answers what it is told to."""

    name, real = "scripted", True

    def __init__(self, *outcomes: Outcome, found: list[str] | None = None) -> None:
        self.outcomes = list(outcomes)
        self.found = found
        self.sent: list[Outgoing] = []

    def send(self, text: Outgoing) -> Outcome:
        self.sent.append(text)
        return self.outcomes.pop(0) if self.outcomes else Outcome(Answer.ACCEPTED, f"id-{len(self.sent)}")

    def find(
        self, to: str, body: str, since: datetime, channel: Channel, outbox_id: int = 0
    ) -> list[str] | None:
        return self.found


def send(gateway: Gateway) -> int:
    return outbox.send_due(gateway, now)


def sweep() -> None:
    with transaction():
        doubt.sweep(now())


def state(message: Message) -> MessageState:
    db.session.refresh(message)
    return message.state


def make_text(**values: Any) -> Message:
    return make_message(make_person(), **values)


def test_what_is_due_arrives_on_the_screen() -> None:
    message = make_text()
    assert send(ScreenGateway()) == 1
    assert state(message) is S.DELIVERED
    assert message.provider_id == f"screen-{message.id}-1"
    assert message.attempts[0].outcome == "accepted"


def test_what_is_not_due_waits() -> None:
    message = make_text(due_at=now() + timedelta(minutes=1))
    assert send(ScreenGateway()) == 0
    assert state(message) is S.PENDING


def test_the_try_is_noted_and_committed_before_anything_leaves(app: Flask) -> None:
    message = make_text()
    db.session.commit()
    seen: list[Any] = []

    class Looking(Scripted):
        def send(self, text: Outgoing) -> Outcome:
            assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
            with db.engine.connect() as other:
                noted = select(Message.state, Attempt.number).join(Attempt).where(Message.id == text.id)
                seen.append(tuple(other.execute(noted).one()))
            return super().send(text)

    send(Looking())
    assert seen == [(S.SENDING, 1)]
    assert state(message) is S.ACCEPTED


def test_the_link_is_filled_when_the_text_leaves() -> None:
    member = make_member()
    visit = make_visit(members=[member])
    link, _path = make_link(visit, member)
    make_message(member, K.MEMBER_OFFER, visit, body="답: {link}", link_id=link.id)
    gateway = Scripted()
    send(gateway)
    assert gateway.sent[0].body == f"답: {links.url(link)}"
    assert links.url(link).startswith("http://127.0.0.1:5000/")


def test_a_refused_connection_is_tried_again_a_little_later_each_time(clock: Clock) -> None:
    message = make_text()
    gateway = Scripted(Outcome(Answer.RETRY), Outcome(Answer.RETRY))
    waits = []
    for _ in range(2):
        send(gateway)
        waits.append((state(message), message.next_at - now()))
        assert send(gateway) == 0, "never hot"
        clock.set(message.next_at)
    assert waits == [(S.PENDING, timedelta(seconds=15)), (S.PENDING, timedelta(seconds=30))]
    send(gateway)
    assert state(message) is S.ACCEPTED


def test_too_fast_waits_as_long_as_was_asked_and_the_sender_slows_down(clock: Clock) -> None:
    held, other = make_text(), make_text()
    gateway = Scripted(Outcome(Answer.SLOW, status=429, code="20429", retry_after=40))
    rests: list[float] = []
    assert outbox.send_due(gateway, now, rest=rests.append) == 2
    assert (rests, state(held), state(other)) == ([outbox.REST], S.PENDING, S.ACCEPTED)
    clock.advance(seconds=39)
    assert send(gateway) == 0
    clock.advance(seconds=1)
    assert send(gateway) == 1
    assert state(held) is S.ACCEPTED


def test_a_refused_account_stops_all_and_loses_nothing(clock: Clock) -> None:
    texts = [make_text() for _ in range(3)]
    gateway = Scripted(Outcome(Answer.STOP, code="20003"))
    send(gateway)
    clock.advance(minutes=4)
    assert send(gateway) == 0
    assert {state(each) for each in texts} == {S.PENDING}
    clock.advance(minutes=1)
    send(gateway)
    assert {state(each) for each in texts} == {S.ACCEPTED}


def test_a_refused_text_is_failed_and_keeps_its_reason() -> None:
    message = make_text()
    send(Scripted(Outcome(Answer.FAILED, status=400, code="21211")))
    assert (state(message), message.last_error) == (S.FAILED, "21211")


def test_in_doubt_nothing_more_goes_to_that_person(clock: Clock) -> None:
    person = make_person()
    first, second = make_message(person), make_message(person)
    other = make_text()
    send(Scripted(Outcome(Answer.UNKNOWN, code="ReadTimeout")))
    assert [state(each) for each in (first, second, other)] == [S.UNKNOWN, S.PENDING, S.ACCEPTED]


@pytest.mark.usefixtures("any_database")
def test_in_doubt_nothing_more_goes_to_that_telephone_whoever_shares_it(
    twilio: TwilioGateway, peer: twilio_peer.Peer, clock: Clock
) -> None:
    """Else the first call, which never left, would take the second one's for its own: lost, and doubled."""
    couple = [make_person(phone="+8228200001") for _ in range(2)]
    calls = [make_message(each, channel=Channel.VOICE, due_at=now()) for each in couple]
    peer.faults = [twilio_peer.vanish, twilio_peer.break_off]
    send(twilio)
    assert [state(each) for each in calls] == [S.UNKNOWN, S.PENDING]
    for _ in range(4):
        clock.advance(minutes=2)
        doubt.clear_up(twilio, now)
        send(twilio)
    asked = [kept["form"]["StatusCallback"].partition("?")[2].partition("&")[0] for kept in peer.taken]
    assert sorted(asked) == [f"outbox={each.id}" for each in calls]
    assert {state(each) for each in calls} == {S.ACCEPTED}


def test_doubt_is_looked_at_after_its_quarantine_and_not_before(clock: Clock) -> None:
    message = make_text()
    gateway = Scripted(Outcome(Answer.UNKNOWN), found=["theirs"])
    send(gateway)
    clock.advance(seconds=119)
    assert doubt.clear_up(gateway, now) == 0
    clock.advance(seconds=1)
    assert doubt.clear_up(gateway, now) == 1
    assert (state(message), message.provider_id) == (S.ACCEPTED, "theirs")


def test_what_the_provider_never_had_is_sent_once_more_and_then_left_to_a_person(clock: Clock) -> None:
    message = make_text(kind=K.RESIDENT_BOOKED)
    gateway = Scripted(Outcome(Answer.UNKNOWN), Outcome(Answer.UNKNOWN), found=[])
    for _ in range(2):
        send(gateway)
        clock.advance(minutes=2)
        doubt.clear_up(gateway, now)
    assert state(message) is S.NEEDS_PERSON
    assert send(gateway) == 0
    assert len(gateway.sent) == 2


def test_a_kind_that_is_not_repeated_goes_to_a_person_at_once(clock: Clock) -> None:
    message = make_text(kind=K.RESIDENT_ON_THE_WAY)
    gateway = Scripted(Outcome(Answer.UNKNOWN), found=[])
    send(gateway)
    clock.advance(minutes=2)
    doubt.clear_up(gateway, now)
    assert state(message) is S.NEEDS_PERSON


def test_a_provider_that_cannot_be_asked_is_asked_later(clock: Clock) -> None:
    message = make_text()
    gateway = Scripted(Outcome(Answer.UNKNOWN), found=None)
    send(gateway)
    clock.advance(minutes=2)
    assert doubt.clear_up(gateway, now) == 0
    assert (state(message), message.next_at) == (S.UNKNOWN, now() + timedelta(minutes=2))


def test_doubt_that_outlives_its_use_is_expired_never_sent_late(clock: Clock) -> None:
    message = make_text(not_after=now() + timedelta(minutes=1))
    gateway = Scripted(Outcome(Answer.UNKNOWN), found=[])
    send(gateway)
    clock.advance(minutes=2)
    doubt.clear_up(gateway, now)
    assert state(message) is S.EXPIRED


def test_past_its_use_a_waiting_text_expires(clock: Clock) -> None:
    message = make_text(not_after=now() + timedelta(minutes=1))
    clock.advance(minutes=1)
    assert send(ScreenGateway()) == 0
    sweep()
    assert state(message) is S.EXPIRED


def test_a_sender_that_died_over_a_text_leaves_it_in_doubt_not_lost(clock: Clock) -> None:
    message = make_text()
    assert outbox.claim(now()) is not None  # and then the process is killed
    sweep()
    assert state(message) is S.SENDING
    clock.advance(seconds=90)
    sweep()
    assert state(message) is S.UNKNOWN
    clock.advance(seconds=120)
    doubt.clear_up(Scripted(found=["taken"]), now)
    assert state(message) is S.ACCEPTED


def test_an_answer_that_comes_after_the_lease_still_counts(clock: Clock) -> None:
    message = make_text()
    text = outbox.claim(now())
    assert text is not None
    clock.advance(seconds=90)
    sweep()
    outbox.note(Scripted(), text, Outcome(Answer.ACCEPTED, "late"), now())
    assert (state(message), message.provider_id) == (S.ACCEPTED, "late")


def given_up(gateway: Gateway, clock: Clock) -> Outgoing:
    """A try whose sender was not heard of again, and that the provider's list does not show."""
    tried = outbox.claim(now())
    assert tried is not None
    clock.advance(seconds=90)
    sweep()
    clock.advance(seconds=120)
    doubt.clear_up(gateway, now)
    return tried


def test_an_answer_to_an_earlier_try_changes_nothing(clock: Clock) -> None:
    message = make_text()
    gateway = Scripted(found=[])
    first = given_up(gateway, clock)
    assert outbox.claim(now()) is not None
    outbox.note(gateway, first, Outcome(Answer.FAILED, code="21211"), now())
    assert state(message) is S.SENDING


def test_a_late_yes_to_an_earlier_try_keeps_the_second_from_leaving(clock: Clock) -> None:
    message = make_text()
    gateway = Scripted(found=[])
    first = given_up(gateway, clock)
    assert state(message) is S.PENDING
    outbox.note(gateway, first, Outcome(Answer.ACCEPTED, "late"), now())
    assert (state(message), message.provider_id) == (S.ACCEPTED, "late")
    assert send(gateway) == 0


def test_a_late_yes_to_what_was_given_up_lets_its_receipt_settle_it(clock: Clock) -> None:
    message = make_text(kind=K.RESIDENT_DAY_BEFORE)
    gateway = Scripted(found=[])
    first = given_up(gateway, clock)
    outbox.note(gateway, first, Outcome(Answer.ACCEPTED, "late"), now())
    assert (state(message), message.provider_id, message.told_at) == (S.NEEDS_PERSON, "late", None)
    receipts.take_receipt(receipts.Receipt("scripted", "late", "delivered"), now())
    assert (state(message), message.told_at) == (S.NEEDS_PERSON, now())


def test_a_sender_that_was_held_up_does_not_send(clock: Clock) -> None:
    message = make_text()
    gateway = Scripted()

    def later() -> datetime:
        clock.advance(seconds=66)  # looked at when the text is claimed, and again before it leaves
        return now()

    outbox.send_due(gateway, later)
    assert gateway.sent == []
    assert (state(message), message.attempts[0].error_code) == (S.PENDING, "held_up")
    assert send(gateway) == 1
    assert (state(message), len(gateway.sent)) == (S.ACCEPTED, 1)


def test_a_sender_that_was_held_up_past_the_use_of_its_text_does_not_send_it(clock: Clock) -> None:
    message = make_text(not_after=now() + timedelta(seconds=30))
    gateway = Scripted()

    def later() -> datetime:
        clock.advance(seconds=20)  # looked at when the text is claimed, and again before it leaves
        return now()

    outbox.send_due(gateway, later, limit=1)
    sweep()
    assert gateway.sent == []
    assert state(message) is S.EXPIRED


def test_made_up_people_are_never_texted_for_real() -> None:
    add(Installation(demo=True, created_at=now()))
    message = make_text()
    gateway = Scripted()
    assert send(gateway) == 0
    assert (state(message), gateway.sent) == (S.PENDING, [])
    assert send(ScreenGateway()) == 1


def test_a_text_taken_back_is_not_sent() -> None:
    message = make_text()
    message.move_to(S.CANCELED, SYSTEM, now())
    assert send(ScreenGateway()) == 0


def test_asked_to_stop_it_finishes_the_text_under_way_and_no_more() -> None:
    make_text(), make_text()
    gateway = Scripted()
    assert outbox.send_due(gateway, now, go_on=lambda: not gateway.sent) == 1


@pytest.mark.usefixtures("any_database")
def test_two_senders_at_once_double_nothing(app: Flask, session: Any) -> None:
    people = [make_person() for _ in range(12)]
    texts = [make_message(each, due_at=now()).id for each in people for _ in range(3)]
    session.commit()
    sent: list[int] = []
    together: list[str] = []
    under_way: set[str] = set()
    lock = threading.Lock()

    class Counting(ScreenGateway):
        def send(self, text: Outgoing) -> Outcome:
            with lock:
                if text.to in under_way:
                    together.append(text.to)
                under_way.add(text.to)
                sent.append(text.id)
            threading.Event().wait(0.002)
            with lock:
                under_way.discard(text.to)
            return super().send(text)

    def work() -> None:
        with app.app_context():
            for _ in range(60):
                outbox.send_due(Counting(), now, limit=5)

    senders = [threading.Thread(target=work) for _ in range(2)]
    for each in senders:
        each.start()
    for each in senders:
        each.join(60)
    assert sorted(sent) == sorted(texts)
    assert together == []
    assert set(session.scalars(select(Message.state))) == {S.DELIVERED}


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("fault", [twilio_peer.break_off, twilio_peer.garble, twilio_peer.hang])
def test_taken_without_a_readable_answer_is_found_again_and_sent_once(
    fault: twilio_peer.Fault, twilio: TwilioGateway, peer: twilio_peer.Peer, clock: Clock
) -> None:
    message = make_text()
    peer.faults.append(fault)
    send(twilio)
    assert state(message) is S.UNKNOWN
    clock.advance(minutes=2)
    doubt.clear_up(twilio, now)
    assert (state(message), message.provider_id) == (S.ACCEPTED, peer.taken[0]["sid"])
    assert len(peer.taken) == 1


def test_not_taken_and_no_answer_is_sent_again_and_once(
    twilio: TwilioGateway, peer: twilio_peer.Peer, clock: Clock
) -> None:
    message = make_text(kind=K.MEMBER_OFFER)
    peer.faults.append(twilio_peer.vanish)
    send(twilio)
    clock.advance(minutes=2)
    doubt.clear_up(twilio, now)
    send(twilio)
    assert state(message) is S.ACCEPTED
    assert len(peer.taken) == 1


def test_two_equal_texts_do_not_adopt_the_same_id(
    twilio: TwilioGateway, peer: twilio_peer.Peer, clock: Clock
) -> None:
    person = make_person()
    first = make_message(person)
    send(twilio)
    second = make_message(person)
    peer.faults.append(twilio_peer.vanish)
    send(twilio)
    clock.advance(minutes=2)
    doubt.clear_up(twilio, now)
    assert (state(first), state(second)) == (S.ACCEPTED, S.PENDING)


def test_sending_the_same_moment_by_hand_and_by_clock_sends_once() -> None:
    message = make_text(due_at=now() + timedelta(hours=3))
    assert outbox.send_one(ScreenGateway(), message.id, now())
    assert not outbox.send_one(ScreenGateway(), message.id, now())
    assert (state(message), message.due_at) == (S.DELIVERED, now())
