"""Find the person, household and address a call speaks of, or take them on file."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from handyman import merged
from handyman.extensions import db
from handyman.models import (
    ENDED,
    Actor,
    Address,
    Consent,
    ConsentKind,
    Grade,
    Household,
    Person,
    PersonPhone,
    PhoneKind,
    RequestItem,
    Resident,
    ServiceRequest,
    Visit,
    VisitItem,
    VisitState,
    record,
    same_name,
    told_by_words,
)
from handyman.residents.names import OtherNameError, goes_by, rename
from handyman.residents.place import Place

BIRTH_YEAR, CARE_NOTE = "birth_year_corrected", "care_note_corrected"  # in the history of a card
NOT_BEGUN = (VisitState.BOOKED, VisitState.ASSIGNED)
WRITTEN = tuple(each.name for each in fields(Place) if each.name != "located_at")


class NowhereError(Exception):
    """Visits are promised there, and a place that nobody can find cannot be gone to."""


@dataclass(frozen=True, slots=True)
class Phone:
    """One number in normal form and the kind of line it is."""

    number: str
    kind: PhoneKind


@dataclass(frozen=True, slots=True)
class Somebody:
    """The resident as the operator took them down."""

    name: str
    phone: Phone
    place: Place
    own_line: bool = True  # False: a centre's or a relative's, which may stand for several people
    person_id: int | None = None
    renamed: bool = False  # the name of that person was wrong, and is right now
    birth_year: int | None = None
    care_note: str = ""
    care_note_withdrawn: bool = False  # the resident does not want it on file


def find_or_file(who: Somebody, by: Actor, now: datetime) -> Resident:
    """The resident of this name, number and address: the row that is there, else a new one."""
    person = _find_person(who)
    if person is None:
        person = Person(name=who.name, created_at=now)
        db.session.add(person)
    elif who.renamed and person.id == merged.into(who.person_id or 0):
        rename(person, who.name, by, now)
    add_phone(person, who.phone)
    resident = person.resident
    before = (resident.birth_year, resident.care_note) if resident else None
    if resident is None:
        resident = Resident(person=person, household=_household(_file_address(who.place, now), now))
        db.session.add(resident)
        db.session.flush()
        record(resident, by, now, moved_to="filed")
    else:
        keep_home(resident, who.place, by, now)
    resident.birth_year = who.birth_year or resident.birth_year
    if who.care_note or who.care_note_withdrawn or who.person_id == person.id:
        resident.care_note = who.care_note  # empty words of somebody whose card was not open say nothing
    if before is not None:
        _note_corrected(resident, before, by, now)
    db.session.flush()
    return resident


def _note_corrected(resident: Resident, before: tuple[int | None, str], by: Actor, now: datetime) -> None:
    if resident.birth_year != before[0]:
        record(resident, by, now, moved_to=BIRTH_YEAR)
    if resident.care_note != before[1]:
        record(resident, by, now, moved_to=CARE_NOTE)


def add_phone(person: Person, phone: Phone) -> None:
    if all(known.number != phone.number for known in person.phones):
        person.phones.append(PersonPhone(number=phone.number, kind=phone.kind))


def keep_consents(
    person: Person, answers: Mapping[ConsentKind, bool], version: str, by: Actor, now: datetime
) -> None:
    """Store each answer to the script, unless the same answer to the same words is on file."""
    on_file = latest_consents(person.id)
    for kind, given in answers.items():
        last = on_file.get(kind)
        if last and (last.given, last.script_version) == (given, version):
            continue
        db.session.add(
            Consent(
                person_id=person.id, kind=kind, script_version=version, given=given, read_by_id=by.id, at=now
            )
        )


def latest_consents(person_id: int) -> dict[ConsentKind, Consent]:
    rows = db.session.scalars(select(Consent).where(Consent.person_id == person_id).order_by(Consent.id))
    return {row.kind: row for row in rows}


def _find_person(who: Somebody) -> Person | None:
    """By the card that was chosen, else by name and number, else by name and home.

    OtherNameError where the card has another name, and nobody said that it was corrected.

    A line that is not the resident's own says nothing of who they are: a centre calls for
    several people of one name.
    """
    if who.person_id is not None:
        chosen = db.session.get(Person, merged.into(who.person_id))
        if chosen is not None:
            if not who.renamed and not same_name(chosen.name, who.name):
                raise OtherNameError(chosen.id)
            return chosen
    named = at_number(who.name, who.phone.number)
    for person in named:
        if person.resident and is_same_place(person.resident.household.address, who.place):
            return person
    if who.own_line and len(named) == 1:
        return named[0]
    return at_home(who.name, who.place.place_key)


def at_number(name: str, number: str) -> list[Person]:
    """Who goes by the name among those of the number."""
    rows = db.session.scalars(
        select(Person)
        .join(PersonPhone)
        .where(PersonPhone.number == number)
        .options(
            joinedload(Person.resident).joinedload(Resident.household).joinedload(Household.address),
            selectinload(Person.names_before),
        )
        .order_by(Person.id)
    )
    return [person for person in rows if goes_by(person, name)]


def at_home(name: str, place_key: str) -> Person | None:
    """Who goes by the name among those who live there."""
    if not place_key or not name:
        return None
    rows = db.session.scalars(
        select(Person)
        .join(Resident)
        .join(Household)
        .join(Address)
        .where(Address.place_key == place_key)
        .options(selectinload(Person.names_before))
        .order_by(Person.id)
    )
    return next((person for person in rows if goes_by(person, name)), None)


def keep_home(resident: Resident, place: Place, by: Actor, now: datetime) -> None:
    """Stay in the household, or move to the one at the new address."""
    home = resident.household.address
    if is_same_place(home, place):
        refresh(home, place, now)
        return
    resident.household = _household(_file_address(place, now), now)
    record(resident, by, now, moved_to="moved_home")


def is_same_place(address: Address, place: Place) -> bool:
    if place.place_key and address.place_key:
        return place.place_key == address.place_key
    if not told_by_words(place.place_key or address.place_key):
        return False
    return (address.said, address.unit) == (place.said, place.unit)


def _file_address(place: Place, now: datetime) -> Address:
    """The same place key is the same address; one that was not found is always its own."""
    found = _on_file(place)
    if found is not None:
        refresh(found, place, now)
        return found
    address = Address(said=place.said, label=place.label, place_key=place.place_key)
    write_place(address, place, now)
    db.session.add(address)
    db.session.flush()
    return address


def refresh(address: Address, place: Place, now: datetime) -> None:
    """Take what is new; what somebody decided is kept until somebody decides otherwise."""
    held = address.decided or address.grade is Grade.PLACED
    if place.located and (place.decided or not held):
        write_place(address, place, now)
    elif place.entrance:
        address.entrance = place.entrance


def write_place(address: Address, place: Place, now: datetime) -> None:
    for name in WRITTEN:
        value = getattr(place, name)
        if name == "entrance" and not value:
            continue  # nobody said that the way in has changed
        setattr(address, name, value)
    address.located_at = (place.located_at or now) if place.located else None


def _household(address: Address, now: datetime) -> Household:
    found = db.session.scalar(
        select(Household).where(Household.address_id == address.id).order_by(Household.id).limit(1)
    )
    if found is not None:
        return found
    household = Household(address=address, created_at=now)
    db.session.add(household)
    db.session.flush()
    return household


def correct_address(request: ServiceRequest, place: Place, by: Actor, now: datetime) -> None:
    """The address of a request after the call, or NowhereError. Visits not yet under way go there too."""
    old, to_come = request.address, visits_to_come(request)
    own = [visit for visit in to_come if _is_of(request, visit)]
    in_place = is_same_place(old, place) or (not old.located and not _on_file(place))
    if not place.findable and (to_come if in_place else own):
        raise NowhereError
    if in_place:
        write_place(old, place, now)
    else:
        new = _file_address(place, now)
        request.address = new
        if request.resident.household.address_id == old.id:
            request.resident.household = _household(new, now)
        for visit in own:
            if visit.state in NOT_BEGUN:
                visit.address = new
    record(request, by, now, moved_to="address_corrected")
    db.session.flush()


def _on_file(place: Place) -> Address | None:
    if not place.place_key:
        return None
    return db.session.scalar(
        select(Address).where(Address.place_key == place.place_key).order_by(Address.id).limit(1)
    )


def visits_to_come(request: ServiceRequest) -> list[Visit]:
    """Unfinished visits of the request or to its address: they lie where it lies. In order of locking."""
    of_request = exists().where(
        VisitItem.visit_id == Visit.id,
        VisitItem.request_item_id == RequestItem.id,
        RequestItem.request_id == request.id,
    )
    wanted = select(Visit).where(
        or_(of_request, Visit.address_id == request.address_id), Visit.state.not_in(ENDED)
    )
    return list(db.session.scalars(wanted.order_by(Visit.day, Visit.id)))


def _is_of(request: ServiceRequest, visit: Visit) -> bool:
    return any(item.request_item.request_id == request.id for item in visit.items)
