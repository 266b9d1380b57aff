"""What of a member runs out soon, or has: a skill's training or insurance, and the insurance of all work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, bindparam, func, literal, select, union_all

from handyman.extensions import settings
from handyman.languages import gettext as _
from handyman.models import Member, MemberSkill, Skill
from handyman.words import day_words, name_of


@dataclass(frozen=True, slots=True)
class Ending:
    """One thing that ends, in words: 보험, or the name of a skill."""

    what: str
    until: date
    over: bool

    @property
    def words(self) -> str:
        if self.over:
            return _("%(what)s 지남", what=self.what)
        return _("%(what)s %(day)s까지", what=self.what, day=day_words(self.until))


def endings(member: Member, today: date) -> list[Ending]:
    """Of a member whose skills are loaded, the soonest first."""
    dates: Iterable[tuple[str, date | None]] = [
        (_("보험"), member.insured_until),
        *((name_of(held.skill), held.valid_until) for held in member.skills),
    ]
    found = [
        Ending(what, until, until < today)
        for what, until in dates
        if until is not None and until <= warned_until(today)
    ]
    return sorted(found, key=lambda ending: ending.until)


def ending_of(row: Any, today: date) -> Ending:
    """Of a row of `soon`."""
    return Ending(name_of(row) or _("보험"), row.until, row.until < today)


_last = bindparam("warned_until", type_=Date())
_skills = (
    select(Member.id, Member.name, MemberSkill.valid_until.label("until"), Skill.name_ko, Skill.name_en)
    .join(MemberSkill, MemberSkill.member_id == Member.id)
    .join(Skill, Skill.id == MemberSkill.skill_id)
    .where(Member.active, MemberSkill.valid_until <= _last)
)
_insurance = select(
    Member.id,
    Member.name,
    Member.insured_until,
    literal("").label("name_ko"),
    literal("").label("name_en"),
).where(Member.active, Member.insured_until <= _last)
_both = union_all(_skills, _insurance).subquery()
# with `warned_until`: all endings of active members of which the office is warned; an insurance has no name
SOON = select(_both, func.count().over().label("total")).order_by(_both.c.until, _both.c.id, _both.c.name_ko)


def warned_until(today: date) -> date:
    return today + timedelta(days=settings().expiry_days)
