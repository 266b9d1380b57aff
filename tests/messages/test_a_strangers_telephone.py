"""A number was wrong: what a stranger has read is told to whom it was meant, and opens nothing any more."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from handyman import flow, page_links
from handyman.extensions import db, now, transaction
from handyman.messages import announce, another_number, home_page, leaving, outbox, reach, receipts, rows
from handyman.messages.moments import stamp
from handyman.models import (
    Actor,
    ActorKind,
    Answer,
    AssignmentState,
    Channel,
    DeclineReason,
    Message,
    MessageKind,
    MessageState,
    OfferState,
    PhoneKind,
    ReachAnswer,
    Role,
    Visit,
)
from handyman.words import at_minute
from tests.conftest import Client, Clock
from tests.factories import make_contact, make_person
from tests.intake.test_card import inputs
from tests.members.forms import change
from tests.messages.test_another_number import NEW, Spy
from tests.messages.test_ladder import SignIn
from tests.messages.test_stays_in_sight import move_a_day, silent, telephones
from tests.messages.test_told_as_it_is import LANDLINE, OTHER_LANDLINE, OTHER_MOBILE, booked, offered

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")


def delivered(text: Message) -> None:
    silent(text)
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{text.id}", "delivered", "", text.id, 1), now())
    assert text.state is S.DELIVERED


def put_right(client: Client, visit: Visit, number: str) -> None:
    """On the resident's card."""
    person = visit.resident.person
    path = f"/people/{person.id}/correct"
    words = {**inputs(client.get(path).text), f"phone-{person.phones[0].id}": number, "do": "save"}
    assert client.post(path, data=words).status_code == 303
    db.session.expire_all()


@pytest.mark.parametrize("number", ["010-7777-8888", "02-820-7777"])
def test_a_promise_that_a_stranger_has_read_is_told_to_whom_it_was_made(
    number: str, client: Client, sign_in: SignIn, clock: Clock
) -> None:
    visit, text = booked()
    delivered(text)
    sign_in(Role.COORDINATOR)
    clock.advance(minutes=5)
    put_right(client, visit, number)
    rows_of = select(Message).where(Message.kind == K.RESIDENT_BOOKED, Message.id != text.id)
    again = db.session.scalars(rows_of).one()
    rings = number.startswith("02")
    assert (again.state, again.channel is Channel.VOICE, again.told_at) == (S.PENDING, rings, None)
    assert again.to_number == ("+8228207777" if rings else NEW)
    clock.advance(minutes=5)
    outbox.send_due(Spy(), now)
    put_right(client, visit, f"{number[:-1]}1")
    put_right(client, visit, number)
    clock.advance(minutes=5)
    outbox.send_due(Spy(), now)
    told = [each.to_number for each in db.session.scalars(rows_of) if each.state is not S.CANCELED]
    assert told == [again.to_number], "they have read it, and need not again"


def test_that_somebody_is_on_the_way_is_told_at_the_right_number(
    client: Client, sign_in: SignIn, clock: Clock
) -> None:
    visit, text = booked()
    delivered(text)
    with transaction():
        announce.on_the_way(visit, now())
    outbox.send_due(Spy(), now)
    way = db.session.scalars(select(Message).where(Message.kind == K.RESIDENT_ON_THE_WAY)).one()
    for each, number in ((text, NEW), (way, way.to_number)):
        each.to_number = number
    db.session.commit()
    sign_in(Role.COORDINATOR)
    put_right(client, visit, "010-7777-8888")
    newest = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert newest is not None
    assert (newest.kind, newest.to_number) == (K.RESIDENT_ON_THE_WAY, NEW)


@pytest.mark.parametrize("answered", [True, False])
def test_who_was_asked_at_a_wrong_number_is_asked_at_theirs(
    answered: bool, client: Client, sign_in: SignIn, clock: Clock
) -> None:
    offer, text = offered()
    delivered(text)
    if answered:
        flow.answer_offer(
            offer.id, False, DeclineReason.OTHER, "", Actor(ActorKind.MEMBER, offer.member_id), now()
        )
    sign_in(Role.COORDINATOR)
    clock.advance(minutes=5)
    assert change(client, offer.member, phone="010-7777-8888").status_code == 303
    told = select(Message).where(Message.recipient_id == offer.member_id, Message.to_number == NEW)
    again = db.session.scalars(told).all()
    assert [(each.state, "바뀐" in each.body) for each in again] == ([] if answered else [(S.PENDING, False)])
    if again:
        assert again[0].link is not None
        assert text.link is not None
        assert again[0].link_id != text.link_id


