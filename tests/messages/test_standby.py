"""A resident who is not reached: those who stand by them hear of it in their order, each once."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from handyman import flow
from handyman.extensions import db, now
from handyman.messages import announce, outbox, pages, receipts, texts, trouble
from handyman.messages.call_task import Outcome, note
from handyman.messages.gateways import ScreenGateway
from handyman.messages.receipts import Receipt
from handyman.models import (
    SYSTEM,
    AssignmentState,
    Channel,
    Message,
    MessageKind,
    MessageState,
    Person,
    Relation,
    Visit,
)
from tests.conftest import Clock
from tests.factories import make_contact, make_member, make_person, make_request, make_resident, make_visit
from tests.messages.test_ladder import press, rows, state

S = MessageState
pytestmark = pytest.mark.usefixtures("session")


def booked(contacts: Sequence[tuple[Person, bool]], caller: Person | None = None) -> Visit:
    """A promise to somebody with a landline; each contact with whether they may be told."""
    resident = make_resident(phone="+8228200001")
    for person, may_be_told in contacts:
        make_contact(resident, person, may_be_told=may_be_told)
    request = make_request(resident)
    if caller is not None:
        request.caller, request.relation = caller, Relation.FAMILY
    visit = make_visit(request, start=now() + timedelta(days=3))
    announce.booked(visit, now())
    db.session.commit()
    return visit


def fails(message: Message, status: str = "completed", code: str = "") -> None:
    outbox.send_due(ScreenGateway(), now)
    db.session.refresh(message)
    if message.state in (S.DELIVERED, S.PENDING):  # the screen takes texts at once: here it did not arrive
        message.state, message.attempt = S.ACCEPTED, 1
        message.provider, message.provider_id = "screen", f"screen-{message.id}-1"
    db.session.commit()
    receipts.take_receipt(Receipt("screen", message.provider_id or "", status, code), now())


def last() -> Message:
    return rows()[-1]


def test_those_who_may_be_told_hear_of_it_in_their_order() -> None:
    silent, first, second = make_person("말없이"), make_person("하나"), make_person("두리")
    booked([(silent, False), (first, True), (second, True)])
    fails(last())
    assert (last().recipient_id, last().channel, last().to_number) == (
        first.id,
        Channel.SMS,
        first.phones[0].number,
    )
    fails(last(), "undelivered", "30005")
    assert last().recipient_id == second.id
    assert pages.missed(now()) == []
    fails(last(), "undelivered", "30005")
    assert len(rows()) == 3
    [missed] = pages.missed(now())
    assert missed.name == "두리"


def test_a_contact_with_a_landline_is_rung_and_told_whose_home_it_is() -> None:
    son = make_person("아들", "+8228200077")
    visit = booked([(son, True)])
    fails(last())
    assert (last().recipient_id, last().channel) == (son.id, Channel.VOICE)
    assert f"{visit.resident.person.name} 님 댁으로 방문하기로" in last().body


def test_a_text_to_a_contact_says_whose_home_it_is_and_stays_one_part() -> None:
    booked([(make_person("하나"), True)])
    fails(last())
    assert "김보기님 댁 " in last().body
    assert texts.fits(last().body)


def test_who_comes_after_all_is_named_without_losing_whose_home_it_is() -> None:
    visit = booked([(make_person("하나"), True)])
    fails(last())
    place = visit.assignments[0]
    place.member, place.state = make_member("가람"), AssignmentState.ACCEPTED
    announce.accepted(place, now())
    assert "김보기님 댁 " in last().body


def test_whoever_called_hears_of_it_after_the_list_unless_they_must_not() -> None:
    caller, first = make_person("전화"), make_person("하나")
    booked([(first, True)], caller)
    fails(last())
    fails(last(), "undelivered", "30004")
    assert last().recipient_id == caller.id


def test_who_must_not_be_told_is_not_told_for_having_called() -> None:
    caller = make_person("전화")
    booked([(caller, False)], caller)
    fails(last())
    assert len(rows()) == 1
    assert len(pages.missed(now())) == 1


def test_whoever_called_and_is_listed_hears_it_once() -> None:
    caller = make_person("전화")
    booked([(caller, True)], caller)
    fails(last())
    fails(last(), "undelivered", "30004")
    assert [row.recipient_id for row in rows()][1:] == [caller.id]


def test_a_number_that_takes_no_texts_is_passed_over() -> None:
    bad, good = make_person("없음"), make_person("하나")
    fact = trouble.fact_of(bad.phones[0].number)
    fact.bad_code, fact.bad_at = "30005", now()
    booked([(bad, True), (good, True)])
    fails(last())
    assert last().recipient_id == good.id


def test_outside_the_hours_of_calls_the_next_one_is_texted(clock: Clock) -> None:
    son, daughter = make_person("아들", "+8228200077"), make_person("딸기")
    booked([(son, True), (daughter, True)])
    call = last()
    call.not_after = now() + timedelta(hours=9, minutes=30)  # half past seven in the evening
    clock.advance(hours=9, minutes=5)
    fails(call)
    assert (last().recipient_id, last().channel, last().due_at) == (daughter.id, Channel.SMS, now())


def test_at_night_a_contact_waits_for_the_morning(clock: Clock) -> None:
    booked([(make_person("하나"), True)])
    call = last()
    outbox.send_due(ScreenGateway(), now)
    clock.advance(hours=12)  # ten in the evening
    fails(call)
    assert last().due_at == now() + timedelta(hours=10)


def test_a_resident_who_is_reached_after_all_takes_the_whole_ladder_back() -> None:
    booked([(make_person("하나"), True), (make_person("두리"), True)])
    call = last()
    fails(call)
    fails(last(), "undelivered", "30004")
    assert state(last()) is S.PENDING
    receipts.take_receipt(Receipt("screen", call.provider_id or "", "delivered"), now())
    assert state(last()) is S.CANCELED


def test_who_is_reached_after_all_leaves_nobody_else_on_the_list() -> None:
    booked([(make_person("하나"), True)])
    call = last()
    fails(call)
    fails(last(), "undelivered", "30005")
    [missed] = pages.missed(now())
    assert missed.name == "하나"
    receipts.take_receipt(Receipt("screen", call.provider_id or "", "delivered"), now())
    assert pages.missed(now()) == []
    assert state(last()) is S.UNDELIVERED, "that their text did not arrive stays so"


def test_who_stands_by_and_asked_for_a_person_is_rung_though_the_resident_was_reached() -> None:
    booked([(make_person("아들", "+8228200077"), True)])
    call = last()
    fails(call)
    outbox.send_due(ScreenGateway(), now)
    assert press(last(), "0")
    assert note(last().id, Outcome.NOT_REACHED, SYSTEM, now())
    db.session.commit()
    receipts.take_receipt(Receipt("screen", call.provider_id or "", "delivered"), now())
    [missed] = pages.missed(now())
    assert missed.name == "아들"


def told_daughter() -> tuple[Visit, Person]:
    """A resident who did not answer, and a daughter who had the text."""
    daughter = make_person("딸기")
    visit = booked([(daughter, True)])
    fails(last())
    outbox.send_due(ScreenGateway(), now)
    assert state(last()) is S.DELIVERED
    return visit, daughter


def of_kind(kind: MessageKind) -> dict[int, Message]:
    return {row.recipient_id: row for row in rows(kind)}


def test_who_was_told_in_the_residents_stead_hears_of_the_move_and_of_the_end() -> None:
    visit, daughter = told_daughter()
    for moment in ("window_start", "window_end", "start"):
        setattr(visit, moment, getattr(visit, moment) + timedelta(hours=2))
    announce.moved(visit, now())
    moved = of_kind(MessageKind.RESIDENT_MOVED)
    assert set(moved) == {visit.resident_id, daughter.id}
    assert (moved[daughter.id].channel, moved[daughter.id].to_number) == (
        Channel.SMS,
        daughter.phones[0].number,
    )
    db.session.commit()
    outbox.send_due(ScreenGateway(), now)
    announce.cancelled(visit, now())
    assert set(of_kind(MessageKind.RESIDENT_CANCELLED)) == {visit.resident_id, daughter.id}


def test_who_hears_of_the_move_by_themselves_is_not_told_again_by_the_ladder() -> None:
    visit, daughter = told_daughter()
    for moment in ("window_start", "window_end", "start"):
        setattr(visit, moment, getattr(visit, moment) + timedelta(hours=2))
    announce.moved(visit, now())
    db.session.commit()
    call = of_kind(MessageKind.RESIDENT_MOVED)[visit.resident_id]
    fails(call)
    assert len(rows(MessageKind.RESIDENT_MOVED)) == 2
    assert pages.missed(now()) == []
    assert state(of_kind(MessageKind.RESIDENT_MOVED)[daughter.id]) is S.DELIVERED


def test_nobody_who_was_not_told_hears_of_a_move() -> None:
    resident = make_resident()
    make_contact(resident, make_person("딸기"))
    visit = make_visit(make_request(resident), start=now() + timedelta(days=3))
    announce.booked(visit, now())
    db.session.commit()
    outbox.send_due(ScreenGateway(), now)
    announce.moved(visit, now())
    announce.cancelled(visit, now())
    people = {row.recipient_id for row in db.session.query(Message)}
    assert people == {resident.id}


def test_where_nothing_can_be_sent_to_the_resident_their_own_people_hear_it_when_it_is_due(
    clock: Clock,
) -> None:
    resident = make_resident(phone=None)
    daughter = make_person("딸기")
    make_contact(resident, daughter)
    visit = make_visit(make_request(resident), start=now() + timedelta(days=1))
    announce.booked(visit, now())
    db.session.commit()
    flow.tick(now())
    assert [(row.recipient_id, row.state) for row in rows()] == [
        (resident.id, S.NEEDS_PERSON),
        (daughter.id, S.PENDING),
    ]
    eve = MessageKind.RESIDENT_DAY_BEFORE
    assert [row.recipient_id for row in rows(eve)] == [resident.id]
    clock.advance(hours=7)
    for _ in range(2):
        flow.tick(now())
    assert [row.recipient_id for row in rows(eve)] == [resident.id, daughter.id]
    outbox.send_due(ScreenGateway(), now)
    assert pages.missed(now()) == []


def test_where_nobody_stands_by_it_stays_a_persons_work() -> None:
    visit = make_visit(make_request(make_resident(phone=None)), start=now() + timedelta(days=1))
    announce.booked(visit, now())
    db.session.commit()
    flow.tick(now())
    assert len(pages.missed(now())) == 1
