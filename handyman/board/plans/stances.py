"""Which visits a plan may touch: what is under way, about to be, or set by hand past a rule, stays."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from handyman.board.plans.facts import Facts, PromisedVisit
from handyman.board.plans.stored import Kept
from handyman.dispatch import day_plan
from handyman.dispatch.problem import MemberDay, Travel
from handyman.models import VisitState

UNDER_WAY = (VisitState.ON_THE_WAY, VisitState.ARRIVED)


class Stance(StrEnum):
    FREE = "free"  # may change its people and, inside its promise, its start
    FIXED = "fixed"  # who has it goes, when they were told
    BUSY = "busy"  # whoever has it is taken up until it ends
    ASIDE = "aside"  # takes up nobody's time in the plan


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a plan leaves alone: it grows where nothing better than what stands is found."""

    away: frozenset[tuple[int, date]] = frozenset()  # who is ill, and when
    fixed: frozenset[int] = frozenset()
    frozen: frozenset[tuple[int, date]] = frozenset()  # members' whole days


@dataclass(frozen=True, slots=True)
class Stances:
    """Of each visit whether it takes part, and why not; of each member the days that stay as they are."""

    of: Mapping[int, Stance]
    kept: Mapping[int, Kept] = field(default_factory=dict)
    frozen: frozenset[tuple[int, date]] = frozenset()


def present(facts: Facts, treatment: Treatment) -> frozenset[tuple[int, date]]:
    """Who can come on which day at all."""
    return frozenset(
        (member.member_id, day)
        for day, member in facts.member_days()
        if not member.absent and (member.member_id, day) not in treatment.away
    )


def find_stances(facts: Facts, treatment: Treatment, lead: int, travel: Travel) -> Stances:
    """`lead` minutes before its start a visit is as good as under way: its members have been reminded."""
    here = present(facts, treatment)
    frozen = treatment.frozen | {
        (place.member_id, visit.day)
        for visit in facts.visits
        if visit.point is None
        for place in visit.team
        if place.member_id is not None
    }
    waits, tied = held_on_stand_by(facts), facts.roster.tied
    fixed = treatment.fixed | set_by_hand(facts, travel) | waits | tied
    of: dict[int, Stance] = {}
    kept: dict[int, Kept] = {}
    for visit in facts.visits:
        of[visit.id], why = _stance(visit, facts.now, lead, here, fixed, frozen)
        if why is not None:
            if visit.id in treatment.fixed:
                why = Kept.AS_IT_WAS
            elif why is Kept.BY_HAND and visit.id in waits | tied:
                why = Kept.STAND_BY if visit.id in waits else Kept.FOR_CALLER
            kept[visit.id] = why
    return Stances(of, kept, frozen)


def _stance(
    visit: PromisedVisit,
    now: int,
    lead: int,
    here: Collection[tuple[int, date]],
    fixed: Collection[int],
    frozen: Collection[tuple[int, date]],
) -> tuple[Stance, Kept | None]:
    holders = [(place.member_id, visit.day) for place in visit.team if place.member_id is not None]
    if visit.state in UNDER_WAY:
        return Stance.BUSY, Kept.UNDER_WAY
    if visit.point is None:
        return Stance.ASIDE, Kept.NO_POINT
    if visit.window.end <= now:
        return Stance.ASIDE, Kept.LATE
    whole = len(holders) == len(visit.team) and all(holder in here for holder in holders)
    if whole and visit.start <= now + lead:
        return Stance.BUSY, Kept.UNDER_WAY if visit.start <= now else Kept.SOON
    if any(holder in frozen for holder in holders):
        tied = any(holder in here and holder not in frozen for holder in holders)
        return (Stance.FIXED if tied else Stance.ASIDE), Kept.AS_IT_WAS
    if visit.id in fixed and any(holder in here for holder in holders):
        return Stance.FIXED, Kept.BY_HAND
    if visit.placed and whole and not any(who in visit.wishes.must_not for who, _day in holders):
        return Stance.FIXED, Kept.PLACED
    return Stance.FREE, None


def held_on_stand_by(facts: Facts) -> frozenset[int]:
    """Visits of members who are on stand-by on that day: they keep what they hold, and get nothing else."""
    waits = {(member.member_id, day) for day, member in facts.member_days() if member.stand_by}
    return frozenset(
        visit.id
        for visit in facts.visits
        if any((place.member_id, visit.day) in waits for place in visit.team)
    )


def set_by_hand(facts: Facts, travel: Travel) -> frozenset[int]:
    """Visits that a rule speaks against and that somebody placed so on purpose."""
    days = {(member.member_id, day): member for day, member in facts.member_days()}
    chosen = (
        (visit, days[place.member_id, visit.day])
        for visit in facts.visits
        for place in visit.team
        if place.by_hand and place.member_id is not None and (place.member_id, visit.day) in days
        if place.member_id not in visit.wishes.must_not
    )
    return frozenset(visit.id for visit, day in chosen if _breaks_a_rule(visit, day, travel))


def _breaks_a_rule(visit: PromisedVisit, member: MemberDay, travel: Travel) -> bool:
    """In the clock of that day, or for want of a skill; an absence is no choice of anybody's."""
    leads = visit.team[0].member_id == member.member_id
    if leads and not visit.skills <= member.skills:
        return True
    return any(conflict.visit_id == visit.id for conflict in day_plan.check(member, travel))
