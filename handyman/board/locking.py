"""Whoever plans on a day holds that day until the end of the transaction.

One order everywhere, so that two never wait for each other: requests by id, then days, then visits.
Rows that others point at are locked FOR NO KEY UPDATE: a text or a photograph may name them meanwhile.
"""

from datetime import date

from sqlalchemy import select

from handyman.extensions import db
from handyman.models import ServiceRequest, Visit
from handyman.service_days import lock_days, lock_days_ahead

__all__ = ["lock_days", "lock_days_ahead", "lock_request", "lock_visit"]


def lock_request(request_id: int) -> ServiceRequest | None:
    """The request as it stands now, ours until the end of the transaction."""
    return db.session.scalar(
        select(ServiceRequest)
        .where(ServiceRequest.id == request_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def lock_visit(visit_id: int) -> Visit | None:
    """The visit as it stands now with its day locked. A visit that changed its day meanwhile is followed.

    Its row is locked last, on the day where it stays: whoever moves it has to hold that day too.
    """
    locked, day = None, _day_of(visit_id)
    while day is not None and day != locked:
        lock_days([day])
        locked, day = day, _day_of(visit_id)
    visit = db.session.scalar(
        select(Visit)
        .where(Visit.id == visit_id)
        .with_for_update(of=Visit, key_share=True)
        .execution_options(populate_existing=True)
    )
    if visit is not None:
        db.session.expire(visit, ["assignments", "items"])
    return visit


def _day_of(visit_id: int) -> date | None:
    return db.session.scalar(select(Visit.day).where(Visit.id == visit_id))
