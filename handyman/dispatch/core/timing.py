# mypy: disable-error-code="no-any-return"
"""When each stop of a route starts at the earliest and at the latest; crews start together.

`est` runs forwards and `lst` backwards along every route. A break may interrupt a way: the stop behind it can
begin once the break is over and, breaks not counted, the way is driven. Where a stop has mates in other
routes, their routes are timed again as well, until nothing changes. A crew that waits for itself in a circle
never settles; it is found by counting.
"""

from handyman.dispatch.core.arrays import NEVER, NOWHERE, VERSION, Given, State
from handyman.dispatch.core.compiled import compiled, inlined, merged, shared
from handyman.dispatch.core.plain import time_plain


@inlined
def next_start(given: Given, slot: int, vehicle: int, after: int, minutes: int) -> int:
    """The first start from then on that window and shift allow for so much work, or NEVER."""
    found = NEVER
    for window in range(given.window_from[slot], given.window_from[slot + 1]):
        if found == NEVER and given.window_last[window] >= after:
            first = max(after, given.window_first[window])
            if given.is_break[slot]:  # no work: between two shifts is as good as inside one
                found = first
            for span in range(given.span_from[vehicle], given.span_from[vehicle + 1]):
                begin = max(first, given.span_first[span])
                if (
                    found == NEVER
                    and begin <= given.window_last[window]
                    and begin + minutes <= given.span_last[span]
                ):
                    found = begin
    return found


@inlined
def last_start(given: Given, slot: int, vehicle: int, before: int, minutes: int) -> int:
    """The last start up to then that window and shift allow for so much work, or -NEVER."""
    found = -NEVER
    for window in range(given.window_from[slot + 1] - 1, given.window_from[slot] - 1, -1):
        if found == -NEVER and given.window_first[window] <= before:
            last = min(before, given.window_last[window])
            if given.is_break[slot]:
                found = last
            for span in range(given.span_from[vehicle + 1] - 1, given.span_from[vehicle] - 1, -1):
                begin = min(last, given.span_last[span] - minutes)
                if (
                    found == -NEVER
                    and begin >= given.window_first[window]
                    and begin >= given.span_first[span]
                ):
                    found = begin
    return found


@inlined
def place_before(given: Given, state: State, vehicle: int, position: int) -> int:
    """Where the vehicle was at work before this position."""
    here = given.start_place[vehicle]
    at = position - 1
    while at >= 0:
        slot = state.route[vehicle, at]
        if not given.is_break[slot]:
            here = given.place[slot]
            at = 0
        at -= 1
    return here


@inlined
def work(given: Given, state: State, slot: int, vehicle: int, position: int) -> int:
    """Service of a stop, and setting up before it where the vehicle comes from another place."""
    minutes = given.service[given.pace[vehicle], slot]
    if given.setup[slot] > 0 and place_before(given, state, vehicle, position) != given.place[slot]:
        minutes += given.setup[slot]
    return minutes


@merged
def together_from(given: Given, state: State, slot: int, vehicle: int, after: int, minutes: int) -> int:
    """The first start that suits the slot and all its mates that stand in a route."""
    begin = next_start(given, slot, vehicle, after, minutes)
    if given.mate_from[slot] == given.mate_from[slot + 1]:
        return begin
    settled = False
    while not settled and begin < NEVER:
        settled = True
        for at in range(given.mate_from[slot], given.mate_from[slot + 1]):
            mate = given.mates[at]
            theirs = state.vehicle[mate]
            if theirs != NOWHERE:
                its = work(given, state, mate, theirs, state.position[mate])
                other = next_start(given, mate, theirs, max(begin, state.own[mate]), its)
                if other > begin:
                    begin, settled = other, False
        if not settled and begin < NEVER:
            begin = next_start(given, slot, vehicle, begin, minutes)
    return begin


@merged
def together_until(given: Given, state: State, slot: int, vehicle: int, before: int, minutes: int) -> int:
    """The last start that suits the slot and all its mates that stand in a route."""
    begin = last_start(given, slot, vehicle, before, minutes)
    if given.mate_from[slot] == given.mate_from[slot + 1]:
        return begin
    settled = False
    while not settled and begin > -NEVER:
        settled = True
        for at in range(given.mate_from[slot], given.mate_from[slot + 1]):
            mate = given.mates[at]
            theirs = state.vehicle[mate]
            if theirs != NOWHERE:
                its = work(given, state, mate, theirs, state.position[mate])
                other = last_start(given, mate, theirs, min(begin, state.due[mate]), its)
                if other < begin:
                    begin, settled = other, False
        if not settled and begin > -NEVER:
            begin = last_start(given, slot, vehicle, begin, minutes)
    return begin


