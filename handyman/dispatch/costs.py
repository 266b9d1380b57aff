"""What a member costs a call, in minutes of travel, by the weights of `rules.py`; so does `core/call.py`."""

from handyman.dispatch.problem import Job, MemberDay
from handyman.dispatch.rules import Weights


def standing_cost(job: Job, day: MemberDay, weights: Weights) -> float:
    """What speaks for or against the member, wherever in the day the job comes to lie."""
    who = day.member_id
    continuity = weights.knows_home if who in job.earlier_member_ids else 0.0
    wish = weights.rather * ((who in job.rather_member_ids) - (who in job.rather_not_member_ids))
    return fairness_cost(day, day.minutes(job.service_minutes), weights) - continuity - wish


def fairness_cost(day: MemberDay, service_minutes: int, weights: Weights) -> float:
    """Grows with the share of the wished month that the member has with this job; faster past the wish."""
    share = month_share(day, service_minutes, weights)
    return weights.full_month * (min(share, 1.0) + weights.beyond_wish * max(share - 1.0, 0.0))


def month_share(day: MemberDay, more_minutes: int, weights: Weights) -> float:
    """Of the wished month, done and promised; 1.0 is just what was wished."""
    wished = day.wished_minutes if day.wished_minutes is not None else day.monthly_cap
    return (day.month_minutes + more_minutes) / max(wished or weights.usual_month, 1)


def place_cost(added_travel: int, moves_others: bool, slack: int, weights: Weights) -> float:
    """What one place in the day costs."""
    return (
        weights.travel * added_travel
        + (weights.moves_others if moves_others else 0.0)
        + weights.tight_promise * max(weights.calm - slack, 0)
    )
