"""The plan of a single day polished by PyVRP, where it is installed and can speak of everything that counts.

PyVRP only proposes: its routes are taken up by our own search, and the better of the two plans stays. How far
it comes hangs on the clock: plans limited by rounds, which come out the same each time, are not polished.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from time import monotonic

from handyman.dispatch.compile import compile_problem
from handyman.dispatch.cooling import STEP_SECONDS
from handyman.dispatch.limits import Progress, Watch
from handyman.dispatch.plan import plan
from handyman.dispatch.problem import merge_spans
from handyman.dispatch.routing import Plan, Problem, Vehicle, Visit
from handyman.dispatch.search import Search
from handyman.dispatch.validator import find_faults

SPOKEN = "0.14."  # the versions of PyVRP that `polish_words.py` speaks to
SHARE = 0.5  # of the time goes to the polish


class Obstacle(StrEnum):
    """Why a plan was not polished."""

    NOTHING = "there is nothing to plan"
    MISSING = "PyVRP 0.14 is not installed"
    ROUNDS = "the search is limited by rounds, not by time"
    STOPPED = "the search was stopped before"
    CREW = "a visit needs several people"
    WINDOWS = "a visit has several windows"
    SETUP = "a visit needs setting up"
    BREAKS = "a vehicle has breaks"
    SHIFTS = "a vehicle has several shifts"
    TRAVEL = "the travel of a vehicle is limited"
    DAYS = "somebody has several vehicles"


@dataclass(frozen=True, slots=True)
class Polished:
    """The plan, and whether polishing made it better, or what stood in its way."""

    plan: Plan
    obstacle: Obstacle | None = None
    better: bool = False


@cache
def installed() -> bool:
    try:
        return version("pyvrp").startswith(SPOKEN)
    except PackageNotFoundError:
        return False


def can_polish(problem: Problem) -> bool:
    return obstacle(problem) is None


def obstacle(problem: Problem) -> Obstacle | None:
    """The first thing that stands in the way of a polish, if any."""
    if not installed():
        return Obstacle.MISSING
    people = [vehicle.person for vehicle in problem.vehicles]
    if len(set(people)) < len(people):
        return Obstacle.DAYS
    found = (
        *(_of_visit(visit) for visit in problem.visits if visit.allowed),
        *(_of_vehicle(vehicle) for vehicle in problem.vehicles if not vehicle.away),
    )
    return next((one for one in found if one is not None), None)


def plan_and_polish(
    problem: Problem,
    standing: Plan | None = None,
    *,
    seconds: float | None = 2.0,
    rounds: int | None = None,
    seed: int = 0,
    threads: int = 1,
    watch: Watch | None = None,
) -> Polished:
    """As `plan`, with half of the time for the polish where there can be one."""
    why = obstacle(problem) if rounds is None else Obstacle.ROUNDS
    if seconds is None or why is not None:
        found = plan(
            problem, standing, seconds=seconds, rounds=rounds, seed=seed, threads=threads, watch=watch
        )
        return Polished(found, why or Obstacle.ROUNDS)
    began, watching = monotonic(), _Watching(watch)
    half = seconds * (1.0 - SHARE)
    found = plan(problem, standing, seconds=half, seed=seed, threads=threads, watch=watching.search)
    if watching.stopped:
        return Polished(found, Obstacle.STOPPED)
    left = began + seconds - monotonic()
    polished = polish(problem, found, seconds=left, seed=seed, told=standing, watch=watching.polish)
    return Polished(polished, better=polished is not found)


def polish(
    problem: Problem,
    found: Plan,
    *,
    seconds: float,
    seed: int = 0,
    told: Plan | None = None,
    watch: Watch | None = None,
) -> Plan:
    """The better of the plan and what PyVRP makes of it. Starts stay as they were told where they can."""
    enough = _Enough(seconds, found, watch)
    if not can_polish(problem):
        return found
    from handyman.dispatch.polish_words import propose

    compiled = compile_problem(problem)
    ours = Search(compiled, seed)
    ours.load(found)
    proposed = propose(compiled, ours.best, enough, seed)
    if proposed is None:
        return found
    theirs = Search(compiled, seed)
    theirs.load(proposed)
    theirs.told = _starts(told)
    better = replace(theirs.best_plan(), rounds=found.rounds)
    return better if better.better_than(found) and not find_faults(problem, better, found) else found


def _of_visit(visit: Visit) -> Obstacle | None:
    fixed = visit.pin is not None and visit.pin.start is not None
    if len(visit.crew) > 1:
        return Obstacle.CREW
    if len(merge_spans(visit.windows)) > 1 and not fixed:
        return Obstacle.WINDOWS
    return Obstacle.SETUP if visit.setup else None


def _of_vehicle(vehicle: Vehicle) -> Obstacle | None:
    if vehicle.breaks:
        return Obstacle.BREAKS
    if len(merge_spans(vehicle.shifts)) > 1:
        return Obstacle.SHIFTS
    return Obstacle.TRAVEL if vehicle.max_travel is not None else None


def _starts(told: Plan | None) -> dict[tuple[int, int], int]:
    routes = told.routes if told is not None else ()
    return {(stop.visit, stop.crew): stop.start for route in routes for stop in route.stops}


class _Enough:
    """Whether the polish has had its time, or whoever watches has seen enough."""

    def __init__(self, seconds: float, found: Plan, watch: Watch | None) -> None:
        self._seconds, self._found, self._watch = seconds, found, watch
        self._began = self._looked = monotonic()

    def __call__(self) -> bool:
        now, found = monotonic(), self._found
        spent = now - self._began
        if spent >= self._seconds:
            return True
        if self._watch is None or now < self._looked + STEP_SECONDS:
            return False
        self._looked = now
        progress = Progress(spent, found.rounds, found.unserved, found.cost, spent / self._seconds)
        return not self._watch(progress, lambda: found)


class _Watching:
    """Shows search and polish to whoever watches as one."""

    def __init__(self, watch: Watch | None) -> None:
        self._watch = watch
        self.stopped = False

    def search(self, progress: Progress, best: Callable[[], Plan]) -> bool:
        return self._show(progress, best, 0.0, 1.0 - SHARE)

    def polish(self, progress: Progress, best: Callable[[], Plan]) -> bool:
        return self._show(progress, best, 1.0 - SHARE, SHARE)

    def _show(self, progress: Progress, best: Callable[[], Plan], behind: float, share: float) -> bool:
        if self._watch is None:
            return True
        shown = replace(progress, share=behind + share * progress.share)
        self.stopped = not self._watch(shown, best)
        return not self.stopped
