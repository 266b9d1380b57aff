"""A visit, or all of a request, is called off for a coded reason."""

from datetime import datetime

from sqlalchemy import exists, select

from handyman.board import offers
from handyman.board.assign import CHANGEABLE, UNDER_WAY, changeable
from handyman.board.changes import Changes
from handyman.board.locking import lock_request
from handyman.board.refusals import ChangedMeanwhileError, Closed, ClosedError
from handyman.board.seen import seen_of_request
from handyman.extensions import db
from handyman.meanwhile import of_request
from handyman.models import (
    ENDED,
    Actor,
    AssignmentState,
    CancelReason,
    ItemState,
    RequestItem,
    RequestState,
    ServiceRequest,
    Visit,
    VisitItem,
    VisitState,
)


def cancel_visit(
    visit_id: int,
    reason: CancelReason,
    by: Actor,
    now: datetime,
    *,
    seen: str | None = None,
    under_way: bool = False,
) -> Changes:
    """The work stays open and looks for another visit; the team is told.

    `under_way`: also one that somebody set out to and never reported.
    """
    for request_id in requests_of(visit_id):
        lock_request(request_id)
    visit = changeable(visit_id, seen, (*CHANGEABLE, *UNDER_WAY) if under_way else CHANGEABLE)
    changes = _call_off(visit, reason, by, now)
    for request_id in requests_of(visit_id):
        request = db.session.get_one(ServiceRequest, request_id)
        if request.state is RequestState.BOOKED and not live_visits(request_id):
            request.move_to(RequestState.LOGGED, by, now, why="visit_cancelled")
    db.session.flush()
    return changes


def cancel_request(
    request_id: int, reason: CancelReason, by: Actor, now: datetime, *, seen: str | None = None
) -> Changes:
    """Nothing more is done for this request; what was done stays done."""
    request = lock_request(request_id)
    if request is None or request.state not in (RequestState.LOGGED, RequestState.BOOKED):
        raise ClosedError(Closed.REQUEST_CLOSED)
    if seen is not None and seen != seen_of_request(request):
        raise ChangedMeanwhileError(of_request(request))
    changes = Changes()
    for visit_id in live_visits(request_id):
        changes.add(cancel_visit(visit_id, reason, by, now))
    done = any(item.state is ItemState.DONE for item in request.items)
    for item in request.items:
        if item.state in (ItemState.OPEN, ItemState.PLANNED):
            item.move_to(ItemState.CANCELLED, by, now, why=reason.value)
    request.cancel_reason, request.closed_at = reason, now
    request.move_to(RequestState.DONE if done else RequestState.CANCELLED, by, now, why=reason.value)
    db.session.flush()
    return changes


def cancel_by_resident(visit_id: int, reason: CancelReason, by: Actor, now: datetime) -> Changes:
    """Whoever is only away that day has still something to repair; otherwise what they asked for is over.

    What another visit is promised for stays.
    """
    changes = cancel_visit(visit_id, reason, by, now)
    if reason is not CancelReason.RESIDENT_AWAY:
        for request_id in requests_of(visit_id):
            if not live_visits(request_id):
                changes.add(cancel_request(request_id, reason, by, now))
    return changes


def live_visits(request_id: int) -> list[int]:
    """Visits of the request that are still to come or under way, by day: locked in that order."""
    item_of_request = exists().where(
        VisitItem.visit_id == Visit.id,
        VisitItem.request_item_id == RequestItem.id,
        RequestItem.request_id == request_id,
    )
    query = select(Visit.id).where(item_of_request, Visit.state.not_in(ENDED)).order_by(Visit.day, Visit.id)
    return list(db.session.scalars(query))


def _call_off(visit: Visit, reason: CancelReason, by: Actor, now: datetime) -> Changes:
    changes = Changes(cancelled=[visit])
    for place in visit.assignments:
        changes.withdrawn += offers.withdraw(place, by, now, why=reason.value)
        place.move_to(AssignmentState.CLOSED, by, now, why=reason.value)
    for item in visit.items:
        if item.request_item.state is ItemState.PLANNED:
            item.request_item.move_to(ItemState.OPEN, by, now, why="visit_cancelled")
    visit.cancel_reason = reason
    visit.move_to(VisitState.CANCELLED, by, now, why=reason.value)
    db.session.flush()
    return changes


def requests_of(visit_id: int) -> list[int]:
    query = (
        select(RequestItem.request_id)
        .join(VisitItem, VisitItem.request_item_id == RequestItem.id)
        .where(VisitItem.visit_id == visit_id)
        .distinct()
        .order_by(RequestItem.request_id)
    )
    return list(db.session.scalars(query))
