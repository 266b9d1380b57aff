"""Days of our own shape: eleven members from their own homes, two-hour promises, one hilly district."""

from random import Random
from typing import Any

from benchmarks.plan_ground import HOUR, MINUTE, Ground, Problem, Travel, anywhere, around

AROUND = Travel(metres_per_second=16 / 3.6, fixed=5 * MINUTE)  # the middle of DISPATCH.md, Travel
WIDTH, HEIGHT = 5_000.0, 4_500.0
MEMBERS, SKILLS = 11, 5
SHIFTS = ((9, 18),) * 8 + ((9, 13), (13, 18), (10, 16))
PROMISES = tuple(range(9, 17))  # a promise begins on a full hour and lasts two
SERVICE = (30, 30, 40, 45, 60, 60, 75, 90)


def our_day(visits: int, seed: int, off: int = 0, members: int = MEMBERS) -> Problem:
    """Some members are `off` today. The seldom skills are needed by few visits and known to few members."""
    random = Random(f"our day {visits} {seed}")
    ground = Ground(AROUND)
    people = [_member(random, ground, number) for number in range(1, members + 1)]
    dongs = [anywhere(random, WIDTH, HEIGHT) for _ in range(6)]
    jobs = []
    for number in range(1, visits + 1):
        place = around(random, random.choice(dongs), 450)
        begin = random.choice(PROMISES) * HOUR
        jobs.append(
            {
                "id": number,
                "location_index": ground.index(place),
                "service": random.choice(SERVICE) * MINUTE,
                "skills": [random.choices(range(1, SKILLS + 1), (8, 6, 4, 2, 1))[0]],
                "time_windows": [[begin, begin + 2 * HOUR]],
            }
        )
    return ground.problem(people[off:], jobs)


def _member(random: Random, ground: Ground, number: int) -> dict[str, Any]:
    home = ground.index(anywhere(random, WIDTH, HEIGHT))
    begin, end = SHIFTS[(number - 1) % len(SHIFTS)]
    seldom = [skill for skill in range(3, SKILLS + 1) if (number + skill) % skill < 2]
    return {
        "id": number,
        "profile": "car",
        "start_index": home,
        "end_index": home,
        "skills": [1, 2, *seldom],
        "time_window": [begin * HOUR, end * HOUR],
    }
