"""Texts whose time is over or whose fate is not known: nothing is lost, nothing is said twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal_column, select

from handyman.extensions import db, transaction
from handyman.messages import ladder, truth
from handyman.messages.gateways import Answer, Gateway
from handyman.messages.hours import next_leave
from handyman.messages.kill_points import reach
from handyman.messages.leaving import filled
from handyman.messages.outbox import refuses_demo
from handyman.messages.outcomes import QUARANTINE, RECEIPT_WITHIN, adopt
from handyman.messages.receipts import apply_events
from handyman.models import SYSTEM, Attempt, Channel, Message, MessageKind, MessageState

S = MessageState
RESEND_ONCE = frozenset({MessageKind.MEMBER_OFFER, MessageKind.RESIDENT_BOOKED, MessageKind.RESIDENT_MOVED})
NOT_TAKEN = frozenset({Answer.RETRY, Answer.SLOW, Answer.STOP, Answer.FAILED})
AT_A_TIME = 20


@dataclass(frozen=True, slots=True)
class Doubt:
    """A text that was perhaps taken, as the provider may be asked about it."""

    id: int
    attempt: int
    to: str
    body: str
    since: datetime
    channel: Channel


def sweep(now: datetime) -> None:
    """Past its use: never sent late. Lease run out: somebody died over it, so it is in doubt."""
    pending = Message.state == literal_column("'pending'")
    for message in _locked(pending, Message.not_after <= now):
        message.move_to(S.EXPIRED, SYSTEM, now, why="too_late")
        message.last_error = message.last_error or "too_late"
    in_hand = Message.state.in_([literal_column("'sending'"), literal_column("'unknown'")])
    for message in _locked(in_hand, Message.state == S.SENDING, Message.lease_until <= now):
        message.move_to(S.UNKNOWN, SYSTEM, now, why="lease_over")
        message.lease_until, message.last_error = None, "lease_over"
        message.next_at = now + QUARANTINE
        db.session.flush()
        reach("sweeping")


def sweep_now(now: datetime) -> None:
    """A transaction of its own."""
    with transaction():
        sweep(now)


def clear_up(gateway: Gateway, now: Callable[[], datetime], go_on: Callable[[], bool] = lambda: True) -> int:
    """Look again at what is in doubt and has waited long enough; gives how many were settled."""
    if refuses_demo(gateway):
        return 0
    settled = 0
    for doubt in _due(now()):
        if not go_on():
            break
        # no connection is held meanwhile
        found = gateway.find(doubt.to, doubt.body, doubt.since, doubt.channel, doubt.id)
        reach("found")
        settled += _decide(doubt, gateway.name, found, now())
    return settled


def _due(now: datetime) -> list[Doubt]:
    with transaction():
        rows = db.session.execute(
            select(Message, Attempt.started_at)
            .join(Attempt, (Attempt.outbox_id == Message.id) & (Attempt.number == Message.attempt))
            .where(Message.state == S.UNKNOWN, Message.next_at <= now)
            .where(Message.state.in_([literal_column("'sending'"), literal_column("'unknown'")]))
            .order_by(Message.next_at)
            .limit(AT_A_TIME)
        )
        return [Doubt(m.id, m.attempt, m.to_number, filled(m), started, m.channel) for m, started in rows]


def _decide(doubt: Doubt, provider: str, found: Sequence[str] | None, now: datetime) -> bool:
    """Adopt what the provider has; else once more, or a person; not askable: later, while it is of use."""
    with transaction():
        message = db.session.get(Message, doubt.id, with_for_update=True, populate_existing=True)
        if message is None or message.state is not S.UNKNOWN or message.attempt != doubt.attempt:
            return True  # a receipt came in between
        if message.provider_id or any(adopt(message, provider, each) for each in found or ()):
            message.check_at = now + RECEIPT_WITHIN
            message.move_to(S.ACCEPTED, SYSTEM, now, why="found")
            apply_events(message, now)
        elif message.not_after <= now:
            message.move_to(S.EXPIRED, SYSTEM, now, why="in_doubt")
            truth.let_go(message, now)
        elif found is None:
            message.next_at = now + QUARANTINE
            return False
        elif (at := _once_more_at(message, now)) is not None:
            message.move_to(S.PENDING, SYSTEM, now, why="not_found")
            message.next_at = at
        else:
            message.move_to(S.NEEDS_PERSON, SYSTEM, now, why="not_found")
            if message.told_at is None:
                ladder.climb(message, now)
        db.session.flush()
        reach("deciding")
        return True


def _once_more_at(message: Message, now: datetime) -> datetime | None:
    """When a text that was never taken is sent again; None where a person tells them, or nobody has to."""
    if message.kind not in RESEND_ONCE or _perhaps_taken(message) > 1 or not truth.is_wanted(message):
        return None
    return next_leave(message.kind, message.channel, now, message.not_after)


def _perhaps_taken(message: Message) -> int:
    """How many tries may have reached the provider: one that it refused is none."""
    return sum(each.outcome not in NOT_TAKEN for each in message.attempts)


def _locked(*conditions: object) -> Sequence[Message]:
    return db.session.scalars(
        select(Message).where(*conditions).with_for_update(skip_locked=True)  # type: ignore[arg-type]
    ).all()
