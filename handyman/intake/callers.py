"""Who has called from a number before, and everything worth seeing while they speak."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from handyman.extensions import db
from handyman.models import (
    Address,
    Consent,
    ConsentKind,
    Grade,
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
)
from handyman.words import phone_words

MOST_CARDS = 8  # a centre's number may stand for dozens of people: the latest ones
MOST_VISITS = 3


@dataclass(frozen=True, slots=True)
class Card:
    """One resident as the operator sees them, and who called for them from this number."""

    resident: Resident
    person: Person
    relation: Relation = Relation.SELF
    caller_name: str = ""
    open_requests: list[ServiceRequest] = field(default_factory=list)
    last_visits: list[Visit] = field(default_factory=list)
    consents: dict[ConsentKind, Consent] = field(default_factory=dict)

    @property
    def address(self) -> Address:
        return self.resident.household.address

    def words(self, script_version: str) -> dict[str, str]:
        """What choosing the card writes into the form."""
        home = self.address
        by_hand = home.grade is Grade.PLACED
        own = self.person.phone if self.relation is not Relation.SELF else None
        agreed = {f"consent_{kind.value}": "" for kind in ConsentKind}  # nobody inherits another's answer
        for kind, row in self.consents.items():
            if row.script_version == script_version:
                agreed[f"consent_{kind.value}"] = "yes" if row.given else "no"
        return {
            "person_id": str(self.person.id),
            "name": self.person.name,
            "birth_year": str(self.resident.birth_year or ""),
            "address": home.label if home.located else home.said,
            "located_for": "",
            "place_key": home.place_key,
            "lat": f"{home.lat}" if by_hand else "",
            "lon": f"{home.lon}" if by_hand else "",
            "unit": home.unit,
            "entrance": home.entrance,
            "care_note": self.resident.care_note,
            "relation": self.relation.value,
            "caller_name": self.caller_name,
            "resident_phone": phone_words(own.number) if own else "",
            **agreed,
        }


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """Everybody a number stands for."""

    number: str
    cards: tuple[Card, ...] = ()
    others: tuple[Person, ...] = ()  # have called, and nobody is on file for whom

    @property
    def known(self) -> bool:
        return bool(self.cards or self.others)


def find_caller(number: str) -> KnownCaller:
    """Residents of this number first, then those for whom somebody called from it."""
    persons = list(
        db.session.scalars(
            select(Person)
            .join(PersonPhone)
            .where(PersonPhone.number == number)
            .options(*_home_of_person())
            .order_by(Person.id.desc())
            .limit(MOST_CARDS)
        )
    )
    own = [(person.resident, Relation.SELF, "") for person in persons if person.resident is not None]
    known = {resident.id for resident, _, _ in own}
    called_for = [entry for entry in _called_for(persons) if entry[0].id not in known]
    entries = [*own, *called_for][:MOST_CARDS]
    callers = {name for _, _, name in called_for}
    others = [person for person in persons if person.resident is None and person.name not in callers]
    return KnownCaller(number, tuple(_fill(entries)), tuple(others))


def find_card(person_id: int, number: str) -> Card | None:
    """The card that was chosen, or that of a resident nobody has called for from here yet."""
    for card in find_caller(number).cards if number else ():
        if card.person.id == person_id:
            return card
    resident = db.session.get(Resident, person_id)
    return _fill([(resident, Relation.SELF, "")])[0] if resident is not None else None


def _home_of_person() -> tuple[ExecutableOption, ...]:
    home = joinedload(Person.resident).joinedload(Resident.household).joinedload(Household.address)
    return (home, selectinload(Person.phones))


def _called_for(persons: Sequence[Person]) -> list[tuple[Resident, Relation, str]]:
    if not persons:
        return []
    names = {person.id: person.name for person in persons}
    latest = (
        select(func.max(ServiceRequest.id))
        .where(ServiceRequest.caller_id.in_(names))
        .group_by(ServiceRequest.resident_id)
    )
    rows = db.session.scalars(
        select(ServiceRequest)
        .where(ServiceRequest.id.in_(latest))
        .options(
            joinedload(ServiceRequest.resident).joinedload(Resident.household).joinedload(Household.address),
            joinedload(ServiceRequest.resident).joinedload(Resident.person).selectinload(Person.phones),
        )
        .order_by(ServiceRequest.id.desc())
        .limit(MOST_CARDS)
    )
    return [(row.resident, row.relation, names.get(row.caller_id or 0, "")) for row in rows]


def _fill(entries: Sequence[tuple[Resident, Relation, str]]) -> list[Card]:
    ids = [resident.id for resident, _, _ in entries]
    if not ids:
        return []
    cards = {
        resident.id: Card(resident, resident.person, relation, caller_name)
        for resident, relation, caller_name in entries
    }
    for request in _open_requests(ids):
        cards[request.resident_id].open_requests.append(request)
    for visit in _last_visits(ids):
        cards[visit.resident_id].last_visits.append(visit)
    for consent in db.session.scalars(select(Consent).where(Consent.person_id.in_(ids)).order_by(Consent.id)):
        cards[consent.person_id].consents[consent.kind] = consent
    return list(cards.values())


def _open_requests(ids: Sequence[int]) -> Sequence[ServiceRequest]:
    return db.session.scalars(
        select(ServiceRequest)
        .where(
            ServiceRequest.resident_id.in_(ids),
            ServiceRequest.state.in_((RequestState.LOGGED, RequestState.BOOKED)),
        )
        .options(selectinload(ServiceRequest.items).joinedload(RequestItem.service_item))
        .order_by(ServiceRequest.id.desc())
        .limit(MOST_CARDS * 3)
    ).all()


def _last_visits(ids: Sequence[int]) -> Sequence[Visit]:
    place = func.row_number().over(partition_by=Visit.resident_id, order_by=Visit.day.desc())
    ranked = select(Visit.id, place.label("place")).where(Visit.resident_id.in_(ids)).subquery()
    return db.session.scalars(
        select(Visit)
        .join(ranked, ranked.c.id == Visit.id)
        .where(ranked.c.place <= MOST_VISITS)
        .options(
            selectinload(Visit.items).joinedload(VisitItem.request_item).joinedload(RequestItem.service_item)
        )
        .order_by(Visit.day.desc())
    ).all()


def load_catalogue() -> list[ServiceItem]:
    """What can be asked for, in the order of the catalogue."""
    return list(
        db.session.scalars(
            select(ServiceItem)
            .where(ServiceItem.active)
            .options(selectinload(ServiceItem.questions), selectinload(ServiceItem.skills))
            .order_by(ServiceItem.position, ServiceItem.id)
        )
    )