def test_that_a_visit_moved_reaches_whose_former_number_was_right(
    client: Client, sign_in: SignIn, clock: Clock
) -> None:
    offer, text = offered()
    delivered(text)
    right = offer.member.phone
    sign_in(Role.COORDINATOR)
    assert change(client, offer.member, phone="010-7777-8888").status_code == 303
    visit = offer.assignment.visit
    clock.advance(minutes=5)
    move_a_day(visit)
    outbox.send_due(Spy(), now)
    assert change(client, offer.member, phone=f"0{right.removeprefix('+82')}").status_code == 303
    last = newest(right)
    assert last.state is S.PENDING
    assert last.dedupe_key.partition("#")[0].endswith(stamp(visit.window_start))


def test_who_was_told_not_to_go_at_a_wrong_number_is_told_at_theirs(
    client: Client, sign_in: SignIn, clock: Clock
) -> None:
    offer, text = offered()
    delivered(text)
    right = offer.member.phone
    sign_in(Role.COORDINATOR)
    assert change(client, offer.member, phone="010-7777-8888").status_code == 303
    clock.advance(minutes=5)
    with transaction():
        offer.state = OfferState.WITHDRAWN
        offer.assignment.state, offer.assignment.member_id = AssignmentState.OPEN, None
        announce.withdrawn(offer, now())
    outbox.send_due(Spy(), now)
    assert change(client, offer.member, phone=f"0{right.removeprefix('+82')}").status_code == 303
    last = newest(right)
    assert (last.kind, last.state) == (K.MEMBER_WITHDRAWN, S.PENDING)


def right_again(visit: Visit, *numbers: tuple[str, PhoneKind]) -> None:
    person = visit.resident.person
    telephones(person, *numbers)
    with transaction():
        rows.readdress(rows.resident(person, now()), now())
        another_number.of_person(person, now())


def newest(number: str) -> Message:
    """What was written last for it."""
    query = select(Message).where(Message.to_number == number).order_by(Message.id.desc())
    return db.session.scalars(query.limit(1)).one()


def path_in(text: Message) -> str:
    found = re.search(r"https?://[^/]+(/[^ ]+)", leaving.filled(text))
    assert found is not None
    return found[1]


def test_the_link_that_a_stranger_has_opens_nothing(client: Client, sign_in: SignIn, clock: Clock) -> None:
    """Until it turns out that it was theirs."""
    offer, text = offered()
    delivered(text)
    path, right = path_in(text), offer.member.phone
    assert client.get(path).status_code in (200, 302)
    sign_in(Role.COORDINATOR)
    change(client, offer.member, phone="010-7777-8888")
    assert client.get(path).status_code == 410
    clock.advance(minutes=3)
    outbox.send_due(Spy(), now)
    assert client.get(path_in(newest(NEW))).status_code in (200, 302)
    change(client, offer.member, phone=f"0{right.removeprefix('+82')}")
    assert client.get(path).status_code in (200, 302)
    assert client.get(path_in(newest(NEW))).status_code == 410


def test_the_page_that_a_stranger_could_open_has_another_address(client: Client, clock: Clock) -> None:
    visit, text = booked()
    delivered(text)
    with transaction():
        assert home_page.send(visit, now())
    page = db.session.scalars(select(Message).where(Message.kind == K.RESIDENT_PAGE)).one()
    delivered(page)
    path = path_in(page)
    assert client.get(path).status_code == 200
    clock.advance(minutes=5)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    assert client.get(path).status_code == 404
    clock.advance(minutes=3)
    outbox.send_due(Spy(), now)
    again = db.session.scalars(select(Message).where(Message.kind == K.RESIDENT_PAGE)).all()[-1]
    assert (again.to_number, again.state) == (NEW, S.DELIVERED)
    assert page_links.address(visit.id).endswith(path_in(again))
    assert client.get(path_in(again)).status_code == 200


