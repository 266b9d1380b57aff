"""What a plan is worth, by arithmetic of its own: nothing here is shared with any planner.

A plan is judged by the order of its stops; they are simulated again, everything as early as it can be. Where
a plan states its own times, these must be possible too.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

VEHICLE_KEYS = {
    "id", "profile", "start_index", "end_index", "skills", "time_window", "max_tasks", "max_service_time",
    "earlier_load", "description",
}  # fmt: skip
JOB_KEYS = {
    "id", "location_index", "service", "skills", "time_windows", "priority", "crew", "pinned", "description",
}  # fmt: skip
WHOLE_DAY = [0, 10**9]

Stop = tuple[int, int]  # vehicle, position in its route


class PlanFaultError(Exception):
    """The rule that a plan breaks, in words."""


@dataclass(frozen=True, slots=True, order=True)
class Score:
    """Compared in the order of VROOM's objective: priority left out, jobs left out, cost."""

    priority: int
    unserved: int
    cost: int


def score(problem: dict[str, Any], plan: dict[str, Any]) -> Score:
    """The worth of the plan; raises PlanFaultError for one that nobody could drive."""
    return _Judge(problem, plan).score()


class _Judge:
    def __init__(self, problem: dict[str, Any], plan: dict[str, Any]) -> None:
        self.vehicles = {vehicle["id"]: vehicle for vehicle in problem["vehicles"]}
        self.jobs = {job["id"]: job for job in problem["jobs"]}
        self.matrices = problem["matrices"]
        _refuse_unknown_keys(problem)
        self.routes: dict[int, list[int]] = {}
        self.stated: dict[Stop, int] = {}
        for route in plan["routes"]:
            self._read(route)
        self.doors: dict[int, list[Stop]] = defaultdict(list)
        for vehicle, route in self.routes.items():
            for position, job in enumerate(route):
                self.doors[job].append((vehicle, position))

    def _read(self, route: dict[str, Any]) -> None:
        vehicle = route["vehicle"]
        _rule(vehicle in self.vehicles, f"vehicle {vehicle} is unknown")
        _rule(vehicle not in self.routes, f"vehicle {vehicle} has two routes")
        steps = [step for step in route["steps"] if step["type"] == "job"]
        self.routes[vehicle] = [step["id"] for step in steps]
        for position, step in enumerate(steps):
            _rule(step["id"] in self.jobs, f"job {step['id']} is unknown")
            if "arrival" in step:
                self.stated[vehicle, position] = step["arrival"] + step.get("waiting_time", 0)

    def score(self) -> Score:
        self._check_who()
        self._check_pins()
        self._check_loads()
        self._check_times(self._earliest())
        if self.stated:
            _rule(len(self.stated) == sum(map(len, self.routes.values())), "some stops state no time")
            self._check_times(self.stated)
        left = [job for job in self.jobs.values() if job["id"] not in self.doors]
        return Score(sum(job.get("priority", 0) for job in left), len(left), self._cost())

    def _check_who(self) -> None:
        for number, stops in self.doors.items():
            job, people = self.jobs[number], Counter(vehicle for vehicle, _ in stops)
            _rule(max(people.values()) == 1, f"job {number} is done twice by one vehicle")
            crew = job.get("crew", 1)
            _rule(len(stops) == crew, f"job {number} has {len(stops)} of its crew of {crew}")
            for vehicle in people:
                missing = set(job.get("skills", ())) - set(self.vehicles[vehicle].get("skills", ()))
                _rule(not missing, f"vehicle {vehicle} lacks a skill for job {number}")

    def _check_pins(self) -> None:
        for number, job in self.jobs.items():
            if "pinned" in job:
                held = {vehicle for vehicle, _ in self.doors.get(number, ())}
                _rule(job["pinned"]["vehicle"] in held, f"job {number} left the vehicle it is pinned to")

    def _check_loads(self) -> None:
        for number, route in self.routes.items():
            vehicle = self.vehicles[number]
            worked = sum(self.jobs[job].get("service", 0) for job in route)
            _rule(worked <= vehicle.get("max_service_time", worked), f"vehicle {number} works too long")
            _rule(len(route) <= vehicle.get("max_tasks", len(route)), f"vehicle {number} has too many tasks")

    def _earliest(self) -> dict[Stop, int]:
        """Start of service at every stop, all as early as can be; who is there first waits for the crew."""
        starts: dict[Stop, int] = {}
        while len(starts) < sum(map(len, self.routes.values())):
            ready = [job for job, stops in self.doors.items() if self._can_be_timed(stops, starts)]
            _rule(bool(ready), "crews wait for one another for ever")
            for job in ready:
                begin = self._opening(job, max(self._arrival(stop, starts) for stop in self.doors[job]))
                starts.update(dict.fromkeys(self.doors[job], begin))
        return starts

    def _can_be_timed(self, stops: list[Stop], starts: dict[Stop, int]) -> bool:
        return stops[0] not in starts and all(
            position == 0 or (vehicle, position - 1) in starts for vehicle, position in stops
        )

    def _opening(self, number: int, arrival: int) -> int:
        job = self.jobs[number]
        arrival = max(arrival, job.get("pinned", {}).get("start", 0))
        for begin, end in sorted(job.get("time_windows", [WHOLE_DAY])):
            if arrival <= end:
                return max(arrival, begin)
        raise PlanFaultError(f"job {number} starts after its last window")

    def _check_times(self, starts: dict[Stop, int]) -> None:
        for stop, begin in starts.items():
            self._check_stop(stop, begin, starts)
        for number, stops in self.doors.items():
            begins = {starts[stop] for stop in stops}
            _rule(len(begins) == 1, f"the crew of job {number} does not start together")
        for number, route in self.routes.items():
            _, end = self.vehicles[number].get("time_window", WHOLE_DAY)
            if route:
                _rule(self._home(number, starts) <= end, f"vehicle {number} is home after its shift")

    def _check_stop(self, stop: Stop, begin: int, starts: dict[Stop, int]) -> None:
        number = self.routes[stop[0]][stop[1]]
        job = self.jobs[number]
        _rule(begin >= self._arrival(stop, starts), f"job {number} starts before vehicle {stop[0]} is there")
        windows = job.get("time_windows", [WHOLE_DAY])
        _rule(
            any(opens <= begin <= ends for opens, ends in windows), f"job {number} starts outside its windows"
        )
        earliest = job.get("pinned", {}).get("start", 0)
        _rule(begin >= earliest, f"job {number} starts before the time it is pinned to")

    def _arrival(self, stop: Stop, starts: dict[Stop, int]) -> int:
        vehicle, position = stop
        legs = self._legs(vehicle)
        if position == 0:
            return self.vehicles[vehicle].get("time_window", WHOLE_DAY)[0] + legs[0]
        before = self.jobs[self.routes[vehicle][position - 1]]
        return starts[vehicle, position - 1] + before.get("service", 0) + legs[position]

    def _home(self, vehicle: int, starts: dict[Stop, int]) -> int:
        last = len(self.routes[vehicle]) - 1
        service = self.jobs[self.routes[vehicle][last]].get("service", 0)
        return starts[vehicle, last] + service + self._legs(vehicle)[-1]

    def _legs(self, number: int) -> list[int]:
        """Travel to each stop and, last, to the end; without a start or an end that leg takes nothing."""
        vehicle, route = self.vehicles[number], self.routes[number]
        durations = self.matrices[vehicle.get("profile", "car")]["durations"]
        places = [self.jobs[job]["location_index"] for job in route]
        way = [vehicle.get("start_index"), *places, vehicle.get("end_index")]
        return [0 if None in leg else durations[leg[0]][leg[1]] for leg in pairwise(way)]

    def _cost(self) -> int:
        return sum(sum(self._legs(vehicle)) for vehicle, route in self.routes.items() if route)


def _refuse_unknown_keys(problem: dict[str, Any]) -> None:
    """A rule that is not judged here must not slip through."""
    for key in _unknown(problem):
        raise NotImplementedError(f"the scorer does not judge {key}")


def _unknown(problem: dict[str, Any]) -> Iterator[str]:
    yield from sorted(set(problem) - {"vehicles", "jobs", "matrices", "options"})
    for vehicle in problem["vehicles"]:
        yield from sorted(set(vehicle) - VEHICLE_KEYS)
    for job in problem["jobs"]:
        yield from sorted(set(job) - JOB_KEYS)


def _rule(kept: bool, otherwise: str) -> None:
    if not kept:
        raise PlanFaultError(otherwise)
