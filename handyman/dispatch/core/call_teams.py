# numbers of numpy are Any to the checker
# mypy: disable-error-code="no-any-return"
"""The cheapest people who can start together in each window: what `teams` says, compiled."""

import numpy as np

from handyman.dispatch.core.call import choose, look, place_cost, put_place, tidy
from handyman.dispatch.core.call_arrays import (
    ADDED,
    END,
    FIELDS,
    MOVES,
    NOBODY,
    POSITION,
    SLACK,
    Call,
    Days,
    Drafts,
    Seats,
    Work,
)
from handyman.dispatch.core.compiled import compiled, inlined


@compiled
def find_windows(days: Days, call: Call, work: Work, seats: Seats, drafts: Drafts) -> None:
    """Look at everybody's days, then draft a team for each window."""
    look(days, call, work, seats)
    for day in range(len(days.day_from) - 1):
        for window in range(call.window_from[day], call.window_from[day + 1]):
            drafts.cost[window], drafts.who[window, 0] = np.inf, NOBODY
            if call.people == 1:
                _draft_one(days, call, seats, drafts, day, window)
            else:
                _draft_team(days, call, work, seats, drafts, day, window)


@inlined
def is_before(days: Days, cost: float, member: int, other_cost: float, other: int) -> bool:
    return cost < other_cost or (cost == other_cost and days.member[member] < days.member[other])


@compiled
def _draft_one(days: Days, call: Call, seats: Seats, drafts: Drafts, day: int, window: int) -> None:
    best, least = NOBODY, END
    windows = call.window_from[day + 1] - call.window_from[day]
    first = call.seat_from[day] + window - call.window_from[day]
    for member in range(days.day_from[day], days.day_from[day + 1]):
        seat = first + (member - days.day_from[day]) * windows
        if seats.code[member] != 0 or seats.place[seat, POSITION] == NOBODY:
            continue
        least = min(least, seats.place[seat, ADDED])
        if best == NOBODY or is_before(days, seats.cost[seat], member, drafts.cost[window], best):
            best = member
            drafts.cost[window] = drafts.seat[window, 0] = seats.cost[seat]
            for field in range(FIELDS):
                drafts.place[window, 0, field] = seats.place[seat, field]
    drafts.who[window, 0], drafts.least[window] = best, least


@compiled
def _draft_team(
    days: Days, call: Call, work: Work, seats: Seats, drafts: Drafts, day: int, window: int
) -> None:
    """Starts in steps of five minutes first; any minute only where those suit nobody."""
    for tidied in (True, False):
        many = list_starts(days, call, work, seats, day, window, tidied)
        for at in range(many):
            _draft_at(days, call, work, seats, drafts, day, window, work.starts[at])
        if drafts.who[window, 0] != NOBODY:
            return


@compiled
def list_starts(days: Days, call: Call, work: Work, seats: Seats, day: int, window: int, tidied: bool) -> int:
    """The first minutes of the window's openings, in order, each once: tidied, or those that are not tidy."""
    many = 0
    for member in range(days.day_from[day], days.day_from[day + 1]):
        if seats.code[member] != 0:
            continue
        for row in range(days.opening_from[member], seats.opening_to[member]):
            low = max(seats.opening[row, 1], call.window_first[window])
            high = min(seats.opening[row, 2], call.window_last[window])
            if low <= high:
                calm = min(max(low, seats.opening[row, 3]), high)
                many = add_start(work, many, low, tidied)
                many = add_start(work, many, calm, tidied)
    return many


@compiled
def add_start(work: Work, many: int, start: int, tidied: bool) -> int:
    tidy_start = tidy(start)
    if not tidied and tidy_start == start:
        return many
    wanted = tidy_start if tidied else start
    low, high = 0, many
    while low < high:
        middle = (low + high) // 2
        if work.starts[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    if low < many and work.starts[low] == wanted:
        return many
    for at in range(many, low, -1):
        work.starts[at] = work.starts[at - 1]
    work.starts[low] = wanted
    return many + 1


@compiled
def _draft_at(
    days: Days, call: Call, work: Work, seats: Seats, drafts: Drafts, day: int, window: int, start: int
) -> None:
    """The cheapest who can lead and the cheapest others beside, if that is cheaper than what is drafted."""
    lead, free, least = call.people, 0, END
    work.top[lead] = NOBODY
    for member in range(days.day_from[day], days.day_from[day + 1]):
        if seats.code[member] != 0:
            continue
        place = choose(
            seats.opening,
            days.opening_from[member],
            seats.opening_to[member],
            call.window_first[window],
            call.window_last[window],
            start,
        )
        if place[POSITION] == NOBODY:
            continue
        cost = seats.standing[member] + place_cost(call.rates, place[ADDED], place[MOVES], place[SLACK])
        least = min(least, place[ADDED])
        if seats.leads[member] and (
            work.top[lead] == NOBODY or is_before(days, cost, member, work.top_cost[lead], work.top[lead])
        ):
            work.top[lead], work.top_cost[lead] = member, cost
            put_place(work.top_place, lead, place)
        at = min(free, call.people - 1)
        if free == call.people and not is_before(days, cost, member, work.top_cost[at], work.top[at]):
            continue
        while at > 0 and is_before(days, cost, member, work.top_cost[at - 1], work.top[at - 1]):
            _copy_top(work, at, at - 1)
            at -= 1
        work.top[at], work.top_cost[at] = member, cost
        put_place(work.top_place, at, place)
        free = min(free + 1, call.people)
    if free == call.people and work.top[lead] != NOBODY:
        _keep(call, work, drafts, window, least)


@inlined
def _copy_top(work: Work, to: int, other: int) -> None:
    work.top[to], work.top_cost[to] = work.top[other], work.top_cost[other]
    for field in range(FIELDS):
        work.top_place[to, field] = work.top_place[other, field]


@compiled
def _keep(call: Call, work: Work, drafts: Drafts, window: int, least: int) -> None:
    lead = call.people
    total, seated = work.top_cost[lead], 1
    for at in range(call.people):
        if work.top[at] != work.top[lead] and seated < call.people:
            total += work.top_cost[at]
            seated += 1
    if total >= drafts.cost[window]:
        return
    drafts.cost[window], drafts.least[window] = total, least
    _seat(work, drafts, window, 0, lead)
    seated = 1
    for at in range(call.people):
        if work.top[at] != work.top[lead] and seated < call.people:
            _seat(work, drafts, window, seated, at)
            seated += 1


@inlined
def _seat(work: Work, drafts: Drafts, window: int, seat: int, at: int) -> None:
    drafts.who[window, seat], drafts.seat[window, seat] = work.top[at], work.top_cost[at]
    for field in range(FIELDS):
        drafts.place[window, seat, field] = work.top_place[at, field]
