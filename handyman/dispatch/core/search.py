# mypy: disable-error-code="no-any-return"
"""Large neighbourhood search: take neighbouring stretches of routes out, put their visits back, keep what
pays.

What is taken out are strings of stops near one visit (Christiaens and Vanden Berghe, 2020, describe the
idea); what is put back goes to its cheapest place, now and then a place is overlooked on purpose. A worse
plan is kept with a chance that shrinks while the search cools. Better is: first what is left out, then the
cost.
"""

import numpy as np

from handyman.dispatch.core.arrays import (
    ABSENT,
    COST,
    GOOD,
    LOOKED,
    LOST,
    NEVER,
    NOWHERE,
    PENALTY,
    UNSERVED,
    VERSION,
    Given,
    State,
)
from handyman.dispatch.core.chance import below, chance
from handyman.dispatch.core.compiled import compiled, merged, shared
from handyman.dispatch.core.insertion import fairness, measure, note_absent, place, take_out, take_out_all
from handyman.dispatch.core.pool import Pool, remember
from handyman.dispatch.core.tails import swap_tails
from handyman.dispatch.core.timing import holds, retime, work

BLINK = 0.01  # of all places are overlooked
LONGEST_STRING = 10
FEW, WHOLE = 40, 0.1  # with so few stops, strings may now and then be longer than routes are on the average
LIFTED = 0.2  # of all rounds, where there are breaks at all, begin one route's anew
SPLIT = 0.5  # of all strings keep a stretch in the middle
OSCILLATION = 100  # after so many rounds the penalty is looked at,
LEAST_GOOD, MOST_GOOD = 0.2, 0.5  # so that the plan at hand leaves out as little as the best one this often
TAILS, TAIL_TRIES = 0.2, 20  # of all rounds try so often first to exchange two tails
STRICTEST = 4.0  # times the usual penalty
PATIENCE = 10  # times in a row without such a plan: back to the best one
WIDER = 0.01  # chance that the kept stretch grows


@merged
def add_up(given: Given, state: State) -> None:
    """The plan's worth: what is left out, and all costs."""
    unserved, cost = 0.0, 0.0
    for at in range(state.counts[ABSENT]):
        slot = state.absent[at]
        if not given.is_break[slot] or state.tasks[given.may_list[given.may_from[slot]]] > 0:
            unserved += given.weight[slot]
    for vehicle in range(len(given.leaves)):
        cost += state.road[vehicle] + state.extra[vehicle]
    if given.fair > 0.0:
        for member in range(len(given.used)):
            load = given.used[member] + state.load[member]
            cost += fairness(given, member, load) - fairness(given, member, given.used[member])
    state.totals[UNSERVED], state.totals[COST] = unserved, cost


@merged
def strain(given: Given, state: State, vehicle: int) -> None:
    """What waiting, tight starts and starts other than told cost in a timed route. A break costs nothing."""
    extra, profile = 0.0, given.profile[vehicle]
    clock, free, here, first = 0, 0, given.start_place[vehicle], True
    for at in range(state.length[vehicle]):
        slot = state.route[vehicle, at]
        if given.is_break[slot]:
            minutes = given.service[given.pace[vehicle], slot]
            clock = state.est[slot] + minutes
            free += minutes
            continue
        if here != NOWHERE:
            clock = max(clock, free + given.travel[profile, here, given.place[slot]])
        here = given.place[slot]
        if not first:
            extra += given.waiting * max(state.est[slot] - clock, 0)
        if given.told[slot] != NEVER and not state.est[slot] <= given.told[slot] <= state.lst[slot]:
            extra += given.shifted
        extra += given.tight * max(given.calm - (state.lst[slot] - state.est[slot]), 0)
        clock = free = state.est[slot] + work(given, state, slot, vehicle, at)
        first = False
    state.extra[vehicle] = extra


@merged
def _take_string(given: Given, state: State, slot: int, longest: int) -> None:
    """Take a stretch of a route out that holds the slot; its crews' other places go too."""
    vehicle = state.vehicle[slot]
    length = state.length[vehicle]
    size = 1 + below(state, min(length, longest))
    kept = 0
    if size > 1 and size < length and chance(state) < SPLIT:
        kept = 1
        while size + kept < length and chance(state) < WIDER:
            kept += 1
    whole = size + kept
    low, high = max(0, state.position[slot] - whole + 1), min(state.position[slot], length - whole)
    begin = low + below(state, high - low + 1)
    skip = begin + 1 + below(state, max(size - 1, 1)) if kept else length
    many = 0
    for at in range(begin, begin + whole):
        if at < skip or at >= skip + kept:
            state.leaving[many] = state.route[vehicle, at]
            many += 1
    take_out_all(given, state, vehicle, many)
    for at in range(many):
        leaving = state.leaving[at]
        for other in range(given.mate_from[leaving], given.mate_from[leaving + 1]):
            mate = given.mates[other]
            if state.vehicle[mate] != NOWHERE:
                state.touched[state.vehicle[mate]] = True
                take_out(given, state, mate)
    state.touched[vehicle] = True


