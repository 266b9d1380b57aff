"""Every constraint and every cost of a plan, in one place: where a coordinator's "why" has its answer.

`Hard` is never broken by any entry of this package (`validator.py` checks each with arithmetic of its
own). `Weights` is what a plan, and an answer during a call, is weighed by where several keep all of `Hard`:
first what is left unserved, then the sum of the costs, all in the unit of time of the problem, so that "one
more minute on the road" is the yardstick. The call and the plan weigh the same things by the same numbers;
the few that only one of them knows say so.
"""

from dataclasses import dataclass
from enum import StrEnum


class Hard(StrEnum):
    """A plan that breaks one of these is no plan."""

    SKILLS = "skills"  # who holds a place in a crew has all the skills it asks for
    WINDOW = "window"  # a visit starts inside a window that was promised
    SHIFT = "shift"  # work lies inside one shift
    HOURS = "hours"  # a route, ways included, lies inside the hours of its vehicle
    TRAVEL = "travel"  # there is time for the way, and for setting up, from each stop to the next
    BREAK = "break"  # every break is taken, in its window, by whoever has work on that day
    DAILY_CAP = "daily_cap"  # service of one person on one day
    MONTHLY_CAP = "monthly_cap"  # and in the month, with what is used already
    TASKS = "tasks"  # no more visits, no more travel, no more load than a vehicle takes
    TOGETHER = "together"  # a crew is complete, starts at the same time, and is of different people
    ABSENT = "absent"  # nobody who is away
    REFUSED = "refused"  # nobody who must not go to this resident, or has said no
    PINNED = "pinned"  # who and when stay, where they were fixed
    REFER_OUT = "refer_out"  # what we must not do ourselves is not planned; ladders have their team of two
    ONCE = "once"  # a visit is planned once or not at all
    PROMISED = "promised"  # what was told to a resident and was kept before is kept after


@dataclass(frozen=True, slots=True)
class Weights:
    """Each cost and why it is there. The unit is one unit of travel time."""

    travel: float = 1.0
    # a resident waits: weight of a visit that is left out; the promised first, then by priority
    promised: float = 1e6
    unserved: float = 1.0
    # fairness: `full_month` is what one more usual job costs a member who is at the wished hours.
    # Beyond the wish it rises `beyond_wish` times as fast. In between it grows with the share of the wish.
    full_month: float = 20.0
    usual_job: float = 60.0
    beyond_wish: float = 2.0
    usual_month: float = 1_800.0  # minutes: stands in where neither wish nor cap is on record (30 h)
    knows_home: float = 10.0  # residents open the door more easily to a face they know
    rather: float = 10.0  # a wish of resident or member for or against each other, short of a refusal
    sent_out: float = 10.0  # one person more who has to leave home that day
    waiting: float = 0.1  # idle time between two visits; of a plan
    # play: below `calm` minutes of it one slow visit upsets the rest. A plan can still be mended on the day
    # and weighs each missing minute by `tight`; a call promises a fortnight ahead, on days that will fill up,
    # and weighs it by `tight_promise`: rather half an hour of road than the last minute.
    calm: int = 15
    tight: float = 0.5
    tight_promise: float = 2.0
    # of a call alone, which weighs one visit against days that stand
    moves_others: float = 3.0  # somebody promised starts earlier or later, inside the promise
    day_waited: float = 6.0  # a resident waits a day longer
    # change: people have arranged their day around what they were told
    told: float = 15.0  # somebody asked already is not to come after all
    firm: float = 30.0  # somebody who has said yes
    shifted: float = 5.0  # the same people, who cannot start when they were told, for each of them


# Priority: how much each visit weighs that is left out when not all can be served. A day waited counts one,
# and what guards against a fall as much as a fortnight: a fall is what ends living at home. Weights add up.
FALL_RISK = 14


def priority_of(days_waited: int, fall_risk: bool) -> int:
    return max(days_waited, 0) + (FALL_RISK if fall_risk else 0)


BOARD = Weights()
# VROOM's own measure: what is served, then the cost of travel and of vehicles, and nothing else
ROAD_ONLY = Weights(
    full_month=0.0,
    knows_home=0.0,
    rather=0.0,
    sent_out=0.0,
    waiting=0.0,
    tight=0.0,
    told=0.0,
    firm=0.0,
    shifted=0.0,
)
# smallest change first: worth a long way round
REPAIR = Weights(told=120.0, firm=240.0)
