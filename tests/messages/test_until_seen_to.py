"""What a person has to see to stays on the list until it is seen to, and what is over does not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from handyman import flow
from handyman.extensions import db, now, transaction
from handyman.messages import announce, call_task, outbox, pages, receipts
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import ScreenGateway
from handyman.messages.moments import stamp
from handyman.models import (
    SYSTEM,
    Actor,
    ActorKind,
    Answer,
    Channel,
    Contact,
    DeclineReason,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    Outcome,
    Person,
    ReachAnswer,
    Role,
    User,
    Visit,
)
from handyman.residents import contacts
from handyman.visit.finish import WorkReport
from handyman.visit.taps import Step, Tap, new_key
from handyman.words import at_minute, seoul_day
from tests.conftest import Clock
from tests.factories import (
    make_member,
    make_message,
    make_offer,
    make_person,
    make_request,
    make_resident,
    make_user,
    make_visit,
)
from tests.messages.test_ladder import press
from tests.messages.test_on_a_list import Stuck, listed, minute_of_worker, to_resident, undelivered
from tests.messages.test_stays_in_sight import after, at_clock, move_a_day, noted, silent, telephones
from tests.messages.test_told_as_it_is import LANDLINE, OFF, Unasked, booked, cancel, of, offered

K, S = MessageKind, MessageState
Told = call_task.Outcome
SignIn = Callable[..., User]
pytestmark = pytest.mark.usefixtures("session")


def undone_on_the_board(offer: Offer) -> Offer:
    """Given to somebody else by mistake: an offer of its own stands in the old one's place."""
    with transaction():
        offer.move_to(OfferState.WITHDRAWN, SYSTEM, now())
        announce.withdrawn(offer, now())
        again = make_offer(offer.assignment, offer.member)
        again.expires_at = now() + timedelta(hours=1)
        db.session.flush()
        announce.restored(again, now())
    return again


def all_of(kind: MessageKind) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def newest(kind: MessageKind) -> Message:
    return all_of(kind)[-1]


def test_who_has_no_number_any_more_is_a_persons_work(clock: Clock) -> None:
    _visit, text = booked()
    outbox.send_due(Stuck(Says.RETRY), now, rest=lambda _seconds: None)
    telephones(db.session.get_one(Person, text.recipient_id))
    clock.advance(minutes=1)
    minute_of_worker(Stuck(Says.ACCEPTED))
    assert (text.state, text.attempt, listed(now())) == (S.NEEDS_PERSON, 1, {text.id})


@pytest.mark.parametrize("wanted", [contacts.Change.NOT_TOLD, contacts.Change.REMOVE])
def test_what_waits_for_who_must_not_be_told_is_a_persons_work(wanted: contacts.Change, clock: Clock) -> None:
    daughter = make_person("딸기")
    visit, first = booked("", daughter, make_person("아들"))
    at_clock(clock, 20, 10)
    undelivered(first, OFF)
    waiting = after(first)
    row = db.session.scalars(select(Contact).where(Contact.person_id == daughter.id)).one()
    flow.change_contact(visit.resident_id, row.id, wanted, Actor(ActorKind.USER, make_user().id), now())
    clock.set(at_minute(seoul_day(now()) + timedelta(days=1), 8 * 60))
    minute_of_worker(Stuck(Says.ACCEPTED))
    assert (waiting.state, waiting.attempt) == (S.CANCELED, 0)
    assert first.id in listed(now())


@pytest.mark.parametrize("act", [cancel, move_a_day])
def test_whoever_asked_to_be_rung_waits_for_it_whatever_becomes_of_the_visit(
    act: Callable[[Visit], None],
) -> None:
    visit, call = booked(LANDLINE)
    outbox.send_due(ScreenGateway(), now)
    press(call, "0")
    act(visit)
    [missed] = [each for each in pages.missed(now()) if each.id == call.id]
    assert ("취소" if act is cancel else "11월 28일") in missed.body, "as it is now"
    assert noted(call.id, Told.TOLD)
    assert call.id not in listed(now())


