"""Visits of a crew for solvers that cannot speak them: split in halves that start at one fixed moment."""

from copy import deepcopy
from typing import Any

from benchmarks.plan_ground import Problem

OURS_ALONE = ("crew", "pinned")


def split(problem: Problem) -> Problem:
    """Every crew visit becomes as many jobs, all starting in the middle of its first window.

    The same start keeps one vehicle from taking two of them.
    """
    plain = deepcopy(problem)
    plain.pop("options", None)
    plain["jobs"] = [part for job in plain["jobs"] for part in _parts(job, _room(problem))]
    return plain


def joined(problem: Problem, routes: dict[int, list[int]]) -> dict[int, list[int]]:
    """The routes with the parts under their own id again, visits with too few people left out."""
    room = _room(problem)
    crews = {job["id"]: job.get("crew", 1) for job in problem["jobs"]}
    done = {vehicle: [part % room for part in route] for vehicle, route in routes.items()}
    flat = [job for route in done.values() for job in route]
    whole = {job for job in flat if flat.count(job) == crews[job]}
    return {vehicle: [job for job in route if job in whole] for vehicle, route in done.items()}


def has_crews(problem: Problem) -> bool:
    return any(job.get("crew", 1) > 1 for job in problem["jobs"])


def _room(problem: Problem) -> int:
    return max(job["id"] for job in problem["jobs"]) + 1


def _parts(job: dict[str, Any], room: int) -> list[dict[str, Any]]:
    crew = job.get("crew", 1)
    plain = {key: value for key, value in job.items() if key not in OURS_ALONE}
    if crew == 1:
        return [plain]
    begin, end = job["time_windows"][0]
    middle = (begin + end) // 2
    plain["time_windows"] = [[middle, middle]]
    return [{**plain, "id": job["id"] + room * part} for part in range(crew)]
