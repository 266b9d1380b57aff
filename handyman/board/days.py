"""Rows into the days of members that dispatch plans with, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, literal, select

from handyman.board import changeable as changing
from handyman.board import ground, holds, wishes
from handyman.dispatch.problem import MemberDay, Point, Span, Stop, TravelMode
from handyman.extensions import db, rows
from handyman.models import (
    Absence,
    Address,
    Assignment,
    AssignmentState,
    CompletionReport,
    Member,
    MemberSkill,
    Skill,
    StandBy,
    Visit,
    VisitState,
    WorkingHours,
)
from handyman.words import minute_of_day

HELD = (AssignmentState.OFFERED, AssignmentState.ACCEPTED)
USUAL_PACE = 100  # percent: most members, most of the time
FREE_TO_SHIFT = frozenset({VisitState.BOOKED, VisitState.ASSIGNED})
MEMBERS = (
    select(
        Member.id,
        Member.name,
        Member.home_lat,
        Member.home_lon,
        Member.start_lat,
        Member.start_lon,
        Member.end_lat,
        Member.end_lon,
        Member.break_start,
        Member.break_end,
        Member.travel_mode,
        Member.daily_cap_minutes,
        Member.monthly_cap_minutes,
        Member.wished_minutes,
        Member.pace_percent,
        Member.insured_until,
    )
    .where(Member.active)
    .order_by(Member.id)
)
SKILLS = select(MemberSkill.member_id, Skill.code, MemberSkill.valid_until).join(Skill)
HOURS = select(
    WorkingHours.member_id, WorkingHours.weekday, WorkingHours.start_minute, WorkingHours.end_minute
).order_by(WorkingHours.start_minute)
AWAY = (
    select(Absence.member_id, Absence.first_day, Absence.last_day, literal(False).label("stand_by"))
    .where(Absence.last_day >= bindparam("first"), Absence.first_day <= bindparam("last"))
    .union_all(
        select(StandBy.member_id, StandBy.day, StandBy.day, literal(True)).where(
            StandBy.day.between(bindparam("first"), bindparam("last"))
        )
    )
)
STOPS = (
    select(
        Assignment.member_id,
        Assignment.state.label("answer"),
        Visit.id,
        Visit.day,
        Visit.window_start,
        Visit.window_end,
        Visit.start,
        Visit.service_minutes,
        Visit.team_size,
        Visit.state,
        Address.lat,
        Address.lon,
    )
    .join(Assignment, Assignment.visit_id == Visit.id)
    .join(Address, Address.id == Visit.address_id)
    .where(
        Visit.day.in_(bindparam("days", expanding=True)),
        Visit.state != VisitState.CANCELLED,
        Assignment.state.in_(HELD),
        Address.lat.is_not(None),
    )
    .order_by(Visit.day, Visit.start)
)
PROMISED = (Visit.service_minutes * Member.pace_percent + 99) // 100  # as MemberDay.minutes rounds
MONTHS = (
    select(Member.id, Visit.day, func.sum(func.coalesce(CompletionReport.minutes, PROMISED)))
    .join(Assignment, Assignment.visit_id == Visit.id)
    .join(Member, Member.id == Assignment.member_id)
    .outerjoin(CompletionReport, CompletionReport.visit_id == Visit.id)
    .where(
        Visit.day.between(bindparam("first"), bindparam("last")),
        Visit.state != VisitState.CANCELLED,
        Assignment.state.in_(HELD),
    )
    .group_by(Member.id, Visit.day)
)


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody's days, and what the members are called."""

    days: Mapping[date, tuple[MemberDay, ...]]
    names: Mapping[int, str]
    month_minutes: Mapping[tuple[int, date], int]  # by member and first day of the month, of all their months
    held_until: Mapping[date, datetime] = field(
        default_factory=dict
    )  # when a place kept for a caller is free
    tied: frozenset[int] = frozenset()  # visits that have to stay while such a place is kept


def load(
    days: Collection[date], *, changeable: bool = False, call_stand_bys: bool = False, but: str = ""
) -> Roster:
    """The days of all active members, in the order of the members' ids.

    `changeable`: with all that is asked before a visit may go to another member.
    `call_stand_bys`: whoever is on stand-by works like everybody else; otherwise they have no shift.
    `but`: without the places that are kept for the form with this key.
    """
    if not days:
        return Roster({}, {}, {})
    db.session.flush()
    members = rows(MEMBERS).all()
    skills, hours = _skills(), _hours()
    absences, waits = _away(min(days), max(days))
    held = holds.load(days, but)
    stops = _stops(days, changing.load(days, held.visits) if changeable else None, held.stops)
    minutes = month_minutes(days)

    def member_day(member: Any, day: date) -> MemberDay:
        home = ground.point(member.home_lat, member.home_lon)
        begin = _point(member.start_lat, member.start_lon) or home
        end = _point(member.end_lat, member.end_lon) or home
        shifts, waiting = hours[member.id, day.weekday()], not call_stand_bys and (member.id, day) in waits
        planned = MemberDay(
            member_id=member.id,
            home=begin,
            mode=TravelMode(member.travel_mode),
            skills=_valid(skills[member.id], member.insured_until, day),
            shifts=() if waiting else without_break(shifts, member.break_start, member.break_end),
            stops=tuple(stops[member.id, day]),
            daily_cap=member.daily_cap_minutes,
            month_minutes=minutes[member.id, day.replace(day=1)],
            monthly_cap=member.monthly_cap_minutes,
            wished_minutes=member.wished_minutes,
            absent=any(start <= day <= end for start, end in absences[member.id]),
            pace_percent=member.pace_percent,
            end=None if end == begin else end,
            stand_by=waiting,
            rest=_rest(member.break_start, member.break_end),
        )
        return _kept_rest(planned if member.pace_percent == USUAL_PACE else _at_own_pace(planned))

    return Roster(
        days={day: tuple(member_day(member, day) for member in members) for day in sorted(days)},
        names={member.id: member.name for member in members},
        month_minutes=minutes,
        held_until=held.until,
        tied=held.visits,
    )


