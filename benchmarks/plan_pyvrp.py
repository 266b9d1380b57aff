"""PyVRP with skills as profiles: one for each set of skills, in which forbidden doors are far away."""

from collections import defaultdict
from time import perf_counter
from typing import Any

from benchmarks.plan_ground import Problem

PRIZE_OF_LONGEST_LEGS = 10  # a served job is worth so many of the longest legs: more than any detour for it
FORBIDDEN_OF_PRIZE = 10  # a forbidden door costs so many of the highest prize
WHOLE_DAY = [0, 10**7]

Kind = tuple[int, int, tuple[int, int], tuple[int, ...]]  # start, end, shift, skills
Fleet = dict[Kind, list[int]]


def solve(problem: Problem, budget: float, seed: int) -> dict[int, list[int]]:
    import pyvrp

    deadline = perf_counter() + budget
    fleet = _fleet(problem)
    result = pyvrp.solve(
        _data(problem, fleet), lambda _cost: perf_counter() >= deadline, seed, collect_stats=False
    )
    free = {kind: list(vehicles) for kind, vehicles in enumerate(fleet.values())}
    routes: dict[int, list[int]] = {}
    for route in result.best.routes():
        stops = [stop for stop in route if stop.is_client()]
        routes[free[route.vehicle_type()].pop()] = [problem["jobs"][stop.idx]["id"] for stop in stops]
    return routes if result.best.is_feasible() else {}


def _fleet(problem: Problem) -> Fleet:
    """Vehicles that differ in nothing but their id are one vehicle type."""
    fleet: Fleet = defaultdict(list)
    for vehicle in problem["vehicles"]:
        shift = tuple(vehicle.get("time_window", WHOLE_DAY))
        skills = tuple(sorted(vehicle.get("skills", ())))
        fleet[vehicle["start_index"], vehicle["end_index"], shift, skills].append(vehicle["id"])
    return dict(fleet)


def _data(problem: Problem, fleet: Fleet) -> Any:
    """A location for each job: a door may be near for one job and forbidden for another in the same house."""
    import numpy as np
    import pyvrp

    durations = np.array(problem["matrices"]["car"]["durations"], dtype=np.int64)
    prize = int(durations.max()) * PRIZE_OF_LONGEST_LEGS
    clients = [_client(number, job, prize) for number, job in enumerate(problem["jobs"])]
    homes = sorted({home for start, end, _, _ in fleet for home in (start, end)})
    skill_sets = sorted({skills for _, _, _, skills in fleet})
    origin = [job["location_index"] for job in problem["jobs"]] + homes
    near = durations[np.ix_(origin, origin)]
    far = FORBIDDEN_OF_PRIZE * max(client.prize for client in clients)
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in origin],
        clients=clients,
        depots=[pyvrp.Depot(location=len(clients) + number) for number in range(len(homes))],
        vehicle_types=_types(fleet, homes, skill_sets),
        distance_matrices=[_forbid(near, problem["jobs"], set(skills), far) for skills in skill_sets],
        duration_matrices=[near] * len(skill_sets),
    )


def _types(fleet: Fleet, homes: list[int], skill_sets: list[tuple[int, ...]]) -> list[Any]:
    import pyvrp

    return [
        pyvrp.VehicleType(
            num_available=len(vehicles),
            start_depot=homes.index(start),
            end_depot=homes.index(end),
            tw_early=begin,
            tw_late=last,
            profile=skill_sets.index(skills),
        )
        for (start, end, (begin, last), skills), vehicles in fleet.items()
    ]


def _client(location: int, job: dict[str, Any], prize: int) -> Any:
    import pyvrp

    begin, end = job.get("time_windows", [WHOLE_DAY])[0]
    return pyvrp.Client(
        location=location,
        service_duration=job.get("service", 0),
        tw_early=begin,
        tw_late=end,
        prize=prize * (1 + job.get("priority", 0)),
        required=False,
    )


def _forbid(near: Any, jobs: list[dict[str, Any]], skills: set[int], far: int) -> Any:
    distances = near.copy()
    for number, job in enumerate(jobs):
        if not set(job.get("skills", ())) <= skills:
            distances[:, number] = far
            distances[number, number] = 0
    return distances
