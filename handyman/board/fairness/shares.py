"""Who has done and promised how much, in a month and in its year so far. Also what the group's middle is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from handyman.extensions import rows
from handyman.models import (
    Assignment,
    AssignmentState,
    CompletionReport,
    Member,
    Visit,
    VisitState,
)
from handyman.month import Month

HELD = (AssignmentState.OFFERED, AssignmentState.ACCEPTED)
REPORTED = (VisitState.FINISHED, VisitState.FAILED)
MUCH, LITTLE = 1.25, 0.75  # of the middle share: a quarter more or less is what people notice
LEAST_GAP = 120  # minutes: two visits, below which early in a month everything is much or little


@dataclass(frozen=True, slots=True)
class Work:
    """Minutes as reported, and minutes promised that nobody has reported yet; finished and coming visits."""

    done: int = 0
    promised: int = 0
    visits_done: int = 0
    visits_promised: int = 0

    @property
    def minutes(self) -> int:
        return self.done + self.promised

    @property
    def visits(self) -> int:
        return self.visits_done + self.visits_promised


@dataclass(frozen=True, slots=True)
class Share:
    """One member's work in a span of months, against wish and cap of as many months."""

    name: str
    active: bool
    work: Work
    wish: int | None
    cap: int | None
    standing: str = ""  # "much", "little" or "over": what a word beside the bar says
    member_id: int = 0

    @property
    def of_wish(self) -> float | None:
        return self.work.minutes / self.wish if self.wish else None


@dataclass(frozen=True, slots=True)
class Shares:
    """Everybody's, with the middle of the active members beside it."""

    since: Month  # the first month that counts: of a year the first of which anything is known
    members: Sequence[Share]
    middle_minutes: int
    middle_visits: float
    middle_of_wish: float | None
    longest: int  # minutes that the widest bar stands for

    def percent(self, minutes: int) -> float:
        """How far along the bar."""
        return round(100 * minutes / self.longest, 2)


def load(month: Month) -> tuple[Shares, Shares]:
    """Of the month, and of its year so far: two queries."""
    members = rows(_members()).all()
    work = {row.member_id: row for row in rows(_work(month))}
    first = min((Month.of(row.first_day) for row in work.values()), default=month, key=str)
    return (
        _shares((_month_share(row, work.get(row.id)) for row in members), month),
        _shares((_year_share(row, work.get(row.id), first, month) for row in members), first),
    )


def _members() -> Any:
    return select(
        Member.id,
        Member.name,
        Member.active,
        Member.joined_on,
        Member.wished_minutes,
        Member.monthly_cap_minutes,
    ).order_by(Member.active.desc(), Member.name, Member.id)


def _work(month: Month) -> Any:
    """By member: of the month and of the year, done and promised, minutes and visits."""
    in_month = Visit.day >= month.first
    reported = Visit.state.in_(REPORTED) & (Assignment.state == AssignmentState.ACCEPTED)
    finished = (Visit.state == VisitState.FINISHED) & (Assignment.state == AssignmentState.ACCEPTED)
    coming = Visit.state.not_in((*REPORTED, VisitState.CANCELLED)) & Assignment.state.in_(HELD)
    told = func.coalesce(CompletionReport.minutes, Visit.service_minutes)
    planned = (Visit.service_minutes * Member.pace_percent + 99) // 100  # as long as it takes this member
    columns: list[ColumnElement[int]] = []
    for which, span in (("month", in_month), ("year", Visit.day.is_not(None))):
        columns += [
            _sum(told, reported & span).label(f"{which}_done"),
            _sum(planned, coming & span).label(f"{which}_promised"),
            _sum(1, finished & span).label(f"{which}_visits_done"),
            _sum(1, coming & span).label(f"{which}_visits_promised"),
        ]
    return (
        select(Assignment.member_id, func.min(Visit.day).label("first_day"), *columns)
        .join(Visit, Visit.id == Assignment.visit_id)
        .join(Member, Member.id == Assignment.member_id)
        .outerjoin(CompletionReport, CompletionReport.visit_id == Visit.id)
        .where(Visit.day >= month.first.replace(month=1), Visit.day < month.end)
        .group_by(Assignment.member_id)
    )


def _sum(what: Any, where: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((where, what), else_=0)), 0)


def _month_share(member: Any, row: Any) -> Share:
    work = _work_of(row, "month")
    caps = member.wished_minutes, member.monthly_cap_minutes
    return Share(member.name, member.active, work, *caps, member_id=member.id)


def _year_share(member: Any, row: Any, first: Month, month: Month) -> Share:
    """Against the wish and the cap of the months since the first one, or since the member joined."""
    since = max(first, Month.of(member.joined_on), key=str)
    months = month.month - since.month + 1 if since.year == month.year else 0
    wish, cap = (each and each * months for each in (member.wished_minutes, member.monthly_cap_minutes))
    return Share(member.name, member.active, _work_of(row, "year"), wish, cap)


def _work_of(row: Any, span: str) -> Work:
    if row is None:
        return Work()
    parts = ("done", "promised", "visits_done", "visits_promised")
    return Work(*(int(getattr(row, f"{span}_{part}")) for part in parts))


def _shares(found: Iterable[Share], since: Month) -> Shares:
    """Those who have left stand there as long as they had work."""
    members = [share for share in found if share.active or share.work.minutes or share.work.visits]
    active = [share for share in members if share.active]
    of_wish = [share.of_wish for share in active if share.of_wish is not None]
    middle = median(of_wish) if of_wish else None
    widest = (max(share.work.minutes, share.wish or 0, share.cap or 0) for share in members)
    return Shares(
        since=since,
        members=[_with_standing(share, middle) for share in members],
        middle_minutes=round(median([share.work.minutes for share in active])) if active else 0,
        middle_visits=median([share.work.visits for share in active]) if active else 0,
        middle_of_wish=middle,
        longest=max(widest, default=0) or 1,
    )


def _with_standing(share: Share, middle: float | None) -> Share:
    return replace(share, standing=_standing(share, middle))


def _standing(share: Share, middle: float | None) -> str:
    if share.cap is not None and share.work.minutes > share.cap:
        return "over"
    if not (share.active and middle and share.wish):
        return ""
    gap, part = share.work.minutes - middle * share.wish, share.work.minutes / share.wish / middle
    if abs(gap) < LEAST_GAP or LITTLE <= part <= MUCH:
        return ""
    return "much" if part > MUCH else "little"
