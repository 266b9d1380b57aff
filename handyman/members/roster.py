"""The members, written down and changed. What was booked with somebody stays booked."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db
from handyman.members.details import Details, Home, Shift
from handyman.models import (
    ENDED,
    Actor,
    Assignment,
    AssignmentState,
    Member,
    MemberSkill,
    Resident,
    Skill,
    Visit,
    VisitingWish,
    WorkingHours,
    record,
)
from handyman.words import minute_of_day

HELD = (AssignmentState.OFFERED, AssignmentState.ACCEPTED)


class PhoneTakenError(Exception):
    """Another member is reached at this number."""

    def __init__(self, name: str = "") -> None:
        super().__init__("the number is taken")
        self.name = name


class ChangedMeanwhileError(Exception):
    """Somebody else has changed the member since the form was opened."""


class NoSuchMemberError(Exception):
    """There is no such member."""


def find(member_id: int) -> Member | None:
    return db.session.scalar(
        select(Member)
        .where(Member.id == member_id)
        .options(selectinload(Member.skills), selectinload(Member.hours))
    )


def hold(member_id: int) -> Member:
    """As they are now, and nobody else changes them meanwhile; or NoSuchMemberError."""
    member = db.session.scalar(
        select(Member)
        .where(Member.id == member_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if member is None:
        raise NoSuchMemberError(member_id)
    return member


def skills() -> Sequence[Skill]:
    return db.session.scalars(select(Skill).order_by(Skill.id)).all()


def coming_visits(member_id: int) -> Sequence[Visit]:
    """What a member has still to do, soonest first."""
    places = select(Assignment.visit_id).where(Assignment.member_id == member_id, Assignment.state.in_(HELD))
    return db.session.scalars(
        select(Visit)
        .where(Visit.id.in_(places), Visit.state.not_in(ENDED))
        .order_by(Visit.start, Visit.id)
        .options(joinedload(Visit.resident).joinedload(Resident.person))
    ).all()


def in_break(member: Member) -> int:
    """How many of the promised visits reach into the member's break."""
    if member.break_start is None or member.break_end is None:
        return 0
    count = 0
    for visit in coming_visits(member.id):
        start = minute_of_day(visit.start, visit.day)
        end = start - (-visit.service_minutes * member.pace_percent // 100)  # a minute begun counts whole
        count += start < member.break_end and member.break_start < end
    return count


def wishes_of(member_id: int) -> Sequence[VisitingWish]:
    """Where a member must not, would rather or would rather not go."""
    return db.session.scalars(
        select(VisitingWish)
        .where(VisitingWish.member_id == member_id)
        .order_by(VisitingWish.wish, VisitingWish.id)
        .options(joinedload(VisitingWish.resident).joinedload(Resident.person))
    ).all()


def place_of(member: Member | None, key: str) -> Home | None:
    """The home, or where a working day begins or ends, as far as it is on record."""
    label, lat, lon = (getattr(member, f"{key}_{part}", None) for part in ("label", "lat", "lon"))
    return None if label is None or lat is None or lon is None else Home(label, lat, lon)


def mark(member: Member) -> str:
    """A short sign of all that the form shows, to notice that it has changed meanwhile."""
    return hashlib.sha256(repr(_state(member)).encode()).hexdigest()[:16]


def add(details: Details, by: Actor, now: datetime) -> Member:
    """Write down a new member, or raise PhoneTakenError."""
    _check_phone(details.phone.number, None)
    member = Member()
    _write(member, details)
    db.session.add(member)
    _flush()
    record(member, by, now, moved_to=_standing(details.active), why="added")
    db.session.flush()
    return member


def change(member_id: int, details: Details, by: Actor, now: datetime, *, seen: str) -> Member:
    """Store what differs, with an entry that names the fields alone."""
    member = hold(member_id)
    if seen != mark(member):
        raise ChangedMeanwhileError(member_id)
    before, after = _state(member), _wanted(details)
    changed = [key for key in after if before[key] != after[key]]
    if not changed:
        return member
    _check_phone(details.phone.number, member_id)
    was = _standing(member.active)
    _write(member, details)
    _flush()
    record(member, by, now, moved_from=was, moved_to=_standing(member.active), why=",".join(changed))
    db.session.flush()
    return member


def _standing(active: bool) -> str:
    return "active" if active else "inactive"


def _check_phone(number: str, own_id: int | None) -> None:
    with db.session.no_autoflush:
        other = db.session.scalar(select(Member).where(Member.phone == number))
    if other is not None and other.id != own_id:
        raise PhoneTakenError(other.name)


def _flush() -> None:
    """Two offices' hands may write the same number at one moment; the table lets one in."""
    try:
        db.session.flush()
    except IntegrityError as error:
        if "phone" in str(error.orig):
            raise PhoneTakenError from error
        raise


def _write(member: Member, details: Details) -> None:
    member.phone, member.phone_kind = details.phone.number, details.phone.kind
    member.smartphone = details.smartphone
    member.language = details.language.value
    member.name = details.name
    member.home_label = details.home.label
    member.home_lat, member.home_lon = details.home.lat, details.home.lon
    for key, place in (("start", details.start), ("end", details.end)):
        setattr(member, f"{key}_label", place.label if place else None)
        setattr(member, f"{key}_lat", place.lat if place else None)
        setattr(member, f"{key}_lon", place.lon if place else None)
    member.break_start, member.break_end = details.pause or (None, None)
    member.travel_mode = details.travel_mode
    member.insured_until = details.insured_until
    member.joined_on, member.active = details.joined_on, details.active
    member.daily_cap_minutes = details.daily_cap
    member.monthly_cap_minutes = details.monthly_cap
    member.wished_minutes = details.wished
    _write_skills(member, details)
    if _shifts(member) != details.shifts:
        member.hours = [
            WorkingHours(weekday=shift.weekday, start_minute=shift.start, end_minute=shift.end)
            for shift in details.shifts
        ]


def _write_skills(member: Member, details: Details) -> None:
    held = {row.skill_id: row for row in member.skills}
    for skill_id, row in held.items():
        if skill_id in details.skills:
            row.valid_until = details.skills[skill_id]
        else:
            member.skills.remove(row)
    for skill_id, until in details.skills.items():
        if skill_id not in held:
            member.skills.append(MemberSkill(skill_id=skill_id, valid_until=until))


def _state(member: Member) -> dict[str, Any]:
    return {
        "name": member.name,
        "phone": member.phone,
        "smartphone": member.smartphone,
        "language": member.language,
        "home": (member.home_label, member.home_lat, member.home_lon),
        "start": (member.start_label, member.start_lat, member.start_lon),
        "end": (member.end_label, member.end_lat, member.end_lon),
        "break": (member.break_start, member.break_end),
        "travel_mode": member.travel_mode.value,
        "joined_on": member.joined_on.isoformat(),
        "active": member.active,
        "skills": sorted((row.skill_id, str(row.valid_until)) for row in member.skills),
        "insured": str(member.insured_until),
        "hours": _shifts(member),
        "limits": (member.daily_cap_minutes, member.monthly_cap_minutes, member.wished_minutes),
    }


def _wanted(details: Details) -> dict[str, Any]:
    return {
        "name": details.name,
        "phone": details.phone.number,
        "smartphone": details.smartphone,
        "language": details.language.value,
        "home": _point(details.home),
        "start": _point(details.start),
        "end": _point(details.end),
        "break": details.pause or (None, None),
        "travel_mode": details.travel_mode.value,
        "joined_on": details.joined_on.isoformat(),
        "active": details.active,
        "skills": sorted((skill_id, str(until)) for skill_id, until in details.skills.items()),
        "insured": str(details.insured_until),
        "hours": details.shifts,
        "limits": (details.daily_cap, details.monthly_cap, details.wished),
    }


def _point(place: Home | None) -> tuple[str | None, float | None, float | None]:
    return (place.label, place.lat, place.lon) if place else (None, None, None)


def _shifts(member: Member) -> tuple[Shift, ...]:
    return tuple(sorted(Shift(row.weekday, row.start_minute, row.end_minute) for row in member.hours))
