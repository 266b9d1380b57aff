"""Who would be told of something: it is done as ever, looked at, and taken back before anybody knows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from handyman.board import cancel
from handyman.extensions import db
from handyman.flow.telling import tell
from handyman.models import (
    Actor,
    CancelReason,
    Channel,
    Member,
    Message,
    MessageKind,
    MessageState,
    Person,
    RecipientKind,
)


@dataclass(frozen=True, slots=True)
class Foretold:
    """One text or call that would be written."""

    name: str
    number: str
    kind: MessageKind
    channel: Channel
    at: datetime
    by_hand: bool  # nothing reaches them by itself: the office has to ring


def foretell_visit_off(
    visit_id: int, reason: CancelReason, by: Actor, now: datetime, *, seen: str, under_way: bool
) -> list[Foretold]:
    """Of a visit that is called off; refused like the act itself."""
    return _foretell(
        lambda: tell(cancel.cancel_visit(visit_id, reason, by, now, seen=seen, under_way=under_way), now)
    )


def foretell_request_off(
    request_id: int, reason: CancelReason, by: Actor, now: datetime, *, seen: str
) -> list[Foretold]:
    """Of all that is left of a request."""
    return _foretell(lambda: tell(cancel.cancel_request(request_id, reason, by, now, seen=seen), now))


def _foretell(act: Callable[[], None]) -> list[Foretold]:
    """`act` writes what it would, and nothing of it is stored."""
    try:
        last = db.session.scalar(select(func.max(Message.id))) or 0
        act()
        written = select(Message).where(
            Message.id > last,
            Message.state.in_((MessageState.PENDING, MessageState.NEEDS_PERSON)),
            Message.told_at.is_(None),
        )
        return [_foretold(each) for each in db.session.scalars(written.order_by(Message.id))]
    finally:
        db.session.rollback()


def _foretold(message: Message) -> Foretold:
    person, whose = message.recipient_kind is RecipientKind.PERSON, message.recipient_id
    who = db.session.get_one(Person, whose) if person else db.session.get_one(Member, whose)
    return Foretold(
        name=who.name,
        number=message.to_number,
        kind=message.kind,
        channel=message.channel,
        at=max(message.due_at, message.next_at),
        by_hand=message.state is MessageState.NEEDS_PERSON,
    )
