"""What the provider says afterwards: late, doubled and out of order, applied by rank."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from handyman import astray
from handyman.extensions import db, transaction
from handyman.messages import ladder, questions, trouble
from handyman.messages.kill_points import reach
from handyman.messages.outcomes import RECEIPT_WITHIN, adopt
from handyman.models import SYSTEM, DeliveryEvent, Heard, Message, MessageState, record
from handyman.reasons import ANOTHER_NUMBER

S = MessageState
MEANING = {
    "accepted": S.ACCEPTED,
    "scheduled": S.ACCEPTED,
    "queued": S.ACCEPTED,
    "sending": S.ACCEPTED,
    "sent": S.SENT,
    "delivered": S.DELIVERED,
    "read": S.DELIVERED,
    "undelivered": S.UNDELIVERED,
    "failed": S.FAILED,
    "canceled": S.FAILED,
    # of calls; one that ends with a key pressed has arrived before it says so
    "initiated": S.ACCEPTED,
    "ringing": S.ACCEPTED,
    "in-progress": S.SENT,
    "completed": S.UNDELIVERED,
    "busy": S.UNDELIVERED,
    "no-answer": S.UNDELIVERED,
}
CALL_CODES = {"completed": "no_key", "busy": "busy", "no-answer": "no_answer"}
RANK = {S.PENDING: 0, S.SENDING: 0, S.UNKNOWN: 0, S.ACCEPTED: 1, S.SENT: 2}  # all others are final
GIVEN_UP = frozenset({S.NEEDS_PERSON, S.EXPIRED, S.UNDELIVERED, S.FAILED, S.SUPPRESSED})
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """One thing the provider said. Outbox id and attempt stand in the address that it called."""

    provider: str
    provider_id: str
    status: str
    error_code: str = ""
    outbox_id: int = 0
    attempt: int = 0


def take_receipt(receipt: Receipt, now: datetime) -> None:
    """Keep it once, and move the text on if it is news."""
    try:
        with transaction():
            message = _find(receipt)
            if not _known(receipt):
                _keep(receipt, message, now)
                if message is not None and _counts(message, receipt):
                    apply(message, receipt.status, receipt.error_code, now)
                db.session.flush()
                reach("receipt")
    except IntegrityError:
        return  # the same receipt came twice at the same moment; its twin was kept


def _counts(message: Message, receipt: Receipt) -> bool:
    """Whether it is of the try that the row stands for; of any to the same number that it has arrived."""
    if message.provider_id == receipt.provider_id:
        return True
    if trouble.went_elsewhere(message, receipt.attempt):
        return False
    return adopt(message, receipt.provider, receipt.provider_id) or MEANING.get(receipt.status) is S.DELIVERED


def apply(message: Message, status: str, error_code: str, now: datetime) -> None:
    """Forward only: never back, never out of a final state. What was given up may have arrived after all."""
    meant, error_code = MEANING.get(status), error_code or CALL_CODES.get(status, "")
    if meant is S.DELIVERED and message.state in GIVEN_UP and not astray.is_strangers(message):
        ladder.take_back_after(message, now)
        if not ladder.asks_for_person(message):
            message.told_at = message.told_at or now
        message.heard = message.heard or Heard.ARRIVED
        record(message, SYSTEM, now, moved_from=message.state, moved_to="arrived_after_all")
    if meant is None or message.state not in RANK or RANK.get(meant, 9) <= RANK[message.state]:
        return
    if message.state is S.PENDING:  # a receipt of the earlier try, before the second one left
        message.move_to(S.SENDING, SYSTEM, now, why="late_receipt")
    message.lease_until = None
    message.last_error = error_code
    meant = trouble.ends_as(meant, error_code) if meant in (S.FAILED, S.UNDELIVERED) else meant
    if (meant is S.DELIVERED or error_code in CALL_CODES.values()) and astray.is_strangers(message):
        meant, message.last_error = S.UNDELIVERED, ANOTHER_NUMBER
    message.move_to(meant, SYSTEM, now, why=f"{status} {error_code}".strip())
    if meant in (S.ACCEPTED, S.SENT):
        message.check_at = message.check_at or now + RECEIPT_WITHIN
    elif meant is S.DELIVERED:
        ladder.take_back_after(message, now)  # it was silent for so long that the next step was made
    else:
        if questions.leaves_without_link(message):  # told by hand, they cannot report
            message.told_at = None
        ladder.did_not_arrive(message, message.last_error, now)


def apply_events(message: Message, now: datetime) -> None:
    """Take up receipts that had come before the row knew its id."""
    events = db.session.scalars(
        select(DeliveryEvent)
        .where(DeliveryEvent.provider == message.provider, DeliveryEvent.provider_id == message.provider_id)
        .order_by(DeliveryEvent.id)
    )
    for event in events.all():
        apply(message, event.status, event.error_code, now)


def _find(receipt: Receipt) -> Message | None:
    """By the provider's id, else by what stands in the address, of this try or an earlier one."""
    wanted = select(Message).with_for_update()
    bound = db.session.scalar(
        wanted.where(Message.provider == receipt.provider, Message.provider_id == receipt.provider_id)
    )
    if bound is not None or not 0 < receipt.outbox_id <= LARGEST_ID:
        return bound
    message = db.session.scalar(wanted.where(Message.id == receipt.outbox_id))
    return message if message is not None and 0 < receipt.attempt <= message.attempt else None


def _known(receipt: Receipt) -> bool:
    same = select(DeliveryEvent.id).where(
        DeliveryEvent.provider == receipt.provider,
        DeliveryEvent.provider_id == receipt.provider_id,
        DeliveryEvent.status == receipt.status,
    )
    return db.session.scalar(same) is not None


def _keep(receipt: Receipt, message: Message | None, now: datetime) -> None:
    event = DeliveryEvent(
        provider=receipt.provider,
        provider_id=receipt.provider_id,
        outbox_id=message.id if message else None,
        status=receipt.status,
        error_code=receipt.error_code,
        received_at=now,
    )
    db.session.add(event)
    db.session.flush()
