"""Everything on file about one person, newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db
from handyman.message_log import Logged, Received, of_recipient
from handyman.models import (
    Assignment,
    Consent,
    Contact,
    Household,
    Person,
    PersonMerge,
    PersonName,
    RecipientKind,
    RequestItem,
    Resident,
    ServiceRequest,
    Visit,
    VisitItem,
)
from handyman.no_texts import opted_out
from handyman.residents.contacts import Offered, listed, offered
from handyman.residents.correct import history
from handyman.residents.file import latest_consents
from handyman.residents.merging.pairs import Pair, find_pairs_of
from handyman.residents.merging.records import merges_of

MOST = 30  # of each kind


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A resident's, or that of somebody who calls for residents."""

    person: Person
    consents: Sequence[Consent]
    requests: Sequence[ServiceRequest]
    visits: Sequence[Visit]
    messages: Sequence[Logged | Received]
    contacts: Sequence[Contact]  # who stands by them
    offered: Sequence[Offered]  # who has called for them, and might
    pairs: Sequence[Pair]  # records that are probably of the same person
    merges: Sequence[PersonMerge]  # records that went into this one
    corrected: Sequence[Any]  # when, who, what was put right
    opted_out: Mapping[str, datetime]  # numbers that want no texts, and since when


def load_card(person_id: int, now: datetime) -> PersonCard | None:
    home = joinedload(Person.resident).joinedload(Resident.household).joinedload(Household.address)
    names = selectinload(Person.names_before).joinedload(PersonName.changed_by)
    person = db.session.get(Person, person_id, options=[home, selectinload(Person.phones), names])
    if person is None:
        return None
    return PersonCard(
        person,
        list(latest_consents(person_id).values()),
        _requests(person_id),
        _visits(person_id),
        of_recipient(RecipientKind.PERSON, person_id, now),
        listed(person_id) if person.resident else (),
        offered(person_id) if person.resident else (),
        find_pairs_of(person),
        merges_of(person_id),
        history(person_id) if person.resident else (),
        opted_out(phone.number for phone in person.phones),
    )


def _requests(person_id: int) -> Sequence[ServiceRequest]:
    return db.session.scalars(
        select(ServiceRequest)
        .where(or_(ServiceRequest.resident_id == person_id, ServiceRequest.caller_id == person_id))
        .options(
            selectinload(ServiceRequest.items).joinedload(RequestItem.service_item),
            joinedload(ServiceRequest.resident).joinedload(Resident.person),
        )
        .order_by(ServiceRequest.id.desc())
        .limit(MOST)
    ).all()


def _visits(person_id: int) -> Sequence[Visit]:
    items = selectinload(Visit.items).joinedload(VisitItem.request_item).joinedload(RequestItem.service_item)
    return db.session.scalars(
        select(Visit)
        .where(Visit.resident_id == person_id)
        .options(items, selectinload(Visit.assignments).joinedload(Assignment.member))
        .order_by(Visit.day.desc(), Visit.id.desc())
        .limit(MOST)
    ).all()
