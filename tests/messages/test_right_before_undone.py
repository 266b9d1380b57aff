"""A number is put right while the texts of a move wait, and the move is undone: what stands is said there."""

from datetime import timedelta

import pytest

from handyman import flow
from handyman.board.mending.move_back import Moved
from handyman.board.mending.put import Wanted
from handyman.board.propose import Choice
from handyman.board.seen import seen_of_visit
from handyman.extensions import db, now, transaction
from handyman.messages import announce, another_number, outbox
from handyman.messages.rows import member as number_of
from handyman.messages.rows import readdress, resident
from handyman.models import (
    Member,
    Message,
    MessageKind,
    MessageState,
    OverrideReason,
    PhoneKind,
    TeamRole,
    Visit,
)
from handyman.words import minute_of_day
from tests.board.plans.makers import coordinator, promised, tomorrow
from tests.conftest import Clock
from tests.factories import make_member
from tests.messages.test_another_number import NEW, Spy
from tests.messages.test_member_calls import landline, press, ring, rows
from tests.messages.test_stays_in_sight import telephones
from tests.messages.test_told_as_it_is import OTHER_LANDLINE

K, S = MessageKind, MessageState
pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.usefixtures("any_database")]


def told(member: Member, *, accepted: bool = True) -> Visit:
    visit = promised("10:00", [member], day=tomorrow() + timedelta(days=2), accepted=accepted)
    visit.resident.person.opens_pages = True
    for place in visit.assignments:
        place.offers[-1].expires_at = now() + timedelta(days=1)
    with transaction():
        announce.booked(visit, now())
        for place in visit.assignments:
            if accepted:
                announce.accepted(place, now())
            else:
                announce.offered(place.offers[-1], now())
    outbox.send_due(Spy(), now)
    return visit


def moved(visit: Visit, clock: Clock) -> Moved:
    clock.advance(minutes=5)
    db.session.expire_all()
    choice = Choice(visit.day, 13 * 60, 15 * 60)
    _changes, before = flow.move(visit.id, choice, None, coordinator(), now(), seen=None)
    clock.advance(seconds=15)
    return before


def moved_back(before: Moved, clock: Clock) -> None:
    clock.advance(seconds=10)
    db.session.expire_all()
    flow.move_back(before, coordinator(), now())
    minutes_later(clock)


def put_right(member: Member, number: str) -> None:
    with transaction():
        held = db.session.get_one(Member, member.id)
        held.phone = number
        readdress(number_of(held), now())
        another_number.of_member(held, now())


def minutes_later(clock: Clock) -> None:
    for _ in range(3):
        clock.advance(minutes=2)
        outbox.send_due(Spy(), now)


def at_new(kind: MessageKind, number: str = NEW) -> list[Message]:
    return [each for each in rows(kind) if each.to_number == number and each.state is not S.CANCELED]


def test_a_resident_hears_the_promise_at_the_right_number(clock: Clock) -> None:
    visit = told(make_member("박수리"))
    before = moved(visit, clock)
    person = visit.resident.person
    telephones(person, (NEW, PhoneKind.MOBILE))
    with transaction():
        readdress(resident(person, now()), now())
        another_number.of_person(person, now())
    moved_back(before, clock)
    assert [each.state for each in at_new(K.RESIDENT_BOOKED)] == [S.DELIVERED]
    assert [each.state for each in at_new(K.RESIDENT_PAGE)] == [S.DELIVERED]
    assert at_new(K.RESIDENT_MOVED) == []


def test_whoever_goes_has_their_link_at_the_right_number(clock: Clock) -> None:
    """At once, and not when they are reminded days later."""
    member = make_member("박수리")
    before = moved(told(member), clock)
    put_right(member, NEW)
    moved_back(before, clock)
    [link] = at_new(K.MEMBER_OFFER)
    assert (link.state, link.link_id is not None) == (S.DELIVERED, True)
    assert [each.state for each in at_new(K.MEMBER_REMINDER)] == [S.PENDING]


def test_a_person_asks_whoever_is_said_to_have_agreed_at_a_strangers_telephone(clock: Clock) -> None:
    member = landline()
    visit = told(member, accepted=False)
    assert press(ring(K.MEMBER_OFFER), "1")
    before = moved(visit, clock)
    put_right(member, OTHER_LANDLINE)
    moved_back(before, clock)
    [asks] = at_new(K.MEMBER_MOVED, OTHER_LANDLINE)
    assert (asks.state, asks.last_error) == (S.NEEDS_PERSON, "stranger_agreed")


def test_whoever_is_back_on_the_board_has_their_link_at_the_right_number(clock: Clock) -> None:
    member, other = make_member("박수리"), make_member("이사랑")
    visit = told(member)
    clock.advance(minutes=5)
    db.session.expire_all()
    start = minute_of_day(visit.start, visit.day)
    wanted = Wanted(
        TeamRole.LEAD, other.id, start, seen_of_visit(visit), OverrideReason.KNOWS_HOME, "", agreed=True
    )
    _changes, before = flow.put(visit.id, wanted, coordinator(), now())
    clock.advance(seconds=5)
    put_right(member, NEW)
    flow.put_back(before, coordinator(), now())
    minutes_later(clock)
    [link] = at_new(K.MEMBER_OFFER)
    assert (link.state, link.link_id is not None) == (S.DELIVERED, True)
