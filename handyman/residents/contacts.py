"""Who stands by a resident: written down, put in order, taken off the list. No call changes it by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db
from handyman.models import (
    Actor,
    Contact,
    Message,
    Person,
    RecipientKind,
    Relation,
    Resident,
    ServiceRequest,
    record,
)
from handyman.residents.callers import find_or_file_caller
from handyman.residents.file import Phone

MOST = 6
CLOSE = (Relation.FAMILY, Relation.CARE_WORKER)  # whoever called as one of these is offered for the list
RELATIONS = (Relation.FAMILY, Relation.CARE_WORKER, Relation.NEIGHBOUR, Relation.OTHER)


class Refused(StrEnum):
    THEMSELF = "themself"  # the resident's own name and number
    KNOWN = "known"
    FULL = "full"
    GONE = "gone"  # somebody else has taken it off, or it never was there


class ContactError(Exception):
    """The list stays as it is."""

    def __init__(self, code: Refused) -> None:
        super().__init__(code.value)
        self.code = code


class Change(StrEnum):
    UP = "up"
    MAY_BE_TOLD = "may_be_told"
    NOT_TOLD = "not_told"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class NewContact:
    name: str
    phone: Phone
    relation: Relation
    may_be_told: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody who called for the resident and is not on the list."""

    person: Person
    relation: Relation


def listed(resident_id: int) -> Sequence[Contact]:
    return db.session.scalars(
        select(Contact)
        .where(Contact.resident_id == resident_id)
        .order_by(Contact.position, Contact.id)
        .options(joinedload(Contact.person).selectinload(Person.phones))
    ).all()


def offered(resident_id: int) -> list[Offered]:
    """Family and care workers who have called, the latest first, as they said who they are."""
    on_list = exists().where(
        Contact.resident_id == resident_id, Contact.person_id == ServiceRequest.caller_id
    )
    called = (
        select(func.max(ServiceRequest.id))
        .where(ServiceRequest.resident_id == resident_id, ServiceRequest.relation.in_(CLOSE), ~on_list)
        .where(ServiceRequest.caller_id.is_not(None), ServiceRequest.caller_id != resident_id)
        .group_by(ServiceRequest.caller_id)
    )
    rows = db.session.scalars(
        select(ServiceRequest)
        .where(ServiceRequest.id.in_(called))
        .order_by(ServiceRequest.id.desc())
        .limit(MOST)
        .options(joinedload(ServiceRequest.caller).selectinload(Person.phones))
    )
    return [Offered(row.caller, row.relation) for row in rows if row.caller is not None]


def not_told(person_id: int) -> Sequence[Contact]:
    """On this person's list, and on those that they stand on: who must not be told."""
    theirs = (Contact.person_id == person_id) | (Contact.resident_id == person_id)
    return db.session.scalars(select(Contact).where(theirs, ~Contact.may_be_told).order_by(Contact.id)).all()


def add(resident_id: int, new: NewContact, by: Actor, now: datetime) -> Contact:
    """At the end of the list; the same name at the same number is the same person as ever."""
    resident = _held(resident_id)
    person = find_or_file_caller(new.name, new.phone, now)
    return _append(resident, person, new.relation, new.may_be_told, by, now)


def add_caller(resident_id: int, person_id: int, by: Actor, now: datetime) -> Contact:
    """Whoever was offered."""
    resident = _held(resident_id)
    for one in offered(resident_id):
        if one.person.id == person_id:
            return _append(resident, one.person, one.relation, True, by, now)
    raise ContactError(Refused.GONE)


def change(
    resident_id: int, contact_id: int, wanted: Change, by: Actor, now: datetime, before: int | None = None
) -> int:
    """Gives whose row it is. Audit entries name the row alone.

    `before`: the row that stood just before it on the page, so that two who press move it once.
    """
    resident = _held(resident_id)
    contact = next((row for row in resident.contacts if row.id == contact_id), None)
    if contact is None:
        raise ContactError(Refused.GONE)
    person_id = contact.person_id
    record(contact, by, now, moved_to=wanted.value)
    if wanted is Change.REMOVE:
        person = contact.person
        resident.contacts.remove(contact)
        db.session.flush()
        _forget(person)
    elif wanted is Change.UP:
        place = resident.contacts.index(contact)
        earlier = [each for each, row in enumerate(resident.contacts[:place]) if before in (None, row.id)]
        if earlier:
            resident.contacts.insert(earlier[-1], resident.contacts.pop(place))
    else:
        contact.may_be_told = wanted is Change.MAY_BE_TOLD
    for position, row in enumerate(resident.contacts, start=1):
        row.position = position
    db.session.flush()
    return person_id


def _append(
    resident: Resident, person: Person, relation: Relation, may_be_told: bool, by: Actor, now: datetime
) -> Contact:
    if person.id == resident.id:
        raise ContactError(Refused.THEMSELF)
    if any(row.person_id == person.id for row in resident.contacts):
        raise ContactError(Refused.KNOWN)
    if len(resident.contacts) >= MOST:
        raise ContactError(Refused.FULL)
    contact = Contact(
        person=person,
        relation=relation,
        position=len(resident.contacts) + 1,
        may_be_told=may_be_told,
        added_at=now,
    )
    resident.contacts.append(contact)
    db.session.flush()
    record(contact, by, now, moved_to="added")
    db.session.flush()
    return contact


def _held(resident_id: int) -> Resident:
    """Two who change one list at one moment take turns."""
    resident = db.session.scalar(
        select(Resident)
        .where(Resident.id == resident_id)
        .options(selectinload(Resident.contacts).joinedload(Contact.person))
        .with_for_update(key_share=True, of=Resident)
        .execution_options(populate_existing=True)
    )
    if resident is None:
        raise ContactError(Refused.GONE)
    return resident


def _forget(person: Person) -> None:
    """Somebody on file only for that list leaves no name and no number behind."""
    used = or_(
        exists().where(Resident.id == person.id),
        exists().where(Contact.person_id == person.id),
        exists().where(ServiceRequest.caller_id == person.id),
        exists().where(Message.recipient_kind == RecipientKind.PERSON, Message.recipient_id == person.id),
    )
    if not db.session.scalar(select(used)):
        db.session.expire(person, ["stands_by"])
        db.session.delete(person)
        db.session.flush()
