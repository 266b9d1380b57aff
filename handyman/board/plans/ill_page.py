"""Who is ill, and when: the members with what they have to do on that day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from handyman.board.days import HELD
from handyman.board.forms import read_day
from handyman.board.plans.runs import next_working_day
from handyman.extensions import rows
from handyman.models import ENDED, Assignment, Member, Visit


@dataclass(frozen=True, slots=True)
class IllForm:
    member_id: int | None
    day: date | None


@dataclass(frozen=True, slots=True)
class MemberChoice:
    id: int
    name: str
    visits: Mapping[date, int]


def days(today: date) -> list[date]:
    """Today, and the next day of work."""
    return [today, next_working_day(today)]


def choices(today: date) -> Sequence[MemberChoice]:
    counted = (
        select(Assignment.member_id, Visit.day, func.count().label("visits"))
        .join(Visit, Visit.id == Assignment.visit_id)
        .where(Visit.day.in_(days(today)), Visit.state.not_in(ENDED), Assignment.state.in_(HELD))
        .group_by(Assignment.member_id, Visit.day)
    )
    visits: dict[int | None, dict[date, int]] = {}
    for row in rows(counted):
        visits.setdefault(row.member_id, {})[row.day] = row.visits
    members = rows(select(Member.id, Member.name).where(Member.active).order_by(Member.id))
    return [MemberChoice(row.id, row.name, visits.get(row.id, {})) for row in members]


def read(form: Mapping[str, str], known: Sequence[MemberChoice], today: date) -> IllForm:
    """Only what the page offers can be chosen."""
    member, day = form.get("member", ""), read_day(form.get("day", ""))
    wanted = next((choice.id for choice in known if str(choice.id) == member), None)
    return IllForm(wanted, day if day in days(today) else None)
