"""Who is asked, what they answer, and who is asked next."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text

from handyman.board import days as member_days
from handyman.board import needs, planned_anew, road_times, wording
from handyman.board.calendar import find_expiry, is_working_day
from handyman.board.changes import Changes
from handyman.board.locking import lock_visit
from handyman.board.refusals import OfferClosedError
from handyman.dispatch.problem import MemberDay, Span
from handyman.dispatch.ranking import Candidate, Ranking, rank
from handyman.extensions import db, settings
from handyman.models import (
    ENDED,
    SYSTEM,
    Actor,
    Assignment,
    AssignmentState,
    DeclineReason,
    Offer,
    OfferState,
    TeamRole,
    Visit,
    VisitState,
    record,
)
from handyman.set_out import announced
from handyman.words import at_minute, hhmm, minute_of_day

MUST_NOT, ABSENT = "must_not", "absent"  # why an offer was taken back
SHIFTED = "shifted"  # the audit entry of a start that changed inside its promise
GIVEN_BACK = "given_back"  # of a visit whose member had said yes and cannot come
PLACED = "placed"  # of one that somebody has chosen
NOT_BEGUN = (VisitState.BOOKED, VisitState.ASSIGNED)
BATCH = 100


def ask_team(visit: Visit, ranking: Ranking, by: Actor, now: datetime) -> Changes:
    """The first offers of a visit: one for each place in its team."""
    changes = Changes()
    if ranking.team is None:
        return changes
    for member in ranking.team.members:
        role = TeamRole(member.role.value)
        assignment = Assignment(
            visit=visit, role=role, member_id=member.member_id, state=AssignmentState.OFFERED
        )
        db.session.add(assignment)
        db.session.flush()
        record(assignment, by, now, moved_to=AssignmentState.OFFERED)
        reasons = wording.encode(member.reasons)
        place = _rank_of(member.member_id, ranking)
        changes.offered.append(make_offer(assignment, member.member_id, place, reasons, now))
        changes.shifted += shift_others(member.insertion.moved, visit.day, by, now)
    return changes


def make_offer(
    assignment: Assignment,
    member_id: int,
    place: int,
    reasons: list[Any],
    now: datetime,
    by_hand: bool = False,
) -> Offer:
    """A new row, good until it expires. The place must hold no other open offer."""
    office = settings()
    offer = Offer(
        assignment=assignment,
        member_id=member_id,
        rank=place,
        reasons=reasons,
        by_hand=by_hand,
        state=OfferState.OFFERED,
        offered_at=now,
        expires_at=find_expiry(
            now, assignment.visit.start, office.offer_minutes, office.offer_hours, is_working_day
        ),
    )
    db.session.add(offer)
    db.session.flush()
    return offer


def shift_others(moved: Mapping[int, int], day: date, by: Actor, now: datetime) -> list[Visit]:
    """Write the new starts that an insertion gives to others, inside their promises."""
    shifted = []
    for visit_id, minute in moved.items():
        visit = db.session.get_one(Visit, visit_id, populate_existing=True)
        if set_start(visit, at_minute(day, minute), by, now):
            shifted.append(visit)
    return shifted


def set_start(visit: Visit, start: datetime, by: Actor, now: datetime, why: str = SHIFTED) -> bool:
    """Inside the promise; the resident is told nothing."""
    if visit.start == start:
        return False
    before, visit.start = visit.start, start
    record(visit, by, now, moved_from=hhmm(before), moved_to=hhmm(start), why=why)
    db.session.flush()
    return True


def answer_offer(
    offer_id: int,
    accept: bool,
    reason: DeclineReason | None,
    note: str,
    by: Actor,
    now: datetime,
) -> Changes:
    """A member's yes or no. The same answer twice is one answer; any other answer comes too late."""
    offer = _locked_offer(offer_id)
    wanted = OfferState.ACCEPTED if accept else OfferState.DECLINED
    if offer is None:
        raise OfferClosedError(OfferState.WITHDRAWN)
    if offer.state is wanted:
        return Changes()
    if offer.state is not OfferState.OFFERED or offer.assignment.visit.state in ENDED:
        raise OfferClosedError(offer.state)
    if accept and offer.member_id in needs.barred(offer.assignment.visit):
        return _pass_on(offer, by, now, MUST_NOT)
    if accept:
        return take(offer, by, now)
    return _decline(offer, reason or DeclineReason.OTHER, note, by, now)


