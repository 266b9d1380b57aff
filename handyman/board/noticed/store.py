"""Worries of a visit, and that they were seen to."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from handyman.extensions import db
from handyman.models import Actor, Noticing, record


def of_visit(visit_id: int) -> Sequence[Noticing]:
    query = select(Noticing).where(Noticing.visit_id == visit_id).options(joinedload(Noticing.member))
    return db.session.scalars(query.order_by(Noticing.id)).all()


def see_to(visit_id: int, noticing_id: int, by: Actor, now: datetime) -> bool:
    """Once; False when it was seen to before, or is of another visit."""
    row = db.session.get(Noticing, noticing_id, with_for_update=True, populate_existing=True)
    if row is None or row.visit_id != visit_id or row.handled_at is not None:
        return False
    row.handled_at, row.handled_by_id = now, by.id
    record(row, by, now, moved_to="handled")
    return True
