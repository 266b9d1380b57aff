"""A visit put into a written text: the template that counts, filled for whoever reads it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from handyman import links, page_links
from handyman.extensions import db
from handyman.messages import fill, templates, texts, values, wording
from handyman.messages.fill import Slot
from handyman.messages.moments import stamped
from handyman.messages.templates import Text
from handyman.messages.wordings import OFFERS, OPENS, WORDINGS, of_visit, of_work
from handyman.models import (
    Channel,
    Link,
    Member,
    Message,
    MessageKind,
    MessageState,
    Outcome,
    Person,
    RecipientKind,
    TextKind,
    TextLanguage,
    Visit,
    once_more,
)
from handyman.words import local

K, T = MessageKind, TextKind
COMING = (K.RESIDENT_BOOKED, K.RESIDENT_MOVED, K.RESIDENT_DAY_BEFORE)  # texts that say when somebody comes
NAMING = (*COMING, K.MEMBER_REMINDER)  # texts that wait, and name the team as it stands when they leave
ENDINGS = {
    Outcome.DONE: T.RESIDENT_DONE,
    Outcome.PARTLY: T.RESIDENT_PARTLY,
    Outcome.NOBODY_HOME: T.RESIDENT_NOBODY_HOME,
}


def for_resident(visit: Visit, kind: MessageKind, start: datetime | None = None) -> Text | None:
    """The text of this kind, or None where a person should ring instead.

    `start` when they knew it at another time.
    """
    text_kind = _kind(visit, kind)
    if text_kind is None:
        return None
    language = TextLanguage(visit.resident.person.language)
    return _told(visit, text_kind, language, _of_visit(visit, text_kind, language, start))


def for_standby(visit: Visit, kind: MessageKind, person: Person, start: datetime | None = None) -> Text:
    """The same to whoever stands by the resident: where it is, is whose home it is."""
    language, text_kind = TextLanguage(person.language), _kind(visit, kind) or TextKind(kind.value)
    found = _of_visit(visit, text_kind, language, start)
    found[Slot.WHERE] = values.at_home_of(visit.resident.person.name, language)
    return _told(visit, text_kind, language, found)


def for_page(visit: Visit, kind: MessageKind, person: Person) -> Text:
    """With the address of the visit's page, to whoever opens such addresses."""
    language, text_kind = TextLanguage(person.language), TextKind(kind.value)
    link = len(page_links.address(visit.id))
    return text(text_kind, language, _of_visit(visit, text_kind, language), link)


def words_for_standby(visit: Visit, message: Message, person: Person, channel: Channel) -> dict[str, Any]:
    """What their row says in the place of this one, written or spoken."""
    start = called_off_at(message)
    if channel is Channel.VOICE:
        return {"body": wording.spoken_to_standby(visit, message.kind, start=start)}
    written = for_standby(visit, message.kind, person, start)
    return {"body": written.body, "template_version": written.version}


def called_off_at(message: Message) -> datetime | None:
    """The window whose end it tells; None where it speaks of the one that stands."""
    return stamped(message.dedupe_key) if message.kind is K.RESIDENT_CANCELLED else None


def write_anew(visit: Visit, message: Message, start: datetime | None = None) -> None:
    """Let a notice that has not left say how it is now; `start` when they knew it at another time."""
    if message.channel is Channel.VOICE:
        if message.recipient_kind is RecipientKind.PERSON:
            of_resident = message.recipient_id == visit.resident_id
            say = wording.spoken_to_resident if of_resident else wording.spoken_to_standby
            message.body = say(visit, message.kind, start=start)
        return
    written = _anew(visit, message, start)
    if written is not None:
        message.body, message.template_version = written.body, written.version


def write_anew_to(kind: RecipientKind, who: int) -> None:
    """Somebody is written to in another language: what has not left yet, too."""
    _write_waiting_anew(Message.recipient_kind == kind, Message.recipient_id == who)


def write_anew_about(resident_id: int) -> None:
    """Their name is another: also in what waits for those who stand by them, and who come to them."""
    _write_waiting_anew(Message.visit.has(Visit.resident_id == resident_id))


