# numbers of numpy are Any to the checker
# mypy: disable-error-code="no-any-return"
"""The windows that are refused, opened by one visit that changes its member: `ejection`, compiled."""

import numpy as np

from handyman.dispatch.core.call import (
    at_pace,
    choose,
    find_role,
    line_up,
    open_line,
    place_cost,
    put_place,
    standing_cost,
    time_line,
)
from handyman.dispatch.core.call_arrays import (
    ADDED,
    ANY_START,
    END,
    FIELDS,
    MATES,
    MOVES,
    NOBODY,
    POSITION,
    SLACK,
    START,
    Away,
    Call,
    Days,
    Drafts,
    Ejections,
    Homes,
    Seats,
    Work,
)
from handyman.dispatch.core.call_homes import may_leave
from handyman.dispatch.core.call_teams import add_start, is_before, list_starts
from handyman.dispatch.core.compiled import compiled, inlined


@compiled
def open_refused(
    days: Days,
    call: Call,
    work: Work,
    seats: Seats,
    drafts: Drafts,
    homes: Homes,
    away: Away,
    found: Ejections,
) -> bool:
    """Draft a team with one ejection for each refused window. False: `wanted` homes must be known first."""
    complete = True
    for day in range(len(days.day_from) - 1):
        refused = False
        for window in range(call.window_from[day], call.window_from[day + 1]):
            if found.refused[window]:
                refused = True
                found.stop[window] = drafts.who[window, 0] = NOBODY
                drafts.cost[window], drafts.least[window] = np.inf, -END
        if not refused:
            continue
        many = _list_away(days, call, work, homes, away, found, day)
        if many < 0:
            complete = False
            continue
        for window in range(call.window_from[day], call.window_from[day + 1]):
            if found.refused[window] and call.people == 1:
                _eject_for_one(days, call, drafts, homes, away, found, many, window)
            elif found.refused[window]:
                _eject_for_two(days, call, work, seats, drafts, homes, away, found, many, day, window)
    return complete


@compiled
def _list_away(
    days: Days, call: Call, work: Work, homes: Homes, away: Away, found: Ejections, day: int
) -> int:
    """Each day without each of its visits that may leave, opened for the job. -1: homes are wanted."""
    many, complete = 0, True
    for member in range(days.day_from[day], days.day_from[day + 1]):
        minutes = at_pace(call.job.minutes[0], days.pace[member])
        for stop in range(days.stop_from[member], days.stop_from[member + 1]):
            known = homes.known[stop]
            stays = known and homes.who[stop, 0] == NOBODY
            if stays or not may_leave(days, member, stop, call.earliest[day]):
                continue
            leads, code = find_role(days, call, member, minutes, days.minutes[stop])
            if code != 0 or (call.people == 1 and not leads):
                continue
            row = away.opening_from[many]
            length = line_up(days, work, member, stop)
            time_line(days, work, member, length, call.earliest[day])
            until = open_line(
                days,
                work,
                member,
                length,
                minutes,
                call.earliest[day],
                call.there,
                call.back,
                away.opening,
                row,
            )
            if not _opens_any(call, away, found, day, row, until):
                continue
            if not known:
                found.wanted[stop] = True
                complete = False
                continue
            away.stop[many], away.member[many], away.leads[many] = stop, member, leads
            away.standing[many] = standing_cost(
                days, call.job, 0, call.rates, member, minutes, days.minutes[stop]
            )
            many += 1
            away.opening_from[many] = until
    return many if complete else -1


@compiled
def _opens_any(call: Call, away: Away, found: Ejections, day: int, row: int, until: int) -> bool:
    for window in range(call.window_from[day], call.window_from[day + 1]):
        if found.refused[window]:
            for at in range(row, until):
                low = max(away.opening[at, 1], call.window_first[window])
                if low <= min(away.opening[at, 2], call.window_last[window]):
                    return True
    return False


@inlined
def _place(call: Call, away: Away, at: int, window: int, start: int) -> tuple[int, int, int, int, int]:
    return choose(
        away.opening,
        away.opening_from[at],
        away.opening_from[at + 1],
        call.window_first[window],
        call.window_last[window],
        start,
    )


@inlined
def _cost(call: Call, standing: float, place: tuple[int, int, int, int, int]) -> float:
    return standing + place_cost(call.rates, place[ADDED], place[MOVES], place[SLACK])


@compiled
def _eject_for_one(
    days: Days,
    call: Call,
    drafts: Drafts,
    homes: Homes,
    away: Away,
    found: Ejections,
    many: int,
    window: int,
) -> None:
    for at in range(many):
        place = _place(call, away, at, window, ANY_START)
        if place[POSITION] == NOBODY:
            continue
        stop, member = away.stop[at], away.member[at]
        seat = _cost(call, away.standing[at], place)
        total = seat + (homes.cost[stop, 0] - homes.worth[stop])
        best = found.stop[window]
        if best != NOBODY and not (
            total < drafts.cost[window]
            or (
                total == drafts.cost[window]
                and (days.member[member], days.visit[stop])
                < (days.member[drafts.who[window, 0]], days.visit[best])
            )
        ):
            continue
        drafts.cost[window], found.stop[window], found.home[window] = total, stop, 0
        drafts.who[window, 0], drafts.seat[window, 0] = member, seat
        put_place(drafts.place[window], 0, place)


