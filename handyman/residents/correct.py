"""What stands on a resident's card, put right: who did it, when, and which part of it stay on file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db, rows
from handyman.models import (
    Actor,
    ActorKind,
    AuditEntry,
    Household,
    Person,
    PersonPhone,
    RequestState,
    Resident,
    ServiceRequest,
    User,
    record,
)
from handyman.residents.file import BIRTH_YEAR, CARE_NOTE, Phone, keep_home
from handyman.residents.names import rename
from handyman.residents.place import Place
from handyman.words import phone_words

PHONES, HOME = "phones_corrected", "moved_home"
CORRECTED = (BIRTH_YEAR, CARE_NOTE, PHONES, HOME)
MOST = 10


class ChangedMeanwhileError(Exception):
    """Somebody else has stored something while the form was open."""


@dataclass(frozen=True, slots=True)
class Correction:
    """The card as it ought to be. `place` is None where the home stays as it is."""

    name: str
    birth_year: int | None
    care_note: str
    phones: Mapping[int, Phone | None]  # by the row of the number as it was; None: a wrong one, taken off
    new_phone: Phone | None
    place: Place | None


def load(resident_id: int, *, lock: bool = False) -> Resident | None:
    home = joinedload(Resident.household).joinedload(Household.address)
    wanted = (
        select(Resident)
        .where(Resident.id == resident_id)
        .options(home, joinedload(Resident.person).selectinload(Person.phones))
    )
    if lock:  # two who correct one card, or its name, at one moment take turns
        db.session.get(Person, resident_id, with_for_update={"of": Person, "key_share": True})
        held = wanted.options(selectinload(Resident.contacts)).with_for_update(key_share=True, of=Resident)
        wanted = held.execution_options(populate_existing=True)
    return db.session.scalar(wanted)


def words_of(resident: Resident) -> dict[str, str]:
    """The card as its form says it: also to see whether it is still the same."""
    home = resident.household.address
    phones = {phone_field(phone): phone_words(phone.number) for phone in resident.person.phones}
    return {
        **phones,
        "name": resident.person.name,
        "birth_year": str(resident.birth_year or ""),
        "care_note": resident.care_note,
        "address": home.said,
        "unit": home.unit,
        "entrance": home.entrance,
    }


def phone_field(phone: PersonPhone) -> str:
    return f"phone-{phone.id}"


def correct(
    resident_id: int, opened: Mapping[str, str], new: Correction, by: Actor, now: datetime
) -> tuple[Resident, bool]:
    """The card as it ought to be, and whether its numbers are others; or ChangedMeanwhileError.

    A name that was on it before is told by the card itself, as one that was put right in a call.
    """
    resident = load(resident_id, lock=True)
    if resident is None or opened != {name: said for name, said in words_of(resident).items() if said}:
        raise ChangedMeanwhileError
    rename(resident.person, new.name, by, now)
    if new.birth_year != resident.birth_year:
        resident.birth_year = new.birth_year
        record(resident, by, now, moved_to=BIRTH_YEAR)
    if new.care_note != resident.care_note:
        resident.care_note = new.care_note
        record(resident, by, now, moved_to=CARE_NOTE)
    if others := _write_phones(resident.person, new):
        record(resident, by, now, moved_to=PHONES)
    if new.place is not None:
        keep_home(resident, new.place, by, now)
    db.session.flush()
    return resident, others


def _write_phones(person: Person, new: Correction) -> bool:
    before = [phone.number for phone in person.phones]
    for row in list(person.phones):
        phone = new.phones.get(row.id)
        if phone is None:
            person.phones.remove(row)
        else:
            row.number, row.kind = phone.number, phone.kind
    if new.new_phone is not None:
        person.phones.append(PersonPhone(number=new.new_phone.number, kind=new.new_phone.kind))
    return before != [phone.number for phone in person.phones]


def open_elsewhere(resident: Resident) -> Sequence[ServiceRequest]:
    """Open requests that lie where the resident does not live by the card."""
    wanted = select(ServiceRequest).where(
        ServiceRequest.resident_id == resident.id,
        ServiceRequest.state.in_((RequestState.LOGGED, RequestState.BOOKED)),
        ServiceRequest.address_id != resident.household.address_id,
    )
    return db.session.scalars(wanted.order_by(ServiceRequest.id)).all()


def history(resident_id: int) -> Sequence[Any]:
    """What was put right, the latest first: when, who, what."""
    by_user = and_(AuditEntry.actor_kind == ActorKind.USER, User.id == AuditEntry.actor_id)
    return rows(
        select(AuditEntry.at, AuditEntry.moved_to, User.name)
        .outerjoin(User, by_user)
        .where(
            AuditEntry.entity == Resident.__tablename__,
            AuditEntry.entity_id == resident_id,
            or_(*(AuditEntry.moved_to == each for each in CORRECTED)),
        )
        .order_by(AuditEntry.id.desc())
        .limit(MOST)
    ).all()
