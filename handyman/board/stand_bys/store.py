"""Days on stand-by: written down, taken off again. Visits that the member holds already stay."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from handyman.board.refusals import Closed, ClosedError
from handyman.extensions import db, write_new
from handyman.models import Actor, Member, StandBy, WorkingHours, record
from handyman.service_days import lock_days_ahead
from handyman.words import seoul_day

ON, CALLED, OFF = "stand_by", "called", "off_stand_by"  # how an audit entry says it


def put(member_id: int, first: date, last: date, by: Actor, now: datetime) -> list[date]:
    """The days of these on which the member works; they are all on stand-by now."""
    member = db.session.get(Member, member_id)
    if member is None:
        raise ClosedError(Closed.NO_SUCH_MEMBER)
    worked = set(db.session.scalars(select(WorkingHours.weekday).where(WorkingHours.member_id == member_id)))
    days = [day for day in _days(first, last) if day.weekday() in worked]
    if days:
        lock_days_ahead(seoul_day(now), first, last)
        write_new(StandBy, [{"member_id": member_id, "day": day} for day in days])
        record(member, by, now, moved_to=ON, why=f"{first}..{last}")
        db.session.flush()
    return days


def take_off(
    member_id: int, first: date, last: date, by: Actor, now: datetime, *, moved_to: str = OFF
) -> bool:
    """False when they were not on stand-by any more."""
    lock_days_ahead(seoul_day(now), first, last)
    these = (StandBy.member_id == member_id, StandBy.day.between(first, last))
    if db.session.scalar(select(StandBy.day).where(*these).limit(1)) is None:
        return False
    db.session.execute(delete(StandBy).where(*these))
    member = db.session.get_one(Member, member_id)
    record(member, by, now, moved_from=ON, moved_to=moved_to, why=f"{first}..{last}")
    db.session.flush()
    return True


def call(member_id: int, day: date, by: Actor, now: datetime) -> bool:
    """One of the stand-by is wanted: free for work like everybody else on that day."""
    return take_off(member_id, day, day, by, now, moved_to=CALLED)


def on(day: date) -> set[int]:
    """Who is on stand-by."""
    return set(db.session.scalars(select(StandBy.member_id).where(StandBy.day == day)))


def spans(days: Collection[date]) -> list[tuple[date, date]]:
    """Days that follow one another are one."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
