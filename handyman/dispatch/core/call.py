# numbers of numpy are Any to the checker
# mypy: disable-error-code="no-any-return"
"""Where a job fits into all the days ahead: what `eligibility`, `openings` and `weights` say, compiled.

Each function here does what the one of the same name does there, where it can be read at leisure;
tests/dispatch/test_call.py holds them to the same figures, to the last bit.
"""

from handyman.dispatch.core.call_arrays import (
    ADDED,
    ANY_START,
    END,
    MOVES,
    NOBODY,
    POSITION,
    SLACK,
    START,
    TIDY,
    Call,
    Days,
    Ints,
    Jobs,
    Minutes,
    Rates,
    Seats,
    Work,
)
from handyman.dispatch.core.compiled import compiled, inlined

REFUSED, ABSENT, MISSING_SKILL, NO_SHIFT, DAILY_CAP, MONTHLY_CAP = 1, 2, 3, 4, 5, 6


@compiled
def look(days: Days, call: Call, work: Work, seats: Seats) -> None:
    """Fill in the seats: every member, every day, every window."""
    for day in range(len(days.day_from) - 1):
        earliest = call.earliest[day]
        window, until = call.window_from[day], call.window_from[day + 1]
        seat = call.seat_from[day]
        for member in range(days.day_from[day], days.day_from[day + 1]):
            minutes = at_pace(call.job.minutes[0], days.pace[member])
            row = days.opening_from[member]
            seats.opening_to[member] = row
            seats.leads[member], seats.code[member] = find_role(days, call, member, minutes, 0)
            if seats.code[member] == 0 and window < until:
                seats.standing[member] = standing_cost(days, call.job, 0, call.rates, member, minutes, 0)
                many = line_up(days, work, member, NOBODY)
                time_line(days, work, member, many, earliest)
                seats.opening_to[member] = open_line(
                    days, work, member, many, minutes, earliest, call.there, call.back, seats.opening, row
                )
            for number in range(window, until):
                take_seat(days, call, seats, member, seat, number)
                seat += 1


@inlined
def take_seat(days: Days, call: Call, seats: Seats, member: int, seat: int, window: int) -> None:
    """The member's best place in the window and what it costs."""
    place = choose(
        seats.opening,
        days.opening_from[member],
        seats.opening_to[member],
        call.window_first[window],
        call.window_last[window],
        ANY_START,
    )
    put_place(seats.place, seat, place)
    if place[POSITION] != NOBODY:
        seats.cost[seat] = seats.standing[member] + place_cost(
            call.rates, place[ADDED], place[MOVES], place[SLACK]
        )


@inlined
def put_place(places: Ints, row: int, place: tuple[int, int, int, int, int]) -> None:
    places[row, ADDED], places[row, MOVES], places[row, START] = place[ADDED], place[MOVES], place[START]
    places[row, POSITION], places[row, SLACK] = place[POSITION], place[SLACK]


