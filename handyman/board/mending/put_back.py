"""A move on the board is undone, before anybody was told of it.

Where nothing else has happened on that day everything stands again as it stood. Else the visit alone goes
back, under the same rules as any move.
"""

from collections.abc import Mapping
from datetime import datetime

from handyman.board import fitting, offers
from handyman.board.assign import changeable, find_place
from handyman.board.changes import Changes
from handyman.board.mending import before as kept
from handyman.board.mending.before import Before
from handyman.board.needs import RESTORED, UNDONE
from handyman.board.refusals import Closed, ClosedError
from handyman.extensions import db
from handyman.models import (
    Actor,
    Assignment,
    AssignmentState,
    Offer,
    OfferState,
    Visit,
    VisitState,
    record,
)
from handyman.words import minute_of_day


def put_back(before: Before, by: Actor, now: datetime) -> Changes:
    """ChangedMeanwhileError when somebody has changed the visit since; GuardError when its place is taken."""
    if kept.is_over(before, now):
        raise ClosedError(Closed.TOO_LATE_TO_UNDO)
    visit = changeable(before.visit_id, before.seen)
    place = find_place(visit, kept.role_of(before))
    alone = kept.version_of(visit.day) == before.version + 1  # which is our own lock
    changes, same = Changes(), place.member_id == before.member_id
    if not alone:
        room = _fit(visit, place, before, now)
        changes.shifted += offers.shift_others(room, visit.day, by, now)
    if not same:
        changes.withdrawn += let_go(visit, place, by, now)
    for visit_id in before.starts if alone else before.starts.keys() & {visit.id}:
        other = db.session.get_one(Visit, visit_id, populate_existing=True)
        if offers.set_start(other, kept.start_of(before, visit_id), by, now, why=UNDONE):
            changes.shifted.append(other)
    if not same:
        changes.add(give_back(place, before, by, now))
    return changes


def let_go(visit: Visit, place: Assignment, by: Actor, now: datetime) -> list[Offer]:
    """Whoever was to have the place has it no longer."""
    withdrawn = offers.withdraw(place, by, now, why=UNDONE)
    if visit.state is VisitState.ASSIGNED:
        visit.move_to(VisitState.BOOKED, by, now, why=UNDONE)
    return withdrawn


def _fit(visit: Visit, place: Assignment, before: Before, now: datetime) -> Mapping[int, int]:
    """Who has to make room by now, or GuardError."""
    start = minute_of_day(visit.start, visit.day)
    if visit.id in before.starts:
        start = minute_of_day(kept.start_of(before, visit.id), visit.day)
    if place.member_id == before.member_id:
        return fitting.fit_team(visit, start, now)
    if before.member_id is None:
        return {}
    return fitting.fit_member(visit, place.role, before.member_id, start, now)[1]


def give_back(place: Assignment, before: Before, by: Actor, now: datetime) -> Changes:
    """The place is again whose it was, since when they said yes: they heard of no other; or nobody's."""
    if before.member_id is None or before.offer_id is None:
        place.member_id = None
        place.move_to(AssignmentState.OPEN, by, now, why=UNDONE)
        db.session.flush()
        db.session.expire(place, ["member"])
        return Changes()
    offers.hold(place, before.member_id, by, now, why=UNDONE)
    old = db.session.get_one(Offer, before.offer_id)
    offer = Offer(
        assignment=place,
        member_id=before.member_id,
        state=OfferState.OFFERED,
        **kept.copied(old),
    )
    db.session.add(offer)
    db.session.flush()
    record(offer, by, now, moved_to=OfferState.OFFERED, why=RESTORED)
    changes = Changes(restored=[offer])
    if kept.had_accepted(before):
        changes.add(offers.take(offer, by, now))
        offer.answered_at = old.answered_at
        db.session.flush()
    return changes
