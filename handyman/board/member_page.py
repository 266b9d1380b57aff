"""The members with their skills, hours and days off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from handyman.extensions import db
from handyman.models import Absence, Member, MemberSkill


@dataclass(frozen=True, slots=True)
class MemberRow:
    member: Member
    hours: Sequence[tuple[int, int, str]]  # first and last weekday, spans
    absences: Sequence[Absence]  # those that are not over


def load(today: date) -> list[MemberRow]:
    members = db.session.scalars(
        select(Member)
        .order_by(Member.active.desc(), Member.id)
        .options(
            selectinload(Member.skills).joinedload(MemberSkill.skill),
            selectinload(Member.hours),
            selectinload(Member.absences.and_(Absence.last_day >= today)),
        )
    )
    return [MemberRow(member, _hours(member), list(member.absences)) for member in members]


def _hours(member: Member) -> list[tuple[int, int, str]]:
    """Days of the same hours that follow one another are said once."""
    days: dict[int, list[str]] = {}
    for span in member.hours:
        days.setdefault(span.weekday, []).append(f"{_clock(span.start_minute)}~{_clock(span.end_minute)}")
    said: list[tuple[int, int, str]] = []
    for weekday, spans in sorted(days.items()):
        words = ", ".join(spans)
        if said and said[-1][1:] == (weekday - 1, words):
            said[-1] = (said[-1][0], weekday, words)
        else:
            said.append((weekday, weekday, words))
    return said


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
