"""Texts that are due leave the house: claimed, noted, committed; only then sent; and what came of it noted.

The tables carry everything: a process that dies at any line here leaves a row that another one understands.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import sleep

from sqlalchemy import ColumnElement, exists, func, literal_column, select
from sqlalchemy.orm import aliased

from handyman import links
from handyman.extensions import db, transaction
from handyman.messages import ladder, trouble
from handyman.messages.gateways import Answer, Gateway, Outcome, Outgoing
from handyman.messages.kill_points import reach
from handyman.messages.texts import LINK
from handyman.models import (
    SYSTEM,
    Attempt,
    Installation,
    Message,
    MessageState,
    RecipientKind,
)

S = MessageState
LEASE = timedelta(seconds=90)  # longer than the gateway's own patience
GATEWAY_NEEDS = timedelta(seconds=25)  # at the most, from connecting to its answer
QUARANTINE = timedelta(seconds=120)  # a provider's list lags; looking sooner found nothing and sent twice
RECEIPT_WITHIN = timedelta(minutes=15)  # else the provider is asked
FIRST_BACKOFF, LONGEST_BACKOFF = timedelta(seconds=15), timedelta(seconds=30)
REST = 1.0  # seconds of a sender that was told it is too fast
IN_DOUBT = (S.SENDING, S.UNKNOWN)
HELD_UP, LATE_ANSWER = "held_up", "late_answer"
LOOK_AT = 5  # candidates locked at a time while one is chosen


def send_due(
    gateway: Gateway,
    now: Callable[[], datetime],
    limit: int = 1_000,
    go_on: Callable[[], bool] = lambda: True,
    rest: Callable[[float], object] = sleep,
) -> int:
    """Send what is due, one text after the other; gives how many were tried."""
    if refuses_demo(gateway):
        return 0
    tried = 0
    while tried < limit and go_on():
        text = claim(now(), provider=gateway.name)
        if text is None:
            break
        tried += 1
        outcome = _hand_over(gateway, text, now)
        if outcome.answer is Answer.SLOW:
            rest(REST)
        elif outcome.answer in (Answer.STOP, Answer.RETRY):
            break  # nothing goes now: the next tick is soon enough, with one text
    return tried


def send_one(gateway: Gateway, message_id: int, now: datetime) -> bool:
    """Let one waiting text leave at once, at a person's wish; False when it cannot."""
    with transaction():
        message = db.session.get(Message, message_id, with_for_update=True)
        if message is None or message.state is not S.PENDING or message.not_after <= now:
            return False
        message.due_at = message.next_at = min(message.due_at, now)
    text = None if refuses_demo(gateway) else claim(now, message_id, gateway.name)
    if text is None:
        return False
    _hand_over(gateway, text, lambda: now)
    return True


def _hand_over(gateway: Gateway, text: Outgoing, now: Callable[[], datetime]) -> Outcome:
    """A sender that was held up since its claim does not send: somebody else may have by now."""
    outcome = Outcome(Answer.RETRY, code=HELD_UP)
    reach("claimed")
    if now() <= text.leave_by:
        outcome = gateway.send(text)
    reach("answered")
    note(gateway, text, outcome, now())
    reach("noted")
    return outcome


def claim(now: datetime, message_id: int | None = None, provider: str = "") -> Outgoing | None:
    """Take the next text that is due, note the try, and commit before anything leaves."""
    with transaction():
        if trouble.paused(provider, now):
            return None
        wanted = select(Message).where(*_claimable(now), ~_doubtful_recipient(), ~_doubtful_number())
        if message_id is not None:
            wanted = wanted.where(Message.id == message_id)
        candidates = db.session.scalars(
            wanted.order_by(Message.next_at, Message.id)
            .limit(LOOK_AT)
            .with_for_update(skip_locked=True, of=Message)
        )
        message = next((each for each in candidates if _recipient_is_ours(each)), None)
        started = _start(message, now) if message else None
        db.session.flush()
        reach("claiming")
        return started


def note(gateway: Gateway, text: Outgoing, outcome: Outcome, now: datetime) -> None:
    """Write down what came of a try; a receipt may have been quicker than the answer."""
    with transaction():
        message = db.session.get(Message, text.id, with_for_update=True, populate_existing=True)
        attempt = db.session.scalar(
            select(Attempt).where(Attempt.outbox_id == text.id, Attempt.number == text.attempt)
        )
        if message is None or attempt is None:
            return
        attempt.finished_at, attempt.outcome = now, outcome.answer
        attempt.http_status, attempt.error_code = outcome.status, outcome.code
        attempt.provider_id = outcome.provider_id
        if outcome.answer is Answer.STOP:
            trouble.stop(gateway.name, outcome.code, now)
        elif outcome.status is not None and outcome.answer is not Answer.UNKNOWN:
            trouble.went_through(gateway.name)
        if message.attempt == text.attempt and message.state in IN_DOUBT:
            _settle(message, gateway, outcome, now)
        elif outcome.answer is Answer.ACCEPTED and outcome.provider_id:
            _take_late(message, gateway, outcome.provider_id, now)
        db.session.flush()
        reach("noting")


