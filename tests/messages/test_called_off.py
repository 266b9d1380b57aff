"""A visit is called off: whoever waits for it hears that of the day that they know."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handyman import flow
from handyman.board.propose import Choice
from handyman.extensions import db, now, transaction
from handyman.messages import announce, another_number, call_task, home_page, outbox, receipts
from handyman.messages.gateways import ScreenGateway
from handyman.messages.rows import readdress, resident
from handyman.models import (
    SYSTEM,
    Actor,
    ActorKind,
    Answer,
    AuditEntry,
    CancelReason,
    Message,
    MessageKind,
    MessageState,
    PhoneKind,
    Visit,
)
from handyman.visit import promise
from tests.board.plans.makers import at, coordinator, promised, tomorrow
from tests.conftest import Clock
from tests.factories import make_contact, make_member, make_person
from tests.messages.test_another_number import NEW
from tests.messages.test_member_calls import press, rows
from tests.messages.test_moved_by_mistake import MOBILE, booked
from tests.messages.test_on_a_list import undelivered
from tests.messages.test_stays_in_sight import noted, telephones
from tests.messages.test_told_as_it_is import BLOCKED, LANDLINE, OFF, OTHER_MOBILE

K, S = MessageKind, MessageState
KNOWN, SAID = "11/26(목) 10-12시", "11월 26일 목요일 오전 10시에서 오후 12시 사이"
NEXT, SAID_NEXT = "11/27(금) 13-15시", "11월 27일 금요일 오후 1시에서 3시 사이"
pytestmark = pytest.mark.usefixtures("session")


def told(*, rings: bool = False) -> Visit:
    """Of the day after tomorrow, at ten."""
    visit = promised("10:00", [make_member("박수리")], day=tomorrow() + timedelta(days=1))
    db.session.commit()
    if rings:
        telephones(visit.resident.person, (LANDLINE, PhoneKind.LANDLINE))
    with transaction():
        announce.booked(visit, now())
    send()
    return visit


def send() -> None:
    outbox.send_due(ScreenGateway(), now)


def move(visit: Visit, days: int = 1) -> None:
    """To one o'clock, of the day after if nothing else is said."""
    db.session.expire_all()
    choice = Choice(visit.day + timedelta(days=days), 13 * 60, 15 * 60)
    flow.move(visit.id, choice, None, coordinator(), now(), seen=None)


def call_off(visit: Visit) -> None:
    db.session.expire_all()
    flow.cancel_visit(visit.id, CancelReason.OTHER, coordinator(), now())


def accepted(message: Message) -> None:
    message.provider, message.provider_id = "twilio", f"SM{message.id}"
    message.move_to(S.SENDING, SYSTEM, now())
    message.move_to(S.ACCEPTED, SYSTEM, now())
    db.session.commit()


def not_arrived(message: Message, code: str = OFF) -> None:
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{message.id}", "undelivered", code), now())


def off() -> list[str]:
    return [each.body for each in rows(K.RESIDENT_CANCELLED)]


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize(("rings", "known"), [(False, KNOWN), (True, SAID)], ids=["text", "call"])
def test_the_day_that_is_off_is_the_one_they_were_told(rings: bool, known: str, clock: Clock) -> None:
    """The text of the move waits still."""
    visit = told(rings=rings)
    for call in rows(K.RESIDENT_BOOKED) if rings else []:
        press(call, "1")
    clock.advance(minutes=5)
    move(visit)
    clock.advance(seconds=20)
    call_off(visit)
    clock.advance(seconds=30)
    send()
    [said] = off()
    assert known in said
    assert [each.state for each in rows(K.RESIDENT_MOVED)] == [S.CANCELED]


def test_the_day_that_is_off_is_the_new_one_once_they_have_heard_of_it(clock: Clock) -> None:
    visit = told()
    clock.advance(minutes=5)
    move(visit)
    clock.advance(minutes=1)
    send()
    call_off(visit)
    [said] = off()
    assert NEXT in said


def test_of_a_move_that_a_person_has_told_the_new_day_is_off(clock: Clock) -> None:
    """They had asked to be rung; the call of the move had not been made."""
    visit = told(rings=True)
    [call] = rows(K.RESIDENT_BOOKED)
    press(call, "0")
    clock.set(at(tomorrow() - timedelta(days=1), "20:30"))
    move(visit)
    clock.advance(minutes=5)
    assert SAID_NEXT in call_task.words(call, now())
    assert noted(call.id, call_task.Outcome.TOLD)
    clock.advance(minutes=5)
    call_off(visit)
    [said] = off()
    assert SAID_NEXT in said


