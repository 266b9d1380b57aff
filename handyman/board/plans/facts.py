"""Rows into what a plan is made of: the members' days, the visits promised on them, and who has been told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from handyman.board import days as member_days
from handyman.board import ground
from handyman.board.days import HELD, Roster
from handyman.board.needs import UNDONE, promised_anew
from handyman.board.offers import PLACED, SHIFTED
from handyman.board.plans.stored import Held
from handyman.board.wishes import NONE, Wishes, of_residents
from handyman.dispatch.problem import MemberDay, Point, Span
from handyman.dispatch.rules import priority_of
from handyman.extensions import rows
from handyman.models import (
    ENDED,
    MOVED,
    Address,
    Assignment,
    AuditEntry,
    Offer,
    OfferState,
    RequestItem,
    ServiceDay,
    ServiceItem,
    ServiceRequest,
    Skill,
    TeamRole,
    Visit,
    VisitItem,
    VisitState,
    service_item_skills,
)
from handyman.words import at_minute, minute_of_day, seoul_day

DAY = 24 * 60
IS_START = AuditEntry.moved_to.contains(":")  # and no state
REFUSED = (OfferState.DECLINED, OfferState.EXPIRED)
OPEN = (OfferState.OFFERED, OfferState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Place:
    """One place in a visit's team, the lead's first."""

    member_id: int | None
    agreed: bool
    by_hand: bool


@dataclass(frozen=True, slots=True)
class PromisedVisit:
    """A visit that is not over. Times are minutes from the midnight of the first day."""

    id: int
    day: date
    state: VisitState
    window: Span
    start: int
    service_minutes: int
    point: Point | None
    resident_id: int
    arrived: int | None
    team: tuple[Place, ...]
    skills: frozenset[str] = frozenset()
    refused: frozenset[int] = frozenset()  # have said no, or nothing, since this promise
    earlier: frozenset[int] = frozenset()  # have worked in this home before
    wishes: Wishes = NONE
    priority: int = 0
    placed: bool = False  # by hand, on the day of the plan

    @property
    def held(self) -> Held:
        team = tuple(place.member_id for place in self.team)
        return Held(self.start, team, tuple(place.agreed for place in self.team))


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of some days at one moment."""

    days: tuple[date, ...]
    now: int  # minutes from the midnight of the first day; negative when that is still to come
    roster: Roster
    visits: tuple[PromisedVisit, ...]
    left: Mapping[tuple[int, date], Point]  # where members who have ended a visit on that day have been last
    versions: Mapping[str, int]  # of the days, as whoever changes one raises it

    @property
    def first(self) -> date:
        return self.days[0]

    def offset(self, day: date) -> int:
        return (day - self.first).days * DAY

    def member_days(self) -> Iterable[tuple[date, MemberDay]]:
        return ((day, member) for day in self.days for member in self.roster.days[day])


def load(days: Sequence[date], now: datetime, *, call_stand_bys: bool = False) -> Facts:
    """The days as they stand, in a constant number of queries; their versions first, to notice what comes.

    `call_stand_bys`: for somebody who is ill, whoever is on stand-by may be called.
    """
    first, last = days[0], days[-1]
    versions = {day.isoformat(): 0 for day in days}
    for row in rows(select(ServiceDay.day, ServiceDay.version).where(ServiceDay.day.in_(days))):
        versions[row.day.isoformat()] = row.version
    return Facts(
        days=tuple(days),
        now=minute_of_day(now, first),
        roster=member_days.load(days, call_stand_bys=call_stand_bys),
        visits=tuple(_visits(first, last, set(days), now)),
        left=_left(seoul_day(now)) if first <= seoul_day(now) <= last else {},
        versions=versions,
    )


