"""What members do for themselves: hours that they wish, homes that they know, the way to a job of theirs."""

from datetime import date, datetime, timedelta

from sqlalchemy import exists, select

from handyman import links
from handyman.extensions import db, settings
from handyman.models import (
    ENDED,
    Actor,
    Assignment,
    AssignmentState,
    Link,
    Member,
    Visit,
    VisitState,
    record,
)

HELD = (AssignmentState.OFFERED, AssignmentState.ACCEPTED)


def wish_hours(member_id: int, minutes: int | None, by: Actor, now: datetime) -> None:
    held = select(Member).where(Member.id == member_id).with_for_update(of=Member, key_share=True)
    member = db.session.scalars(held.execution_options(populate_existing=True)).one()
    if member.wished_minutes != minutes:
        record(member, by, now, moved_from=str(member.wished_minutes), moved_to=str(minutes), why="wishes")
        member.wished_minutes = minutes
        db.session.flush()


def holds_visits(member_id: int, first: date, last: date) -> bool:
    """Whether they have promised to go somewhere on these days."""
    held = exists().where(
        Assignment.member_id == member_id,
        Assignment.state == AssignmentState.ACCEPTED,
        Assignment.visit_id == Visit.id,
        Visit.day.between(first, last),
        Visit.state.not_in(ENDED),
    )
    return bool(db.session.scalar(select(held)))


def has_been(member_id: int, visit_id: int) -> bool:
    been = exists().where(
        Assignment.member_id == member_id,
        Assignment.state == AssignmentState.ACCEPTED,
        Assignment.visit_id == Visit.id,
        Visit.id == visit_id,
        Visit.state.in_((VisitState.FINISHED, VisitState.FAILED)),
    )
    return bool(db.session.scalar(select(been)))


def job_link(member_id: int, visit_id: int, now: datetime) -> str | None:
    """The link that they have, else a new one; it opens this job and no other."""
    held = select(Visit).join(Assignment, Assignment.visit_id == Visit.id)
    visit = db.session.scalar(
        held.where(Visit.id == visit_id, Assignment.member_id == member_id, Assignment.state.in_(HELD))
    )
    if visit is None:
        return None
    until = max(visit.window_end, now) + timedelta(hours=settings().link_hours)
    known = db.session.scalar(
        select(Link)
        .where(Link.visit_id == visit_id, Link.member_id == member_id, Link.revoked_at.is_(None))
        .where(Link.expires_at >= visit.window_end, Link.expires_at > now)
        .order_by(Link.id.desc())
        .limit(1)
    )
    return links.path(known or links.issue(member_id, now, until, visit_id=visit_id))
