"""What the page of one request shows, and how requests are found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from handyman.board.seen import mark_of_request
from handyman.extensions import db
from handyman.models import (
    ActorKind,
    Address,
    Assignment,
    AuditEntry,
    CompletionReport,
    ItemQuestion,
    ItemState,
    Member,
    Offer,
    Person,
    PersonPhone,
    RequestItem,
    Resident,
    ServiceItem,
    ServiceRequest,
    User,
    Visit,
    VisitItem,
    waits,
)
from handyman.words import is_korean

MOST_MOVES = 40
Caller = aliased(Person)


def _phone_of(person: Any) -> Any:
    """The number to try first."""
    return (
        select(PersonPhone.number)
        .where(PersonPhone.person_id == person.id)
        .order_by(PersonPhone.id)
        .limit(1)
        .correlate(person)
        .scalar_subquery()
    )


HEAD = (
    select(
        ServiceRequest.id,
        ServiceRequest.number,
        ServiceRequest.logged_on,
        ServiceRequest.logged_at,
        ServiceRequest.state,
        ServiceRequest.relation,
        ServiceRequest.suits,
        ServiceRequest.suits_from,
        ServiceRequest.notes,
        ServiceRequest.cancel_reason,
        ServiceRequest.closed_at,
        ServiceRequest.resident_id,
        Person.name.label("resident"),
        _phone_of(Person).label("phone"),
        Resident.birth_year,
        Resident.care_note,
        Address.said,
        Address.label,
        Address.unit,
        Address.entrance,
        Address.haengjeong_dong,
        Address.beopjeong_dong,
        Address.grade,
        Address.lat,
        Address.id.label("address_id"),
        Caller.name.label("caller"),
        Caller.organisation,
        _phone_of(Caller).label("caller_phone"),
        User.name.label("logged_by"),
    )
    .join(Person, Person.id == ServiceRequest.resident_id)
    .join(Resident, Resident.id == ServiceRequest.resident_id)
    .join(Address, Address.id == ServiceRequest.address_id)
    .join(User, User.id == ServiceRequest.logged_by_id)
    .outerjoin(Caller, Caller.id == ServiceRequest.caller_id)
    .where(ServiceRequest.number == bindparam("number"))
    .order_by(ServiceRequest.logged_on.desc())
    .limit(20)
)
ITEMS = (
    select(
        RequestItem.id,
        RequestItem.quantity,
        RequestItem.done_quantity,
        RequestItem.answers,
        RequestItem.team_size,
        RequestItem.state,
        ServiceItem.name_ko,
        ServiceItem.name_en,
        ServiceItem.unit,
        ServiceItem.permitted,
        ServiceItem.refer_to,
        ItemQuestion.key,
        ItemQuestion.label_ko,
        ItemQuestion.label_en,
        ItemQuestion.choices,
        ItemQuestion.kind,
        ItemQuestion.unit.label("answer_unit"),
    )
    .join(ServiceItem, ServiceItem.id == RequestItem.service_item_id)
    .outerjoin(ItemQuestion, ItemQuestion.service_item_id == ServiceItem.id)
    .where(RequestItem.request_id == bindparam("request_id"))
    .order_by(RequestItem.id, ItemQuestion.position)
)
_visit_ids = (
    select(VisitItem.visit_id)
    .join(RequestItem, RequestItem.id == VisitItem.request_item_id)
    .where(RequestItem.request_id == bindparam("request_id"))
)
VISITS = (
    select(
        Visit.id,
        Visit.number,
        Visit.day,
        Visit.start,
        Visit.window_start,
        Visit.window_end,
        Visit.state,
        Visit.cancel_reason,
        CompletionReport.outcome,
        CompletionReport.note,
        Assignment.id.label("assignment_id"),
        Assignment.role,
        Assignment.state.label("place"),
        Assignment.member_id,
        Member.name.label("member"),
    )
    .outerjoin(CompletionReport, CompletionReport.visit_id == Visit.id)
    .outerjoin(Assignment, Assignment.visit_id == Visit.id)
    .outerjoin(Member, Member.id == Assignment.member_id)
    .where(Visit.id.in_(_visit_ids))
    .order_by(Visit.start.desc(), Visit.id, Assignment.role)
)
OFFERS = (
    select(
        Offer.id,
        Offer.assignment_id,
        Offer.rank,
        Offer.reasons,
        Offer.by_hand,
        Offer.state,
        Offer.offered_at,
        Offer.expires_at,
        Offer.answered_at,
        Offer.decline_reason,
        Offer.decline_note,
        Assignment.visit_id,
        Assignment.role,
        Member.name.label("member"),
    )
    .join(Assignment, Assignment.id == Offer.assignment_id)
    .join(Member, Member.id == Offer.member_id)
    .where(Assignment.visit_id.in_(bindparam("visit_ids", expanding=True)))
    .order_by(Offer.id)
)
MOVES = (
    select(
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.actor_kind,
        AuditEntry.entity,
        AuditEntry.moved_from,
        AuditEntry.moved_to,
        AuditEntry.why,
        User.name.label("user"),
        Member.name.label("member"),
    )
    .outerjoin(User, and_(AuditEntry.actor_kind == ActorKind.USER, User.id == AuditEntry.actor_id))
    .outerjoin(Member, and_(AuditEntry.actor_kind == ActorKind.MEMBER, Member.id == AuditEntry.actor_id))
    .where(
        or_(
            and_(
                AuditEntry.entity == "service_requests",
                AuditEntry.entity_id.in_(bindparam("request_ids", expanding=True)),
            ),
            and_(
                AuditEntry.entity == "visits",
                AuditEntry.entity_id.in_(bindparam("visit_ids", expanding=True)),
            ),
        )
    )
    .order_by(AuditEntry.id.desc())
    .limit(MOST_MOVES)
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that is to be answered otherwise before the item can be promised."""

    key: str
    label: str
    choices: Sequence[tuple[str, str]]


