"""When each stop of a route begins: between the earliest and the latest start, as it was told where that can
be.
"""

from handyman.dispatch.compile import Compiled
from handyman.dispatch.core.arrays import NEVER, NOWHERE, State
from handyman.dispatch.core.timing import next_start, work


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
    clock = free = int(given.leaves[vehicle])
    for stop in state.route[vehicle, :at].tolist():
        minutes = int(given.service[given.pace[vehicle], stop])
        if not given.is_break[stop]:
            minutes += int(given.setup[stop]) if places[-1] != given.place[stop] else 0
            places.append(int(given.place[stop]))
        clock = starts[stop] + minutes
        free = free + minutes if given.is_break[stop] else clock
    if given.is_break[slot] or places[-1] == NOWHERE:
        return clock
    return max(clock, free + int(given.travel[profile, places[-1], given.place[slot]]))


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