def test_whoever_was_told_in_their_stead_and_whoever_rings_say_the_day_that_is_known(clock: Clock) -> None:
    """At night nothing of the move leaves."""
    daughter = make_person("딸기", OTHER_MOBILE)
    visit = promised("10:00", [make_member("박수리")], day=tomorrow() + timedelta(days=1))
    make_contact(visit.resident, daughter, may_be_told=True)
    db.session.commit()
    with transaction():
        announce.booked(visit, now())
    undelivered(rows(K.RESIDENT_BOOKED)[0], OFF)
    send()
    clock.set(at(tomorrow() - timedelta(days=1), "20:30"))
    move(visit)
    clock.advance(minutes=2)
    call_off(visit)
    clock.set(at(tomorrow(), "08:02"))
    send()
    to_resident, to_daughter = rows(K.RESIDENT_CANCELLED)
    assert (to_resident.state, to_daughter.state) == (S.NEEDS_PERSON, S.DELIVERED)
    assert KNOWN in to_daughter.body
    assert KNOWN in call_task.words(to_resident, now())


@pytest.mark.parametrize("climbs_to", [LANDLINE, OTHER_MOBILE])
def test_what_follows_a_text_that_did_not_arrive_says_the_same_day(climbs_to: str, clock: Clock) -> None:
    visit = told()
    if climbs_to == OTHER_MOBILE:
        make_contact(visit.resident, make_person("딸기", OTHER_MOBILE), may_be_told=True)
    clock.advance(minutes=5)
    move(visit)
    call_off(visit)
    own = visit.resident.person.phones[0].number
    if climbs_to == LANDLINE:
        telephones(visit.resident.person, (own, PhoneKind.MOBILE), (LANDLINE, PhoneKind.LANDLINE))
    undelivered(rows(K.RESIDENT_CANCELLED)[0], OFF)
    first, followed = rows(K.RESIDENT_CANCELLED)
    assert (followed.to_number, KNOWN in first.body) == (climbs_to, True)
    assert (SAID if climbs_to == LANDLINE else KNOWN) in followed.body


@pytest.mark.parametrize("by_a_person", [False, True])
@pytest.mark.parametrize("climbs_to", [LANDLINE, OTHER_MOBILE])
def test_a_move_that_has_turned_out_not_to_arrive_is_known_to_nobody(
    climbs_to: str, by_a_person: bool, clock: Clock
) -> None:
    """The text of it had been accepted when the visit was called off."""
    visit = told()
    clock.advance(minutes=5)
    move(visit)
    clock.advance(minutes=1)
    [moved] = rows(K.RESIDENT_MOVED)
    accepted(moved)
    call_off(visit)
    [off_first] = rows(K.RESIDENT_CANCELLED)
    assert NEXT in off_first.body
    own = (visit.resident.person.phones[0].number, PhoneKind.MOBILE)
    if climbs_to == LANDLINE:
        telephones(visit.resident.person, own, (LANDLINE, PhoneKind.LANDLINE))
    else:
        make_contact(visit.resident, make_person("딸기", OTHER_MOBILE), may_be_told=True)
    accepted(off_first)
    for each in (moved, off_first):
        not_arrived(each)
    followed = rows(K.RESIDENT_CANCELLED)[-1]
    if by_a_person:
        assert SAID in call_task.words(followed, now())
    else:
        send()
        assert (SAID if climbs_to == LANDLINE else KNOWN) in off()[-1]
    assert followed.to_number == climbs_to


def test_what_waits_for_the_morning_is_written_of_the_day_that_is_known_by_then(clock: Clock) -> None:
    visit = told()
    clock.set(at(tomorrow() - timedelta(days=1), "19:50"))
    move(visit)
    clock.advance(minutes=1)
    [moved] = rows(K.RESIDENT_MOVED)
    accepted(moved)
    clock.set(at(tomorrow() - timedelta(days=1), "20:05"))
    call_off(visit)
    not_arrived(moved, BLOCKED)
    clock.set(at(tomorrow(), "08:02"))
    send()
    [said] = off()
    assert KNOWN in said
    assert rows(K.RESIDENT_CANCELLED)[0].state is S.DELIVERED


def test_at_the_right_number_the_same_day_is_off(clock: Clock) -> None:
    visit = told()
    clock.advance(minutes=5)
    move(visit)
    call_off(visit)
    send()
    person = visit.resident.person
    telephones(person, (NEW, PhoneKind.MOBILE))
    with transaction():
        readdress(resident(person, now()), now())
        another_number.of_person(person, now())
    again = rows(K.RESIDENT_CANCELLED)[-1]
    assert (again.to_number, KNOWN in again.body) == (NEW, True)


def test_whoever_is_rung_for_a_wish_hears_that_the_day_they_know_is_off(clock: Clock) -> None:
    visit = told(rings=True)
    [call] = rows(K.RESIDENT_BOOKED)
    press(call, "0")
    clock.advance(minutes=5)
    move(visit)
    call_off(visit)
    assert SAID in call_task.words(db.session.get_one(Message, call.id), now())


