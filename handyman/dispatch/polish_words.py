"""A single day in PyVRP's words, and its routes in ours. Imported only where PyVRP is installed."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning

from handyman.dispatch.compile import Compiled
from handyman.dispatch.core.arrays import NOWHERE, State
from handyman.dispatch.polish_tables import Day, read_day
from handyman.dispatch.routing import Plan, PlannedRoute, PlannedStop

# tries between changes of the fines for being late: these begin far too high, and a second holds few tries
LEARNS_EVERY = 20
# it says that being in time is hard: nobody needs to know, for a plan that is late is not taken
warnings.simplefilter("ignore", PenaltyBoundWarning)


def propose(compiled: Compiled, begin: State, enough: Callable[[], bool], seed: int) -> Plan | None:
    """The routes that PyVRP comes to from ours, without times; none where there is nothing to choose."""
    day = read_day(compiled, begin)
    if not (day.slots and day.vehicles):
        return None
    fleet = _fleet(day)
    data = _data(compiled, day, fleet, begin)
    start = pyvrp.Solution(data, list(_routes(data, day, fleet, begin)))
    fines = pyvrp.PenaltyParams(solutions_between_updates=LEARNS_EVERY)
    found = pyvrp.solve(
        data,
        lambda _cost: enough(),
        seed,
        collect_stats=False,
        params=pyvrp.SolveParams(penalty=fines),
        initial_solution=start,
    ).best
    return _plan(compiled, day, fleet, found) if found.is_feasible() else None


@dataclass(frozen=True, slots=True)
class _Fleet:
    types: Sequence[Any]
    rows: Sequence[Sequence[int]]  # of each type
    profiles: Sequence[int]  # a vehicle of each


def _fleet(day: Day) -> _Fleet:
    """Vehicles that nothing tells apart are of one type."""
    given, seen = day.given, dict[Any, int]()
    profiles = dict[Any, int]()
    alike = dict[Any, list[int]]()
    for row in day.vehicles:
        name = day.profile(row)
        profile = profiles.setdefault(name, len(profiles))
        seen.setdefault(profile, row)
        ends = int(given.start_place[row]), int(given.end_place[row])
        hours = int(day.first[row]), int(day.last[row])
        alike.setdefault((profile, ends, hours, float(given.fixed[row]), tuple(day.rooms(row))), []).append(
            row
        )
    types = [
        pyvrp.VehicleType(
            num_available=len(rows),
            capacity=list(rooms),
            start_depot=day.ends.index(ends[0]),
            end_depot=day.ends.index(ends[1]),
            fixed_cost=round(fixed * day.scale),
            tw_early=day.clock(hours[0]),
            tw_late=day.clock(hours[1]),
            profile=profile,
        )
        for (profile, ends, hours, fixed, rooms), rows in alike.items()
    ]
    return _Fleet(types, list(alike.values()), list(seen.values()))


def _data(compiled: Compiled, day: Day, fleet: _Fleet, begin: State) -> Any:
    doors = len(day.slots)
    costs: list[Any] = [day.distances(row) for row in fleet.profiles]
    times: list[Any] = [day.durations(row) for row in fleet.profiles]
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(doors + len(day.ends))],
        clients=[
            pyvrp.Client(
                location=at,
                delivery=day.loads[at].tolist(),
                tw_early=day.clock(day.opens[at]),
                tw_late=day.clock(day.closes[at]),
                prize=int(day.prizes[at]),
                required=_stands(compiled, begin, slot),
            )
            for at, slot in enumerate(day.slots)
        ],
        depots=[pyvrp.Depot(doors + at) for at in range(len(day.ends))],
        vehicle_types=list(fleet.types),
        distance_matrices=costs,
        duration_matrices=times,
    )


def _stands(compiled: Compiled, begin: State, slot: int) -> bool:
    """What was promised and is served is not weighed against anything."""
    visit = compiled.slots[slot].visit
    promised = visit is not None and (visit.promised or visit.pin is not None)
    return promised and bool(begin.vehicle[slot] != NOWHERE)


def _routes(data: Any, day: Day, fleet: _Fleet, begin: State) -> Iterator[Any]:
    clients = {slot: client for client, slot in enumerate(day.slots)}
    for kind, rows in enumerate(fleet.rows):
        for row in rows:
            if route := begin.route[row, : begin.length[row]].tolist():
                yield pyvrp.Route(data, [clients[slot] for slot in route], kind)


def _plan(compiled: Compiled, day: Day, fleet: _Fleet, solution: Any) -> Plan:
    free = [list(rows) for rows in fleet.rows]
    routes = []
    for route in solution.routes():
        row = free[route.vehicle_type()].pop(0)
        visits = [compiled.slots[day.slots[step.idx]].visit for step in route if step.is_client()]
        stops = tuple(PlannedStop(visit.id, 0) for visit in visits if visit is not None)
        routes.append(PlannedRoute(compiled.problem.vehicles[row].id, stops))
    return Plan(tuple(routes))
