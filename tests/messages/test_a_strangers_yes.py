"""A key was pressed where somebody else is: a person asks the member whether they go."""

import pytest

from handyman.extensions import db, now
from handyman.messages import outbox
from handyman.models import Member, Message, MessageKind, MessageState, OfferState, Role
from handyman.reasons import STRANGER_AGREED
from tests.conftest import Client, Clock
from tests.members.forms import change
from tests.messages.test_another_number import Spy
from tests.messages.test_ladder import SignIn
from tests.messages.test_member_calls import press
from tests.messages.test_on_a_list import listed
from tests.messages.test_told_as_it_is import of, offered

RIGHT = "02-820-7777"
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def call(sign_in: SignIn, clock: Clock) -> Message:
    """Somebody has taken it up and said yes."""
    offer, call = offered(smartphone=False)
    outbox.send_due(Spy(), now)
    press(call, "1")
    assert offer.state is OfferState.ACCEPTED
    sign_in(Role.COORDINATOR)
    clock.advance(minutes=5)
    return call


def types(client: Client, call: Message, number: str) -> None:
    member = db.session.get_one(Member, call.recipient_id)
    assert change(client, member, phone=number, no_smartphone="1").status_code == 303
    db.session.expire_all()


def test_whether_they_go_is_on_the_list_and_nobody_is_rung(
    call: Message, client: Client, clock: Clock
) -> None:
    types(client, call, RIGHT)
    again = of(MessageKind.MEMBER_MOVED)
    assert (again.state, again.last_error) == (MessageState.NEEDS_PERSON, STRANGER_AGREED)
    assert listed(now()) == set(), "a slip of the finger may be put right"
    clock.advance(minutes=2)
    assert listed(now()) == {again.id}
    assert "본인이 가시는지" in client.get("/messages").text
    assert client.post(f"/messages/{again.id}/told").status_code == 303
    assert listed(now()) == set()


def test_a_slip_that_is_put_right_at_once_is_on_no_list(call: Message, client: Client, clock: Clock) -> None:
    own = call.to_number
    types(client, call, RIGHT)
    clock.advance(minutes=1)
    types(client, call, own)
    clock.advance(minutes=5)
    assert listed(now()) == set()
    assert of(MessageKind.MEMBER_MOVED).state is MessageState.CANCELED
