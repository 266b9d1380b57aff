# mypy: disable-error-code="no-any-return"
"""Two routes exchange their tails: what strings cannot do where routes are long.

The way from one stop leads on to a near stop of another route and to what comes behind it there; that
route goes on with what is left over. Applied, timed and taken back when a rule speaks against it.
"""

from handyman.dispatch.core.arrays import NOWHERE, VERSION, Given, State
from handyman.dispatch.core.chance import chance
from handyman.dispatch.core.compiled import inlined, merged
from handyman.dispatch.core.insertion import measure
from handyman.dispatch.core.timing import holds, retime

NEIGHBOURS = 20  # of so many of the nearest one is drawn
FAR = 5.0  # times the heat: an exchange that costs more is not even tried


@inlined
def _leg(given: Given, vehicle: int, here: int, there: int) -> float:
    if here == NOWHERE or there == NOWHERE:
        return 0.0
    return given.rate[vehicle] * given.cost[given.profile[vehicle], here, there]


@inlined
def _place_at(given: Given, state: State, vehicle: int, position: int) -> int:
    """Where the vehicle is at this position; before the first and behind the last it is at its ends."""
    if position < 0:
        return given.start_place[vehicle]
    if position >= state.length[vehicle]:
        return given.end_place[vehicle]
    return given.place[state.route[vehicle, position]]


@merged
def _added(given: Given, state: State, one: int, i: int, other: int, j: int) -> float:
    """Travel cost added by head of one up to i with tail of other from j on, and the other way round."""
    here, there = _place_at(given, state, one, i), _place_at(given, state, other, j)
    behind, before = _place_at(given, state, one, i + 1), _place_at(given, state, other, j - 1)
    if given.kind[one] == given.kind[other]:
        gone = _leg(given, one, here, behind) + _leg(given, one, before, there)
        return _leg(given, one, here, there) + _leg(given, one, before, behind) - gone
    last_one = _place_at(given, state, one, state.length[one] - 1)
    last_other = _place_at(given, state, other, state.length[other] - 1)
    rest = last_one if i + 1 < state.length[one] else before
    gone = _leg(given, one, here, behind) + _leg(given, other, before, there)
    gone += _leg(given, other, last_other, given.end_place[other])
    new = _leg(given, one, here, there) + _leg(given, one, last_other, given.end_place[one])
    if i + 1 < state.length[one]:
        gone += _leg(given, one, last_one, given.end_place[one])
        new += _leg(given, other, before, behind)
    if j > 0 or i + 1 < state.length[one]:
        new += _leg(given, other, rest, given.end_place[other])
    return new - gone


@merged
def _all_may(given: Given, state: State, vehicle: int, position: int, taker: int) -> bool:
    """Whether the taker may go to all stops of this tail, and is nobody else in one of their crews."""
    for at in range(position, state.length[vehicle]):
        slot = state.route[vehicle, at]
        if not given.may[taker, slot]:
            return False
        for row in range(given.mate_from[slot], given.mate_from[slot + 1]):
            theirs = state.vehicle[given.mates[row]]
            if theirs != NOWHERE and given.member[theirs] == given.member[taker]:
                return False
    return True


@merged
def _exchange(given: Given, state: State, one: int, i: int, other: int, j: int) -> None:
    """Stops of one from i on change places with stops of other from j on."""
    moving = state.length[one] - i
    for at in range(moving):
        state.leaving[at] = state.route[one, i + at]
    coming = state.length[other] - j
    for at in range(coming):
        state.route[one, i + at] = state.route[other, j + at]
        state.vehicle[state.route[one, i + at]] = one
    for at in range(moving):
        state.route[other, j + at] = state.leaving[at]
        state.vehicle[state.leaving[at]] = other
    state.length[one], state.length[other] = i + coming, j + moving
    for vehicle in (one, other):
        state.counts[VERSION] += 1
        state.version[vehicle] = state.counts[VERSION]
        measure(given, state, vehicle)


@merged
def _within_limits(given: Given, state: State, vehicle: int) -> bool:
    member = given.member[vehicle]
    fine = (
        state.tasks[vehicle] <= given.max_tasks[vehicle]
        and state.served[vehicle] <= given.max_service[vehicle]
        and state.travelled[vehicle] <= given.max_travel[vehicle]
        and given.used[member] + state.load[member] <= given.cap[member]
    )
    for kind in range(given.capacity.shape[1]):
        fine = fine and state.loaded[vehicle, kind] <= given.capacity[vehicle, kind]
    return fine


@merged
def _is_kept(given: Given, state: State, vehicle: int) -> bool:
    """Whether the route and all routes that it shares a crew with can be kept."""
    if not holds(given, state, vehicle):
        return False
    for at in range(state.length[vehicle]):
        slot = state.route[vehicle, at]
        for row in range(given.mate_from[slot], given.mate_from[slot + 1]):
            theirs = state.vehicle[given.mates[row]]
            if theirs != NOWHERE and not holds(given, state, theirs):
                return False
    return True


@merged
def swap_tails(given: Given, state: State, visits: int, heat: float) -> bool:
    """Try one exchange of tails drawn by chance. False when nothing has changed."""
    slot = int(chance(state) * visits)
    one, which = state.vehicle[slot], int(chance(state) * 2)
    rank = int(chance(state) * min(given.near.shape[2], NEIGHBOURS))
    if one == NOWHERE or given.near.shape[2] == 0:
        return False
    mate = given.near[which, slot, rank]
    other = state.vehicle[mate]
    if other in (NOWHERE, one) or given.breaks[one] + given.breaks[other] > 0:
        return False
    i, j = state.position[slot], state.position[mate]
    most = state.route.shape[1]
    if i + 1 + state.length[other] - j > most or j + state.length[one] - i - 1 > most:
        return False
    reached = state.est[slot] + given.service[given.pace[one], slot]
    reached += given.travel[given.profile[one], given.place[slot], given.place[mate]]
    if given.kind[one] == given.kind[other] and reached > state.lst[mate]:
        return False
    if _added(given, state, one, i, other, j) > FAR * heat:
        return False
    if not _all_may(given, state, other, j, one) or not _all_may(given, state, one, i + 1, other):
        return False
    _exchange(given, state, one, i + 1, other, j)
    fine = _within_limits(given, state, one) and _within_limits(given, state, other)
    fine = fine and retime(given, state, one) and retime(given, state, other)
    if fine and _is_kept(given, state, one) and _is_kept(given, state, other):
        return True
    _exchange(given, state, one, i + 1, other, j)
    retime(given, state, one)
    retime(given, state, other)
    return False