@inlined
def at_pace(minutes: int, pace: int) -> int:
    return -(-minutes * pace // 100)


@compiled
def find_role(days: Days, call: Call, member: int, minutes: int, less: int) -> tuple[bool, int]:
    """Lead or second, and the first rule that excludes from both."""
    first, last = call.narrow_first, call.narrow_last
    code = find_exclusion(days, call.job, 0, member, minutes, True, less, first, last)
    if code == MISSING_SKILL and call.people > 1:
        return False, find_exclusion(days, call.job, 0, member, minutes, False, less, first, last)
    return True, code


@compiled
def find_exclusion(
    days: Days,
    jobs: Jobs,
    job: int,
    member: int,
    minutes: int,
    leads: bool,
    less: int,
    narrow_first: int,
    narrow_last: int,
) -> int:
    """`less`: so many minutes of the day are about to go to somebody else."""
    if is_among(jobs.refused, jobs.refused_from, job, days.member[member]):
        return REFUSED
    if days.absent[member]:
        return ABSENT
    if leads and not has_skills(days, member, jobs, job):
        return MISSING_SKILL
    admitted = False
    for span in range(days.shift_from[member], days.shift_from[member + 1]):
        begin = max(days.shift_first[span], narrow_first)
        admitted = admitted or begin <= min(days.shift_last[span] - minutes, narrow_last)
    if not admitted:
        return NO_SHIFT
    if days.served[member] - less + minutes > days.daily_cap[member]:
        return DAILY_CAP
    if max(days.month[member] - less, 0) + minutes > days.monthly_cap[member]:
        return MONTHLY_CAP
    return 0


@inlined
def is_among(ids: Ints, ids_from: Ints, job: int, member_id: int) -> bool:
    found = False
    for at in range(ids_from[job], ids_from[job + 1]):
        found = found or ids[at] == member_id
    return found


@inlined
def has_skills(days: Days, member: int, jobs: Jobs, job: int) -> bool:
    found = True
    for word in range(jobs.skills.shape[1]):
        held = days.skills[member, word] if word < days.skills.shape[1] else 0
        found = found and held & jobs.skills[job, word] == jobs.skills[job, word]
    return found


@compiled
def standing_cost(
    days: Days, jobs: Jobs, job: int, rates: Rates, member: int, minutes: int, less: int
) -> float:
    who, cost = days.member[member], fairness_cost(days, rates, member, minutes, less)
    if is_among(jobs.earlier, jobs.earlier_from, job, who):
        cost -= rates.knows_home
    wish = 0
    if is_among(jobs.rather, jobs.rather_from, job, who):
        wish += 1
    if is_among(jobs.rather_not, jobs.rather_not_from, job, who):
        wish -= 1
    return cost - rates.rather * wish


@compiled
def fairness_cost(days: Days, rates: Rates, member: int, minutes: int, less: int) -> float:
    wished = float(days.wish[member]) if days.wish[member] != 0 else rates.usual_month
    share = float(max(days.month[member] - less, 0) + minutes) / max(wished, 1.0)
    return rates.full_month * (min(share, 1.0) + rates.beyond_wish * max(share - 1.0, 0.0))


@inlined
def place_cost(rates: Rates, added: int, moves: int, slack: int) -> float:
    moved = rates.moves_others if moves else 0.0
    return rates.travel_minute * added + moved + rates.tight_minute * max(rates.calm_slack - slack, 0)


@inlined
def arrival(days: Days, member: int, leave: int, way: int) -> int:
    """As `MemberDay.arrival`."""
    first, last = days.rest_first[member], days.rest_last[member]
    there = (leave if leave <= first or leave >= last else last) + way
    if leave <= first < there:
        there += last - first
    return there


@inlined
def departure(days: Days, member: int, there: int, way: int) -> int:
    """As `MemberDay.departure`."""
    first, last = days.rest_first[member], days.rest_last[member]
    leave = (min(there, first) if there < last else there) - way
    if there >= last > leave:
        leave -= last - first
    return leave


@compiled
def line_up(days: Days, work: Work, member: int, without: int) -> int:
    """The stops of the day in order, and the ways between them, one of the stops perhaps taken out."""
    many = 0
    for stop in range(days.stop_from[member], days.stop_from[member + 1]):
        if stop != without:
            work.line[many] = stop
            bridged = without != NOBODY and stop == without + 1
            work.leg[many] = days.bridge[without] if bridged else days.leg[stop]
            many += 1
    last_gone = without != NOBODY and without + 1 == days.stop_from[member + 1]
    work.leg[many] = days.bridge[without] if last_gone else days.home_leg[member]
    if many == 0:
        work.leg[0] = 0  # stays at home
    return many


@compiled
def time_line(days: Days, work: Work, member: int, many: int, earliest: int) -> None:
    """The earliest end and the latest start of each stop in line."""
    kept = True
    for at in range(1, many):
        prior, stop = work.line[at - 1], work.line[at]
        if arrival(days, member, days.start[prior] + days.minutes[prior], work.leg[at]) > days.start[stop]:
            kept = False
    work.ready[0] = earliest
    for at in range(many):
        stop = work.line[at]
        work.fixed[at] = not kept or _stays(days, member, stop, earliest)
        there = min(arrival(days, member, earliest, work.leg[at]), days.start[stop])
        if at > 0:
            there = max(there, arrival(days, member, work.ready[at], work.leg[at]))
        begin = days.start[stop] if work.fixed[at] else _not_before(days, member, stop, there)
        work.ready[at + 1] = begin + days.minutes[stop]
    work.latest[many] = END
    for at in range(many - 1, -1, -1):
        stop = work.line[at]
        due = END
        if at + 1 < many:
            due = departure(days, member, work.latest[at + 1], work.leg[at + 1]) - days.minutes[stop]
        work.latest[at] = days.start[stop] if work.fixed[at] else _not_after(days, member, stop, due)


@compiled
def _stays(days: Days, member: int, stop: int, earliest: int) -> bool:
    """Pinned, past, or already outside promise or shift."""
    start = days.start[stop]
    if days.pinned[stop] or start < earliest:
        return True
    for span in range(days.shift_from[member], days.shift_from[member + 1]):
        begin = max(days.first[stop], days.shift_first[span])
        if begin <= start <= min(days.last[stop], days.shift_last[span] - days.minutes[stop]):
            return False
    return True


@compiled
def _not_before(days: Days, member: int, stop: int, minute: int) -> int:
    found = 0
    for span in range(days.shift_from[member], days.shift_from[member + 1]):
        begin = max(days.first[stop], days.shift_first[span])
        end = min(days.last[stop], days.shift_last[span] - days.minutes[stop])
        if begin <= end:
            if end >= minute:
                return max(begin, minute)
            found = end
    return found


@compiled
def _not_after(days: Days, member: int, stop: int, minute: int) -> int:
    found = 0
    for span in range(days.shift_from[member + 1] - 1, days.shift_from[member] - 1, -1):
        begin = max(days.first[stop], days.shift_first[span])
        end = min(days.last[stop], days.shift_last[span] - days.minutes[stop])
        if begin <= end:
            if begin <= minute:
                return min(end, minute)
            found = begin
    return found


@compiled
def open_line(
    days: Days,
    work: Work,
    member: int,
    many: int,
    minutes: int,
    earliest: int,
    there: Minutes,
    back: Minutes,
    opening: Ints,
    row: int,
) -> int:
    """Write the openings of a timed line from this row on; gives the row behind the last."""
    home = days.stop_from[member] + member
    for at in range(many + 1):
        prior = home if at == 0 else work.line[at - 1] + member + 1
        after = home if at == many else work.line[at] + member + 1
        come, go = there[prior], back[after]
        way_on = go if at < many else 0
        ready = arrival(days, member, max(work.ready[at], earliest), come)
        due = departure(days, member, work.latest[at], way_on) - minutes
        if ready > due:
            continue
        ends = days.start[work.line[at - 1]] + days.minutes[work.line[at - 1]] if at > 0 else earliest
        starts = days.start[work.line[at]] if at < many else END
        for span in range(days.shift_from[member], days.shift_from[member + 1]):
            first, last = max(ready, days.shift_first[span]), min(due, days.shift_last[span] - minutes)
            if first <= last:
                opening[row, 0], opening[row, 1], opening[row, 2] = at, first, last
                opening[row, 3] = arrival(days, member, ends, come)
                opening[row, 4] = departure(days, member, starts, way_on) - minutes
                opening[row, 5] = come + go - work.leg[at]
                row += 1
    return row


@compiled
def choose(
    opening: Ints, row: int, until: int, window_first: int, window_last: int, fixed_start: int
) -> tuple[int, int, int, int, int]:
    """The cheapest place whose start lies in the window, or exactly at `fixed_start`."""
    best, moved, when, where, play = END, 1, END, NOBODY, 0
    for at in range(row, until):
        low, high = max(opening[at, 1], window_first), min(opening[at, 2], window_last)
        added = opening[at, 5]
        if low > high or (where != NOBODY and added > best):
            continue
        if fixed_start == ANY_START:
            start = _choose_start(max(opening[at, 3], low), min(opening[at, 4], high), high)
        elif low <= fixed_start <= high:
            start = fixed_start
        else:
            continue
        moves = 0 if opening[at, 3] <= start <= opening[at, 4] else 1
        position, slack = opening[at, 0], high - start
        if where == NOBODY or (added, moves, start, position, slack) < (best, moved, when, where, play):
            best, moved, when, where, play = added, moves, start, position, slack
    return best, moved, when, where, play


@inlined
def tidy(start: int) -> int:
    return -(-start // TIDY) * TIDY


@inlined
def _choose_start(calm_low: int, calm_high: int, high: int) -> int:
    tidied = tidy(calm_low)
    if calm_low > calm_high:
        start = min(calm_low, high)
    elif tidied <= calm_high:
        start = tidied
    else:
        start = calm_low
    return start
