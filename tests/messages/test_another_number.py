"""A member gets another telephone while texts wait for them."""

from datetime import timedelta

import pytest

from handyman.extensions import db, now
from handyman.messages import outbox, trouble
from handyman.messages.gateways import Outcome, Outgoing, ScreenGateway
from handyman.models import Channel, MessageKind, MessageState, Role
from tests.conftest import Client, Clock
from tests.factories import make_member, make_message
from tests.members.forms import change
from tests.messages.test_ladder import SignIn

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
