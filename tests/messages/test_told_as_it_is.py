"""Whoever has heard of a visit hears how it goes on; whoever must not hear of it does not, at any number."""

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from handyman import flow
from handyman.extensions import db, now, transaction
from handyman.messages import announce, call_task, doubt, home_page, outbox, pages, receipts, rows, trouble
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import Outcome, Outgoing, ScreenGateway
from handyman.models import (
    SYSTEM,
    Actor,
    ActorKind,
    Answer,
    CancelReason,
    Channel,
    DeclineReason,
    Message,
    MessageKind,
    MessageState,
    Offer,
    Person,
    PhoneKind,
    Role,
    User,
    Visit,
    VisitState,
)
from tests.conftest import Clock
from tests.factories import (
    make_contact,
    make_member,
    make_person,
    make_request,
    make_resident,
    make_user,
    make_visit,
)
from tests.messages.test_ladder import press
from tests.messages.test_on_a_list import Stuck, listed, minute_of_worker, to_resident, undelivered
from tests.messages.test_standby import fails, last
from tests.messages.test_stays_in_sight import after, at_clock, move_a_day, noted, telephones

K, S = MessageKind, MessageState
Told = call_task.Outcome
SignIn = Callable[..., User]
pytestmark = pytest.mark.usefixtures("session")
OFF, BLOCKED = "30005", "30007"
LANDLINE, OTHER_LANDLINE = "+8228200001", "+8228200077"
OTHER_MOBILE = "+821055556666"


def booked(resident_phone: str = "", *stand_by: Person) -> tuple[Visit, Message]:
    resident = make_resident(phone=resident_phone) if resident_phone else make_resident()
    for person in stand_by:
        make_contact(resident, person, may_be_told=True)
    visit = make_visit(make_request(resident), start=now() + timedelta(days=3))
    announce.booked(visit, now())
    db.session.commit()
    return visit, of(K.RESIDENT_BOOKED)


class Unasked(Stuck):
    """Nor can it be asked of any."""

    def find(self, *_about: object, **_more: object) -> None:
        return None


class Noted(Stuck):
    """Keeps the numbers that it was given."""

    sent: ClassVar[list[str]] = []

    def send(self, text: Outgoing) -> Outcome:
        self.sent.append(text.to)
        return super().send(text)


def of(kind: MessageKind) -> Message:
    return db.session.scalars(select(Message).where(Message.kind == kind)).one()


def told_of(kind: MessageKind, person: Person) -> list[Message]:
    return list(
        db.session.scalars(select(Message).where(Message.kind == kind, Message.recipient_id == person.id))
    )


def moved_since_she_heard() -> tuple[Visit, Person]:
    """The daughter was told in the resident's stead; both are about to hear of the move."""
    daughter = make_person("딸기")
    visit, first = booked("", daughter)
    undelivered(first, OFF)
    outbox.send_due(ScreenGateway(), now)
    trouble.fact_of(first.to_number).bad_at = None
    db.session.commit()
    move_a_day(visit)
    return visit, daughter


def cancel(visit: Visit) -> None:
    with transaction():
        visit.state = VisitState.CANCELLED
        announce.cancelled(visit, now())


def offered(**more: bool) -> tuple[Offer, Message]:
    make_visit(members=[make_member(**more)], accepted=False, start=now() + timedelta(days=3))
    offer = db.session.scalars(select(Offer)).one()
    offer.expires_at = now() + timedelta(hours=1)
    with transaction():
        announce.offered(offer, now())
    return offer, of(K.MEMBER_OFFER)


@pytest.mark.parametrize("left", [True, False])
def test_whom_the_office_has_told_in_the_residents_stead_hears_of_the_end(left: bool, clock: Clock) -> None:
    daughter = make_person("딸기")
    visit, first = booked("", daughter)
    undelivered(first, OFF)
    text = after(first)
    if left:
        undelivered(text, BLOCKED)
    clock.advance(minutes=20)
    assert noted(text.id, Told.GOOD)
    cancel(visit)
    assert len(told_of(K.RESIDENT_CANCELLED, daughter)) == 1


