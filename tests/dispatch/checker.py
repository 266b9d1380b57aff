"""Judges what dispatch returns with arithmetic of its own: minute by minute, nothing shared."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, product

from handyman.dispatch.openings import Insertion
from handyman.dispatch.problem import Job, MemberDay, Role, Span, Stop, Travel

JOB = 0  # the visit number of the job that is being placed


def at_pace_of(day: MemberDay, job: Job) -> Job:
    """The job as long as it takes this member, a minute begun counted whole."""
    whole, rest = divmod(job.service_minutes * day.pace_percent, 100)
    return replace(job, service_minutes=whole + (rest > 0))


def minutes_at_work(shifts: Sequence[Span]) -> set[int]:
    return {minute for shift in shifts for minute in range(shift.start, shift.end)}


def there_at(day: MemberDay, leave: int, way: int) -> int:
    """Minute by minute; in the break nobody is on the way."""
    resting = minutes_at_work([day.rest] if day.rest else [])
    minute = leave
    while way:
        way -= minute not in resting
        minute += 1
    return minute


def keeps_promise(stop: Stop, start: int, shifts: Sequence[Span], earliest: int) -> bool:
    """A visit may stay where it is; moved, it keeps promise, shift, pin and what is already past."""
    if start == stop.start:
        return True
    if stop.pinned or stop.start < earliest or start < earliest:
        return False
    work = set(range(start, start + stop.service_minutes))
    return stop.window.start <= start <= stop.window.end and work <= minutes_at_work(shifts)


def find_faults(
    day: MemberDay,
    job: Job,
    window: Span,
    insertion: Insertion,
    travel: Travel,
    earliest: int = 0,
) -> list[str]:
    faults = []
    job = at_pace_of(day, job)
    before = sorted(
        day.stops, key=lambda stop: (stop.start, stop.start + stop.service_minutes, stop.visit_id)
    )
    starts = {stop.visit_id: insertion.moved.get(stop.visit_id, stop.start) for stop in before}
    faults += [f"moved {v} to where it was" for v, s in insertion.moved.items() if starts_as(before, v) == s]
    faults += [
        f"visit {stop.visit_id} may not start at {starts[stop.visit_id]}"
        for stop in before
        if not keeps_promise(stop, starts[stop.visit_id], day.shifts, earliest)
    ]
    faults += find_job_faults(day, job, window, insertion.start, earliest)
    order: list[Stop | Job] = [*before]
    order.insert(insertion.position, job)
    faults += find_gap_faults(day, order, {**starts, JOB: insertion.start}, travel, earliest)
    if insertion.added_travel != road(day, order, travel) - road(day, before, travel):
        faults.append("added travel is not the difference of the two roads")
    return faults


def starts_as(stops: Sequence[Stop], visit_id: int) -> int:
    return next(stop.start for stop in stops if stop.visit_id == visit_id)


def find_job_faults(day: MemberDay, job: Job, window: Span, start: int, earliest: int) -> list[str]:
    faults = []
    if not (window.start <= start <= window.end and start >= earliest):
        faults.append("job starts outside its window")
    if not set(range(start, start + job.service_minutes)) <= minutes_at_work(day.shifts):
        faults.append("job lies outside the shifts")
    return faults


def find_gap_faults(
    day: MemberDay,
    order: Sequence[Stop | Job],
    starts: Mapping[int, int],
    travel: Travel,
    earliest: int,
) -> list[str]:
    """Gaps that touch the job or a moved visit; two visits that stayed are somebody else's doing."""
    faults = []
    first = order[0]
    if isinstance(first, Job) and starts[JOB] < there_at(
        day, earliest, travel(day.home, first.point, day.mode)
    ):
        faults.append("nobody can be there so early")
    for a, b in pairwise(order):
        end = starts[number(a)] + a.service_minutes
        if isinstance(b, Job):
            end = max(end, earliest)
        touched = any(isinstance(x, Job) or starts[x.visit_id] != x.start for x in (a, b))
        if touched and there_at(day, end, travel(a.point, b.point, day.mode)) > starts[number(b)]:
            faults.append(f"too short a way from {number(a)} to {number(b)}")
    return faults


def number(stop: Stop | Job) -> int:
    return JOB if isinstance(stop, Job) else stop.visit_id


def road(day: MemberDay, order: Sequence[Stop | Job], travel: Travel) -> int:
    if not order:
        return 0
    places = [day.home, *(stop.point for stop in order), day.goal]
    return sum(travel(a, b, day.mode) for a, b in pairwise(places))


def least_added_travel(day: MemberDay, job: Job, window: Span, travel: Travel) -> int | None:
    """By trying every start of every visit in every place: only for tiny days."""
    job = at_pace_of(day, job)
    stops = sorted(day.stops, key=lambda stop: (stop.start, stop.start + stop.service_minutes, stop.visit_id))
    choices = [
        [m for m in range(stop.window.start, stop.window.end + 1) if keeps_promise(stop, m, day.shifts, 0)]
        for stop in stops
    ]
    found = []
    for position in range(len(stops) + 1):
        order: list[Stop | Job] = [*stops]
        order.insert(position, job)
        if any(
            not find_job_faults(day, job, window, start, 0) and is_walkable(day, order, chosen, start, travel)
            for start in range(window.start, window.end + 1)
            for chosen in product(*choices)
        ):
            found.append(road(day, order, travel) - road(day, stops, travel))
    return min(found, default=None)


def is_walkable(
    day: MemberDay, order: Sequence[Stop | Job], chosen: Sequence[int], start: int, travel: Travel
) -> bool:
    visits = [stop.visit_id for stop in order if isinstance(stop, Stop)]
    starts = {**dict(zip(visits, chosen, strict=True)), JOB: start}
    if isinstance(order[0], Job) and start < there_at(day, 0, travel(day.home, order[0].point, day.mode)):
        return False
    return all(
        there_at(day, starts[number(a)] + a.service_minutes, travel(a.point, b.point, day.mode))
        <= starts[number(b)]
        for a, b in pairwise(order)
    )


def find_team_faults(
    job: Job,
    days: Mapping[int, MemberDay],
    window: Span,
    members: Sequence[tuple[int, Role, Insertion]],
    travel: Travel,
    earliest: int = 0,
) -> list[str]:
    """Who may go at all, who leads, and whether they all start together."""
    faults = []
    if len({member_id for member_id, _, _ in members}) != job.team_size:
        faults.append("not as many people as the job takes")
    if len({insertion.start for _, _, insertion in members}) != 1:
        faults.append("the team does not start together")
    if [role for _, role, _ in members] != [Role.LEAD] + [Role.SECOND] * (job.team_size - 1):
        faults.append("a team has one lead, told first")
    if job.skills - days[members[0][0]].skills:
        faults.append("the lead lacks a skill")
    for member_id, _, insertion in members:
        faults += find_member_faults(days[member_id], job)
        faults += find_faults(days[member_id], job, window, insertion, travel, earliest)
    return faults


def find_member_faults(day: MemberDay, job: Job) -> list[str]:
    job = at_pace_of(day, job)
    today = sum(stop.service_minutes for stop in day.stops) + job.service_minutes
    month = day.month_minutes + job.service_minutes
    rules = {
        "refused": day.member_id in job.must_not_member_ids | job.refused_member_ids,
        "absent": day.absent,
        "over the day's cap": day.daily_cap is not None and today > day.daily_cap,
        "over the month's cap": day.monthly_cap is not None and month > day.monthly_cap,
    }
    return [rule for rule, broken in rules.items() if broken]
