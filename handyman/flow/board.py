"""Visits: booked, staffed, moved, called off, and what waits for one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import current_app

from handyman.board import answers, locking, needs, offers, road_times
from handyman.board import assign as assigning
from handyman.board import book as booking
from handyman.board import cancel as cancelling
from handyman.board.changes import Changes
from handyman.board.mending import move_back as moving
from handyman.board.mending import put as putting
from handyman.board.mending import put_back as putting_back
from handyman.board.mending.before import Before
from handyman.board.mending.move_back import Moved
from handyman.board.propose import Choice
from handyman.board.refusals import BoardError, ChangedMeanwhileError
from handyman.board.waiting_list import entries as waiting_list
from handyman.extensions import db, transaction
from handyman.flow.telling import tell, tell_of_giving_back, tell_of_no
from handyman.messages import announce, rows, unmoved
from handyman.models import (
    Actor,
    ActorKind,
    CancelReason,
    DeclineReason,
    Offer,
    OfferState,
    OverrideReason,
    ServiceRequest,
    StateError,
    TeamRole,
    WaitReason,
)
from handyman.visit import promise
from handyman.visit.taps import Tap, is_new, was_kept


def book(request_id: int, choice: Choice, by: Actor, now: datetime, named: Sequence[int] = ()) -> Changes:
    """Promise a window for what is open of a request, ask its team, tell the resident.

    `named`: whom the page showed for the window; they are asked, as long as they can come.
    """
    road_times.prefetch_request(request_id, choice.day)
    with transaction():
        changes = booking.book(db.session.get_one(ServiceRequest, request_id), choice, by, now, named=named)
        waiting_list.leave(request_id)
        tell(changes, now)
    return changes


def wait_for_place(
    request_id: int, reason: WaitReason, note: str, by: Actor, now: datetime, was: str | None = None
) -> bool:
    """None of the windows will do: on the list until another one opens. False where none ever could.

    `was`: how the list stood where the form was opened.
    """
    with transaction():
        request = locking.lock_request(request_id) or db.session.get_one(ServiceRequest, request_id)
        waiting_list.check(request, was, waiting_list.said(reason, note), by)
        return waiting_list.put(request, reason, note, by, now) is not None


def look_for_places(now: datetime) -> int:
    """Whether a place has opened for those who wait; gives for how many that has changed."""
    found = waiting_list.look(now)
    db.session.rollback()  # it has only read: whoever books meanwhile is not kept waiting
    if found:
        with transaction():
            waiting_list.note(found, now)
    return len(found)


def change_answer(
    request_id: int, item_id: int, key: str, answer: str, by: Actor, now: datetime, was: str | None = None
) -> None:
    """Put right what was answered about an item, such as a consent that has come since."""
    with transaction():
        answers.change(request_id, item_id, key, answer, by, now, was)


def assign(
    visit_id: int,
    role: TeamRole,
    member_id: int,
    by: Actor,
    now: datetime,
    *,
    agreed: bool,
    seen: str | None,
    reason: OverrideReason | None = None,
    note: str = "",
) -> Changes:
    """Put a member into a visit's team by hand, and say why."""
    with transaction():
        changes = assigning.assign(
            visit_id, role, member_id, by, now, agreed=agreed, seen=seen, reason=reason, note=note
        )
        tell(changes, now)
    return changes


def move(
    visit_id: int, choice: Choice, start: int | None, by: Actor, now: datetime, *, seen: str | None
) -> tuple[Changes, Moved]:
    """Move a visit; the resident is told when the promise changes, once it can no longer be undone."""
    road_times.prefetch_visit(visit_id, choice.day)
    with transaction():
        changes, before = moving.move_by_hand(visit_id, choice, start, by, now, seen=seen)
        tell(changes, now)
        rows.hold_back(changes.visits, now, now + putting.HELD_BACK)
    return changes, before


def move_back(before: Moved, by: Actor, now: datetime) -> tuple[Changes, Mapping[str, int]]:
    """Undo that."""
    with transaction():
        changes, versions = moving.move_back(before, by, now)
        changes.heard_of = unmoved.was_heard_of(changes.visits, moving.moved_at(before))
        tell(changes, now)
    return changes, versions


