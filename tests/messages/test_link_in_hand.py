"""Whoever goes has a link to report by: a text has brought it, is on its way with it, or is written."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from handyman import flow
from handyman.extensions import db, now, transaction
from handyman.messages import announce, call_task, doubt, outbox, receipts
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import ScreenGateway
from handyman.models import Actor, ActorKind, Message, MessageKind, MessageState, Offer, OfferState
from tests.conftest import Clock
from tests.factories import make_offer, make_user
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


def test_what_would_have_brought_the_link_is_on_the_list_though_they_were_told(clock: Clock) -> None:
    """They have agreed by telephone; the text is silent, somebody notes that they know."""
    offer, text = offered()
    silent(text)
    takes(offer, by_telephone=True)
    clock.advance(minutes=16)
    assert noted(text.id, call_task.Outcome.TOLD)
    assert listed(now()) == set()
    never_arrives(text)
    assert listed(now()) == {text.id}


def test_who_has_another_text_with_the_link_is_not_listed_for_the_first(clock: Clock) -> None:
    offer, text = offered()
    silent(text)
    clock.advance(minutes=16)
    assert noted(text.id, call_task.Outcome.TOLD)
    takes(offer, by_telephone=True)
    outbox.send_due(ScreenGateway(), now)
    never_arrives(text)
    assert listed(now()) == set()
