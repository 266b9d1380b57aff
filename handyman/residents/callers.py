"""Whoever calls for somebody else: found on file, or taken there."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from handyman.extensions import db
from handyman.models import Contact, Person, Resident, ServiceRequest
from handyman.residents.file import Phone, add_phone, at_number
from handyman.residents.names import goes_by


def find_or_file_caller(name: str, phone: Phone, now: datetime, called_for: Resident | None = None) -> Person:
    """The same name at the same number, or beside the same resident, is the same person."""
    known = at_number(name, phone.number)
    if not known and called_for is not None:
        known = _beside(called_for, name)
    person = known[0] if known else Person(name=name, created_at=now)
    db.session.add(person)
    add_phone(person, phone)
    db.session.flush()
    return person


def _beside(resident: Resident, name: str) -> list[Person]:
    """Of that name among those who live with the resident, stand by them, or have called for them before.

    A daughter who calls from her mother's telephone is the one who called from her own.
    """
    beside = (
        select(Resident.id).where(Resident.household_id == resident.household_id, Resident.id != resident.id),
        select(Contact.person_id).where(Contact.resident_id == resident.id),
        select(ServiceRequest.caller_id).where(ServiceRequest.resident_id == resident.id),
    )
    found = db.session.scalars(
        select(Person)
        .where(or_(*(Person.id.in_(ids) for ids in beside)), Person.id != resident.id)
        .options(selectinload(Person.names_before))
        .order_by(Person.id)
    )
    return [person for person in found if goes_by(person, name)]