@pytest.mark.parametrize("key", ["1", "2", "0"])
@pytest.mark.parametrize("act", [cancel, move_a_day])
def test_who_has_answered_in_the_residents_stead_hears_how_it_goes_on(
    key: str, act: Callable[[Visit], None], clock: Clock
) -> None:
    daughter = make_person("딸기", OTHER_LANDLINE)
    visit, _first = booked(LANDLINE, daughter)
    fails(last())
    outbox.send_due(ScreenGateway(), now)
    press(last(), key)
    clock.advance(minutes=5)
    act(visit)
    kind = K.RESIDENT_CANCELLED if act is cancel else K.RESIDENT_MOVED
    assert len(told_of(kind, daughter)) == 1


@pytest.mark.parametrize("says", [Says.UNKNOWN, Says.RETRY])
@pytest.mark.parametrize("of_member", [True, False])
def test_what_is_tried_again_goes_to_the_number_that_is_right_by_then(
    says: Says, of_member: bool, clock: Clock
) -> None:
    text = offered()[1] if of_member else booked()[1]
    outbox.send_due(Stuck(says), now, rest=lambda _seconds: None)
    old = text.to_number
    if of_member:
        member = db.session.scalars(select(Offer)).one().member
        with transaction():
            member.phone = OTHER_MOBILE
            db.session.flush()
            rows.readdress(rows.member(member), now())
    else:
        person = db.session.get_one(Person, text.recipient_id)
        telephones(person, (OTHER_MOBILE, PhoneKind.MOBILE))
        with transaction():
            rows.readdress(rows.resident(person, now()), now())
    office = Noted(Says.ACCEPTED)
    office.sent.clear()
    for _minute in range(4):
        clock.advance(minutes=1)
        minute_of_worker(office)
    assert (old not in office.sent, office.sent.count(OTHER_MOBILE)) == (True, 1)


def test_whoever_confirms_while_a_text_is_in_doubt_is_not_rung(clock: Clock) -> None:
    visit, text = booked()
    outbox.send_due(Stuck(Says.UNKNOWN), now, rest=lambda _seconds: None)
    clock.advance(seconds=40)
    with transaction():
        home_page.answer(visit, Answer.GOOD, SYSTEM, now())
    for _minute in range(17):
        clock.advance(minutes=1)
        minute_of_worker(Stuck(Says.ACCEPTED))
    assert (text.attempt, last().channel, listed(now())) == (1, Channel.SMS, set())


@pytest.mark.parametrize("accept", [True, False])
def test_whoever_has_answered_is_not_asked_again_by_a_text_in_doubt(accept: bool, clock: Clock) -> None:
    offer, text = offered()
    outbox.send_due(Stuck(Says.UNKNOWN), now, rest=lambda _seconds: None)
    reason = None if accept else DeclineReason.OTHER
    flow.answer_offer(offer.id, accept, reason, "", Actor(ActorKind.MEMBER, offer.member_id), now())
    for _minute in range(17):
        clock.advance(minutes=1)
        minute_of_worker(Stuck(Says.ACCEPTED))
    assert (text.attempt, text.id in listed(now())) == (1, False)


def test_an_earlier_try_that_arrived_late_counts(clock: Clock) -> None:
    text = to_resident()
    twilio = Stuck(Says.UNKNOWN, name="twilio")
    minute_of_worker(twilio)
    clock.advance(minutes=2, seconds=1)
    doubt.clear_up(twilio, now)
    minute_of_worker(Stuck(Says.ACCEPTED, name="twilio"))
    assert text.attempt == 2
    receipts.take_receipt(receipts.Receipt("twilio", "SMlate", "delivered", "", text.id, 1), now())
    second = receipts.Receipt("twilio", str(text.provider_id), "undelivered", "30006", text.id, 2)
    receipts.take_receipt(second, now())
    assert (text.state, len(db.session.scalars(select(Message)).all())) == (S.DELIVERED, 1)


def test_who_heard_of_a_move_from_the_office_is_told_of_that_time_not_to_go(clock: Clock) -> None:
    visit = make_visit(members=[make_member()], start=now() + timedelta(days=3))
    offer = db.session.scalars(select(Offer)).one()
    offer.answered_at = now()
    with transaction():
        announce.offered(offer, now())
    outbox.send_due(ScreenGateway(), now)
    clock.advance(minutes=60)
    move_a_day(visit)
    clock.advance(minutes=16)
    assert noted(of(K.MEMBER_MOVED).id, Told.TOLD)
    clock.advance(minutes=30)
    with transaction():
        announce.withdrawn(offer, now())
    assert "11/28" in of(K.MEMBER_WITHDRAWN).body