def _visits(first: date, last: date, days: set[date], now: datetime) -> Iterable[PromisedVisit]:
    skills, refused, by_hand, earlier = (
        _skills(first, last),
        _refused(first, last),
        _by_hand(first, last),
        _earlier(first, last),
    )
    wished, urgent = of_residents(_residents(first, last)), _priorities(first, last)
    placed = _placed(first, last, now)
    found: dict[int, PromisedVisit] = {}
    for row in rows(_VISITS.where(Visit.day.between(first, last))):
        if row.day not in days:
            continue
        visit = found.get(row.id) or _visit(row, first)
        place = Place(
            row.member_id if row.place in HELD else None,
            row.place == "accepted",
            (row.id, row.role) in by_hand,
        )
        found[row.id] = replace(visit, team=(*visit.team, place))
    for visit in found.values():
        team = {place.member_id for place in visit.team}
        yield replace(
            visit,
            skills=frozenset(skills[visit.id]),
            refused=frozenset(refused[visit.id] - team),
            earlier=frozenset(earlier[visit.resident_id]),
            wishes=wished.get(visit.resident_id, NONE),
            priority=urgent.get(visit.id, 0),
            placed=visit.id in placed,
        )


_VISITS = (
    select(
        Visit.id,
        Visit.day,
        Visit.state,
        Visit.window_start,
        Visit.window_end,
        Visit.start,
        Visit.service_minutes,
        Visit.resident_id,
        Visit.arrived_at,
        Address.lat,
        Address.lon,
        Assignment.role,
        Assignment.member_id,
        Assignment.state.label("place"),
    )
    .join(Address, Address.id == Visit.address_id)
    .join(Assignment, Assignment.visit_id == Visit.id)
    .where(Visit.state.not_in(ENDED))
    .order_by(Visit.start, Visit.id, Assignment.role)
)


def _visit(row: Any, first: date) -> PromisedVisit:
    return PromisedVisit(
        id=row.id,
        day=row.day,
        state=row.state,
        window=Span(minute_of_day(row.window_start, first), minute_of_day(row.window_end, first)),
        start=minute_of_day(row.start, first),
        service_minutes=row.service_minutes,
        point=ground.point(row.lat, row.lon) if row.lat is not None else None,
        resident_id=row.resident_id,
        arrived=minute_of_day(row.arrived_at, first) if row.arrived_at else None,
        team=(),
    )


def _skills(first: date, last: date) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    query = (
        select(VisitItem.visit_id, Skill.code)
        .join(Visit, Visit.id == VisitItem.visit_id)
        .join(RequestItem, RequestItem.id == VisitItem.request_item_id)
        .join(ServiceItem, ServiceItem.id == RequestItem.service_item_id)
        .join(service_item_skills, service_item_skills.c.service_item_id == ServiceItem.id)
        .join(Skill, Skill.id == service_item_skills.c.skill_id)
        .where(Visit.day.between(first, last))
    )
    for visit_id, code in rows(query):
        found[visit_id].add(code)
    return found


def _refused(first: date, last: date) -> Mapping[int, set[int]]:
    """Who has said no or nothing since the present promise was made."""
    of_these = Visit.day.between(first, last)
    moved = promised_anew(of_these)
    query = (
        select(Visit.id, Offer.member_id, Offer.offered_at)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .join(Offer, Offer.assignment_id == Assignment.id)
        .where(of_these, Visit.state.not_in(ENDED), Offer.state.in_(REFUSED))
    )
    found: dict[int, set[int]] = defaultdict(set)
    for visit_id, member_id, offered_at in rows(query):
        if visit_id not in moved or offered_at >= moved[visit_id]:
            found[visit_id].add(member_id)
    return found


def _by_hand(first: date, last: date) -> set[tuple[int, TeamRole]]:
    """Places whose holder somebody chose by hand."""
    query = (
        select(Assignment.visit_id, Assignment.role)
        .join(Visit, Visit.id == Assignment.visit_id)
        .join(Offer, Offer.assignment_id == Assignment.id)
        .where(
            Visit.day.between(first, last),
            Offer.by_hand,
            Offer.state.in_(OPEN),
        )
    )
    return {(visit_id, role) for visit_id, role in rows(query)}


