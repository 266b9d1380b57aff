# mypy: disable-error-code="no-any-return"
"""Where a slot fits into a route, what it adds, and putting it there.

A slot fits between two stops when it can start after the earliest end of the one and end before the latest
start of the other. That is exact, also for routes that hang together by crews, as long as one slot alone is
put in; a whole crew is put in and then timed, because its routes may wait for each other in a circle.
"""

from handyman.dispatch.core.arrays import ABSENT, MOST, NEVER, NOWHERE, VERSION, Given, State
from handyman.dispatch.core.chance import chance
from handyman.dispatch.core.compiled import compiled, inlined, merged, shared
from handyman.dispatch.core.plain import cheapest, is_plain, toll, way
from handyman.dispatch.core.timing import (
    holds,
    last_start,
    next_start,
    place_before,
    retime,
    together_until,
    work,
)

CHOICES = 24  # places that are weighed for each slot of a crew before more of them are
TRIES = 8  # crews that are tried before one is given up


@inlined
def _home(given: Given, state: State, slot: int, vehicle: int) -> int:
    """Where the route goes in the end; with nothing in it but breaks, nowhere."""
    stays = given.is_break[slot] and state.tasks[vehicle] == 0
    return NOWHERE if stays else given.end_place[vehicle]


@merged
def _free(given: Given, state: State, vehicle: int, position: int, clock: int) -> int:
    """When the way on could begin, did the breaks right before this position come first; else `clock`."""
    if position == 0 or not given.is_break[state.route[vehicle, position - 1]]:
        return clock
    at, resting = position - 1, 0
    while at >= 0 and given.is_break[state.route[vehicle, at]]:
        resting += given.service[given.pace[vehicle], state.route[vehicle, at]]
        at -= 1
    if at < 0:
        return given.leaves[vehicle] + resting
    prior = state.route[vehicle, at]
    return state.est[prior] + work(given, state, prior, vehicle, at) + resting


@inlined
def _breaks_from(given: Given, state: State, vehicle: int, position: int) -> tuple[int, int]:
    """Where the breaks end that stand at this position, and how long they take."""
    at, resting = position, 0
    while at < state.length[vehicle] and given.is_break[state.route[vehicle, at]]:
        resting += given.service[given.pace[vehicle], state.route[vehicle, at]]
        at += 1
    return at, resting


@inlined
def _before_breaks(given: Given, state: State, vehicle: int, first: int, end: int, bound: int) -> int:
    """When the breaks at these places of the route must begin to be over by then."""
    leave_by = bound
    for back in range(end - 1, first - 1, -1):
        pause = state.route[vehicle, back]
        long = given.service[given.pace[vehicle], pause]
        leave_by = last_start(given, pause, vehicle, leave_by - long, long)
    return leave_by


@merged
def fit(
    given: Given, state: State, slot: int, vehicle: int, position: int, here: int
) -> tuple[int, int, float, int]:
    """Earliest and latest start at this position, the travel cost and the travel time that it adds.

    `here` is where the vehicle is before. Earliest NEVER: no later position can be reached in time either.
    Latest before earliest: not here.
    """
    profile, pace = given.profile[vehicle], given.pace[vehicle]
    clock = given.leaves[vehicle]
    if position > 0:
        prior = state.route[vehicle, position - 1]
        clock = state.est[prior] + given.service[pace, prior]
        if given.setup[prior] > 0 and place_before(given, state, vehicle, position - 1) != here:
            clock += given.setup[prior]
    free = _free(given, state, vehicle, position, clock)
    there = here if given.is_break[slot] else given.place[slot]
    minutes = given.service[pace, slot] + (given.setup[slot] if here != there else 0)
    ready = max(clock, free + way(given, profile, here, there))
    begin = next_start(given, slot, vehicle, ready, minutes)
    if begin == NEVER:
        return NEVER, -NEVER, 0.0, 0
    at, resting = _breaks_from(given, state, vehicle, position)
    if at < state.length[vehicle]:
        after = state.route[vehicle, at]
        onward = given.place[after]
        bound = state.lst[after]
        if given.setup[after] > 0 and there != onward and here == onward:  # it has to set up now
            anew = given.service[pace, after] + given.setup[after]
            bound = together_until(given, state, after, vehicle, bound - given.setup[after], anew)
    else:
        onward, bound = _home(given, state, slot, vehicle), given.returns[vehicle]
    due = bound - resting - way(given, profile, there, onward)  # the way on, did the breaks come after it
    latest = _before_breaks(given, state, vehicle, position, at, bound) - minutes
    if not given.is_break[slot]:
        latest = min(latest, due - minutes)
    elif free + minutes > due:  # the way may be driven before it and after it
        latest = -NEVER
    if latest < begin:
        return begin, -NEVER, 0.0, 0
    added = toll(given, profile, here, there) + toll(given, profile, there, onward)
    longer = way(given, profile, here, there) + way(given, profile, there, onward)
    if state.tasks[vehicle] > 0:  # who stays at home drives nowhere
        added -= toll(given, profile, here, onward)
        longer -= way(given, profile, here, onward)
    return begin, latest, added * given.rate[vehicle], longer


