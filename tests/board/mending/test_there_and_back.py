"""A job that is put to another member and back on the board: the last that each hears is how it is."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import db, now
from handyman.messages import doubt, outbox
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import ScreenGateway
from handyman.models import Member, Message, MessageKind, MessageState, Role
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
