"""Home care: short visits in narrow windows, some of which two carers start together."""

from random import Random
from typing import Any

from benchmarks.plan_ground import HOUR, MINUTE, Ground, Problem, Travel, anywhere

BICYCLE = Travel(metres_per_second=14 / 3.6)
WIDTH = 6_000.0
SHIFTS = ((7, 15), (8, 16), (8, 13), (12, 20), (13, 21))
SERVICE = tuple(range(15, 65, 5))
LEVELS = (1, 1, 1, 2, 2, 3)  # a carer of a level does all below it too
WINDOWED = 0.85


def home_care(visits: int, carers: int, double: float, seed: int) -> Problem:
    """`double` is the share of visits that two carers start together."""
    random = Random(f"home care {visits} {carers} {double} {seed}")
    ground = Ground(BICYCLE)
    office = anywhere(random, WIDTH, WIDTH)
    people = [_carer(random, ground, number, office) for number in range(1, carers + 1)]
    together = set(random.sample(range(1, visits + 1), round(double * visits)))
    jobs = [_visit(random, ground, number, number in together) for number in range(1, visits + 1)]
    return ground.problem(people, jobs)


def _carer(random: Random, ground: Ground, number: int, office: tuple[float, float]) -> dict[str, Any]:
    """Two in three start at home, the others at the office; shifts go round so that all hours are covered."""
    home = ground.index(office if number % 3 == 0 else anywhere(random, WIDTH, WIDTH))
    begin, end = SHIFTS[number % len(SHIFTS)]
    level = 3 if number <= 2 else random.choice((2, 3))
    return {
        "id": number,
        "profile": "car",
        "start_index": home,
        "end_index": home,
        "skills": list(range(1, level + 1)),
        "time_window": [begin * HOUR, end * HOUR],
    }


def _visit(random: Random, ground: Ground, number: int, together: bool) -> dict[str, Any]:
    job: dict[str, Any] = {
        "id": number,
        "location_index": ground.index(anywhere(random, WIDTH, WIDTH)),
        "service": random.choice(SERVICE) * MINUTE,
        "skills": [random.choice(LEVELS)],
    }
    if together:
        job["crew"] = 2
        job["skills"] = [min(job["skills"][0], 2)]
    if together or random.random() < WINDOWED:
        begin = random.randint(15, 37) * HOUR // 2
        job["time_windows"] = [[begin, begin + random.choice((2, 3, 4)) * HOUR // 2]]
    return job
