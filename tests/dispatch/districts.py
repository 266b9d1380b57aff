"""Small districts of a city for tests: as problems, and as lines in VROOM's JSON."""

from random import Random
from typing import Any

import numpy as np

from handyman.dispatch.problem import Span
from handyman.dispatch.routing import Person, Problem, Vehicle, Visit

Json = dict[str, Any]


def district(seed: int, visits: int = 12, members: int = 3) -> Problem:
    random = Random(seed)
    places = np.array([[random.uniform(0, 60), random.uniform(0, 60)] for _ in range(visits + members)])
    ways = np.abs(places[:, None] - places[None]).sum(axis=2).astype(np.int64)
    starts = [random.choice((540, 660, 780, 900)) for _ in range(visits)]
    return Problem(
        visits=tuple(
            Visit(at, place=at, service=40, windows=(Span(start, start + 120),))
            for at, start in enumerate(starts)
        ),
        vehicles=tuple(
            Vehicle(at, person=at, start=visits + at, end=visits + at, shifts=(Span(540, 1080),))
            for at in range(members)
        ),
        people=tuple(Person(at) for at in range(members)),
        travel={"car": ways},
    )


def line(seed: int, **options: int) -> Json:
    """A district in VROOM's JSON."""
    problem = district(seed)
    return {
        "vehicles": [
            {"id": vehicle.id, "start_index": vehicle.start, "time_window": [540, 1080]}
            for vehicle in problem.vehicles
        ],
        "jobs": [
            {
                "id": visit.id,
                "location_index": visit.place,
                "service": visit.service,
                "time_windows": [[visit.windows[0].start, visit.windows[0].end]],
            }
            for visit in problem.visits
        ],
        "matrices": {"car": {"durations": problem.travel["car"].tolist()}},
        "options": options,
    }


def untimed(answer: Json) -> Json:
    answer["summary"].pop("computing_times")
    return answer
