"""Which members suit a job best in one window, why, and what keeps the others from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from handyman.dispatch.costs import month_share, standing_cost
from handyman.dispatch.eligibility import find_exclusion
from handyman.dispatch.openings import Insertion, Place, choose, open_day, settle
from handyman.dispatch.problem import (
    Exclusion,
    ExclusionCode,
    Job,
    MemberDay,
    Reason,
    ReasonCode,
    Role,
    Span,
    Travel,
)
from handyman.dispatch.reasons import find_reasons
from handyman.dispatch.rules import BOARD, Weights
from handyman.dispatch.teams import Contender, Draft, find_draft, seat_of

STRANGER = 1e6  # more than any road: who was not named comes only where one of those who were cannot


class Hours(NamedTuple):
    """Shares of the month that the member wished for."""

    before: float
    after: float  # with the job


@dataclass(frozen=True, slots=True)
class Candidate:
    member_id: int
    role: Role  # lead: carries every skill of the job; second: may only lend a hand
    insertion: Insertion
    cost: float  # in minutes of travel, see rules.py
    reasons: tuple[Reason, ...]
    hours: Hours


@dataclass(frozen=True, slots=True)
class Excluded:
    member_id: int
    exclusion: Exclusion


@dataclass(frozen=True, slots=True)
class Team:
    """People who start together at the same minute, the lead first. A job for one has a team of one."""

    start: int
    members: tuple[Candidate, ...]
    added_travel: int
    slack: int
    cost: float


@dataclass(frozen=True, slots=True)
class Ranking:
    candidates: tuple[Candidate, ...]  # best first, each at the start that suits that member best
    excluded: tuple[Excluded, ...]  # by member id, with the first rule that excludes
    team: Team | None
    obstacle: Exclusion | None  # why there is no team


def rank(
    job: Job,
    days: Sequence[MemberDay],
    window: Span,
    travel: Travel,
    earliest: int = 0,
    weights: Weights = BOARD,
    *,
    named: Sequence[int] = (),
) -> Ranking:
    """Cheapest first; equal costs go to the lower member id, so a rerun gives the same order.

    `named`: of whom the team is where they can come, the lead first, though others were cheaper by now.
    """
    contenders, excluded = find_contenders(job, days, travel, earliest, weights, window)
    places = [(who, choose(who.ready.openings, window)) for who in contenders]
    draft = find_draft(contenders, job.team_size, window, weights)
    if draft and named:
        draft = _of_named(draft, contenders, named, job.team_size, window, weights)
    return make_ranking(job, places, excluded, draft, window, weights)


def _of_named(
    cheapest: Draft,
    contenders: Sequence[Contender],
    named: Sequence[int],
    team_size: int,
    window: Span,
    weights: Weights,
) -> Draft:
    """Those who were named; else as many of them as can start together with somebody else."""
    known = {who.member_id: who for who in contenders}
    theirs = find_draft([who for who in contenders if who.member_id in named], team_size, window, weights)
    if theirs is None:
        dear = [
            who if who.member_id in named else replace(who, standing_cost=who.standing_cost + STRANGER)
            for who in contenders
        ]
        theirs = find_draft(dear, team_size, window, weights) or cheapest
    order = [*named, *known]
    places = sorted(theirs.places, key=lambda place: order.index(place[0].member_id))
    if places[0][0].role is not Role.LEAD:
        places = list(theirs.places)
    own = tuple((known[who.member_id], place) for who, place in places)
    cost = sum(seat_of(who, place, weights).cost for who, place in own)
    return theirs._replace(cost=cost, places=own, least_travel=cheapest.least_travel)


def make_ranking(
    job: Job,
    found: Sequence[tuple[Contender, Place | None]],
    excluded: Sequence[Excluded],
    draft: Draft | None,
    window: Span,
    weights: Weights,
) -> Ranking:
    """Of all who may go, each with the best place in the window, if there is one."""
    no_time = Exclusion(ExclusionCode.NO_TIME)
    timeless = [Excluded(who.member_id, no_time) for who, place in found if not place]
    candidates = _make_candidates(job, [(who, place) for who, place in found if place], window, weights)
    return Ranking(
        candidates=tuple(sorted(candidates, key=lambda candidate: (candidate.cost, candidate.member_id))),
        excluded=tuple(sorted([*excluded, *timeless], key=lambda other: other.member_id)),
        team=make_team(job, draft, window, weights) if draft else None,
        obstacle=None if draft else _find_obstacle(job, candidates),
    )


def team(
    job: Job,
    days: Sequence[MemberDay],
    window: Span,
    travel: Travel,
    earliest: int = 0,
    weights: Weights = BOARD,
) -> Team | None:
    """The cheapest lead and seconds who can start at the same minute of the window."""
    contenders, _ = find_contenders(job, days, travel, earliest, weights, window)
    draft = find_draft(contenders, job.team_size, window, weights)
    return make_team(job, draft, window, weights) if draft else None


def find_contenders(
    job: Job,
    days: Iterable[MemberDay],
    travel: Travel,
    earliest: int,
    weights: Weights,
    window: Span | None = None,
) -> tuple[list[Contender], list[Excluded]]:
    """Who may do the job, each with the day made ready; and who may not."""
    contenders, excluded = [], []
    for day in days:
        role, exclusion = find_role(job, day, window)
        if exclusion:
            excluded.append(Excluded(day.member_id, exclusion))
        else:
            ready = open_day(job, day, travel, earliest)
            contenders.append(Contender(day.member_id, role, ready, standing_cost(job, day, weights)))
    return contenders, excluded


def make_team(job: Job, draft: Draft, window: Span, weights: Weights) -> Team:
    members = _make_candidates(job, draft.places, window, weights, draft.least_travel)
    roles = [Role.LEAD, *[Role.SECOND] * (len(members) - 1)]
    return Team(
        start=draft.start,
        members=tuple(_with_role(member, role) for member, role in zip(members, roles, strict=True)),
        added_travel=sum(member.insertion.added_travel for member in members),
        slack=min(member.insertion.slack for member in members),
        cost=draft.cost,
    )


def find_team_reasons(members: Sequence[Candidate]) -> tuple[Reason, ...]:
    """The lead's, with how many others change their start, and how tight it is, in the whole team's days."""
    of_all = (ReasonCode.MOVES_OTHERS, ReasonCode.TIGHT)
    reasons = [reason for reason in members[0].reasons if reason.code not in of_all]
    moved = {visit_id for member in members for visit_id in member.insertion.moved}
    if moved:
        reasons.append(Reason(ReasonCode.MOVES_OTHERS, {"visits": len(moved)}))
    if any(reason.code is ReasonCode.TIGHT for member in members for reason in member.reasons):
        slack = min(member.insertion.slack for member in members)
        reasons.append(Reason(ReasonCode.TIGHT, {"slack": slack}))
    return tuple(reasons)


def find_role(job: Job, day: MemberDay, window: Span | None) -> tuple[Role, Exclusion | None]:
    exclusion = find_exclusion(job, day, window)
    if exclusion and exclusion.code is ExclusionCode.MISSING_SKILL and job.team_size > 1:
        return Role.SECOND, find_exclusion(job, day, window, Role.SECOND)
    return Role.LEAD, exclusion


def _make_candidates(
    job: Job,
    places: Sequence[tuple[Contender, Place]],
    window: Span,
    weights: Weights,
    least_travel: int | None = None,
) -> list[Candidate]:
    if least_travel is None:
        least_travel = min((place.added_travel for _, place in places), default=0)
    return [make_candidate(job, who, place, window, least_travel, weights) for who, place in places]


def make_candidate(
    job: Job, who: Contender, place: Place, window: Span, least_travel: int, weights: Weights
) -> Candidate:
    """The place worked out in full; `least_travel` is that of all who could go."""
    insertion, day = settle(who.ready, place), who.ready.day
    hours = Hours(month_share(day, 0, weights), month_share(day, who.ready.service_minutes, weights))
    reasons = find_reasons(job, who.ready, insertion, window, least_travel, weights)
    return Candidate(who.member_id, who.role, insertion, seat_of(who, place, weights).cost, reasons, hours)


def _with_role(member: Candidate, role: Role) -> Candidate:
    return replace(member, role=role)


def _find_obstacle(job: Job, candidates: Sequence[Candidate]) -> Exclusion:
    if len(candidates) < job.team_size:
        params = {"needed": job.team_size, "free": len(candidates)}
        return Exclusion(ExclusionCode.TEAM_TOO_SMALL, params)
    if all(candidate.role is not Role.LEAD for candidate in candidates):
        return Exclusion(ExclusionCode.MISSING_SKILL, {"skills": tuple(sorted(job.skills))})
    return Exclusion(ExclusionCode.NO_TIME)  # enough people, and no minute that suits them all
