"""The visits and requests that a plan speaks of, as its page names them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from handyman.extensions import rows
from handyman.models import (
    Address,
    Member,
    Person,
    RequestItem,
    ServiceItem,
    ServiceRequest,
    Visit,
    VisitItem,
)
from handyman.words import is_korean

DONG = func.coalesce(func.nullif(Address.haengjeong_dong, ""), Address.beopjeong_dong).label("dong")


@dataclass(frozen=True, slots=True)
class VisitWords:
    """A visit in a list."""

    id: int
    day: date
    window_start: datetime
    window_end: datetime
    resident: str
    dong: str
    items: str


def visits(visit_ids: Sequence[int]) -> dict[int, VisitWords]:
    query = (
        select(
            Visit.id,
            Visit.day,
            Visit.window_start,
            Visit.window_end,
            Person.name,
            DONG,
        )
        .join(Person, Person.id == Visit.resident_id)
        .join(Address, Address.id == Visit.address_id)
        .where(Visit.id.in_(visit_ids))
    )
    items = _items(visit_ids)
    return {
        row.id: VisitWords(
            row.id, row.day, row.window_start, row.window_end, row.name, row.dong, items.get(row.id, "")
        )
        for row in rows(query)
    }


def _items(visit_ids: Sequence[int]) -> Mapping[int, str]:
    query = (
        select(VisitItem.visit_id, VisitItem.quantity, ServiceItem.short_ko, ServiceItem.name_en)
        .join(RequestItem, RequestItem.id == VisitItem.request_item_id)
        .join(ServiceItem, ServiceItem.id == RequestItem.service_item_id)
        .where(VisitItem.visit_id.in_(visit_ids))
        .order_by(VisitItem.id)
    )
    korean, found = is_korean(), defaultdict[int, list[str]](list)
    for visit_id, quantity, short_ko, name_en in rows(query):
        found[visit_id].append(f"{short_ko if korean else name_en} {quantity}")
    return {visit_id: ", ".join(words) for visit_id, words in found.items()}


def requests(request_ids: Sequence[int]) -> Mapping[int, Any]:
    query = (
        select(
            ServiceRequest.id,
            ServiceRequest.number,
            ServiceRequest.logged_on,
            ServiceRequest.logged_at,
            Person.name,
            DONG,
        )
        .join(Person, Person.id == ServiceRequest.resident_id)
        .join(Address, Address.id == ServiceRequest.address_id)
        .where(ServiceRequest.id.in_(request_ids))
    )
    return {row.id: row for row in rows(query)} if request_ids else {}


def names(member_ids: set[int]) -> dict[int, str]:
    return {row.id: row.name for row in rows(select(Member.id, Member.name).where(Member.id.in_(member_ids)))}
