"""A job that is put to another member and back before anybody heard of it: all else is told as before."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from handyman import flow
from handyman.extensions import db, now, transaction
from handyman.messages import announce, outbox, receipts
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import ScreenGateway
from handyman.models import Actor, ActorKind, Member, Message, MessageKind, MessageState, Offer, Visit
from handyman.words import at_minute, seoul_day
from tests.board.mending.makers import make_member, promised, put, undo
from tests.board.mending.test_put import WHY, asked
from tests.board.mending.test_there_and_back import coordinator, theirs
from tests.conftest import Clock
from tests.messages.test_on_a_list import Stuck, listed
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