def give_back(offer_id: int, reason: DeclineReason, note: str, by: Actor, now: datetime) -> Changes:
    """Whoever had said yes cannot come after all. Once somebody has set out that day, it is said by
    telephone, also where they turned back: the resident may have been told."""
    offer = _locked_offer(offer_id)
    if offer is None:
        raise OfferClosedError(OfferState.WITHDRAWN)
    visit = offer.assignment.visit
    if offer.state is not OfferState.ACCEPTED or visit.state not in NOT_BEGUN or announced(visit):
        raise OfferClosedError(offer.state)
    if visit.state is VisitState.ASSIGNED:
        visit.move_to(VisitState.BOOKED, by, now, why=GIVEN_BACK)
    return _decline(offer, reason, note, by, now)


def _decline(offer: Offer, reason: DeclineReason, note: str, by: Actor, now: datetime) -> Changes:
    offer.decline_reason, offer.decline_note = reason, note.strip()[:200]
    close(offer, OfferState.DECLINED, by, now, why=reason.value)
    return ask_next(offer.assignment, by, now)


def take(offer: Offer, by: Actor, now: datetime) -> Changes:
    """The member goes. When everybody of the team does, the visit is assigned."""
    close(offer, OfferState.ACCEPTED, by, now)
    assignment, visit = offer.assignment, offer.assignment.visit
    assignment.move_to(AssignmentState.ACCEPTED, by, now)
    if visit.state is VisitState.BOOKED and all(
        place.state is AssignmentState.ACCEPTED for place in visit.assignments
    ):
        visit.move_to(VisitState.ASSIGNED, by, now)
    db.session.flush()
    return Changes(accepted=[assignment])


def find_expired(now: datetime) -> list[int]:
    """Offers that have waited long enough, the oldest first."""
    query = (
        select(Offer.id)
        .where(text("offers.state = 'offered'"), Offer.expires_at <= now)  # as the index has it
        .order_by(Offer.expires_at)
        .limit(BATCH)
    )
    return list(db.session.scalars(query))


def expire(offer_id: int, now: datetime) -> Changes:
    """Nobody answered: the next in rank is asked. Answered meanwhile: nothing happens."""
    offer = _locked_offer(offer_id)
    if offer is None or offer.state is not OfferState.OFFERED or offer.expires_at > now:
        return Changes()
    close(offer, OfferState.EXPIRED, SYSTEM, now)
    return ask_next(offer.assignment, SYSTEM, now)


def pass_on(
    member_id: int, visit_ids: Iterable[int], by: Actor, now: datetime, why: str = MUST_NOT
) -> Changes:
    """Whoever must not or cannot go there after all is no longer asked; the next in rank is."""
    changes = Changes()
    for visit_id in visit_ids:
        visit = lock_visit(visit_id)
        for offer in [] if visit is None else _open_offers(visit, member_id):
            changes.add(_pass_on(offer, by, now, why))
    return changes


def _pass_on(offer: Offer, by: Actor, now: datetime, why: str) -> Changes:
    close(offer, OfferState.WITHDRAWN, by, now, why=why)
    changes = ask_next(offer.assignment, by, now)
    changes.withdrawn.append(offer)
    return changes


def _open_offers(visit: Visit, member_id: int) -> list[Offer]:
    places = [place for place in visit.assignments if place.member_id == member_id]
    return [offer for place in places for offer in place.offers if offer.state is OfferState.OFFERED]


def close(offer: Offer, state: OfferState, by: Actor, now: datetime, why: str = "") -> None:
    offer.answered_at = now
    offer.move_to(state, by, now, why=why)
    db.session.flush()


