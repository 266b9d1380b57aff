"""A job that is put to another member and back before anybody heard of it: all else is told as before."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from handyman import flow
from handyman.extensions import db, now, transaction
from handyman.messages import announce, inbox, outbox, reach, receipts, trouble
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import ScreenGateway
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    Member,
    Message,
    MessageKind,
    MessageState,
    Offer,
    Visit,
)
from handyman.words import at_minute, seoul_day
from tests.board.mending.makers import make_member, promised, put, undo
from tests.board.mending.test_put import WHY, asked
from tests.board.mending.test_there_and_back import coordinator, theirs
from tests.conftest import Clock
from tests.members.forms import change
from tests.messages.test_on_a_list import Stuck, listed, minute_of_worker
from tests.messages.test_stays_in_sight import silent

K, S = MessageKind, MessageState
NIGHT = 21 * 60
__all__ = ["coordinator"]


def put_and_undo(client: FlaskClient, clock: Clock, visit: Visit, **more: object) -> None:
    new = make_member("최새로")
    token = put(client, visit, new.id, 600, **more, **WHY).json["undo"]
    clock.advance(seconds=10)
    assert undo(client, token).json["ok"]


def in_the_morning(clock: Clock, visit: Visit) -> None:
    clock.set(at_minute(visit.day, 8 * 60))
    outbox.send_due(ScreenGateway(), now)


@pytest.mark.parametrize("by_night", [True, False])
@pytest.mark.parametrize("what", [announce.elsewhere, announce.widened])
def test_what_had_not_left_leaves_all_the_same(
    what: Callable[[Visit, datetime], None], by_night: bool, client: FlaskClient, clock: Clock
) -> None:
    """It waits for the morning, or for the next try."""
    old = make_member("박수리")
    visit = promised("10:00", [old], accepted=True)
    asked(visit, old)
    if by_night:
        clock.set(at_minute(seoul_day(now()), NIGHT))
    with transaction():
        what(visit, now())
    outbox.send_due(Stuck(Says.RETRY), now, rest=lambda _seconds: None)
    put_and_undo(client, clock, visit)
    in_the_morning(clock, visit)
    assert [each.kind for each in theirs(old)].count(K.MEMBER_MOVED) == 1


def team_of_two() -> tuple[Visit, Member, Member]:
    """Both are asked."""
    first, second = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [first, second], accepted=False)
    for place in visit.assignments:
        place.offers[0].expires_at = now() + timedelta(days=1)
        with transaction():
            announce.offered(place.offers[0], now())
    outbox.send_due(ScreenGateway(), now)
    return visit, first, second


def agrees(member: Member) -> None:
    theirs = select(Offer).where(Offer.member_id == member.id).order_by(Offer.id.desc())
    offer = db.session.scalars(theirs).first()
    assert offer is not None
    flow.answer_offer(offer.id, True, None, "", Actor(ActorKind.MEMBER, member.id), now())


def of_partner(member: Member) -> Message:
    query = select(Message).where(Message.kind == K.MEMBER_PARTNER, Message.recipient_id == member.id)
    return db.session.scalars(query.order_by(Message.id.desc())).one()


def test_that_the_first_comes_reaches_the_second_who_was_put_back(client: FlaskClient, clock: Clock) -> None:
    visit, first, second = team_of_two()
    agrees(second)
    clock.set(at_minute(seoul_day(now()), NIGHT))
    agrees(first)
    put_and_undo(client, clock, visit, role="second")
    in_the_morning(clock, visit)
    assert of_partner(second).state is S.DELIVERED


def test_what_had_left_by_then_is_somebodys_work_again(client: FlaskClient, clock: Clock) -> None:
    visit, first, second = team_of_two()
    agrees(second)
    agrees(first)
    text = of_partner(second)
    silent(text)
    put_and_undo(client, clock, visit, role="second")
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{text.id}", "undelivered", "30005"), now())
    assert text.id in listed(now())


def test_nobody_hears_that_somebody_comes_who_was_let_go(client: FlaskClient, clock: Clock) -> None:
    visit, first, second = team_of_two()
    agrees(first)
    clock.set(at_minute(seoul_day(now()), NIGHT))
    agrees(second)
    clock.advance(minutes=2)
    new = make_member("최새로")
    put(client, visit, new.id, 600, role="second", **WHY)
    clock.advance(minutes=5)
    agrees(new)
    in_the_morning(clock, visit)
    told = [each.body for each in theirs(first) if each.kind is K.MEMBER_PARTNER]
    assert [("이사랑" in body, "최새로" in body) for body in told] == [(False, True)]


def moved(client: FlaskClient, visit: Visit, address: str = "사당로29길 58-3") -> None:
    """The office has found that the home is in another dong."""
    number = visit.items[0].request_item.request.number
    seen = re.search(r'name="seen" value="(\w+)"', client.get(f"/requests/{number}/place").text)
    assert seen is not None
    form = {"address": address, "do": "save", "seen": seen[1]}
    assert client.post(f"/requests/{number}/place", data=form).status_code == 303
    db.session.expire_all()


def news_of(member: Member) -> Message:
    query = select(Message).where(Message.kind == K.MEMBER_MOVED, Message.recipient_id == member.id)
    return db.session.scalars(query.order_by(Message.id.desc())).first() or Message()


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_what_did_not_arrive_is_somebodys_work_after_it_as_well(
    when: str, client: FlaskClient, clock: Clock
) -> None:
    old = make_member("박수리")
    visit = promised("10:00", [old], accepted=True)
    asked(visit, old)
    moved(client, visit)
    text = news_of(old)
    silent(text)
    gone = receipts.Receipt("twilio", f"SM{text.id}", "undelivered", "30005")
    if when == "before":
        receipts.take_receipt(gone, now())
    token = put(client, visit, make_member("최새로").id, 600, **WHY).json["undo"]
    receipts.take_receipt(gone, now())
    clock.advance(seconds=10)
    assert undo(client, token).json["ok"]
    assert listed(now()) == {text.id}


def test_who_waits_for_our_call_still_does(client: FlaskClient, clock: Clock) -> None:
    old = make_member("박수리", smartphone=False)
    visit = promised("10:00", [old], accepted=True)
    asked(visit, old)
    moved(client, visit)
    outbox.send_due(Stuck(Says.ACCEPTED), now)
    text = news_of(old)
    flow.take_key(reach.Press("screen", f"id-{text.id}-1", text.id, 1, 1, "0"), now())
    assert listed(now()) == {text.id}
    put_and_undo(client, clock, visit)
    assert listed(now()) == {text.id}


@pytest.mark.parametrize("smartphone", [True, False])
def test_a_yes_to_the_question_counts_though_news_wait(
    smartphone: bool, client: FlaskClient, clock: Clock
) -> None:
    old = make_member("박수리", smartphone=smartphone)
    visit = promised("10:00", [old], accepted=False)
    offer = visit.assignments[0].offers[0]
    offer.expires_at = now() + timedelta(days=1)
    clock.set(at_minute(seoul_day(now()), 18 * 60 + 58))
    with transaction():
        announce.offered(offer, now())
    outbox.send_due(Stuck(Says.ACCEPTED), now)
    (text,) = db.session.scalars(select(Message).where(Message.kind == K.MEMBER_OFFER))
    clock.set(at_minute(seoul_day(now()), NIGHT))
    moved(client, visit)
    put_and_undo(client, clock, visit)
    if smartphone:
        flow.take_reply(inbox.Arrived("twilio", "SMyes", old.phone, "1"), now())
    else:
        flow.take_key(reach.Press("screen", f"id-{text.id}-1", text.id, 1, 1, "1"), now())
    db.session.expire_all()
    assert visit.assignments[0].state is AssignmentState.ACCEPTED
    assert news_of(old).state is S.PENDING


def test_who_is_asked_hears_that_there_is_more_to_do(client: FlaskClient, clock: Clock) -> None:
    old = make_member("박수리")
    visit = promised("10:00", [old], accepted=False)
    visit.assignments[0].offers[0].expires_at = now() + timedelta(days=1)
    with transaction():
        announce.offered(visit.assignments[0].offers[0], now())
    outbox.send_due(ScreenGateway(), now)
    clock.advance(minutes=1)
    with transaction():
        announce.widened(visit, now())
    put_and_undo(client, clock, visit)
    clock.advance(minutes=20)
    outbox.send_due(ScreenGateway(), now)
    assert [each.kind for each in theirs(old)] == [K.MEMBER_OFFER, K.MEMBER_OFFER]


@pytest.mark.parametrize("whose", ["first", "second"])
def test_what_is_not_so_for_a_moment_leaves_once_it_is_again(
    whose: str, client: FlaskClient, clock: Clock
) -> None:
    """A sender has looked in between, and has left out what was not so."""
    visit, first, second = team_of_two()
    hears, comes = (first, second) if whose == "first" else (second, first)
    agrees(hears)
    clock.advance(seconds=1)
    agrees(comes)
    outbox.send_due(Stuck(Says.RETRY), now, rest=lambda _seconds: None)
    clock.advance(minutes=2)
    token = put(client, visit, make_member("최새로").id, 600, role="second", **WHY).json["undo"]
    clock.advance(seconds=10)
    outbox.send_due(ScreenGateway(), now)
    clock.advance(seconds=10)
    assert undo(client, token).json["ok"]
    clock.advance(minutes=20)
    outbox.send_due(ScreenGateway(), now)
    told = [each for each in theirs(hears) if each.kind is K.MEMBER_PARTNER]
    assert [comes.name in each.body for each in told] == [True]


def test_what_stands_again_goes_to_the_number_that_is_theirs_by_then(
    client: FlaskClient, clock: Clock
) -> None:
    old = make_member("박수리")
    visit = promised("10:00", [old], accepted=True)
    asked(visit, old)
    clock.set(at_minute(seoul_day(now()), NIGHT))
    moved(client, visit)
    token = put(client, visit, make_member("최새로").id, 600, **WHY).json["undo"]
    assert change(client, old, phone="010-7777-8888").status_code == 303
    assert undo(client, token).json["ok"]
    assert news_of(old).to_number == "+821077778888"


@pytest.mark.parametrize("accepted", [True, False])
def test_a_place_put_right_in_between_stands_in_the_way(
    accepted: bool, client: FlaskClient, clock: Clock
) -> None:
    """Whoever has it by then was told of the other place, and whoever had it before was not."""
    old = make_member("박수리")
    visit = promised("10:00", [old], accepted=accepted)
    asked(visit, old)
    token = put(client, visit, make_member("최새로").id, 600, **WHY).json["undo"]
    clock.advance(seconds=5)
    moved(client, visit)
    answer = undo(client, token).json
    assert (answer["ok"], answer["changed"]) == (False, True)


def test_a_wish_not_to_go_is_somebodys_work_again(client: FlaskClient, clock: Clock) -> None:
    old = make_member("박수리")
    visit = promised("10:00", [old], accepted=True)
    asked(visit, old)
    flow.take_reply(inbox.Arrived("twilio", "SMout", old.phone, "취소"), now())
    put_and_undo(client, clock, visit)
    db.session.expire_all()
    assert [each.outcome for each in inbox.waiting()[0]] == [inbox.WANTS_OUT]


@pytest.mark.parametrize("how", ["not delivered", "in doubt"])
def test_what_the_other_was_to_hear_is_somebodys_work_though_it_fails_in_between(
    how: str, client: FlaskClient, clock: Clock
) -> None:
    visit, first, second = team_of_two()
    agrees(first)
    agrees(second)
    text, unclear = of_partner(first), Stuck(Says.UNKNOWN)
    if how == "in doubt":
        outbox.send_due(unclear, now, rest=lambda _seconds: None)
        clock.advance(seconds=110)
    else:
        silent(text)
    token = put(client, visit, make_member("최새로").id, 600, role="second", **WHY).json["undo"]
    clock.advance(seconds=12)
    if how == "in doubt":
        minute_of_worker(unclear)
    else:
        gone = receipts.Receipt("twilio", f"SM{text.id}", "undelivered", "30005")
        receipts.take_receipt(gone, now())
    assert undo(client, token).json["ok"]
    assert text.id in listed(now())


def test_who_was_told_by_a_person_not_to_go_hears_that_they_do(client: FlaskClient, clock: Clock) -> None:
    old = make_member("박수리")
    visit = promised("10:00", [old], accepted=True)
    asked(visit, old)
    trouble.fact_of(old.phone).opted_out_at = now()
    db.session.commit()
    token = put(client, visit, make_member("최새로").id, 600, **WHY).json["undo"]
    for each in listed(now()):
        assert client.post(f"/messages/{each}/told").status_code == 303
    clock.advance(seconds=20)
    assert undo(client, token).json["ok"]
    assert len(listed(now())) == 1
