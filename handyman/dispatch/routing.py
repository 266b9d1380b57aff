"""A day or a week as a routing problem, and a plan for it.

Time is whole numbers on one line, in one unit throughout a problem: minutes after the first midnight on
the board, seconds in VROOM's JSON. Places are rows of the travel tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from handyman.dispatch.problem import Span
from handyman.dispatch.rules import BOARD, Weights

EVER = Span(-(2**31), 2**31)


@dataclass(frozen=True, slots=True)
class Pause:
    """A break: somewhere, for so long, beginning inside one of the windows."""

    id: int
    windows: tuple[Span, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class Person:
    """A member, whose vehicles are the days on which they work. `wish` is what fairness is measured by."""

    id: int
    used: int = 0  # service of the month outside this problem
    cap: int | None = None
    wish: int | None = None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One member on one day: a route begins and ends here. Two of one person never work at the same time."""

    id: int
    person: int
    start: int | None = None  # place; None: the way to the first visit is not counted
    end: int | None = None
    shifts: tuple[Span, ...] = (EVER,)  # each work lies inside one of them
    hours: Span = EVER  # the whole route, ways included, lies inside
    breaks: tuple[Pause, ...] = ()
    skills: frozenset[str] = frozenset()
    profile: str = "car"
    max_tasks: int | None = None
    max_travel: int | None = None
    max_service: int | None = None  # the daily cap
    capacity: tuple[int, ...] = ()  # none: any load
    fixed_cost: float = 0.0
    rate: float = 1.0  # times the travel cost
    away: bool = False  # absent: takes nothing


@dataclass(frozen=True, slots=True)
class Crew:
    """One place in the team of a visit, and the skills that it asks for, all of them."""

    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pin:
    """Who must come, one for each place of the crew, and when, if that is fixed: windows or not."""

    people: tuple[int, ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to plan. `windows` are the starts that were promised, or that the resident would take."""

    id: int
    place: int
    service: int
    windows: tuple[Span, ...] = (EVER,)
    crew: tuple[Crew, ...] = (Crew(),)
    setup: int = 0
    promised: bool = False  # told to a resident: outweighs every visit that was not
    priority: int = 0  # fall risk, days waited: more of it is served first
    amount: tuple[int, ...] = ()
    service_by_person: Mapping[int, int] = field(default_factory=dict, hash=False)
    refused: frozenset[int] = frozenset()  # people who must not go, or have said no
    rather_not: frozenset[int] = frozenset()
    rather: frozenset[int] = frozenset()
    earlier: frozenset[int] = frozenset()  # have been in this home before
    told: tuple[int | None, ...] = ()  # who has been told to come, for each place of the crew
    firm: bool = False  # and has said yes
    told_start: int | None = None  # and when, inside the promise
    pin: Pin | None = None
    allowed: bool = True  # False: an item that we must refer elsewhere, never planned


@dataclass(frozen=True, slots=True)
class Problem:
    """`travel` and `cost` hold a square table for each profile; without a cost, travel is the cost."""

    visits: tuple[Visit, ...]
    vehicles: tuple[Vehicle, ...]
    people: tuple[Person, ...]
    travel: Mapping[str, NDArray[np.int64]]
    cost: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    weights: Weights = BOARD


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A visit, and a place in its crew, at a time; or a break of this vehicle."""

    visit: int
    start: int
    crew: int = 0
    is_break: bool = False


@dataclass(frozen=True, slots=True)
class PlannedRoute:
    vehicle: int
    stops: tuple[PlannedStop, ...]

    @property
    def visits(self) -> tuple[PlannedStop, ...]:
        """Without the breaks."""
        return tuple(stop for stop in self.stops if not stop.is_break)


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes in the order of the problem's vehicles, the empty ones left out."""

    routes: tuple[PlannedRoute, ...] = ()
    unassigned: tuple[int, ...] = ()  # visits, in the order of the problem
    unserved: float = 0.0  # their weight: compared first
    cost: float = 0.0  # compared next, in the unit of `rules.py`
    travel: int = 0
    rounds: int = 0  # of search

    def better_than(self, other: "Plan") -> bool:
        """What is left out counts first, then the cost."""
        return (self.unserved, self.cost) < (other.unserved, other.cost)