@inlined
def _reach(given: Given, slot: int) -> tuple[int, int]:
    """The first and the last start of all windows."""
    if given.window_from[slot] == given.window_from[slot + 1]:
        return NEVER, -NEVER
    return given.window_first[given.window_from[slot]], given.window_last[given.window_from[slot + 1] - 1]


@merged
def scan(given: Given, state: State, slot: int, vehicle: int, blink: float) -> None:
    """Find the cheapest position of the slot in the route and note it with the route's version."""
    if is_plain(given, slot, vehicle):
        best, where = cheapest(given, state, slot, vehicle, blink)
    else:
        best, where = _cheapest(given, state, slot, vehicle, blink)
    state.stamp[slot, vehicle] = state.version[vehicle]
    state.detour[slot, vehicle] = best
    state.where[slot, vehicle] = where


@merged
def _cheapest(given: Given, state: State, slot: int, vehicle: int, blink: float) -> tuple[float, int]:
    """As `cheapest`, where there are breaks, several windows or shifts, or things to set up."""
    best, where = float(NEVER), -1
    here = given.start_place[vehicle]
    first, last = _reach(given, slot)
    for position in range(state.length[vehicle] + 1):
        if position > 0:
            prior = state.route[vehicle, position - 1]
            if state.est[prior] > last:
                break
            if not given.is_break[prior]:
                here = given.place[prior]
        if position < state.length[vehicle] and state.lst[state.route[vehicle, position]] < first:
            continue
        begin, latest, added, longer = fit(given, state, slot, vehicle, position, here)
        if begin == NEVER:
            break
        if given.is_break[slot]:
            added = chance(state)  # one place costs as much as another
        if (
            latest >= begin
            and added < best
            and state.travelled[vehicle] + longer <= given.max_travel[vehicle]
            and (blink == 0.0 or chance(state) >= blink)
        ):
            best, where = added, position
    return best, where


@inlined
def fairness(given: Given, member: int, load: float) -> float:
    """The cost of so much service in the month: it grows with the share of the wish, faster beyond it."""
    wish = given.wish[member]
    within = min(load, wish)
    over = load - within
    return given.fair * (within * within / (2.0 * wish) + over + given.beyond * over * over / (2.0 * wish))


@inlined
def has_room(given: Given, state: State, slot: int, vehicle: int) -> bool:
    """Whether tasks, caps and loads leave room, whatever the time of the day."""
    if state.length[vehicle] >= state.route.shape[1]:
        return False
    if given.is_break[slot]:
        return True
    minutes = given.service[given.pace[vehicle], slot]
    member = given.member[vehicle]
    room = (
        state.length[vehicle] - state.tasks[vehicle] == given.breaks[vehicle]  # breaks come first
        and state.tasks[vehicle] < given.max_tasks[vehicle]
        and state.served[vehicle] + minutes <= given.max_service[vehicle]
        and given.used[member] + state.load[member] + minutes <= given.cap[member]
    )
    for kind in range(given.capacity.shape[1]):
        if state.loaded[vehicle, kind] + given.amount[slot, kind] > given.capacity[vehicle, kind]:
            room = False
    return room


