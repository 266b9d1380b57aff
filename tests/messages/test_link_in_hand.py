"""Whoever goes has a link to report by: a text has brought it, is on its way with it, or is written."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from handyman import flow
from handyman.extensions import db, now, transaction
from handyman.messages import announce, call_task, doubt, outbox, receipts, rows, trouble
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import ScreenGateway
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    DeclineReason,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    Role,
)
from handyman.words import at_minute, seoul_day
from tests.conftest import Client, Clock
from tests.factories import make_offer, make_user
from tests.members.forms import change
from tests.messages.test_ladder import SignIn
from tests.messages.test_on_a_list import Stuck, listed
from tests.messages.test_stays_in_sight import noted, silent
from tests.messages.test_told_as_it_is import OFF, offered

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")


def in_doubt(_text: Message) -> None:
    outbox.send_due(Stuck(Says.UNKNOWN), now, rest=lambda _seconds: None)


def never_arrives(text: Message) -> None:
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{text.id}", "undelivered", OFF), now())
    db.session.refresh(text)


def takes(offer: Offer, *, by_telephone: bool) -> None:
    by = Actor(ActorKind.USER, make_user().id) if by_telephone else Actor(ActorKind.MEMBER, offer.member_id)
    flow.answer_offer(offer.id, True, None, "", by, now())


def of_kinds(kind: MessageKind) -> list[Message]:
    query = select(Message).where(Message.kind == kind).order_by(Message.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def written_with_link() -> int:
    """How many texts wait that bring one."""
    waiting = select(Message).where(Message.kind == K.MEMBER_OFFER, Message.state == S.PENDING)
    return sum(each.link_id is not None for each in db.session.scalars(waiting))


@pytest.mark.parametrize("left", [silent, in_doubt])
def test_who_was_told_and_has_agreed_by_telephone_gets_a_link_of_their_own(
    left: Callable[[Message], None], clock: Clock
) -> None:
    offer, text = offered()
    left(text)
    clock.advance(minutes=16)
    assert noted(text.id, call_task.Outcome.TOLD)
    if left is in_doubt:
        doubt.clear_up(Stuck(Says.UNKNOWN), now)
    takes(offer, by_telephone=True)
    assert written_with_link() == 1


@pytest.mark.parametrize("by_telephone", [True, False])
def test_a_text_that_is_on_its_way_brings_it(by_telephone: bool) -> None:
    offer, text = offered()
    silent(text)
    takes(offer, by_telephone=by_telephone)
    assert written_with_link() == 0


def test_who_has_used_their_link_gets_no_other_after_an_undo(clock: Clock) -> None:
    offer, text = offered()
    silent(text)
    takes(offer, by_telephone=False)
    for act in (announce.withdrawn, announce.restored):
        clock.advance(seconds=20)
        with transaction():
            act(offer, now())
    with transaction():
        announce.accepted(offer.assignment, now())
    assert written_with_link() == 0


def test_what_nobody_watches_any_more_is_not_taken_for_a_link(clock: Clock) -> None:
    """They were asked, told not to go, and asked anew."""
    offer, text = offered()
    silent(text)
    with transaction():
        offer.state = OfferState.WITHDRAWN
        announce.withdrawn(offer, now())
    clock.advance(minutes=1)
    again = make_offer(offer.assignment, offer.member)
    with transaction():
        announce.offered(again, now())
    takes(again, by_telephone=True)
    assert written_with_link() == 1


def test_who_was_told_and_answers_by_the_text_itself_needs_no_other(clock: Clock) -> None:
    offer, text = offered()
    silent(text)
    clock.advance(minutes=16)
    assert noted(text.id, call_task.Outcome.TOLD)
    takes(offer, by_telephone=False)
    assert written_with_link() == 0


@pytest.mark.parametrize("stands_at", ["silent", "in doubt", "never left"])
def test_who_is_told_what_would_have_brought_their_link_gets_it_by_another_text(
    stands_at: str, clock: Clock
) -> None:
    """They have agreed by telephone; what is with the provider, or cannot leave, somebody has told them."""
    offer, text = offered()
    says = {"silent": Says.ACCEPTED, "in doubt": Says.UNKNOWN, "never left": Says.RETRY}[stands_at]
    stuck = Stuck(says, name="twilio")
    outbox.send_due(stuck, now, rest=lambda _seconds: None)
    takes(offer, by_telephone=True)
    for _minute in range(16):
        clock.advance(minutes=1)
        outbox.send_due(stuck, now, rest=lambda _seconds: None)
    (on_list,) = listed(now())
    assert noted(on_list, call_task.Outcome.TOLD)
    assert listed(now()) == set()
    clock.advance(minutes=3)
    doubt.clear_up(stuck, now)
    never_arrives(text)
    link = of_kinds(K.MEMBER_OFFER)[-1]
    assert (link.state, link.link_id is not None, link.told_at) == (S.PENDING, True, None)
    assert "배정" in link.body
    silent(link)
    never_arrives(link)
    assert listed(now()) == {link.id}


@pytest.mark.parametrize("ends", [OFF, "30007", "at_night", ""])
def test_who_was_told_of_that_one_as_well_has_been_told(
    ends: str, clock: Clock, client: Client, sign_in: SignIn
) -> None:
    """Its number is dead, it is blocked, it could only leave at night, or nothing is heard of it."""
    offer, _text = offered()
    if ends == "at_night":
        visit, early = offer.assignment.visit, at_minute(seoul_day(now()) + timedelta(days=1), 8 * 60)
        visit.start, visit.window_start, visit.window_end = early, early, early + timedelta(hours=2)
        clock.set(at_minute(seoul_day(now()), 19 * 60 + 50))
        offer.expires_at = now() + timedelta(hours=3)
    outbox.send_due(Stuck(Says.ACCEPTED), now)
    takes(offer, by_telephone=True)
    sign_in(Role.OPERATOR)
    pressed = 0
    for _round in range(8):
        clock.advance(minutes=16)
        for each in list(listed(now())):
            assert client.post(f"/messages/{each}/told").status_code == 303
            pressed += 1
        outbox.send_due(Stuck(Says.ACCEPTED), now)
        for each in of_kinds(K.MEMBER_OFFER):
            if ends not in ("", "at_night"):
                receipt = receipts.Receipt("screen", f"id-{each.id}-1", "undelivered", ends, each.id, 1)
                receipts.take_receipt(receipt, now())
    assert listed(now()) == set()
    assert 1 <= pressed <= 3
    assert len(of_kinds(K.MEMBER_OFFER)) <= 2


def test_nothing_that_cannot_arrive_is_written_for_who_was_told(clock: Clock) -> None:
    """Whoever wants no texts has been told by a person, and that is all that can be done."""
    offer, text = offered()
    silent(text)
    takes(offer, by_telephone=True)
    clock.advance(minutes=16)
    trouble.fact_of(offer.member.phone).opted_out_at = now()
    assert noted(text.id, call_task.Outcome.TOLD)
    assert listed(now()) == set()


@pytest.mark.parametrize("arrived", [True, False])
def test_what_went_to_a_number_that_was_wrong_brings_nobody_a_link(arrived: bool, clock: Clock) -> None:
    offer, text = offered()
    silent(text)
    receipt = receipts.Receipt("twilio", f"SM{text.id}", "delivered", "", text.id, 1)
    if arrived:
        receipts.take_receipt(receipt, now())
    with transaction():
        offer.member.phone = "+821099998888"
        rows.readdress(rows.member(offer.member), now())
    takes(offer, by_telephone=True)
    receipts.take_receipt(receipt, now())
    outbox.send_due(ScreenGateway(), now)
    link = of_kinds(K.MEMBER_OFFER)[-1]
    assert (link.to_number, link.state) == (offer.member.phone, S.DELIVERED)
    assert "배정" in link.body


@pytest.mark.parametrize("goes", [True, False])
def test_who_gets_another_number_is_asked_there_or_gets_the_link_of_their_job(
    goes: bool, clock: Clock, client: Client, sign_in: SignIn
) -> None:
    offer, text = offered()
    silent(text)
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{text.id}", "delivered", "", text.id, 1), now())
    if goes:
        takes(offer, by_telephone=False)
    sign_in(Role.COORDINATOR)
    assert change(client, offer.member, phone="010-7777-8888").status_code == 303
    [waits] = [each for each in of_kinds(K.MEMBER_OFFER) if each.state is S.PENDING]
    assert (waits.to_number, "배정" in waits.body) == ("+821077778888", goes)


def test_who_rings_for_it_after_the_start_gets_the_link_at_their_right_number(
    clock: Clock, client: Client, sign_in: SignIn
) -> None:
    offer, text = offered()
    silent(text)
    takes(offer, by_telephone=False)
    clock.set(offer.assignment.visit.start + timedelta(minutes=5))
    sign_in(Role.COORDINATOR)
    assert change(client, offer.member, phone="010-7777-8888").status_code == 303
    assert written_with_link() == 1


def test_a_no_by_telephone_is_no_sign_that_they_have_read_the_text(clock: Clock) -> None:
    """Who is asked again and agrees by telephone, too, gets a link."""
    offer, text = offered()
    silent(text)
    by = Actor(ActorKind.USER, make_user().id)
    flow.answer_offer(offer.id, False, DeclineReason.OTHER, "", by, now())
    again = make_offer(offer.assignment, offer.member)
    with transaction():
        offer.assignment.member, offer.assignment.state = offer.member, AssignmentState.OFFERED
    takes(again, by_telephone=True)
    assert "배정" in of_kinds(K.MEMBER_OFFER)[-1].body


def test_who_has_another_text_with_the_link_is_not_listed_for_the_first(clock: Clock) -> None:
    offer, text = offered()
    silent(text)
    clock.advance(minutes=16)
    assert noted(text.id, call_task.Outcome.TOLD)
    takes(offer, by_telephone=True)
    outbox.send_due(ScreenGateway(), now)
    never_arrives(text)
    assert listed(now()) == set()
