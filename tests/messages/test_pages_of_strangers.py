"""A page stays with those who may open it, and what a stranger has said on it counts no more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handyman import flow, links, page_links
from handyman.extensions import db, now, transaction
from handyman.messages import announce, another_number, call_task, home_page, inbox, outbox, pages, receipts
from handyman.messages.moments import stamped
from handyman.models import (
    SYSTEM,
    Actor,
    ActorKind,
    Answer,
    AuditEntry,
    CancelReason,
    Channel,
    InboundMessage,
    Message,
    MessageKind,
    MessageState,
    PhoneKind,
    ReachAnswer,
    Role,
    Visit,
    VisitState,
    texts_to_pass_on,
)
from handyman.reasons import WHO_ANSWERED
from handyman.residents import contacts
from handyman.visit import promise
from tests.board.plans.makers import coordinator
from tests.conftest import Client, Clock
from tests.factories import make_contact, make_message, make_person
from tests.members.forms import change
from tests.messages.test_a_strangers_telephone import delivered, path_in, right_again
from tests.messages.test_another_number import NEW, Spy
from tests.messages.test_ladder import SignIn
from tests.messages.test_number_put_right import ends, later, of_page, with_page
from tests.messages.test_passed_over import office
from tests.messages.test_stays_in_sight import after, at_clock, move_a_day, noted, silent, telephones
from tests.messages.test_told_as_it_is import (
    LANDLINE,
    OTHER_LANDLINE,
    OTHER_MOBILE,
    booked,
    offered,
)

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")
on_both = pytest.mark.usefixtures("any_database")


def test_a_page_that_was_still_on_its_way_to_a_stranger_opens_nothing(client: Client, clock: Clock) -> None:
    """Their telephone is off just then, or the receipt comes a little later."""
    visit, text = booked()
    delivered(text)
    with transaction():
        assert home_page.send(visit, now())
    [page] = of_page()
    silent(page)
    path = path_in(page)
    clock.advance(minutes=5)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    ends(page, "delivered")
    later(clock)
    assert client.get(path).status_code == 404


def test_who_was_about_to_get_the_page_that_was_renewed_has_one_that_opens(
    client: Client, clock: Clock
) -> None:
    daughter = make_person("딸기", OTHER_MOBILE)
    visit, text = booked()
    delivered(text)
    visit.resident.person.opens_pages = daughter.opens_pages = True
    make_contact(visit.resident, daughter, may_be_told=True)
    with transaction():
        home_page.tell(visit, now())
    own, hers = of_page()
    delivered(own)
    silent(hers)
    path = path_in(hers)
    clock.advance(minutes=1)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    ends(hers, "delivered")
    later(clock)
    later(clock)
    assert client.get(path).status_code == 404
    to_her = [each for each in of_page() if each.recipient_id == daughter.id and each.state is S.DELIVERED]
    assert [each.to_number for each in to_her] == [OTHER_MOBILE] * 2, "and hears of it once"
    assert client.get(path_in(to_her[-1])).status_code == 200


@on_both
@pytest.mark.parametrize("press", ["confirm", "another"])
def test_what_a_stranger_said_on_the_page_counts_no_more_and_a_person_asks_again(
    press: str, client: Client, clock: Clock
) -> None:
    visit, page = with_page()
    shown = {promise.SHOWN: promise.of_visit(visit)}
    assert client.post(f"{path_in(page)}/{press}", data=shown).status_code == 303
    answers = select(ReachAnswer.answer).where(ReachAnswer.visit_id == visit.id)
    assert len(db.session.scalars(answers).all()) == 1
    clock.advance(minutes=5)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    assert db.session.scalars(answers).all() == []
    [missed] = pages.missed(now())
    assert (missed.to_id, missed.number, missed.asks) == (visit.resident_id, NEW, True)
    assert "누가 답했는지" in missed.reason
    assert noted(missed.id, call_task.Outcome.GOOD)
    assert db.session.scalars(answers).all() == [Answer.GOOD]
    assert pages.missed(now()) == []


def test_of_what_a_stranger_said_to_another_window_that_begins_alike_nobody_asks(
    client: Client, clock: Clock
) -> None:
    visit, page = with_page()
    client.post(f"{path_in(page)}/confirm", data={promise.SHOWN: promise.of_visit(visit)})
    clock.advance(minutes=5)
    with transaction():
        visit.window_end += timedelta(hours=2)
        announce.moved(visit, now())
    clock.advance(minutes=5)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    assert db.session.scalars(select(ReachAnswer)).all() == []
    asks = select(Message).where(Message.last_error == WHO_ANSWERED)
    assert db.session.scalars(asks).all() == []


def test_what_a_stranger_has_seen_on_the_page_is_known_to_nobody(client: Client, clock: Clock) -> None:
    """While the text of a move waited: called off is the hour that was told before."""
    visit, page = with_page()
    known = visit.window_start
    clock.advance(minutes=1)
    move_a_day(visit)
    assert client.get(path_in(page)).status_code == 200
    looks = select(AuditEntry.id).where(AuditEntry.moved_to == home_page.SAW)
    assert len(db.session.scalars(looks).all()) == 1
    clock.advance(seconds=5)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    clock.advance(seconds=5)
    flow.cancel_visit(visit.id, CancelReason.OTHER, coordinator(), now())
    off = select(Message.dedupe_key).where(Message.kind == K.RESIDENT_CANCELLED)
    assert [stamped(key) for key in db.session.scalars(off)] == [known]


@pytest.mark.parametrize("told_again", [True, False])
def test_that_a_person_has_to_ask_again_is_no_word_to_the_resident(told_again: bool, clock: Clock) -> None:
    """When it moves they hear of a move if they had heard of the visit at their number, else of the visit."""
    visit, _page = with_page()
    with transaction():
        home_page.answer(visit, Answer.GOOD, SYSTEM, now())
    clock.advance(minutes=5)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    if told_again:
        later(clock)
    move_a_day(visit)
    waits = select(Message.kind).where(Message.to_number == NEW, Message.state == S.PENDING)
    first = K.RESIDENT_MOVED if told_again else K.RESIDENT_BOOKED
    assert set(db.session.scalars(waits)) == {first, K.RESIDENT_PAGE, K.RESIDENT_DAY_BEFORE}
    assert pages.missed(now()) == []


def test_what_was_said_on_the_page_before_a_stranger_could_open_it_stands(clock: Clock) -> None:
    daughter = make_person("딸기", OTHER_MOBILE)
    visit, _page = with_page()
    with transaction():
        home_page.answer(visit, Answer.GOOD, SYSTEM, now())
    clock.advance(minutes=5)
    daughter.opens_pages = True
    make_contact(visit.resident, daughter, may_be_told=True)
    with transaction():
        home_page.tell(visit, now())
    delivered(of_page()[-1])
    clock.advance(minutes=5)
    telephones(daughter, (NEW, PhoneKind.MOBILE))
    with transaction():
        another_number.of_person(daughter, now())
    answers = select(ReachAnswer.answer).where(ReachAnswer.visit_id == visit.id)
    assert db.session.scalars(answers).all() == [Answer.GOOD]
    assert pages.missed(now()) == []


def test_a_page_on_which_a_stranger_has_answered_opens_nothing(client: Client, clock: Clock) -> None:
    visit, page = with_page()
    path = path_in(page)
    shown = {promise.SHOWN: promise.of_visit(visit)}
    assert client.post(f"{path}/confirm", data=shown).status_code == 303
    clock.advance(minutes=5)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    assert client.get(path).status_code == 404


@on_both
@pytest.mark.parametrize("how", [contacts.Change.NOT_TOLD, contacts.Change.REMOVE])
def test_who_must_not_be_told_any_more_opens_no_page(
    how: contacts.Change, client: Client, clock: Clock
) -> None:
    son = make_person("아들", OTHER_MOBILE)
    visit, _page = with_page(son)
    [his] = [each for each in of_page() if each.recipient_id == son.id]
    path = path_in(his)
    [contact] = visit.resident.contacts
    clock.advance(minutes=5)
    flow.change_contact(visit.resident_id, contact.id, how, office(), now())
    assert client.get(path).status_code == 404
    later(clock)
    own = [each for each in of_page() if each.recipient_id == visit.resident_id and each.state is S.DELIVERED]
    _before, again = own
    assert client.get(path_in(again)).status_code == 200
    assert [each.recipient_id for each in of_page()].count(son.id) == 1


@on_both
def test_who_turns_out_to_be_somebody_who_must_not_be_told_opens_no_page(
    client: Client, clock: Clock
) -> None:
    son, same = make_person("아들", OTHER_MOBILE), make_person("아들", NEW)
    visit, _page = with_page(son)
    make_contact(visit.resident, same, may_be_told=False)
    db.session.commit()
    path = path_in(of_page()[0])
    clock.advance(minutes=5)
    flow.merge_people(same.id, son.id, office(), now())
    assert client.get(path).status_code == 404


def test_a_page_that_was_closed_once_stays_as_it_is_whatever_else_changes(clock: Clock) -> None:
    daughter = make_person("딸기", OTHER_MOBILE)
    visit, _page = with_page(daughter)
    clock.advance(minutes=5)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    later(clock)
    address, texts = page_links.address(visit.id), len(of_page())
    right_again(visit, (NEW, PhoneKind.MOBILE), (OTHER_LANDLINE, PhoneKind.LANDLINE))
    later(clock)
    assert (page_links.address(visit.id), len(of_page())) == (address, texts)


def test_what_was_given_up_and_came_late_to_a_stranger_is_told_again(clock: Clock) -> None:
    visit, text = booked()
    silent(text)
    ends(text, "undelivered", "30004")
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{text.id}", "delivered", "", text.id, 1), now())
    assert text.was_heard
    clock.advance(minutes=5)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    clock.advance(minutes=20)
    outbox.send_due(Spy(), now)
    told = db.session.scalars(
        select(Message).where(Message.to_number == NEW, Message.kind == K.RESIDENT_BOOKED)
    ).all()
    assert told or db.session.scalars(texts_to_pass_on(now())).all()


@on_both
def test_the_link_that_a_lost_telephone_was_given_opens_nothing(
    client: Client, sign_in: SignIn, clock: Clock
) -> None:
    """Not by a text: on its own pages, where its member had come in with a code."""
    offer, text = offered()
    delivered(text)
    flow.answer_offer(offer.id, True, None, "", Actor(ActorKind.MEMBER, offer.member_id), now())
    with transaction():
        assert text.link is not None
        text.link.revoked_at = now()
    address = flow.job_link(offer.member_id, offer.assignment.visit_id, now())
    assert address is not None
    path = address[address.rindex("/") :]
    assert client.get(path).status_code in (200, 302)
    sign_in(Role.COORDINATOR)
    clock.advance(minutes=5)
    assert change(client, offer.member, phone="010-7777-8888").status_code == 303
    assert client.get(path).status_code == 410


def test_nobody_is_told_of_a_visit_that_is_at_their_door(clock: Clock) -> None:
    """There their number is most often found to be wrong."""
    visit, _page = with_page()
    visit.state = VisitState.ARRIVED
    clock.set(visit.start + timedelta(minutes=5))
    db.session.commit()
    right_again(visit, (NEW, PhoneKind.MOBILE))
    later(clock)
    told = select(Message).where(Message.to_number == NEW, Message.state == S.DELIVERED)
    assert db.session.scalars(told).all() == []


@on_both
@pytest.mark.parametrize("wrong", [True, False])
def test_a_call_to_a_landline_stays_one_whatever_is_put_right(wrong: bool, clock: Clock) -> None:
    """Their mobile is bad, and the landline rings in the morning: another is added, or put in its place."""
    visit, text = booked()
    mobile = (text.to_number, PhoneKind.MOBILE)
    telephones(visit.resident.person, mobile, (LANDLINE, PhoneKind.LANDLINE))
    at_clock(clock, 19, 30)
    silent(text)
    ends(text, "undelivered", "30005")
    call = after(text)
    assert (call.channel, call.to_number, call.state) == (Channel.VOICE, LANDLINE, S.PENDING)
    kept = [] if wrong else [(LANDLINE, PhoneKind.LANDLINE)]
    right_again(visit, mobile, *kept, (OTHER_LANDLINE, PhoneKind.LANDLINE))
    db.session.refresh(call)
    assert (call.to_number, call.state) == (OTHER_LANDLINE if wrong else LANDLINE, S.PENDING)


def test_a_stranger_whose_number_was_put_right_wishes_nothing_called_off(clock: Clock) -> None:
    visit, text = booked()
    delivered(text)
    clock.advance(minutes=5)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    inbound_id = inbox.keep(inbox.Arrived("twilio", "SM9", text.to_number, "취소"), now())
    row = db.session.get_one(InboundMessage, inbound_id)
    assert (row.visit_id, row.outcome) == (None, "")


def test_what_stayed_open_for_the_job_in_hand_closes_with_it(
    client: Client, sign_in: SignIn, clock: Clock
) -> None:
    """The list of the day lies on a telephone that is theirs no more, with every other home of that day."""
    offer, text = offered()
    delivered(text)
    flow.answer_offer(offer.id, True, None, "", Actor(ActorKind.MEMBER, offer.member_id), now())
    visit = offer.assignment.visit
    day = make_message(offer.member, K.MEMBER_DAY_LIST, state=S.DELIVERED, due_at=now(), attempt=1)
    day.link = links.issue(offer.member_id, now(), visit.window_end + timedelta(hours=24), day=visit.day)
    clock.set(visit.start)
    visit.state = VisitState.ARRIVED
    db.session.commit()
    address = links.url(day.link)
    path = address[address.rindex("/") :]
    sign_in(Role.COORDINATOR)
    assert change(client, offer.member, phone="010-7777-8888").status_code == 303
    assert client.get(path).status_code == 200
    clock.set(max(visit.window_end, now() + another_number.IN_USE_FOR))
    assert client.get(path).status_code == 410


def answered_page(said: Answer = Answer.GOOD) -> tuple[Visit, str]:
    """And the number at which that was."""
    visit, page = with_page()
    with transaction():
        home_page.answer(visit, said, SYSTEM, now())
    return visit, page.to_number


def promises_at(number: str) -> int:
    told = select(Message.id).where(Message.kind == K.RESIDENT_BOOKED, Message.state == S.DELIVERED)
    return len(db.session.scalars(told.where(Message.to_number == number)).all())


@pytest.mark.parametrize("said", [Answer.GOOD, Answer.ANOTHER_TIME])
def test_whatever_was_answered_on_the_page_the_promise_is_told_at_the_right_number(
    said: Answer, clock: Clock
) -> None:
    visit, _own = answered_page(said)
    clock.advance(minutes=5)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    later(clock)
    assert promises_at(NEW) == 1


@pytest.mark.parametrize("said", [Answer.GOOD, Answer.ANOTHER_TIME])
def test_a_slip_of_the_finger_tells_nobody_twice_though_somebody_had_answered(
    said: Answer, clock: Clock
) -> None:
    visit, own = answered_page(said)
    clock.advance(minutes=5)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    clock.advance(minutes=1)
    right_again(visit, (own, PhoneKind.MOBILE))
    later(clock)
    later(clock)
    assert (promises_at(own), promises_at(NEW)) == (1, 0)


def test_that_a_person_has_to_ask_again_keeps_no_promise_from_the_third_number(clock: Clock) -> None:
    visit, _own = answered_page()
    for number in (OTHER_MOBILE, NEW):
        clock.advance(minutes=5)
        right_again(visit, (number, PhoneKind.MOBILE))
        later(clock)
        later(clock)
    assert (promises_at(OTHER_MOBILE), promises_at(NEW)) == (1, 1)


def test_who_answered_is_still_asked_where_nobody_took_it_up(clock: Clock) -> None:
    visit, _own = answered_page()
    clock.advance(minutes=5)
    right_again(visit, (NEW, PhoneKind.MOBILE))
    [missed] = pages.missed(now())
    assert noted(missed.id, call_task.Outcome.NOT_REACHED)
    [missed] = pages.missed(now())
    assert "누가 답했는지" in missed.reason
