"""Somebody lost a job and has it again before they heard of it: what they were to hear, they still are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from handyman.extensions import db
from handyman.messages import trouble, truth
from handyman.messages.keys import free_key
from handyman.models import AuditEntry, Message, MessageState, Offer, OfferState

WITHDRAWN = "withdrawn"  # why a text was taken back


def after(offer: Offer, undone: Sequence[Message], rows: Sequence[Message], now: datetime) -> list[Message]:
    """Gives the texts that were taken back with the job and are written again.

    What had left by then is somebody's work again. `rows` are theirs of the visit; `undone` is what would
    have told them.
    """
    since = _withdrawn_at(offer) or (undone[-1].created_at if undone else None)
    for each in rows:
        if since is not None and each.told_at == since and each.heard is None:
            each.told_at = None
    states = _taken_back(rows, since)
    return [
        _again(each, states[each.id], now) for each in rows if each.id in states and _is_wanted(each, rows)
    ]


def _withdrawn_at(offer: Offer) -> datetime | None:
    """When they lost the place that they have again."""
    lost = (
        select(AuditEntry.at)
        .join(Offer, Offer.id == AuditEntry.entity_id)
        .where(AuditEntry.entity == Offer.__tablename__, AuditEntry.moved_to == OfferState.WITHDRAWN)
        .where(Offer.assignment_id == offer.assignment_id, Offer.member_id == offer.member_id)
    )
    return db.session.scalar(lost.order_by(AuditEntry.id.desc()).limit(1))


def _taken_back(rows: Sequence[Message], since: datetime | None) -> dict[int, MessageState]:
    """Of these, what each stood at when it was taken back with the job."""
    gone = select(AuditEntry.entity_id, AuditEntry.moved_from).where(
        AuditEntry.entity == Message.__tablename__,
        AuditEntry.entity_id.in_([each.id for each in rows if each.state is MessageState.CANCELED]),
        AuditEntry.moved_to == MessageState.CANCELED,
        AuditEntry.why == WITHDRAWN,
        AuditEntry.at == since,
    )
    return {found.entity_id: MessageState(found.moved_from) for found in db.session.execute(gone)}


def _is_wanted(message: Message, rows: Sequence[Message]) -> bool:
    """Still true, and not written again by another way."""
    plain = message.dedupe_key.partition("#")[0]
    newer = (each for each in rows if each.id > message.id and each.state is not MessageState.CANCELED)
    return truth.is_wanted(message) and all(each.dedupe_key.partition("#")[0] != plain for each in newer)


def _again(message: Message, state: MessageState, now: datetime) -> Message:
    return trouble.write_after(
        message,
        now,
        message.due_at,
        dedupe_key=free_key(message.dedupe_key.partition("#")[0]),
        follows_id=None,
        listed_from=message.listed_from,
        next_at=max(now, message.next_at),
        state=state,
        last_error=message.last_error,
    )
