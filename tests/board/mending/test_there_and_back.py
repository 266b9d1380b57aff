"""A job that is put to another member and back on the board: the last that each hears is how it is."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import db, now, transaction
from handyman.messages import announce, doubt, outbox
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import ScreenGateway
from handyman.messages.moments import stamped
from handyman.models import Member, Message, MessageKind, MessageState, Role
from handyman.words import at_minute, seoul_day
from tests.board.mending.makers import make_member, promised, put, undo
from tests.board.mending.test_put import WHY, asked
from tests.conftest import Clock
from tests.messages.test_ladder import SignIn
from tests.messages.test_on_a_list import Stuck

K, S = MessageKind, MessageState


@pytest.fixture(autouse=True)
def coordinator(sign_in: SignIn, session: scoped_session[Session]) -> Iterator[None]:
    sign_in(Role.COORDINATOR)
    yield
    session.rollback()


def theirs(member: Member) -> list[Message]:
    """What has left, the newest last: a call waits for a key."""
    heard = select(Message).where(
        Message.recipient_id == member.id, Message.state.in_((S.DELIVERED, S.ACCEPTED))
    )
    return list(db.session.scalars(heard.order_by(Message.id)))


def last_heard(member: Member) -> MessageKind:
    """The kind of the last text that has arrived."""
    heard = select(Message.kind).where(
        Message.recipient_id == member.id,
        Message.kind.in_((K.MEMBER_OFFER, K.MEMBER_WITHDRAWN)),
        Message.state == S.DELIVERED,
    )
    return MessageKind(db.session.scalars(heard.order_by(Message.id.desc())).first())


def test_who_is_asked_anew_is_still_after_an_undo(client: FlaskClient, clock: Clock) -> None:
    old, new = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [old], accepted=False)
    asked(visit, old)
    put(client, visit, new.id, 600, **WHY)
    clock.advance(seconds=50)
    outbox.send_due(ScreenGateway(), now)
    assert last_heard(old) is K.MEMBER_WITHDRAWN
    put(client, visit, old.id, 600, **WHY)
    clock.advance(seconds=15)
    answer = put(client, visit, new.id, 600, **WHY).json
    assert answer
    clock.advance(seconds=10)
    undo(client, answer["undo"])
    clock.advance(minutes=2)
    outbox.send_due(ScreenGateway(), now)
    assert last_heard(old) is K.MEMBER_OFFER


@pytest.mark.parametrize("had_agreed", [True, False])
def test_who_may_not_have_heard_that_they_need_not_go_is_told(
    had_agreed: bool, client: FlaskClient, clock: Clock
) -> None:
    old, new = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [old], accepted=had_agreed)
    asked(visit, old)
    unclear = Stuck(Says.UNKNOWN, name="twilio")
    put(client, visit, new.id, 600, **WHY)
    clock.advance(seconds=50)
    outbox.send_due(unclear, now, rest=lambda _seconds: None)
    put(client, visit, old.id, 600, **WHY)
    clock.advance(seconds=121)
    doubt.clear_up(unclear, now)
    put(client, visit, new.id, 600, **WHY)
    clock.advance(minutes=2)
    outbox.send_due(ScreenGateway(), now)
    assert last_heard(old) is K.MEMBER_WITHDRAWN


@pytest.mark.parametrize("had_agreed", [True, False])
@pytest.mark.parametrize("smartphone", [True, False])
def test_that_a_visit_was_moved_in_the_evening_is_told_in_the_morning_all_the_same(
    had_agreed: bool, smartphone: bool, client: FlaskClient, clock: Clock, session: scoped_session[Session]
) -> None:
    old, new = make_member("박수리"), make_member("이사랑")
    old.smartphone = smartphone
    visit = promised("10:00", [old], accepted=had_agreed)
    visit.assignments[0].offers[0].expires_at = now() + timedelta(days=1)
    asked(visit, old)
    assert theirs(old)
    clock.set(at_minute(seoul_day(now()), 21 * 60))
    with transaction():
        for name in ("window_start", "window_end", "start"):
            setattr(visit, name, getattr(visit, name) + timedelta(hours=1))
        db.session.flush()
        announce.moved(visit, now())
    clock.advance(minutes=2)
    answer = put(client, visit, new.id, 660, **WHY).json
    assert answer
    clock.advance(seconds=10)
    undo(client, answer["undo"])
    clock.set(at_minute(visit.day, 8 * 60))
    outbox.send_due(ScreenGateway(), now)
    clock.set(at_minute(visit.day, 9 * 60))
    outbox.send_due(ScreenGateway(), now)
    of_time = [each for each in theirs(old) if each.kind in (K.MEMBER_OFFER, K.MEMBER_MOVED)]
    session.refresh(visit)
    assert stamped(of_time[-1].dedupe_key) == visit.window_start
    assert not any(each.kind is K.MEMBER_WITHDRAWN for each in theirs(old))
