"""A routing problem and a plan under work, as arrays.

A *slot* is one place in a visit's crew: a visit for two people has two slots, which start together. Breaks
come behind the slots of the visits: they belong to one vehicle, have no place of their own and are taken
where the vehicle happens to be. Times are whole numbers of one unit (minutes on the board, seconds in
VROOM's JSON).
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

NEVER = 2**40  # later than any time
NOWHERE = -1

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Given(NamedTuple):
    """What does not change. S slots (breaks included), V vehicles, M members, P profiles, L places."""

    place: Ints  # S: where, or NOWHERE
    setup: Ints  # S: on top of the service when the vehicle was not at the same place before
    mate_from: Ints  # S+1: where a slot's mates begin in `mates`
    mates: Ints  # the other slots of the same visit
    window_from: Ints  # S+1
    window_first: Ints
    window_last: Ints
    opens: Ints  # S: start of a visit that has one window only, and its end
    closes: Ints
    weight: Floats  # S: what it costs the plan's worth not to serve it; counted before any other cost
    is_break: NDArray[np.bool_]  # S
    amount: Ints  # S x D
    start_place: Ints  # V
    end_place: Ints  # V
    leaves: Ints  # V: not before
    returns: Ints  # V: not after
    profile: Ints  # V
    pace: Ints  # V: row of `service`
    member: Ints  # V
    kind: Ints  # V: vehicles that nothing tells apart have the same kind
    span_from: Ints  # V+1: the shifts; work lies inside one
    span_first: Ints
    span_last: Ints
    max_tasks: Ints  # V
    max_travel: Ints  # V
    max_service: Ints  # V: the daily cap
    capacity: Ints  # V x D
    fixed: Floats  # V: of sending the vehicle out at all
    rate: Floats  # V: times the travel cost
    used: Floats  # M: service done before in the same month
    cap: Floats  # M: service allowed in it
    wish: Floats  # M: service wished in it; what fairness is measured by
    service: Ints  # paces x S
    plain_visit: NDArray[np.bool_]  # S: one window, and nobody sets up anything anywhere
    plain_vehicle: NDArray[np.bool_]  # V: one shift, and no breaks
    plain: bool  # every visit and vehicle is, and nobody works together
    breaks: Ints  # V: how many
    may: NDArray[np.bool_]  # V x S
    may_from: Ints  # S+1
    may_list: Ints  # the vehicles that may
    told: Ints  # S: when its people were told to start, or NEVER
    dislike: Floats  # S x V: what speaks against the pair beside the travel
    travel: Ints  # P x L+1 x L+1: the last row and column are nothing, and NOWHERE finds them
    cost: Floats  # the same
    near: Ints  # 2 x S x K: the slots most like each slot, by place, and by place and time
    keys: Floats  # orders x S: in which order slots are put back, lowest first
    kindest: float  # the least dislike of all, 0 or below
    fair: float  # weights of rules.py
    beyond: float
    waiting: float
    tight: float
    calm: int
    shifted: float


class State(NamedTuple):
    """A plan under work. `est` and `lst` are the earliest and latest start that keep every promise."""

    route: NDArray[np.int32]  # V x longest route
    length: Ints  # V
    tasks: Ints  # V: visits, breaks not counted
    version: Ints  # V: a new number whenever the route changes
    travelled: Ints  # V
    served: Ints  # V: service time
    loaded: Ints  # V x D
    road: Floats  # V: travel cost
    extra: Floats  # V: waiting and tightness
    load: Floats  # M: service of the plan
    vehicle: Ints  # S, or NOWHERE
    position: Ints  # S
    own: Ints  # S: when its vehicle can be there
    due: Ints  # S: when its vehicle must have started at the latest
    est: Ints  # S
    lst: Ints  # S
    legs_of: Ints  # V: the route's version that the next five were found for
    leg_place: Ints  # V x longest route + 2: where the vehicle is before each position, and in the end
    leg_clock: Ints  # V x longest route + 1: from when on it is free there
    leg_bound: Ints  # the latest start of what comes next
    leg_way: Ints  # the travel time and
    leg_toll: Floats  # the travel cost to there
    stamp: Ints  # S x V: the route's version that the next two were found for
    detour: Floats  # S x V: least travel cost added, or NEVER
    where: Ints  # S x V: at this position
    absent: Ints  # S: slots that wait, the first `counts[ABSENT]` of it
    missed: Ints  # S: how often it was left out
    counts: Ints  # ABSENT, VERSION, LOOKED, GOOD, LOST
    random: NDArray[np.uint64]  # 1
    todo: Ints  # V: routes to time again
    listed: NDArray[np.bool_]  # V
    totals: Floats  # UNSERVED, COST, PENALTY
    touched: NDArray[np.bool_]  # V: routes that lost a stop in this round
    ruined: NDArray[np.bool_]  # V: routes that a string was taken from
    leaving: Ints  # S: stops that are about to be taken out, or put back
    ranks: Floats  # S: and in which order
    choices: Ints  # crew x MOST x 4: places for each slot of a crew: vehicle, position, earliest, latest
    prices: Floats  # crew x MOST
    chosen: Ints  # 2 x crew x 4: the places that are weighed now, and the best so far
    banned: NDArray[np.bool_]  # MOST x MOST


MOST = 384  # places that are weighed for each slot of a crew
ABSENT, VERSION, LOOKED, GOOD, LOST = 0, 1, 2, 3, 4
UNSERVED, COST, PENALTY = 0, 1, 2


def new_state(given: Given, longest: int, seed: int) -> State:
    """No vehicle has anything to do, and every slot waits."""
    slots, vehicles = len(given.place), len(given.leaves)
    crew = 1 + int(np.diff(given.mate_from).max(initial=0))
    ints: Any = lambda *shape: np.zeros(shape, np.int64)  # noqa: E731
    floats: Any = lambda *shape: np.zeros(shape, np.float64)  # noqa: E731
    return State(
        route=np.zeros((vehicles, longest), np.int32),
        length=ints(vehicles),
        tasks=ints(vehicles),
        version=np.arange(1, vehicles + 1, dtype=np.int64),
        travelled=ints(vehicles),
        served=ints(vehicles),
        loaded=ints(vehicles, given.capacity.shape[1]),
        road=floats(vehicles),
        extra=floats(vehicles),
        load=floats(len(given.used)),
        vehicle=np.full(slots, NOWHERE, np.int64),
        position=ints(slots),
        own=ints(slots),
        due=ints(slots),
        est=ints(slots),
        lst=ints(slots),
        legs_of=ints(vehicles),
        leg_place=ints(vehicles, longest + 2),
        leg_clock=ints(vehicles, longest + 1),
        leg_bound=ints(vehicles, longest + 1),
        leg_way=ints(vehicles, longest + 1),
        leg_toll=floats(vehicles, longest + 1),
        stamp=ints(slots, vehicles),
        detour=floats(slots, vehicles),
        where=ints(slots, vehicles),
        absent=np.arange(slots, dtype=np.int64),
        missed=ints(slots),
        counts=np.array([slots, vehicles + 1, 0, 0, 0], np.int64),
        random=np.array([(seed * 2 + 1) * 0x9E3779B97F4A7C15 % 2**64 or 1], np.uint64),
        todo=ints(vehicles + 1),
        listed=np.zeros(vehicles, np.bool_),
        totals=floats(3),
        touched=np.zeros(vehicles, np.bool_),
        ruined=np.zeros(vehicles, np.bool_),
        leaving=ints(slots),
        ranks=floats(slots),
        choices=ints(crew, MOST, 4),
        prices=floats(crew, MOST),
        chosen=ints(2, crew, 4),
        banned=np.zeros((MOST, MOST) if crew > 1 else (1, 1), np.bool_),
    )