@inlined
def price(given: Given, state: State, slot: int, vehicle: int) -> float:
    """What the pair costs beside the travel."""
    if given.is_break[slot]:
        return 0.0
    cost = given.dislike[slot, vehicle]
    if state.tasks[vehicle] == 0:
        cost += given.fixed[vehicle]
    if given.fair > 0.0:
        member = given.member[vehicle]
        load = given.used[member] + state.load[member]
        more = load + given.service[given.pace[vehicle], slot]
        cost += fairness(given, member, more) - fairness(given, member, load)
    return cost


@merged
def measure(given: Given, state: State, vehicle: int) -> None:
    """Travel, service and costs of one route, and the positions of its stops, from its stops."""
    profile, pace, here = given.profile[vehicle], given.pace[vehicle], given.start_place[vehicle]
    travelled, served, tasks, road = 0, 0, 0, 0.0
    for kind in range(given.capacity.shape[1]):
        state.loaded[vehicle, kind] = 0
    dislike = 0.0
    for at in range(state.length[vehicle]):
        slot = state.route[vehicle, at]
        state.position[slot] = at
        if not given.is_break[slot]:
            there = given.place[slot]
            travelled += way(given, profile, here, there)
            road += toll(given, profile, here, there)
            here = there
            tasks += 1
            served += given.service[pace, slot]
            dislike += given.dislike[slot, vehicle]
            for kind in range(given.capacity.shape[1]):
                state.loaded[vehicle, kind] += given.amount[slot, kind]
    if tasks > 0:
        travelled += way(given, profile, here, given.end_place[vehicle])
        road += toll(given, profile, here, given.end_place[vehicle])
        dislike += given.fixed[vehicle]
    member = given.member[vehicle]
    state.load[member] += served - state.served[vehicle]
    state.travelled[vehicle], state.served[vehicle], state.tasks[vehicle] = travelled, served, tasks
    state.road[vehicle] = road * given.rate[vehicle] + dislike


@shared
def put_in(given: Given, state: State, slot: int, vehicle: int, position: int) -> bool:
    """Insert and time. False when a crew now waits in a circle; it stays in all the same."""
    for at in range(state.length[vehicle], position, -1):
        state.route[vehicle, at] = state.route[vehicle, at - 1]
    state.route[vehicle, position] = slot
    state.length[vehicle] += 1
    state.vehicle[slot] = vehicle
    state.counts[VERSION] += 1
    state.version[vehicle] = state.counts[VERSION]
    measure(given, state, vehicle)
    return retime(given, state, vehicle)


@compiled
def take_out(given: Given, state: State, slot: int) -> None:
    """Remove, without timing the route again."""
    vehicle = state.vehicle[slot]
    for at in range(state.position[slot], state.length[vehicle] - 1):
        state.route[vehicle, at] = state.route[vehicle, at + 1]
    state.length[vehicle] -= 1
    state.vehicle[slot] = NOWHERE
    state.counts[VERSION] += 1
    state.version[vehicle] = state.counts[VERSION]
    measure(given, state, vehicle)


@merged
def take_out_all(given: Given, state: State, vehicle: int, many: int) -> None:
    """Remove so many of the stops in `leaving` from their route, without timing it again."""
    for at in range(many):
        state.vehicle[state.leaving[at]] = NOWHERE
    length = 0
    for at in range(state.length[vehicle]):
        slot = state.route[vehicle, at]
        if state.vehicle[slot] != NOWHERE:
            state.route[vehicle, length] = slot
            length += 1
    state.length[vehicle] = length
    state.counts[VERSION] += 1
    state.version[vehicle] = state.counts[VERSION]
    measure(given, state, vehicle)


@inlined
def _may_win(given: Given, state: State, slot: int, vehicle: int, best: float) -> bool:
    """Whether the place that was found could cost less than the best so far."""
    return state.where[slot, vehicle] >= 0 and state.detour[slot, vehicle] + given.kindest < best