@dataclass(slots=True)
class Item:
    row: Any
    name: str
    answers: list[tuple[str, str]] = field(default_factory=list)
    waits_for: Waiting | None = None  # the question whose answer keeps it from being promised

    @property
    def left(self) -> int:
        return int(self.row.quantity - self.row.done_quantity)


@dataclass(slots=True)
class PlannedVisit:
    row: Any
    team: list[Any] = field(default_factory=list)
    offers: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RequestPage:
    head: Any
    namesakes: Sequence[Any]  # requests of other years with the same number
    items: Sequence[Item]
    visits: Sequence[PlannedVisit]
    moves: Sequence[Any]
    seen: str

    @property
    def bookable(self) -> bool:
        return any(
            item.row.state == "open" and item.row.permitted and item.waits_for is None for item in self.items
        )


def load(number: str, on: date | None) -> RequestPage | None:
    """Five queries. A number comes back every year: the newest, or the one of that day."""
    heads = db.session.execute(HEAD, {"number": number}).all()
    head = next((row for row in heads if on is None or row.logged_on == on), None)
    if head is None:
        return None
    items = _items(db.session.execute(ITEMS, {"request_id": head.id}))
    visits = _visits(head.id)
    return RequestPage(
        head=head,
        namesakes=[row for row in heads if row.id != head.id],
        items=items,
        visits=visits,
        moves=load_moves([head.id], [visit.row.id for visit in visits]),
        seen=mark_of_request(head.state.value, ((item.row.id, item.row.state.value) for item in items)),
    )


def load_moves(request_ids: Sequence[int], visit_ids: Sequence[int]) -> Sequence[Any]:
    """What happened, the newest first."""
    return db.session.execute(MOVES, {"request_ids": request_ids, "visit_ids": visit_ids}).all()


def load_offers(visit_ids: Sequence[int]) -> Sequence[Any]:
    return db.session.execute(OFFERS, {"visit_ids": visit_ids}).all()


def _items(rows: Iterable[Any]) -> list[Item]:
    korean = is_korean()
    items: dict[int, Item] = {}
    for row in rows:
        item = items.setdefault(row.id, Item(row, row.name_ko if korean else row.name_en))
        if row.key is not None and row.answers.get(row.key) not in (None, ""):
            label = row.label_ko if korean else row.label_en
            item.answers.append((label, _answer(row, row.answers[row.key], korean)))
            if waits([row], row.answers) and row.state == ItemState.OPEN:
                item.waits_for = Waiting(
                    row.key, label, [(c[0], c[1] if korean else c[2]) for c in row.choices]
                )
    return list(items.values())


def _answer(row: Any, given: Any, korean: bool) -> str:
    if row.kind == "yes_no":
        yes = given in (True, "yes", "true", "1", 1)
        return str(_("예") if yes else _("아니요"))
    for choice in row.choices or []:
        if str(choice[0]) == str(given):
            return str(choice[1] if korean else choice[2])
    return f"{given}{row.answer_unit}"


def _visits(request_id: int) -> list[PlannedVisit]:
    visits: dict[int, PlannedVisit] = {}
    for row in db.session.execute(VISITS, {"request_id": request_id}):
        visit = visits.setdefault(row.id, PlannedVisit(row))
        if row.assignment_id is not None:
            visit.team.append(row)
    if visits:
        for offer in load_offers(list(visits)):
            visits[offer.visit_id].offers.append(offer)
    return list(visits.values())
