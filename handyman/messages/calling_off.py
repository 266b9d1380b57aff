"""A visit is called off: whoever waits for it hears that of the day and the hours that they know."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from handyman import astray
from handyman.extensions import db
from handyman.messages import crew, home_page, standby, stood_in, to_home, wording, written
from handyman.messages.hours import next_allowed
from handyman.messages.keys import free_key
from handyman.messages.moments import restamped, stamp, stamped
from handyman.models import (
    ActorKind,
    Answer,
    AuditEntry,
    Message,
    MessageKind,
    MessageState,
    ReachAnswer,
    RecipientKind,
    Visit,
    VisitState,
)

TOLD = "told"  # why a text was taken back: a person has said what it says
STILL_TRUE = timedelta(hours=1)  # how long after its window it is worth telling


def tell(visit: Visit, before: Sequence[Message], now: datetime) -> None:
    """The resident, and whoever was told in their stead; `before` are the visit's notices so far."""
    kind = MessageKind.RESIDENT_CANCELLED
    start = _window(visit, before, visit.resident_id, now)
    if (span := _span(visit, start, now)) is not None:
        to_home.tell(visit, kind, *span, now, start=start)
    for person in stood_in.who_hear(visit, before):
        start = _window(visit, before, person.id, now)
        if (span := _span(visit, start, now)) is not None:
            key = f"{visit.id}:cancelled:{stamp(start)}"
            stood_in.say(visit, kind, person, key, span, now, start)


def reword(message: Message, now: datetime) -> str:
    """What it says when it leaves: it names the hours that are known by then, and so does what follows it.

    What had told of a move may have turned out since not to have arrived.
    """
    visit, start = message.visit, window_off(message, now)
    if visit is not None and start is not None and start != stamped(message.dedupe_key):
        message.dedupe_key = free_key(restamped(message.dedupe_key, start))
        written.write_anew(visit, message, start)
    return message.body


def window_off(message: Message, now: datetime) -> datetime | None:
    """Of which window they are to hear that it is off; as they were told where that one is over."""
    visit, person_id = message.visit, standby.first_of(message).recipient_id
    if visit is None:
        return None
    notices = select(Message).where(Message.visit_id == visit.id, Message.kind.in_(written.COMING))
    start = _known(visit, db.session.scalars(notices.order_by(Message.id)).all(), person_id)
    return start if _span(visit, start, now) is not None else _told(visit, person_id)


def _told(visit: Visit, person_id: int) -> datetime | None:
    """Of which they were told, or are to be."""
    told = select(Message.dedupe_key).where(
        Message.visit_id == visit.id,
        Message.kind == MessageKind.RESIDENT_CANCELLED,
        Message.recipient_kind == RecipientKind.PERSON,
        Message.recipient_id == person_id,
    )
    key = db.session.scalar(told.order_by(Message.id.desc()).limit(1))
    return stamped(key) if key is not None else None


def _window(visit: Visit, before: Sequence[Message], person_id: int, now: datetime) -> datetime:
    """In which they wait; as it stands where that one is over."""
    start = _known(visit, before, person_id)
    return start if _span(visit, start, now) is not None else visit.window_start


def _known(visit: Visit, before: Sequence[Message], person_id: int) -> datetime:
    """In which they wait, by its start: by what they were told or answered last, else others in their stead.

    As it stands where nobody was told of any, or they have wanted another since, or have called it off
    themselves: their page shows it.
    """
    if person_id == visit.resident_id and _called_off_at_home(visit):
        return visit.window_start
    by_a_person = _said_instead(before)
    told = [each for each in before if crew.was_told(each) or each.id in by_a_person]
    told.sort(key=astray.went_astray, reverse=True)  # that may have been theirs
    theirs = [each for each in told if each.recipient_id == person_id] or told
    start = stamped(theirs[-1].dedupe_key) if theirs else visit.window_start
    said = [each for each in (_last_answer(visit, person_id), _last_look(visit, person_id)) if each]
    at, instead = max(said, default=(None, start))
    return instead if at is not None and all(each.created_at <= at for each in theirs) else start


def _called_off_at_home(visit: Visit) -> bool:
    by_them = select(AuditEntry.id).where(
        AuditEntry.entity == Visit.__tablename__,
        AuditEntry.entity_id == visit.id,
        AuditEntry.moved_to == VisitState.CANCELLED,
        AuditEntry.actor_kind == ActorKind.PERSON,
    )
    return db.session.scalar(by_them.limit(1)) is not None


def _last_answer(visit: Visit, person_id: int) -> tuple[datetime, datetime] | None:
    """When they have said that a window is good, or another one wanted, and which: by a key, or to a person.

    Or on the page. It names nobody: what is said there counts for each who has it.
    """
    of_them = Message.recipient_id == person_id
    if _has_page(visit, person_id):
        of_them |= Message.kind.in_(home_page.PAGES)
    answers = (
        select(ReachAnswer)
        .join(Message, Message.id == ReachAnswer.outbox_id)
        .where(ReachAnswer.visit_id == visit.id, of_them)
        .where(Message.recipient_kind == RecipientKind.PERSON)
        .where(ReachAnswer.answer.in_((Answer.GOOD, Answer.ANOTHER_TIME)))
    )
    last = db.session.scalar(answers.order_by(ReachAnswer.at.desc(), ReachAnswer.id.desc()).limit(1))
    if last is None:
        return None
    return last.at, last.window_start if last.answer == Answer.GOOD else visit.window_start


def _last_look(visit: Visit, person_id: int) -> tuple[datetime, datetime] | None:
    return home_page.last_look(visit.id) if _has_page(visit, person_id) else None


def _has_page(visit: Visit, person_id: int) -> bool:
    page = select(Message.id).where(
        Message.visit_id == visit.id,
        Message.kind.in_(home_page.PAGES),
        Message.recipient_id == person_id,
        Message.attempt > 0,
    )
    return db.session.scalar(page.limit(1)) is not None


def _span(visit: Visit, start: datetime, now: datetime) -> tuple[datetime, datetime] | None:
    end = wording.promise(visit, start).end
    if end + STILL_TRUE <= now:
        return None
    return next_allowed(now, start), max(end, now + STILL_TRUE)


def _said_instead(messages: Sequence[Message]) -> set[int]:
    taken_back = [each.id for each in messages if each.state is MessageState.CANCELED]
    said = select(AuditEntry.entity_id).where(
        AuditEntry.entity == Message.__tablename__,
        AuditEntry.entity_id.in_(taken_back),
        AuditEntry.moved_to == MessageState.CANCELED,
        AuditEntry.why == TOLD,
    )
    return set(db.session.scalars(said))
