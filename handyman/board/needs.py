"""What a visit needs of dispatch: read from a request, or from a visit that stands."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from handyman.board import ground, wishes
from handyman.board.refusals import NotBookableError, Unbookable
from handyman.dispatch.problem import Job, Span
from handyman.extensions import db, rows, settings
from handyman.models import (
    MOVED,
    UNMOVED,
    Assignment,
    AuditEntry,
    ItemState,
    Member,
    Offer,
    RequestItem,
    ServiceItem,
    ServiceRequest,
    Skill,
    TeamRole,
    Visit,
    VisitItem,
    VisitState,
    service_item_skills,
)
from handyman.words import minute_of_day, seoul_day

UNDONE = "undone"  # why a move that nobody had heard of was taken back, in its audit entries
RESTORED = "restored"  # why an offer stands that was made anew by that
HEARD_OF = ~exists().where(  # an offer, unless its move was undone
    AuditEntry.entity == Offer.__tablename__, AuditEntry.entity_id == Offer.id, AuditEntry.why == UNDONE
)


@dataclass(frozen=True, slots=True)
class Need:
    """Where, how long, who must come."""

    lat: float
    lon: float
    service_minutes: int
    skills: frozenset[str]
    team_size: int
    resident_id: int | None


def open_items(request_id: int) -> list[RequestItem]:
    """What of a request is still to be promised, fresh from the table."""
    query = (
        select(RequestItem)
        .where(RequestItem.request_id == request_id, RequestItem.state == ItemState.OPEN)
        .order_by(RequestItem.id)
        .execution_options(populate_existing=True)
    )
    return [item for item in db.session.scalars(query) if item.left > 0]


def need_of(request: ServiceRequest, items: Collection[RequestItem]) -> Need:
    """Of the open items that we do ourselves, or NotBookableError."""
    ours = [item for item in items if item.service_item.permitted and not item.waits]
    if not ours:
        raise NotBookableError(_why_nothing(items))
    lat, lon = request.address.lat, request.address.lon
    if lat is None or lon is None or not request.address.findable:
        raise NotBookableError(Unbookable.NO_POINT)
    return Need(
        lat=lat,
        lon=lon,
        service_minutes=max(sum(item.service_item.minutes(item.left) for item in ours), 1),
        skills=frozenset(skill.code for item in ours for skill in item.service_item.skills),
        team_size=max(item.team_size for item in ours),
        resident_id=request.resident_id,
    )


def _why_nothing(items: Collection[RequestItem]) -> Unbookable:
    if any(item.waits for item in items):
        return Unbookable.WAITS
    return Unbookable.REFER_OUT if items else Unbookable.NOTHING_OPEN


def job_of_need(need: Need) -> Job:
    wished = wishes.of_resident(need.resident_id)
    return Job(
        point=ground.point(need.lat, need.lon),
        service_minutes=need.service_minutes,
        skills=need.skills,
        team_size=need.team_size,
        earlier_member_ids=earlier_members(need.resident_id),
        must_not_member_ids=wished.must_not,
        rather_member_ids=wished.rather,
        rather_not_member_ids=wished.rather_not,
    )


def job_of_visit(visit: Visit, role: TeamRole | None, refused: Collection[int] = ()) -> Job:
    """The whole visit; or, given a role, the one place in its team."""
    lat, lon = visit.address.lat, visit.address.lon
    if lat is None or lon is None:
        raise NotBookableError(Unbookable.NO_POINT)
    wished = wishes.of_resident(visit.resident_id)
    return Job(
        point=ground.point(lat, lon),
        service_minutes=visit.service_minutes,
        skills=frozenset() if role is TeamRole.SECOND else visit_skills(visit.id),
        team_size=visit.team_size if role is None else 1,
        earlier_member_ids=earlier_members(visit.resident_id),
        must_not_member_ids=wished.must_not,
        refused_member_ids=frozenset(refused),
        rather_member_ids=wished.rather,
        rather_not_member_ids=wished.rather_not,
    )


def barred(visit: Visit) -> frozenset[int]:
    """Who must not go to this home, whoever asks them."""
    return wishes.of_resident(visit.resident_id).must_not


def visit_skills(visit_id: int) -> frozenset[str]:
    query = (
        select(Skill.code)
        .join(service_item_skills, service_item_skills.c.skill_id == Skill.id)
        .join(ServiceItem, ServiceItem.id == service_item_skills.c.service_item_id)
        .join(RequestItem, RequestItem.service_item_id == ServiceItem.id)
        .join(VisitItem, VisitItem.request_item_id == RequestItem.id)
        .where(VisitItem.visit_id == visit_id)
    )
    return frozenset(db.session.scalars(query))


def earlier_members(resident_id: int | None) -> frozenset[int]:
    """Who has worked in this home before."""
    if resident_id is None:
        return frozenset()
    query = (
        select(Assignment.member_id)
        .join(Visit, Visit.id == Assignment.visit_id)
        .where(Visit.resident_id == resident_id, Visit.state == VisitState.FINISHED)
    )
    return frozenset(member_id for member_id in db.session.scalars(query) if member_id is not None)


def asked_members(visit: Visit) -> frozenset[int]:
    """Everybody asked since the present promise was made, whatever they answered, who has heard of it."""
    query = (
        select(Offer.member_id)
        .join(Assignment, Assignment.id == Offer.assignment_id)
        .where(Assignment.visit_id == visit.id, HEARD_OF)
    )
    moved_at = promised_anew(Visit.id == visit.id).get(visit.id)
    if moved_at is not None:
        query = query.where(Offer.offered_at >= moved_at)
    return frozenset(db.session.scalars(query))


def promised_anew(of_these: ColumnElement[bool]) -> Mapping[int, datetime]:
    """When the present promise of each was made, if it is not the first; a move that was undone made none."""
    moves = (
        select(AuditEntry.entity_id, AuditEntry.at, AuditEntry.moved_to)
        .join(Visit, Visit.id == AuditEntry.entity_id)
        .where(of_these, AuditEntry.entity == Visit.__tablename__)
        .where(AuditEntry.moved_to.in_((MOVED, UNMOVED)))
        .order_by(AuditEntry.id)
    )
    stands: dict[int, list[datetime]] = defaultdict(list)
    for visit_id, at, moved_to in rows(moves):
        if moved_to == MOVED:
            stands[visit_id].append(at)
        else:
            del stands[visit_id][-2:]
    return {visit_id: made[-1] for visit_id, made in stands.items() if made}


def was_moved(visit: Visit) -> bool:
    """Whether the promise is another than the first."""
    moved = exists().where(
        AuditEntry.entity == Visit.__tablename__,
        AuditEntry.entity_id == visit.id,
        AuditEntry.moved_to == MOVED,
    )
    return bool(db.session.scalar(select(moved)))


def earliest_minute(visit_day_of: datetime, now: datetime, lead: int | None = None) -> int:
    """The minute of the visit's day before which nobody sets out: today, once they have said yes."""
    day = seoul_day(visit_day_of)
    ready = minute_of_day(now, day) + (settings().offer_minutes if lead is None else lead)
    return max(ready, 0) if day == seoul_day(now) else 0


def promise(visit: Visit) -> Span:
    return Span(minute_of_day(visit.window_start, visit.day), minute_of_day(visit.window_end, visit.day))


def active_member(member_id: int) -> Member | None:
    member = db.session.get(Member, member_id)
    return member if member is not None and member.active else None
