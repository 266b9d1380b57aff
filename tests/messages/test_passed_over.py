"""Whoever must not be told any more is not, and what was left to them is about the resident again."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from handyman import flow
from handyman.extensions import db, now, transaction
from handyman.messages import announce, home_page, outbox, pages, receipts, rows
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import ScreenGateway
from handyman.models import (
    SYSTEM,
    Actor,
    ActorKind,
    Answer,
    Contact,
    Message,
    MessageKind,
    MessageState,
    Person,
    Resident,
    Visit,
)
from handyman.residents import contacts
from handyman.words import at_minute, seoul_day
from tests.conftest import Clock
from tests.factories import (
    make_contact,
    make_person,
    make_request,
    make_resident,
    make_user,
    make_visit,
)
from tests.messages.test_ladder import press
from tests.messages.test_on_a_list import Stuck, listed, minute_of_worker, undelivered
from tests.messages.test_standby import fails, last
from tests.messages.test_stays_in_sight import after, at_clock, move_a_day, silent, telephones
from tests.messages.test_told_as_it_is import (
    BLOCKED,
    LANDLINE,
    OFF,
    OTHER_LANDLINE,
    OTHER_MOBILE,
    booked,
    cancel,
    moved_since_she_heard,
    of,
    told_of,
)

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")


def office() -> Actor:
    return Actor(ActorKind.USER, make_user().id)


def of_list(person: Person) -> Contact:
    return db.session.scalars(select(Contact).where(Contact.person_id == person.id)).one()


def do_not_tell(visit: Visit, person: Person) -> None:
    flow.change_contact(visit.resident_id, of_list(person).id, contacts.Change.NOT_TOLD, office(), now())


def undelivered_after(message: Message, code: str) -> None:
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{message.id}", "undelivered", code), now())


@pytest.mark.parametrize("taken", [True, False])
def test_who_was_passed_over_leaves_the_resident_on_the_list_whoever_is_added(
    taken: bool, clock: Clock
) -> None:
    daughter, son = make_person("딸기"), make_person("아들")
    visit, first = booked(LANDLINE, daughter)
    telephones(visit.resident.person)
    with transaction():
        rows.readdress(rows.resident(visit.resident.person, now()), now())
    minute_of_worker(Stuck(Says.STOP))
    if taken:
        silent(after(first))
    do_not_tell(visit, daughter)
    make_contact(visit.resident, son, may_be_told=True)
    db.session.commit()
    for _hour in range(2):
        clock.advance(hours=1, minutes=1)
        minute_of_worker(Stuck(Says.STOP))
    assert {each.to_id for each in pages.missed(now())} == {visit.resident_id}


def test_a_notice_is_not_left_to_what_is_under_way_to_somebody_passed_over(clock: Clock) -> None:
    visit, daughter = moved_since_she_heard()
    (own,), (theirs,) = told_of(K.RESIDENT_MOVED, visit.resident.person), told_of(K.RESIDENT_MOVED, daughter)
    for each in (own, theirs):
        silent(each)
    do_not_tell(visit, daughter)
    undelivered_after(own, OFF)
    assert {each.to_id for each in pages.missed(now())} == {visit.resident_id}
    move_a_day(visit)
    assert len(told_of(K.RESIDENT_MOVED, daughter)) == 1, "nor is she told of what comes then"


@pytest.mark.parametrize("key", ["0", "2"])
def test_the_wish_of_who_must_not_be_told_confirms_nothing(key: str) -> None:
    daughter = make_person("딸기", OTHER_LANDLINE)
    visit, _first = booked(LANDLINE, daughter)
    fails(last())
    outbox.send_due(ScreenGateway(), now)
    press(last(), key)
    do_not_tell(visit, daughter)
    assert {each.to_id for each in pages.missed(now())} == {visit.resident_id}


@pytest.mark.parametrize("act", [cancel, move_a_day])
def test_who_was_left_to_somebody_passed_over_is_back_on_the_list(
    act: Callable[[Visit], None], clock: Clock
) -> None:
    daughter = make_person("딸기")
    visit, first = booked("", daughter)
    undelivered(first, OFF)
    outbox.send_due(ScreenGateway(), now)
    act(visit)
    minute_of_worker(Stuck(Says.STOP))
    do_not_tell(visit, daughter)
    kind = K.RESIDENT_CANCELLED if act is cancel else K.RESIDENT_MOVED
    clock.advance(minutes=16)
    [missed] = [each for each in pages.missed(now()) if each.visit_id == visit.id]
    assert (missed.to_id, told_of(kind, daughter)[0].state) == (visit.resident_id, S.CANCELED)


@pytest.mark.parametrize("how", ["once more", "not delivered", "being sent", "taken"])
def test_who_is_not_to_be_told_is_neither_tried_again_nor_on_the_list(how: str, clock: Clock) -> None:
    daughter = make_person("딸기")
    visit, first = booked("", daughter)
    undelivered(first, OFF)
    text = after(first)
    if how == "once more":
        undelivered(text, "30003")
    elif how == "not delivered":
        undelivered(text, BLOCKED)
    elif how == "being sent":
        outbox.send_due(Stuck(Says.UNKNOWN), now, rest=lambda _seconds: None)
    else:
        silent(text)
    do_not_tell(visit, daughter)
    tries = text.attempt
    assert {each.to_id for each in pages.missed(now())} == {visit.resident_id}
    if how == "taken":
        receipts.take_receipt(receipts.Receipt("twilio", f"SM{text.id}", "undelivered", "30003"), now())
    clock.advance(minutes=40)
    for _minute in range(3):
        minute_of_worker(Stuck(Says.ACCEPTED))
    assert (text.attempt, sum(each.attempt for each in told_of(K.RESIDENT_BOOKED, daughter))) == (
        tries,
        tries,
    )
    assert {each.to_id for each in pages.missed(now())} == {visit.resident_id}


@pytest.mark.parametrize("arrives", [True, False])
def test_who_may_be_told_again_is_not_told_twice(arrives: bool, clock: Clock) -> None:
    visit, daughter = moved_since_she_heard()
    (own,), (theirs,) = told_of(K.RESIDENT_MOVED, visit.resident.person), told_of(K.RESIDENT_MOVED, daughter)
    for each in (own, theirs):
        silent(each)
    do_not_tell(visit, daughter)
    flow.change_contact(visit.resident_id, of_list(daughter).id, contacts.Change.MAY_BE_TOLD, office(), now())
    if arrives:
        receipts.take_receipt(receipts.Receipt("twilio", f"SM{theirs.id}", "delivered"), now())
    undelivered_after(own, OFF)
    for _minute in range(3):
        clock.advance(minutes=1)
        minute_of_worker(Stuck(Says.ACCEPTED))
    assert told_of(K.RESIDENT_MOVED, daughter) == [theirs]
    assert {each.to_id for each in pages.missed(now())} == {visit.resident_id}


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("yes", ["", "before", "since"])
def test_a_yes_of_long_before_is_no_answer_to_the_notice_of_the_day_before(
    yes: str, late: bool, clock: Clock
) -> None:
    """Whether or not that notice is of use still: it is a person's work until somebody is told."""
    daughter = make_person("딸기")
    visit, first = booked("", daughter)
    silent(first)
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{first.id}", "delivered"), now())
    clock.advance(minutes=10)
    if yes == "before":
        says_yes(visit)
    notice = of(K.RESIDENT_DAY_BEFORE)
    clock.set(notice.due_at)
    undelivered(notice, OFF)
    hers = after(notice)
    undelivered(hers, OFF)
    if yes == "since":
        says_yes(visit)
    if late:
        clock.set(notice.not_after + timedelta(minutes=30))
    do_not_tell(visit, daughter)
    wanted = set() if yes == "since" else {visit.resident_id}
    assert {each.to_id for each in pages.missed(now())} == wanted


