"""Who is not reached one way is tried the next: a text, a spoken call, whoever called for them, a person.

Each step is a row of its own that follows one other, so nothing is climbed twice. The last step is the list
of what a person has to pass on.
"""

from datetime import datetime

from sqlalchemy import select

from handyman.extensions import db, settings
from handyman.messages import spoken, trouble, wording
from handyman.messages.hours import next_allowed, next_call
from handyman.messages.kill_points import reach
from handyman.models import (
    SYSTEM,
    Channel,
    Message,
    MessageState,
    Person,
    PhoneKind,
    RecipientKind,
    record,
)

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


def climb(message: Message, now: datetime) -> bool:
    """Write the next step; False when only a person is left."""
    visit = message.visit
    if visit is None or message.kind not in spoken.CLIMBS or now >= message.not_after:
        return False
    if message.recipient_id != visit.resident_id or message.recipient_kind is not RecipientKind.PERSON:
        return False
    return _call(message, now) or _guardian(message, now)


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
        and next_call(now, message.not_after) is not None
        and can_call()
    )


def ring(message: Message, now: datetime) -> bool:
    """At a person's wish, the call that would come next; False when none can, or something has followed."""
    followed = select(Message.id).where(Message.follows_id == message.id)
    if not may_ring_now(message, now) or db.session.scalar(followed) is not None:
        return False
    return _call(message, now)


def _call(message: Message, now: datetime) -> bool:
    at = next_call(now, message.not_after)
    why_not = trouble.why_not(message.to_number, now) or "no_texts"
    if message.channel is not Channel.SMS or at is None or not may_ring(message.to_number, why_not):
        return False
    assert message.visit is not None  # noqa: S101  # the caller has looked
    _follow(
        message,
        now,
        dedupe_key=f"{message.dedupe_key}#call",
        channel=Channel.VOICE,
        body=wording.spoken_to_resident(message.visit, message.kind),
        due_at=at,
    )
    return True


def _guardian(message: Message, now: datetime) -> bool:
    """Whoever called for the resident knows of the visit, and hears what the resident would have heard."""
    assert message.visit is not None  # noqa: S101  # the caller has looked
    at = next_allowed(now, message.not_after)
    for item in message.visit.items:
        caller = item.request_item.request.caller
        number = _mobile_of(caller) if caller is not None else ""
        body = wording.for_resident(message.visit, message.kind)
        if caller is None or caller.id == message.recipient_id or not number or not body:
            continue
        if trouble.why_not(number, now):
            continue
        _follow(
            message,
            now,
            dedupe_key=f"{message.dedupe_key}#guardian",
            channel=Channel.SMS,
            recipient_id=caller.id,
            to_number=number,
            body=body,
            due_at=at,
        )
        return True
    return False


def _mobile_of(person: Person) -> str:
    return next((phone.number for phone in person.phones if phone.kind is PhoneKind.MOBILE), "")


def _follow(message: Message, now: datetime, due_at: datetime, **changes: object) -> None:
    known = select(Message.id).where(Message.follows_id == message.id)
    if db.session.scalar(known) is None:
        trouble.write_after(message, now, due_at=due_at, **changes)
        reach("climbing")
    message.told_at = now  # nobody's work, as long as the next step is under way
    record(message, SYSTEM, now, moved_from=message.state, moved_to="climbed")
    db.session.flush()


def take_back_after(message: Message, now: datetime) -> None:
    """Somebody was reached after all: what would follow is not made."""
    following = select(Message).where(Message.follows_id == message.id, Message.state == MessageState.PENDING)
    for later in db.session.scalars(following.with_for_update()):
        later.move_to(MessageState.CANCELED, SYSTEM, now, why="reached")
