"""Who is not reached one way is tried the next: a text, a spoken call, whoever stands by them, a person.

Each step is a row of its own that follows one other, so nothing is climbed twice. The last step is the list
of what a person has to pass on.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select, text

from handyman.extensions import db, settings
from handyman.messages import spoken, standby, trouble, truth, wording, written
from handyman.messages.hours import next_leave
from handyman.messages.kill_points import reach
from handyman.models import (
    NOT_ARRIVED,
    SILENT_FOR,
    SYSTEM,
    Actor,
    Answer,
    Channel,
    Heard,
    Message,
    MessageState,
    Person,
    PhoneKind,
    ReachAnswer,
    RecipientKind,
    Visit,
    listed_from,
    record,
    texts_to_pass_on,
)
from handyman.reasons import WHOSE_WISH

CALLABLE = frozenset(
    {"", "no_texts", "opted_out", "21614", "30006", "3050"}
)  # why no text goes, though it may ring

RINGS_AFTER = frozenset(  # what still waits or is being sent may yet arrive by itself
    {
        MessageState.FAILED,
        MessageState.UNDELIVERED,
        MessageState.SUPPRESSED,
        MessageState.NEEDS_PERSON,
        MessageState.ACCEPTED,
        MessageState.SENT,
    }
)

WISHES = (*WHOSE_WISH, *WHOSE_WISH.values())  # why a person rings: what was answered, or by whom
ENDED_WELL = (MessageState.DELIVERED, MessageState.CANCELED)
NOBODY_TO_SEND_TO = ("no_texts", "bad_number", "opted_out")
AT_A_TIME = 50
LOOK_AGAIN = timedelta(hours=1)  # for somebody who stands by by then; meanwhile it is others' turn


def may_ring(number: str, why_not: str) -> bool:
    """Whether a spoken call can reach what no text reaches."""
    fact = trouble.known(number)
    bad = fact.bad_code if fact is not None and why_not == "bad_number" else why_not
    return bool(number) and bad in CALLABLE and can_call()


def can_call() -> bool:
    """On screen, or by a provider that takes keys, with a number of ours to show."""
    gateway = settings().sms_gateway
    return gateway == "screen" or (gateway == "twilio" and bool(settings().twilio_from))


def did_not_arrive(message: Message, code: str, now: datetime) -> None:
    """In the transaction in which it was given up: what the code asks for, then the next step."""
    trouble.take_up(message, code, now)
    if message.told_at is None:
        climb(message, now)


def climb_due(now: datetime) -> None:
    """Notices that nobody could even be sent, for want of a number that takes one: on when they are due.

    Where nobody is left to climb to, others come first: however many there are, none keeps another from it.
    """
    waiting = (
        select(Message)
        .where(text(NOT_ARRIVED), Message.due_at <= now, Message.not_after > now, Message.attempt == 0)
        .where(Message.kind.in_(spoken.CLIMBS), Message.last_error.in_(NOBODY_TO_SEND_TO))
        .where(Message.next_at <= now)
        .order_by(Message.next_at, Message.id)
        .limit(AT_A_TIME)
        .with_for_update(skip_locked=True)
    )
    for message in db.session.scalars(waiting).all():
        if not climb(message, now):
            message.next_at = now + LOOK_AGAIN


def climb(message: Message, now: datetime) -> bool:
    """Write the next step; False when only a person is left, or nothing is left to tell."""
    if truth.let_go(message, now):
        return False
    visit = message.visit
    if visit is None or message.kind not in spoken.CLIMBS or now >= message.not_after:
        return False
    if message.recipient_kind is not RecipientKind.PERSON:
        return False
    return _call(message, visit, now) or _standby(message, visit, now)


def may_ring_now(message: Message, now: datetime) -> bool:
    """Whether a person may let the telephone ring for a text that did not arrive, as far as the row tells."""
    visit = message.visit
    return (
        visit is not None
        and message.channel is Channel.SMS
        and message.kind in spoken.CLIMBS
        and message.state in RINGS_AFTER
        and message.recipient_kind is RecipientKind.PERSON
        and message.recipient_id == visit.resident_id
        and next_leave(message.kind, Channel.VOICE, now, message.not_after) is not None
        and can_call()
    )


def ring(message: Message, by: Actor, now: datetime) -> bool:
    """At a person's wish, the call that would come next; False when none can, or something has followed."""
    followed = select(Message.id).where(Message.follows_id == message.id)
    if not may_ring_now(message, now) or db.session.scalar(followed) is not None:
        return False
    assert message.visit is not None  # noqa: S101  # it may ring
    since, message.listed_from = message.listed_from, now + SILENT_FOR
    rings = _call(message, message.visit, now)
    if not rings:
        message.listed_from = since
    else:
        record(message, by, now, moved_from=message.state, moved_to="rung")
    return rings