def test_an_answer_on_the_page_names_nobody(client: FlaskClient, sign_in: SignIn) -> None:
    daughter = make_person("딸기")
    daughter.opens_pages = True
    visit, _first = booked("", daughter)
    outbox.send_due(ScreenGateway(), now)
    with transaction():
        home_page.answer(visit, Answer.GOOD, SYSTEM, now())
    sign_in(Role.OPERATOR)
    page = client.get(f"/visits/{visit.id}").text
    said = page[page.index("화면에서 확인하심") : page.index("화면에서 고르심")]
    assert "딸기" not in said


def test_the_log_tells_what_is_still_to_come_from_what_has_left(
    client: FlaskClient, sign_in: SignIn, clock: Clock
) -> None:
    visit, first = booked()
    at_clock(clock, 19, 30)
    undelivered(first, "30006")
    sign_in(Role.OPERATOR)
    page = client.get(f"/visits/{visit.id}").text
    assert ("이어서 전화할 예정" in page, "이어서 전화함" in page) == (True, False)
    trouble.fact_of(first.to_number).bad_at = None
    assert flow.cancel_visit(visit.id, next(iter(CancelReason)), Actor(ActorKind.USER, make_user().id), now())
    assert "이어서 전화할 예정" not in client.get(f"/visits/{visit.id}").text


def test_whom_the_office_has_told_of_a_job_still_gets_its_link(clock: Clock) -> None:
    offer, text = offered()
    clock.advance(minutes=16)
    assert noted(text.id, Told.TOLD)
    by = Actor(ActorKind.USER, make_user().id)
    flow.answer_offer(offer.id, True, None, "", by, now())
    assert [each.link_id is not None for each in waiting(K.MEMBER_OFFER)] == [True]


@pytest.mark.parametrize("says", [Says.UNKNOWN, Says.ACCEPTED, None])
def test_what_a_resident_confirms_is_still_news_to_whoever_stands_by_them(
    says: Says | None, clock: Clock
) -> None:
    visit, daughter = moved_since_she_heard()
    if says:
        outbox.send_due(Stuck(says, name="twilio"), now, rest=lambda _seconds: None)
    with transaction():
        home_page.answer(visit, Answer.GOOD, SYSTEM, now())
    for _minute in range(4):
        clock.advance(minutes=1)
        minute_of_worker(Stuck(Says.ACCEPTED, name="twilio"))
    (text,) = told_of(K.RESIDENT_MOVED, daughter)
    assert text.state is S.ACCEPTED
    receipts.take_receipt(receipts.Receipt("twilio", str(text.provider_id), "undelivered", OFF), now())
    assert [each.to_id for each in pages.missed(now())] == [daughter.id]


def test_what_a_wrong_number_received_was_not_received(clock: Clock) -> None:
    visit, text = booked()
    outbox.send_due(Stuck(Says.UNKNOWN, name="twilio"), now, rest=lambda _seconds: None)
    telephones(visit.resident.person, (OTHER_MOBILE, PhoneKind.MOBILE))
    for _minute in range(4):
        clock.advance(minutes=1)
        minute_of_worker(Stuck(Says.ACCEPTED, name="twilio"))
    assert (text.to_number, text.attempt, text.state) == (OTHER_MOBILE, 2, S.ACCEPTED)
    receipts.take_receipt(receipts.Receipt("twilio", "SMlate", "delivered", "", text.id, 1), now())
    assert text.state is S.ACCEPTED


def test_no_text_goes_to_a_member_whose_new_telephone_shows_none(clock: Clock) -> None:
    offer, text = offered()
    outbox.send_due(Stuck(Says.RETRY), now, rest=lambda _seconds: None)
    with transaction():
        offer.member.phone, offer.member.phone_kind = LANDLINE, PhoneKind.LANDLINE
        offer.member.smartphone = False
    clock.advance(minutes=1)
    minute_of_worker(Stuck(Says.ACCEPTED))
    assert (text.state, text.attempt) == (S.NEEDS_PERSON, 1)


def waiting(kind: MessageKind) -> list[Message]:
    wanted = select(Message).where(Message.kind == kind, Message.state == S.PENDING)
    return list(db.session.scalars(wanted.order_by(Message.id)))
