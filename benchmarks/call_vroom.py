"""What a full re-plan costs instead: VROOM solves one day anew for one window that might be offered."""

import statistics
import time
from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from typing import Any

from benchmarks.call_days import SKILLS
from benchmarks.plan_rivals import vroom_routes
from handyman.dispatch import travel
from handyman.dispatch.problem import Job, MemberDay, Point, Span

SECONDS = 60  # in a minute
PATIENCE = 120.0  # seconds for one solve: it stops by itself long before
MOST_MEMBERS = 40  # of a city, those who live nearest to the caller: all of it takes minutes


def missing() -> bool:
    return find_spec("vroom") is None


def measure(days: dict[date, list[MemberDay]], asked: Sequence[tuple[Job, Span]]) -> float:
    """Milliseconds of processor time for one solve, the median over these jobs, each on another day."""
    took = []
    for (job, window), members in zip(asked, days.values(), strict=False):
        near = sorted(members, key=lambda each: travel.great_circle_metres(each.home, job.point))
        problem = _problem(near[:MOST_MEMBERS], job, window)
        begun = time.process_time()
        vroom_routes(problem, PATIENCE, 0)
        took.append((time.process_time() - begun) * 1000)
    return statistics.median(took)


def _problem(members: Sequence[MemberDay], job: Job, window: Span) -> dict[str, Any]:
    stops = [stop for member in members for stop in member.stops]
    points = [*(member.home for member in members), *(stop.point for stop in stops), job.point]
    jobs = [_job(number, len(members) + number, stop.job, stop.window) for number, stop in enumerate(stops)]
    return {
        "vehicles": [_vehicle(at, member) for at, member in enumerate(members)],
        "jobs": [*jobs, _job(len(stops), len(points) - 1, job, window)],
        "matrices": {mode: {"durations": _table(points, mode)} for mode in {each.mode for each in members}},
    }


def _vehicle(at: int, member: MemberDay) -> dict[str, Any]:
    return {
        "id": at,
        "profile": member.mode,
        "start_index": at,
        "end_index": at,
        "skills": [SKILLS.index(skill) for skill in sorted(member.skills)],
        "time_window": [member.shifts[0].start * SECONDS, member.shifts[-1].end * SECONDS],
    }


def _job(number: int, place: int, job: Job, window: Span) -> dict[str, Any]:
    return {
        "id": number,
        "location_index": place,
        "service": job.service_minutes * SECONDS,
        "skills": [SKILLS.index(skill) for skill in sorted(job.skills)],
        "time_windows": [[window.start * SECONDS, window.end * SECONDS]],
    }


def _table(points: Sequence[Point], mode: Any) -> list[list[int]]:
    lats, lons = [point.lat for point in points], [point.lon for point in points]
    table = travel.minutes_table(lats, lons, None, mode) * SECONDS
    found: list[list[int]] = table.tolist()
    return found
