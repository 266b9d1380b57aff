"""A promised visit goes to another member so that one more promise can be kept: its own window stays."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from handyman.board import needs, offers, wording
from handyman.board.changes import Changes
from handyman.board.horizon import view
from handyman.board.locking import lock_visit
from handyman.board.propose import Choice
from handyman.board.refusals import Closed, ClosedError
from handyman.dispatch.problem import Job
from handyman.dispatch.ranking import Ranking, Team
from handyman.dispatch.windows import Ejection, Offer
from handyman.models import Actor, Assignment, VisitState
from handyman.words import at_minute

EJECTED = "ejected"  # why an audit entry was written


def find(job: Job, choice: Choice, now: datetime, named: Sequence[int] = (), key: str = "") -> Offer | None:
    """The best team of the window when one visit of the day may change its member; the day is held.

    Of those who were `named` where they can come; what is kept for the form with this key is free for it.
    """
    horizon, names = view([choice.day], key)
    others = frozenset(names) - frozenset(named)
    theirs = replace(job, must_not_member_ids=job.must_not_member_ids | others)
    earliest = {choice.day: needs.earliest_minute(choice.window_start, now)}
    for asked in (theirs, job) if named else (job,):
        if found := horizon.windows(asked, {choice.day: [choice.span]}, earliest, limit=1):
            return found[0]
    return None


def ranking_of(offer: Offer) -> Ranking:
    """As booking reads it: the team, and nobody else."""
    team = Team(offer.start, offer.team, offer.added_travel, offer.slack, offer.cost)
    return Ranking(candidates=offer.team, excluded=(), team=team, obstacle=None)


def carry_out(ejection: Ejection, day: date, by: Actor, now: datetime) -> Changes:
    """Take the visit back from its member, and ask the one who takes it over."""
    visit = lock_visit(ejection.visit_id)
    if visit is None or visit.day != day:
        raise ClosedError(Closed.NO_SUCH_PLACE)
    place = visit.assignments[0]
    changes = Changes(withdrawn=offers.withdraw(place, by, now, why=EJECTED))
    if visit.state is VisitState.ASSIGNED:
        visit.move_to(VisitState.BOOKED, by, now, why=EJECTED)
    offers.hold(place, ejection.to_member, by, now, why=EJECTED)
    changes.shifted += offers.shift_others(ejection.to.insertion.moved, day, by, now)
    if offers.set_start(visit, at_minute(day, ejection.start), by, now):
        changes.shifted.append(visit)
    reasons = wording.encode(ejection.to.reasons)
    changes.offered.append(offers.make_offer(place, ejection.to_member, _rank(place), reasons, now))
    return changes


def _rank(place: Assignment) -> int:
    return 1 + sum(1 for offer in place.offers if not offer.by_hand)
