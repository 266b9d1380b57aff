"""What is repaired once more: when it was repaired before, and by whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from handyman.extensions import db
from handyman.models import Assignment, AssignmentState, Member, Reopening, Visit, once_more


@dataclass(frozen=True, slots=True)
class First:
    """The visit after which it did not work."""

    day: date
    names: tuple[str, ...]  # of whoever went


def which_again(visits: Iterable[Visit]) -> set[int]:
    """Ids of those that repair something once more."""
    return set(db.session.scalars(once_more([visit.id for visit in visits])))


def first_of(visit: Visit) -> First | None:
    """None for a visit that repairs nothing once more."""
    requests = {item.request_item.request_id for item in visit.items}
    rows = db.session.execute(
        select(Visit.id, Visit.day, Member.name)
        .join(Reopening, Reopening.visit_id == Visit.id)
        .join(Visit.assignments)
        .join(Member, Member.id == Assignment.member_id)
        .where(Reopening.request_id.in_(requests), Assignment.state == AssignmentState.ACCEPTED)
        .order_by(Visit.id, Assignment.id)
    ).all()
    if not rows:
        return None
    return First(rows[0].day, tuple(row.name for row in rows if row.id == rows[0].id))
