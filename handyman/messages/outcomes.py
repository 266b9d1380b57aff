"""What came of a try, written down: the answer of the provider, or that there was none."""

from datetime import datetime, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from handyman.extensions import db, transaction
from handyman.messages import ladder, trouble
from handyman.messages.errors import MISCONFIGURED
from handyman.messages.gateways import Answer, Gateway, Outcome, Outgoing
from handyman.messages.kill_points import reach
from handyman.models import SYSTEM, Attempt, GatewayState, Message, MessageState
from handyman.patience import looks_first

S = MessageState
QUARANTINE = timedelta(seconds=120)  # a provider's list lags; looking sooner found nothing and sent twice
RECEIPT_WITHIN = timedelta(minutes=15)  # else the provider is asked
FIRST_BACKOFF, LONGEST_BACKOFF = timedelta(seconds=15), timedelta(seconds=30)
TOO_FAST_BACKOFF = timedelta(seconds=2)  # where the provider does not say itself
DOUBTS_IN_A_ROW, LEFT_ALONE = 3, timedelta(seconds=30)
IN_DOUBT = (S.SENDING, S.UNKNOWN)
HELD_UP, LATE_ANSWER = "held_up", "late_answer"


@looks_first
def note(gateway: Gateway, text: Outgoing, outcome: Outcome, now: datetime) -> None:
    """Write down what came of a try; a receipt may have been quicker than the answer."""
    with transaction():
        found = db.session.execute(_tried(gateway, text, outcome)).one_or_none()
        if found is None:
            return
        message, attempt, bound, refused = found
        attempt.finished_at, attempt.outcome = now, outcome.answer
        attempt.http_status, attempt.error_code = outcome.status, outcome.code
        attempt.provider_id = outcome.provider_id
        if outcome.answer is Answer.STOP:
            trouble.stop(gateway.name, outcome.code, now)
        elif refused and _was_served(outcome):
            trouble.went_through(gateway.name)
        in_time = message.attempt == text.attempt and message.state in IN_DOUBT
        ours = in_time or not trouble.went_elsewhere(message, text.attempt)
        if outcome.provider_id and ours and message.provider_id is None and not bound:
            message.provider, message.provider_id = gateway.name, outcome.provider_id
        elif outcome.answer is Answer.UNKNOWN:
            _brake(gateway.name, now)
        if in_time:
            _settle(message, outcome, now)
        elif ours and outcome.provider_id and message.provider_id == outcome.provider_id:
            _take_late(message, now)
        db.session.flush()
        reach("noting")


def _was_served(outcome: Outcome) -> bool:
    """An answer that tells nothing against our account or our settings."""
    answered = outcome.status is not None and outcome.answer is not Answer.UNKNOWN
    return answered and outcome.code not in MISCONFIGURED


def _tried(gateway: Gateway, text: Outgoing, outcome: Outcome) -> Select[Message, Attempt, bool, bool]:
    """What is asked first, at once: the row, its try, whether another has the id, and a refused account."""
    other = aliased(Message)
    bound = exists().where(other.provider == gateway.name, other.provider_id == outcome.provider_id)
    refused = exists().where(GatewayState.provider == gateway.name, GatewayState.refused_since.is_not(None))
    return (
        select(Message, Attempt, bound, refused)
        .join(Attempt, (Attempt.outbox_id == Message.id) & (Attempt.number == text.attempt))
        .where(Message.id == text.id)
        .with_for_update(of=Message)
        .execution_options(populate_existing=True)
    )


def _brake(provider: str, now: datetime) -> None:
    """Who only makes doubts is left alone for a moment: what waits is not put in doubt as well."""
    ended = select(Attempt.outcome).where(Attempt.finished_at.is_not(None)).order_by(Attempt.id.desc())
    if db.session.scalars(ended.limit(DOUBTS_IN_A_ROW)).all() == [Answer.UNKNOWN] * DOUBTS_IN_A_ROW:
        trouble.rest(provider, now + LEFT_ALONE)


def adopt(message: Message, provider: str, provider_id: str) -> bool:
    """Bind the provider's id to a row, unless either is bound already."""
    if message.provider_id is not None:
        return message.provider_id == provider_id
    taken = exists().where(Message.provider == provider, Message.provider_id == provider_id)
    if db.session.scalar(select(taken)):
        return False
    message.provider, message.provider_id = provider, provider_id
    return True


def _take_late(message: Message, now: datetime) -> None:
    """It was taken after all, while the row was given up: the try that would follow is not made."""
    if message.state is S.PENDING:
        message.move_to(S.SENDING, SYSTEM, now, why=LATE_ANSWER)
    if message.state in IN_DOUBT:
        message.lease_until, message.check_at = None, now + RECEIPT_WITHIN
        message.move_to(S.ACCEPTED, SYSTEM, now, why=LATE_ANSWER)


def _settle(message: Message, outcome: Outcome, now: datetime) -> None:
    message.lease_until = None
    message.last_error = "" if outcome.answer is Answer.ACCEPTED else outcome.code
    why = f"{outcome.answer} {outcome.code}".strip()
    if outcome.answer is Answer.ACCEPTED and outcome.provider_id:
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
    first = TOO_FAST_BACKOFF if outcome.answer is Answer.SLOW else FIRST_BACKOFF
    return min(first * (1 << min(attempt - 1, 10)), LONGEST_BACKOFF)
