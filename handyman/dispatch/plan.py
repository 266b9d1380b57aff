"""The plan of a day or a week: new, or better than the one that stands. The longer it may look, the better.

Same problem, seed and number of rounds give the same plan. A limit in seconds only ends the search earlier,
when the rounds are given too; alone it also sets how fast the search cools.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import numpy as np

from handyman.dispatch.compile import Compiled, compile_problem, read_plan
from handyman.dispatch.core.arrays import COST, NEVER, NOWHERE, PENALTY, UNSERVED, State, new_state
from handyman.dispatch.core.search import build, improve, keep, settle
from handyman.dispatch.core.timing import next_start, work
from handyman.dispatch.routing import Plan, Problem
from handyman.dispatch.rules import Weights
from handyman.dispatch.standing import load_standing

HOT, COLD = 3.0, 0.01  # heat at the beginning and at the end, as shares of an average leg
PUSH = 0.1
REMOVED = 10.0  # stops taken out at a time, about
STEP_SECONDS = 0.05  # how often a search looks at the clock


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is: what the best plan so far leaves out and costs."""

    seconds: float
    rounds: int
    unserved: float
    cost: float
    share: float  # of the time or rounds that were given


Watch = Callable[
    [Progress, Callable[[], Plan]], bool
]  # False ends the search; the second gives the best so far


@dataclass(frozen=True, slots=True)
class Limits:
    seconds: float | None = None
    rounds: int | None = None

    def share(self, seconds: float, rounds: int) -> float:
        """How much of what was given is used up; rounds alone count where they are given."""
        if self.rounds is not None:
            late = self.seconds is not None and seconds >= self.seconds
            return 1.0 if late else rounds / max(self.rounds, 1)
        return seconds / max(self.seconds or 0.0, 1e-9)


def plan(
    problem: Problem,
    standing: Plan | None = None,
    *,
    seconds: float | None = 2.0,
    rounds: int | None = None,
    seed: int = 0,
    watch: Watch | None = None,
) -> Plan:
    """The best plan found in the time or rounds given; never worse than the one that stands."""
    compiled = compile_problem(problem)
    search = Search(compiled, seed)
    search.load(standing)
    search.run(Limits(seconds, rounds), watch)
    return search.best_plan()


class Search:
    """One search: the plan it wanders with, and the best it has met."""

    def __init__(self, compiled: Compiled, seed: int = 0) -> None:
        self.compiled = compiled
        longest = compiled.longest
        self.state, self.before, self.best = (new_state(compiled.given, longest, seed) for _ in range(3))
        self.told: dict[tuple[int, int], int] = {}
        self.rounds = 0

    def load(self, standing: Plan | None) -> None:
        """Begin with a plan as far as it keeps the rules; what does not, waits."""
        given = self.compiled.given
        if standing is not None:
            load_standing(self.compiled, self.state, standing)
            self._hold_promises()
            self.told = {
                (stop.visit, stop.crew): stop.start
                for route in standing.routes
                for stop in route.stops
                if not stop.is_break
            }
        settle(given, self.state)
        keep(self.state, self.best)
        build(given, self.state)
        if _worth(self.state) < _worth(self.best):
            keep(self.state, self.best)

    def run(self, limits: Limits, watch: Watch | None = None) -> None:
        """Search until the limits are used up."""
        given, visits = self.compiled.given, self.compiled.visits
        if visits == 0 or not given.may.any():
            return
        began, leg = monotonic(), self._average_leg()
        self.state.totals[PENALTY] = self._penalty(leg)
        step, share = 500 if limits.rounds is not None else 50, limits.share(0.0, 0)
        while share < 1.0:
            if limits.rounds is not None:
                step = max(1, min(step, limits.rounds - self.rounds))
            heat = leg * HOT * (COLD / HOT) ** share
            started = monotonic()
            further = self._share_of(limits, began, step)
            cooling = (COLD / HOT) ** (further / max(step, 1))
            improve(
                given,
                self.state,
                self.before,
                self.best,
                visits,
                step,
                heat,
                cooling,
                REMOVED,
                share < PUSH,
                self._penalty(leg),
            )
            self.rounds += step
            now = monotonic()
            self.pace = (now - started) / step
            if limits.rounds is None:
                step = max(1, min(int(STEP_SECONDS / max(self.pace, 1e-7)), 20_000))
            share = limits.share(now - began, self.rounds)
            if watch is not None and not watch(self._progress(now - began, share), self.best_plan):
                return

    def best_plan(self) -> Plan:
        starts = choose_starts(self.compiled, self.best, self.told)
        return read_plan(self.compiled, self.best, starts, self.rounds)

    def _share_of(self, limits: Limits, began: float, step: int) -> float:
        """How much of the limits this step will use."""
        if limits.rounds is not None:
            return step / max(limits.rounds, 1)
        return min(1.0, step * getattr(self, "pace", 1e-3) / max(limits.seconds or 0.0, 1e-9))

    def _hold_promises(self) -> None:
        """What was promised and stands outweighs everything that waits."""
        weight = self.compiled.given.weight
        waiting = float(weight.sum())
        for row, slot in enumerate(self.compiled.slots):
            visit = slot.visit
            if visit is not None and (visit.promised or visit.pin) and self.state.vehicle[row] != NOWHERE:
                weight[row] += waiting

    def _average_leg(self) -> float:
        legs = float((self.compiled.given.place[: self.compiled.visits] >= 0).sum())
        road = float(np.abs(self.best.road).sum())
        return max(road / max(legs, 1.0), 1e-6)

    def _penalty(self, leg: float) -> float:
        """Leaving out the lightest visit weighs as much as some legs while the search wanders."""
        weight = self.compiled.given.weight
        lightest = float(weight[weight > 0].min()) if (weight > 0).any() else 1.0
        return 5.0 * leg / lightest

    def _progress(self, seconds: float, share: float) -> Progress:
        totals = self.best.totals
        return Progress(seconds, self.rounds, float(totals[UNSERVED]), float(totals[COST]), min(share, 1.0))


