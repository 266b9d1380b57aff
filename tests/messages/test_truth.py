"""What is no longer true, or was told by a person, is not said again: not late, and not out of doubt."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handyman.extensions import db, now, transaction
from handyman.messages import announce, call_task, doubt, outbox, pages, receipts
from handyman.messages.gateways import Answer, Outcome, Outgoing, ScreenGateway
from handyman.messages.receipts import Receipt
from handyman.models import (
    SYSTEM,
    Channel,
    Message,
    MessageKind,
    MessageState,
    OfferState,
    Visit,
    VisitState,
    texts_to_pass_on,
)
from tests.conftest import Clock
from tests.factories import make_member, make_message, make_request, make_resident, make_visit

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")


class Lost(ScreenGateway):
    """Does not say whether it took a text; and cannot be asked."""

    def send(self, text: Outgoing) -> Outcome:
        return Outcome(Answer.UNKNOWN, status=503)

    def find(self, *_asked: object) -> None:
        return None


class Read(ScreenGateway):
    """Remembers what people read, in its order."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def send(self, text: Outgoing) -> Outcome:
        self.bodies.append(text.body)
        return super().send(text)


def booked() -> tuple[Visit, Message]:
    visit = make_visit(make_request(make_resident(phone="+821000000001")), start=now() + timedelta(days=3))
    announce.booked(visit, now())
    db.session.commit()
    return visit, rows(K.RESIDENT_BOOKED)[0]


