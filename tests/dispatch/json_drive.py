"""Drives a plan in VROOM's JSON again, from the problem's JSON alone, and says what is wrong with it."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

Json = dict[str, Any]
ANY_TIME = [[0, 2**40]]


def find_json_faults(problem: Json, answer: Json) -> list[str]:
    vehicles = {vehicle["id"]: vehicle for vehicle in problem["vehicles"]}
    jobs = {job["id"]: job for job in problem["jobs"]}
    routes = answer["routes"]
    faults = [fault for route in routes for fault in _drive(problem, vehicles[route["vehicle"]], jobs, route)]
    doors = Counter(step["id"] for route in routes for step in route["steps"] if step["type"] == "job")
    left = [job["id"] for job in answer["unassigned"]]
    if len({route["vehicle"] for route in routes}) < len(routes):
        faults.append("a vehicle has two routes")
    for number, job in jobs.items():
        if doors[number] != (0 if number in left else job.get("crew", 1)):
            faults.append(f"job {number} has {doors[number]} people")
    for number, starts in _starts(routes).items():
        if len(starts) > 1:
            faults.append(f"the crew of job {number} starts at {starts}")
    return faults + _sums(answer, jobs, doors)


def _starts(routes: list[Json]) -> dict[int, set[int]]:
    starts: dict[int, set[int]] = {}
    for route in routes:
        for step in route["steps"]:
            if step["type"] == "job":
                starts.setdefault(step["id"], set()).add(step["arrival"] + step["waiting_time"])
    return starts


def _sums(answer: Json, jobs: dict[int, Json], doors: Counter[int]) -> list[str]:
    summary, routes = answer["summary"], answer["routes"]
    keys = ("setup", "service", "duration", "waiting_time")
    faults = [f"{key} is not its sum" for key in keys if summary[key] != sum(route[key] for route in routes)]
    if not 0 <= summary["cost"] - sum(route["cost"] for route in routes) <= len(routes):
        faults.append("cost is not its sum")  # each is rounded down by itself
    if summary["routes"] != len(routes) or summary["unassigned"] != len(answer["unassigned"]):
        faults.append("routes or unassigned are counted wrong")
    if summary["priority"] != sum(jobs[number].get("priority", 0) for number, many in doors.items() if many):
        faults.append("priority is not its sum")
    return faults


def _drive(problem: Json, vehicle: Json, jobs: dict[int, Json], route: Json) -> Iterator[str]:
    who, steps = f"vehicle {vehicle['id']}", route["steps"]
    mine = [jobs[step["id"]] for step in steps if step["type"] == "job"]
    yield from _who(vehicle, mine, who)
    if [steps[0]["type"], steps[-1]["type"]] != ["start", "end"]:
        yield f"{who} does not start, or not end"
    first, last = vehicle.get("time_window", ANY_TIME[0])
    if steps[0]["arrival"] < first or steps[-1]["arrival"] > last:
        yield f"{who} is out at night"
    places = [step.get("location_index") for step in steps]
    for at, (step, onward) in enumerate(pairwise(steps)):
        done = sum(step[key] for key in ("arrival", "waiting_time", "setup", "service"))
        if onward["duration"] != step["duration"] + (onward["arrival"] - done):
            yield f"{who} is not where it says at step {at + 1}"
    yield from _ways(problem, vehicle, steps, places, who)
    for at, step in enumerate(steps):
        if step["waiting_time"] < 0:
            yield f"{who} waits less than nothing"
        if step["type"] in ("job", "break"):
            yield from _task(vehicle, jobs, step, places[:at], who)
    if steps[-1]["duration"] > vehicle.get("max_travel_time", 2**60):
        yield f"{who} travels too far"


def _ways(problem: Json, vehicle: Json, steps: list[Json], places: list[Any], who: str) -> Iterator[str]:
    """Ways between places are as long as the matrix says, a second begun counted whole."""
    durations = problem["matrices"][vehicle.get("profile", "car")]["durations"]
    speed, fixed = (
        vehicle.get("speed_factor", 1),
        [at for at, place in enumerate(places) if place is not None],
    )
    for here, there in pairwise(fixed):
        way = durations[places[here]][places[there]] / speed
        if not way <= steps[there]["duration"] - steps[here]["duration"] < way + 1:
            yield f"{who} flies to step {there}"


def _task(vehicle: Json, jobs: dict[int, Json], step: Json, before: list[Any], who: str) -> Iterator[str]:
    if step["type"] == "job":
        task = jobs[step["id"]]
        been = [place for place in before if place is not None][-1:] if "start_index" in vehicle else []
        been = been or [place for place in before[1:] if place is not None][-1:]
        setup = 0 if been == [task["location_index"]] else task.get("setup", 0)
        service = task.get("service_per_type", {}).get(vehicle.get("type"), task.get("service", 0))
    else:
        task = next(pause for pause in vehicle["breaks"] if pause["id"] == step["id"])
        setup, service = 0, task.get("service", 0)
    begin = step["arrival"] + step["waiting_time"]
    if not any(first <= begin <= last for first, last in task.get("time_windows", ANY_TIME)):
        yield f"{who} starts {step['type']} {step['id']} outside its windows"
    if begin < task.get("pinned", {}).get("start", 0):
        yield f"{who} starts job {step['id']} before its pin"
    if (step["setup"], step["service"]) != (setup, service):
        yield f"{who} works so long at {step['type']} {step['id']}: {step['setup']}, {step['service']}"


def _who(vehicle: Json, mine: list[Json], who: str) -> Iterator[str]:
    if any(not set(job.get("skills", ())) <= set(vehicle.get("skills", ())) for job in mine):
        yield f"{who} lacks a skill"
    if len(mine) > vehicle.get("max_tasks", len(mine)):
        yield f"{who} has too many tasks"
    service = sum(
        job.get("service_per_type", {}).get(vehicle.get("type"), job.get("service", 0)) for job in mine
    )
    if service > vehicle.get("max_service_time", service):
        yield f"{who} works too long"
    for kind, room in enumerate(vehicle.get("capacity", ())):
        for load in ("delivery", "pickup"):
            if sum(job[load][kind] for job in mine if job.get(load)) > room:
                yield f"{who} carries too much"
