"""A key was pressed where somebody else is: a person asks the member whether they go."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from handyman.extensions import db, now, transaction
from handyman.messages import announce, call_task, outbox
from handyman.models import Channel, Member, Message, MessageKind, MessageState, OfferState, Role, Visit
from handyman.reasons import STRANGER_AGREED
from tests.conftest import Client, Clock
from tests.members.forms import change
from tests.messages.test_another_number import Spy
from tests.messages.test_ladder import SignIn
from tests.messages.test_member_calls import press
from tests.messages.test_on_a_list import listed
from tests.messages.test_stays_in_sight import noted
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


def changes(call: Message, what: Callable[[Visit, datetime], None]) -> None:
    with transaction():
        assert call.visit is not None
        what(call.visit, now())


def asked() -> list[Message]:
    """What of it is on the list."""
    waits = [db.session.get_one(Message, each) for each in listed(now())]
    return [each for each in waits if each.last_error == STRANGER_AGREED]


@pytest.mark.parametrize("what", [announce.widened, announce.elsewhere])
def test_whether_they_go_is_still_asked_where_something_changes_before(
    what: Callable[[Visit, datetime], None], call: Message, client: Client, clock: Clock
) -> None:
    types(client, call, RIGHT)
    clock.advance(minutes=5)
    changes(call, what)
    clock.advance(minutes=2)
    [row] = asked()
    assert row.dedupe_key.startswith(("visit:1:member-moved:", "visit:1:elsewhere:")), "and the news with it"
    outbox.send_due(Spy(), now)
    assert client.post(f"/messages/{row.id}/told").status_code == 303
    changes(call, what)
    clock.advance(minutes=2)
    assert asked() == [], "they have said it"


def test_whether_they_go_is_asked_though_news_waits_for_them(
    call: Message, client: Client, clock: Clock
) -> None:
    own = call.to_number
    changes(call, announce.widened)
    types(client, call, RIGHT)
    clock.advance(minutes=2)
    assert len(asked()) == 1
    types(client, call, own)
    assert asked() == [], "it was a slip of the finger"
    rung = select(Message).where(Message.kind == MessageKind.MEMBER_MOVED, Message.to_number == own)
    waits = db.session.scalars(rung.where(Message.state == MessageState.PENDING)).all()
    assert [each.channel for each in waits] == [Channel.VOICE], "and what is new is still said"


def test_news_that_a_person_was_to_tell_is_told_though_it_was_a_slip(
    call: Message, client: Client, clock: Clock
) -> None:
    own = call.to_number
    types(client, call, RIGHT)
    clock.advance(minutes=5)
    changes(call, announce.widened)
    types(client, call, own)
    clock.advance(minutes=2)
    assert len(listed(now())) == 1


def test_whether_they_go_is_still_asked_where_nobody_took_it_up(
    call: Message, client: Client, clock: Clock
) -> None:
    types(client, call, RIGHT)
    clock.advance(minutes=5)
    [row] = asked()
    assert noted(row.id, call_task.Outcome.NOT_REACHED)
    assert asked() == [row]
    assert "본인이 가시는지" in client.get("/messages").text
