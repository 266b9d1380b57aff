"""Which promise windows to offer while the caller waits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

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


class Chance(NamedTuple):
    """A window in which a team can come, before it is worked out in full."""

    cost: float
    day: date
    window: Span
    added_travel: int
    number: int  # of its draft


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
    chances, drafts = _find_chances(job, days, spans, travel, earliest or {}, weights)
    if not chances:
        return []
    return choose_offers(job, chances, min(days), limit, drafts.__getitem__, weights)


def choose_offers(
    job: Job,
    chances: list[Chance],
    first_day: date,
    limit: int,
    draft_of: Callable[[int], Draft],
    weights: Weights,
) -> list[Offer]:
    """The best of them, worked out in full."""
    soonest = min((chance.day for chance in chances), default=first_day)
    least_travel = min((chance.added_travel for chance in chances), default=0)
    chances.sort(key=lambda chance: (chance.cost, chance.day, chance.window.start, chance.window.end))
    offers = []
    for chance in chances[:limit]:
        reasons = []
        if chance.day == soonest:
            reasons.append(Reason(ReasonCode.SOONEST, {"days": (soonest - first_day).days}))
        if chance.added_travel == least_travel:
            reasons.append(Reason(ReasonCode.LEAST_TRAVEL, {"minutes": least_travel}))
        offers.append(_make_offer(job, chance, draft_of(chance.number), reasons, weights))
    return offers


def _find_chances(
    job: Job,
    days: Mapping[date, Sequence[MemberDay]],
    spans: Mapping[date, Sequence[Span]],
    travel: Travel,
    earliest: Mapping[date, int],
    weights: Weights,
) -> tuple[list[Chance], list[Draft]]:
    chances, drafts = list[Chance](), list[Draft]()
    for day, member_days in days.items():
        windows = spans.get(day, ())
        if not windows:
            continue
        contenders, _ = find_contenders(job, member_days, travel, earliest.get(day, 0), weights)
        waiting = weights.day_waited * (day - min(days)).days
        for window in windows:
            if draft := find_draft(contenders, job.team_size, window, weights):
                added = sum(place.added_travel for _, place in draft.places)
                chances.append(Chance(draft.cost + waiting, day, window, added, len(drafts)))
                drafts.append(draft)
    return chances, drafts


def _make_offer(job: Job, chance: Chance, draft: Draft, reasons: list[Reason], weights: Weights) -> Offer:
    team = make_team(job, draft, chance.window, weights)
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
