"""What has to be done by a person: lists of at most thirty, each with its true count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, exists, func, select, text

from handyman.board import wishes
from handyman.extensions import rows
from handyman.models import (
    VAGUE,
    WISH,
    Address,
    Assignment,
    InboundMessage,
    Member,
    Message,
    Offer,
    Person,
    RecipientKind,
    RequestItem,
    ServiceRequest,
    Visit,
    VisitingWish,
    VisitItem,
    WishKind,
    texts_to_pass_on,
)

# The states of the lists are written out, as in the indexes that hold nothing else: behind a parameter no
# database could tell that such an index will do.
MOST = 30
OVERDUE = timedelta(hours=2)  # after the planned start; no visit of the catalogue lasts longer

_visited = exists().where(
    RequestItem.request_id == ServiceRequest.id, VisitItem.request_item_id == RequestItem.id
)
_list = case((Address.grade.in_(VAGUE), "not_located"), (_visited, "left_over"), else_="no_visit")
_logged = (
    select(ServiceRequest.id, ServiceRequest.logged_at, _list.label("list"))
    .join(Address, Address.id == ServiceRequest.address_id)
    .where(text("service_requests.state = 'logged'"))
    .subquery()
)
_ranked = select(
    _logged.c.id,
    _logged.c.list,
    func.row_number().over(partition_by=_logged.c.list, order_by=_logged.c.logged_at).label("place"),
    func.count().over(partition_by=_logged.c.list).label("total"),
).subquery()
REQUESTS = (
    select(
        _ranked.c.list,
        _ranked.c.total,
        ServiceRequest.number,
        ServiceRequest.logged_on,
        ServiceRequest.logged_at,
        Person.name,
        Address.said,
        Address.label,
        Address.haengjeong_dong,
        Address.beopjeong_dong,
    )
    .join(ServiceRequest, ServiceRequest.id == _ranked.c.id)
    .join(Person, Person.id == ServiceRequest.resident_id)
    .join(Address, Address.id == ServiceRequest.address_id)
    .where(_ranked.c.place <= MOST)
    .order_by(ServiceRequest.logged_at)
)
_total = func.count().over().label("total")
_visit = (Visit.id, Visit.number, Visit.day, Visit.start, Visit.state, Visit.window_start, Visit.window_end)
NOBODY = (
    select(_total, Assignment.role, *_visit, Person.name)
    .join(Visit, Visit.id == Assignment.visit_id)
    .join(Person, Person.id == Visit.resident_id)
    .where(text("assignments.state = 'open'"))
    .order_by(Visit.start, Assignment.role)
    .limit(MOST)
)
WAITING = (
    select(_total, Offer.expires_at, Member.name.label("member"), *_visit, Person.name)
    .join(Assignment, Assignment.id == Offer.assignment_id)
    .join(Visit, Visit.id == Assignment.visit_id)
    .join(Person, Person.id == Visit.resident_id)
    .join(Member, Member.id == Offer.member_id)
    .where(text("offers.state = 'offered'"))
    .order_by(Offer.expires_at)
    .limit(MOST)
)
MUST_NOT = wishes.of_homes(select(wishes.LIVES.id)).where(VisitingWish.wish == WishKind.MUST_NOT)
HELD_THERE = (
    select(Assignment.member_id, Visit.resident_id, Member.name.label("member"), *_visit, Person.name)
    .join(Assignment, Assignment.visit_id == Visit.id)
    .join(Member, Member.id == Assignment.member_id)
    .join(Person, Person.id == Visit.resident_id)
    .where(
        text("visits.state IN ('booked','assigned','on_the_way','arrived')"),
        Visit.start > bindparam("late"),
        Visit.resident_id.in_(bindparam("residents", expanding=True)),
    )
    .order_by(Visit.start)
)
LATE = (
    select(_total, *_visit, Person.name)
    .join(Person, Person.id == Visit.resident_id)
    .where(
        text("visits.state IN ('booked','assigned','on_the_way','arrived')"),
        Visit.start < bindparam("late"),
    )
    .order_by(Visit.start)
    .limit(MOST)
)
MEMBER_WHO_WROTE = (
    select(Member.name)
    .where(Member.phone == InboundMessage.from_number, InboundMessage.outcome == "wants_out")
    .scalar_subquery()
    .label("member")
)
WISHED_OFF = (
    select(_total, InboundMessage.received_at, *_visit, Person.name, MEMBER_WHO_WROTE)
    .join(Visit, Visit.id == InboundMessage.visit_id)
    .join(Person, Person.id == Visit.resident_id)
    .where(text(WISH))
    .where(text("visits.state IN ('booked','assigned','on_the_way','arrived')"))
    .order_by(InboundMessage.id)
    .limit(MOST)
)
NOT_ARRIVED = (
    select(
        _total,
        Message.id.label("message_id"),
        Message.kind,
        Message.state.label("message_state"),
        Message.due_at,
        Message.visit_id,
        func.coalesce(Person.name, Member.name).label("name"),
    )
    .outerjoin(Person, (Message.recipient_kind == RecipientKind.PERSON) & (Person.id == Message.recipient_id))
    .outerjoin(Member, (Message.recipient_kind == RecipientKind.MEMBER) & (Member.id == Message.recipient_id))
    .order_by(Message.due_at)
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class WorkList:
    """The oldest thirty, and how many there are."""

    rows: Sequence[Any]
    total: int


@dataclass(frozen=True, slots=True)
class Work:
    not_located: WorkList
    no_visit: WorkList
    left_over: WorkList
    nobody: WorkList
    waiting: WorkList
    late: WorkList
    wished_off: WorkList  # by text; a person asks, and calls the visit off
    against_wish: WorkList
    not_arrived: WorkList


def load(now: datetime) -> Work:
    """Seven queries, each through an index of what is open."""
    requests = rows(REQUESTS).all()
    return Work(
        not_located=_of([row for row in requests if row.list == "not_located"]),
        no_visit=_of([row for row in requests if row.list == "no_visit"]),
        left_over=_of([row for row in requests if row.list == "left_over"]),
        nobody=_of(rows(NOBODY).all()),
        waiting=_of(rows(WAITING).all()),
        late=_of(rows(LATE, late=now - OVERDUE).all()),
        wished_off=_of(rows(WISHED_OFF).all()),
        against_wish=_against_wish(now),
        not_arrived=_of(rows(NOT_ARRIVED.where(Message.id.in_(texts_to_pass_on(now)))).all()),
    )


def _of(found: Sequence[Any]) -> WorkList:
    return WorkList(found, found[0].total if found else 0)


def _against_wish(now: datetime) -> WorkList:
    """Visits that a member holds who must not go there: few wishes, and by them few visits to come."""
    barred = {tuple(row)[:2] for row in rows(MUST_NOT)}  # resident and member
    if not barred:
        return WorkList([], 0)
    residents = sorted({resident_id for resident_id, _member_id in barred})
    held = rows(HELD_THERE, late=now - OVERDUE, residents=residents)
    found = [row for row in held if (row.resident_id, row.member_id) in barred]
    return WorkList(found[:MOST], len(found))