def test_whoever_stands_by_somebody_hears_it_of_them_and_nobody_twice(clock: Clock) -> None:
    daughter = make_person("딸기", OTHER_MOBILE)
    visit, text = booked()
    delivered(text)
    make_contact(visit.resident, daughter, may_be_told=True)
    same = ("kind", "visit_id", "recipient_kind", "channel", "body", "due_at", "next_at", "not_after")
    theirs = Message(
        **{name: getattr(text, name) for name in same},
        template_version=text.template_version,
        recipient_id=daughter.id,
        to_number=OTHER_MOBILE,
        dedupe_key=f"stood-in:{daughter.id}:{text.dedupe_key}",
        state=S.PENDING,
        last_error="",
        created_at=now(),
    )
    db.session.add(theirs)
    db.session.commit()
    delivered(theirs)
    clock.advance(minutes=5)
    telephones(daughter, (NEW, PhoneKind.MOBILE))
    with transaction():
        another_number.of_person(daughter, now())
    again = newest(NEW)
    assert (again.recipient_id, again.state) == (daughter.id, S.PENDING)
    assert visit.resident.person.name in again.body
    own = select(Message).where(Message.recipient_id == visit.resident_id, Message.kind == text.kind)
    assert db.session.scalars(own).all() == [text]


def test_who_has_no_smartphone_any_more_is_rung_with_the_job(
    client: Client, sign_in: SignIn, clock: Clock
) -> None:
    offer, text = offered()
    delivered(text)
    flow.answer_offer(offer.id, True, None, "", Actor(ActorKind.MEMBER, offer.member_id), now())
    sign_in(Role.COORDINATOR)
    clock.advance(minutes=5)
    assert change(client, offer.member, phone="02-820-7777", no_smartphone="1").status_code == 303
    call = newest("+8228207777")
    assert (call.channel, call.state, call.kind) == (Channel.VOICE, S.PENDING, K.MEMBER_MOVED)
    assert "맡으신 방문을 다시 알려 드립니다" in call.body


def test_who_said_yes_by_telephone_is_told_not_to_go_at_the_right_number(
    client: Client, sign_in: SignIn, clock: Clock
) -> None:
    offer, text = offered()
    right = offer.member.phone
    text.to_number = offer.member.phone = NEW
    delivered(text)
    flow.answer_offer(offer.id, True, None, "", Actor(ActorKind.USER, 1), now())
    clock.advance(minutes=5)
    with transaction():
        offer.state = OfferState.WITHDRAWN
        offer.assignment.state, offer.assignment.member_id = AssignmentState.OPEN, None
        announce.withdrawn(offer, now())
    outbox.send_due(Spy(), now)
    sign_in(Role.COORDINATOR)
    assert change(client, offer.member, phone=f"0{right.removeprefix('+82')}").status_code == 303
    assert (newest(right).kind, newest(right).state) == (K.MEMBER_WITHDRAWN, S.PENDING)


def test_a_key_that_a_stranger_has_pressed_confirms_nothing(clock: Clock) -> None:
    visit, call = booked(LANDLINE)
    outbox.send_due(Spy(), now)
    db.session.refresh(call)
    reach.take_key(reach.Press("screen", "CA1", call.id, call.attempt, 1, "1"), now())
    answers = select(ReachAnswer.answer).where(ReachAnswer.visit_id == visit.id)
    assert db.session.scalars(answers).all() == [Answer.GOOD]
    clock.advance(minutes=5)
    right_again(visit, (OTHER_LANDLINE, PhoneKind.LANDLINE))
    assert db.session.scalars(answers).all() == []
    assert (newest(OTHER_LANDLINE).state, newest(OTHER_LANDLINE).channel) == (S.PENDING, Channel.VOICE)


def test_a_slip_that_is_put_right_at_once_tells_nobody(client: Client, sign_in: SignIn, clock: Clock) -> None:
    offer, text = offered()
    delivered(text)
    right = offer.member.phone
    sign_in(Role.COORDINATOR)
    change(client, offer.member, phone="010-7777-8888")
    clock.advance(minutes=1)
    spy = Spy()
    outbox.send_due(spy, now)
    change(client, offer.member, phone=f"0{right.removeprefix('+82')}")
    clock.advance(minutes=5)
    outbox.send_due(spy, now)
    assert spy.sent == []


def test_that_somebody_is_on_the_way_is_told_at_once_at_any_hour(clock: Clock) -> None:
    visit, text = booked()
    delivered(text)
    clock.set(at_minute(visit.day, 7 * 60 + 20))
    with transaction():
        announce.on_the_way(visit, now())
    outbox.send_due(Spy(), now)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    assert (newest(NEW).kind, newest(NEW).due_at - now()) == (K.RESIDENT_ON_THE_WAY, timedelta(0))
