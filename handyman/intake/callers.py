"""Who has called from a number before, and everything worth seeing while they speak."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, func, literal, not_, or_, select, union_all
from sqlalchemy.orm import aliased

from handyman import merged
from handyman.extensions import db, rows
from handyman.first_phone import FIRST_PHONE
from handyman.intake.cards import Card, Coming, KnownCaller, LastVisit, OpenRequest
from handyman.models import (
    ENDED,
    Address,
    Consent,
    Household,
    Person,
    PersonPhone,
    Relation,
    RequestItem,
    RequestState,
    Resident,
    ServiceItem,
    ServiceRequest,
    Visit,
    VisitItem,
    VisitState,
)
from handyman.words import counted, name_of

UNDER_WAY = (VisitState.ON_THE_WAY, VisitState.ARRIVED)
MOST_CARDS = 8  # a centre's number may stand for dozens of people: the latest ones
MOST_VISITS = 3
MOST_ADDRESSES = 5  # a centre's number: the latest ones

IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
HOME = (
    Person.id,
    Person.name,
    FIRST_PHONE.label("phone"),
    Resident.birth_year,
    Resident.care_note,
    Address.said,
    Address.label,
    Address.unit,
    Address.entrance,
    Address.place_key,
    Address.lat,
    Address.lon,
    Address.grade,
    Address.source,
    Address.decided,
    Address.road_name,
    Address.building_number,
    Address.beopjeong_dong,
    Address.haengjeong_dong,
    Address.jibun,
    Address.building_name,
    Address.error_m,
    Address.located_at,
)
PERSONS = (
    select(*HOME, Resident.id.label("resident_id"))
    .join(PersonPhone, PersonPhone.person_id == Person.id)
    .outerjoin(Resident, Resident.id == Person.id)
    .outerjoin(Household, Household.id == Resident.household_id)
    .outerjoin(Address, Address.id == Household.address_id)
    .where(PersonPhone.number == bindparam("number"))
    .order_by(Person.id.desc())
    .limit(MOST_CARDS)
)
_newer = aliased(ServiceRequest)
_own_since = exists().where(
    _newer.resident_id == ServiceRequest.resident_id,
    _newer.id > ServiceRequest.id,
    _newer.relation == Relation.SELF,
    *(_newer.submission_key.not_like(f"{made}-%") for made in ("check", "reopen")),  # nobody has called
)
_latest_for = (
    select(func.max(ServiceRequest.id))
    .where(ServiceRequest.caller_id.in_(IDS))
    .group_by(ServiceRequest.resident_id)
)
CALLED_FOR = (
    select(*HOME, ServiceRequest.relation, ServiceRequest.caller_id)
    .select_from(ServiceRequest)
    .join(Person, Person.id == ServiceRequest.resident_id)
    .join(Resident, Resident.id == Person.id)
    .join(Household, Household.id == Resident.household_id)
    .join(Address, Address.id == Household.address_id)
    .where(ServiceRequest.id.in_(_latest_for), or_(ServiceRequest.resident_id.not_in(IDS), not_(_own_since)))
    .order_by(ServiceRequest.id.desc())
    .limit(MOST_CARDS)
)
RESIDENT = (
    select(*HOME)
    .join(Resident, Resident.id == Person.id)
    .join(Household, Household.id == Resident.household_id)
    .join(Address, Address.id == Household.address_id)
    .where(Person.id == bindparam("id"))
)
_open = (
    select(ServiceRequest.id)
    .where(
        ServiceRequest.resident_id.in_(IDS),
        ServiceRequest.state.in_((RequestState.LOGGED, RequestState.BOOKED)),
    )
    .order_by(ServiceRequest.id.desc())
    .limit(MOST_CARDS * 3)
    .subquery()
)
OPEN_REQUESTS = (
    select(
        ServiceRequest.id,
        ServiceRequest.resident_id,
        ServiceRequest.number,
        ServiceRequest.logged_on,
        RequestItem.id.label("item_id"),
        RequestItem.quantity,
        ServiceItem.code,
        ServiceItem.name_ko,
        ServiceItem.name_en,
        ServiceItem.unit,
        Visit.day,
        Visit.window_start,
        Visit.window_end,
        Visit.state.label("visit_state"),
    )
    .join(_open, _open.c.id == ServiceRequest.id)
    .outerjoin(RequestItem, RequestItem.request_id == ServiceRequest.id)
    .outerjoin(ServiceItem, ServiceItem.id == RequestItem.service_item_id)
    .outerjoin(VisitItem, VisitItem.request_item_id == RequestItem.id)
    .outerjoin(Visit, (Visit.id == VisitItem.visit_id) & Visit.state.not_in(ENDED))
    .order_by(ServiceRequest.id.desc(), RequestItem.id, Visit.window_start)
)
_ranked = (
    select(
        Visit.id,
        func.row_number().over(partition_by=Visit.resident_id, order_by=Visit.day.desc()).label("place"),
    )
    .where(Visit.resident_id.in_(IDS), Visit.state.in_(ENDED))  # what is to come stands with its request
    .subquery()
)
LAST_VISITS = (
    select(
        Visit.id,
        Visit.resident_id,
        Visit.day,
        Visit.state,
        ServiceItem.name_ko,
        ServiceItem.name_en,
    )
    .join(_ranked, _ranked.c.id == Visit.id)
    .outerjoin(VisitItem, VisitItem.visit_id == Visit.id)
    .outerjoin(RequestItem, RequestItem.id == VisitItem.request_item_id)
    .outerjoin(ServiceItem, ServiceItem.id == RequestItem.service_item_id)
    .where(_ranked.c.place <= MOST_VISITS)
    .order_by(Visit.day.desc(), Visit.id, VisitItem.id)
)
CONSENTS = (
    select(Consent.person_id, Consent.kind, Consent.script_version, Consent.given)
    .where(Consent.person_id.in_(IDS))
    .order_by(Consent.id)
)

_of_number = select(PersonPhone.person_id).where(PersonPhone.number == bindparam("number"))
_asked_for = union_all(
    select(ServiceRequest.address_id, ServiceRequest.id).where(ServiceRequest.resident_id.in_(_of_number)),
    select(ServiceRequest.address_id, ServiceRequest.id).where(ServiceRequest.caller_id.in_(_of_number)),
    select(Household.address_id, literal(0))
    .join(Resident, Resident.household_id == Household.id)
    .where(Resident.id.in_(_of_number)),
).subquery()
_newest_of_each = (
    select(_asked_for.c.address_id, func.max(_asked_for.c.id).label("newest"))
    .group_by(_asked_for.c.address_id)
    .order_by(func.max(_asked_for.c.id).desc())
    .limit(MOST_ADDRESSES)
    .subquery()
)
ADDRESSES = (
    select(
        Address.said,
        Address.label,
        Address.unit,
        Address.place_key,
        Address.road_name,
        Address.building_number,
        Address.beopjeong_dong,
        Address.haengjeong_dong,
        Address.jibun,
        Address.building_name,
        Address.lat,
        Address.lon,
        Address.grade,
        Address.error_m,
        Address.source,
        Address.decided,
    )
    .join(_newest_of_each, _newest_of_each.c.address_id == Address.id)
    .where(Address.lat.is_not(None))
    .order_by(_newest_of_each.c.newest.desc())
)


def find_addresses(number: str) -> Sequence[Any]:
    """Where somebody of this number lives or has asked for help, the newest request first. One query."""
    return rows(ADDRESSES, number=number).all()


def find_caller(number: str) -> KnownCaller:
    """Residents of this number first, then those for whom somebody called from it. At most five queries.

    Whoever called for one of them last is on the line again: the number is theirs as well.
    """
    persons = rows(PERSONS, number=number).all()
    names = {person.id: person.name for person in persons}
    called_for = rows(CALLED_FOR, ids=list(names)).all() if persons else ()
    cards = {person.id: Card(person) for person in persons if person.resident_id is not None}
    for row in called_for:
        cards[row.id] = Card(row, row.relation, names[row.caller_id], number)
    callers = {card.caller_name for card in cards.values()}
    others = [person.name for person in persons if person.resident_id is None and person.name not in callers]
    return KnownCaller(number, _fill(list(cards.values())[:MOST_CARDS]), tuple(others))


def find_number(person_id: int) -> str | None:
    """The number on which somebody is tried first."""
    stands = merged.into(person_id)
    return db.session.scalar(
        select(PersonPhone.number).where(PersonPhone.person_id == stands).order_by(PersonPhone.id).limit(1)
    )


def find_card(person_id: int, number: str) -> Card | None:
    """The card that was chosen, or that of a resident nobody has called for from here yet."""
    person_id = merged.into(person_id)
    for card in find_caller(number).cards if number else ():
        if card.home.id == person_id:
            return card
    home = rows(RESIDENT, id=person_id).one_or_none()
    return _fill([Card(home)])[0] if home is not None else None


def on_file(person_id: int) -> Card | None:
    """The card alone, with what its resident has agreed to. Two queries."""
    home = rows(RESIDENT, id=person_id).one_or_none()
    if home is None:
        return None
    card = Card(home)
    for consent in rows(CONSENTS, ids=[person_id]):
        card.consents[consent.kind] = consent
    return card


def _fill(cards: Sequence[Card]) -> tuple[Card, ...]:
    of = {card.home.id: card for card in cards}
    if of:
        for resident_id, requests in open_of(list(of)).items():
            of[resident_id].open_requests.extend(requests)
        _fill_visits(of, rows(LAST_VISITS, ids=list(of)))
        for consent in rows(CONSENTS, ids=list(of)):
            of[consent.person_id].consents[consent.kind] = consent
    return tuple(cards)


def open_of(resident_ids: Sequence[int]) -> dict[int, list[OpenRequest]]:
    """What is open of each; a row for each item of each visit."""
    found = defaultdict[int, list[OpenRequest]](list)
    for row in rows(OPEN_REQUESTS, ids=resident_ids) if resident_ids else ():
        requests = found[row.resident_id]
        if not requests or requests[-1].id != row.id:
            requests.append(OpenRequest(row.id, row.number, row.logged_on))
        _fill_request(requests[-1], row)
    return found


def _fill_request(request: OpenRequest, row: Any) -> None:
    if row.name_ko is not None:
        request.codes.add(row.code)
        request.items[row.item_id] = f"{name_of(row)} {counted(row.quantity, row.unit)}"
    if row.day is not None:
        visit = Coming(row.day, row.window_start, row.window_end, row.visit_state in UNDER_WAY)
        if visit not in request.coming:
            request.coming.append(visit)


def _fill_visits(cards: dict[int, Card], found: Any) -> None:
    """A row for each item."""
    visits: dict[int, LastVisit] = {}
    for row in found:
        visit = visits.get(row.id)
        if visit is None:
            visit = visits[row.id] = LastVisit(row.day, row.state)
            cards[row.resident_id].last_visits.append(visit)
        if row.name_ko is not None:
            visit.items.append(name_of(row))
