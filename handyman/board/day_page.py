"""What the day board shows: members by hours, in columns of five minutes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from markupsafe import escape
from sqlalchemy import Date, and_, bindparam, select

from handyman.board import labels, wording
from handyman.board.assign import CHANGEABLE
from handyman.board.days import USUAL_PACE, without_break
from handyman.board.press_keys import CALL_KEYS, ROW_KEYS, code_of
from handyman.dispatch.problem import Span, at_pace
from handyman.extensions import rows
from handyman.models import (
    Absence,
    Address,
    Answer,
    Assignment,
    AssignmentState,
    HeldPlace,
    Member,
    Message,
    Person,
    RecipientKind,
    RequestItem,
    ServiceItem,
    StandBy,
    Visit,
    VisitItem,
    VisitState,
    WorkingHours,
    texts_to_pass_on,
)
from handyman.words import (
    at_minute,
    clock_words,
    is_korean,
    local,
    minute_words,
    seoul_day,
    short_clock,
    span_words,
)

FIRST, NOON, LAST, STEP = (
    8 * 60,
    12 * 60,
    20 * 60,
    5,
)  # the board's hours; what lies outside is drawn at its edge
COLUMNS = (LAST - FIRST) // STEP
MOST_LINES = 3
MOST_UNCLAIMED_LINES = 6  # these are to be seen, every one
MINUTE = timedelta(minutes=1)
SEPARATOR = "\x1f"

DAY = bindparam("day", type_=Date())
MEMBERS = (
    select(
        Member.id,
        Member.name,
        WorkingHours.start_minute,
        WorkingHours.end_minute,
        Member.break_start,
        Member.break_end,
        StandBy.day.label("stand_by"),
    )
    .outerjoin(StandBy, and_(StandBy.member_id == Member.id, StandBy.day == DAY))
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
        Assignment.role,
        Member.name.label("member"),
        Member.pace_percent,
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
HELD = (
    select(
        HeldPlace.member_id,
        HeldPlace.start,
        HeldPlace.service_minutes,
        HeldPlace.expires_at,
        Member.pace_percent,
    )
    .join(Member, Member.id == HeldPlace.member_id)
    .where(HeldPlace.day == DAY, HeldPlace.expires_at > bindparam("at"))
    .order_by(HeldPlace.start, HeldPlace.id)
)


UNTOLD, WAITS_FOR_CALL = "untold", "waits_for_call"


@dataclass(slots=True)
class Job:
    """One visit, ready to be drawn: its words are safe to stand in HTML as they are."""

    id: int
    state: str
    start: int
    times: str
    promise: str
    resident: str
    dong: str
    items: str
    place: str  # the start, the dong, then the items
    title: str
    said: str  # at what time for whom
    team: str = ""  # whoever goes, in words
    told: str = ""  # UNTOLD or WAITS_FOR_CALL, where the resident is not told as it should be
    away: bool = False  # who has accepted it does not work that day
    movable: bool = False  # nobody has set out, and it is not over


@dataclass(frozen=True, slots=True)
class Kept:
    """A place in somebody's day that is kept for a caller: where it is drawn, when it is, until when."""

    classes: str
    times: str
    until: str  # short, for a narrow card
    said: str


@dataclass(slots=True)
class Row:
    """One member's day."""

    member_id: int
    name: str
    absent: str | None
    shifts: list[str] = field(default_factory=list)
    hours: list[str] = field(default_factory=list)
    jobs: list[tuple[Job, str, str]] = field(
        default_factory=list
    )  # the visit, its classes, the place in its team
    kept: list[Kept] = field(default_factory=list)  # for callers
    lines: list[int] = field(default_factory=list)  # when the last visit of each line ends
    stand_by: bool = False  # works only when called
    call_key: str = ""  # a digit: with Alt it calls them
    key: str = ""  # pressed while a card is lifted, it takes the card here

    @property
    def code(self) -> str:
        return code_of(self.key)


@dataclass(slots=True)
class Board:
    rows: list[Row]
    unclaimed: Row
    jobs: list[Job]
    cancelled: int


def load(day: date, now: datetime) -> Board:
    """Five queries, whatever the day holds; one more for who could not be told of a day to come."""
    members = _members(day)
    midnight, names, unclaimed = at_minute(day, 0), labels.texts(AssignmentState), Row(0, "", None)
    items = _items(rows(ITEMS, day=day).all())
    jobs: dict[int, Job] = {}
    cancelled = set()
    for row in rows(VISITS, day=day).all():
        if row.state is VisitState.CANCELLED:
            cancelled.add(row.id)
            continue
        job = jobs.get(row.id)
        if job is None:
            job = jobs[row.id] = _job(row, midnight, items[row.id])
        if row.place is not None:
            member = unclaimed if row.place is AssignmentState.OPEN else members.get(row.member_id)
            _put(job, row, member, names)
    _keep(members, day, midnight, now)
    found = list(jobs.values())
    told = _not_told(day, now) if day > seoul_day(now) else {}
    for job in found:
        job.told = told.get(job.id, "")
        _make_safe(job)
    rows_shown = list(members.values())
    for shown, key in zip(rows_shown, ROW_KEYS, strict=False):
        shown.key = key
    for shown, key in zip((row for row in rows_shown if row.stand_by), CALL_KEYS, strict=False):
        shown.call_key = key
    return Board(rows_shown, unclaimed, found, len(cancelled))


