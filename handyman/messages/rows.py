"""Rows of the outbox, written and taken back inside the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from sqlalchemy import select

from handyman import astray, links
from handyman.extensions import db, settings
from handyman.messages import ladder, trouble, truth
from handyman.messages.hours import AT_NIGHT, is_night, next_allowed, next_leave
from handyman.messages.keys import free_key
from handyman.messages.templates import Text
from handyman.models import (
    SYSTEM,
    Channel,
    Link,
    Member,
    Message,
    MessageKind,
    MessageState,
    Person,
    PhoneKind,
    RecipientKind,
    Visit,
    listed_from,
    record,
)
from handyman.reasons import WAITS_FOR_CALL
from handyman.words import at_minute

HELD_BACK = timedelta(minutes=2)  # a slip of the finger is put right by then, and tells nobody
STILL_OURS = (MessageState.PENDING, MessageState.NEEDS_PERSON)
NOT_ARRIVED = (
    MessageState.FAILED,
    MessageState.UNDELIVERED,
    MessageState.EXPIRED,
    MessageState.SUPPRESSED,
)

LEFT = (MessageState.SENDING, MessageState.UNKNOWN, MessageState.ACCEPTED, MessageState.SENT)

LAST_WORDS = (  # of these only the newest counts
    (MessageKind.RESIDENT_BOOKED, MessageKind.RESIDENT_MOVED, MessageKind.RESIDENT_CANCELLED),
    (MessageKind.MEMBER_OFFER, MessageKind.MEMBER_MOVED, MessageKind.MEMBER_WITHDRAWN),
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whose telephone, whether it shows texts, and whether somebody takes it up who can press a key."""

    kind: RecipientKind
    id: int
    number: str
    shows_texts: bool
    rings: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to be written. `opens` gives it a link: to its visit, or to a whole day of the member."""

    kind: MessageKind
    to: Recipient
    key: str
    text: Text
    due_at: datetime
    not_after: datetime
    visit: Visit | None = None
    spoken: str = ""  # what a call says where no text goes
    opens_until: datetime | None = None
    opens_day: date | None = None


def resident_of(visit: Visit, now: datetime) -> Recipient:
    return resident(visit.resident.person, now)


def resident(person: Person, now: datetime) -> Recipient:
    """Their mobile, if there is one; else what rings; else the number that a person has to try."""
    phones = person.phones
    mobiles = [each for each in phones if each.kind is PhoneKind.MOBILE]
    good = (each for each in mobiles if not trouble.why_not(each.number, now))
    rings = [each for each in phones if each.kind in trouble.RINGING]
    phone = next(chain(good, mobiles, rings, phones), None)
    return Recipient(
        RecipientKind.PERSON,
        person.id,
        phone.number if phone else "",
        phone in mobiles,
        phone in mobiles or phone in rings,
    )


def member(row: Member) -> Recipient:
    """Without a smartphone there is nobody to open a link: they are rung, on whatever telephone it is."""
    shows_texts = row.smartphone and row.phone_kind is PhoneKind.MOBILE
    return Recipient(RecipientKind.MEMBER, row.id, row.phone, shows_texts)


def write(draft: Draft, now: datetime) -> Message | None:
    """Put a text into the outbox, once; None when the same was written before.

    A number that shows no texts, or takes none, is never sent one: it is rung where the notice can be spoken,
    else the row is a person's work from the start. So is a text that could only leave at night.
    """
    if draft.due_at >= draft.not_after:
        return None
    if (word := _last_word(draft)) is not None:
        _watch_again(word)
        return None
    why_not = trouble.why_not(draft.to.number, now) if draft.to.shows_texts else "no_texts"
    rings_at = None
    if why_not and draft.spoken and draft.to.rings and ladder.may_ring(draft.to.number, why_not):
        rings_at = next_leave(draft.kind, Channel.VOICE, draft.due_at, draft.not_after)
    if not why_not and is_night(draft.kind, draft.due_at):
        why_not = AT_NIGHT
    message = Message(
        dedupe_key=free_key(draft.key),
        kind=draft.kind,
        visit_id=draft.visit.id if draft.visit else None,
        recipient_kind=draft.to.kind,
        recipient_id=draft.to.id,
        to_number=draft.to.number,
        channel=Channel.SMS if rings_at is None else Channel.VOICE,
        body=draft.text.body if rings_at is None else draft.spoken,
        link=_link(draft, now),
        template_version=draft.text.version,
        due_at=rings_at or draft.due_at,
        next_at=rings_at or draft.due_at,
        not_after=draft.not_after,
        state=MessageState.NEEDS_PERSON if why_not and rings_at is None else MessageState.PENDING,
        last_error="" if rings_at is not None else why_not,
        created_at=now,
    )
    db.session.add(message)
    db.session.flush()
    return message


def take_back(
    messages: Iterable[Message], now: datetime, why: str, *, left: bool = False, even_asked: bool = False
) -> int:
    """Cancel what has not left yet, gives how many; what did not arrive is nobody's to pass on any more.

    Nor is what has `left` and nobody heard of, where something newer is told or they have answered. Whoever
    has asked to be rung still waits for that, unless they were: `even_asked`.
    """
    over = (*NOT_ARRIVED, *LEFT) if left else NOT_ARRIVED
    untold = [each for each in messages if each.told_at is None and (even_asked or not waits_for_call(each))]
    taken = [each for each in untold if each.state in STILL_OURS]
    for message in taken:
        message.move_to(MessageState.CANCELED, SYSTEM, now, why)
    for message in untold:
        if message.state in over:
            message.told_at = now
            record(message, SYSTEM, now, moved_from=message.state, moved_to=truth.SUPERSEDED, why=why)
    return len(taken)


def let_go(messages: Iterable[Message], now: datetime) -> None:
    """What is not so any more is nobody's work; whoever asked to be rung still waits."""
    for each in messages:
        open_still = each.state not in (MessageState.DELIVERED, MessageState.CANCELED)
        if open_still and not waits_for_call(each):
            truth.let_go(each, now)


