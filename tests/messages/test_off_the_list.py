"""Who is off the list, or not to be told: what they heard has reached nobody, what they wish counts not."""

import pytest

from handyman import flow
from handyman.extensions import db, now, transaction
from handyman.messages import home_page, inbox, outbox, pages
from handyman.models import (
    SYSTEM,
    Answer,
    InboundMessage,
    MessageKind,
    MessageState,
    PhoneKind,
    Relation,
)
from handyman.residents import contacts
from handyman.residents.file import Phone
from tests.conftest import Clock
from tests.factories import make_contact, make_message, make_person
from tests.messages.test_another_number import NEW, Spy
from tests.messages.test_number_put_right import ends
from tests.messages.test_passed_over import do_not_tell, office
from tests.messages.test_stays_in_sight import after, at_clock, silent, telephones
from tests.messages.test_told_as_it_is import (
    OTHER_MOBILE,
    booked,
    moved_since_she_heard,
    told_of,
)

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")
on_both = pytest.mark.usefixtures("any_database")


@on_both
@pytest.mark.parametrize("answered", [True, False])
def test_a_home_told_by_somebody_off_the_list_counts_as_not_reached(answered: bool, clock: Clock) -> None:
    """Their number may have been wrong: it is put right by taking them off and writing them down anew."""
    daughter = make_person("딸기", OTHER_MOBILE)
    visit, text = booked("", daughter)
    silent(text)
    ends(text, "undelivered", "30005")
    outbox.send_due(Spy(), now)
    assert after(text).state is S.DELIVERED
    assert pages.missed(now()) == []
    if answered:
        with transaction():
            home_page.answer(visit, Answer.GOOD, SYSTEM, now())
    [contact] = visit.resident.contacts
    clock.advance(minutes=5)
    for change_to in (contacts.Change.NOT_TOLD, contacts.Change.REMOVE):
        flow.change_contact(visit.resident_id, contact.id, change_to, office(), now())
    number = flow.any_number(f"0{NEW.removeprefix('+82')}")
    assert number is not None
    new = contacts.NewContact("딸기", number, contact.relation, True)
    flow.add_contact(visit.resident_id, new, office(), now())
    assert [each.to_id for each in pages.missed(now())] == ([] if answered else [visit.resident_id])


def test_a_home_of_which_somebody_else_has_heard_who_may_counts_as_reached(clock: Clock) -> None:
    visit, daughter = moved_since_she_heard()
    son = make_person("아들", OTHER_MOBILE)
    make_contact(visit.resident, son, may_be_told=True)
    make_message(son, K.RESIDENT_MOVED, visit, state=S.DELIVERED, attempt=1)
    db.session.commit()
    [own] = told_of(K.RESIDENT_MOVED, visit.resident.person)
    silent(own)
    outbox.send_due(Spy(), now)
    ends(own, "undelivered", "30005")
    assert pages.missed(now()) == []
    do_not_tell(visit, daughter)
    assert pages.missed(now()) == []
    do_not_tell(visit, son)
    assert [each.to_id for each in pages.missed(now())] == [visit.resident_id]


def test_who_called_and_is_put_on_the_list_as_not_to_be_told_is_not_told(clock: Clock) -> None:
    daughter = make_person("딸기", OTHER_MOBILE)
    visit, text = booked()
    visit.items[0].request_item.request.caller = daughter
    at_clock(clock, 20, 10)
    silent(text)
    ends(text, "undelivered", "30005")
    waits = after(text)
    assert (waits.recipient_id, waits.state) == (daughter.id, S.PENDING)
    new = contacts.NewContact("딸기", Phone(OTHER_MOBILE, PhoneKind.MOBILE), Relation.FAMILY, False)
    flow.add_contact(visit.resident_id, new, office(), now())
    assert waits.state is S.CANCELED
    assert [each.to_id for each in pages.missed(now())] == [visit.resident_id]


@on_both
@pytest.mark.parametrize("how", ["as ever", "put right", "may hear no more"])
def test_whoever_must_not_hear_of_a_visit_does_not_wish_it_called_off(how: str, clock: Clock) -> None:
    """As far as a text tells: a person reads it."""
    daughter = make_person("딸기", OTHER_MOBILE)
    visit, text = booked("", daughter)
    silent(text)
    ends(text, "undelivered", "30005")
    outbox.send_due(Spy(), now)
    clock.advance(minutes=5)
    if how == "put right":
        telephones(daughter, (NEW, PhoneKind.MOBILE))
    elif how == "may hear no more":
        [contact] = visit.resident.contacts
        flow.change_contact(visit.resident_id, contact.id, contacts.Change.NOT_TOLD, office(), now())
    inbound_id = inbox.keep(inbox.Arrived("twilio", "SM9", OTHER_MOBILE, "취소"), now())
    row = db.session.get_one(InboundMessage, inbound_id)
    counts = how == "as ever"
    assert (row.visit_id, row.outcome) == ((visit.id, inbox.WANTS_CANCEL) if counts else (None, ""))
