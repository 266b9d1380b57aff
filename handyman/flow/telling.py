"""Who has to be told of what has changed."""

from datetime import datetime

from handyman.board.changes import Changes
from handyman.extensions import db
from handyman.messages import announce, inbox, partners, stand_again
from handyman.models import Offer


def tell(changes: Changes, now: datetime, *, unseen: bool = False) -> None:
    """Who has to be told, in the same transaction as what happened.

    `unseen`: whoever has said yes answered a text or a call, and may not know what has changed since.
    """
    for visit in changes.booked:
        announce.booked(visit, now)
    for visit in changes.moved:
        announce.moved(visit, now)
    for visit in changes.shifted:
        announce.shifted(visit, now)
    for visit in changes.widened:
        announce.widened(visit, now)
    for visit in changes.cancelled:
        announce.cancelled(visit, now)
        inbox.called_off(visit.id, now)
    for offer in changes.withdrawn:
        announce.withdrawn(offer, now)
        inbox.let_out(offer.assignment.visit_id, offer.member_id, now)
    for offer in changes.restored:
        announce.restored(offer, now)
        inbox.holds_in(offer.assignment.visit_id, offer.member_id, stand_again.lost_at(offer))
    for offer in changes.offered:
        announce.offered(offer, now)
    restored = {offer.assignment_id for offer in changes.restored}  # an undo is no yes
    for assignment in (each for each in changes.accepted if each.id not in restored):
        announce.accepted(assignment, now, unseen=unseen)


def tell_partner(offer_id: int, changes: Changes, accept: bool, now: datetime) -> None:
    """The other of a team hears of a yes or no, once: said twice, it changes nothing."""
    offer = db.session.get_one(Offer, offer_id)
    visit = offer.assignment.visit
    said_yes = any(place.id == offer.assignment_id for place in changes.accepted)
    if visit.team_size > 1 and (said_yes or (not accept and offer.answered_at == now)):
        partners.said(visit, offer.member, said_yes, now)
