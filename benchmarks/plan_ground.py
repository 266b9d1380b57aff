"""Made-up ground under a planning instance: places, the travel between them, and the problem's JSON."""

from dataclasses import dataclass, field
from math import hypot
from random import Random
from typing import Any

MINUTE, HOUR = 60, 3_600

Place = tuple[float, float]
Problem = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Travel:
    """Seconds between two places: whole ones, rounded, so that every solver adds up the same numbers."""

    metres_per_second: float
    detour: float = 1.3  # streets against the straight line: DISPATCH.md, Travel
    fixed: float = 0.0

    def seconds(self, here: Place, there: Place) -> int:
        metres = hypot(here[0] - there[0], here[1] - there[1])
        return round(self.fixed + metres * self.detour / self.metres_per_second) if metres else 0


@dataclass(slots=True)
class Ground:
    """Collects places and hands out their index; the same place keeps its index."""

    travel: Travel
    places: list[Place] = field(default_factory=list)

    def index(self, place: Place) -> int:
        if place not in self.places:
            self.places.append(place)
        return self.places.index(place)

    def problem(self, vehicles: list[dict[str, Any]], jobs: list[dict[str, Any]]) -> Problem:
        durations = [[self.travel.seconds(here, there) for there in self.places] for here in self.places]
        return {"vehicles": vehicles, "jobs": jobs, "matrices": {"car": {"durations": durations}}}


def anywhere(random: Random, width: float, height: float) -> Place:
    return (round(random.uniform(0, width)), round(random.uniform(0, height)))


def around(random: Random, centre: Place, spread: float) -> Place:
    return (round(random.gauss(centre[0], spread)), round(random.gauss(centre[1], spread)))
