"""The search for a plan: one or more walks through the plans of a problem, each on a thread of its own.

A walk begins hot and cools; with more time it is heated again and comes to other valleys. The walks meet now
and then, and who has found less goes on from where the luckiest is.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

import numpy as np

from handyman.dispatch.compile import Compiled, read_plan
from handyman.dispatch.cooling import STEP_ROUNDS, Cooling, next_cooling
from handyman.dispatch.core.arrays import COST, NOWHERE, PENALTY, UNSERVED, VERSION, State, new_state
from handyman.dispatch.core.pool import new_pool
from handyman.dispatch.core.search import build, improve, keep, settle
from handyman.dispatch.joining import Joining
from handyman.dispatch.limits import Limits, Progress, Watch
from handyman.dispatch.partition import Chosen, load, stand_alone
from handyman.dispatch.routing import Plan
from handyman.dispatch.standing import load_standing
from handyman.dispatch.starts import choose_starts

PUSH = 0.1  # of each cooling goes to serving more, at any cost
REMOVED = 12.0  # stops taken out at a time, about
MEETINGS = 4  # of the walks in each cooling
LEAST_PENALTY = 5.0  # legs: what leaving out the lightest visit weighs while a walk wanders
LINEAGE = 2**48  # routes of different walks never have the same version
ROWS, ROOM = 2**14, 2**22  # routes that a walk remembers, and stops in all of them together,
WORSE = 0.05  # of plans that cost at most by that share more than the best
APART = 1_000_003  # the seeds of two walks


class Walk:
    """The plan that is wandered with, the one before, and the best that was met."""

    def __init__(self, compiled: Compiled, seed: int, number: int) -> None:
        self._compiled = compiled
        given, seed = compiled.given, seed + APART * number
        self.state, self.before, self.best = (new_state(given, compiled.longest, seed) for _ in range(3))
        self.state.counts[VERSION] += number * LINEAGE
        self.pool = new_pool(_rows(compiled), compiled.longest, WORSE)
        self.rounds = 0
        self.pace = 1e-3  # seconds a round

    @property
    def worth(self) -> tuple[float, float]:
        return _worth(self.best)

    def follow(self, other: "Walk") -> None:
        """Go on from where another walk is."""
        keep(other.state, self.state)

    def step(self, rounds: int, heat: float, cools: float, push: bool, penalty: float) -> None:
        given, visits = self._compiled.given, self._compiled.visits
        began = monotonic()
        improve(
            given,
            self.state,
            self.before,
            self.best,
            self.pool,
            visits,
            rounds,
            heat,
            cools,
            REMOVED,
            push,
            penalty,
        )
        self.rounds += rounds
        self.pace = (monotonic() - began) / max(rounds, 1)


class Search:
    """A problem, the walks through its plans, and what was told to people before."""

    def __init__(self, compiled: Compiled, seed: int = 0, threads: int = 1) -> None:
        self.compiled = compiled
        self.walks = [Walk(compiled, seed, number) for number in range(threads)]
        self.told: dict[tuple[int, int], int] = {}

    @property
    def best(self) -> State:
        """The best plan of all walks, as they knew it when they last met."""
        return self.walks[0].best

    @property
    def rounds(self) -> int:
        """Of all walks together."""
        return sum(walk.rounds for walk in self.walks)

    def load(self, standing: Plan | None) -> None:
        """Begin with a plan as far as it keeps the rules; what does not, waits."""
        given, first = self.compiled.given, self.walks[0]
        if standing is not None:
            load_standing(self.compiled, first.state, standing)
            self._hold_promises(first.state)
            self.told = {
                (stop.visit, stop.crew): stop.start
                for route in standing.routes
                for stop in route.stops
                if not stop.is_break
            }
        settle(given, first.state)
        keep(first.state, first.best)
        build(given, first.state)
        if _worth(first.state) < first.worth:
            keep(first.state, first.best)
        for walk in self.walks[1:]:
            walk.follow(first)
            keep(first.best, walk.best)

    def run(self, limits: Limits, watch: Watch | None = None) -> None:
        """Search until the limits are used up."""
        if self.compiled.visits == 0 or not self.compiled.given.may.any():
            return
        with ThreadPoolExecutor(len(self.walks)) as threads:
            run = _Run(self, limits, watch, Joining(self.compiled, limits, threads))
            try:
                run.all_coolings(threads)
            finally:
                run.over.set()

    def best_plan(self) -> Plan:
        starts = choose_starts(self.compiled, self.best, self.told)
        return read_plan(self.compiled, self.best, starts, self.rounds)

    def take_up(self, chosen: Chosen) -> None:
        """The first walk goes on with these routes if they are a better plan."""
        first = self.walks[0]
        keep(first.state, first.before)
        if load(self.compiled, first.state, chosen) and _worth(first.state) < first.worth:
            keep(first.state, first.best)
        else:
            keep(first.before, first.state)

    def meet(self) -> None:
        luckiest = min(self.walks, key=lambda walk: walk.worth)
        for walk in self.walks:
            if walk.worth > luckiest.worth:
                walk.follow(luckiest)
        if luckiest is not self.walks[0]:
            keep(luckiest.best, self.best)

    def _hold_promises(self, state: State) -> None:
        """What was promised and stands outweighs everything that waits."""
        weight = self.compiled.given.weight
        waiting = float(weight.sum())
        for row, slot in enumerate(self.compiled.slots):
            visit = slot.visit
            if visit is not None and (visit.promised or visit.pin) and state.vehicle[row] != NOWHERE:
                weight[row] += waiting


class _Run:
    """The clock, the limits and the watch of a search that runs."""

    def __init__(self, search: Search, limits: Limits, watch: Watch | None, joining: Joining) -> None:
        self._search, self._limits, self._watch, self._joining = search, limits, watch, joining
        self._first = search.walks[0]
        self._leg = _average_leg(search)
        self._penalty = LEAST_PENALTY * self._leg / _lightest(search)
        for walk in search.walks:
            walk.state.totals[PENALTY] = self._penalty
        self.over = Event()
        self._began = monotonic()

    def all_coolings(self, threads: ThreadPoolExecutor) -> None:
        warm = bool(self._search.told)
        if self._limits.rounds is None:
            self._first.step(STEP_ROUNDS // 10, 0.0, 1.0, True, self._penalty)  # tells its pace
            self._look()
        while not self.over.is_set() and self._limits.share(self._seconds(), self._first.rounds) < 1.0:
            cooling = next_cooling(
                self._limits,
                self._seconds(),
                self._first.rounds,
                self._first.pace,
                self._search.compiled.visits,
                self._leg,
                warm,
            )
            self._cool(cooling, threads)
            warm = False

    def _cool(self, cooling: Cooling, threads: ThreadPoolExecutor) -> None:
        first, *others = self._search.walks
        for meeting in range(1, MEETINGS + 1):
            until = meeting / MEETINGS
            running = [threads.submit(self._wander, walk, cooling, until) for walk in others]
            self._wander(first, cooling, until)
            for walk in running:
                walk.result()
            self._search.meet()
            self._join(meeting)

    def _join(self, meeting: int) -> None:
        if self.over.is_set():
            return
        search, seconds = self._search, self._seconds()
        self._joining.begin(
            search.best, [walk.pool for walk in search.walks], meeting, seconds, search.rounds
        )
        chosen = self._joining.found(seconds)
        if chosen is not None:
            search.take_up(chosen)

    def _wander(self, walk: Walk, cooling: Cooling, until: float) -> None:
        """One walk until so much of the cooling is over."""
        share = cooling.share(self._seconds(), walk.rounds)
        while share < until and not self.over.is_set():
            step = cooling.step(walk.rounds, walk.pace, until)
            cools = cooling.cools(share, step, walk.pace)
            walk.step(step, cooling.heat(share), cools, share < PUSH, self._penalty)
            share = cooling.share(self._seconds(), walk.rounds)
            if walk is self._first:
                self._look()

    def _look(self) -> None:
        """Whether to go on; whoever watches is shown how far it is."""
        seconds, limit = self._seconds(), self._limits.seconds
        if limit is not None and seconds >= limit:
            self.over.set()
        if self._watch is None:
            return
        unserved, cost = self._first.worth
        share = min(self._limits.share(seconds, self._first.rounds), 1.0)
        progress = Progress(seconds, self._search.rounds, unserved, cost, share)
        if not self._watch(progress, self._search.best_plan):
            self.over.set()

    def _seconds(self) -> float:
        return monotonic() - self._began


def _average_leg(search: Search) -> float:
    compiled = search.compiled
    legs = float((compiled.given.place[: compiled.visits] >= 0).sum())
    return max(float(np.abs(search.best.road).sum()) / max(legs, 1.0), 1e-6)


def _rows(compiled: Compiled) -> int:
    """How many routes to remember, by how long they can be."""
    if not stand_alone(compiled):
        return 0
    rows = ROWS
    while rows * compiled.longest > ROOM:
        rows //= 2
    return rows


def _lightest(search: Search) -> float:
    weight = search.compiled.given.weight
    return float(weight[weight > 0].min()) if (weight > 0).any() else 1.0


def _worth(state: State) -> tuple[float, float]:
    return float(state.totals[UNSERVED]), float(state.totals[COST])
