"""The queries of the page of one request: everything that it shows, column by column."""

from typing import Any

from sqlalchemy import and_, bindparam, not_, or_, select
from sqlalchemy.orm import aliased

from handyman.board.needs import RESTORED, UNDONE
from handyman.models import (
    ActorKind,
    Address,
    Assignment,
    AuditEntry,
    CompletionReport,
    ItemQuestion,
    Member,
    Offer,
    OfferState,
    Person,
    PersonPhone,
    ReferOutPlace,
    RequestItem,
    Resident,
    ServiceItem,
    ServiceRequest,
    User,
    Visit,
    VisitItem,
)

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
        RequestItem.service_item_id,
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
PLACES = (
    select(ReferOutPlace.service_item_id, ReferOutPlace.name, ReferOutPlace.phone, ReferOutPlace.hours)
    .where(ReferOutPlace.service_item_id.in_(bindparam("items", expanding=True)))
    .order_by(ReferOutPlace.position, ReferOutPlace.id)
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
Copy = aliased(Offer)


def _noted(offer: Any, why: str) -> Any:
    of_it = (AuditEntry.entity == Offer.__tablename__, AuditEntry.entity_id == offer.id)
    return select(AuditEntry.id).where(*of_it, AuditEntry.why == why).exists()


_undone = _noted(Offer, UNDONE)
_stands_anew = (
    select(Copy.id)
    .where(Copy.assignment_id == Offer.assignment_id, Copy.member_id == Offer.member_id)
    .where(Copy.offered_at == Offer.offered_at, Copy.id > Offer.id, _noted(Copy, RESTORED))
    .exists()
)
OFFERS = (  # as if what was undone had never been
    select(
        Offer.id,
        Offer.assignment_id,
        Offer.rank,
        Offer.reasons,
        Offer.by_hand,
        Offer.override_reason,
        Offer.override_note,
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
    .where(or_(Offer.state != OfferState.WITHDRAWN, not_(or_(_undone, _stands_anew))))
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
        Person.name.label("person"),
    )
    .outerjoin(Person, and_(AuditEntry.actor_kind == ActorKind.PERSON, Person.id == AuditEntry.actor_id))
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