def _placed(first: date, last: date, now: datetime) -> set[int]:
    """Visits that somebody has given to a member by hand, or to another start, on the day of the plan.

    An undo takes back the last change of a start alone, whatever that was; another promise begins anew.
    """
    since = at_minute(seoul_day(now), 0)
    given = (
        select(Assignment.visit_id)
        .join(Visit, Visit.id == Assignment.visit_id)
        .join(Offer, Offer.assignment_id == Assignment.id)
        .where(
            Visit.day.between(first, last), Offer.by_hand, Offer.state.in_(OPEN), Offer.offered_at >= since
        )
    )
    starts = (
        select(AuditEntry.entity_id, AuditEntry.moved_to, AuditEntry.why)
        .join(Visit, Visit.id == AuditEntry.entity_id)
        .where(
            Visit.day.between(first, last),
            AuditEntry.entity == Visit.__tablename__,
            or_(AuditEntry.moved_to == MOVED, and_(AuditEntry.why.in_((PLACED, SHIFTED, UNDONE)), IS_START)),
            AuditEntry.at >= since,
        )
        .order_by(AuditEntry.id)
    )
    stand: defaultdict[int, list[str]] = defaultdict(list)
    for visit_id, moved_to, why in rows(starts):
        if moved_to == MOVED:
            stand[visit_id].clear()
        elif why == UNDONE:
            del stand[visit_id][-1:]
        else:
            stand[visit_id].append(why)
    return {visit_id for visit_id, whys in stand.items() if PLACED in whys} | {row[0] for row in rows(given)}


def _earlier(first: date, last: date) -> Mapping[int, set[int]]:
    """By resident: who has worked there before."""
    return earlier_members(_residents(first, last))


def _residents(first: date, last: date) -> Any:
    return select(Visit.resident_id).where(Visit.day.between(first, last), Visit.state.not_in(ENDED))


def _priorities(first: date, last: date) -> Mapping[int, int]:
    """What goes first where not all can be served: what guards against a fall, and who has waited longest."""
    query = (
        select(Visit.id, Visit.day, ServiceItem.fall_risk, ServiceRequest.logged_at)
        .join(VisitItem, VisitItem.visit_id == Visit.id)
        .join(RequestItem, RequestItem.id == VisitItem.request_item_id)
        .join(ServiceItem, ServiceItem.id == RequestItem.service_item_id)
        .join(ServiceRequest, ServiceRequest.id == RequestItem.request_id)
        .where(Visit.day.between(first, last), Visit.state.not_in(ENDED))
    )
    found: dict[int, int] = {}
    for visit_id, day, fall_risk, logged_at in rows(query):
        priority = priority_of((day - seoul_day(logged_at)).days, fall_risk)
        found[visit_id] = max(found.get(visit_id, 0), priority)
    return found


def earlier_members(residents: Any) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    query = (
        select(Visit.resident_id, Assignment.member_id)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(
            Visit.resident_id.in_(residents),
            Visit.state == VisitState.FINISHED,
        )
        .distinct()
    )
    for resident_id, member_id in rows(query):
        if member_id is not None:
            found[resident_id].add(member_id)
    return found


def _left(today: date) -> Mapping[tuple[int, date], Point]:
    """Where each member who has ended a visit today was last."""
    query = (
        select(Assignment.member_id, Address.lat, Address.lon)
        .join(Visit, Visit.id == Assignment.visit_id)
        .join(Address, Address.id == Visit.address_id)
        .where(
            Visit.day == today,
            Visit.state.in_((VisitState.FINISHED, VisitState.FAILED)),
            Assignment.state.in_(HELD),
            Address.lat.is_not(None),
        )
        .order_by(func.coalesce(Visit.finished_at, Visit.start))
    )
    return {(row.member_id, today): ground.point(row.lat, row.lon) for row in rows(query)}
