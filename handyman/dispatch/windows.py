"""Which promise windows to offer while the caller waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handyman.dispatch.problem import Job, MemberDay, Reason, ReasonCode, Span, Travel
from handyman.dispatch.ranking import Candidate, find_contenders, make_team
from handyman.dispatch.teams import Draft, find_draft
from handyman.dispatch.weights import DEFAULT, Weights


@dataclass(frozen=True, slots=True)
class Offer:
    day: date
    window: Span
    team: tuple[Candidate, ...]  # the lead first; all start at the same minute
    start: int
    added_travel: int
    slack: int
    cost: float  # of the team, and of the days that the resident waits
    reasons: tuple[Reason, ...]  # of the window, then of its lead


@dataclass(frozen=True, slots=True)
class _Chance:
    cost: float
    day: date
    window: Span
    draft: Draft

    @property
    def added_travel(self) -> int:
        return sum(place.added_travel for _, place in self.draft.places)


def propose(
    job: Job,
    days: Mapping[date, Sequence[MemberDay]],
    spans: Mapping[date, Sequence[Span]],
    travel: Travel,
    earliest: Mapping[date, int] | None = None,
    limit: int = 6,
    weights: Weights = DEFAULT,
) -> list[Offer]:
    """The windows in which a whole team can come with every promise kept, best first.

    Best is the least cost of the team plus `day_waited` for each day after the first one asked;
    equals by day and hour. Each member stands in a day once. `earliest` is the minute of a day before
    which nobody sets out: today, now and the time it takes to tell somebody.
    """
    chances = _find_chances(job, days, spans, travel, earliest or {}, weights)
    if not chances:
        return []
    first_day = min(days)
    soonest = min(chance.day for chance in chances)
    least_travel = min(chance.added_travel for chance in chances)
    chances.sort(key=lambda chance: (chance.cost, chance.day, chance.window.start, chance.window.end))
    offers = []
    for chance in chances[:limit]:
        reasons = []
        if chance.day == soonest:
            reasons.append(Reason(ReasonCode.SOONEST, {"days": (soonest - first_day).days}))
        if chance.added_travel == least_travel:
            reasons.append(Reason(ReasonCode.LEAST_TRAVEL, {"minutes": least_travel}))
        offers.append(_make_offer(job, chance, reasons, weights))
    return offers


def _find_chances(
    job: Job,
    days: Mapping[date, Sequence[MemberDay]],
    spans: Mapping[date, Sequence[Span]],
    travel: Travel,
    earliest: Mapping[date, int],
    weights: Weights,
) -> list[_Chance]:
    chances: list[_Chance] = []
    for day, member_days in days.items():
        windows = spans.get(day, ())
        if not windows:
            continue
        contenders, _ = find_contenders(job, member_days, travel, earliest.get(day, 0), weights)
        waiting = weights.day_waited * (day - min(days)).days
        drafts = ((window, find_draft(contenders, job.team_size, window, weights)) for window in windows)
        chances += [_Chance(draft.cost + waiting, day, window, draft) for window, draft in drafts if draft]
    return chances


def _make_offer(job: Job, chance: _Chance, reasons: list[Reason], weights: Weights) -> Offer:
    team = make_team(job, chance.draft, chance.window, weights)
    return Offer(
        day=chance.day,
        window=chance.window,
        team=team.members,
        start=team.start,
        added_travel=team.added_travel,
        slack=team.slack,
        cost=chance.cost,
        reasons=(*reasons, *team.members[0].reasons),
    )
