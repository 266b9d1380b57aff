"""Routes worth remembering: those of plans hardly worse than the best one.

A route is known by its kind of vehicle and the visits in it; of two orders of the same visits the cheaper
stays. The table is of one size: where two routes fall on the same row, the newer one stays.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from handyman.dispatch.core.arrays import COST, PENALTY, UNSERVED, Floats, Given, Ints, State
from handyman.dispatch.core.compiled import compiled, inlined, merged
from handyman.dispatch.core.insertion import fairness


class Pool(NamedTuple):
    """R rows; one with an unknown mark is empty."""

    mark: NDArray[np.uint64]  # R: of kind and visits
    route: NDArray[np.int32]  # R x longest route
    length: Ints  # R
    vehicle: Ints  # R: that it was driven by
    cost: Floats  # R
    worth: Floats  # R: of the best plan that it was met in, PENALTY for what is left out included
    worse: float  # by such a share of the best cost plans may be whose routes are remembered


def new_pool(rows: int, longest: int, worse: float) -> Pool:
    """`rows` is a power of two, or 0 where nothing is to be remembered."""
    ints: Any = lambda *shape: np.zeros(shape, np.int64)  # noqa: E731
    return Pool(
        mark=np.zeros(rows, np.uint64),
        route=np.zeros((rows, longest), np.int32),
        length=ints(rows),
        vehicle=ints(rows),
        cost=np.zeros(rows, np.float64),
        worth=np.zeros(rows, np.float64),
        worse=worse,
    )


@inlined
def _mix(number: np.uint64) -> np.uint64:
    """splitmix64: every bit of the number counts for every bit of what comes out."""
    number += np.uint64(0x9E3779B97F4A7C15)
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))


@merged
def _remember(given: Given, state: State, pool: Pool, vehicle: int, worth: float) -> None:
    mark = _mix(np.uint64(len(given.place) + given.kind[vehicle]))
    for at in range(state.length[vehicle]):
        mark ^= _mix(np.uint64(state.route[vehicle, at]))
    row = np.int64(mark & np.uint64(len(pool.mark) - 1))
    cost = state.road[vehicle] + state.extra[vehicle]
    if given.fair > 0.0:
        member = given.member[vehicle]
        load = given.used[member] + state.load[member]
        cost += fairness(given, member, load) - fairness(given, member, given.used[member])
    if pool.mark[row] == mark:
        pool.worth[row] = min(pool.worth[row], worth)
        if pool.cost[row] <= cost:
            return
    else:
        pool.worth[row] = worth
    pool.mark[row], pool.cost[row] = mark, cost
    pool.vehicle[row], pool.length[row] = vehicle, state.length[vehicle]
    for at in range(state.length[vehicle]):
        pool.route[row, at] = state.route[vehicle, at]


@merged
def remember(given: Given, state: State, before: State, best: State, pool: Pool) -> None:
    """The routes that are new in this plan."""
    more = state.totals[UNSERVED] - best.totals[UNSERVED]
    worth = state.totals[COST] + state.totals[PENALTY] * more
    if len(pool.mark) == 0 or worth > best.totals[COST] + pool.worse * abs(best.totals[COST]):
        return
    for vehicle in range(len(given.leaves)):
        if state.version[vehicle] != before.version[vehicle] and state.tasks[vehicle] > 0:
            _remember(given, state, pool, vehicle, worth)


@compiled
def remember_all(given: Given, state: State, pool: Pool) -> None:
    """Every route of this plan."""
    for vehicle in range(len(given.leaves)):
        if state.tasks[vehicle] > 0:
            _remember(given, state, pool, vehicle, state.totals[COST])
