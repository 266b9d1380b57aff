"""Somebody lost a job and has it again before they heard of it: what they were to hear, they still are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from handyman.extensions import db
from handyman.messages import questions, trouble, truth
from handyman.messages.keys import free_key
from handyman.models import MOVED, AuditEntry, Message, MessageKind, MessageState, Offer, OfferState

GONE_WITH_IT = ("withdrawn", MOVED, truth.SUPERSEDED)  # why a text was taken back
UNDONE = "undone"  # why an offer was


def after(offer: Offer, undone: Sequence[Message], rows: Sequence[Message], now: datetime) -> list[Message]:
    """Gives the texts to them that were taken back with the job and are written again.

    What had left by then is somebody's work again; so is what others were to hear of them. `rows` are those
    of the visit to its members. `undone` is what would have told them.
    """
    lost, since = _lost(offer) or (None, undone[-1].created_at if undone else None)
    theirs = [each for each in rows if each.recipient_id == offer.member_id]
    if lost is not None:
        for each in theirs:
            questions.give_to(offer, each, instead_of=lost)
    others = [each for each in rows if each.kind is MessageKind.MEMBER_PARTNER and each not in theirs]
    if since is not None:
        _watch_again([*theirs, *others], since)
    return _write_again(theirs, since, now)


def of_promise(rows: Sequence[Message], since: datetime, now: datetime) -> list[Message]:
    """The same of what a promise was told by, which was another for a moment: `since` then.

    Whose call has said meanwhile that it had changed, and that we would call, hears it again.
    """
    otherwise = [each for each in truth.told_otherwise(rows, since) if truth.still_true(each)]
    _watch_again([each for each in rows if each not in otherwise], since)
    written = _write_again(rows, since, now)
    newest = {each.recipient_id: each for each in otherwise}
    return [*written, *(_say_again(each, now) for each in newest.values())]


def lost_at(offer: Offer) -> datetime | None:
    """When they lost the place that they have again."""
    lost = _lost(offer)
    return lost[1] if lost is not None else None


def heard_no(offer: Offer, theirs: Sequence[Message]) -> bool:
    """Whether a call has told them meanwhile, for they answered it, that they need not go."""
    lost = _lost(offer)
    return lost is not None and bool(truth.told_otherwise(theirs, lost[1]))


def _watch_again(messages: Sequence[Message], since: datetime) -> None:
    """What was let go as not so any more, with the job or while they had it not."""
    followed = trouble.followed([each.id for each in messages])
    for each in messages:
        let_go = each.told_at is not None and each.told_at >= since and each.heard is None
        if let_go and each.id not in followed and truth.still_true(each):
            each.told_at = None


def _lost(offer: Offer) -> tuple[int, datetime] | None:
    """The offer in whose place this one is, and when it was withdrawn."""
    lost = (
        select(Offer.id, AuditEntry.at)
        .join(Offer, Offer.id == AuditEntry.entity_id)
        .where(AuditEntry.entity == Offer.__tablename__, AuditEntry.moved_to == OfferState.WITHDRAWN)
        .where(Offer.assignment_id == offer.assignment_id, Offer.member_id == offer.member_id)
        .where(AuditEntry.why != UNDONE)  # what a move had asked of them, and they never heard
    )
    found = db.session.execute(lost.order_by(AuditEntry.id.desc()).limit(1)).one_or_none()
    return (found.id, found.at) if found is not None else None


def _write_again(rows: Sequence[Message], since: datetime | None, now: datetime) -> list[Message]:
    """Of what was taken back, each once, however often it was."""
    states = _taken_back(rows, since)
    wanted = [each for each in rows if each.id in states and _is_wanted(each, rows)]
    newest = {each.dedupe_key.partition("#")[0]: each for each in wanted}
    return [_again(each, states[each.id], now) for each in newest.values()]


def _taken_back(rows: Sequence[Message], since: datetime | None) -> dict[int, MessageState]:
    """Of these, what each stood at when it was taken back with the job, or while they had it not."""
    gone = select(AuditEntry.entity_id, AuditEntry.moved_from).where(
        AuditEntry.entity == Message.__tablename__,
        AuditEntry.entity_id.in_([each.id for each in rows if each.state is MessageState.CANCELED]),
        AuditEntry.moved_to == MessageState.CANCELED,
        AuditEntry.why.in_(GONE_WITH_IT),
        AuditEntry.at >= since,
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
        to_number=trouble.number_now(message) or message.to_number,
        follows_id=None,
        listed_from=message.listed_from,
        next_at=max(now, message.next_at),
        state=state,
        last_error=message.last_error,
    )


def _say_again(message: Message, now: datetime) -> Message:
    """In its own words, as soon as a telephone may ring."""
    return trouble.write_after(
        message,
        now,
        now,
        dedupe_key=free_key(message.dedupe_key.partition("#")[0]),
        to_number=trouble.number_now(message) or message.to_number,
        follows_id=None,
        listed_from=None,
    )