def _call(message: Message, visit: Visit, now: datetime) -> bool:
    at = next_leave(message.kind, Channel.VOICE, now, message.not_after)
    if message.channel is not Channel.SMS or message.recipient_id != visit.resident_id or at is None:
        return False
    number = next((each for each in _telephones(message, visit) if _rings(each, now)), None)
    if number is None:
        return False
    return _follow(
        message,
        now,
        dedupe_key=f"{message.dedupe_key}#call",
        channel=Channel.VOICE,
        to_number=number,
        body=wording.spoken_to_resident(visit, message.kind, start=written.called_off_at(message)),
        due_at=at,
    )


def _telephones(message: Message, visit: Visit) -> Iterator[str]:
    """Where it went, if it is theirs still, then what else the resident has; no firm's, none abroad."""
    phones = visit.resident.person.phones
    deaf = {phone.number for phone in phones if phone.kind not in (PhoneKind.MOBILE, *trouble.RINGING)}
    wanted = dict.fromkeys([trouble.number_now(message), *(phone.number for phone in phones)])
    yield from (number for number in wanted if number not in deaf)


def _rings(number: str, now: datetime) -> bool:
    return may_ring(number, trouble.why_not(number, now) or "no_texts")


def _standby(message: Message, visit: Visit, now: datetime) -> bool:
    """Whoever stands by the resident hears what the resident would have heard, and of whom."""
    if hear := standby.who_hear(message, visit):
        for row in hear:  # nobody waits longer because of them
            row.listed_from = min(listed_from(row), listed_from(message))
        _leave_to_others(message, now)
        return True
    for person in standby.in_turn(message, visit):
        number, channel = way_to(person, now)
        at = next_leave(message.kind, channel, now, message.not_after) if number else None
        if at is None:
            continue
        return _follow(
            message,
            now,
            dedupe_key=f"{standby.first_of(message).dedupe_key}#guardian-{person.id}",
            channel=channel,
            recipient_id=person.id,
            to_number=number,
            **written.words_for_standby(visit, message, person, channel),
            due_at=at,
        )
    return False


def way_to(person: Person, now: datetime) -> tuple[str, Channel]:
    """A text where one arrives, else a call; no number where neither does."""
    mobiles = [phone.number for phone in person.phones if phone.kind is PhoneKind.MOBILE]
    for mobile in mobiles:
        if not trouble.why_not(mobile, now):
            return mobile, Channel.SMS
    landlines = (phone.number for phone in person.phones if phone.kind in trouble.RINGING)
    return next((each for each in (*mobiles, *landlines) if _rings(each, now)), ""), Channel.VOICE


def _follow(message: Message, now: datetime, due_at: datetime, **changes: object) -> bool:
    """One row follows another, once: where that was passed over, a person goes on."""
    known = select(Message.id).where(Message.follows_id == message.id)
    if db.session.scalar(known) is not None:
        return False
    trouble.write_after(message, now, due_at=due_at, retries=0, **changes)
    reach("climbing")
    _leave_to_others(message, now)
    return True