@merged
def best_place(given: Given, state: State, slot: int, blink: float) -> tuple[int, int, float]:
    """The vehicle and position that cost least for a slot without mates, or NOWHERE."""
    best, vehicle, position = float(NEVER), NOWHERE, -1
    empty = -1
    for at in range(given.may_from[slot], given.may_from[slot + 1]):
        other = given.may_list[at]
        if state.length[other] == 0:
            if given.kind[other] == empty:
                continue
            empty = given.kind[other]
        known = state.stamp[slot, other] == state.version[other]
        if known and not _may_win(given, state, slot, other, best):
            continue
        if not has_room(given, state, slot, other):
            continue
        if not known:
            scan(given, state, slot, other, blink)
            if not _may_win(given, state, slot, other, best):
                continue
        cost = state.detour[slot, other] + price(given, state, slot, other)
        if cost < best:
            best, vehicle, position = cost, other, state.where[slot, other]
    return vehicle, position, best


@merged
def place_alone(given: Given, state: State, slot: int, blink: float) -> bool:
    """Put a slot without mates where it costs least."""
    vehicle, position, _ = best_place(given, state, slot, blink)
    if vehicle == NOWHERE:
        return False
    return put_in(given, state, slot, vehicle, position)


@merged
def _note(
    state: State,
    line: int,
    many: int,
    most: int,
    cost: float,
    vehicle: int,
    position: int,
    begin: int,
    latest: int,
) -> int:
    """Sort a place in among the cheapest of its line. Gives how many there are now."""
    if many == most and cost >= state.prices[line, most - 1]:
        return many
    row = min(many, most - 1)
    while row > 0 and state.prices[line, row - 1] > cost:
        state.prices[line, row] = state.prices[line, row - 1]
        for field in range(4):
            state.choices[line, row, field] = state.choices[line, row - 1, field]
        row -= 1
    state.prices[line, row] = cost
    state.choices[line, row, 0], state.choices[line, row, 1] = vehicle, position
    state.choices[line, row, 2], state.choices[line, row, 3] = begin, latest
    return min(many + 1, most)


@compiled
def _choices(given: Given, state: State, slot: int, line: int, most: int, blink: float) -> int:
    """The cheapest places of a slot in order, written to a line of `choices`. Gives how many."""
    many = 0
    for at in range(given.may_from[slot], given.may_from[slot + 1]):
        vehicle = given.may_list[at]
        if not has_room(given, state, slot, vehicle):
            continue
        paid = price(given, state, slot, vehicle)
        here = given.start_place[vehicle]
        for position in range(state.length[vehicle] + 1):
            if position > 0 and not given.is_break[state.route[vehicle, position - 1]]:
                here = given.place[state.route[vehicle, position - 1]]
            begin, latest, added, longer = fit(given, state, slot, vehicle, position, here)
            if begin == NEVER:
                break
            if latest < begin or state.travelled[vehicle] + longer > given.max_travel[vehicle]:
                continue
            if blink > 0.0 and chance(state) < blink:
                continue
            many = _note(state, line, many, most, added + paid, vehicle, position, begin, latest)
    return many


@inlined
def _slot_of(given: Given, slot: int, line: int) -> int:
    return slot if line == 0 else given.mates[given.mate_from[slot] + line - 1]


@inlined
def _next_of(given: Given, slot: int, vehicle: int, after: int) -> int:
    return next_start(given, slot, vehicle, after, given.service[given.pace[vehicle], slot])


@merged
def _common(given: Given, state: State, slot: int, line: int, row: int) -> bool:
    """Whether this place of the slot in `line` can start together with those chosen for the lines before."""
    vehicle = state.choices[line, row, 0]
    begin, latest = state.choices[line, row, 2], state.choices[line, row, 3]
    for at in range(line):
        if state.chosen[0, at, 0] == vehicle or _same_person(given, state.chosen[0, at, 0], vehicle):
            return False
        begin = max(begin, state.chosen[0, at, 2])
        latest = min(latest, state.chosen[0, at, 3])
    settled = False
    while not settled and begin <= latest:
        settled = True
        other = _next_of(given, _slot_of(given, slot, line), vehicle, begin)
        if other > begin:
            begin, settled = other, False
        for at in range(line):
            other = _next_of(given, _slot_of(given, slot, at), state.chosen[0, at, 0], begin)
            if other > begin:
                begin, settled = other, False
    return begin <= latest


