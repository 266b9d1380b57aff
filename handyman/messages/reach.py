"""A call is answered: what is said, which keys count, and what they mean for the visit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from handyman import astray
from handyman.extensions import db, transaction
from handyman.messages import daily, homes, kill_points, spoken, spoken_jobs, trouble, truth, wording
from handyman.messages.ladder import take_back_after
from handyman.messages.moments import stamped
from handyman.messages.outcomes import adopt
from handyman.messages.receipts import RANK
from handyman.models import (
    SYSTEM,
    Answer,
    Channel,
    Heard,
    KeyPress,
    Message,
    MessageKind,
    MessageState,
    ReachAnswer,
    RecipientKind,
    VisitState,
    record,
)
from handyman.reasons import TOLD_OTHERWISE

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


def words_of(outbox_id: int, attempt: int, now: datetime) -> str | None:
    """What the call says now; None when it was taken back, or is no call of ours."""
    with transaction():
        message = _ours(outbox_id, attempt)
        if message is None:
            return None
        daily.reword(message, now)
        return homes.fill(message.body)


def goes_on(outbox_id: int, attempt: int) -> bool:
    """Whether it says anything still."""
    with transaction():
        return _ours(outbox_id, attempt) is not None


def _ours(outbox_id: int, attempt: int) -> Message | None:
    message = call(outbox_id, attempt)
    return message if message is not None and message.state is not S.CANCELED else None


def opening_of(outbox_id: int) -> str:
    """What is said before a first key where the words hold an address; empty where they do not."""
    with transaction():
        message = db.session.get_one(Message, outbox_id)
        return spoken_jobs.opening(wording.office()) if homes.are_in(message.body) else ""


def changed(outbox_id: int, now: datetime) -> str:
    """What is said instead where the visit has moved, ended or gone on while it rang; else nothing."""
    with transaction():
        message = db.session.get_one(Message, outbox_id)
        if truth.still_true(message) and daily.words_now(message, now):
            return ""
        record(message, SYSTEM, now, moved_to=TOLD_OTHERWISE)
        return _since(message)


def _since(message: Message) -> str:
    there = message.visit is not None and message.visit.state in (VisitState.ARRIVED, VisitState.FINISHED)
    came = message.kind is MessageKind.RESIDENT_ON_THE_WAY and there
    return spoken.ARRIVED if came else spoken.CHANGED


def keys_of(message: Message) -> str:
    """The keys that the call asks for."""
    if message.kind in spoken.TELLS:
        return "10"
    if message.recipient_kind is RecipientKind.MEMBER and message.kind is not MessageKind.MEMBER_OFFER:
        return "10"
    return "120"


def take_key(press: Press, now: datetime) -> str:
    """Keep the key once and let it count. Gives the key that was understood, or nothing.

    A member's yes or no is not taken here: it is the board's.
    """
    try:
        with transaction():
            message = call(press.outbox_id, press.attempt, lock=True)
            answer = KEYS.get(press.digits)
            if message is None or press.digits not in keys_of(message):
                answer = None
            if message is None:
                return ""
            if keep(press, now) and answer is not None:
                _note(message, press, answer, now)
            db.session.flush()
            kill_points.reach("key")
            return press.digits if answer is not None else ""
    except IntegrityError:
        return press.digits  # it came twice at the same moment; its twin was kept


def said_to(outbox_id: int, digits: str) -> str:
    """What is said to a key that was understood."""
    with transaction():
        message = db.session.get_one(Message, outbox_id)
        of_member = message.recipient_kind is RecipientKind.MEMBER
        about_standby = message.visit is not None and message.recipient_id != message.visit.resident_id
        if digits == "1" and not truth.still_true(message):
            return _since(message)
        comes = not (of_member or about_standby or message.kind in spoken.TELLS)
        return spoken.THANKS[digits] if comes or digits != "1" else spoken.NOTED


def call(outbox_id: int, attempt: int, *, lock: bool = False) -> Message | None:
    """The row of a call of ours, unless it went to a number that was put right since, or is not theirs."""
    if not 0 < outbox_id < 2**31:
        return None
    message = db.session.get(Message, outbox_id, with_for_update=True if lock else None)
    if message is None or message.channel is not Channel.VOICE or not 0 < attempt <= message.attempt:
        return None
    elsewhere = trouble.went_elsewhere(message, attempt) or astray.is_strangers(message)
    return None if elsewhere else message


def keep(press: Press, now: datetime) -> bool:
    """False when it was kept before."""
    if _known(press):
        return False
    _keep(press, now)
    return True


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
    holds = answer is not Answer.GOOD or truth.still_true(message)  # else they hear that it has changed
    if holds and message.recipient_kind is RecipientKind.PERSON and message.visit_id is not None:
        db.session.add(
            ReachAnswer(
                visit_id=message.visit_id,
                window_start=stamped(message.dedupe_key),
                window_end=truth.end_said(message),
                outbox_id=message.id,
                answer=answer,
                at=now,
            )
        )
    if answer is Answer.GOOD:
        if not holds:
            record(message, SYSTEM, now, moved_to=TOLD_OTHERWISE)
        note_heard(message, press.provider, press.call_id, now)
        return
    _answered(message, press.provider, press.call_id, now)
    ask_for_person(message, now, answer)


def note_heard(message: Message, provider: str, call_id: str, now: datetime) -> None:
    """Whoever was rung knows it, whatever the row stood at."""
    open_still = message.state in RANK
    _answered(message, provider, call_id, now)
    if open_still:
        message.move_to(S.DELIVERED, SYSTEM, now, why="answered")
    elif message.state is not S.DELIVERED:
        message.told_at = message.told_at or now
        record(message, SYSTEM, now, moved_from=message.state, moved_to="answered_after_all")


def ask_for_person(message: Message, now: datetime, answer: Answer = Answer.CALL_ME) -> None:
    """A person rings, with what was asked for. What has arrived stays so: another row asks for it."""
    if message.state in (S.DELIVERED, S.CANCELED):
        trouble.ask_after(message, answer.value, now)
        return
    message.last_error, message.told_at = answer.value, None
    message.due_at = min(message.due_at, now)
    if message.state in RANK:
        message.move_to(S.NEEDS_PERSON, SYSTEM, now, why=answer.value)


def _answered(message: Message, provider: str, call_id: str, now: datetime) -> None:
    adopt(message, provider, call_id)
    message.heard = message.heard or Heard.ANSWERED
    take_back_after(message, now)
    message.lease_until, message.check_at = None, None
    if message.state is S.PENDING:
        message.move_to(S.SENDING, SYSTEM, now, why="answered")
