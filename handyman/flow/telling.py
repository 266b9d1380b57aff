"""Who has to be told of what has changed."""

from collections.abc import Iterable
from datetime import datetime

from handyman.board.changes import Changes
from handyman.extensions import db
from handyman.messages import announce, another_number, inbox, partners, stand_again, unmoved
from handyman.models import Actor, Assignment, Offer, Visit


def tell(changes: Changes, now: datetime, *, unseen: bool = False) -> None:
    """Who has to be told, in the same transaction as what happened.

    `unseen`: whoever has said yes answered a text or a call, and may not know what has changed since.
    """
    for visit in changes.booked:
        announce.booked(visit, now)
    for visit in changes.moved:
        announce.moved(visit, now)
    for visit, since in changes.unmoved:
        unmoved.tell(visit, since, now)
    for visit in changes.shifted:
        announce.shifted(visit, now)
    for visit in changes.widened:
        announce.widened(visit, now)
    for visit in changes.cancelled:
        announce.cancelled(visit, now)
        inbox.called_off(visit.id, now)
    restored = {offer.assignment_id for offer in changes.restored}  # an undo is no yes
    agreed = [place for place in changes.accepted if place.id not in restored]
    _tell_team(changes, agreed, now, unseen=unseen)
    for visit_id in sorted(changes.visits):
        partners.settle(
            db.session.get_one(Visit, visit_id), now, {place.id for place in agreed}, unseen=unseen
        )
    undone = {visit.id for visit, _since in changes.unmoved}
    for visit_id in sorted(undone | {offer.assignment.visit_id for offer in changes.restored}):
        another_number.look_again(db.session.get_one(Visit, visit_id), now)


def _tell_team(changes: Changes, agreed: Iterable[Assignment], now: datetime, *, unseen: bool) -> None:
    """Who is asked, goes, or need not go any more."""
    for offer in changes.withdrawn:
        announce.withdrawn(offer, now)
        inbox.let_out(offer.assignment.visit_id, offer.member_id, now)
    for offer in changes.restored:
        announce.restored(offer, now)
        inbox.holds_in(offer.assignment.visit_id, offer.member_id, stand_again.lost_at(offer))
    for offer in changes.offered:
        announce.offered(offer, now)
    for assignment in agreed:
        announce.accepted(assignment, now, unseen=unseen)


def tell_of_no(offer_id: int, now: datetime) -> None:
    """The other of a team hears of it, once: said twice, it changes nothing."""
    offer = db.session.get_one(Offer, offer_id)
    if offer.answered_at == now:
        partners.declined(offer.assignment.visit, offer.member, now)


def tell_of_giving_back(offer_id: int, by: Actor, now: datetime) -> None:
    """The other of a team hears of it as of any other no; whoever cannot come hears no more of the job."""
    offer = db.session.get_one(Offer, offer_id)
    announce.answered(offer, by, now)
    announce.given_back(offer, now)
    inbox.let_out(offer.assignment.visit_id, offer.member_id, now)
    tell_of_no(offer_id, now)