def _take_late(message: Message, gateway: Gateway, provider_id: str, now: datetime) -> None:
    """It was taken after all, while the row was given up: the try that would follow is not made."""
    if not adopt(message, gateway.name, provider_id):
        return
    if message.state is S.PENDING:
        message.move_to(S.SENDING, SYSTEM, now, why=LATE_ANSWER)
    if message.state in IN_DOUBT:
        message.lease_until, message.check_at = None, now + RECEIPT_WITHIN
        message.move_to(S.ACCEPTED, SYSTEM, now, why=LATE_ANSWER)


def adopt(message: Message, provider: str, provider_id: str) -> bool:
    """Bind the provider's id to a row, unless either is bound already."""
    if message.provider_id is not None:
        return message.provider_id == provider_id
    taken = exists().where(Message.provider == provider, Message.provider_id == provider_id)
    if db.session.scalar(select(taken)):
        return False
    message.provider, message.provider_id = provider, provider_id
    return True


def refuses_demo(gateway: Gateway) -> bool:
    """Made-up people have made-up numbers: a real gateway never sends to them."""
    if not gateway.real:
        return False
    with transaction():
        return bool(db.session.scalar(select(Installation.demo)))


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


def _doubtful_number() -> ColumnElement[bool]:
    """Two people may share a telephone, and the provider's list does not tell two calls to it apart."""
    other = aliased(Message)
    return exists().where(
        other.to_number == Message.to_number,
        other.state.in_([literal_column("'sending'"), literal_column("'unknown'")]),
    )


def _recipient_is_ours(message: Message) -> bool:
    """On PostgreSQL two senders may look at two texts to one person: the lock lets one of them go on."""
    if db.engine.dialect.name != "postgresql":
        return True  # SQLite's writers stand in one line
    kind = list(RecipientKind).index(message.recipient_kind)
    person = func.pg_try_advisory_xact_lock(kind, message.recipient_id)
    number = func.pg_try_advisory_xact_lock(len(RecipientKind), func.hashtext(message.to_number))
    if not (db.session.scalar(select(person)) and db.session.scalar(select(number))):
        return False
    doubtful = _doubtful_recipient() | _doubtful_number()
    return not db.session.scalar(select(doubtful).where(Message.id == message.id))


def _start(message: Message, now: datetime) -> Outgoing:
    message.move_to(S.SENDING, SYSTEM, now, why="due")
    message.attempt += 1
    message.lease_until = now + LEASE
    db.session.add(Attempt(outbox_id=message.id, number=message.attempt, started_at=now))
    return Outgoing(
        message.id,
        message.attempt,
        message.to_number,
        filled(message),
        int((message.not_after - now).total_seconds()),
        min(message.lease_until - GATEWAY_NEEDS, message.not_after),
        message.channel,
    )


def filled(message: Message) -> str:
    """The text as it is read, its link in place."""
    return message.body.replace(LINK, links.url(message.link)) if message.link else message.body


def _settle(message: Message, gateway: Gateway, outcome: Outcome, now: datetime) -> None:
    message.lease_until = None
    message.last_error = "" if outcome.answer is Answer.ACCEPTED else outcome.code
    why = f"{outcome.answer} {outcome.code}".strip()
    if outcome.answer is Answer.ACCEPTED and outcome.provider_id:
        adopt(message, gateway.name, outcome.provider_id)
        message.check_at = now + RECEIPT_WITHIN
        message.move_to(S.ACCEPTED, SYSTEM, now, why)
        if outcome.delivered:
            message.move_to(S.DELIVERED, SYSTEM, now, why)
    elif outcome.answer is Answer.FAILED:
        message.move_to(trouble.ends_as(S.FAILED, outcome.code), SYSTEM, now, why)
        ladder.did_not_arrive(message, outcome.code, now)
    elif outcome.answer is Answer.UNKNOWN:
        message.next_at = now + QUARANTINE
        if message.state is S.SENDING:
            message.move_to(S.UNKNOWN, SYSTEM, now, why)
    else:
        message.next_at = now + _wait(outcome, message.attempt)
        message.move_to(S.PENDING, SYSTEM, now, why)


def _wait(outcome: Outcome, attempt: int) -> timedelta:
    if outcome.answer is Answer.STOP:
        return trouble.PAUSE
    if outcome.code == HELD_UP:
        return timedelta(0)
    if outcome.retry_after is not None:
        return timedelta(seconds=max(outcome.retry_after, 1))
    return min(FIRST_BACKOFF * (1 << min(attempt - 1, 10)), LONGEST_BACKOFF)