@merged
def ruin(given: Given, state: State, visits: int, removed: float) -> bool:
    """Take strings out of routes near one visit, about so many stops in all.

    False when what is left cannot be kept: where a detour is quicker than the direct way, less takes longer.
    """
    used, stops = 0, 0
    for vehicle in range(len(given.leaves)):
        state.touched[vehicle] = state.ruined[vehicle] = False
        used += state.tasks[vehicle] > 0
        stops += state.tasks[vehicle]
    if visits < len(given.is_break) and chance(state) < LIFTED:
        _lift_breaks(given, state, visits)
    if used == 0:
        return _is_kept(given, state)
    longest = max(1, min(LONGEST_STRING, stops // used))
    if stops < FEW and chance(state) < WHOLE:
        longest = LONGEST_STRING
    strings = 1 + below(state, max(int(4.0 * removed / (1.0 + longest)) - 1, 1))
    _take_strings(given, state, below(state, visits), strings, longest)
    return _is_kept(given, state)


@compiled
def _lift_breaks(given: Given, state: State, visits: int) -> None:
    """Take all breaks out of the route that holds one drawn by chance: they may stand in another order."""
    drawn = visits + below(state, len(given.is_break) - visits)
    vehicle = given.may_list[given.may_from[drawn]]
    for slot in range(visits, len(given.is_break)):
        if state.vehicle[slot] == vehicle:
            take_out(given, state, slot)
            state.touched[vehicle] = True


@merged
def _take_strings(given: Given, state: State, seed: int, strings: int, longest: int) -> None:
    """One string of each of the nearest routes."""
    which = below(state, 2)
    for at in range(-1, given.near.shape[2]):
        slot = seed if at < 0 else given.near[which, seed, at]
        vehicle = state.vehicle[slot]
        if vehicle == NOWHERE or state.ruined[vehicle]:
            continue
        state.ruined[vehicle] = True
        _take_string(given, state, slot, longest)
        strings -= 1
        if strings == 0:
            return


@merged
def _is_kept(given: Given, state: State) -> bool:
    """Time the touched routes; whether all of them can be kept."""
    for vehicle in range(len(given.leaves)):
        if state.touched[vehicle]:
            retime(given, state, vehicle)
    for vehicle in range(len(given.leaves)):
        if state.touched[vehicle] and not (
            holds(given, state, vehicle) and state.travelled[vehicle] <= given.max_travel[vehicle]
        ):
            return False
    return True


@merged
def recreate(given: Given, state: State, blink: float) -> None:
    """Put back what can be put back, in an order drawn by chance."""
    note_absent(given, state)
    many = state.counts[ABSENT]
    order = below(state, given.keys.shape[0] + 2)
    found = 0
    for at in range(many):
        slot = state.absent[at]
        if given.mate_from[slot] < given.mate_from[slot + 1] and given.mates[given.mate_from[slot]] < slot:
            continue  # comes with its first mate
        if given.may_from[slot] == given.may_from[slot + 1]:
            continue
        rank = chance(state)
        if order < given.keys.shape[0]:
            rank = given.keys[order, slot] + 1e-6 * rank
        if given.is_break[slot]:
            rank = chance(state) - float(NEVER)  # first, and in any order
        row = found
        while row > 0 and state.ranks[row - 1] > rank:
            state.ranks[row], state.leaving[row] = state.ranks[row - 1], state.leaving[row - 1]
            row -= 1
        state.ranks[row], state.leaving[row] = rank, slot
        found += 1
    for at in range(found):
        place(given, state, state.leaving[at], blink)
    note_absent(given, state)


@merged
def _copy_state(state: State, kept: State) -> None:
    """All but the routes themselves and what is found again by itself."""
    for vehicle in range(len(state.length)):
        kept.length[vehicle] = state.length[vehicle]
        kept.tasks[vehicle] = state.tasks[vehicle]
        kept.version[vehicle] = state.version[vehicle]
        kept.travelled[vehicle] = state.travelled[vehicle]
        kept.served[vehicle] = state.served[vehicle]
        kept.road[vehicle] = state.road[vehicle]
        kept.extra[vehicle] = state.extra[vehicle]
        for kind in range(state.loaded.shape[1]):
            kept.loaded[vehicle, kind] = state.loaded[vehicle, kind]
    for member in range(len(state.load)):
        kept.load[member] = state.load[member]
    for slot in range(len(state.vehicle)):
        kept.vehicle[slot] = state.vehicle[slot]
        kept.position[slot] = state.position[slot]
        kept.own[slot] = state.own[slot]
        kept.due[slot] = state.due[slot]
        kept.est[slot] = state.est[slot]
        kept.lst[slot] = state.lst[slot]
    kept.counts[ABSENT] = state.counts[ABSENT]
    for at in range(state.counts[ABSENT]):
        kept.absent[at] = state.absent[at]
    kept.totals[UNSERVED], kept.totals[COST] = state.totals[UNSERVED], state.totals[COST]


@merged
def _copy_routes(state: State, kept: State) -> None:
    """The routes that differ by their version."""
    for vehicle in range(len(state.length)):
        if kept.version[vehicle] != state.version[vehicle]:
            for at in range(state.length[vehicle]):
                kept.route[vehicle, at] = state.route[vehicle, at]


@shared
def keep(state: State, kept: State) -> None:
    """Make `kept` the same plan as `state`."""
    _copy_routes(state, kept)
    _copy_state(state, kept)


@compiled
def settle(given: Given, state: State) -> None:
    """Time and count everything anew: each route counts as changed."""
    for vehicle in range(len(given.leaves)):
        state.counts[VERSION] += 1
        state.version[vehicle] = state.counts[VERSION]
        measure(given, state, vehicle)
        retime(given, state, vehicle)
    if given.waiting + given.tight + given.shifted > 0.0:
        for vehicle in range(len(given.leaves)):
            strain(given, state, vehicle)
    note_absent(given, state)
    add_up(given, state)


@compiled
def build(given: Given, state: State) -> None:
    """Put in whatever waits, the best place for each, heaviest first."""
    recreate(given, state, 0.0)
    settle(given, state)


@merged
def _missed(plan: State, state: State) -> int:
    """How often those that the plan leaves out were left out before."""
    total = 0
    for at in range(plan.counts[ABSENT]):
        total += state.missed[plan.absent[at]]
    return total


@merged
def _change(given: Given, state: State, visits: int, removed: float, heat: float) -> bool:
    """One step away from the plan at hand; False when it led nowhere."""
    if chance(state) < TAILS:
        for _ in range(TAIL_TRIES):
            if swap_tails(given, state, visits, heat):
                return True
    if not ruin(given, state, visits, removed):
        return False
    recreate(given, state, BLINK)
    return True


@merged
def _is_better(state: State, best: State) -> bool:
    """What is left out counts first, then the cost."""
    less = state.totals[UNSERVED] < best.totals[UNSERVED] - 1e-9
    same = state.totals[UNSERVED] <= best.totals[UNSERVED] + 1e-9
    return less or (same and state.totals[COST] < best.totals[COST] - 1e-7)


@merged
def _goes_on_with(state: State, before: State, best: State, heat: float, push: bool) -> bool:
    """Whether the search goes on with this plan rather than with the one before."""
    unserved = state.totals[UNSERVED] - before.totals[UNSERVED]
    cost = state.totals[COST] - before.totals[COST]
    if push and best.totals[UNSERVED] > 0.0:
        for at in range(state.counts[ABSENT]):
            state.missed[state.absent[at]] += 1
        if unserved < -1e-9 or _missed(state, state) < _missed(before, state):
            return True
        if unserved > 1e-9:
            return False
    worse = cost + state.totals[PENALTY] * unserved
    return worse < -heat * np.log(max(chance(state), 1e-12))


@merged
def _balance(state: State, before: State, best: State, penalty: float) -> None:
    """Look now and then how often the plan at hand leaves out as little as the best, and mend the penalty."""
    state.counts[LOOKED] += 1
    state.counts[GOOD] += before.totals[UNSERVED] <= best.totals[UNSERVED] + 1e-9
    if state.counts[LOOKED] < OSCILLATION:
        return
    good = state.counts[GOOD]
    state.counts[LOST] = state.counts[LOST] + 1 if good == 0 else 0
    if good < LEAST_GOOD * OSCILLATION:
        state.totals[PENALTY] = min(state.totals[PENALTY] * 1.1, STRICTEST * penalty)
    elif good > MOST_GOOD * OSCILLATION:
        state.totals[PENALTY] = max(state.totals[PENALTY] / 1.1, penalty)
    if state.counts[LOST] == PATIENCE:
        keep(best, before)
        keep(best, state)
        state.counts[LOST] = 0
    state.counts[GOOD] = state.counts[LOOKED] = 0


@compiled
def improve(
    given: Given,
    state: State,
    before: State,
    best: State,
    pool: Pool,
    visits: int,
    rounds: int,
    heat: float,
    cooling: float,
    removed: float,
    push: bool,
    penalty: float,
) -> None:
    """So many rounds of search from `state`; `best` keeps the best plan met.

    `heat` is the cost that a worse plan may have more, about; it shrinks by `cooling` each round. `penalty`
    is the least cost that leaving out a weight of one stands for while the search wanders. To `push` is to
    serve more at any cost: what was left out often goes first.
    """
    strained = given.waiting + given.tight + given.shifted > 0.0
    keep(state, before)
    for _ in range(rounds):
        heat *= cooling
        if not _change(given, state, visits, removed, heat):
            keep(before, state)
            continue
        if strained:
            for vehicle in range(len(given.leaves)):
                if state.version[vehicle] != before.version[vehicle]:
                    strain(given, state, vehicle)
        add_up(given, state)
        if _is_better(state, best):
            keep(state, best)
        if _goes_on_with(state, before, best, heat, push):
            remember(given, state, before, best, pool)
            keep(state, before)
        else:
            keep(before, state)
        if not push:
            _balance(state, before, best, penalty)
