"""What a link opens: one visit as one member sees it, or all of a member's day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db
from handyman.models import (
    ENDED,
    Actor,
    ActorKind,
    Assignment,
    AssignmentState,
    Link,
    Member,
    Offer,
    OfferState,
    Person,
    RequestItem,
    Resident,
    Visit,
    VisitItem,
    VisitState,
)
from handyman.set_out import announced
from handyman.visit.opening import has_shut, is_open, opens_at
from handyman.words import seoul_day


class Standing(StrEnum):
    """What a member is to a visit."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class NotInLinkError(Exception):
    """A visit that this link does not open."""


@dataclass(frozen=True, slots=True)
class Job:
    """One visit as one member may see it now."""

    visit: Visit
    member_id: int
    standing: Standing
    offer: Offer | None
    seen_at: datetime
    of_a_day: bool  # opened from the list of a day

    @property
    def member(self) -> Member:
        """Who holds the link."""
        found = db.session.get(Member, self.member_id)
        if found is None:
            raise NotInLinkError
        return found

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.MEMBER, self.member_id)

    @property
    def accepted(self) -> bool:
        return self.standing is Standing.ACCEPTED

    @property
    def opened(self) -> bool:
        """Whether the full address, the entrance and the telephone number are shown."""
        visit = self.visit
        return self.accepted and is_open(self.seen_at, visit.start, visit.window_end, visit.finished_at)

    @property
    def opens_at(self) -> datetime:
        return opens_at(self.visit.start)

    @property
    def opens_later(self) -> bool:
        return self.accepted and self.seen_at < self.opens_at

    @property
    def is_due(self) -> bool:
        """The day has come, and the work is not yet reported."""
        return self.accepted and self.visit.state not in ENDED and seoul_day(self.seen_at) >= self.visit.day

    @property
    def ahead(self) -> bool:
        """Theirs to go to, or to work at."""
        return self.accepted and self.visit.state not in ENDED and not self.past

    @property
    def past(self) -> bool:
        """Too late to go, and not yet reported: what is left is to say how it went."""
        return self.is_due and has_shut(self.seen_at, self.visit.window_end, self.visit.finished_at)

    @property
    def may_give_back(self) -> bool:
        """They go, nobody has set out that day (it may have been told), and somebody else still can."""
        agreed = self.offer is not None and self.offer.state is OfferState.ACCEPTED
        not_begun = self.visit.state in (VisitState.BOOKED, VisitState.ASSIGNED)
        return self.accepted and agreed and not_begun and not announced(self.visit) and not self.past

    @property
    def working(self) -> bool:
        """At the door or inside, or gone again and nothing reported."""
        return self.accepted and self.visit.state is VisitState.ARRIVED

    @property
    def reported(self) -> bool:
        return self.accepted and self.visit.state in (VisitState.FINISHED, VisitState.FAILED)

    @property
    def team_complete(self) -> bool:
        return self.visit.state is not VisitState.BOOKED

    @property
    def others(self) -> list[Assignment]:
        """The rest of the team."""
        return [place for place in self.visit.assignments if place.member_id != self.member_id]


def open_job(link: Link, visit_id: int | None, now: datetime) -> Job:
    """The visit of a link, or one visit of a day's link, or NotInLinkError."""
    wanted = link.visit_id if visit_id is None else visit_id
    visit = db.session.scalar(_visits().where(Visit.id == wanted)) if wanted is not None else None
    if visit is None or not _within(link, visit):
        raise NotInLinkError
    offers = _offers([visit.id], link.member_id)
    job = _job(visit, link, offers.get(visit.id), now)
    if job is None:
        raise NotInLinkError
    return job


def day_jobs(link: Link, now: datetime) -> list[Job]:
    """A member's day in the order of going: what is theirs or offered, and what was called off."""
    visits = db.session.scalars(
        _visits()
        .where(
            Visit.day == link.day,
            Visit.id.in_(select(Assignment.visit_id).where(Assignment.member_id == link.member_id)),
        )
        .order_by(Visit.start, Visit.id)
    ).all()
    offers = _offers([visit.id for visit in visits], link.member_id)
    jobs = [_job(visit, link, offers.get(visit.id), now) for visit in visits]
    shown = (Standing.ACCEPTED, Standing.ASKED, Standing.CANCELLED)
    return [job for job in jobs if job is not None and job.standing in shown]


def _within(link: Link, visit: Visit) -> bool:
    return visit.id == link.visit_id if link.visit_id is not None else visit.day == link.day


def _job(visit: Visit, link: Link, offer: Offer | None, now: datetime) -> Job | None:
    held = next((place for place in visit.assignments if place.member_id == link.member_id), None)
    if held is None and offer is None:
        return None
    standing = _standing(visit, held, offer, now)
    return Job(visit, link.member_id, standing, offer, now, of_a_day=link.visit_id is None)


def _standing(visit: Visit, held: Assignment | None, offer: Offer | None, now: datetime) -> Standing:
    if (
        held is not None
        and held.state is AssignmentState.ACCEPTED
        and visit.state is not VisitState.CANCELLED
    ):
        return Standing.ACCEPTED
    answered = {OfferState.DECLINED: Standing.DECLINED, OfferState.EXPIRED: Standing.EXPIRED}
    if offer is not None and offer.state in answered:
        return answered[offer.state]
    if visit.state is VisitState.CANCELLED:
        return Standing.CANCELLED
    if offer is not None and offer.state is OfferState.OFFERED and visit.state not in ENDED:
        return Standing.ASKED if now < offer.expires_at else Standing.EXPIRED
    return Standing.WITHDRAWN


def _offers(visit_ids: Iterable[int], member_id: int) -> dict[int, Offer]:
    """The last offer of each visit to this member."""
    rows = db.session.scalars(
        select(Offer)
        .join(Offer.assignment)
        .options(joinedload(Offer.assignment))
        .where(Assignment.visit_id.in_(list(visit_ids)), Offer.member_id == member_id)
        .order_by(Offer.id)
    )
    return {offer.assignment.visit_id: offer for offer in rows}


def _visits() -> Select[Visit]:
    """Visits with everything that the pages show, in few queries."""
    return select(Visit).options(
        joinedload(Visit.address),
        joinedload(Visit.report),
        joinedload(Visit.resident).joinedload(Resident.person).selectinload(Person.phones),
        selectinload(Visit.assignments).joinedload(Assignment.member),
        selectinload(Visit.items)
        .joinedload(VisitItem.request_item)
        .options(joinedload(RequestItem.service_item), joinedload(RequestItem.request)),
    )
