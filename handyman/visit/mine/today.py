"""A member's day in the order of going, with the ways between and what to bring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db
from handyman.models import (
    ENDED,
    Assignment,
    AssignmentState,
    Material,
    Member,
    RequestItem,
    ServiceItem,
    TeamRole,
    Visit,
    VisitItem,
    VisitState,
    service_item_materials,
)
from handyman.visit.opening import has_shut, is_open
from handyman.words import seoul_day

HELD = (AssignmentState.OFFERED, AssignmentState.ACCEPTED)
KNOWN_FOR = timedelta(days=60)  # homes that a member may still have a wish about
MOST_HOMES = 12
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit of the day as this member goes to it."""

    visit: Visit
    role: TeamRole
    accepted: bool
    opened: bool  # the full address may be seen
    past: bool  # too late to go, and not yet reported
    partners: Sequence[tuple[Member, TeamRole, bool]]  # with whether they have accepted

    @property
    def ahead(self) -> bool:
        """Somebody has still to go there, or is there."""
        return self.accepted and self.visit.state not in ENDED and not self.past

    @property
    def end(self) -> datetime:
        return self.visit.start + timedelta(minutes=self.visit.service_minutes)


@dataclass(frozen=True, slots=True)
class Bring:
    """A material with the work that it is for."""

    material: Material
    work: Sequence[tuple[ServiceItem, int]]


def stops(member: Member, day: date, now: datetime) -> list[Stop]:
    query = (
        select(Visit)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(Visit.day == day, Visit.state != VisitState.CANCELLED)
        .where(Assignment.member_id == member.id, Assignment.state.in_(HELD))
        .options(
            joinedload(Visit.address),
            selectinload(Visit.assignments).joinedload(Assignment.member),
            selectinload(Visit.items).joinedload(VisitItem.request_item).joinedload(RequestItem.service_item),
        )
        .order_by(Visit.start, Visit.id)
    )
    return [_stop(visit, member, now) for visit in db.session.scalars(query)]


def ways(member: Member, going: Sequence[Stop]) -> list[tuple[Place, Place]]:
    """From where the day begins to the first, then from each to the next; who stays at a place unknown to us
    goes on from the one before.
    """
    here: Place = (member.home_lat, member.home_lon)
    if member.start_lat is not None and member.start_lon is not None:
        here = (member.start_lat, member.start_lon)
    found = []
    for stop in going:
        there = _point(stop.visit) or here
        found.append((here, there))
        here = there
    return found


def bring_list(going: Sequence[Stop]) -> list[Bring]:
    """The materials of the whole day, each once, with how many pieces of which work they are for."""
    pieces: dict[int, tuple[ServiceItem, int]] = {}
    coming = (stop.visit for stop in going if stop.ahead)
    for item in (item for visit in coming for item in visit.items):
        known = item.request_item.service_item
        pieces[known.id] = (known, pieces.get(known.id, (known, 0))[1] + item.left)
    pairs = db.session.execute(
        select(Material, service_item_materials.c.service_item_id)
        .join(service_item_materials, service_item_materials.c.material_id == Material.id)
        .where(service_item_materials.c.service_item_id.in_(pieces), Material.active)
        .order_by(Material.id)
    )
    needed: dict[Material, list[tuple[ServiceItem, int]]] = {}
    for material, service_item_id in pairs:
        if pieces[service_item_id][1]:
            needed.setdefault(material, []).append(pieces[service_item_id])
    return [Bring(material, work) for material, work in needed.items()]


def homes_of(member: Member, now: datetime) -> Sequence[Visit]:
    """The visits of the last weeks, the newest first: by day, dong and work, without name or door."""
    query = (
        select(Visit)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(Assignment.member_id == member.id, Assignment.state == AssignmentState.ACCEPTED)
        .where(Visit.state.in_((VisitState.FINISHED, VisitState.FAILED)))
        .where(Visit.day > seoul_day(now - KNOWN_FOR))
        .options(
            joinedload(Visit.address),
            selectinload(Visit.items).joinedload(VisitItem.request_item).joinedload(RequestItem.service_item),
        )
        .order_by(Visit.start.desc())
        .limit(MOST_HOMES)
    )
    return db.session.scalars(query).all()


def _stop(visit: Visit, member: Member, now: datetime) -> Stop:
    own = next(place for place in visit.assignments if place.member_id == member.id)
    accepted = own.state is AssignmentState.ACCEPTED
    return Stop(
        visit=visit,
        role=own.role,
        accepted=accepted,
        opened=accepted and is_open(now, visit.start, visit.window_end, visit.finished_at),
        past=accepted and visit.state not in ENDED and has_shut(now, visit.window_end, visit.finished_at),
        partners=[
            (place.member, place.role, place.state is AssignmentState.ACCEPTED)
            for place in visit.assignments
            if place.member is not None and place.member_id != member.id and place.state in HELD
        ],
    )


def _point(visit: Visit) -> Place | None:
    lat, lon = visit.address.lat, visit.address.lon
    return (lat, lon) if lat is not None and lon is not None else None
