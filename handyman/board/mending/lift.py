"""A visit is lifted from the board: for every member's row, whether it may go there, when, and why not."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select

from handyman.board import days as member_days
from handyman.board import fitting, labels, needs, road_times, wording
from handyman.board.assign import CHANGEABLE, find_place
from handyman.board.refusals import Closed, ClosedError
from handyman.board.seen import seen_of_visit
from handyman.dispatch import day_plan, placing
from handyman.dispatch.placing import Verdict
from handyman.dispatch.problem import Conflict, Exclusion, ExclusionCode, MemberDay
from handyman.extensions import db, rows
from handyman.languages import gettext as _
from handyman.models import Absence, Assignment, HeldPlace, Person, TeamRole, Visit
from handyman.words import at_minute, clock_words, minute_of_day, minute_words, span_words, window_words

STEP = 15  # minutes between the starts that can be chosen on the board
ABSENT = select(Absence.member_id, Absence.reason).where(
    Absence.last_day >= bindparam("day"), Absence.first_day <= bindparam("day")
)
HELD = select(HeldPlace.id, HeldPlace.expires_at).where(HeldPlace.id.in_(bindparam("ids", expanding=True)))
NAMES = (
    select(Visit.id, Visit.start, Person.name)
    .join(Person, Person.id == Visit.resident_id)
    .where(Visit.id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Row:
    """One member's: in one sentence, and for each start a sentence, empty where all is well."""

    said: str
    minutes: int
    best: int | None  # the start nearest to the planned one that may be
    why_not: Sequence[str] = field(default_factory=list)
    notes: Sequence[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lift:
    seen: str
    member_id: int | None
    start: int
    starts: Sequence[int]
    outside: str  # what speaks against every other start
    rows: Mapping[int, Row]


@dataclass(frozen=True, slots=True)
class Names:
    """Whatever a sentence calls by name."""

    skills: Mapping[str, str]
    visits: Mapping[int, str]
    absences: Mapping[int, str]


def load(visit_id: int, role: TeamRole, now: datetime) -> Lift:
    """The answer for all rows at once; ClosedError when the visit cannot be moved any more."""
    visit = db.session.get(Visit, visit_id, populate_existing=True)
    if visit is None:
        raise ClosedError(Closed.NO_SUCH_PLACE)
    if visit.state not in CHANGEABLE:
        raise ClosedError(Closed.VISIT_UNDER_WAY)
    place = find_place(visit, role)
    roster = member_days.load([visit.day])
    days = {day.member_id: day_plan.without(day, visit.id) for day in roster.days[visit.day]}
    planned, promise = minute_of_day(visit.start, visit.day), needs.promise(visit)
    quarters = range(-(-promise.start // STEP) * STEP, promise.end + 1, STEP)
    starts = sorted({planned, *quarters})
    judge = _judge_of(visit, role, starts, now)
    verdicts = {member_id: judge(day, holds=member_id == place.member_id) for member_id, day in days.items()}
    names = _names(visit.day, verdicts.values())
    others = _of_the_others(visit, place, days, starts, names, roster.names, now)
    held = {other.member_id for other in visit.assignments} - {place.member_id}
    return Lift(
        seen=seen_of_visit(visit),
        member_id=place.member_id,
        start=planned,
        starts=starts,
        outside=_outside(visit),
        rows={
            member_id: _in_team() if member_id in held else _row(verdict, visit, starts, others, names, now)
            for member_id, verdict in verdicts.items()
        },
    )


def named(visit_ids: Iterable[int]) -> dict[int, str]:
    """The other visits of a sentence: whose, and when; of places kept for callers (below zero): until."""
    wanted = set(visit_ids)
    ids, held = sorted(each for each in wanted if each > 0), sorted(-each for each in wanted if each < 0)
    found = rows(NAMES, ids=ids) if ids else ()
    said = {row.id: _("%(clock)s %(name)s 님", clock=clock_words(row.start), name=row.name) for row in found}
    for row in rows(HELD, ids=held) if held else ():
        said[-row.id] = clock_words(row.expires_at)
    return said


def refused(grounds: Iterable[Conflict | Exclusion]) -> str:
    """What speaks against a place chosen by hand, with the names of what is in the way."""
    told = list(grounds)
    others = [each.params.get("other_visit_id") for each in told if isinstance(each, Conflict)]
    names = named(int(other) for other in others if isinstance(other, int))
    return " ".join(f"{wording.ground(each, None, names)}." for each in told)


def _judge_of(visit: Visit, role: TeamRole, starts: Sequence[int], now: datetime) -> Callable[..., Verdict]:
    """All that is the same for everybody is asked once."""
    return partial(
        placing.judge,
        job=needs.job_of_visit(visit, role),
        stop=fitting.stop_of(visit),
        starts=starts,
        travel=road_times.travel().minutes,
        earliest=needs.earliest_minute(visit.start, now, lead=0),
    )


def _names(day: date, verdicts: Iterable[Verdict]) -> Names:
    grounds = [ground for verdict in verdicts for each in verdict.grounds.values() for ground in each]
    others = {
        int(ground.params["other_visit_id"])  # type: ignore[arg-type]
        for ground in grounds
        if isinstance(ground, Conflict) and "other_visit_id" in ground.params
    }
    reasons = {row.member_id: labels.label(row.reason) for row in rows(ABSENT, day=day)}
    return Names(wording.skill_names(), named(others), reasons)


def _of_the_others(
    visit: Visit,
    place: Assignment,
    days: Mapping[int, MemberDay],
    starts: Sequence[int],
    names: Names,
    called: Mapping[int, str],
    now: datetime,
) -> Mapping[int, str]:
    """What speaks against a start on the side of the rest of the team, who would have to come along."""
    found: dict[int, str] = {}
    for other in visit.assignments:
        if other is place or other.member_id is None or other.member_id not in days:
            continue
        verdict = _judge_of(visit, other.role, starts, now)(days[other.member_id], holds=True)
        for start in starts:
            if not verdict.may(start):
                why = _sentence(verdict, start, names)
                found[start] = _("함께 가는 %(name)s 님: %(why)s", name=called[other.member_id], why=why)
    found.pop(minute_of_day(visit.start, visit.day), None)  # nothing changes for them
    return found


def _row(
    verdict: Verdict,
    visit: Visit,
    starts: Sequence[int],
    others: Mapping[int, str],
    names: Names,
    now: datetime,
) -> Row:
    if verdict.bar:
        said = _sentence(verdict, starts[0], names)
        return Row(said, verdict.minutes, None, [said] * len(starts), [""] * len(starts))
    planned = minute_of_day(visit.start, visit.day)
    past = wording.closed(Closed.DAY_PAST)
    why_not = [
        past
        if at_minute(visit.day, start) < now
        else _sentence(verdict, start, names) or others.get(start, "")
        for start in starts
    ]
    free = [start for start, why in zip(starts, why_not, strict=True) if not why]
    best = min(free, key=lambda start: (abs(start - planned), start), default=None)
    moves = _("다른 방문의 시작이 약속 안에서 바뀝니다")
    notes = [moves if start in verdict.moves_others else "" for start in starts]
    said = _when(free) if free else why_not[starts.index(planned)]
    return Row(said, verdict.minutes, best, why_not, notes)


def _in_team() -> Row:
    return Row(wording.closed(Closed.SAME_MEMBER), 0, None)


def _sentence(verdict: Verdict, start: int, names: Names) -> str:
    grounds: Sequence[Conflict | Exclusion] = (
        [verdict.bar] if verdict.bar else list(verdict.grounds.get(start, ()))
    )
    return ". ".join(_ground(each, verdict.member_id, names) for each in grounds)


def _ground(ground: Conflict | Exclusion, member_id: int, names: Names) -> str:
    said = wording.ground(ground, names.skills, names.visits)
    if ground.code == ExclusionCode.ABSENT and member_id in names.absences:
        return f"{said} ({names.absences[member_id]})"
    return said


def _when(starts: Sequence[int]) -> str:
    spans = placing.runs(starts, STEP)
    times = ", ".join(
        minute_words(span.start) if span.start == span.end else span_words(span.start, span.end)
        for span in spans
    )
    said: str = _("갈 수 있음 %(times)s", times=times)
    return said


def _outside(visit: Visit) -> str:
    said: str = _(
        "어르신께 약속한 %(window)s 밖입니다. 전화로 다시 약속한 뒤 방문 화면에서 옮깁니다.",
        window=window_words(visit.window_start, visit.window_end),
    )
    return said


def as_json(lift: Lift) -> dict[str, Any]:
    """What the page asks once, when a card is lifted."""
    return {
        "seen": lift.seen,
        "member": lift.member_id,
        "start": lift.start,
        "starts": list(lift.starts),
        "outside": lift.outside,
        "rows": {
            str(member_id): {
                "said": row.said,
                "minutes": row.minutes,
                "best": row.best,
                "whyNot": list(row.why_not),
                "notes": list(row.notes),
            }
            for member_id, row in lift.rows.items()
        },
    }