def _leave_to_others(message: Message, now: datetime) -> None:
    """Nobody's work, as long as the next step is under way."""
    message.told_at = now
    record(message, SYSTEM, now, moved_from=message.state, moved_to="climbed")
    db.session.flush()


def take_back_after(message: Message, now: datetime) -> None:
    """Somebody was reached after all: what would follow is not made, however far down it is.

    What was made already is nobody's work, unless whoever was told by it asked for somebody of the office.
    """
    row: Message | None = message
    while row is not None:
        row = db.session.scalar(select(Message).where(Message.follows_id == row.id).with_for_update())
        if row is None:
            return
        if row.state is MessageState.PENDING:
            row.move_to(MessageState.CANCELED, SYSTEM, now, why="reached")
        elif row.state not in ENDED_WELL and row.told_at is None and not asks_for_person(row):
            row.told_at = now
            record(row, SYSTEM, now, moved_from=row.state, moved_to="reached")


def pass_over(resident_id: int, person_id: int, now: datetime) -> None:
    """Who is not to be told any more: what was left to them is a person's work, and is about the resident.

    So is what is on the list though it is of no use any more, and what has arrived where nobody has answered:
    their number may have been wrong. What is under way cannot be called back; it is not tried again.
    """
    of_use = (Message.not_after > now) | Message.id.in_(texts_to_pass_on(now))
    open_still = Message.told_at.is_(None) & Message.state.not_in(ENDED_WELL)
    arrived = (Message.state == MessageState.DELIVERED) & Message.heard.is_(None)
    theirs = (
        select(Message)
        .join(Visit, Visit.id == Message.visit_id)
        .where(Visit.resident_id == resident_id, of_use)
        .where(open_still | arrived | (Message.heard == Heard.ARRIVED))
        .where(Message.recipient_kind == RecipientKind.PERSON, Message.recipient_id == person_id)
        .where(~standby.was_passed_over())
        .order_by(Message.id)
        .with_for_update(of=Message)
    )
    for message in db.session.scalars(theirs).all():
        if message.state is MessageState.PENDING:
            message.move_to(MessageState.CANCELED, SYSTEM, now, why=standby.NOT_TO_BE_TOLD)
        else:
            record(message, SYSTEM, now, moved_from=message.state, moved_to=standby.NOT_TO_BE_TOLD)
        if message.state is not MessageState.DELIVERED:
            message.told_at = message.told_at or now
        if truth.still_true(message):
            _put_back(message, now)
    db.session.flush()


def _put_back(message: Message, now: datetime) -> None:
    """On the list stands the resident, whom it did not reach, if nobody has told them since.

    Nor has anybody else heard it for them who may.
    """
    before = standby.left_by_resident(message) if message.kind in spoken.CLIMBS else None
    if before is None or before.told_at is None or before.state in ENDED_WELL or not truth.still_true(before):
        return
    good = select(ReachAnswer.id).where(
        ReachAnswer.visit_id == before.visit_id,
        ReachAnswer.answer == Answer.GOOD,
        ReachAnswer.at >= before.due_at,  # a yes to what was told before is none to a reminder
    )
    others = before.visit is not None and any(
        each.was_heard for each in standby.who_hear(before, before.visit)
    )
    if not before.was_heard and not others and db.session.scalar(good.limit(1)) is None:
        before.told_at = None
        record(before, SYSTEM, now, moved_from="climbed", moved_to=before.state)


def goes_on(message: Message) -> bool:
    """Whether another way is still under way, or has ended with nobody told."""
    last = message
    while (row := db.session.scalar(select(Message).where(Message.follows_id == last.id))) is not None:
        last = row
    return last is not message and last.told_at is None and last.state not in ENDED_WELL


def asks_for_person(message: Message) -> bool:
    """Whoever was told by it wants to talk to somebody: that a text has arrived is no answer to that."""
    return message.last_error in WISHES
