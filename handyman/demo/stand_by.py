"""The demo's member on stand-by."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from handyman.extensions import db
from handyman.models import Assignment, Member, StandBy, Visit, VisitState


def put_one(members: Sequence[Member], day: date) -> None:
    """Of those who work on that day, whoever has least to do."""
    held = (
        select(Assignment.member_id).join(Visit).where(Visit.day == day, Visit.state != VisitState.CANCELLED)
    )
    visits = Counter(db.session.scalars(held))
    works = [one for one in members if any(hours.weekday == day.weekday() for hours in one.hours)]
    away = {one.id for one in members if any(off.first_day <= day <= off.last_day for off in one.absences)}
    free = [one for one in works if one.id not in away]
    if free:
        min(free, key=lambda one: (visits[one.id], -one.id)).stand_bys.append(StandBy(day=day))