def test_a_key_for_a_person_in_a_second_call_is_somebodys_work() -> None:
    visit, call = booked(LANDLINE)
    outbox.send_due(ScreenGateway(), now)
    press(call, "1")
    assert listed(now()) == set()
    press(call, "0", step=2)
    [missed] = pages.missed(now())
    assert (missed.visit_id, missed.number) == (visit.id, LANDLINE)


def test_over_a_weekend_and_longer_nothing_goes_off_the_list(clock: Clock) -> None:
    clock.set(at_minute(seoul_day(now()) + timedelta(days=3), 17 * 60))
    member = make_member()
    visit = make_visit(members=[member], start=now() + timedelta(hours=1))
    text = make_message(member, K.MEMBER_OFFER, visit, not_after=now() + timedelta(hours=1))
    silent(text)
    clock.advance(days=9)
    assert listed(now()) == {text.id}


def test_an_offer_that_is_over_is_nobodys_work(clock: Clock) -> None:
    _offer, text = offered()
    silent(text)
    clock.advance(minutes=16)
    assert listed(now()) == {text.id}
    clock.advance(minutes=45)
    flow.expire_offers(now())
    assert text.id not in listed(now())


def test_an_offer_by_call_is_nobodys_work_once_the_office_has_their_no(clock: Clock) -> None:
    offer, call = offered(smartphone=False)
    undelivered(call, "no_answer")
    clock.advance(minutes=16)
    undelivered(after(call), "no_answer")
    assert listed(now())
    user = Actor(ActorKind.USER, make_user().id)
    flow.answer_offer(offer.id, False, DeclineReason.OTHER, "", user, now())
    assert listed(now()) == set()


@pytest.mark.parametrize("act", [cancel, move_a_day])
def test_old_words_are_not_on_the_list_beside_the_new_ones(
    act: Callable[[Visit], None], clock: Clock
) -> None:
    text = to_resident()
    hangs = Unasked(Says.UNKNOWN)
    minute_of_worker(hangs)
    clock.advance(minutes=5)
    assert text.visit
    act(text.visit)
    for _minute in range(15):
        clock.advance(minutes=1)
        minute_of_worker(hangs)
    assert text.id not in listed(now())


def test_a_member_who_was_told_of_two_moves_is_rung_about_the_last(clock: Clock) -> None:
    visit = make_visit(members=[make_member()], start=now() + timedelta(days=3))
    for _move in range(2):
        move_a_day(visit)
        silent(newest(K.MEMBER_MOVED))
        clock.advance(minutes=16)
    assert listed(now()) & {each.id for each in all_of(K.MEMBER_MOVED)} == {newest(K.MEMBER_MOVED).id}


def test_of_what_is_over_nobody_need_be_told_that_it_comes(clock: Clock) -> None:
    member = make_member()
    resident = make_resident(phone=LANDLINE)
    visit = make_visit(make_request(resident), start=now() + timedelta(hours=1), members=[member])
    by = Actor(ActorKind.MEMBER, member.id)
    flow.start_travel(visit.id, by, now())
    outbox.send_due(ScreenGateway(), now)
    call = of(K.RESIDENT_ON_THE_WAY)
    receipts.take_receipt(receipts.Receipt("screen", str(call.provider_id), "completed", ""), now())
    assert call.id in listed(now())
    clock.advance(minutes=20)
    flow.arrive(visit.id, by, now())
    tap = Tap(new_key(), now())
    flow.undo_step(visit.id, Step.ARRIVE, by, tap, now())
    assert call.id in listed(now()), "it was a mistake: they are still to come"
    flow.arrive(visit.id, by, now())
    flow.finish(visit.id, WorkReport(Outcome.DONE, {}, {}, 30), [], by, now())
    assert call.id not in listed(now())