def waits_for_call(message: Message) -> bool:
    """Whoever pressed the key for a person was told that one would ring."""
    return message.last_error in WAITS_FOR_CALL and message.told_at is None


def hold_back(visit_ids: Iterable[int], now: datetime, until: datetime) -> None:
    """What was written just now about these visits waits: it may be undone before anybody hears of it."""
    written = select(Message).where(
        Message.visit_id.in_(sorted(visit_ids)),
        Message.created_at == now,
        Message.state == MessageState.PENDING,
        Message.due_at < until,
        Message.not_after > until,
    )
    for message in db.session.scalars(written).all():
        message.due_at, message.next_at = until, max(message.next_at, until)
    db.session.flush()


def readdress(to: Recipient, now: datetime) -> None:
    """Somebody has another telephone: what waits stays at its own where that is theirs still and takes it.

    Else it goes to another one that does, or is a person's work.
    """
    waiting = select(Message).where(
        Message.recipient_kind == to.kind,
        Message.recipient_id == to.id,
        Message.state == MessageState.PENDING,
    )
    held = waiting.order_by(Message.id).with_for_update(of=Message, key_share=True)
    for message in db.session.scalars(held.execution_options(populate_existing=True)).all():
        numbers = (each for each in trouble.numbers_now(message) if _takes(message, each, to, now))
        number = next(numbers, None)
        trouble.readdress(message, to.number if number is None else number, now)
        if number is None:
            message.last_error = (trouble.why_not(to.number, now) if to.shows_texts else "") or "no_texts"
            message.due_at = min(message.due_at, listed_from(message))
            message.move_to(MessageState.NEEDS_PERSON, SYSTEM, now, why="another_number")


def _takes(message: Message, number: str, to: Recipient, now: datetime) -> bool:
    why_not = trouble.why_not(number, now)
    if message.channel is Channel.VOICE:
        return ladder.may_ring(number, why_not or "no_texts")
    return to.shows_texts and not why_not


def of_visit(visit: Visit, kinds: Iterable[MessageKind], to: Recipient | None = None) -> list[Message]:
    """The texts of a visit, oldest first, as they stand now and held: a sender may have claimed one."""
    wanted = select(Message).where(Message.visit_id == visit.id, Message.kind.in_(kinds)).order_by(Message.id)
    if to:
        wanted = wanted.where(Message.recipient_kind == to.kind, Message.recipient_id == to.id)
    held = wanted.with_for_update(of=Message, key_share=True).execution_options(populate_existing=True)
    return list(db.session.scalars(held))


def remind_at(start: datetime) -> datetime:
    return next_allowed(start - timedelta(minutes=settings().reminder_minutes), start)


def evening_before(day: date) -> datetime:
    """When residents are reminded, and members without a smartphone hear of their day."""
    at = settings().day_before_at
    return at_minute(day - timedelta(days=1), at.hour * 60 + at.minute)


def _last_word(draft: Draft) -> Message | None:
    """What has said the same, if that was the last of its subject: moved there and back, it is news again."""
    told = select(Message).where(
        Message.recipient_kind == draft.to.kind,
        Message.recipient_id == draft.to.id,
        Message.kind.in_(_subject(draft.kind)),
        (Message.state != MessageState.CANCELED) | Message.heard.is_not(None),  # by a person, before it left
        Message.last_error.not_in(ladder.WISHES) | Message.heard.is_not(None),
    )
    of_visit = Message.visit_id == draft.visit.id if draft.visit else Message.dedupe_key == draft.key
    last = db.session.scalar(told.where(of_visit).order_by(Message.id.desc()).limit(1))
    if last is None or was_given_up(last) or astray.went_astray(last):
        return None
    said_so = last.dedupe_key.partition("#")[0] == draft.key
    return last if said_so and not truth.told_otherwise([last]) else None


def was_given_up(message: Message) -> bool:
    """What nobody read, and nobody waits for any more, is no word at all."""
    missed = message.state in (*NOT_ARRIVED, MessageState.NEEDS_PERSON)
    return missed and message.told_at is not None and message.heard is None


def tells_nobody(message: Message) -> bool:
    """It was written for the list alone: for what was answered somebody is to be rung."""
    return message.last_error in ladder.WISHES and message.heard is None


def _watch_again(message: Message) -> None:
    """It was let go for what was newer; true again, what becomes of it is somebody's work."""
    if message.state in LEFT and message.heard is None:
        message.told_at = None


def _subject(kind: MessageKind) -> tuple[MessageKind, ...]:
    return next((kinds for kinds in LAST_WORDS if kind in kinds), (kind,))


def _link(draft: Draft, now: datetime) -> Link | None:
    if draft.opens_until is None:
        return None
    visit_id = draft.visit.id if draft.visit and draft.opens_day is None else None
    return links.issue(draft.to.id, now, draft.opens_until, visit_id=visit_id, day=draft.opens_day)
