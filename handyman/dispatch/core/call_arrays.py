"""The days ahead, and one job that looks for a window in them, as arrays.

One member-day stands behind another, day by day, and so do their stops. A *node* is a place on somebody's
day: the home of member-day m is node `stop_from[m] + m`, and the place of stop s of that day is node
`s + m + 1`. Times are whole minutes of the day; they stay below END.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

END = 10**6  # later than any minute of a day, as `openings.NEVER`
NO_CAP = 2**40
NOBODY = -1
TIDY = 5  # as `openings.TIDY_MINUTES`
ANY_START = -(2**40)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Minutes = NDArray[np.int32]


class Jobs(NamedTuple):
    """What whoever does a job must be: of the call's one job, or of every stop."""

    minutes: Ints  # planned, at the usual pace
    skills: Ints  # jobs x words: a bit for each
    earlier_from: Ints  # jobs+1
    earlier: Ints  # ids of members who know the home
    refused_from: Ints  # jobs+1
    refused: Ints
    rather_from: Ints  # jobs+1
    rather: Ints
    rather_not_from: Ints  # jobs+1
    rather_not: Ints


class Rates(NamedTuple):
    """`rules.Weights`, as far as a call weighs by them."""

    travel_minute: float
    full_month: float
    beyond_wish: float
    usual_month: float
    knows_home: float
    rather: float
    moves_others: float
    tight_minute: float
    calm_slack: int
    told: float
    firm: float


class Days(NamedTuple):
    """What is known before anybody calls. D days, M member-days, S stops."""

    day_from: Ints  # D+1: where the member-days of a day begin
    member: Ints  # M: the member's id
    absent: Bools  # M
    skills: Ints  # M x words: a bit for each
    pace: Ints  # M: percent
    daily_cap: Ints  # M
    monthly_cap: Ints  # M
    wish: Ints  # M: minutes wished, else the monthly cap; 0 where neither is known
    served: Ints  # M: minutes of the stops
    month: Ints  # M
    rest_first: Ints  # M: of the break; END where there is none
    rest_last: Ints  # M
    shift_from: Ints  # M+1; merged
    shift_first: Ints
    shift_last: Ints
    stop_from: Ints  # M+1
    start: Ints  # S: from here on in the order of going
    minutes: Ints
    first: Ints  # the promise
    last: Ints
    pinned: Bools
    visit: Ints  # ids
    may_change: Bools  # its member
    agreed: Bools  # its member has said yes
    job: Jobs  # S
    leg: Ints  # the way to it from the stop before, or from home
    bridge: Ints  # the way from the one before it to the one behind it: what is left when it is taken out
    home_leg: Ints  # M: the way home
    opening_from: Ints  # M+1: room for openings


class Call(NamedTuple):
    """The job, when it may be, and what it is weighed by."""

    people: int
    job: Jobs  # of one
    there: Minutes  # N: from each node to the job
    back: Minutes  # N: from the job to each node
    earliest: Ints  # D: the minute before which nobody sets out
    window_from: Ints  # D+1
    window_first: Ints
    window_last: Ints
    seat_from: Ints  # D+1: where the seats of a day begin; each member has one for each window
    narrow_first: int  # the starts that must lie in some shift
    narrow_last: int
    rates: Rates


ADDED, MOVES, START, POSITION, SLACK = range(5)  # columns of a place, as `openings.Place`
FIELDS = 5


class Seats(NamedTuple):
    """May the member go, and where does the job fit? `position` is NOBODY where it does not."""

    code: Ints  # M: 0, or the first rule that excludes, counted as `problem.ExclusionCode` does
    leads: Bools  # M
    standing: Floats  # M
    opening: Ints  # room x 6: position, first, last, calm first, calm last, added travel
    opening_to: Ints  # M: behind the last opening
    place: Ints  # seats x FIELDS
    cost: Floats  # seats


class Drafts(NamedTuple):
    """The best team for each window; nobody leads it where there is none."""

    cost: Floats  # windows
    least: Ints  # windows: the least travel of all who could have come
    who: Ints  # windows x people: member-days, the lead first
    place: Ints  # windows x people x FIELDS
    seat: Floats  # windows x people: cost


HOMES = 2  # the best, and the next where the best is the crew's other member
MATES = 4  # the cheapest of a crew's possible mates: two of them may be ruled out


class Homes(NamedTuple):
    """Who could take a visit over. S stops."""

    known: Bools  # S
    who: Ints  # S x HOMES: member-days, the cheapest first, or NOBODY
    cost: Floats  # S x HOMES
    place: Ints  # S x HOMES x FIELDS
    worth: Floats  # S: what its own member's going is worth, less what it costs to tell them otherwise
    saved: Ints  # S: travel of its own member


