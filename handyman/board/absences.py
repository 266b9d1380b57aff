"""Days off: written down, taken back. What was promised on them goes to the work list by hand."""

from datetime import date, datetime

from sqlalchemy import select

from handyman.board.refusals import Closed, ClosedError
from handyman.extensions import db
from handyman.models import (
    ENDED,
    Absence,
    AbsenceReason,
    Actor,
    Assignment,
    AssignmentState,
    Member,
    Visit,
    record,
)
from handyman.service_days import lock_days_ahead
from handyman.words import seoul_day


def add(
    member_id: int, first_day: date, last_day: date, reason: AbsenceReason, by: Actor, now: datetime
) -> Absence:
    member = db.session.get(Member, member_id)
    if member is None:
        raise ClosedError(Closed.NO_SUCH_MEMBER)
    lock_days_ahead(seoul_day(now), first_day, last_day)
    absence = Absence(
        member_id=member_id, first_day=first_day, last_day=last_day, reason=reason, logged_at=now
    )
    db.session.add(absence)
    db.session.flush()
    record(member, by, now, moved_to="absent", why=f"{reason} {first_day}..{last_day}")
    return absence


def known(member_id: int, first_day: date, last_day: date) -> Absence | None:
    """The first days off, of those that are written down, that have a day in common with these."""
    query = select(Absence).where(
        Absence.member_id == member_id, Absence.first_day <= last_day, Absence.last_day >= first_day
    )
    return db.session.scalar(query.order_by(Absence.first_day, Absence.id).limit(1))


def asked_about(absence: Absence) -> list[int]:
    """The visits of these days that the member was asked about and has not agreed to; by id."""
    query = (
        select(Visit.id)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(
            Assignment.member_id == absence.member_id,
            Assignment.state == AssignmentState.OFFERED,
            Visit.day.between(absence.first_day, absence.last_day),
            Visit.state.not_in(ENDED),
        )
        .order_by(Visit.id)
    )
    return list(db.session.scalars(query))


def remove(member_id: int, absence_id: int, by: Actor, now: datetime) -> None:
    absence = db.session.get(Absence, absence_id)
    if absence is None or absence.member_id != member_id:
        return  # taken back already
    lock_days_ahead(seoul_day(now), absence.first_day, absence.last_day)
    member = db.session.get_one(Member, member_id)
    record(
        member, by, now, moved_from="absent", moved_to="back", why=f"{absence.first_day}..{absence.last_day}"
    )
    db.session.delete(absence)
    db.session.flush()