def put(visit_id: int, wanted: putting.Wanted, by: Actor, now: datetime) -> tuple[Changes, Before]:
    """Put a visit down elsewhere on the board. Its texts wait until it can no longer be undone."""
    with transaction():
        changes, before = putting.put(visit_id, wanted, by, now)
        tell(changes, now)
        rows.hold_back(changes.visits, now, now + putting.HELD_BACK)
    return changes, before


def put_back(before: Before, by: Actor, now: datetime) -> Changes:
    """Undo that."""
    with transaction():
        changes = putting_back.put_back(before, by, now)
        changes.heard_of = unmoved.was_heard_of(changes.visits, putting.put_at(before))
        tell(changes, now)
    return changes


def cancel_visit(
    visit_id: int,
    reason: CancelReason,
    by: Actor,
    now: datetime,
    *,
    seen: str | None = None,
    under_way: bool = False,
) -> Changes:
    """Call a visit off; its work looks for another one."""
    with transaction():
        changes = cancelling.cancel_visit(visit_id, reason, by, now, seen=seen, under_way=under_way)
        tell(changes, now)
    return changes


def cancel_request(
    request_id: int, reason: CancelReason, by: Actor, now: datetime, *, seen: str | None = None
) -> Changes:
    """Call off all that is left of a request."""
    with transaction():
        changes = cancelling.cancel_request(request_id, reason, by, now, seen=seen)
        waiting_list.leave(request_id)
        tell(changes, now)
    return changes


def answer_offer(
    offer_id: int,
    accept: bool,
    reason: DeclineReason | None,
    note: str,
    by: Actor,
    now: datetime,
    press: tuple[int, Tap] | None = None,
    seen: str | None = None,
    *,
    unseen: bool = False,
) -> Changes:
    """A member's yes or no; after a no the next in rank is asked. A press that came before is none.

    `seen`: what the page had asked and promised; ChangedMeanwhileError where that has moved.
    """
    with transaction():
        if press is not None and was_kept(press[0], press[1].key):
            return Changes()
        if seen is not None:
            _check_offer(offer_id, seen)
        changes = offers.answer_offer(offer_id, accept, reason, note, by, now)
        if press is not None:
            is_new(*press, by, "accept" if accept else "decline", now)
        if by.kind is ActorKind.MEMBER or not accept:
            announce.answered(db.session.get_one(Offer, offer_id), by, now, unseen=unseen)
        if not accept:
            tell_of_no(offer_id, now)
        tell(changes, now, unseen=unseen)
    return changes


def give_back(
    offer_id: int,
    reason: DeclineReason,
    note: str,
    by: Actor,
    now: datetime,
    press: tuple[int, Tap],
    seen: str,
) -> Changes:
    """Whoever had said yes cannot come after all: the next in rank is asked, and the promise stands."""
    with transaction():
        if was_kept(press[0], press[1].key):
            return Changes()
        _check_offer(offer_id, seen)
        changes = offers.give_back(offer_id, reason, note, by, now)
        is_new(*press, by, "decline", now)
        tell_of_giving_back(offer_id, by, now)
        tell(changes, now)
    return changes


def _check_offer(offer_id: int, seen: str) -> None:
    offer = db.session.get_one(Offer, offer_id)
    visit = locking.lock_visit(offer.assignment.visit_id)
    if visit and (seen != promise.of_offer(offer, visit) if seen else needs.was_moved(visit)):
        raise ChangedMeanwhileError


def expire_offers(now: datetime) -> int:
    """Ask the next in rank where nobody answered in time; a transaction each, so that none stops another."""
    with transaction():
        waiting = offers.find_expired(now)
    for offer_id in waiting:
        try:
            with transaction():
                changes = offers.expire(offer_id, now)
                offer = db.session.get_one(Offer, offer_id)
                if offer.state is OfferState.EXPIRED:
                    announce.lapsed(offer, now)
                tell(changes, now)
        except (BoardError, StateError) as error:
            current_app.logger.error("offer %s cannot be passed on: %s", offer_id, type(error).__name__)  # noqa: TRY400
    return len(waiting)