@compiled
def _eject_for_two(
    days: Days,
    call: Call,
    work: Work,
    seats: Seats,
    drafts: Drafts,
    homes: Homes,
    away: Away,
    found: Ejections,
    many: int,
    day: int,
    window: int,
) -> None:
    """Starts in steps of five minutes first; any minute only where those suit nobody."""
    for tidied in (True, False):
        starts = list_starts(days, call, work, seats, day, window, tidied)
        for row in range(away.opening_from[0], away.opening_from[many]):
            low = max(away.opening[row, 1], call.window_first[window])
            high = min(away.opening[row, 2], call.window_last[window])
            if low <= high:
                starts = add_start(work, starts, low, tidied)
                starts = add_start(work, starts, min(max(low, away.opening[row, 3]), high), tidied)
        for number in range(starts):
            start = work.starts[number]
            if _rank_mates(days, call, seats, away, day, window, start):
                for at in range(many):
                    _seat_two(days, call, seats, drafts, homes, away, found, day, window, start, at)
        if found.stop[window] != NOBODY:
            _lead_first(days, seats, drafts, away, found, many, window)
            return


@compiled
def _rank_mates(days: Days, call: Call, seats: Seats, away: Away, day: int, window: int, start: int) -> bool:
    """The cheapest who can start then as their days are: of all, and of those who can lead."""
    first = days.day_from[day]
    for line in range(2):
        for at in range(MATES):
            away.mates[line, at] = NOBODY
    for member in range(first, days.day_from[day + 1]):
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
        away.mate_cost[member - first] = _cost(call, seats.standing[member], place)
        put_place(away.mate_place, member - first, place)
        _rank_mate(days, away, 0, member, first)
        if seats.leads[member]:
            _rank_mate(days, away, 1, member, first)
    return away.mates[0, 0] != NOBODY


@compiled
def _rank_mate(days: Days, away: Away, line: int, member: int, first: int) -> None:
    cost = away.mate_cost[member - first]
    at = MATES
    while at > 0 and (
        away.mates[line, at - 1] == NOBODY
        or is_before(
            days,
            cost,
            member,
            away.mate_cost[away.mates[line, at - 1] - first],
            away.mates[line, at - 1],
        )
    ):
        at -= 1
    for lower in range(MATES - 1, at, -1):
        away.mates[line, lower] = away.mates[line, lower - 1]
    if at < MATES:
        away.mates[line, at] = member


@compiled
def _seat_two(
    days: Days,
    call: Call,
    seats: Seats,
    drafts: Drafts,
    homes: Homes,
    away: Away,
    found: Ejections,
    day: int,
    window: int,
    start: int,
    at: int,
) -> None:
    """The freed member beside each mate that may be the best."""
    place = _place(call, away, at, window, start)
    if place[POSITION] == NOBODY:
        return
    stop, member, first = away.stop[at], away.member[at], days.day_from[day]
    seat = _cost(call, away.standing[at], place)
    for rank in range(MATES):
        mate = away.mates[0 if away.leads[at] else 1, rank]
        if mate in (NOBODY, member):
            continue
        home = 0 if homes.who[stop, 0] != mate else 1
        if homes.who[stop, home] == NOBODY:
            continue
        mate_cost = away.mate_cost[mate - first]
        total = seat + (homes.cost[stop, home] - homes.worth[stop]) + mate_cost
        if total > drafts.cost[window] or (
            total == drafts.cost[window]
            and not _comes_first(days, drafts, found, window, start, member, stop, mate_cost, mate)
        ):
            continue
        drafts.cost[window], found.stop[window], found.home[window] = total, stop, home
        drafts.who[window, 0], drafts.seat[window, 0] = member, seat
        put_place(drafts.place[window], 0, place)
        drafts.who[window, 1], drafts.seat[window, 1] = mate, mate_cost
        for field in range(FIELDS):
            drafts.place[window, 1, field] = away.mate_place[mate - first, field]


@compiled
def _comes_first(
    days: Days,
    drafts: Drafts,
    found: Ejections,
    window: int,
    start: int,
    member: int,
    stop: int,
    mate_cost: float,
    mate: int,
) -> bool:
    """Of two drafts that cost the same: the earlier, then the lower ids."""
    if drafts.place[window, 0, START] != start:
        return start < drafts.place[window, 0, START]
    other = drafts.who[window, 0]
    if member != other:
        return days.member[member] < days.member[other]
    if stop != found.stop[window]:
        return days.visit[stop] < days.visit[found.stop[window]]
    return is_before(days, mate_cost, mate, drafts.seat[window, 1], drafts.who[window, 1])


@compiled
def _lead_first(
    days: Days, seats: Seats, drafts: Drafts, away: Away, found: Ejections, many: int, window: int
) -> None:
    """The cheaper who can lead goes first; the freed member stands there until now."""
    freed, mate = drafts.who[window, 0], drafts.who[window, 1]
    leads = False
    for at in range(many):
        leads = leads or (away.stop[at] == found.stop[window] and away.leads[at])
    cheaper = is_before(days, drafts.seat[window, 1], mate, drafts.seat[window, 0], freed)
    if seats.leads[mate] and (cheaper or not leads):
        drafts.who[window, 0], drafts.who[window, 1] = mate, freed
        drafts.seat[window, 0], drafts.seat[window, 1] = drafts.seat[window, 1], drafts.seat[window, 0]
        for field in range(FIELDS):
            kept = drafts.place[window, 0, field]
            drafts.place[window, 0, field] = drafts.place[window, 1, field]
            drafts.place[window, 1, field] = kept
