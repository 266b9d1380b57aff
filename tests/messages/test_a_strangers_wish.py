"""A wish was pressed at a number that was wrong: the list asks who that was, and claims it of nobody."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from handyman.extensions import db, now, transaction
from handyman.messages import announce, call_task, outbox, pages, receipts
from handyman.models import (
    Answer,
    Message,
    MessageKind,
    MessageState,
    Offer,
    PhoneKind,
    ReachAnswer,
    Role,
    Visit,
)
from tests.conftest import Client, Clock
from tests.messages import test_ladder, test_member_calls
from tests.messages.test_a_strangers_telephone import newest, right_again
from tests.messages.test_a_strangers_yes import RIGHT, types
from tests.messages.test_another_number import Spy
from tests.messages.test_ladder import SignIn
from tests.messages.test_number_put_right import later
from tests.messages.test_on_a_list import listed, undelivered
from tests.messages.test_stays_in_sight import after, move_a_day, noted, telephones
from tests.messages.test_told_as_it_is import LANDLINE, OTHER_LANDLINE, booked, cancel, offered

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


@pytest.mark.parametrize("numbers", [[OTHER_LANDLINE], [OTHER_LANDLINE, LANDLINE]])
@pytest.mark.parametrize("happens", [cancel, move_a_day])
def test_who_pressed_the_key_for_a_person_is_rung_whatever_becomes_of_the_visit(
    happens: Callable[[Visit], None], numbers: list[str], clock: Clock
) -> None:
    """They have another telephone, or it was a slip of the finger: nobody can say whose wish it was."""
    visit = wished(["0"], clock)
    [waits] = listed(now())
    for number in numbers:
        right_again(visit, (number, PhoneKind.LANDLINE))
        clock.advance(seconds=30)
    happens(db.session.get_one(Visit, visit.id))
    assert waits in listed(now())


def test_so_is_a_member_whose_offer_has_lapsed(sign_in: SignIn, client: Client, clock: Clock) -> None:
    offer, call = offered(smartphone=False)
    outbox.send_due(Spy(), now)
    test_member_calls.press(call, "0")
    sign_in(Role.COORDINATOR)
    types(client, call, RIGHT)
    with transaction():
        announce.lapsed(db.session.get_one(Offer, offer.id), now())
    assert call.id in listed(now())


def test_the_text_before_that_arrives_late_does_not_answer_whose_wish_it_was(clock: Clock) -> None:
    visit, text = booked()
    mobile = (text.to_number, PhoneKind.MOBILE)
    telephones(visit.resident.person, mobile, (LANDLINE, PhoneKind.LANDLINE))
    undelivered(text, "30005")
    outbox.send_due(Spy(), now)
    call = after(text)
    test_ladder.press(call, "2")
    right_again(visit, mobile, (OTHER_LANDLINE, PhoneKind.LANDLINE))
    db.session.refresh(text)
    late = receipts.Receipt(text.provider, text.provider_id or "", "delivered", "", text.id, 1)
    receipts.take_receipt(late, now())
    assert call.id in listed(now())


@pytest.mark.parametrize(
    "outcome", [call_task.Outcome.TOLD, call_task.Outcome.GOOD, call_task.Outcome.ANOTHER_TIME]
)
@pytest.mark.parametrize("keys", WISHES)
def test_who_was_asked_by_a_person_is_not_rung_any_more(
    keys: list[str], outcome: call_task.Outcome, clock: Clock
) -> None:
    visit = wished(keys, clock)
    right_again(visit, (OTHER_LANDLINE, PhoneKind.LANDLINE))
    [waits] = listed(now())
    clock.advance(seconds=30)
    assert noted(waits, outcome)
    later(clock)
    rung = select(Message.id).where(Message.to_number == OTHER_LANDLINE, Message.attempt > 0)
    assert db.session.scalars(rung).all() == []