def ask_next(assignment: Assignment, by: Actor, now: datetime) -> Changes:
    """The best of those not asked before for this visit; nobody left is the coordinator's list."""
    visit = assignment.visit
    found = _next_candidate(assignment, now)
    if found is None:
        assignment.member_id = None
        assignment.move_to(AssignmentState.OPEN, by, now, why="nobody_left")
        _forget_member(assignment)
        return Changes()
    place, candidate = found
    changes = Changes()
    changes.shifted += shift_others(candidate.insertion.moved, visit.day, by, now)
    if visit.team_size == 1 and set_start(visit, at_minute(visit.day, candidate.insertion.start), by, now):
        changes.shifted.append(visit)
    hold(assignment, candidate.member_id, by, now, why="next_in_rank")
    reasons = wording.encode(candidate.reasons)
    changes.offered.append(make_offer(assignment, candidate.member_id, place, reasons, now))
    return changes


def hold(assignment: Assignment, member_id: int, by: Actor, now: datetime, why: str) -> None:
    """The place is the member's, who has still to say yes."""
    assignment.member_id = member_id
    assignment.move_to(AssignmentState.OFFERED, by, now, why=why)
    _forget_member(assignment)


def _forget_member(assignment: Assignment) -> None:
    """Whoever asks for the place's member next reads the new one."""
    db.session.flush()
    db.session.expire(assignment, ["member"])


def span_of(visit: Visit) -> Span:
    """The starts that a change of one member leaves open: a team starts together."""
    if visit.team_size > 1:
        start = minute_of_day(visit.start, visit.day)
        return Span(start, start)
    return needs.promise(visit)


def days_without(visit: Visit, day: date | None = None) -> list[MemberDay]:
    """Everybody's day as if the visit were not planned."""
    day = day or visit.day
    return planned_anew.without(visit, day, member_days.load([day]).days[day])


def withdraw(assignment: Assignment, by: Actor, now: datetime, why: str = "") -> list[Offer]:
    """Take back what the place's holder was offered or has accepted."""
    query = select(Offer).where(
        Offer.assignment_id == assignment.id,
        Offer.state.in_((OfferState.OFFERED, OfferState.ACCEPTED)),
    )
    withdrawn = list(db.session.scalars(query.execution_options(populate_existing=True)))
    for offer in withdrawn:
        offer.move_to(OfferState.WITHDRAWN, by, now, why=why)
        offer.answered_at = offer.answered_at or now
    db.session.flush()
    return withdrawn


def _next_candidate(assignment: Assignment, now: datetime) -> tuple[int, Candidate] | None:
    """With the place in rank: everybody asked stands before. Nobody can be sent nowhere, or into the past."""
    visit = assignment.visit
    asked = needs.asked_members(visit) | _team_of(visit.assignments)
    if visit.window_end <= now or not visit.address.located:
        return None
    ranking = rank(
        needs.job_of_visit(visit, assignment.role, asked),
        days_without(visit),
        span_of(visit),
        road_times.travel().minutes,
        earliest=needs.earliest_minute(visit.start, now, lead=0),
    )
    if not ranking.candidates:
        return None
    earlier = sum(1 for offer in assignment.offers if not offer.by_hand)
    return earlier + 1, ranking.candidates[0]


def _team_of(places: Iterable[Assignment]) -> frozenset[int]:
    return frozenset(place.member_id for place in places if place.member_id is not None)


def _rank_of(member_id: int, ranking: Ranking) -> int:
    ids = [candidate.member_id for candidate in ranking.candidates]
    return ids.index(member_id) + 1 if member_id in ids else 1


def _locked_offer(offer_id: int) -> Offer | None:
    visit_id = db.session.scalar(
        select(Assignment.visit_id)
        .join(Offer, Offer.assignment_id == Assignment.id)
        .where(Offer.id == offer_id)
    )
    if visit_id is None or lock_visit(visit_id) is None:
        return None
    offer = db.session.get(Offer, offer_id, populate_existing=True)
    if offer is not None:
        db.session.refresh(offer.assignment)
    return offer
