# mypy: disable-error-code="no-any-return"
"""The usual day, quicker: visits have one window, vehicles one shift and no breaks, nothing is set up.

What is found here is what `insertion.py` and `timing.py` would find, who know all the rest as well.
"""

from handyman.dispatch.core.arrays import NEVER, Given, State
from handyman.dispatch.core.chance import chance
from handyman.dispatch.core.compiled import compiled, inlined, merged


@inlined
def way(given: Given, profile: int, here: int, there: int) -> int:
    """From NOWHERE and to it there is no way."""
    return given.travel[profile, here, there]


@inlined
def toll(given: Given, profile: int, here: int, there: int) -> float:
    return given.cost[profile, here, there]


@inlined
def is_plain(given: Given, slot: int, vehicle: int) -> bool:
    return given.plain_visit[slot] and given.plain_vehicle[vehicle]


@compiled
def _note_legs(given: Given, state: State, vehicle: int) -> None:
    """Write a timed route down as `cheapest` reads it, position by position."""
    profile, pace, end = given.profile[vehicle], given.pace[vehicle], state.length[vehicle]
    here, clock = given.start_place[vehicle], given.leaves[vehicle]
    for position in range(end + 1):
        onward, bound, free = given.end_place[vehicle], given.returns[vehicle], 0
        if position < end:
            slot = state.route[vehicle, position]
            onward, bound, free = (
                given.place[slot],
                state.lst[slot],
                state.est[slot] + given.service[pace, slot],
            )
        state.leg_place[vehicle, position] = here
        state.leg_clock[vehicle, position] = clock
        state.leg_bound[vehicle, position] = bound
        state.leg_way[vehicle, position] = way(given, profile, here, onward)
        state.leg_toll[vehicle, position] = toll(given, profile, here, onward)
        here, clock = onward, free
    state.leg_place[vehicle, end + 1] = here
    if state.tasks[vehicle] == 0:  # who stays at home drives nowhere
        state.leg_way[vehicle, 0], state.leg_toll[vehicle, 0] = 0, 0.0
    state.legs_of[vehicle] = state.version[vehicle]


@merged
def cheapest(given: Given, state: State, slot: int, vehicle: int, blink: float) -> tuple[float, int]:
    """The least travel cost that the slot adds, and at which position; NEVER and -1 where it fits nowhere."""
    if state.legs_of[vehicle] != state.version[vehicle]:
        _note_legs(given, state, vehicle)
    best, where = float(NEVER), -1
    profile, rate = given.profile[vehicle], given.rate[vehicle]
    there, minutes = given.place[slot], given.service[given.pace[vehicle], slot]
    first = max(given.opens[slot], given.span_first[given.span_from[vehicle]])
    last = min(given.closes[slot], given.span_last[given.span_from[vehicle]] - minutes)
    room = given.max_travel[vehicle] - state.travelled[vehicle]
    for position in range(state.length[vehicle] + 1):
        bound = state.leg_bound[vehicle, position] - minutes
        if bound < first:
            continue
        here, onward = state.leg_place[vehicle, position], state.leg_place[vehicle, position + 1]
        begin = max(first, state.leg_clock[vehicle, position] + way(given, profile, here, there))
        if begin > last:
            break
        if bound < begin or bound - way(given, profile, there, onward) < begin:
            continue
        added = toll(given, profile, here, there) + toll(given, profile, there, onward)
        added = (added - state.leg_toll[vehicle, position]) * rate
        if added >= best:
            continue
        longer = way(given, profile, here, there) + way(given, profile, there, onward)
        if longer - state.leg_way[vehicle, position] <= room and (blink == 0.0 or chance(state) >= blink):
            best, where = added, position
    return best, where


@merged
def time_plain(given: Given, state: State, vehicle: int) -> None:
    """Earliest and latest starts of a route without crews."""
    profile, pace, end = given.profile[vehicle], given.pace[vehicle], state.length[vehicle]
    first, last = given.span_first[given.span_from[vehicle]], given.span_last[given.span_from[vehicle]]
    clock, here = given.leaves[vehicle], given.start_place[vehicle]
    for at in range(end):
        slot = state.route[vehicle, at]
        there, minutes = given.place[slot], given.service[pace, slot]
        begin = max(clock + way(given, profile, here, there), given.opens[slot], first)
        if begin > given.closes[slot] or begin + minutes > last:
            begin = NEVER
        state.est[slot] = begin
        here, clock = there, begin + minutes
    clock, after = given.returns[vehicle], given.end_place[vehicle]
    for at in range(end - 1, -1, -1):
        slot = state.route[vehicle, at]
        here, minutes = given.place[slot], given.service[pace, slot]
        begin = min(clock - way(given, profile, here, after), last) - minutes
        begin = min(begin, given.closes[slot])
        if begin < max(given.opens[slot], first):
            begin = -NEVER
        state.lst[slot] = begin
        clock, after = begin, here
