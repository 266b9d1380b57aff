"""The page that a resident opens: who gets its address when, and what is answered there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from handyman import page_links
from handyman.extensions import db, settings
from handyman.messages import ladder, surveyed, trouble, wording, written
from handyman.messages.hours import next_allowed
from handyman.messages.keys import free_key
from handyman.messages.ladder import take_back_after
from handyman.messages.moments import instant, speaks_of, stamp, stamped
from handyman.messages.rows import (
    HELD_BACK,
    Draft,
    Recipient,
    of_visit,
    resident_of,
    take_back,
    waits_for_call,
    write,
)
from handyman.messages.templates import Text
from handyman.messages.written import COMING
from handyman.models import (
    SYSTEM,
    Actor,
    Answer,
    AuditEntry,
    Channel,
    Contact,
    Heard,
    Message,
    MessageKind,
    MessageState,
    Person,
    PhoneKind,
    ReachAnswer,
    RecipientKind,
    Visit,
    VisitState,
    record,
)
from handyman.reasons import WHO_ANSWERED
from handyman.words import at_minute, local

K, S = MessageKind, MessageState
PAGES = (K.RESIDENT_PAGE, K.RESIDENT_SURVEY)
SAW = "seen_on_page"  # as an entry of the log
STRANGERS = "answer_of_a_stranger"  # as an entry of the log
STRANGERS_LOOK = "seen_by_a_stranger"  # perhaps, as an entry of the log
ASKED_AT = 10 * 60  # on the day after, when breakfast is over
ASKED_FOR = timedelta(days=3)


def tell(visit: Visit, now: datetime) -> None:
    """The address of the visit's page, beside the notice that says it all without one."""
    _write(visit, K.RESIDENT_PAGE, next_allowed(now, visit.window_end), visit.window_end, now)


def ask(visit: Visit, now: datetime) -> None:
    """How it was, on the day after; of a visit that could do nothing nobody is asked."""
    if visit.state is VisitState.FINISHED:
        due_at = max(at_minute(visit.day + timedelta(days=1), ASKED_AT), next_allowed(now, now + ASKED_FOR))
        asked = _write(visit, K.RESIDENT_SURVEY, due_at, due_at + ASKED_FOR, now)
        if not asked and settings().survey_calls:
            _ring(visit, due_at, now)


def send(visit: Visit, now: datetime) -> bool:
    """At a wish on the telephone: to the resident, whether or not they open pages as a rule."""
    if not _takes_texts(resident_of(visit, now), now) or now >= visit.window_end:
        return False
    page_links.issue(visit, now)
    span = next_allowed(now, visit.window_end), visit.window_end
    key = f"visit:{visit.id}:page-{visit.resident_id}:{stamp(now)}:{stamp(visit.window_start)}"
    text = written.for_page(visit, K.RESIDENT_PAGE, visit.resident.person)
    write(Draft(K.RESIDENT_PAGE, resident_of(visit, now), key, text, *span, visit), now)
    return True  # pressed twice in a minute, it is sent once


def send_new(visit: Visit, person: Person, number: str, now: datetime) -> None:
    """The address is another one: when a slip of the finger would have been put right."""
    to = Recipient(RecipientKind.PERSON, person.id, number, True)
    due_at = max(next_allowed(now, visit.window_end), now + HELD_BACK)
    key = f"visit:{visit.id}:page-{person.id}:{instant(now)}:{stamp(visit.window_start)}"
    text = written.for_page(visit, K.RESIDENT_PAGE, person)
    write(Draft(K.RESIDENT_PAGE, to, key, text, due_at, visit.window_end, visit), now)


def answer(visit: Visit, said: Answer, by: Actor, now: datetime) -> None:
    """As a key in a call: the answer stands by the visit; whoever wants another time is rung by a person."""
    asked = _last_notice(visit, now)
    if asked is None:
        return
    db.session.add(
        ReachAnswer(
            visit_id=visit.id,
            window_start=visit.window_start,
            window_end=visit.window_end,
            outbox_id=asked.id,
            answer=said,
            at=now,
        )
    )
    asked.heard = asked.heard or Heard.ANSWERED
    if said is Answer.GOOD:
        _heard(visit, by, now)
    else:
        _to_ring(visit, said.value, by, now)
    db.session.flush()


