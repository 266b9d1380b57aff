"""Which texts leave now, taken so that no other sender takes them too; the try is noted before it is made."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, exists, func, literal_column, select
from sqlalchemy.orm import aliased, joinedload

from handyman import links
from handyman.extensions import db, transaction
from handyman.messages import hours, trouble
from handyman.messages.gateways import Outgoing
from handyman.messages.kill_points import reach
from handyman.messages.texts import LINK
from handyman.models import SYSTEM, Attempt, Message, MessageState, RecipientKind

LEASE = timedelta(seconds=90)  # longer than the gateway's own patience
GATEWAY_NEEDS = timedelta(seconds=25)  # at the most, from connecting to its answer
LOOK_FURTHER = 5  # candidates more than are wanted: some wait for another text to the same person


def claim(
    now: datetime, message_id: int | None = None, provider: str = "", *, at_any_hour: bool = False
) -> Outgoing | None:
    """Take the next text that is due, or a given one."""
    taken = claim_due(now, provider, 1, message_id, at_any_hour=at_any_hour)
    return taken[0] if taken else None


def claim_due(
    now: datetime, provider: str, most: int, message_id: int | None = None, *, at_any_hour: bool = False
) -> list[Outgoing]:
    """Take up to `most` texts that are due, one for a recipient, and commit before any of them leaves."""
    if most < 1:
        return []
    with transaction():
        if trouble.paused(provider, now):
            return []
        wanted = select(Message).where(*_claimable(now), ~_doubtful_recipient())
        if message_id is not None:
            wanted = wanted.where(Message.id == message_id)
        candidates = db.session.scalars(
            wanted.options(joinedload(Message.link))
            .order_by(Message.next_at, Message.id)
            .limit(most + LOOK_FURTHER)
            .with_for_update(skip_locked=True, of=Message)
        ).all()
        awake = [each for each in candidates if at_any_hour or not _put_off(each, now)]
        started = [_start(each, now) for each in _ours(awake)[:most]]
        db.session.flush()
        reach("claiming")
        return started


def filled(message: Message) -> str:
    """The text as it is read, its link in place."""
    return message.body.replace(LINK, links.url(message.link)) if message.link else message.body


def _claimable(now: datetime) -> list[ColumnElement[bool]]:
    """Written with literals, so that the partial index serves it on both databases."""
    return [
        Message.state == literal_column("'pending'"),
        Message.next_at <= now,
        Message.due_at <= now,
        Message.not_after > now,
    ]


def _doubtful_recipient() -> ColumnElement[bool]:
    """While one text to somebody is under way or in doubt, the next one waits its turn."""
    other = aliased(Message)
    return exists().where(
        other.recipient_kind == Message.recipient_kind,
        other.recipient_id == Message.recipient_id,
        other.state.in_([literal_column("'sending'"), literal_column("'unknown'")]),
    )


def _put_off(message: Message, now: datetime) -> bool:
    """What was held up until nobody may be disturbed waits for the morning, while it is of use then."""
    at = hours.may_leave_at(message, now)
    if at <= now:
        return False
    message.next_at = at
    return True


def _ours(candidates: Sequence[Message]) -> list[Message]:
    """One for a recipient. On PostgreSQL two senders may look at two texts to one person: a lock decides."""
    first = {(each.recipient_kind, each.recipient_id): each for each in reversed(candidates)}
    found = sorted(first.values(), key=lambda each: (each.next_at, each.id))
    if not found or db.session.get_bind().dialect.name != "postgresql":
        return found  # SQLite's writers stand in one line
    kinds = {kind: number for number, kind in enumerate(RecipientKind)}
    lock = func.pg_try_advisory_xact_lock(case(kinds, value=Message.recipient_kind), Message.recipient_id)
    ids = [each.id for each in found]
    locked = set(db.session.scalars(select(Message.id).where(Message.id.in_(ids), lock)))
    certain = select(Message.id).where(Message.id.in_(locked), ~_doubtful_recipient())
    free = set(db.session.scalars(certain))  # asked after the lock: its last holder may have just committed
    return [each for each in found if each.id in free]


def _start(message: Message, now: datetime) -> Outgoing:
    message.move_to(MessageState.SENDING, SYSTEM, now, why="due")
    message.attempt += 1
    message.lease_until = now + LEASE
    db.session.add(Attempt(outbox_id=message.id, number=message.attempt, started_at=now))
    return Outgoing(
        message.id,
        message.attempt,
        message.to_number,
        filled(message),
        int((message.not_after - now).total_seconds()),
        message.lease_until - GATEWAY_NEEDS,
        message.channel,
    )