@inlined
def _same_person(given: Given, one: int, other: int) -> bool:
    return given.member[one] == given.member[other]


@inlined
def _choose(state: State, line: int, row: int) -> None:
    for field in range(4):
        state.chosen[0, line, field] = state.choices[line, row, field]


@compiled
def _others(given: Given, state: State, slot: int, size: int, most: int, total: float) -> float:
    """Choose for the third and further slots the cheapest that still fits; the cost of all, or NEVER."""
    for line in range(2, size):
        found = False
        for row in range(most):
            if not found and state.prices[line, row] < NEVER and _common(given, state, slot, line, row):
                _choose(state, line, row)
                total += state.prices[line, row]
                found = True
        if not found:
            return float(NEVER)
    return total


@compiled
def _best_crew(given: Given, state: State, slot: int, size: int, most: int) -> tuple[int, int]:
    """The rows of lead and second whose crew costs least, written to `chosen`. -1 when there is none."""
    best, first, second = float(NEVER), -1, -1
    for lead in range(most):
        if state.prices[0, lead] >= best:
            break
        _choose(state, 0, lead)
        for mate in range(most):
            total = state.prices[0, lead] + state.prices[1, mate]
            if state.prices[1, mate] >= NEVER or total >= best:
                break
            if state.banned[lead, mate] or not _common(given, state, slot, 1, mate):
                continue
            _choose(state, 1, mate)
            if size > 2:
                total = _others(given, state, slot, size, most, total)
            if total < best:
                best, first, second = total, lead, mate
                for line in range(size):
                    for field in range(4):
                        state.chosen[1, line, field] = state.chosen[0, line, field]
    return first, second


@compiled
def place_crew(given: Given, state: State, slot: int, blink: float, most: int) -> bool:
    """Put a slot and its mates where they cost least and can start together, each in another vehicle."""
    size = 1 + given.mate_from[slot + 1] - given.mate_from[slot]
    for line in range(size):
        many = _choices(given, state, _slot_of(given, slot, line), line, most, blink)
        if many == 0:
            return False
        for row in range(many, most):
            state.prices[line, row] = float(NEVER)
    for one in range(most):
        for other in range(most):
            state.banned[one, other] = False
    for _ in range(TRIES):
        first, second = _best_crew(given, state, slot, size, most)
        if first < 0:
            return False
        if _put_in_all(given, state, slot, size):
            return True
        state.banned[first, second] = True
    return False


@compiled
def _put_in_all(given: Given, state: State, slot: int, size: int) -> bool:
    """Insert a chosen crew; taken out again when its routes wait for each other in a circle."""
    fine = True
    for line in range(size):
        vehicle, position = state.chosen[1, line, 0], state.chosen[1, line, 1]
        fine = put_in(given, state, _slot_of(given, slot, line), vehicle, position) and fine
    for line in range(size):
        fine = fine and holds(given, state, state.chosen[1, line, 0])
    if not fine:
        for line in range(size):
            take_out(given, state, _slot_of(given, slot, line))
        for line in range(size):
            retime(given, state, state.chosen[1, line, 0])
    return fine


@shared
def place(given: Given, state: State, slot: int, blink: float) -> bool:
    """Put a slot, with its mates if it has any, where that costs least."""
    if given.mate_from[slot] == given.mate_from[slot + 1]:
        return place_alone(given, state, slot, blink)
    return place_crew(given, state, slot, blink, CHOICES) or place_crew(given, state, slot, 0.0, MOST)


@merged
def note_absent(given: Given, state: State) -> None:
    """List again who waits."""
    many = 0
    for slot in range(len(given.place)):
        if state.vehicle[slot] == NOWHERE:
            state.absent[many] = slot
            many += 1
    state.counts[ABSENT] = many
