"""Who may do a job at all: the hard rules that need no look at the clock of the day."""

from handyman.dispatch.problem import (
    Exclusion,
    ExclusionCode,
    Job,
    MemberDay,
    Params,
    Role,
    Span,
    merge_spans,
)


def team_size(base: int, two_person_from_cm: int | None, ceiling_cm: int | None) -> int:
    """Two people from the item's ceiling height on. A height nobody knows yet asks for nobody more."""
    if two_person_from_cm is None or ceiling_cm is None or ceiling_cm < two_person_from_cm:
        return base
    return max(base, 2)


def find_exclusion(
    job: Job, day: MemberDay, window: Span | None = None, role: Role = Role.LEAD
) -> Exclusion | None:
    """The first rule that keeps the member from the job, in the order of `ExclusionCode`.

    The lead carries every skill of the job; a second lends a hand and needs none.
    """
    if day.member_id in job.must_not_member_ids:
        return Exclusion(ExclusionCode.MUST_NOT)
    if day.member_id in job.refused_member_ids:
        return Exclusion(ExclusionCode.REFUSED)
    if day.absent:
        return Exclusion(ExclusionCode.ABSENT)
    missing = job.skills - day.skills
    if missing and role is Role.LEAD:
        return Exclusion(ExclusionCode.MISSING_SKILL, {"skills": tuple(sorted(missing))})
    minutes = day.minutes(job.service_minutes)
    if not any(_admits(shift, minutes, window) for shift in merge_spans(day.shifts)):
        return Exclusion(ExclusionCode.NO_SHIFT, {"stand_by": 1} if day.stand_by else {})
    if over := over_daily_cap(day, minutes):
        return Exclusion(ExclusionCode.DAILY_CAP, over)
    if over := over_monthly_cap(day, minutes):
        return Exclusion(ExclusionCode.MONTHLY_CAP, over)
    return None


def over_daily_cap(day: MemberDay, more_minutes: int) -> Params | None:
    return _over(sum(stop.service_minutes for stop in day.stops), day.daily_cap, more_minutes)


def over_monthly_cap(day: MemberDay, more_minutes: int) -> Params | None:
    return _over(day.month_minutes, day.monthly_cap, more_minutes)


def _over(used: int, cap: int | None, more_minutes: int) -> Params | None:
    if cap is None or used + more_minutes <= cap:
        return None
    return {"used": used, "cap": cap, "over": used + more_minutes - cap}


def _admits(shift: Span, service_minutes: int, window: Span | None) -> bool:
    """Whether the work can start inside the window and end inside the shift."""
    latest = shift.end - service_minutes
    if window is None:
        return shift.start <= latest
    return max(shift.start, window.start) <= min(latest, window.end)
