"""The people who were found, as a line of the list shows each."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import aliased

from handyman.extensions import rows
from handyman.first_phone import FIRST_PHONE
from handyman.models import (
    ENDED,
    Address,
    Contact,
    Household,
    Person,
    PersonName,
    RequestState,
    Resident,
    ServiceRequest,
    Visit,
    same_name,
)

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_name_before = (
    select(PersonName.name)
    .where(PersonName.person_id == Person.id)
    .order_by(PersonName.id.desc())
    .limit(1)
    .correlate(Person)
    .scalar_subquery()
)
_PEOPLE = (
    select(
        Person.id,
        Person.name,
        Person.organisation,
        FIRST_PHONE.label("phone"),
        _name_before.label("name_before"),
        Resident.id.label("resident_id"),
        Address.label,
        Address.unit,
        Address.haengjeong_dong,
        Address.beopjeong_dong,
    )
    .outerjoin(Resident, Resident.id == Person.id)
    .outerjoin(Household, Household.id == Resident.household_id)
    .outerjoin(Address, Address.id == Household.address_id)
    .where(Person.id.in_(_IDS))
)
_OPEN = (
    select(ServiceRequest.resident_id, ServiceRequest.number, ServiceRequest.logged_on)
    .where(
        ServiceRequest.resident_id.in_(_IDS),
        ServiceRequest.state.in_((RequestState.LOGGED, RequestState.BOOKED)),
    )
    .order_by(ServiceRequest.id)
)
_COMING = (
    select(Visit.resident_id, Visit.day, Visit.window_start, Visit.window_end)
    .where(Visit.resident_id.in_(_IDS), Visit.day >= bindparam("since"), Visit.state.not_in(ENDED))
    .order_by(Visit.window_start)
)
_theirs = aliased(Person)
_STANDS_BY = (
    select(Contact.person_id, _theirs.name)
    .join(_theirs, _theirs.id == Contact.resident_id)
    .where(Contact.person_id.in_(_IDS))
    .order_by(Contact.id)
)


@dataclass(frozen=True, slots=True)
class Line:
    """One person. `coming` is the next promise; `stands_by` names the residents they stand by."""

    id: int
    name: str
    organisation: str
    phone: str
    resident: bool
    address: str
    dong: str
    name_before: str = ""  # until it was put right: people are found by it, too
    open_number: str = ""
    coming: tuple[date, datetime, datetime] | None = None
    stands_by: tuple[str, ...] = ()


def lines_of(person_ids: Collection[int], today: date) -> list[Line]:
    """In the order given. Four queries."""
    if not person_ids:
        return []
    ids = list(person_ids)
    people = {row.id: row for row in rows(_PEOPLE, ids=ids)}
    requests = {row.resident_id: row.number for row in rows(_OPEN, ids=ids)}
    visits: dict[int, tuple[date, datetime, datetime]] = {}
    for visit in rows(_COMING, ids=ids, since=today):
        visits.setdefault(visit.resident_id, (visit.day, visit.window_start, visit.window_end))
    helped = defaultdict[int, list[str]](list)
    for other in rows(_STANDS_BY, ids=ids):
        helped[other.person_id].append(other.name)
    return [
        _line(people[each], requests.get(each, ""), visits.get(each), tuple(helped[each]))
        for each in ids
        if each in people
    ]


def _line(
    row: Any,
    number: str,
    coming: tuple[date, datetime, datetime] | None,
    stands_by: tuple[str, ...],
) -> Line:
    label, before = row.label or "", row.name_before or ""
    return Line(
        id=row.id,
        name=row.name,
        organisation=row.organisation,
        phone=row.phone or "",
        resident=row.resident_id is not None,
        address=f"{label}, {row.unit}" if row.unit else label,
        dong=row.haengjeong_dong or row.beopjeong_dong or "",
        name_before="" if same_name(before, row.name) else before,
        open_number=number,
        coming=coming,
        stands_by=stands_by,
    )