def test_of_a_day_that_is_over_nobody_hears_that_it_is_off(clock: Clock) -> None:
    """They waited in vain, and what stands instead is off."""
    visit = told()
    clock.set(at(tomorrow() + timedelta(days=1), "20:30"))
    move(visit)
    clock.advance(minutes=2)
    call_off(visit)
    [said] = off()
    assert NEXT in said


@pytest.mark.parametrize("by_page", [True, False])
def test_whoever_has_answered_the_new_hour_on_their_page_hears_that_this_one_is_off(
    by_page: bool, clock: Clock
) -> None:
    """The text of the move waits still."""
    visit = booked(MOBILE, opens_pages=True)
    clock.set(at(tomorrow() - timedelta(days=1), "20:30"))
    move(visit, days=0)
    clock.advance(minutes=3)
    db.session.expire_all()
    seen, by = promise.of_visit(visit), Actor(ActorKind.PERSON, visit.resident_id)
    if by_page:
        flow.cancel_by_resident(visit.id, CancelReason.RESIDENT_CANCELLED, by, now(), seen)
    else:
        flow.answer_promise(visit.id, Answer.GOOD, by, now(), seen)
        clock.advance(minutes=3)
        call_off(visit)
    [said] = off()
    assert "13-15시" in said


def test_whoever_has_seen_the_new_hour_on_their_page_hears_that_this_one_is_off(clock: Clock) -> None:
    """At night, when the text of the move waits; looked at twice, it is kept once."""
    visit = booked(MOBILE, opens_pages=True)
    clock.set(at(tomorrow() - timedelta(days=1), "20:30"))
    move(visit, days=0)
    by = Actor(ActorKind.PERSON, visit.resident_id)
    for _ in range(2):
        clock.advance(minutes=3)
        db.session.expire_all()
        flow.see_promise(visit.id, by, now(), promise.of_visit(visit))
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.moved_to == home_page.SAW)).all()) == 1
    call_off(visit)
    [said] = off()
    assert "13-15시" in said


@pytest.mark.parametrize("looks_first", [True, False])
def test_whoever_has_seen_on_their_page_what_no_text_has_brought_them_hears_that_it_is_off(
    looks_first: bool, clock: Clock
) -> None:
    visit = booked(MOBILE, opens_pages=True)
    clock.advance(minutes=5)
    move(visit, days=0)
    clock.advance(minutes=1)
    moved = rows(K.RESIDENT_MOVED)[-1]
    accepted(moved)
    if not looks_first:
        not_arrived(moved, BLOCKED)
    db.session.expire_all()
    by = Actor(ActorKind.PERSON, visit.resident_id)
    flow.see_promise(visit.id, by, now(), promise.of_visit(visit))
    clock.advance(minutes=1)
    if looks_first:
        not_arrived(moved, BLOCKED)
    call_off(visit)
    [said] = off()
    assert "13-15시" in said


@pytest.mark.parametrize("opens_pages", [True, False])
def test_what_was_answered_on_the_page_counts_for_each_who_has_it(opens_pages: bool, clock: Clock) -> None:
    """Whichever text had brought it: the page of a home names nobody."""
    visit = booked(MOBILE, opens_pages=opens_pages)
    daughter = make_person("딸기", OTHER_MOBILE)
    make_contact(visit.resident, daughter, may_be_told=True)
    daughter.opens_pages = True
    with transaction():
        home_page.tell(visit, now())
    send()
    assert rows(K.RESIDENT_PAGE)[-1].recipient_id == daughter.id
    clock.set(at(tomorrow() - timedelta(days=1), "20:30"))
    move(visit, days=0)
    clock.advance(minutes=3)
    db.session.expire_all()
    by = Actor(ActorKind.PERSON, visit.resident_id)
    flow.answer_promise(visit.id, Answer.GOOD, by, now(), promise.of_visit(visit))
    call_off(visit)
    [said] = off()
    assert ("13-15시" in said, "10-12시" in said) == (opens_pages, not opens_pages)


def test_whoever_wanted_another_time_hears_that_what_stands_is_off(clock: Clock) -> None:
    """A person has agreed on it with them; the call of the move waits for the morning."""
    visit = told(rings=True)
    [call] = rows(K.RESIDENT_BOOKED)
    press(call, "2")
    clock.set(at(tomorrow() - timedelta(days=1), "19:05"))
    assert noted(call.id, call_task.Outcome.ANOTHER_TIME)
    move(visit)
    clock.advance(minutes=5)
    call_off(visit)
    [said] = off()
    assert SAID_NEXT in said
