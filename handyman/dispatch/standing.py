"""A plan that stands, taken up again as far as it keeps the rules of the problem as it is now."""

from collections.abc import Iterator

import numpy as np

from handyman.dispatch.compile import Compiled
from handyman.dispatch.core.arrays import NOWHERE, VERSION, State, new_state
from handyman.dispatch.core.insertion import has_room, place, put_in, take_out
from handyman.dispatch.core.search import keep, settle
from handyman.dispatch.core.timing import holds, retime
from handyman.dispatch.routing import Plan


def load_standing(compiled: Compiled, state: State, standing: Plan) -> None:
    """Put into an empty state what of the plan can be kept: all of it, else stop by stop; the rest waits."""
    stops = list(_stops_of(compiled, standing))
    whole = new_state(compiled.given, compiled.longest, 0)
    if _load_all(compiled, whole, stops):
        keep(whole, state)
        state.counts[VERSION] = max(state.counts[VERSION], whole.counts[VERSION])
        return
    _load_breaks(compiled, state)
    for slot, vehicle in stops:
        _put_last(compiled, state, slot, vehicle)
    _forget_half_crews(compiled, state)
    _forget_late_routes(compiled, state)


def _stops_of(compiled: Compiled, standing: Plan) -> Iterator[tuple[int, int]]:
    """Slots and vehicle rows of a plan in order; what the problem does not know is left out."""
    problem = compiled.problem
    rows = {vehicle.id: row for row, vehicle in enumerate(problem.vehicles)}
    slots = {
        (slot.visit.id, slot.crew): at for at, slot in enumerate(compiled.slots) if slot.visit is not None
    }
    breaks = {
        (slot.vehicle, problem.vehicles[slot.vehicle].breaks[slot.pause].id): at
        for at, slot in enumerate(compiled.slots)
        if slot.visit is None
    }
    for route in standing.routes:
        row = rows.get(route.vehicle, NOWHERE)
        for stop in route.stops:
            slot = breaks.get((row, stop.visit)) if stop.is_break else slots.get((stop.visit, stop.crew))
            if slot is not None and row != NOWHERE:
                yield slot, row


def _load_all(compiled: Compiled, state: State, stops: list[tuple[int, int]]) -> bool:
    """Whether the whole plan keeps every rule."""
    given = compiled.given
    breaks = [(slot, row) for slot, row in stops if given.is_break[slot]]
    if len({slot for slot, _ in stops}) < len(stops) or not _fits(compiled, state, stops, breaks):
        return False
    settle(given, state)
    for row in range(len(given.leaves)):
        fine = holds(given, state, row) and state.travelled[row] <= given.max_travel[row]
        fine = (
            fine and state.tasks[row] <= given.max_tasks[row] and state.served[row] <= given.max_service[row]
        )
        fine = fine and bool((state.loaded[row] <= given.capacity[row]).all())
        pauses = int(state.length[row] - state.tasks[row])
        if not fine or (state.tasks[row] > 0 and pauses != given.breaks[row]):
            return False
    whole = all(_is_whole(compiled, state, slot) for slot in range(compiled.visits))
    return whole and bool((given.used + state.load <= given.cap).all())


def _fits(
    compiled: Compiled, state: State, stops: list[tuple[int, int]], breaks: list[tuple[int, int]]
) -> bool:
    """Write the routes as they are told; False when somebody may not go or a route is too long."""
    given = compiled.given
    for slot, row in stops:
        if not given.may[row, slot] or state.length[row] >= state.route.shape[1]:
            return False
        at = int(state.length[row])
        state.route[row, at], state.vehicle[slot], state.position[slot] = slot, row, at
        state.length[row] += 1
    return len(breaks) == int((state.length > 0) @ given.breaks)


def _is_whole(compiled: Compiled, state: State, slot: int) -> bool:
    """Nobody of the crew is missing, and nobody stands for two."""
    given = compiled.given
    crew = [slot, *given.mates[given.mate_from[slot] : given.mate_from[slot + 1]].tolist()]
    rows = [int(state.vehicle[one]) for one in crew]
    if all(row == NOWHERE for row in rows):
        return True
    people = {int(given.member[row]) for row in rows}
    return NOWHERE not in rows and len(people) == len(rows)


def _load_breaks(compiled: Compiled, state: State) -> None:
    for slot in np.flatnonzero(compiled.given.is_break).tolist():
        place(compiled.given, state, slot, 0.0)


def _put_last(compiled: Compiled, state: State, slot: int, vehicle: int) -> None:
    """Behind what the route has, or as near to its end as can be, if every rule allows it."""
    given = compiled.given
    mates = given.mates[given.mate_from[slot] : given.mate_from[slot + 1]].tolist()
    people = {int(given.member[state.vehicle[mate]]) for mate in mates if state.vehicle[mate] != NOWHERE}
    if state.vehicle[slot] != NOWHERE or not given.may[vehicle, slot] or int(given.member[vehicle]) in people:
        return
    if not has_room(given, state, slot, vehicle):
        return
    for position in range(int(state.length[vehicle]), -1, -1):
        if _try(compiled, state, slot, vehicle, position, mates):
            return
        before = int(state.route[vehicle, position - 1]) if position else NOWHERE
        if before == NOWHERE or not given.is_break[before]:
            return


def _try(compiled: Compiled, state: State, slot: int, vehicle: int, position: int, mates: list[int]) -> bool:
    given = compiled.given
    fine = put_in(given, state, slot, vehicle, position)
    rows = {vehicle, *(int(state.vehicle[mate]) for mate in mates if state.vehicle[mate] != NOWHERE)}
    fine = fine and state.travelled[vehicle] <= given.max_travel[vehicle]
    if fine and all(holds(given, state, row) for row in rows):
        return True
    take_out(given, state, slot)
    for row in rows:
        retime(given, state, row)
    return False


def _forget_half_crews(compiled: Compiled, state: State) -> None:
    """A crew that could not be loaded whole waits as a whole."""
    given = compiled.given
    for slot in range(compiled.visits):
        if state.vehicle[slot] != NOWHERE and not _is_whole(compiled, state, slot):
            vehicle = int(state.vehicle[slot])
            take_out(given, state, slot)
            retime(given, state, vehicle)


def _forget_late_routes(compiled: Compiled, state: State) -> None:
    """Where a detour is quicker than the direct way, less can take longer: such a route begins anew."""
    given = compiled.given
    for row in range(len(given.leaves)):
        if holds(given, state, row) and state.travelled[row] <= given.max_travel[row]:
            continue
        for slot in state.route[row, : state.length[row]].tolist():
            crew = [slot, *given.mates[given.mate_from[slot] : given.mate_from[slot + 1]].tolist()]
            for one in crew:
                if state.vehicle[one] != NOWHERE:
                    vehicle = int(state.vehicle[one])
                    take_out(given, state, one)
                    retime(given, state, vehicle)
