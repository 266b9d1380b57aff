# mypy: disable-error-code="no-any-return"
"""The usual day, quicker: visits have one window, vehicles one shift and no breaks, nothing is set up.

What is found here is what `insertion.py` and `timing.py` would find, who know all the rest as well.
"""

from handyman.dispatch.core.arrays import NEVER, NOWHERE, Given, State
from handyman.dispatch.core.chance import chance
from handyman.dispatch.core.compiled import compiled, inlined


@inlined
def way(given: Given, profile: int, here: int, there: int) -> int:
    return 0 if here == NOWHERE or there == NOWHERE else given.travel[profile, here, there]


@inlined
def toll(given: Given, profile: int, here: int, there: int) -> float:
    return 0.0 if here == NOWHERE or there == NOWHERE else given.cost[profile, here, there]


@inlined
def is_plain(given: Given, slot: int, vehicle: int) -> bool:
    return given.plain_visit[slot] and given.plain_vehicle[vehicle]


@compiled
def cheapest(given: Given, state: State, slot: int, vehicle: int, blink: float) -> tuple[float, int]:
    """The least travel cost that the slot adds, and at which position; NEVER and -1 where it fits nowhere."""
    best, where = float(NEVER), -1
    profile, pace, rate = given.profile[vehicle], given.pace[vehicle], given.rate[vehicle]
    there, minutes, empty = given.place[slot], given.service[pace, slot], state.tasks[vehicle] == 0
    first = max(given.opens[slot], given.span_first[given.span_from[vehicle]])
    last = min(given.closes[slot], given.span_last[given.span_from[vehicle]] - minutes)
    room = given.max_travel[vehicle] - state.travelled[vehicle]
    here, clock, end = given.start_place[vehicle], given.leaves[vehicle], state.length[vehicle]
    for position in range(end + 1):
        if position > 0:
            prior = state.route[vehicle, position - 1]
            here, clock = given.place[prior], state.est[prior] + given.service[pace, prior]
        begin = max(first, clock + way(given, profile, here, there))
        if begin > last:
            break
        onward, bound = given.end_place[vehicle], given.returns[vehicle]
        if position < end:
            after = state.route[vehicle, position]
            onward, bound = given.place[after], state.lst[after]
        if bound < begin + minutes:
            continue
        added = toll(given, profile, here, there) + toll(given, profile, there, onward)
        if not empty:  # who stays at home drives nowhere
            added -= toll(given, profile, here, onward)
        on = way(given, profile, there, onward)
        if added * rate >= best or bound - on - minutes < begin:
            continue
        longer = way(given, profile, here, there) + on
        if not empty:
            longer -= way(given, profile, here, onward)
        if longer <= room and (blink == 0.0 or chance(state) >= blink):
            best, where = added * rate, position
    return best, where


@compiled
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