def says_yes(visit: Visit) -> None:
    with transaction():
        home_page.answer(visit, Answer.GOOD, SYSTEM, now())


def test_what_was_left_to_nobody_and_is_not_so_any_more_is_not_put_back(clock: Clock) -> None:
    daughter, resident = make_person("딸기"), make_resident()
    daughter.opens_pages = resident.person.opens_pages = True
    make_contact(resident, daughter, may_be_told=True)
    visit = make_visit(make_request(resident), start=now() + timedelta(days=3))
    announce.booked(visit, now())
    db.session.commit()
    (page,) = told_of(K.RESIDENT_PAGE, resident.person)
    undelivered(page, OFF)
    clock.advance(minutes=5)
    move_a_day(visit)
    do_not_tell(visit, daughter)
    assert page.id not in listed(now())


@pytest.mark.parametrize("of_resident", [True, False])
def test_who_turns_out_to_be_somebody_who_must_not_be_told_is_not(of_resident: bool, clock: Clock) -> None:
    """Two records of one person, of which one says so: of the daughter, or of the resident."""
    daughter = make_person("딸기")
    visit, first = booked("", daughter)
    kept = make_resident().person if of_resident else make_person("딸기")
    gone = visit.resident.person if of_resident else daughter
    if of_resident:
        make_contact(db.session.get_one(Resident, kept.id), daughter, may_be_told=False)
    else:
        make_contact(visit.resident, kept, may_be_told=False)
    db.session.commit()
    at_clock(clock, 20, 10)
    undelivered(first, OFF)
    hers = after(first)
    flow.merge_people(kept.id, gone.id, office(), now())
    clock.set(at_minute(seoul_day(now()) + timedelta(days=1), 8 * 60))
    minute_of_worker(Stuck(Says.ACCEPTED))
    db.session.refresh(hers)
    db.session.refresh(visit)
    assert (hers.attempt, hers.state) == (0, S.CANCELED)
    assert {each.to_id for each in pages.missed(now())} == {visit.resident_id}


@pytest.mark.parametrize("stays", ["told", "not told"])
def test_of_two_entries_for_one_person_that_they_are_not_told_holds(stays: str) -> None:
    one, other = make_person("딸기"), make_person("딸기", OTHER_MOBILE)
    resident = make_resident()
    make_contact(resident, one, may_be_told=True)
    make_contact(resident, other, may_be_told=False)
    db.session.commit()
    kept, gone = (one, other) if stays == "told" else (other, one)
    merged = flow.merge_people(kept.id, gone.id, office(), now())
    assert [(each.person_id, each.may_be_told) for each in entries(resident)] == [(kept.id, False)]
    flow.undo_merge(merged.id, office(), now())
    assert {(each.person_id, each.may_be_told) for each in entries(resident)} == {
        (one.id, True),
        (other.id, False),
    }


def entries(resident: Resident) -> Sequence[Contact]:
    of_theirs = select(Contact).where(Contact.resident_id == resident.id)
    return db.session.scalars(of_theirs.execution_options(populate_existing=True)).all()
