"""A call is answered: what is said, which keys count, and what they mean for the visit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from handyman.extensions import db, transaction
from handyman.messages import kill_points
from handyman.messages.ladder import take_back_after
from handyman.messages.outcomes import adopt
from handyman.messages.receipts import RANK
from handyman.messages.rows import stamped
from handyman.models import (
    SYSTEM,
    Answer,
    Channel,
    KeyPress,
    Message,
    MessageKind,
    MessageState,
    ReachAnswer,
    record,
)

S = MessageState
KEYS = {"1": Answer.GOOD, "2": Answer.ANOTHER_TIME, "0": Answer.CALL_ME}


@dataclass(frozen=True, slots=True)
class Press:
    """A key in a call. `step` counts how often was asked; outbox id and attempt stand in the address."""

    provider: str
    call_id: str
    outbox_id: int
    attempt: int
    step: int
    digits: str


def words_of(outbox_id: int, attempt: int) -> str | None:
    """What the call says; None when it is no longer true, or no call of ours."""
    with transaction():
        message = _call(outbox_id, attempt)
        return message.body if message is not None and message.state is not S.CANCELED else None


def take_key(press: Press, now: datetime) -> str:
    """Keep the key once and let it count. Gives the key that was understood, or nothing."""
    try:
        with transaction():
            message = _call(press.outbox_id, press.attempt, lock=True)
            answer = KEYS.get(press.digits)
            if message is None or message.visit_id is None:
                return ""
            if answer is Answer.ANOTHER_TIME and message.kind is MessageKind.RESIDENT_CANCELLED:
                answer = None
            if not _known(press):
                _keep(press, now)
                if answer is not None:
                    _note(message, press, answer, now)
                db.session.flush()
                kill_points.reach("key")
            return press.digits if answer is not None else ""
    except IntegrityError:
        return press.digits  # it came twice at the same moment; its twin was kept


def _call(outbox_id: int, attempt: int, *, lock: bool = False) -> Message | None:
    if not 0 < outbox_id < 2**31:
        return None
    message = db.session.get(Message, outbox_id, with_for_update=True if lock else None)
    ours = message is not None and message.channel is Channel.VOICE and 0 < attempt <= message.attempt
    return message if ours else None


def _known(press: Press) -> bool:
    same = select(KeyPress.id).where(
        KeyPress.provider == press.provider, KeyPress.call_id == press.call_id, KeyPress.step == press.step
    )
    return db.session.scalar(same) is not None


def _keep(press: Press, now: datetime) -> None:
    db.session.add(
        KeyPress(
            provider=press.provider,
            call_id=press.call_id,
            step=press.step,
            digits=press.digits[:10],
            outbox_id=press.outbox_id,
            at=now,
        )
    )
    db.session.flush()


def _note(message: Message, press: Press, answer: Answer, now: datetime) -> None:
    adopt(message, press.provider, press.call_id)
    db.session.add(
        ReachAnswer(
            visit_id=message.visit_id,
            window_start=stamped(message.dedupe_key),
            outbox_id=message.id,
            answer=answer,
            at=now,
        )
    )
    take_back_after(message, now)
    message.lease_until, message.check_at = None, None
    open_still = message.state in RANK
    if message.state is S.PENDING:
        message.move_to(S.SENDING, SYSTEM, now, why="answered")
    if answer is Answer.GOOD:
        if open_still:
            message.move_to(S.DELIVERED, SYSTEM, now, why="answered")
        else:
            message.told_at = message.told_at or now
            record(message, SYSTEM, now, moved_from=message.state, moved_to="answered_after_all")
        return
    message.last_error, message.told_at = answer.value, None  # a person rings, with what was asked for
    if open_still:
        message.move_to(S.NEEDS_PERSON, SYSTEM, now, why=answer.value)