def saw(visit: Visit, by: Actor, now: datetime) -> None:
    """A promise of which no text has arrived yet: whoever has opened the page knows of it all the same."""
    brought = _last_notice(visit, now)
    if brought is not None:
        record(brought, by, now, moved_from=brought.state, moved_to=SAW, why=stamp(visit.window_start))


def is_seen_first(visit_id: int) -> bool:
    """Whether no text of the promise has arrived yet, and nobody has opened the page since it was made."""
    waits = select(Message.created_at).where(
        Message.visit_id == visit_id,
        Message.kind.in_((K.RESIDENT_BOOKED, K.RESIDENT_MOVED)),
        Message.state.not_in((S.DELIVERED, S.CANCELED)),
        Message.told_at.is_(None),
    )
    since = db.session.scalar(waits.order_by(Message.id.desc()).limit(1))
    look = last_look(visit_id) if since is not None else None
    return since is not None and (look is None or look[0] < since)


def last_look(visit_id: int) -> tuple[datetime, datetime] | None:
    """When somebody saw a promise there before it was told, and by its start which one; no stranger's."""
    looks = (
        select(AuditEntry.at, AuditEntry.moved_to, AuditEntry.why)
        .join(Message, Message.id == AuditEntry.entity_id)
        .where(AuditEntry.entity == Message.__tablename__, AuditEntry.moved_to.in_((SAW, STRANGERS_LOOK)))
        .where(Message.visit_id == visit_id)
    )
    found = db.session.execute(looks.order_by(AuditEntry.id.desc()).limit(1)).one_or_none()
    return (found.at, stamped(found.why)) if found is not None and found.moved_to == SAW else None


def forget(visit: Visit, since: datetime, now: datetime) -> None:
    """What was seen or answered on the page since a stranger could open it: nobody knows by whom.

    Of an answer a person asks.
    """
    look, brought = last_look(visit.id), _last_notice(visit, now)
    if look is not None and brought is not None and look[0] >= since:
        record(brought, SYSTEM, now, moved_from=brought.state, moved_to=STRANGERS_LOOK)
    on_page = (
        select(ReachAnswer)
        .join(Message, Message.id == ReachAnswer.outbox_id)
        .where(ReachAnswer.visit_id == visit.id, ReachAnswer.told_by_id.is_(None), ReachAnswer.at >= since)
        .where(Message.kind.in_(PAGES))
        .order_by(ReachAnswer.id)
    )
    answers = db.session.scalars(on_page).all()
    for each in answers:
        text = db.session.get_one(Message, each.outbox_id)
        text.heard = None if text.heard is Heard.ANSWERED else text.heard
        record(text, SYSTEM, now, moved_from=text.state, moved_to=STRANGERS)
        db.session.delete(each)
    stands = visit.window_start, visit.window_end
    if any((each.window_start, each.window_end or visit.window_end) == stands for each in answers):
        wishes = (row for row in of_visit(visit, COMING) if _wishes_another_time(row))
        take_back(wishes, now, why=STRANGERS)
        _to_ring(visit, WHO_ANSWERED, SYSTEM, now)


def _ring(visit: Visit, due_at: datetime, now: datetime) -> None:
    """Whoever opens no pages answers by keys; who cannot be rung is not asked."""
    to = replace(resident_of(visit, now), shows_texts=False)
    if ladder.may_ring(to.number, "no_texts"):
        said = surveyed.first_question(wording.office(), local(visit.start))
        key = f"visit:{visit.id}:survey-{visit.resident_id}:{stamp(visit.window_start)}"
        draft = Draft(K.RESIDENT_SURVEY, to, key, Text(said), due_at, due_at + ASKED_FOR, visit, spoken=said)
        write(draft, now)


