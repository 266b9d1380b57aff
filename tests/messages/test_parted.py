"""Two who were taken for one are two again: what one was told at the number of the other, a stranger was."""

import pytest
from sqlalchemy import select

from handyman import flow
from handyman.extensions import db, now
from handyman.messages import outbox, trouble
from handyman.models import CancelReason, Message, MessageKind, MessageState, PersonMerge, Visit
from tests.conftest import Clock
from tests.factories import make_contact, make_person, make_resident
from tests.messages.test_another_number import NEW, Spy
from tests.messages.test_on_a_list import listed, undelivered
from tests.messages.test_passed_over import office
from tests.messages.test_stays_in_sight import move_a_day
from tests.messages.test_told_as_it_is import LANDLINE, OFF, OTHER_MOBILE, booked

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


def taken_for_a_stranger(
    number: str = NEW, *, listed_too: bool = False, filed_before: bool = False
) -> tuple[Visit, Message, PersonMerge]:
    """The daughter, who is to hear of the visit next: the resident is not reached."""
    two = {"딸기": OTHER_MOBILE, "남남": number}
    people = {name: make_person(name, two[name]) for name in sorted(two, reverse=not filed_before)}
    daughter, stranger = people["딸기"], people["남남"]
    visit, first = booked("", daughter)
    if listed_too:
        make_contact(visit.resident, stranger, may_be_told=True)
    merged = flow.merge_people(stranger.id, daughter.id, office(), now())
    db.session.expire_all()
    undelivered(first, OFF)
    return visit, first, merged


@pytest.mark.parametrize("filed_before", [True, False])
def test_who_stands_by_somebody_is_told_and_nobody_whom_they_were_taken_for(
    filed_before: bool, clock: Clock
) -> None:
    """Whichever of the two numbers comes first while they are one."""
    _visit, _first, merged = taken_for_a_stranger(filed_before=filed_before)
    flow.undo_merge(merged.id, office(), now())
    minutes(clock)
    assert (to(OTHER_MOBILE, K.RESIDENT_BOOKED, S.DELIVERED), listed(now())) == (1, set())
    written = select(Message.id).where((Message.to_number == NEW) | (Message.recipient_id == merged.kept_id))
    assert db.session.scalars(written).all() == []


@pytest.mark.parametrize("listed_too", [False, True])
def test_who_was_told_while_taken_for_another_hears_of_the_move(listed_too: bool, clock: Clock) -> None:
    visit, first, merged = taken_for_a_stranger(LANDLINE, listed_too=listed_too)
    minutes(clock)
    flow.undo_merge(merged.id, office(), now())
    trouble.fact_of(first.to_number).bad_at = None
    db.session.commit()
    move_a_day(db.session.get_one(Visit, visit.id))
    minutes(clock)
    assert to(OTHER_MOBILE, K.RESIDENT_MOVED, S.DELIVERED) == 1
    assert db.session.scalars(select(Message.id).where(Message.to_number == LANDLINE)).all() == []


@pytest.mark.parametrize("stays", [True, False])
def test_who_had_been_told_before_hears_of_the_move_that_the_other_was_told(
    stays: bool, clock: Clock
) -> None:
    """Both stand by the resident; while they were one, the first number of theirs was told."""
    other, daughter = make_person("남남", NEW), make_person("딸기", OTHER_MOBILE)
    visit, first = booked("", daughter, other)
    undelivered(first, OFF)
    minutes(clock)
    assert to(OTHER_MOBILE, K.RESIDENT_BOOKED, S.DELIVERED) == 1
    kept, gone = (daughter, other) if stays else (other, daughter)
    merged = flow.merge_people(kept.id, gone.id, office(), now())
    db.session.expire_all()
    move_a_day(db.session.get_one(Visit, visit.id))
    minutes(clock)
    assert (to(NEW, K.RESIDENT_MOVED, S.DELIVERED), to(OTHER_MOBILE, K.RESIDENT_MOVED, S.DELIVERED)) == (1, 0)
    flow.undo_merge(merged.id, office(), now())
    minutes(clock)
    assert to(OTHER_MOBILE, K.RESIDENT_MOVED, S.DELIVERED) == 1


@pytest.mark.parametrize("off", [True, False])
@pytest.mark.parametrize("stays", [True, False])
def test_whoever_read_it_at_their_own_number_hears_how_it_goes_on_as_whom_it_was_for(
    stays: bool, off: bool, clock: Clock
) -> None:
    other, daughter = make_person("남남", NEW), make_person("딸기", OTHER_MOBILE)
    visit, first = booked("", daughter, other)
    undelivered(first, OFF)
    minutes(clock)
    kept, gone = (daughter, other) if stays else (other, daughter)
    merged = flow.merge_people(kept.id, gone.id, office(), now())
    db.session.expire_all()
    move_a_day(db.session.get_one(Visit, visit.id))
    minutes(clock)
    flow.undo_merge(merged.id, office(), now())
    minutes(clock)
    if off:
        flow.cancel_visit(visit.id, CancelReason.OTHER, office(), now())
    else:
        move_a_day(db.session.get_one(Visit, visit.id))
    minutes(clock)
    kind, times = (K.RESIDENT_CANCELLED, 1) if off else (K.RESIDENT_MOVED, 2)
    assert (to(NEW, kind, S.DELIVERED), to(OTHER_MOBILE, kind, S.DELIVERED)) == (times, times)


@pytest.mark.parametrize("off", [True, False])
def test_a_move_that_waits_when_two_are_parted_is_of_the_one_who_had_been_told(
    off: bool, clock: Clock
) -> None:
    """Whoever never heard of the visit hears nothing of its end, either."""
    other, daughter = make_person("남남", NEW), make_person("딸기", OTHER_MOBILE)
    visit, first = booked("", daughter, other)
    undelivered(first, OFF)
    minutes(clock)
    merged = flow.merge_people(other.id, daughter.id, office(), now())
    db.session.expire_all()
    move_a_day(db.session.get_one(Visit, visit.id))
    flow.undo_merge(merged.id, office(), now())
    if off:
        flow.cancel_visit(visit.id, CancelReason.OTHER, office(), now())
    minutes(clock)
    kind = K.RESIDENT_CANCELLED if off else K.RESIDENT_MOVED
    assert (to(NEW, kind, S.DELIVERED), to(OTHER_MOBILE, kind, S.DELIVERED)) == (0, 1)
