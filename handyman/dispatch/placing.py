"""Where a visit that was lifted may be put down: starts in a member's day, and what speaks against them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from handyman.dispatch.day_plan import place
from handyman.dispatch.eligibility import find_exclusion
from handyman.dispatch.openings import choose, open_day
from handyman.dispatch.problem import (
    Conflict,
    Exclusion,
    ExclusionCode,
    Job,
    MemberDay,
    Span,
    Stop,
    Travel,
)

Grounds = Sequence[Conflict] | Sequence[Exclusion]
OF_WHO_HOLDS_IT = frozenset({ExclusionCode.MUST_NOT, ExclusionCode.ABSENT})
AT_NO_HOUR = OF_WHO_HOLDS_IT | {
    ExclusionCode.MISSING_SKILL,
    ExclusionCode.DAILY_CAP,
    ExclusionCode.MONTHLY_CAP,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of one member: the rule that keeps them out at any hour, else what is wrong with each start."""

    member_id: int
    minutes: int  # of the work, at this member's pace
    bar: Exclusion | None
    grounds: Mapping[int, Grounds]  # by start; none: it may be
    moves_others: frozenset[int]  # starts for which somebody else's visit moves inside its promise

    def may(self, start: int) -> bool:
        return self.bar is None and not self.grounds[start]


def judge(
    day: MemberDay,
    job: Job,
    stop: Stop,
    starts: Sequence[int],
    travel: Travel,
    earliest: int = 0,
    *,
    holds: bool = False,
) -> Verdict:
    """`stop` is the visit itself, in nobody's day; `holds`: it is this member's, and only the start moves.

    What stands in a plan was right when it was made, so whoever holds the visit is asked less.
    """
    bar = find_bar(job, day, holds=holds)
    if bar:
        return Verdict(day.member_id, day.minutes(job.service_minutes), bar, {}, frozenset())
    ready = open_day(job, day, travel, earliest)
    found = {start: choose(ready.openings, stop.window, start) for start in starts}
    return Verdict(
        member_id=day.member_id,
        minutes=ready.service_minutes,
        bar=None,
        grounds={start: () if at else find_grounds(day, stop, start, travel) for start, at in found.items()},
        moves_others=frozenset(start for start, at in found.items() if at and at.moves_others),
    )


def find_bar(job: Job, day: MemberDay, *, holds: bool = False) -> Exclusion | None:
    """The rule that keeps the member from the visit, whenever it starts."""
    exclusion = find_exclusion(job, day)
    wanted = OF_WHO_HOLDS_IT if holds else AT_NO_HOUR
    return exclusion if exclusion and exclusion.code in wanted else None


def find_grounds(day: MemberDay, stop: Stop, start: int, travel: Travel) -> list[Conflict] | list[Exclusion]:
    """What speaks against this start; when nothing does, it is too late to get there."""
    as_long = replace(stop, start=start, service_minutes=day.minutes(stop.service_minutes))
    return place(day, as_long, start, travel) or [Exclusion(ExclusionCode.NO_TIME, {"late": True})]


def runs(starts: Sequence[int], step: int) -> list[Span]:
    """Starts that follow one another, from the first to the last of each run."""
    found: list[Span] = []
    for start in sorted(starts):
        if found and start - found[-1].end <= step:
            found[-1] = Span(found[-1].start, start)
        else:
            found.append(Span(start, start))
    return found
