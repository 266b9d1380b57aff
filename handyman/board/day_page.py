"""What the day board shows: members by hours, in columns of a quarter of an hour."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Date, and_, bindparam, select

from handyman.extensions import db
from handyman.models import (
    Absence,
    Address,
    Assignment,
    Member,
    Person,
    RequestItem,
    ServiceItem,
    Visit,
    VisitItem,
    VisitState,
    WorkingHours,
)
from handyman.words import is_korean, minute_of_day

FIRST, LAST, STEP = 8 * 60, 20 * 60, 15  # the board's hours; what lies outside is drawn at its edge
COLUMNS = (LAST - FIRST) // STEP
HOURS = [(minute // 60, (minute - FIRST) // STEP + 1) for minute in range(FIRST, LAST, 60)]

DAY = bindparam("day", type_=Date())
MEMBERS = (
    select(Member.id, Member.name, WorkingHours.start_minute, WorkingHours.end_minute)
    .outerjoin(
        WorkingHours, and_(WorkingHours.member_id == Member.id, WorkingHours.weekday == bindparam("weekday"))
    )
    .where(Member.active)
    .order_by(Member.id, WorkingHours.start_minute)
)
ABSENT = select(Absence.member_id, Absence.reason).where(Absence.last_day >= DAY, Absence.first_day <= DAY)
VISITS = (
    select(
        Visit.id,
        Visit.number,
        Visit.state,
        Visit.start,
        Visit.window_start,
        Visit.window_end,
        Visit.service_minutes,
        Person.name.label("resident"),
        Address.haengjeong_dong,
        Address.beopjeong_dong,
        Assignment.member_id,
        Assignment.state.label("place"),
        Member.name.label("member"),
    )
    .join(Person, Person.id == Visit.resident_id)
    .join(Address, Address.id == Visit.address_id)
    .outerjoin(Assignment, Assignment.visit_id == Visit.id)
    .outerjoin(Member, Member.id == Assignment.member_id)
    .where(Visit.day == DAY)
    .order_by(Visit.start, Visit.id, Assignment.role)
)
ITEMS = (
    select(VisitItem.visit_id, VisitItem.quantity, ServiceItem.short_ko, ServiceItem.name_en)
    .join(Visit, Visit.id == VisitItem.visit_id)
    .join(RequestItem, RequestItem.id == VisitItem.request_item_id)
    .join(ServiceItem, ServiceItem.id == RequestItem.service_item_id)
    .where(Visit.day == DAY)
    .order_by(VisitItem.id)
)


@dataclass(slots=True)
class Job:
    """One visit, ready to be drawn."""

    id: int
    number: str
    state: str
    at: str
    until: str
    times: str
    promise: str
    resident: str
    dong: str
    items: str
    minutes: int
    grid: str
    place: str  # the dong, then the items
    team: list[tuple[str, str]] = field(default_factory=list)  # member's name or nothing, place's state

    @property
    def short_of_people(self) -> bool:
        return self.state != "cancelled" and any(place == "open" for _, place in self.team)


@dataclass(slots=True)
class Row:
    """One member's day."""

    member_id: int
    name: str
    absent: str | None
    shifts: list[str] = field(default_factory=list)
    hours: list[str] = field(default_factory=list)
    jobs: list[tuple[Job, str, int]] = field(default_factory=list)  # the visit, its classes, its line


@dataclass(slots=True)
class Board:
    rows: list[Row]
    unclaimed: list[Job]
    jobs: list[Job]
    cancelled: int


def load(day: date) -> Board:
    """Four queries, whatever the day holds."""
    rows = _rows(day)
    jobs, holders, cancelled = _jobs(day)
    for job in jobs:
        for member_id, place in holders[job.id]:
            if member_id in rows:
                row = rows[member_id]
                line = _line(row.jobs, job)
                asked = " is-asked" if place == "offered" else ""
                row.jobs.append((job, f"is-{job.state}{asked} line-{line} {job.grid}", line))
    return Board(list(rows.values()), [job for job in jobs if job.short_of_people], jobs, cancelled)


def _rows(day: date) -> dict[int, Row]:
    absent = {row.member_id: row.reason.value for row in db.session.execute(ABSENT, {"day": day})}
    rows: dict[int, Row] = {}
    start: int | None
    for member_id, name, start, end in db.session.execute(MEMBERS, {"weekday": day.weekday()}):
        row = rows.setdefault(member_id, Row(member_id, name, absent.get(member_id)))
        if start and end and member_id not in absent:
            row.shifts.append(_grid(start, end))
            row.hours.append(f"{_clock(start)}~{_clock(end)}")
    return rows


def _jobs(day: date) -> tuple[list[Job], Mapping[int, list[tuple[int, str]]], int]:
    items = _items(db.session.execute(ITEMS, {"day": day}))
    jobs: dict[int, Job] = {}
    holders: dict[int, list[tuple[int, str]]] = defaultdict(list)
    cancelled = set()
    for row in db.session.execute(VISITS, {"day": day}):
        if row.state is VisitState.CANCELLED:
            cancelled.add(row.id)
            continue
        job = jobs.get(row.id)
        if job is None:
            job = jobs[row.id] = _job(row, day, items[row.id])
        if row.place is not None:
            job.team.append((row.member or "", row.place.value))
            if row.member_id is not None:
                holders[row.id].append((row.member_id, row.place.value))
    return list(jobs.values()), holders, len(cancelled)


def _job(row: Any, day: date, items: list[str]) -> Job:
    start = minute_of_day(row.start, day)
    end = start + row.service_minutes
    dong, what = row.haengjeong_dong or row.beopjeong_dong, ", ".join(items)
    return Job(
        id=row.id,
        number=row.number,
        state=row.state.value,
        at=_clock(start),
        until=_clock(end),
        times=f"{_clock(start)}~{_clock(end)}",
        promise="~".join(_clock(minute_of_day(end, day)) for end in (row.window_start, row.window_end)),
        resident=row.resident,
        dong=dong,
        items=what,
        minutes=row.service_minutes,
        grid=_grid(start, end),
        place=f"{dong} {what}",
    )


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _items(rows: Iterable[Any]) -> Mapping[int, list[str]]:
    korean = is_korean()
    found: dict[int, list[str]] = defaultdict(list)
    for visit_id, quantity, short_ko, name_en in rows:
        found[visit_id].append(f"{short_ko if korean else name_en} {quantity}")
    return found


def _grid(start: int, end: int) -> str:
    """The classes that place a span of minutes on the board."""
    first = min(max((start - FIRST) // STEP, 0), COLUMNS - 1)
    last = min(max(-(-(end - FIRST) // STEP), first + 1), COLUMNS)
    return f"from-{first + 1} for-{last - first}"


def _line(others: list[tuple[Job, str, int]], job: Job) -> int:
    """Visits that overlap stand below one another."""
    taken = {line for other, _, line in others if other.until > job.at}
    return next(line for line in (1, 2, 3) if line not in taken or line == 3)