class Ejections(NamedTuple):
    """For each window that is refused: which visit would have to change its member."""

    refused: Bools  # windows
    stop: Ints  # windows, or NOBODY
    home: Ints  # windows: which of its homes
    wanted: Bools  # S: stops whose homes somebody must find first


class Away(NamedTuple):
    """Days without one of their visits. What stands here is of no use afterwards."""

    stop: Ints
    member: Ints
    standing: Floats
    leads: Bools
    opening: Ints
    opening_from: Ints
    mate_cost: Floats  # member-days of the day
    mate_place: Ints
    mates: Ints  # 2 x MATES: the cheapest of all, the cheapest who can lead


class Work(NamedTuple):
    """Room to think in; what stands here is of no use afterwards."""

    line: Ints  # stops of the day under work
    leg: Ints
    fixed: Bools
    ready: Ints  # the earliest end of each, behind `earliest` itself
    latest: Ints  # the latest start of each
    starts: Ints  # at which a crew could begin
    top: Ints  # people + 1: member-days, cheapest first; the last is the lead
    top_cost: Floats
    top_place: Ints  # people + 1 x FIELDS


def new_work(days: Days, people: int, more_openings: int = 0) -> Work:
    longest = int(np.diff(days.stop_from).max(initial=0)) + 2
    room = np.diff(days.opening_from[days.day_from]).max(initial=0) + more_openings
    return Work(
        line=np.empty(longest, np.int64),
        leg=np.empty(longest, np.int64),
        fixed=np.empty(longest, np.bool_),
        ready=np.empty(longest, np.int64),
        latest=np.empty(longest, np.int64),
        starts=np.empty(2 * int(room) + 1, np.int64),
        top=np.empty(people + 1, np.int64),
        top_cost=np.empty(people + 1, np.float64),
        top_place=np.empty((people + 1, FIELDS), np.int64),
    )


def new_seats(days: Days, call: Call) -> Seats:
    members, seats = len(days.member), int(call.seat_from[-1])
    return Seats(
        code=np.empty(members, np.int64),
        leads=np.empty(members, np.bool_),
        standing=np.empty(members, np.float64),
        opening=np.empty((int(days.opening_from[-1]), 6), np.int64),
        opening_to=np.empty(members, np.int64),
        place=np.empty((seats, FIELDS), np.int64),
        cost=np.empty(seats, np.float64),
    )


def new_homes(stops: int) -> Homes:
    return Homes(
        known=np.zeros(stops, np.bool_),
        who=np.full((stops, HOMES), NOBODY, np.int64),
        cost=np.zeros((stops, HOMES), np.float64),
        place=np.zeros((stops, HOMES, FIELDS), np.int64),
        worth=np.zeros(stops, np.float64),
        saved=np.zeros(stops, np.int64),
    )


def new_ejections(days: Days, drafts: Drafts) -> Ejections:
    windows = len(drafts.cost)
    return Ejections(
        refused=drafts.who[:, 0] == NOBODY,
        stop=np.full(windows, NOBODY, np.int64),
        home=np.zeros(windows, np.int64),
        wanted=np.zeros(len(days.start), np.bool_),
    )


NO_EJECTIONS = Ejections(
    np.zeros(0, np.bool_), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.bool_)
)
NO_HOMES = new_homes(0)


def new_away(days: Days) -> Away:
    stops, shifts = np.diff(days.stop_from), np.diff(days.shift_from)
    before = np.concatenate([[0], np.cumsum(stops * stops * shifts)])
    room = int(np.diff(before[days.day_from]).max(initial=0))
    most = int(np.diff(days.stop_from[days.day_from]).max(initial=0))
    members = int(np.diff(days.day_from).max(initial=0))
    return Away(
        stop=np.empty(most, np.int64),
        member=np.empty(most, np.int64),
        standing=np.empty(most, np.float64),
        leads=np.empty(most, np.bool_),
        opening=np.empty((room, 6), np.int64),
        opening_from=np.zeros(most + 1, np.int64),
        mate_cost=np.empty(members, np.float64),
        mate_place=np.empty((members, FIELDS), np.int64),
        mates=np.empty((2, MATES), np.int64),
    )


def new_drafts(call: Call) -> Drafts:
    windows = len(call.window_first)
    return Drafts(
        cost=np.empty(windows, np.float64),
        least=np.empty(windows, np.int64),
        who=np.empty((windows, call.people), np.int64),
        place=np.empty((windows, call.people, FIELDS), np.int64),
        seat=np.empty((windows, call.people), np.float64),
    )
