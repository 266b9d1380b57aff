"""A number is put right, by a slip or twice: whoever is entitled to a page has an address that opens it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handyman import flow, links
from handyman.extensions import db, now, transaction
from handyman.messages import announce, another_number, home_page, outbox, reach, receipts, rows
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    Person,
    PhoneKind,
    ReachAnswer,
    Role,
    Visit,
    VisitState,
)
from tests.conftest import Client, Clock
from tests.factories import make_contact, make_message, make_person
from tests.members.forms import change
from tests.messages.test_a_strangers_telephone import delivered, newest, path_in, right_again
from tests.messages.test_another_number import NEW, Spy
from tests.messages.test_ladder import SignIn
from tests.messages.test_stays_in_sight import silent, telephones
from tests.messages.test_told_as_it_is import LANDLINE, OTHER_LANDLINE, OTHER_MOBILE, booked, offered

K, S = MessageKind, MessageState
DEAD = "30005"
pytestmark = pytest.mark.usefixtures("session")
on_both = pytest.mark.usefixtures("any_database")


def typed(number: str) -> str:
    return f"0{number.removeprefix('+82')}"


def says_yes(offer: Offer) -> None:
    flow.answer_offer(offer.id, True, None, "", Actor(ActorKind.MEMBER, offer.member_id), now())


def ends(text: Message, status: str, code: str = "") -> None:
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{text.id}", status, code, text.id, 1), now())


def of_page() -> list[Message]:
    query = select(Message).where(Message.kind == K.RESIDENT_PAGE).order_by(Message.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def with_page(daughter: Person | None = None) -> tuple[Visit, Message]:
    """A visit whose page has arrived at all who open it."""
    visit, text = booked()
    delivered(text)
    visit.resident.person.opens_pages = True
    if daughter is not None:
        daughter.opens_pages = True
        make_contact(visit.resident, daughter, may_be_told=True)
    with transaction():
        home_page.tell(visit, now())
    for each in of_page():
        delivered(each)
    return visit, of_page()[0]


def later(clock: Clock, minutes: int = 5) -> None:
    clock.advance(minutes=minutes)
    outbox.send_due(Spy(), now)


@pytest.mark.parametrize("how", ["late", "failed", "failed and sent again by a person"])
@pytest.mark.parametrize("goes", [False, True])
def test_what_is_sent_once_more_has_a_link_that_opens(
    goes: bool, how: str, client: Client, sign_in: SignIn, clock: Clock
) -> None:
    offer, text = offered()
    offer.expires_at = text.not_after = now() + timedelta(hours=5)
    silent(text)
    if goes:
        says_yes(offer)
    sign_in(Role.COORDINATOR)
    clock.advance(minutes=16)
    if how != "late":
        ends(text, "undelivered", DEAD if "person" in how else "30003")
    assert change(client, offer.member, phone=typed(NEW)).status_code == 303
    if how == "late":
        ends(text, "delivered")
    elif "person" in how:
        client.post(f"/messages/{text.id}/again")
    for _look in range(3):
        later(clock, 10)
    db.session.expire_all()
    told = select(Message).where(Message.to_number == NEW, Message.kind == K.MEMBER_OFFER)
    sent = [each for each in db.session.scalars(told) if each.state is S.DELIVERED]
    assert sent
    assert {client.get(path_in(each)).status_code for each in sent} <= {200, 302}


@on_both
@pytest.mark.parametrize("goes", [False, True])
def test_a_form_can_be_saved_however_often_the_number_changes(
    goes: bool, client: Client, sign_in: SignIn, clock: Clock
) -> None:
    """After they were told not to go."""
    offer, text = offered()
    delivered(text)
    right = typed(offer.member.phone)
    if goes:
        says_yes(offer)
    sign_in(Role.COORDINATOR)
    clock.advance(minutes=5)
    with transaction():
        offer.state = OfferState.WITHDRAWN
        offer.assignment.state, offer.assignment.member_id = AssignmentState.OPEN, None
        announce.withdrawn(offer, now())
    later(clock)
    for number in (typed(NEW), right, "010-7777-9999"):
        assert change(client, offer.member, phone=number).status_code == 303


def test_a_link_waits_as_long_as_a_slip_may_be_put_right(
    client: Client, sign_in: SignIn, clock: Clock
) -> None:
    offer, text = offered()
    silent(text)
    says_yes(offer)
    sign_in(Role.COORDINATOR)
    change(client, offer.member, phone=typed(NEW))
    assert newest(NEW).due_at - now() == rows.HELD_BACK


@pytest.mark.parametrize("slip", [(OTHER_LANDLINE, PhoneKind.LANDLINE), (NEW, PhoneKind.MOBILE)])
@pytest.mark.parametrize("code", ["", DEAD])
def test_a_slip_locks_nobody_out_of_their_page(
    slip: tuple[str, PhoneKind], code: str, client: Client, clock: Clock
) -> None:
    visit, page = with_page()
    right, path = page.to_number, path_in(page)
    clock.advance(minutes=5)
    right_again(visit, slip)
    assert client.get(path).status_code == 404
    for each in of_page()[1:]:
        silent(each)
        ends(each, "undelivered" if code else "delivered", code)
    clock.advance(minutes=1)
    right_again(visit, (right, PhoneKind.MOBILE))
    later(clock)
    theirs = [each for each in of_page() if (each.to_number, each.state) == (right, S.DELIVERED)]
    assert client.get(path_in(theirs[-1])).status_code == 200
    assert len(theirs) == 2


@on_both
def test_whoever_else_has_another_number_gets_the_address_there(client: Client, clock: Clock) -> None:
    daughter = make_person("딸기", OTHER_MOBILE)
    visit, page = with_page(daughter)
    clock.advance(minutes=5)
    telephones(daughter, (NEW, PhoneKind.MOBILE))
    with transaction():
        another_number.of_person(daughter, now())
    later(clock)
    again = [each for each in of_page() if each.created_at > page.created_at]
    wanted = {NEW, visit.resident.person.phones[0].number}
    assert {each.to_number for each in again if each.state is S.DELIVERED} == wanted
    assert client.get(path_in(newest(NEW))).status_code == 200


def test_after_the_visit_its_page_keeps_its_address(client: Client, clock: Clock) -> None:
    """There they say how it was."""
    visit, page = with_page(make_person("딸기", OTHER_MOBILE))
    path = path_in(page)
    clock.set(visit.window_end + timedelta(days=1))
    right_again(visit, (NEW, PhoneKind.MOBILE))
    assert client.get(path).status_code == 200


@on_both
def test_no_key_of_a_strangers_telephone_counts(clock: Clock) -> None:
    visit, call = booked(LANDLINE)
    eve = db.session.scalars(select(Message).where(Message.kind == K.RESIDENT_DAY_BEFORE)).one()
    for each in (call, eve):
        clock.set(max(each.due_at, now()))
        outbox.send_due(Spy(), now)
        db.session.refresh(each)
        reach.take_key(reach.Press("screen", f"CA{each.id}", each.id, each.attempt, 1, "1"), now())
    answers = select(ReachAnswer.id).where(ReachAnswer.visit_id == visit.id)
    assert len(db.session.scalars(answers).all()) == 2
    right_again(visit, (OTHER_LANDLINE, PhoneKind.LANDLINE))
    assert db.session.scalars(answers).all() == []


@pytest.mark.parametrize("state", [VisitState.ON_THE_WAY, VisitState.ARRIVED, VisitState.ASSIGNED])
def test_the_list_of_a_day_opens_while_its_member_is_at_work(
    state: VisitState, client: Client, sign_in: SignIn, clock: Clock
) -> None:
    offer, text = offered()
    delivered(text)
    says_yes(offer)
    visit = offer.assignment.visit
    day = make_message(offer.member, K.MEMBER_DAY_LIST, state=S.DELIVERED, due_at=now(), attempt=1)
    day.link = links.issue(offer.member_id, now(), visit.window_end + timedelta(hours=12), day=visit.day)
    clock.set(visit.start)
    visit.state = state
    db.session.commit()
    address = links.url(day.link)
    sign_in(Role.COORDINATOR)
    assert change(client, offer.member, phone=typed(NEW)).status_code == 303
    opens = client.get(address[address.rindex("/") :]).status_code
    assert opens == (410 if state is VisitState.ASSIGNED else 200)


def test_who_must_not_be_told_any_more_is_not_told_at_another_number_either(clock: Clock) -> None:
    daughter = make_person("딸기", OTHER_MOBILE)
    visit, page = with_page(daughter)
    for contact in visit.resident.contacts:
        contact.may_be_told = False
    db.session.commit()
    telephones(daughter, (NEW, PhoneKind.MOBILE))
    with transaction():
        another_number.of_person(daughter, now())
    assert db.session.scalars(select(Message).where(Message.to_number == NEW)).all() == []
    assert page.to_number != NEW