def _worth(state: State) -> tuple[float, float]:
    return float(state.totals[UNSERVED]), float(state.totals[COST])


def choose_starts(compiled: Compiled, state: State, wished: dict[tuple[int, int], int]) -> list[int]:
    """A start for each slot, earliest to latest: as it was told where that can be, else the earliest."""
    given = compiled.given
    starts = [int(start) for start in state.est]
    order = sorted(
        (slot for slot in range(len(starts)) if state.vehicle[slot] != NOWHERE),
        key=lambda slot: (int(state.est[slot]), int(state.position[slot])),
    )
    done: set[int] = set()
    for slot in order:
        if slot in done:
            continue
        crew = [slot, *given.mates[given.mate_from[slot] : given.mate_from[slot + 1]].tolist()]
        there = max(_arrival(compiled, state, one, starts) for one in crew)
        begin = _together(compiled, state, crew, there)
        visit = compiled.slots[slot].visit
        wish = wished.get((visit.id, compiled.slots[slot].crew)) if visit is not None else None
        if wish is not None and begin < wish <= int(state.lst[slot]):
            later = _together(compiled, state, crew, wish)
            begin = later if later <= int(state.lst[slot]) else begin
        for one in crew:
            starts[one] = begin
        done.update(crew)
    return starts


def _arrival(compiled: Compiled, state: State, slot: int, starts: list[int]) -> int:
    """When the vehicle can be there, given the starts chosen for the stops before."""
    given, vehicle = compiled.given, int(state.vehicle[slot])
    profile, at = given.profile[vehicle], int(state.position[slot])
    places = [int(given.start_place[vehicle])]
    clock = int(given.leaves[vehicle])
    for stop in state.route[vehicle, :at].tolist():
        minutes = int(given.service[given.pace[vehicle], stop])
        if not given.is_break[stop]:
            minutes += int(given.setup[stop]) if places[-1] != given.place[stop] else 0
            places.append(int(given.place[stop]))
        clock = starts[stop] + minutes
    if given.is_break[slot] or places[-1] == NOWHERE:
        return clock
    return clock + int(given.travel[profile, places[-1], given.place[slot]])


def _together(compiled: Compiled, state: State, crew: list[int], after: int) -> int:
    given, begin, settled = compiled.given, after, False
    while not settled and begin < NEVER:
        settled = True
        for one in crew:
            vehicle = int(state.vehicle[one])
            minutes = work(given, state, one, vehicle, int(state.position[one]))
            other = next_start(given, one, vehicle, begin, minutes)
            if other > begin:
                begin, settled = int(other), False
    return begin


__all__ = ["Limits", "Plan", "Progress", "Search", "Watch", "Weights", "choose_starts", "plan"]
