"""Technician routing: repairs with skills and windows, technicians with tool boxes, homes and shifts."""

from random import Random
from typing import Any

from benchmarks.plan_ground import HOUR, MINUTE, Ground, Place, Problem, Travel, anywhere, around

VAN = Travel(metres_per_second=22 / 3.6)  # Seoul's traffic, 2024
WIDTH = 16_000.0
SHIFTS = ((8, 17), (9, 18), (9, 18), (10, 19), (9, 14), (13, 19))
SERVICE = tuple(range(20, 95, 5))
WINDOWED, TWO_SKILLS = 0.8, 0.15


def technicians(jobs: int, vehicles: int, skills: int, seed: int) -> Problem:
    """Fewer vehicles for as many jobs make it tight: then good plans leave some of them for another day."""
    random = Random(f"technicians {jobs} {vehicles} {skills} {seed}")
    ground = Ground(VAN)
    towns = [anywhere(random, WIDTH, WIDTH) for _ in range(max(2, jobs // 25))]
    people = [_technician(random, ground, number, skills) for number in range(1, vehicles + 1)]
    repairs = [_repair(random, ground, number, towns, people) for number in range(1, jobs + 1)]
    return ground.problem(people, repairs)


def _technician(random: Random, ground: Ground, number: int, skills: int) -> dict[str, Any]:
    home = ground.index(anywhere(random, WIDTH, WIDTH))
    begin, end = random.choice(SHIFTS)
    known = sorted(random.sample(range(1, skills + 1), random.randint(2, skills - 1)))
    return {
        "id": number,
        "profile": "car",
        "start_index": home,
        "end_index": home,
        "skills": known,
        "time_window": [begin * HOUR, end * HOUR],
    }


def _repair(
    random: Random, ground: Ground, number: int, towns: list[Place], people: list[dict[str, Any]]
) -> dict[str, Any]:
    """What it needs is taken from one technician's box, so that at least that one can do it."""
    town = random.choice(towns)
    place = around(random, town, 1_200) if random.random() < 0.5 else anywhere(random, WIDTH, WIDTH)
    able = random.choice(people)
    needed = random.sample(able["skills"], 2 if random.random() < TWO_SKILLS else 1)
    job: dict[str, Any] = {
        "id": number,
        "location_index": ground.index(place),
        "service": random.choice(SERVICE) * MINUTE,
        "skills": sorted(needed),
    }
    if random.random() < WINDOWED:
        begin = random.randint(9, 16) * HOUR
        job["time_windows"] = [[begin, begin + 2 * HOUR]]
    return job
