"""Which notices somebody took note of, as far as anybody knows, for several steps."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from handyman.extensions import db
from handyman.models import ActorKind, AuditEntry, Message, MessageState, ReachAnswer

TOLD_BY_HAND = ("told", "good")  # as somebody of the office has noted it
ANSWERED = "answered"  # why a text is nobody's work: whoever read it has answered by themselves
ARRIVED_AFTER_ALL = "arrived_after_all"  # as the provider has said it late: the row keeps its bad end


def of(messages: Sequence[Message]) -> set[int]:
    """Ids of those that arrived, were answered by a key, or were passed on by a person."""
    ids = [each.id for each in messages]
    pressed = select(ReachAnswer.outbox_id).where(ReachAnswer.outbox_id.in_(ids))
    told = select(AuditEntry.entity_id).where(
        AuditEntry.entity == Message.__tablename__,
        AuditEntry.entity_id.in_(ids),
        or_(
            and_(AuditEntry.actor_kind == ActorKind.USER, AuditEntry.moved_to.in_(TOLD_BY_HAND)),
            AuditEntry.moved_to == ARRIVED_AFTER_ALL,
        ),
    )
    arrived = {each.id for each in messages if each.state is MessageState.DELIVERED}
    return arrived | set(db.session.scalars(pressed)) | set(db.session.scalars(told))


def answered(messages: Sequence[Message]) -> set[int]:
    """Ids of those that had left and were answered by whoever read them, not by telephone."""
    known = select(AuditEntry.entity_id).where(
        AuditEntry.entity == Message.__tablename__,
        AuditEntry.entity_id.in_([each.id for each in messages]),
        AuditEntry.why == ANSWERED,
    )
    return set(db.session.scalars(known))
