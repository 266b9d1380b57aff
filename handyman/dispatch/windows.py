"""Which promise windows to offer while the caller waits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from handyman.dispatch.costs import month_share
from handyman.dispatch.ejection import NOBODYS_LEAST, Leaving, find_ejection, find_leavings
from handyman.dispatch.problem import Job, MemberDay, Reason, ReasonCode, Span, Travel
from handyman.dispatch.ranking import (
    Candidate,
    Hours,
    find_contenders,
    find_team_reasons,
    make_candidate,
    make_team,
)
from handyman.dispatch.rules import BOARD, Weights
from handyman.dispatch.teams import Draft, Ejected, find_draft


@dataclass(frozen=True, slots=True)
class Ejection:
    """A visit that was promised goes to another member, in the window that was promised."""

    visit_id: int
    from_member: int
    to: Candidate  # who takes it over, and where in the day

    @property
    def to_member(self) -> int:
        return self.to.member_id

    @property
    def start(self) -> int:
        return self.to.insertion.start


@dataclass(frozen=True, slots=True)
class Offer:
    day: date
    window: Span
    team: tuple[Candidate, ...]  # the lead first; all start at the same minute
    start: int
    added_travel: int  # of everybody whose day changes
    slack: int
    cost: float  # of the team, and of the days that the resident waits
    reasons: tuple[Reason, ...]  # of the window, then of its team
    ejection: Ejection | None = None


class Chance(NamedTuple):
    """A window in which a team can come, before it is worked out in full."""

    cost: float
    day: date
    window: Span
    added_travel: int
    number: int  # of its draft
    ejects: bool

    @property
    def order(self) -> tuple[float, date, int, int]:
        """The best first; equals by day and hour."""
        return self.cost, self.day, self.window.start, self.window.end


def propose(
    job: Job,
    days: Mapping[date, Sequence[MemberDay]],
    spans: Mapping[date, Sequence[Span]],
    travel: Travel,
    earliest: Mapping[date, int] | None = None,
    limit: int = 6,
    weights: Weights = BOARD,
    *,
    eject: bool = True,
) -> list[Offer]:
    """The windows in which a whole team can come with every promise kept, best first.

    Best is the least cost of the team plus `day_waited` for each day after the first one asked;
    equals by day and hour. Each member stands in a day once. `earliest` is the minute of a day before
    which nobody sets out: today, now and the time it takes to tell somebody. `eject`: where a window is
    refused, a visit that was promised may change its member.
    """
    chances, drafts = _find_chances(job, days, spans, travel, earliest or {}, weights, eject)
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
    least_travel = min((chance.added_travel for chance in chances if not chance.ejects), default=0)
    chances.sort(key=lambda chance: chance.order)
    offers = []
    for chance in chances[:limit]:
        reasons = []
        if chance.day == soonest:
            reasons.append(Reason(ReasonCode.SOONEST, {"days": (soonest - first_day).days}))
        if chance.added_travel == least_travel and not chance.ejects:
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
    eject: bool,
) -> tuple[list[Chance], list[Draft]]:
    chances, drafts = list[Chance](), list[Draft]()
    for day, member_days in days.items():
        windows = spans.get(day, ())
        if not windows:
            continue
        waiting = weights.day_waited * (day - min(days)).days
        since = earliest.get(day, 0)
        for window, draft in _find_drafts(job, member_days, windows, travel, since, weights, eject):
            cost, ejects = draft.cost + waiting, draft.ejected is not None
            chances.append(Chance(cost, day, window, draft.added_travel, len(drafts), ejects))
            drafts.append(draft)
    return chances, drafts


def _find_drafts(
    job: Job,
    days: Sequence[MemberDay],
    windows: Sequence[Span],
    travel: Travel,
    earliest: int,
    weights: Weights,
    eject: bool,
) -> Iterator[tuple[Span, Draft]]:
    """The team of each window, with an ejection where there is none without."""
    contenders, _ = find_contenders(job, days, travel, earliest, weights)
    leavings: list[Leaving] | None = None
    for window in windows:
        draft = find_draft(contenders, job.team_size, window, weights)
        if draft is None and eject:
            if leavings is None:
                leavings = find_leavings(job, days, travel, earliest, weights)
            draft = find_ejection(job, leavings, contenders, window, weights)
        if draft:
            yield window, draft


def _make_offer(job: Job, chance: Chance, draft: Draft, reasons: list[Reason], weights: Weights) -> Offer:
    team = make_team(job, draft, chance.window, weights)
    members, slack, ejection = team.members, team.slack, None
    if draft.ejected:
        ejection, slack = _make_ejection(draft.ejected, weights), min(slack, draft.ejected.home.place.slack)
        members = tuple(_as_before(member, draft.ejected, weights) for member in members)
        reasons.append(tell(ejection))
    return Offer(
        day=chance.day,
        window=chance.window,
        team=members,
        start=team.start,
        added_travel=draft.added_travel,
        slack=slack,
        cost=chance.cost,
        reasons=(*reasons, *find_team_reasons(members)),
        ejection=ejection,
    )


def _make_ejection(ejected: Ejected, weights: Weights) -> Ejection:
    stop, home = ejected.stop, ejected.home
    to = make_candidate(stop.job, home.who, home.place, stop.window, NOBODYS_LEAST, weights)
    return Ejection(stop.visit_id, ejected.day.member_id, to)


def _as_before(member: Candidate, ejected: Ejected, weights: Weights) -> Candidate:
    """Whose hours are counted from the day as it is, not from the day without the visit that leaves it."""
    if member.member_id != ejected.day.member_id:
        return member
    return replace(member, hours=Hours(month_share(ejected.day, 0, weights), member.hours.after))


def tell(ejection: Ejection) -> Reason:
    """Which visit changes its member, and who takes it over."""
    params = {"visit_id": ejection.visit_id, "member_id": ejection.to_member, "start": ejection.start}
    return Reason(ReasonCode.EJECTS, params)
