"""Where a visit comes to lie in the days of its team, or GuardError with every ground against it."""

from collections.abc import Mapping
from datetime import datetime

from handyman.board import ground, needs, offers, road_times
from handyman.board.refusals import Closed, ClosedError, GuardError, NotBookableError, Unbookable
from handyman.dispatch import day_plan, placing
from handyman.dispatch.openings import Insertion
from handyman.dispatch.problem import Conflict, Exclusion, ExclusionCode, Job, MemberDay, Stop
from handyman.models import TeamRole, Visit
from handyman.words import at_minute, minute_of_day


def fit_member(
    visit: Visit, role: TeamRole, member_id: int, start: int | None, now: datetime
) -> tuple[Insertion, Mapping[int, int]]:
    """Whoever is new in the team, at this start or where it suits best; and who else has to move by it."""
    if start is not None:
        check_start(visit, start, now)
    days = {day.member_id: day for day in offers.days_without(visit)}
    job, day = needs.job_of_visit(visit, role), days[member_id]
    if bar := placing.find_bar(job, day):
        raise GuardError([bar])
    wanted = minute_of_day(visit.start, visit.day) if start is None else start
    found = _find(visit, job, day, wanted, start is None, needs.earliest_minute(visit.start, now, lead=0))
    if found is None:
        raise GuardError(grounds(visit, day, wanted))
    moved = dict(found.moved)
    if found.start != minute_of_day(visit.start, visit.day):
        moved |= _fit_others(visit, role, days, found.start, now)
    return found, moved


def fit_team(visit: Visit, start: int, now: datetime) -> Mapping[int, int]:
    """Everybody who has the visit now, at another start; gives who else has to move by it."""
    check_start(visit, start, now)
    if needs.barred(visit) & {place.member_id for place in visit.assignments}:
        raise GuardError([Exclusion(ExclusionCode.MUST_NOT)])
    return _fit_others(visit, None, {day.member_id: day for day in offers.days_without(visit)}, start, now)


def check_start(visit: Visit, start: int, now: datetime) -> None:
    promise = needs.promise(visit)
    if not promise.start <= start <= promise.end:
        raise ClosedError(Closed.START_OUTSIDE_WINDOW)
    if at_minute(visit.day, start) < now:
        raise ClosedError(Closed.DAY_PAST)


def grounds(visit: Visit, day: MemberDay, start: int) -> list[Conflict] | list[Exclusion]:
    """What speaks against this start in this day."""
    return placing.find_grounds(day, stop_of(visit), start, road_times.travel().minutes)


def stop_of(visit: Visit) -> Stop:
    """The visit as it stands, in nobody's day."""
    lat, lon = visit.address.lat, visit.address.lon
    if lat is None or lon is None:
        raise NotBookableError(Unbookable.NO_POINT)
    start = minute_of_day(visit.start, visit.day)
    return Stop(visit.id, ground.point(lat, lon), needs.promise(visit), visit.service_minutes, start)


def _find(
    visit: Visit, job: Job, day: MemberDay, start: int, anywhere: bool, earliest: int
) -> Insertion | None:
    """At the start when that can be kept; else, where nobody insists on it, anywhere in the promise."""
    window, travel = needs.promise(visit), road_times.travel().minutes
    found = day_plan.insert(day, job, window, travel, start, earliest)
    if found is None and anywhere:
        found = day_plan.insert(day, job, offers.span_of(visit), travel, earliest=earliest)
    return found


def _fit_others(
    visit: Visit, but: TeamRole | None, days: Mapping[int, MemberDay], start: int, now: datetime
) -> Mapping[int, int]:
    """The rest of the team at this start: people of one team start together."""
    moved: dict[int, int] = {}
    earliest = needs.earliest_minute(visit.start, now, lead=0)
    for place in visit.assignments:
        if place.role is but or place.member_id is None or place.member_id not in days:
            continue
        job, day = needs.job_of_visit(visit, place.role), days[place.member_id]
        if bar := placing.find_bar(job, day, holds=True):
            raise GuardError([bar])
        found = _find(visit, job, day, start, False, earliest)
        if found is None:
            raise GuardError(grounds(visit, day, start))
        moved |= found.moved
    return moved
