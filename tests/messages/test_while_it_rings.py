"""A number is put right while the telephone rings at the wrong one: no key that is pressed there counts."""

import pytest
from sqlalchemy import select

from handyman.extensions import db, now
from handyman.messages import outbox, reach, receipts
from handyman.models import Message, MessageState, OfferState, PhoneKind, ReachAnswer, Role
from tests.conftest import Client, Clock
from tests.messages import test_ladder, test_member_calls
from tests.messages.test_a_strangers_telephone import newest, right_again
from tests.messages.test_a_strangers_yes import RIGHT, types
from tests.messages.test_another_number import Spy
from tests.messages.test_ladder import SignIn
from tests.messages.test_on_a_list import listed
from tests.messages.test_told_as_it_is import LANDLINE, OTHER_LANDLINE, booked, offered

S = MessageState
pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.usefixtures("any_database")]


def rings(call: Message, clock: Clock) -> None:
    outbox.send_due(Spy(), now)
    db.session.refresh(call)
    assert (call.attempt, call.state) == (1, S.ACCEPTED)
    clock.advance(seconds=20)


def ends(call: Message, clock: Clock) -> None:
    """Nobody has said anything that counts, and the right number is tried."""
    clock.advance(seconds=10)
    receipts.take_receipt(receipts.Receipt("screen", call.provider_id or "", "completed"), now())
    outbox.send_due(Spy(), now)
    db.session.expire_all()


@pytest.fixture
def residents_call(clock: Clock) -> Message:
    visit, call = booked(LANDLINE)
    rings(call, clock)
    right_again(visit, (OTHER_LANDLINE, PhoneKind.LANDLINE))
    return call


@pytest.mark.parametrize("key", ["1", "2", "0"])
def test_a_resident_has_answered_nothing_and_is_rung_at_their_own(
    key: str, residents_call: Message, clock: Clock
) -> None:
    assert test_ladder.press(residents_call, key) == ""
    ends(residents_call, clock)
    assert db.session.scalars(select(ReachAnswer)).all() == []
    assert (residents_call.state, residents_call.heard) == (S.UNDELIVERED, None)
    again = newest(OTHER_LANDLINE)
    assert (again.follows_id, again.state) == (residents_call.id, S.ACCEPTED)
    assert test_ladder.press(again, "1") == "1"
    assert listed(now()) == set()


def test_a_wrong_number_that_was_busy_before_costs_the_right_one_no_try(clock: Clock) -> None:
    visit, call = booked(LANDLINE)
    rings(call, clock)
    receipts.take_receipt(receipts.Receipt("screen", call.provider_id or "", "busy"), now())
    clock.advance(minutes=30)
    again = newest(LANDLINE)
    assert again.follows_id == call.id
    rings(again, clock)
    right_again(visit, (OTHER_LANDLINE, PhoneKind.LANDLINE))
    ends(again, clock)
    right = newest(OTHER_LANDLINE)
    assert (right.follows_id, right.state) == (again.id, S.ACCEPTED)


def test_whoever_takes_it_up_hears_nothing(residents_call: Message) -> None:
    assert reach.words_of(residents_call.id, residents_call.attempt, now()) is None


@pytest.mark.parametrize("key", ["1", "2"])
def test_a_member_has_said_neither_yes_nor_no_and_is_asked_at_their_own(
    key: str, sign_in: SignIn, client: Client, clock: Clock
) -> None:
    offer, call = offered(smartphone=False)
    rings(call, clock)
    sign_in(Role.COORDINATOR)
    types(client, call, RIGHT)
    assert test_member_calls.press(call, key) == ""
    ends(call, clock)
    assert offer.state is OfferState.OFFERED
    again = newest("+8228207777")
    assert (again.follows_id, again.state) == (call.id, S.ACCEPTED)
    test_member_calls.press(again, key)
    assert offer.state is (OfferState.ACCEPTED if key == "1" else OfferState.DECLINED)
