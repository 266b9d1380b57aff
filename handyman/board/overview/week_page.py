"""What the week shows: members by days, with visits, hours against the shift, and who is away."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Date, bindparam, func, select

from handyman.board.calendar import is_working_day
from handyman.board.days import HELD, PROMISED, without_break
from handyman.dispatch.problem import Span
from handyman.extensions import rows
from handyman.models import (
    Absence,
    Assignment,
    AssignmentState,
    Member,
    StandBy,
    Visit,
    VisitState,
    WorkingHours,
)

DAYS = 7
FIRST, LAST = bindparam("first", type_=Date()), bindparam("last", type_=Date())
MEMBERS = (
    select(
        Member.id,
        Member.name,
        Member.break_start,
        Member.break_end,
        WorkingHours.weekday,
        WorkingHours.start_minute,
        WorkingHours.end_minute,
    )
    .outerjoin(WorkingHours, WorkingHours.member_id == Member.id)
    .where(Member.active)
    .order_by(Member.id)
)
ABSENT = select(Absence.member_id, Absence.first_day, Absence.last_day, Absence.reason).where(
    Absence.last_day >= FIRST, Absence.first_day <= LAST
)
STAND_BYS = select(StandBy.member_id, StandBy.day).where(StandBy.day.between(FIRST, LAST))
STANDING = (Visit.day.between(FIRST, LAST), Visit.state != VisitState.CANCELLED)
WORK = (
    select(Assignment.member_id, Visit.day, func.count().label("visits"), func.sum(PROMISED).label("minutes"))
    .join(Visit, Visit.id == Assignment.visit_id)
    .join(Member, Member.id == Assignment.member_id)
    .where(*STANDING, Assignment.state.in_(HELD))
    .group_by(Assignment.member_id, Visit.day)
)
UNCLAIMED = (
    select(Visit.day, func.count(Visit.id.distinct()).label("visits"))
    .join(Assignment, Assignment.visit_id == Visit.id)
    .where(*STANDING, Assignment.state == AssignmentState.OPEN)
    .group_by(Visit.day)
)
VISITS = select(Visit.day, func.count().label("visits")).where(*STANDING).group_by(Visit.day)


@dataclass(frozen=True, slots=True)
class Cell:
    visits: int = 0
    minutes: int = 0  # of work at the residents' homes, at the member's own pace
    shift: int = 0
    absent: str = ""
    waits: bool = False  # on stand-by

    @property
    def is_over(self) -> bool:
        return self.minutes > self.shift

    @property
    def is_against_absence(self) -> bool:
        return bool(self.absent and self.visits)


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    cells: Sequence[Cell]

    @property
    def minutes(self) -> int:
        return sum(cell.minutes for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Head:
    day: date
    works: bool
    visits: int
    unclaimed: int


@dataclass(frozen=True, slots=True)
class Week:
    days: Sequence[Head]
    lines: Sequence[Line]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def load(first: date) -> Week:
    """Six queries, however many members and visits there are."""
    days = [first + timedelta(days=ahead) for ahead in range(DAYS)]
    span = {"first": days[0], "last": days[-1]}
    visits = {row.day: row.visits for row in rows(VISITS, **span)}
    unclaimed = {row.day: row.visits for row in rows(UNCLAIMED, **span)}
    work = {(row.member_id, row.day): row for row in rows(WORK, **span)}
    absent = {
        (row.member_id, day): row.reason.value
        for row in rows(ABSENT, **span)
        for day in days
        if row.first_day <= day <= row.last_day
    }
    waits = {(row.member_id, row.day) for row in rows(STAND_BYS, **span)}
    names, shifts = _members()

    def cell(member_id: int, day: date) -> Cell:
        done, away = work.get((member_id, day)), absent.get((member_id, day), "")
        shift = 0 if away else shifts[member_id, day.weekday()]
        on_call = not away and (member_id, day) in waits
        return Cell(done.visits if done else 0, int(done.minutes) if done else 0, shift, away, on_call)

    return Week(
        days=[Head(day, is_working_day(day), visits.get(day, 0), unclaimed.get(day, 0)) for day in days],
        lines=[Line(name, [cell(member_id, day) for day in days]) for member_id, name in names.items()],
    )


def _members() -> tuple[Mapping[int, str], Mapping[tuple[int, int], int]]:
    names: dict[int, str] = {}
    shifts: dict[tuple[int, int], int] = defaultdict(int)
    weekday: int | None
    for member_id, name, rests, works, weekday, start, end in rows(MEMBERS):
        names[member_id] = name
        if weekday is not None:
            parts = without_break([Span(start, end)], rests, works)
            shifts[member_id, weekday] += sum(part.end - part.start for part in parts)
    return names, shifts
