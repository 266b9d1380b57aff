"""The start of a visit that a member was reminded of last: for the texts, and for the page of a plan."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import or_, select

from handyman.extensions import db
from handyman.models import Message, MessageKind, MessageState, RecipientKind

REACHES = (  # them, or may any moment
    MessageState.SENDING,
    MessageState.UNKNOWN,
    MessageState.ACCEPTED,
    MessageState.SENT,
    MessageState.DELIVERED,
)


def starts_known(
    visit_ids: Collection[int], before: datetime | None = None
) -> Mapping[tuple[int, int], datetime]:
    """By visit and member; `before`: by what was written until then."""
    query = select(Message.visit_id, Message.recipient_id, Message.dedupe_key).where(
        Message.kind == MessageKind.MEMBER_REMINDER,
        Message.recipient_kind == RecipientKind.MEMBER,
        Message.visit_id.in_(visit_ids),
        or_(Message.state.in_(REACHES), Message.heard.is_not(None)),
    )
    if before is not None:
        query = query.where(Message.created_at < before)
    found = db.session.execute(query.order_by(Message.id)) if visit_ids else ()
    return {(visit_id, who): _start(key) for visit_id, who, key in found if visit_id is not None}


def is_news(known: datetime | None, start: datetime, promise: tuple[datetime, datetime]) -> bool:
    """Whether they would set out at another time; another promise is told by itself."""
    return known is not None and known != start and promise[0] <= known <= promise[1]


def _start(key: str) -> datetime:
    return datetime.fromisoformat(key.partition("#")[0].split(":", 4)[4])