def hours() -> list[tuple[str, int]]:
    """What stands above the columns, and where: the half of the day is said once."""
    return [
        (
            minute_words(minute) if minute in (FIRST, NOON) else short_clock(minute),
            (minute - FIRST) // STEP + 1,
        )
        for minute in range(FIRST, LAST, 60)
    ]


def _not_told(day: date, now: datetime) -> dict[int, str]:
    """By visit: who was not reached, and who was and waits for our call. The worse of several."""
    wanted = (
        select(Visit.id, Message.last_error)
        .join(Visit, Visit.id == Message.visit_id)
        .where(
            Message.id.in_(texts_to_pass_on(now)),
            Message.recipient_kind == RecipientKind.PERSON,
            Visit.day == day,
        )
    )
    found: dict[int, str] = {}
    for visit_id, why in rows(wanted):
        how = WAITS_FOR_CALL if why in set(Answer) else UNTOLD
        found[visit_id] = how if found.get(visit_id, how) == how else UNTOLD
    return found


def _members(day: date) -> dict[int, Row]:
    absent = {row.member_id: row.reason.value for row in rows(ABSENT, day=day)}
    found: dict[int, Row] = {}
    start: int | None
    for member_id, name, start, end, rests, works, waits in rows(MEMBERS, weekday=day.weekday(), day=day):
        row = found.setdefault(member_id, Row(member_id, name, absent.get(member_id)))
        row.stand_by = bool(waits) and not row.absent
        if start and end and not row.absent:
            for part in without_break([Span(start, end)], rests, works):
                if not row.stand_by:
                    row.shifts.append(_grid(part.start, part.end))
                row.hours.append(span_words(part.start, part.end))
    return found


def _job(row: Any, midnight: datetime, items: list[str]) -> Job:
    start, window_start, window_end = (
        (moment - midnight) // MINUTE for moment in (row.start, row.window_start, row.window_end)
    )
    end = start + row.service_minutes
    dong, what, times = row.haengjeong_dong or row.beopjeong_dong, ", ".join(items), span_words(start, end)
    return Job(
        id=row.id,
        state=row.state.value,
        start=start,
        times=times,
        promise=span_words(window_start, window_end),
        resident=row.resident,
        dong=dong,
        items=what,
        place=f"{short_clock(start)} {dong} {what}",
        title=f"{times} {dong} {what}",
        said=f"{minute_words(start)} {row.resident}",
        movable=row.state in CHANGEABLE,
    )


def _put(job: Job, row: Any, member: Row | None, names: Mapping[str, str]) -> None:
    """One place of the visit's team: whoever holds it, and the visit among that member's own, at own pace."""
    asked = row.place is AssignmentState.OFFERED
    who = row.member or names["open"]
    if row.member and asked:
        who = f"{who} ({names['offered']})"
    job.team += f", {who}" if job.team else who
    if member is not None:
        job.away |= bool(member.absent) and job.movable and row.place is AssignmentState.ACCEPTED
        end = job.start + at_pace(row.service_minutes, row.pace_percent or USUAL_PACE)
        most = MOST_LINES if row.member_id else MOST_UNCLAIMED_LINES
        line, grid = _line(member.lines, job.start, end, most), _grid(job.start, end)
        classes = f"is-{job.state}{' is-asked' if asked else ''} line-{line} {grid}"
        member.jobs.append((job, classes, row.role.value))


def _keep(members: Mapping[int, Row], day: date, midnight: datetime, now: datetime) -> None:
    """Into the rows what is kept for callers."""
    for row in rows(HELD, day=day, at=now):
        if member := members.get(row.member_id):
            start = (row.start - midnight) // MINUTE
            end = start + at_pace(row.service_minutes, row.pace_percent or USUAL_PACE)
            until, clock = clock_words(row.expires_at), local(row.expires_at)
            place = f"line-{_line(member.lines, start, end, MOST_LINES)} {_grid(start, end)}"
            said = wording.kept_until(until)
            member.kept.append(Kept(place, span_words(start, end), f"{clock.hour}:{clock:%M}", said))


def _make_safe(job: Job) -> None:
    """Escape all that was typed in one go: a page has some hundred such words, and each call costs."""
    words = (job.resident, job.dong, job.items, job.place, job.title, job.said, job.team)
    safe = str(escape(SEPARATOR.join(words))).split(SEPARATOR)
    if len(safe) != len(words):  # somebody's name holds the separator
        safe = [str(escape(word)) for word in words]
    job.resident, job.dong, job.items, job.place, job.title, job.said, job.team = safe


def _items(found: Iterable[Any]) -> Mapping[int, list[str]]:
    korean = is_korean()
    items: dict[int, list[str]] = defaultdict(list)
    for visit_id, quantity, short_ko, name_en in found:
        items[visit_id].append(f"{short_ko if korean else name_en} {quantity}")
    return items


def _grid(start: int, end: int) -> str:
    """The classes that place a span of minutes on the board."""
    first = min(max((start - FIRST) // STEP, 0), COLUMNS - 1)
    last = min(max(-(-(end - FIRST) // STEP), first + 1), COLUMNS)
    return f"from-{first + 1} for-{last - first}"


def _line(lines: list[int], start: int, end: int, most: int) -> int:
    """Visits that overlap stand below one another, on so many lines at most."""
    free = next((line for line, until in enumerate(lines) if until <= start), len(lines))
    line = min(free, most - 1)
    if line == len(lines):
        lines.append(0)
    lines[line] = max(lines[line], end)
    return line + 1