def _write(visit: Visit, kind: MessageKind, due_at: datetime, not_after: datetime, now: datetime) -> bool:
    """Whether there is anybody to write to."""
    some = False
    for person, to in _readers(visit, now):
        some = True
        page_links.issue(visit, now)
        name = kind.removeprefix("resident_")
        key = f"visit:{visit.id}:{name}-{person.id}:{stamp(visit.window_start)}"
        write(Draft(kind, to, key, written.for_page(visit, kind, person), due_at, not_after, visit), now)
    return some


def _readers(visit: Visit, now: datetime) -> Iterator[tuple[Person, Recipient]]:
    """The resident and those who may be told for them, as far as they open pages on their telephones."""
    listed = select(Contact).where(Contact.resident_id == visit.resident_id, Contact.may_be_told)
    people = [visit.resident.person]
    people += [row.person for row in db.session.scalars(listed.order_by(Contact.position, Contact.id))]
    for person in people:
        to = _mobile_of(person)
        if person.opens_pages and _takes_texts(to, now):
            yield person, to


def _mobile_of(person: Person) -> Recipient:
    number = next((phone.number for phone in person.phones if phone.kind is PhoneKind.MOBILE), "")
    return Recipient(RecipientKind.PERSON, person.id, number, bool(number))


def _takes_texts(to: Recipient, now: datetime) -> bool:
    return to.shows_texts and not trouble.why_not(to.number, now)


def _last_notice(visit: Visit, now: datetime) -> Message | None:
    """What brought them to the page; no reminder that is still to come."""
    told = (Message.visit_id == visit.id, Message.recipient_kind == RecipientKind.PERSON)
    return db.session.scalar(
        select(Message)
        .where(*told, Message.kind.in_((*PAGES, *COMING)))
        .order_by(Message.kind.in_(PAGES).desc(), (Message.due_at <= now).desc(), Message.id.desc())
        .limit(1)
    )


def _heard(visit: Visit, by: Actor, now: datetime) -> None:
    """Nobody has to ring about this promise any more, and no call that would follow is made.

    A page names nobody: whoever has asked to be rung may be somebody else.
    """
    for row in of_visit(visit, (*COMING, K.RESIDENT_PAGE)):
        news_to_others = row.recipient_id != visit.resident_id and row.follows_id is None
        if news_to_others or not speaks_of(row.dedupe_key, visit.window_start):
            continue
        take_back_after(row, now)
        comes = row.state is S.PENDING and row.due_at > now  # a reminder is of use all the same
        stays = comes or row.state in (S.DELIVERED, S.CANCELED) or waits_for_call(row)
        if row.told_at is None and not stays:
            row.told_at = now
            record(row, by, now, moved_from=row.state, moved_to="answered_after_all")


def _to_ring(visit: Visit, why: str, by: Actor, now: datetime) -> None:
    """A row for the list of what a person has to do; one is enough."""
    waiting = (
        row for row in of_visit(visit, COMING) if row.state is S.NEEDS_PERSON and row.last_error == why
    )
    if now >= visit.window_end or any(row.told_at is None for row in waiting):
        return
    to = resident_of(visit, now)
    row = Message(
        dedupe_key=free_key(f"visit:{visit.id}:{why}:{stamp(visit.window_start)}"),
        kind=K.RESIDENT_BOOKED,
        visit_id=visit.id,
        recipient_kind=to.kind,
        recipient_id=to.id,
        to_number=to.number,
        channel=Channel.VOICE,
        body=wording.spoken_to_resident(visit, K.RESIDENT_BOOKED),
        due_at=now,
        next_at=now,
        not_after=visit.window_end,
        state=S.NEEDS_PERSON,
        last_error=why,
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    record(row, by, now, moved_to=S.NEEDS_PERSON, why=why)


def _wishes_another_time(row: Message) -> bool:
    """Whether it was written for that alone, not by a key in a call."""
    return row.dedupe_key.startswith(f"visit:{row.visit_id}:{Answer.ANOTHER_TIME}:")
