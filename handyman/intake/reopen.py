"""What was repaired and does not work: a request of its own, that leads back to the first visit."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db
from handyman.intake.log_call import AlreadyLoggedError, log_check
from handyman.models import (
    Actor,
    Reopening,
    RequestItem,
    ServiceRequest,
    Visit,
    VisitItem,
    VisitState,
)


def reopen(visit_id: int, by: Actor, now: datetime) -> ServiceRequest | None:
    """The request of all that was done in the visit; None when it is there, or nothing can be done again."""
    visit = _finished(visit_id)
    if visit is None or _is_reopened(visit_id):
        return None
    done = [item for item in visit.items if item.done_quantity and _may_be_done(item)]
    if not done:
        return None
    first = done[0].request_item.request
    request = ServiceRequest(
        submission_key=f"reopen-{visit_id}",
        resident_id=visit.resident_id,
        address_id=visit.address_id,
        suits=first.suits,
        notes=first.notes,
        logged_by_id=first.logged_by_id,
    )
    try:
        log_check(request, _again(done), by, now)
    except AlreadyLoggedError:
        return None
    db.session.add(Reopening(request_id=request.id, visit_id=visit_id, at=now))
    db.session.flush()
    return request


def _finished(visit_id: int) -> Visit | None:
    whole = selectinload(Visit.items).joinedload(VisitItem.request_item)
    return db.session.scalar(
        select(Visit)
        .where(Visit.id == visit_id, Visit.state == VisitState.FINISHED)
        .options(whole.options(joinedload(RequestItem.request), joinedload(RequestItem.service_item)))
    )


def _is_reopened(visit_id: int) -> bool:
    return db.session.scalar(select(Reopening.request_id).where(Reopening.visit_id == visit_id)) is not None


def _may_be_done(item: VisitItem) -> bool:
    known = item.request_item.service_item
    return known.active and known.permitted


def _again(done: Sequence[VisitItem]) -> list[RequestItem]:
    return [
        RequestItem(
            service_item_id=item.request_item.service_item_id,
            quantity=item.done_quantity,
            answers=dict(item.request_item.answers),
            team_size=item.request_item.team_size,
        )
        for item in done
    ]