def _valid(held: Iterable[tuple[str, date | None]], insured_until: date | None, day: date) -> frozenset[str]:
    """What a member may do on a day: nothing without insurance, and no skill that has run out."""
    if insured_until is not None and day > insured_until:
        return frozenset()
    return frozenset(code for code, until in held if until is None or day <= until)


def _point(lat: float | None, lon: float | None) -> Point | None:
    return None if lat is None or lon is None else ground.point(lat, lon)


def _rest(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)


def without_break(shifts: Sequence[Span], start: int | None, end: int | None) -> tuple[Span, ...]:
    """A break is no time for work; what work there is lies before it or after it."""
    if start is None or end is None:
        return tuple(shifts)
    parts = (
        part
        for shift in shifts
        for part in (Span(shift.start, min(shift.end, start)), Span(max(shift.start, end), shift.end))
    )
    return tuple(part for part in parts if part.start < part.end)


def _kept_rest(day: MemberDay) -> MemberDay:
    """A break into which somebody set a visit is none on that day."""
    rest = day.rest
    if rest is not None and any(stop.start < rest.end and rest.start < stop.end for stop in day.stops):
        return replace(day, rest=None)
    return day


def _at_own_pace(day: MemberDay) -> MemberDay:
    """With the visits as long as they take this member."""
    stops = (replace(stop, service_minutes=day.minutes(stop.service_minutes)) for stop in day.stops)
    return replace(day, stops=tuple(stops))


def _skills() -> Mapping[int, list[tuple[str, date | None]]]:
    found: dict[int, list[tuple[str, date | None]]] = defaultdict(list)
    for member_id, code, until in rows(SKILLS):
        found[member_id].append((code, until))
    return found


def _hours() -> Mapping[tuple[int, int], list[Span]]:
    found: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for member_id, weekday, start, end in rows(HOURS):
        found[member_id, weekday].append(Span(start, end))
    return found


def _away(first: date, last: date) -> tuple[Mapping[int, list[tuple[date, date]]], set[tuple[int, date]]]:
    """Days off by member, and who is on stand-by when."""
    absences: dict[int, list[tuple[date, date]]] = defaultdict(list)
    waits: set[tuple[int, date]] = set()
    for member_id, start, end, stand_by in rows(AWAY, first=first, last=last):
        if stand_by:
            waits.add((member_id, start))
        else:
            absences[member_id].append((start, end))
    return absences, waits


def _stops(
    days: Collection[date], facts: changing.Facts | None, held: Mapping[tuple[int, date], list[Stop]]
) -> Mapping[tuple[int, date], list[Stop]]:
    """The visits that members hold, offered or accepted, and the places that are kept for callers."""
    found: dict[tuple[int, date], list[Stop]] = defaultdict(list)
    for row in rows(STOPS, days=list(days)):
        stop = Stop(
            visit_id=row.id,
            point=ground.point(row.lat, row.lon),
            window=Span(minute_of_day(row.window_start, row.day), minute_of_day(row.window_end, row.day)),
            service_minutes=row.service_minutes,
            start=minute_of_day(row.start, row.day),
            pinned=row.team_size > 1 or row.state not in FREE_TO_SHIFT,
        )
        found[row.member_id, row.day].append(_with_facts(stop, row, facts) if facts else stop)
    for place, kept in held.items():
        found[place] = sorted((*found[place], *kept), key=lambda stop: stop.start)
    return found


def _with_facts(stop: Stop, row: Any, facts: changing.Facts) -> Stop:
    wished = facts.wishes.get(row.id, wishes.NONE)
    return replace(
        stop,
        may_change=not stop.pinned and row.id not in facts.by_hand,
        agreed=row.answer is AssignmentState.ACCEPTED,
        planned_minutes=row.service_minutes,
        skills=facts.skills.get(row.id, frozenset()),
        earlier_member_ids=facts.earlier.get(row.id, frozenset()),
        must_not_member_ids=wished.must_not,
        refused_member_ids=facts.asked.get(row.id, frozenset()),
        rather_member_ids=wished.rather,
        rather_not_member_ids=wished.rather_not,
    )


def month_minutes(days: Collection[date]) -> Mapping[tuple[int, date], int]:
    """Minutes done (as reported) and promised (at own pace), by member and first day of the days' months."""
    found: dict[tuple[int, date], int] = defaultdict(int)
    first, last = min(days).replace(day=1), _end_of_month(max(days))
    for member_id, day, minutes in rows(MONTHS, first=first, last=last):
        found[member_id, day.replace(day=1)] += int(minutes)
    return found


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
