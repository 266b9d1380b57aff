"""The members with what they do today, their skills, hours and days off."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from handyman import expiry
from handyman.board.stand_bys import store as stand_bys
from handyman.extensions import db, rows
from handyman.models import Absence, Assignment, Member, MemberSkill, Person, StandBy, Visit, VisitState
from handyman.words import span_words

TODAY = (
    select(
        Assignment.member_id,
        Visit.id,
        Visit.start,
        Visit.window_start,
        Visit.window_end,
        Visit.state,
        Person.name,
    )
    .join(Visit, Visit.id == Assignment.visit_id)
    .join(Person, Person.id == Visit.resident_id)
    .where(
        Visit.day == bindparam("day"), Visit.state != VisitState.CANCELLED, Assignment.member_id.is_not(None)
    )
    .order_by(Visit.start, Visit.id)
)


@dataclass(frozen=True, slots=True)
class MemberRow:
    member: Member
    hours: Sequence[tuple[int, int, str]]  # first and last weekday, spans
    absences: Sequence[Absence]  # those that are not over
    today: Sequence[Any]  # the visits
    away: Absence | None  # today
    stand_bys: Sequence[tuple[date, date]]  # spans, from today on
    endings: Sequence[expiry.Ending]


def load(today: date) -> list[MemberRow]:
    members = db.session.scalars(
        select(Member)
        .order_by(Member.active.desc(), Member.id)
        .options(
            selectinload(Member.skills).joinedload(MemberSkill.skill),
            selectinload(Member.hours),
            selectinload(Member.absences.and_(Absence.last_day >= today)),
            selectinload(Member.stand_bys.and_(StandBy.day >= today)),
        )
    )
    visits = _visits(today)
    return [
        MemberRow(
            member,
            _hours(member),
            list(member.absences),
            visits.get(member.id, ()),
            next((off for off in member.absences if off.first_day <= today), None),
            stand_bys.spans([each.day for each in member.stand_bys]),
            expiry.endings(member, today) if member.active else (),
        )
        for member in members
    ]


def _visits(today: date) -> Mapping[int, Sequence[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows(TODAY, day=today):
        found[row.member_id].append(row)
    return found


def _hours(member: Member) -> list[tuple[int, int, str]]:
    """Days of the same hours that follow one another are said once."""
    days: dict[int, list[str]] = {}
    for span in member.hours:
        days.setdefault(span.weekday, []).append(span_words(span.start_minute, span.end_minute))
    said: list[tuple[int, int, str]] = []
    for weekday, spans in sorted(days.items()):
        words = ", ".join(spans)
        if said and said[-1][1:] == (weekday - 1, words):
            said[-1] = (said[-1][0], weekday, words)
        else:
            said.append((weekday, weekday, words))
    return said
