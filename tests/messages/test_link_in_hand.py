"""Whoever goes has a link to report by: a text has brought it, is on its way with it, or is written."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from handyman import flow
from handyman.extensions import db, now, transaction
from handyman.messages import announce, call_task, doubt, outbox
from handyman.messages.gateways import Answer as Says
from handyman.models import Actor, ActorKind, Message, MessageKind, MessageState, Offer, OfferState
from tests.conftest import Clock
from tests.factories import make_offer, make_user
from tests.messages.test_on_a_list import Stuck
from tests.messages.test_stays_in_sight import noted, silent
from tests.messages.test_told_as_it_is import offered

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")


def in_doubt(_text: Message) -> None:
    outbox.send_due(Stuck(Says.UNKNOWN), now, rest=lambda _seconds: None)


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