@pytest.mark.parametrize("listed_before", [True, False])
def test_a_mistaken_arrival_makes_no_second_notice_beside_one_on_the_list(
    listed_before: bool, clock: Clock
) -> None:
    member = make_member()
    visit = make_visit(make_request(make_resident()), start=now() + timedelta(hours=1), members=[member])
    by = Actor(ActorKind.MEMBER, member.id)
    flow.start_travel(visit.id, by, now())
    text = of(K.RESIDENT_ON_THE_WAY)
    silent(text)
    fails_now = receipts.Receipt("twilio", f"SM{text.id}", "undelivered", OFF)
    if listed_before:
        receipts.take_receipt(fails_now, now())
    clock.advance(minutes=5)
    flow.arrive(visit.id, by, now())
    receipts.take_receipt(fails_now, now())  # while somebody seems to be there it is nobody's work
    flow.undo_step(visit.id, Step.ARRIVE, by, Tap(new_key(), now()), now())
    told = all_of(K.RESIDENT_ON_THE_WAY)
    assert [each.told_at is None for each in told] == ([True] if listed_before else [False, True])


def test_a_second_notice_that_a_mistaken_arrival_stopped_is_told_anew(clock: Clock) -> None:
    """They had set out before, turned back, and the resident knows of that."""
    member = make_member()
    visit = make_visit(make_request(make_resident()), start=now() + timedelta(hours=1), members=[member])
    by = Actor(ActorKind.MEMBER, member.id)
    flow.start_travel(visit.id, by, now(), Tap(new_key(), now()))
    outbox.send_due(ScreenGateway(), now)
    clock.advance(minutes=2)
    flow.undo_step(visit.id, Step.TRAVEL, by, Tap(new_key(), now()), now())
    clock.advance(minutes=20)
    flow.start_travel(visit.id, by, now(), Tap(new_key(), now()))
    flow.arrive(visit.id, by, now(), Tap(new_key(), now()))
    outbox.send_due(ScreenGateway(), now)
    flow.undo_step(visit.id, Step.ARRIVE, by, Tap(new_key(), now()), now())
    outbox.send_due(ScreenGateway(), now)
    states = [each.state for each in all_of(K.RESIDENT_ON_THE_WAY)]
    assert states == [S.DELIVERED, S.CANCELED, S.DELIVERED]


@pytest.mark.parametrize("said", [Told.ANOTHER_TIME, Told.GOOD])
def test_what_somebody_hears_counts_though_another_was_told_meanwhile(
    said: call_task.Outcome, clock: Clock, client: FlaskClient, sign_in: SignIn
) -> None:
    visit, first = booked("", make_person("딸기"))
    silent(first)
    clock.advance(minutes=16)
    sign_in(Role.OPERATOR)
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{first.id}", "undelivered", OFF), now())
    outbox.send_due(ScreenGateway(), now)
    assert listed(now()) == set()
    client.post(f"/messages/{first.id}/told", data={"outcome": said.value})
    kept = db.session.scalars(select(ReachAnswer)).one()
    assert (kept.visit_id, kept.answer) == (visit.id, Answer(said.value))
    assert bool(listed(now())) is (said is Told.ANOTHER_TIME)


def test_a_move_that_is_undone_leaves_what_was_sent_somebodys_work(clock: Clock) -> None:
    offer, text = offered()
    silent(text)
    clock.advance(minutes=1)
    with transaction():
        announce.withdrawn(offer, now())
    clock.advance(seconds=20)
    with transaction():
        announce.restored(offer, now())
    clock.advance(minutes=15)
    assert (offer.state, listed(now())) == (OfferState.OFFERED, {text.id})