def rows(*kinds: MessageKind) -> list[Message]:
    query = select(Message).where(Message.kind.in_(kinds)).order_by(Message.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def taken(message: Message) -> None:
    message.state, message.attempt = S.ACCEPTED, 1
    message.provider, message.provider_id = "twilio", f"SM{message.id}"
    db.session.commit()


def receipt(message: Message, status: str, code: str = "") -> None:
    receipts.take_receipt(Receipt("twilio", f"SM{message.id}", status, code), now())


def move(visit: Visit) -> None:
    with transaction():
        for name in ("window_end", "start", "window_start"):
            setattr(visit, name, getattr(visit, name) + timedelta(hours=3))
        announce.moved(visit, now())


def cancel(visit: Visit) -> None:
    with transaction():
        visit.move_to(VisitState.CANCELLED, SYSTEM, now())
        announce.cancelled(visit, now())


def told(message: Message) -> None:
    with transaction():
        assert call_task.note(message.id, call_task.Outcome.TOLD, SYSTEM, now()) is not None


def waiting(*kinds: MessageKind) -> list[str]:
    return [row.dedupe_key for row in rows(*(kinds or tuple(K))) if row.state is S.PENDING]


@pytest.mark.parametrize("code", ["30003", "30007"])
def test_a_moved_promise_does_not_come_back_with_a_late_receipt(code: str, clock: Clock) -> None:
    visit, old = booked()
    taken(old)
    clock.advance(minutes=10)
    move(visit)
    outbox.send_due(ScreenGateway(), now)  # the new time is told, and delivered
    receipt(old, "undelivered", code)
    assert [row.state for row in rows(K.RESIDENT_MOVED)] == [S.DELIVERED]
    assert waiting(K.RESIDENT_BOOKED) == []
    assert old.id not in db.session.scalars(texts_to_pass_on(now())).all()


def test_a_promise_that_still_stands_is_told_once_more(clock: Clock) -> None:
    _visit, message = booked()
    taken(message)
    receipt(message, "undelivered", "30003")
    assert waiting(K.RESIDENT_BOOKED) == [f"{message.dedupe_key}#again-1"]


@pytest.mark.parametrize("code", ["30003", "30007"])
def test_nobody_is_rung_about_a_visit_that_was_cancelled(code: str, clock: Clock) -> None:
    visit, old = booked()
    taken(old)
    clock.advance(minutes=10)
    cancel(visit)
    outbox.send_due(ScreenGateway(), now)
    receipt(old, "undelivered", code)
    assert [row.state for row in rows(K.RESIDENT_CANCELLED)] == [S.DELIVERED]
    assert waiting() == []


def test_a_doubt_about_the_old_time_is_not_cleared_up_by_sending_it(clock: Clock) -> None:
    visit, old = booked()
    outbox.send_due(Lost(), now, limit=1)
    clock.advance(minutes=2)
    move(visit)
    clock.advance(seconds=1)
    doubt.clear_up(ScreenGateway(), now)
    phone = Read()
    for _ in range(3):
        outbox.send_due(phone, now)
        clock.advance(seconds=6)
    assert ["변경" in body for body in phone.bodies] == [True]
    assert old.id not in db.session.scalars(texts_to_pass_on(now())).all()


def test_what_waited_for_its_second_try_while_the_visit_ended_does_not_leave(clock: Clock) -> None:
    visit, old = booked()
    taken(old)
    receipt(old, "undelivered", "30003")
    visit.state = VisitState.FINISHED  # of which no notice takes anything back
    db.session.commit()
    clock.advance(minutes=15)
    phone = Read()
    outbox.send_due(phone, now)
    assert phone.bodies == []
    assert [row.state for row in rows(K.RESIDENT_BOOKED)] == [S.UNDELIVERED, S.CANCELED]


@pytest.mark.parametrize("state", [OfferState.DECLINED, OfferState.EXPIRED, OfferState.WITHDRAWN])
def test_a_member_is_asked_once_more_only_while_the_offer_is_open(state: OfferState, clock: Clock) -> None:
    visit = make_visit(members=[make_member()], accepted=False)
    offer = visit.assignments[0].offers[0]
    announce.offered(offer, now())
    [asked] = rows(K.MEMBER_OFFER)
    taken(asked)
    offer.state = state
    db.session.commit()
    receipt(asked, "undelivered", "30003")
    assert waiting(K.MEMBER_OFFER) == []
    assert asked.id not in db.session.scalars(texts_to_pass_on(now())).all()


def test_whoever_agreed_by_telephone_still_gets_the_link_they_were_sent(clock: Clock) -> None:
    visit = make_visit(members=[make_member()], accepted=False)
    offer = visit.assignments[0].offers[0]
    announce.offered(offer, now())
    [asked] = rows(K.MEMBER_OFFER)
    taken(asked)
    offer.state = OfferState.ACCEPTED
    db.session.commit()
    receipt(asked, "undelivered", "30003")
    assert waiting(K.MEMBER_OFFER) == [f"{asked.dedupe_key}#again-1"]


def test_nobody_who_goes_again_is_told_late_that_they_need_not(clock: Clock) -> None:
    visit = make_visit(members=[make_member()])
    to = visit.assignments[0].member
    assert to is not None
    message = make_message(to, K.MEMBER_WITHDRAWN, visit)
    db.session.commit()
    phone = Read()
    outbox.send_due(phone, now)
    assert (phone.bodies, rows(K.MEMBER_WITHDRAWN)[0].state) == ([], S.CANCELED)
    assert message.told_at is None


@pytest.mark.parametrize("kind", [K.RESIDENT_BOOKED, K.RESIDENT_DAY_BEFORE])
def test_what_a_person_has_told_does_not_come_back_out_of_doubt(kind: MessageKind, clock: Clock) -> None:
    booked()
    message = rows(kind)[0]
    message.due_at = message.next_at = now()
    message.not_after = now() + timedelta(hours=5)
    for other in rows(*K):
        if other is not message:
            other.move_to(S.CANCELED, SYSTEM, now())
    db.session.commit()
    outbox.send_due(Lost(), now, limit=1)
    for _ in range(10):
        clock.advance(minutes=2)
        doubt.clear_up(Lost(), now)
    told(message)  # on the list for a quarter of an hour: somebody has rung
    clock.advance(minutes=2)
    doubt.clear_up(ScreenGateway(), now)  # the provider is back, and has it not
    assert waiting() == []


def test_what_a_person_has_told_is_not_tried_once_more(clock: Clock) -> None:
    _visit, message = booked()
    taken(message)
    clock.advance(minutes=20)
    told(message)
    receipt(message, "undelivered", "30003")
    assert waiting(K.RESIDENT_BOOKED) == []


def test_another_time_stays_on_the_list_though_the_text_arrives_late(clock: Clock) -> None:
    _visit, message = booked()
    taken(message)
    clock.advance(minutes=20)
    with transaction():
        assert call_task.note(message.id, call_task.Outcome.ANOTHER_TIME, SYSTEM, now()) is not None
    receipt(message, "delivered")
    assert [each.id for each in pages.missed(now())] == [message.id]


def test_a_call_that_follows_a_second_try_has_its_own(clock: Clock) -> None:
    _visit, first = booked()
    taken(first)
    receipt(first, "undelivered", "30003")
    again = rows(K.RESIDENT_BOOKED)[-1]
    taken(again)
    receipt(again, "undelivered", "30003")
    call = rows(K.RESIDENT_BOOKED)[-1]
    assert (call.channel, call.retries) == (Channel.VOICE, 0)
    taken(call)
    receipt(call, "busy")
    assert waiting(K.RESIDENT_BOOKED) == [f"{first.dedupe_key}#again-1#call#again-1"]


def test_being_too_fast_does_not_use_up_the_second_try(clock: Clock) -> None:
    class Fast(ScreenGateway):
        def send(self, text: Outgoing) -> Outcome:
            return Outcome(Answer.SLOW, status=429, code="20429")

    class Unsure(ScreenGateway):
        def send(self, text: Outgoing) -> Outcome:
            return Outcome(Answer.UNKNOWN, status=503)

    _visit, message = booked()
    states = []
    for gateway in (Fast(), Unsure(), Fast(), Unsure()):
        outbox.send_due(gateway, now, limit=1, rest=lambda _seconds: None)
        clock.advance(minutes=3)
        doubt.clear_up(gateway, now)
        db.session.refresh(message)
        states.append(message.state)
    assert states == [S.PENDING, S.PENDING, S.PENDING, S.NEEDS_PERSON]