def _write_waiting_anew(*of_these: ColumnElement[bool]) -> None:
    waiting = select(Message).where(
        *of_these, Message.state == MessageState.PENDING, Message.kind.in_(NAMING)
    )
    held = waiting.order_by(Message.id).with_for_update(of=Message, key_share=True)
    for message in db.session.scalars(held.execution_options(populate_existing=True)):
        if message.visit is not None:
            write_anew(message.visit, message)


def for_member(
    kind: TextKind,
    visit: Visit,
    to: Member,
    *,
    start: datetime | None = None,
    ask: texts.Ask | None = None,
    link: Link | None = None,
) -> Text:
    """`start` when they knew the visit at another time; `link` where it has one already."""
    language = TextLanguage(to.language)
    work = _work(visit, to, language, start)
    if ask is not None:
        work = replace(work, once_more=db.session.scalar(once_more([visit.id])) is not None)
    found = of_work(kind, wording.office(), work, local(visit.start), ask, language)
    return text(kind, language, found, len(links.url(link)) if link else None)


def of_partner(kind: TextKind, visit: Visit, to: Member, who: Member) -> Text:
    """What the other of a team has said or done."""
    language = TextLanguage(to.language)
    work = replace(_work(visit, to, language), partners=(who.name,))
    return text(kind, language, of_work(kind, wording.office(), work, local(visit.start), None, language))


def day_list(visits: Sequence[Visit], to: Member) -> Text:
    language = TextLanguage(to.language)
    works = [_work(visit, to, language) for visit in visits]
    found = values.for_day(wording.office(), local(visits[0].start), works, language)
    return text(T.MEMBER_DAY_LIST, language, found)


def _told(visit: Visit, kind: TextKind, language: TextLanguage, found: fill.Values) -> Text:
    """No wording of an earlier release denies a sum that was agreed."""
    said = text(kind, language, found)
    names_sum = (
        Slot.SUM not in WORDINGS[kind].needed or f"{{{Slot.SUM}}}" in templates.newest(kind, language).body
    )
    if names_sum or not visit.agreed_won:
        return said
    house = templates.first(kind, language)
    return replace(house, body=fill.fill(house.body, found))


def link_length(kind: TextKind) -> int:
    """How many characters the address in such a text takes; the page of a visit lies a little further in."""
    further = len(page_links.PLACE) if kind in OPENS else 0
    return links.length() + further if WORDINGS[kind].has_link else 0


def text(kind: TextKind, language: TextLanguage, found: fill.Values, link: int | None = None) -> Text:
    """Filled, and never more than one part. A link by an earlier release takes more than one of today."""
    template = templates.newest(kind, language)
    length = link_length(kind) if link is None else link
    return replace(template, body=fill.fill(template.body, found, length, offer=kind in OFFERS))


def _anew(visit: Visit, message: Message, start: datetime | None) -> Text | None:
    if message.recipient_kind is RecipientKind.MEMBER:
        to = db.session.get_one(Member, message.recipient_id)
        return for_member(T.MEMBER_REMINDER, visit, to, link=message.link)
    if message.recipient_id == visit.resident_id:
        return for_resident(visit, message.kind, start)
    return for_standby(visit, message.kind, db.session.get_one(Person, message.recipient_id), start)


def _kind(visit: Visit, kind: MessageKind) -> TextKind | None:
    if kind is not K.RESIDENT_DONE:
        return TextKind(kind.value)
    return ENDINGS.get(wording.ending(visit))


def _of_visit(
    visit: Visit, kind: TextKind, language: TextLanguage, start: datetime | None = None
) -> dict[Slot, fill.Value]:
    items, promise = wording.items(visit, language), wording.promise(visit, start)
    return of_visit(kind, wording.office(), promise, visit.address.dong, items, language)


def _work(visit: Visit, to: Member, language: str, start: datetime | None = None) -> values.Work:
    job = wording.job(visit, start, language)
    return values.Work(job, visit.number, wording.partners(visit, to))