def test_a_reminder_under_way_is_somebodys_work_after_an_undo(clock: Clock) -> None:
    member = make_member()
    visit = make_visit(members=[member], start=now() + timedelta(hours=2))
    offer = db.session.scalars(select(Offer)).one()
    key = f"visit:{visit.id}:reminder:{member.id}:{stamp(visit.start)}"
    reminder = make_message(member, K.MEMBER_REMINDER, visit, dedupe_key=key)
    silent(reminder)
    for act in (announce.withdrawn, announce.restored):
        clock.advance(seconds=20)
        with transaction():
            act(offer, now())
    clock.advance(minutes=15)
    assert reminder.id in listed(now())


@pytest.mark.parametrize("becomes", ["waits", "arrived", "told"])
def test_a_reminder_that_was_to_be_tried_once_more_is_after_an_undo(becomes: str, clock: Clock) -> None:
    """Not where its second try has arrived, or a person has told them."""
    visit = make_visit(members=[make_member()], start=now() + timedelta(hours=2))
    offer = db.session.scalars(select(Offer)).one()
    offer.answered_at = now() - timedelta(minutes=1)
    with transaction():
        announce.accepted(offer.assignment, now())
    reminder = of(K.MEMBER_REMINDER)
    clock.set(reminder.due_at)
    undelivered(reminder, "30003" if becomes != "told" else OFF)
    if becomes == "arrived":
        clock.advance(minutes=15)
        outbox.send_due(ScreenGateway(), now)
    elif becomes == "told":
        by = Actor(ActorKind.USER, make_user().id)
        with transaction():
            call_task.note(reminder.id, Told.TOLD, by, now())
    for act in (announce.withdrawn, announce.restored):
        clock.advance(seconds=20)
        with transaction():
            act(offer, now())
    with transaction():
        announce.accepted(offer.assignment, now())
    waiting = [each for each in all_of(K.MEMBER_REMINDER) if each.state is S.PENDING]
    second = reminder.due_at + timedelta(minutes=15)
    assert [each.due_at for each in waiting] == ([second] if becomes == "waits" else [])
    assert visit.start > now()


def test_a_wish_is_kept_though_the_text_arrived_while_it_was_said(clock: Clock) -> None:
    text = to_resident()
    silent(text)
    text.check_at = now() + timedelta(minutes=15)
    db.session.commit()
    clock.advance(minutes=16)
    minute_of_worker(Stuck(Says.ACCEPTED, becomes="sent", name="twilio"))
    assert after(text).channel is Channel.VOICE
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{text.id}", "delivered"), now())
    assert listed(now()) == set()
    assert noted(text.id, Told.ANOTHER_TIME)
    assert [each.reason[:8] for each in pages.missed(now())] == ["다른 때가 좋다"]


def test_of_two_who_must_not_be_told_neither_is_on_the_list() -> None:
    daughter, son = make_person("딸기"), make_person("아들")
    visit, first = booked("", daughter, son)
    undelivered(first, OFF)
    undelivered(after(first), OFF)
    for person in (daughter, son):
        row = db.session.scalars(select(Contact).where(Contact.person_id == person.id)).one()
        by = Actor(ActorKind.USER, make_user().id)
        flow.change_contact(visit.resident_id, row.id, contacts.Change.NOT_TOLD, by, now())
    assert {each.to_id for each in pages.missed(now())} == {visit.resident_id}


def test_a_text_asks_of_the_offer_that_an_undo_has_put_in_place_of_its_own(clock: Clock) -> None:
    offer, text = offered()
    silent(text)
    again = undone_on_the_board(offer)
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{text.id}", "undelivered", OFF), now())
    assert text.id in listed(now())
    flow.answer_offer(again.id, True, None, "", Actor(ActorKind.MEMBER, offer.member_id), now())
    assert text.id not in listed(now())


def test_who_was_to_be_asked_once_more_is_asked_after_an_undo(clock: Clock) -> None:
    offer, text = offered()
    undelivered(text, "30003")
    assert after(text).state is S.PENDING
    clock.advance(minutes=1)
    undone_on_the_board(offer)
    assert [each.state for each in all_of(K.MEMBER_OFFER)] == [S.UNDELIVERED, S.CANCELED, S.PENDING]
