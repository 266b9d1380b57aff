"""Why a member stands where the ranking puts them: codes with figures, said in words by the board."""

from collections.abc import Iterator

from handyman.dispatch.openings import Insertion, OpenDay
from handyman.dispatch.problem import Job, MemberDay, Reason, ReasonCode, Span
from handyman.dispatch.rules import Weights


def find_reasons(
    job: Job, ready: OpenDay, insertion: Insertion, window: Span, least_travel: int, weights: Weights
) -> tuple[Reason, ...]:
    """In the order of `ReasonCode`."""
    reasons = [
        *_of_travel(job, ready, insertion, least_travel),
        _of_hours(ready.day, ready.service_minutes),
    ]
    if insertion.moved:
        reasons.append(Reason(ReasonCode.MOVES_OTHERS, {"visits": len(insertion.moved)}))
    if window.start < window.end and insertion.slack < weights.calm:
        reasons.append(Reason(ReasonCode.TIGHT, {"slack": insertion.slack}))
    return tuple(reasons)


def _of_travel(job: Job, ready: OpenDay, insertion: Insertion, least_travel: int) -> Iterator[Reason]:
    if ready.day.member_id in job.earlier_member_ids:
        yield Reason(ReasonCode.KNOWS_HOME)
    nearest = insertion.added_travel <= least_travel
    code = ReasonCode.NEAREST if nearest else ReasonCode.ADDED_TRAVEL
    yield Reason(code, {"minutes": insertion.added_travel})
    yield _way_there(ready, insertion.position)


def _way_there(ready: OpenDay, position: int) -> Reason:
    minutes = ready.to_job[position]
    if position == 0:
        return Reason(ReasonCode.FROM_HOME, {"minutes": minutes})
    visit_id = ready.stops[position - 1].visit_id
    return Reason(ReasonCode.FROM_VISIT, {"visit_id": visit_id, "minutes": minutes})


def _of_hours(day: MemberDay, service_minutes: int) -> Reason:
    if day.wished_minutes is None:
        return Reason(ReasonCode.MONTH_SO_FAR, {"month_minutes": day.month_minutes})
    above = day.month_minutes + service_minutes > day.wished_minutes
    code = ReasonCode.ABOVE_WISH if above else ReasonCode.BELOW_WISH
    return Reason(code, {"month_minutes": day.month_minutes, "wished_minutes": day.wished_minutes})
