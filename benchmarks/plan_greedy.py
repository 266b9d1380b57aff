"""Greedy insertion: again and again the job whose cheapest place in any route costs least."""

from itertools import pairwise
from typing import Any

from benchmarks.plan_ground import Problem

WHOLE_DAY = [0, 10**9]

Place = tuple[int, int]  # added travel, position


def solve(problem: Problem, _budget: float, _seed: int) -> dict[int, list[int]]:
    durations = problem["matrices"]["car"]["durations"]
    vehicles = {vehicle["id"]: vehicle for vehicle in problem["vehicles"]}
    left = {job["id"]: job for job in problem["jobs"]}
    routes: dict[int, list[dict[str, Any]]] = {vehicle: [] for vehicle in vehicles}
    found = {number: _places(vehicles[number], [], left, durations) for number in vehicles}
    while offers := [(place, number, job) for number in found for job, place in found[number].items()]:
        (_, position), number, job = min(offers)
        routes[number].insert(position, left.pop(job))
        found[number] = _places(vehicles[number], routes[number], left, durations)
        for places in found.values():
            places.pop(job, None)
    return {number: [job["id"] for job in route] for number, route in routes.items()}


def _places(
    vehicle: dict[str, Any], route: list[dict[str, Any]], left: dict[int, Any], durations: list[list[int]]
) -> dict[int, Place]:
    found = {number: _cheapest(vehicle, route, job, durations) for number, job in left.items()}
    return {number: place for number, place in found.items() if place}


def _cheapest(
    vehicle: dict[str, Any], route: list[dict[str, Any]], job: dict[str, Any], durations: list[list[int]]
) -> Place | None:
    """The best feasible position in the route and the travel it adds."""
    if not set(job.get("skills", ())) <= set(vehicle.get("skills", ())):
        return None
    here = job["location_index"]
    way = [vehicle["start_index"], *(stop["location_index"] for stop in route), vehicle["end_index"]]
    saved = int(bool(route))  # an empty route saves no leg: its vehicle would not leave
    places = sorted(
        (durations[before][here] + durations[here][after] - saved * durations[before][after], position)
        for position, (before, after) in enumerate(pairwise(way))
    )
    for added, position in places:
        if _feasible(vehicle, [*route[:position], job, *route[position:]], durations):
            return added, position
    return None


def _feasible(vehicle: dict[str, Any], route: list[dict[str, Any]], durations: list[list[int]]) -> bool:
    now, end = vehicle.get("time_window", WHOLE_DAY)
    place = vehicle["start_index"]
    for job in route:
        opens, closes = job.get("time_windows", [WHOLE_DAY])[0]
        now = max(now + durations[place][job["location_index"]], opens)
        if now > closes:
            return False
        now, place = now + job.get("service", 0), job["location_index"]
    return now + durations[place][vehicle["end_index"]] <= end