@merged
def _list(state: State, many: int, vehicle: int) -> int:
    if not state.listed[vehicle]:
        state.listed[vehicle] = True
        state.todo[many] = vehicle
        many += 1
    return many


@merged
def _forwards(given: Given, state: State, vehicle: int, many: int) -> int:
    """Earliest starts of one route; lists the routes of mates that change. Gives how many are listed."""
    profile, clock, here = given.profile[vehicle], given.leaves[vehicle], given.start_place[vehicle]
    pace, free = given.pace[vehicle], clock  # the way on could begin then, had the breaks come first
    for place in range(state.length[vehicle]):
        slot = state.route[vehicle, place]
        minutes = given.service[pace, slot]
        if not given.is_break[slot]:
            there = given.place[slot]
            if here != NOWHERE:
                clock = max(clock, free + given.travel[profile, here, there])
            if here != there:
                minutes += given.setup[slot]
                here = there
        state.own[slot] = clock
        begin = together_from(given, state, slot, vehicle, clock, minutes)
        for at in range(given.mate_from[slot], given.mate_from[slot + 1]):
            mate = given.mates[at]
            if state.vehicle[mate] != NOWHERE and state.est[mate] != begin:
                state.est[mate] = begin
                many = _list(state, many, state.vehicle[mate])
        state.est[slot] = begin
        clock = begin + minutes
        free = free + minutes if given.is_break[slot] else clock
    return many


@merged
def _backwards(given: Given, state: State, vehicle: int, many: int) -> int:
    """Latest starts of one route, as `_forwards`."""
    profile, clock, pace = given.profile[vehicle], given.returns[vehicle], given.pace[vehicle]
    due = clock  # of the way on, did the breaks come after it
    after = given.end_place[vehicle] if state.tasks[vehicle] > 0 else NOWHERE
    for place in range(state.length[vehicle] - 1, -1, -1):
        slot = state.route[vehicle, place]
        minutes = given.service[pace, slot]
        if not given.is_break[slot]:
            here = given.place[slot]
            if after != NOWHERE:
                clock = min(clock, due - given.travel[profile, here, after])
            if place_before(given, state, vehicle, place) != here:
                minutes += given.setup[slot]
            after = here
        state.due[slot] = clock - minutes
        begin = together_until(given, state, slot, vehicle, clock - minutes, minutes)
        for at in range(given.mate_from[slot], given.mate_from[slot + 1]):
            mate = given.mates[at]
            if state.vehicle[mate] != NOWHERE and state.lst[mate] != begin:
                state.lst[mate] = begin
                many = _list(state, many, state.vehicle[mate])
        state.lst[slot] = begin
        clock = begin
        due = due - minutes if given.is_break[slot] else begin
    return many


@shared
def retime(given: Given, state: State, vehicle: int) -> bool:
    """Time a changed route and all routes that hang on it by a crew. False when a crew waits in a circle."""
    if given.plain:
        time_plain(given, state, vehicle)
        return True
    return _retime_all(given, state, vehicle)


@compiled
def _retime_all(given: Given, state: State, vehicle: int) -> bool:
    """As `retime`, where there are crews, breaks, several windows or shifts."""
    limit = 8 * len(given.leaves) + 64
    for forwards in (True, False):
        many, done, calm = _list(state, 0, vehicle), 0, True
        while many > 0:
            many -= 1
            here = state.todo[many]
            state.listed[here] = False
            state.counts[VERSION] += 1
            state.version[here] = state.counts[VERSION]
            done += 1
            if done > limit:
                calm = False
                while many > 0:
                    many -= 1
                    state.listed[state.todo[many]] = False
            elif forwards:
                many = _forwards(given, state, here, many)
            else:
                many = _backwards(given, state, here, many)
        if not calm:
            return False
    return True


@shared
def holds(given: Given, state: State, vehicle: int) -> bool:
    """Whether every stop of a timed route can start in time and the vehicle is back in time."""
    for at in range(state.length[vehicle]):
        slot = state.route[vehicle, at]
        if state.est[slot] > state.lst[slot]:
            return False
    return True
