# numbers of numpy are Any to the checker
# mypy: disable-error-code="no-any-return"
"""Who could take a promised visit over, its window kept: the first half of `ejection`, compiled.

It hangs on nothing that a caller says, so it is found once for each day as it stands.
"""

from handyman.dispatch.core.call import (
    at_pace,
    choose,
    departure,
    find_exclusion,
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
    HOMES,
    MOVES,
    NOBODY,
    POSITION,
    SLACK,
    Days,
    Homes,
    Ints,
    Minutes,
    Rates,
    Work,
)
from handyman.dispatch.core.compiled import compiled, inlined


@compiled
def find_homes(
    days: Days,
    rates: Rates,
    work: Work,
    opening: Ints,
    earliest: int,
    line: Ints,
    there: Minutes,
    back: Minutes,
    homes: Homes,
) -> None:
    """Of one day: of each stop that has a line in the ways, from all nodes to it and back."""
    for member in range(len(days.member)):
        for stop in range(days.stop_from[member], days.stop_from[member + 1]):
            if line[stop] != NOBODY:
                _weigh_own(days, rates, member, stop, homes)
                for home in range(HOMES):
                    homes.who[stop, home] = NOBODY
                if may_leave(days, member, stop, earliest):
                    to_stop, from_stop = there[line[stop]], back[line[stop]]
                    _ask_others(days, rates, work, opening, earliest, member, stop, to_stop, from_stop, homes)
                homes.known[stop] = True


@inlined
def may_leave(days: Days, member: int, stop: int, earliest: int) -> bool:
    """Not before its member may have set out."""
    leave = departure(days, member, days.start[stop], days.leg[stop])
    return days.may_change[stop] and not days.pinned[stop] and leave >= earliest


@compiled
def _weigh_own(days: Days, rates: Rates, member: int, stop: int, homes: Homes) -> None:
    last = stop + 1 == days.stop_from[member + 1]
    onward = days.home_leg[member] if last else days.leg[stop + 1]
    saved = days.leg[stop] + onward - days.bridge[stop]
    minutes = at_pace(days.job.minutes[stop], days.pace[member])
    standing = standing_cost(days, days.job, stop, rates, member, minutes, days.minutes[stop])
    told = rates.firm if days.agreed[stop] else rates.told
    homes.saved[stop] = saved
    homes.worth[stop] = standing + rates.travel_minute * saved - told


@compiled
def _ask_others(
    days: Days,
    rates: Rates,
    work: Work,
    opening: Ints,
    earliest: int,
    own: int,
    stop: int,
    there: Minutes,
    back: Minutes,
    homes: Homes,
) -> None:
    for member in range(len(days.member)):
        minutes = at_pace(days.job.minutes[stop], days.pace[member])
        if member == own or (find_exclusion(days, days.job, stop, member, minutes, True, 0, -END, END) != 0):
            continue
        many = line_up(days, work, member, NOBODY)
        time_line(days, work, member, many, earliest)
        rows = open_line(days, work, member, many, minutes, earliest, there, back, opening, 0)
        place = choose(opening, 0, rows, days.first[stop], days.last[stop], ANY_START)
        if place[POSITION] != NOBODY:
            standing = standing_cost(days, days.job, stop, rates, member, minutes, 0)
            cost = standing + place_cost(rates, place[ADDED], place[MOVES], place[SLACK])
            _keep_home(days, homes, stop, member, cost, place)


@compiled
def _keep_home(
    days: Days, homes: Homes, stop: int, member: int, cost: float, place: tuple[int, int, int, int, int]
) -> None:
    at = HOMES
    while at > 0 and _is_cheaper(days, homes, stop, at - 1, member, cost):
        at -= 1
    if at == HOMES:
        return
    for lower in range(HOMES - 1, at, -1):
        homes.who[stop, lower], homes.cost[stop, lower] = (
            homes.who[stop, lower - 1],
            homes.cost[stop, lower - 1],
        )
        for field in range(FIELDS):
            homes.place[stop, lower, field] = homes.place[stop, lower - 1, field]
    homes.who[stop, at], homes.cost[stop, at] = member, cost
    put_place(homes.place[stop], at, place)


@inlined
def _is_cheaper(days: Days, homes: Homes, stop: int, at: int, member: int, cost: float) -> bool:
    other = homes.who[stop, at]
    return (
        other == NOBODY
        or cost < homes.cost[stop, at]
        or (cost == homes.cost[stop, at] and days.member[member] < days.member[other])
    )
