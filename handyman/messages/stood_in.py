"""Who was told in a resident's stead hears it too when that changes: else they wait at a door for nobody."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from handyman.extensions import db
from handyman.messages import ladder, standby, wording, written
from handyman.messages.rows import NOT_ARRIVED, Draft, Recipient, write
from handyman.models import Channel, Message, MessageKind, MessageState, Person, RecipientKind, Visit

STOOD_IN = "stood-in:"
UNTOLD = (MessageState.PENDING, MessageState.CANCELED, MessageState.NEEDS_PERSON, *NOT_ARRIVED)


def tell(
    visit: Visit,
    kind: MessageKind,
    before: Iterable[Message],
    key: str,
    span: tuple[datetime, datetime],
    now: datetime,
) -> None:
    """`before` are the visit's notices so far; `key` ends with the moment that this one speaks of.

    Whoever was told by a person, or has answered, was told as well; who must not be told any more is not.
    """
    for person in who_hear(visit, before):
        say(visit, kind, person, key, span, now)


def say(
    visit: Visit,
    kind: MessageKind,
    person: Person,
    key: str,
    span: tuple[datetime, datetime],
    now: datetime,
    start: datetime | None = None,
) -> None:
    """To one of them; `start` when they knew it at another time."""
    number, channel = ladder.way_to(person, now)
    to = Recipient(RecipientKind.PERSON, person.id, number, channel is Channel.SMS)
    said = wording.spoken_to_standby(visit, kind, start=start)
    text = written.for_standby(visit, kind, person, start)
    write(Draft(kind, to, f"{STOOD_IN}{person.id}:{key}", text, *span, visit, said), now)


def who_hear(visit: Visit, before: Iterable[Message]) -> list[Person]:
    """Who was told in the resident's stead, and may be still."""
    told = who_were_told(before) - {visit.resident_id}
    wanted = select(Person).where(Person.id.in_(told)).order_by(Person.id)
    return [person for person in db.session.scalars(wanted) if standby.may_hear(visit, person.id)]


def who_were_told(before: Iterable[Message]) -> set[int]:
    """Of those whom these notices were written to."""
    return {row.recipient_id for row in before if row.state not in UNTOLD or row.was_heard}


def about(message: Message) -> str:
    """What it tells, whoever is told."""
    _person, _colon, key = message.dedupe_key.partition("#")[0].removeprefix(STOOD_IN).partition(":")
    return key


def is_one(message: Message) -> bool:
    """Whether it corrects what they were told before."""
    return message.dedupe_key.startswith(STOOD_IN)
