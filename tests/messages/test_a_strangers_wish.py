"""A wish was pressed at a number that was wrong: the list asks who that was, and claims it of nobody."""

import pytest
from sqlalchemy import select

from handyman.extensions import db, now
from handyman.messages import call_task, outbox, pages
from handyman.models import Answer, Message, MessageKind, MessageState, PhoneKind, ReachAnswer, Role, Visit
from tests.conftest import Client, Clock
from tests.messages import test_ladder, test_member_calls
from tests.messages.test_a_strangers_telephone import newest, right_again
from tests.messages.test_a_strangers_yes import RIGHT, types
from tests.messages.test_another_number import Spy
from tests.messages.test_ladder import SignIn
from tests.messages.test_number_put_right import later
from tests.messages.test_stays_in_sight import move_a_day, noted
from tests.messages.test_told_as_it_is import LANDLINE, OTHER_LANDLINE, booked, offered

pytestmark = pytest.mark.usefixtures("session")
WISHES = [["2"], ["0"], ["1", "0"]]  # one after the other


def wished(keys: list[str], clock: Clock) -> Visit:
    visit, call = booked(LANDLINE)
    outbox.send_due(Spy(), now)
    db.session.refresh(call)
    for step, key in enumerate(keys, start=1):
        assert test_ladder.press(call, key, step) == key
    clock.advance(minutes=5)
    assert len(pages.missed(now())) == 1
    return visit


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("keys", WISHES)
def test_a_person_asks_the_resident_who_is_told_at_their_own(keys: list[str], clock: Clock) -> None:
    visit = wished(keys, clock)
    right_again(visit, (OTHER_LANDLINE, PhoneKind.LANDLINE))
    [missed] = pages.missed(now())
    assert (missed.number, missed.asks, "누가 답했는지" in missed.reason) == (OTHER_LANDLINE, True, True)
    later(clock)
    assert newest(OTHER_LANDLINE).state is MessageState.ACCEPTED, "and the promise rings there"
    assert noted(missed.id, call_task.Outcome.GOOD)
    assert db.session.scalars(select(ReachAnswer.answer)).all() == [Answer.GOOD]
    assert pages.missed(now()) == []


@pytest.mark.parametrize("keys", WISHES)
def test_where_it_was_a_slip_of_the_finger_they_are_still_asked(keys: list[str], clock: Clock) -> None:
    visit = wished(keys, clock)
    for number in (OTHER_LANDLINE, LANDLINE):
        right_again(visit, (number, PhoneKind.LANDLINE))
        clock.advance(seconds=30)
    later(clock)
    [missed] = pages.missed(now())
    assert "누가 답했는지" in missed.reason
    called = select(Message.id).where(Message.to_number == OTHER_LANDLINE, Message.attempt > 0)
    assert db.session.scalars(called).all() == []


def test_who_is_to_be_asked_hears_of_a_move_as_of_one(clock: Clock) -> None:
    visit = wished(["2"], clock)
    right_again(visit, (OTHER_LANDLINE, PhoneKind.LANDLINE))
    later(clock)
    test_ladder.press(newest(OTHER_LANDLINE), "1")
    move_a_day(visit)
    assert pages.missed(now()) == []
    assert newest(OTHER_LANDLINE).kind is MessageKind.RESIDENT_DAY_BEFORE
    moved = select(Message.to_number).where(Message.kind == MessageKind.RESIDENT_MOVED)
    assert db.session.scalars(moved).all() == [OTHER_LANDLINE]


def test_so_is_a_member_for_whom_somebody_else_wished_a_call(
    sign_in: SignIn, client: Client, clock: Clock
) -> None:
    _offer, call = offered(smartphone=False)
    outbox.send_due(Spy(), now)
    test_member_calls.press(call, "0")
    sign_in(Role.COORDINATOR)
    types(client, call, RIGHT)
    [missed] = pages.missed(now())
    assert (missed.number, "누가 답했는지" in missed.reason) == ("+8228207777", True)
    later(clock)
    assert newest("+8228207777").attempt == 1, "and they are asked there"
