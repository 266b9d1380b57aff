"""A single day as tables of ways, one for each profile: what each way costs, and how long it takes.

Work is part of the way on from a door. What speaks for or against somebody is part of the way to it, and a
door that they may not open is farther than any prize is worth. All numbers are whole, as PyVRP has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, log2
from typing import Any

import numpy as np

from handyman.dispatch.compile import FREE, Compiled
from handyman.dispatch.core.arrays import NOWHERE, Floats, Given, Ints, State

FINE, COARSE = 2**11, 2**16  # the longest way lies between, so that rounding is slight and sums stay small
PRIZE_OF_LONGEST_WAYS = 10  # a visit is worth so many of the longest ways: more than any detour for it
HEAVIEST = 100.0  # times that at most: were a prize far above all fines, PyVRP would rather be late
FORBIDDEN_OF_PRIZE = 10

Profile = tuple[int, float, int, int, int, bytes, bytes]  # what tells the tables of two vehicles apart


@dataclass(frozen=True)
class Day:
    """Who works, and which visits somebody may do while they work: rows of the core's arrays."""

    given: Given
    vehicles: Sequence[int]
    slots: Sequence[int]
    first: Ints  # of all vehicles: work lies between
    last: Ints
    opens: Ints  # of `slots`
    closes: Ints
    against: Floats  # vehicles x `slots`: what speaks against the pair beside the way
    taken: Ints  # usual service of each vehicle, as the plan is

    @cached_property
    def ends(self) -> list[int]:
        """Where routes begin and end; NOWHERE is as near to everything as can be."""
        given, rows = self.given, self.vehicles
        return sorted({*given.start_place[rows].tolist(), *given.end_place[rows].tolist()})

    @cached_property
    def longest(self) -> float:
        """Way, by its cost."""
        return max(float(self.given.cost.max() * self.given.rate[self.vehicles].max()), 1.0)

    @cached_property
    def scale(self) -> float:
        """Of costs: a power of two, so that whole numbers stay whole unless they are very large."""
        return float(2.0 ** ceil(log2(min(max(self.longest, FINE), COARSE) / self.longest)))

    @cached_property
    def ticks(self) -> int:
        """In one unit of time, so that being late counts beside the costs."""
        return int(2 ** max(0, ceil(log2(FINE / max(int(self.given.travel.max()), 1)))))

    def clock(self, time: int) -> int:
        """PyVRP's time begins when the first may work."""
        return (int(time) - int(self.first[self.vehicles].min())) * self.ticks

    @cached_property
    def prizes(self) -> Ints:
        weight = self.given.weight[self.slots]
        shares = np.minimum(weight / max(weight.min(), 1e-9), HEAVIEST)
        return _whole(shares * PRIZE_OF_LONGEST_WAYS * self.longest * self.scale)

    def profile(self, row: int) -> Profile:
        given = self.given
        early, late = int(given.leaves[row] - self.first[row]), int(given.returns[row] - self.last[row])
        may, against = given.may[row, self.slots], self.against[row]
        names = int(given.profile[row]), float(given.rate[row]), int(given.pace[row])
        return (*names, early, late, may.tobytes(), against.tobytes())

    def distances(self, row: int) -> Ints:
        given, doors = self.given, len(self.slots)
        ways = self._ways(given.cost[given.profile[row]]) * given.rate[row]
        ways[:, :doors] += self.against[row]
        whole = _whole(ways * self.scale)
        forbidden = np.flatnonzero(~given.may[row, self.slots])
        whole[:, forbidden] = FORBIDDEN_OF_PRIZE * int(self.prizes.max())
        np.fill_diagonal(whole, 0)
        return whole

    def durations(self, row: int) -> Ints:
        """Work lies inside the shift, the ways from and to home may not: only what is left of them counts."""
        given, doors = self.given, len(self.slots)
        ways: Ints = self._ways(given.travel[given.profile[row]])
        ways[doors:, :doors] += given.leaves[row] - self.first[row]
        ways[:doors, doors:] -= given.returns[row] - self.last[row]
        np.maximum(ways, 0, out=ways)
        ways[:doors] += given.service[given.pace[row], self.slots][:, None]
        ways[doors:, doors:] = 0
        np.fill_diagonal(ways, 0)
        ways *= self.ticks
        return ways

    def _ways(self, table: Any) -> Any:
        """Between doors, and then the places where routes begin and end."""
        places = np.array([*self.given.place[self.slots], *self.ends], np.int64)
        ways = table[np.ix_(places, places)].copy()
        ways[places == NOWHERE] = 0
        ways[:, places == NOWHERE] = 0
        return ways

    @cached_property
    def loads(self) -> Ints:
        """Of `slots`, as far as some vehicle may run out of room."""
        return self._loads[:, self._scarce]

    def rooms(self, row: int) -> list[int]:
        """Of a vehicle, for those loads."""
        return [room for room, scarce in zip(self._rooms(row), self._scarce, strict=True) if scarce]

    @cached_property
    def _scarce(self) -> list[bool]:
        rooms = np.array([self._rooms(row) for row in self.vehicles], np.int64)
        return [
            bool(room < load) for room, load in zip(rooms.min(axis=0), self._loads.sum(axis=0), strict=True)
        ]

    @cached_property
    def _loads(self) -> Ints:
        """What is brought, one for the visit itself, and its service."""
        one = np.ones(len(self.slots), np.int64)
        return np.column_stack([self.given.amount[self.slots], one, self.given.service[0, self.slots]])

    def _rooms(self, row: int) -> list[int]:
        """Whoever takes longer has room for less of the usual service, but for what they have already."""
        given, member = self.given, self.given.member[row]
        room = min(float(given.max_service[row]), float(given.cap[member] - given.used[member]))
        usual, own = given.service[0, self.slots], given.service[given.pace[row], self.slots]
        work = (usual > 0) & (own > 0)
        slower = float((usual[work] / own[work]).min(initial=1.0))
        usually = max(int(room * slower), int(self.taken[row]))
        return [*given.capacity[row].tolist(), int(given.max_tasks[row]), usually]


