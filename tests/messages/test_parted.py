"""Two who were taken for one are two again: what one was told at the number of the other, a stranger was."""

import pytest
from sqlalchemy import select

from handyman import flow
from handyman.extensions import db, now
from handyman.messages import outbox
from handyman.models import Message, MessageKind, MessageState, Visit
from tests.conftest import Clock
from tests.factories import make_resident
from tests.messages.test_another_number import NEW, Spy
from tests.messages.test_passed_over import office
from tests.messages.test_stays_in_sight import move_a_day
from tests.messages.test_told_as_it_is import booked

K, S = MessageKind, MessageState
pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.usefixtures("any_database")]


def to(number: str, kind: MessageKind, state: MessageState) -> int:
    db.session.expire_all()
    told = select(Message.id).where(Message.to_number == number, Message.kind == kind, Message.state == state)
    return len(db.session.scalars(told).all())


def minutes(clock: Clock) -> None:
    for _ in range(3):
        clock.advance(minutes=2)
        outbox.send_due(Spy(), now)


def test_who_was_told_at_the_number_of_another_is_told_at_their_own(clock: Clock) -> None:
    kept = make_resident(phone=NEW)
    visit, first = booked()
    own, other_id = first.to_number, kept.id
    minutes(clock)
    merged = flow.merge_people(other_id, visit.resident_id, office(), now())
    move_a_day(db.session.get_one(Visit, visit.id))
    minutes(clock)
    assert (to(NEW, K.RESIDENT_MOVED, S.DELIVERED), to(NEW, K.RESIDENT_DAY_BEFORE, S.PENDING)) == (1, 1)
    flow.undo_merge(merged.id, office(), now())
    minutes(clock)
    assert (to(own, K.RESIDENT_MOVED, S.DELIVERED), to(own, K.RESIDENT_DAY_BEFORE, S.PENDING)) == (1, 1)
    assert to(NEW, K.RESIDENT_DAY_BEFORE, S.PENDING) == 0


def test_who_was_told_at_their_own_number_hears_nothing_twice(clock: Clock) -> None:
    kept = make_resident(phone=NEW)
    visit, first = booked()
    own, other_id = first.to_number, kept.id
    minutes(clock)
    merged = flow.merge_people(other_id, visit.resident_id, office(), now())
    minutes(clock)
    flow.undo_merge(merged.id, office(), now())
    minutes(clock)
    assert (to(own, K.RESIDENT_BOOKED, S.DELIVERED), to(own, K.RESIDENT_DAY_BEFORE, S.PENDING)) == (1, 1)
    assert len(db.session.scalars(select(Message.id)).all()) == 2
