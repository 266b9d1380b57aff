"""When somebody who sets out now will be at the door."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from handyman.board import ground, road_times
from handyman.dispatch.problem import Point, TravelMode
from handyman.extensions import db, rows
from handyman.models import Address, Assignment, AssignmentState, Member, Visit, VisitState
from handyman.words import at_minute, minute_of_day

STEP = 5  # minutes: nobody counts single ones, and later than said is worse than earlier


def about(visit: Visit, member_id: int | None, leaving: datetime) -> datetime | None:
    """From where they worked last today, else from where their day begins; never before the promise."""
    member = db.session.get(Member, member_id) if member_id is not None else None
    door = visit.address
    if member is None or door.lat is None or door.lon is None:
        return None
    here = _last_place(visit, member.id, leaving) or _begin(member)
    mode = TravelMode(member.travel_mode)
    minutes = road_times.travel().minutes(here, ground.point(door.lat, door.lon), mode)
    there = minute_of_day(leaving + timedelta(minutes=minutes), visit.day)
    return max(at_minute(visit.day, -(-there // STEP) * STEP), visit.window_start)


def _begin(member: Member) -> Point:
    if member.start_lat is not None and member.start_lon is not None:
        return ground.point(member.start_lat, member.start_lon)
    return ground.point(member.home_lat, member.home_lon)


def _last_place(visit: Visit, member_id: int, leaving: datetime) -> Point | None:
    ended = func.coalesce(Visit.finished_at, Visit.start)
    query = (
        select(Address.lat, Address.lon)
        .join(Visit, Visit.address_id == Address.id)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(
            Visit.day == visit.day,
            Visit.state.in_((VisitState.FINISHED, VisitState.FAILED)),
            Assignment.member_id == member_id,
            Assignment.state == AssignmentState.ACCEPTED,
            Address.lat.is_not(None),
            ended <= leaving,
        )
        .order_by(ended.desc())
        .limit(1)
    )
    row = rows(query).one_or_none()
    return ground.point(row.lat, row.lon) if row else None
