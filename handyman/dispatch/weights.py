"""What a choice costs, all in minutes of travel: the one place where soft wishes are weighed."""

from dataclasses import dataclass

from handyman.dispatch.problem import Job, MemberDay
from handyman.dispatch.rules import BOARD


@dataclass(frozen=True, slots=True)
class Weights:
    travel_minute: float = 1.0  # the unit: one more minute on the road
    full_month: float = 20.0  # a member at the wished hours yields to one with none up to 20 minutes nearer
    beyond_wish: float = 2.0  # hours past the wish weigh this many times as much
    usual_month_minutes: int = 1_800  # stands in where neither wish nor cap is on record (30 h)
    knows_home: float = 10.0  # residents open the door more easily to a face they know
    moves_others: float = 3.0  # somebody promised starts earlier or later, inside the promise
    calm_slack: int = 15  # minutes of play below which one slow visit upsets the rest
    tight_minute: float = 2.0  # each minute of play missing: rather half an hour of road than the last minute
    day_waited: float = 6.0  # a resident waits a day longer
    told: float = BOARD.told  # a member who was asked is not to come after all
    firm: float = BOARD.firm  # and had said yes


DEFAULT = Weights()


def standing_cost(job: Job, day: MemberDay, weights: Weights) -> float:
    """What speaks for or against the member, wherever in the day the job comes to lie."""
    continuity = weights.knows_home if day.member_id in job.earlier_member_ids else 0.0
    return fairness_cost(day, day.minutes(job.service_minutes), weights) - continuity


def fairness_cost(day: MemberDay, service_minutes: int, weights: Weights) -> float:
    """Grows with the share of the wished month that the member has with this job; faster past the wish."""
    share = month_share(day, service_minutes, weights)
    return weights.full_month * (min(share, 1.0) + weights.beyond_wish * max(share - 1.0, 0.0))


def month_share(day: MemberDay, more_minutes: int, weights: Weights) -> float:
    """Of the wished month, done and promised; 1.0 is just what was wished."""
    wished = day.wished_minutes if day.wished_minutes is not None else day.monthly_cap
    return (day.month_minutes + more_minutes) / max(wished or weights.usual_month_minutes, 1)


def place_cost(added_travel: int, moves_others: bool, slack: int, weights: Weights) -> float:
    """What one place in the day costs."""
    return (
        weights.travel_minute * added_travel
        + (weights.moves_others if moves_others else 0.0)
        + weights.tight_minute * max(weights.calm_slack - slack, 0)
    )
