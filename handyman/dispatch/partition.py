"""The best plan that can be put together from routes met before: HiGHS, a solver for whole numbers, finds it.

That holds where nothing but the visits ties routes together: nobody works in a crew, and each member has one
vehicle. Then what a route costs, and whether it keeps the rules, is its own matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, NamedTuple

import highspy
import numpy as np
from highspy._core import _Highs as Solver  # what the public class adds is a greeting on standard output

from handyman.dispatch.compile import Compiled
from handyman.dispatch.core.arrays import COST, NOWHERE, Floats, Ints, State
from handyman.dispatch.core.pool import Pool, remember_all
from handyman.dispatch.core.search import settle
from handyman.dispatch.core.timing import holds

MOST = 4_000  # routes at a time
LIKELIEST = 800  # of them that are tried first
HEAVIEST = 100.0  # times the lightest visit: sizes of all kinds at once are more than a solver can tell apart
OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "mip_rel_gap": 0.0,
    "mip_max_nodes": 100,  # so that it ends where no clock ends it
}
SLIGHT = 1e-6

Chosen = list[tuple[int, Ints]]  # vehicle, and the stops of its route


@dataclass(frozen=True)
class _Columns:
    """A column for each route, then one for each visit that is left out. Rows are visits, then kinds."""

    cost: Floats
    many: Ints  # rows of each column
    rows: Ints  # column after column
    least: Floats  # of each row: how often it is taken
    most: Floats

    def picked(self, which: Any) -> "_Columns":
        return _Columns(
            self.cost[which], self.many[which], self.rows[np.repeat(which, self.many)], self.least, self.most
        )


@dataclass(frozen=True)
class Remembered:
    """Routes by the vehicle that drove them and their stops."""

    vehicle: Ints
    stops: list[Ints]
    columns: _Columns
    plan: Any  # of each column, whether it is part of the best plan
    worth: float  # of the best plan


class _Found(NamedTuple):
    value: float
    taken: Floats  # of each column
    dearer: Floats  # what each would add, were it taken all the same; of mixtures only


def stand_alone(compiled: Compiled) -> bool:
    """Whether routes have nothing to do with one another."""
    given = compiled.given
    return len(given.mates) == 0 and len(np.unique(given.member)) == len(given.member)


def remembered(compiled: Compiled, best: State, pools: Sequence[Pool]) -> Remembered:
    """The routes of all pools as they are now, and those of the best plan."""
    remember_all(compiled.given, best, pools[0])
    vehicle, stops, cost = _gathered(pools)
    columns = _columns(compiled, best, vehicle, stops, cost)
    waiting = best.vehicle[: compiled.visits] == NOWHERE
    worth = float(best.totals[COST] + columns.cost[len(cost) :][waiting].sum())
    kind, driven = compiled.given.kind, np.flatnonzero(best.tasks)
    routes = {(kind[row], frozenset(best.route[row, : best.length[row]].tolist())) for row in driven}
    plan = [
        (kind[row], frozenset(route.tolist())) in routes for row, route in zip(vehicle, stops, strict=True)
    ]
    return Remembered(vehicle, stops, columns, np.append(np.array(plan, np.bool_), waiting), worth)


def put_together(known: Remembered, seconds: float | None) -> Chosen | None:
    """The routes of a better plan than the best, if one is found in time; with no clock, if it is soon found.

    First routes are mixed, some of each: what that costs more with a route than without it says how likely
    the route is to be in a good plan.
    """
    began, worth, chosen = monotonic(), known.worth, None
    mixed = _solve(known.columns, seconds)
    if mixed is None:
        return None
    plan, waits = known.plan, np.arange(len(known.plan)) >= len(known.stops)
    likely = np.argsort(np.where(plan | waits, -np.inf, mixed.dearer), kind="stable")
    for many in (LIKELIEST, len(likely)) if seconds is not None else (LIKELIEST,):
        left = None if seconds is None else seconds - (monotonic() - began)
        enough = worth - SLIGHT * max(abs(worth), 1.0)
        if mixed.value >= enough or (left is not None and left <= 0.0):
            break
        near = plan | waits | (mixed.dearer <= worth - mixed.value)  # others are in no better plan
        near[likely[many:]] = False
        whole = _solve(known.columns.picked(near), left, plan[near])
        if whole is not None and whole.value < enough:
            plan, worth = np.zeros_like(plan), whole.value
            plan[np.flatnonzero(near)] = whole.taken > 0.5
            chosen = [(int(known.vehicle[row]), known.stops[row]) for row in np.flatnonzero(plan & ~waits)]
    return chosen


def load(compiled: Compiled, state: State, chosen: Chosen) -> bool:
    """Make it the plan of the state. False where it is none after all."""
    given = compiled.given
    free: dict[int, list[int]] = {}
    for row, kind in enumerate(given.kind.tolist()):
        free.setdefault(kind, []).append(row)
    state.length[:] = 0
    state.vehicle[:] = NOWHERE
    for like, route in chosen:
        row = free[int(given.kind[like])].pop()
        state.length[row] = len(route)
        state.route[row, : len(route)] = route
        state.vehicle[route] = row
    settle(given, state)
    return all(holds(given, state, row) for row in range(len(state.length)))


def _gathered(pools: Sequence[Pool]) -> tuple[Ints, list[Ints], Floats]:
    """Vehicle, stops and cost of each route: for the same visits the cheapest, of the best plans only."""
    rows = [np.flatnonzero(pool.mark) for pool in pools]
    mark, vehicle, length, cost, worth, route = (
        np.concatenate([getattr(pool, name)[some] for pool, some in zip(pools, rows, strict=True)])
        for name in ("mark", "vehicle", "length", "cost", "worth", "route")
    )
    order = np.lexsort((cost, mark))
    first = order[np.unique(mark[order], return_index=True)[1]]
    first = first[np.argsort(worth[first], kind="stable")[:MOST]]
    return vehicle[first], [route[row, : length[row]].astype(np.int64) for row in first], cost[first]


def _columns(compiled: Compiled, best: State, vehicle: Ints, stops: list[Ints], cost: Floats) -> _Columns:
    given, visits = compiled.given, compiled.visits
    _, which, many = np.unique(given.kind, return_inverse=True, return_counts=True)
    taken = [
        np.append(route[route < visits], visits + which[row])
        for row, route in zip(vehicle, stops, strict=True)
    ]
    weight = given.weight[:visits]
    lightest = float(weight[weight > 0].min(initial=np.inf))
    heavy = (float(np.abs(best.road).sum()) + 1.0) * np.minimum(weight / lightest, HEAVIEST)
    return _Columns(
        cost=np.append(cost, heavy),
        many=np.array([*map(len, taken), *([1] * visits)], np.int64),
        rows=np.concatenate([*taken, np.arange(visits)]),
        least=np.append(np.ones(visits), np.zeros(len(many))),
        most=np.append(np.ones(visits), many),
    )


def _solve(columns: _Columns, seconds: float | None, plan: Any = None) -> _Found | None:
    """The best mixture of columns; where it has to be a plan, from a plan that is known."""
    solver, model, many = Solver(), highspy.HighsLp(), len(columns.cost)
    for option, value in OPTIONS.items():
        solver.setOptionValue(option, value)
    if seconds is not None:
        solver.setOptionValue("time_limit", seconds)
    model.num_col_, model.num_row_ = many, len(columns.most)
    model.col_cost_, model.col_lower_, model.col_upper_ = columns.cost, np.zeros(many), np.ones(many)
    model.row_lower_, model.row_upper_ = columns.least, columns.most
    table = model.a_matrix_
    table.format_ = highspy.MatrixFormat.kColwise
    table.start_ = np.append(0, np.cumsum(columns.many))
    table.index_, table.value_ = columns.rows, np.ones(len(columns.rows))
    if plan is not None:
        model.integrality_ = [highspy.HighsVarType.kInteger] * many
    solver.passModel(model)
    if plan is not None:
        known = highspy.HighsSolution()
        known.col_value = plan.astype(np.float64).tolist()
        solver.setSolution(known)
    solver.run()
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    if plan is None and solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found = solver.getSolution()
    value = solver.getInfo().objective_function_value
    return _Found(value, np.array(found.col_value), np.array(found.col_dual if plan is None else []))
