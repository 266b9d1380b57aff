"""A coordinator puts a member into a visit's team by hand, under the same rules as the machine."""

from collections.abc import Collection
from datetime import datetime

from handyman.board import needs, offers
from handyman.board.changes import Changes
from handyman.board.fitting import fit_member
from handyman.board.locking import lock_visit
from handyman.board.refusals import (
    ChangedMeanwhileError,
    Closed,
    ClosedError,
    GuardError,
    Unexplained,
    UnexplainedError,
)
from handyman.board.seen import seen_of_visit
from handyman.dispatch.problem import Exclusion, ExclusionCode
from handyman.extensions import db
from handyman.meanwhile import of_visit
from handyman.models import (
    Actor,
    Assignment,
    AssignmentState,
    Offer,
    OfferState,
    OverrideReason,
    TeamRole,
    Visit,
    VisitState,
    record,
)
from handyman.words import at_minute

CHANGEABLE = (VisitState.BOOKED, VisitState.ASSIGNED)
LONGEST_NOTE = 200
UNDER_WAY = (VisitState.ON_THE_WAY, VisitState.ARRIVED)


def assign(
    visit_id: int,
    role: TeamRole,
    member_id: int,
    by: Actor,
    now: datetime,
    *,
    agreed: bool = False,
    seen: str | None = None,
    reason: OverrideReason | None = None,
    note: str = "",
    start: int | None = None,
) -> Changes:
    """Offer the place to the member, or give it when they have said yes on the phone.

    GuardError says what speaks against it, before anybody is asked why. Whoever held the place before is
    told that it is taken back. A choice by hand says why; the yes of somebody asked already needs no reason.
    Without `start` the planned one is kept where it can be.
    """
    visit = changeable(visit_id, seen)
    place = find_place(visit, role)
    if member_id in needs.barred(visit):
        raise GuardError([Exclusion(ExclusionCode.MUST_NOT)])
    if agreed and place.member_id == member_id and place.state is AssignmentState.OFFERED:
        return offers.take(_open_offer(place), by, now)
    _check_member(visit, member_id)
    if visit.window_end <= now and not agreed:
        raise ClosedError(Closed.WINDOW_PAST)
    insertion, moved = fit_member(visit, role, member_id, start, now)
    why = _check_reason(reason, note)
    changes = Changes(withdrawn=offers.withdraw(place, by, now, why="by_hand"))
    changes.shifted += offers.shift_others(moved, visit.day, by, now)
    if offers.set_start(visit, at_minute(visit.day, insertion.start), by, now):
        changes.shifted.append(visit)
    offers.hold(place, member_id, by, now, why="by_hand")
    if visit.state is VisitState.ASSIGNED:
        visit.move_to(VisitState.BOOKED, by, now, why="by_hand")
    offer = offers.make_offer(place, member_id, len(place.offers) + 1, [["by_hand", {}]], now, by_hand=True)
    _explain(offer, why, note, by, now)
    if agreed:
        changes.add(offers.take(offer, by, now))
    else:
        changes.offered.append(offer)
    return changes


def changeable(visit_id: int, seen: str | None, states: Collection[VisitState] = CHANGEABLE) -> Visit:
    """The visit, locked, still as the form saw it and, unless asked for, not yet under way."""
    visit = lock_visit(visit_id)
    if visit is None:
        raise ClosedError(Closed.NO_SUCH_PLACE)
    if seen is not None and seen != seen_of_visit(visit):
        raise ChangedMeanwhileError(of_visit(visit))
    if visit.state not in states:
        raise ClosedError(Closed.VISIT_UNDER_WAY)
    return visit


def find_place(visit: Visit, role: TeamRole) -> Assignment:
    place = next((place for place in visit.assignments if place.role is role), None)
    if place is None:
        raise ClosedError(Closed.NO_SUCH_PLACE)
    db.session.refresh(place)
    return place


def _check_member(visit: Visit, member_id: int) -> None:
    if needs.active_member(member_id) is None:
        raise ClosedError(Closed.NO_SUCH_MEMBER)
    if any(other.member_id == member_id for other in visit.assignments):
        raise ClosedError(Closed.SAME_MEMBER)


def _check_reason(reason: OverrideReason | None, note: str) -> OverrideReason:
    if reason is None:
        raise UnexplainedError(Unexplained.NO_REASON)
    if reason is OverrideReason.OTHER and not note.strip():
        raise UnexplainedError(Unexplained.NO_NOTE)
    return reason


def _explain(offer: Offer, reason: OverrideReason, note: str, by: Actor, now: datetime) -> None:
    """The note stays with the offer: an audit entry holds nothing that somebody typed."""
    offer.override_reason, offer.override_note = reason, note.strip()[:LONGEST_NOTE]
    record(offer, by, now, moved_to=OfferState.OFFERED, why=reason.value)
    db.session.flush()


def _open_offer(place: Assignment) -> Offer:
    """What the place's holder has been asked and not yet answered."""
    waiting = [offer for offer in place.offers if offer.state is OfferState.OFFERED]
    if not waiting:
        raise ChangedMeanwhileError
    return waiting[-1]
