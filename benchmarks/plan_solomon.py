"""Instances in Solomon's manner (1987): one depot, customers at random, in clusters, or both; no loads."""

from random import Random
from typing import Any

from benchmarks.plan_ground import MINUTE, Ground, Place, Problem, Travel

UNIT = Travel(metres_per_second=1 / MINUTE, detour=1.0)  # one unit of distance takes one minute, as there
DEPOT = (50.0, 50.0)
CLUSTERS = {"r": 0.0, "c": 1.0, "rc": 0.5}  # the share of customers that live in clusters
DAY = {"tight": 240, "wide": 1_000}  # minutes that the depot is open
HALF_WINDOW = {"tight": (5, 15), "wide": (60, 180)}
SERVICE = {"r": 10, "c": 30, "rc": 10}


def solomon(layout: str, customers: int, windows: str, vehicles: int, seed: int) -> Problem:
    """Every customer can be reached in time from the depot and left in time for it."""
    random = Random(f"solomon {layout} {customers} {windows} {seed}")
    ground = Ground(UNIT)
    depot = ground.index(DEPOT)
    centres = [_spot(random) for _ in range(max(2, customers // 12))]
    day = [0, DAY[windows] * MINUTE]
    fleet = [
        {"id": number, "profile": "car", "start_index": depot, "end_index": depot, "time_window": day}
        for number in range(1, vehicles + 1)
    ]
    jobs = [_customer(random, ground, number, layout, windows, centres) for number in range(1, customers + 1)]
    return ground.problem(fleet, jobs)


def _customer(
    random: Random, ground: Ground, number: int, layout: str, windows: str, centres: list[Place]
) -> dict[str, Any]:
    clustered = random.random() < CLUSTERS[layout]
    place = _near(random, random.choice(centres)) if clustered else _spot(random)
    service, there = SERVICE[layout] * MINUTE, ground.travel.seconds(DEPOT, place)
    earliest, latest = there, DAY[windows] * MINUTE - service - there
    middle, half = random.randint(earliest, latest), random.randint(*HALF_WINDOW[windows]) * MINUTE
    begin, end = max(earliest, middle - half), min(latest, middle + half)
    return {
        "id": number,
        "location_index": ground.index(place),
        "service": service,
        "time_windows": [[begin, end]],
    }


def _spot(random: Random) -> Place:
    return (float(random.randint(0, 100)), float(random.randint(0, 100)))


def _near(random: Random, centre: Place) -> Place:
    x, y = (min(100.0, max(0.0, round(random.gauss(at, 4.0), 1))) for at in centre)
    return (x, y)