def read_day(compiled: Compiled, state: State) -> Day:
    """`state` is the plan as it is: fairness is taken to grow evenly from there."""
    given, visits = compiled.given, compiled.visits
    first = np.maximum(_of_shift(given, given.span_first, FREE), given.leaves)
    last = np.minimum(_of_shift(given, given.span_last, -FREE), given.returns)
    working = given.may[:, :visits].any(axis=1) & (first <= last)
    somebody = given.may[working, :visits].any(axis=0) & (np.diff(given.window_from)[:visits] > 0)
    slots = np.flatnonzero(somebody)
    windows = given.window_from[slots]
    opens = np.maximum(given.window_first[windows], first[working].min(initial=FREE))
    closes = np.minimum(given.window_last[windows], last[working].max(initial=-FREE))
    fine = opens <= closes
    return Day(
        given=given,
        vehicles=np.flatnonzero(working).tolist(),
        slots=slots[fine].tolist(),
        first=first,
        last=last,
        opens=opens[fine],
        closes=closes[fine],
        against=_against(given, state, slots[fine]),
        taken=_taken(given, state, slots),
    )


def _whole(numbers: Any) -> Ints:
    return np.asarray(np.rint(numbers), np.int64)


def _of_shift(given: Given, ends: Ints, none: int) -> Ints:
    """The one shift of each vehicle, and of who has none, one that never begins or ends."""
    spans = zip(given.span_from[:-1].tolist(), given.span_from[1:].tolist(), strict=True)
    return np.array([int(ends[at]) if at < end else none for at, end in spans], np.int64)


def _taken(given: Given, state: State, slots: Ints) -> Ints:
    served = slots[state.vehicle[slots] != NOWHERE]
    minutes = given.service[0, served].astype(np.float64)
    return _whole(np.bincount(state.vehicle[served], minutes, len(given.leaves)))


def _against(given: Given, state: State, slots: Ints) -> Floats:
    """Wishes, changes and fairness, over those of whoever suits best: no way costs less than nothing."""
    load = given.used + state.load
    beyond = np.maximum(load - given.wish, 0.0)
    dearer = given.fair * (load - beyond + given.beyond * beyond) / given.wish
    against = given.dislike[slots].T + dearer[given.member][:, None] * given.service[given.pace][:, slots]
    return np.asarray(against - against.min(axis=0, initial=np.inf), np.float64)
