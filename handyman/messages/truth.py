"""Whether a notice still says what is so: since it was written the visit may have moved, ended, gone on.

A text that was in doubt, or of which a bad end is told late, is not sent once more when it is no longer true:
the old time would be the last thing that they read.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from handyman.extensions import db
from handyman.messages.moments import speaks_of
from handyman.models import (
    ENDED,
    SYSTEM,
    Assignment,
    AssignmentState,
    Message,
    MessageKind,
    Offer,
    OfferState,
    RecipientKind,
    Visit,
    VisitState,
    record,
)

K = MessageKind
SUPERSEDED = "superseded"
HAS_IT = (AssignmentState.OFFERED, AssignmentState.ACCEPTED)


def still_true(message: Message) -> bool:
    """Endings and what speaks of no visit stay true."""
    holds = HOLDS.get(message.kind)
    return holds is None or message.visit is None or holds(message, message.visit)


def is_wanted(message: Message) -> bool:
    """Still true, and nobody has passed it on by another way."""
    return message.told_at is None and still_true(message)


def let_go(message: Message, now: datetime) -> bool:
    """What is no longer true is nobody's work; False when it still is."""
    if still_true(message):
        return False
    if message.told_at is None:
        message.told_at = now
        record(message, SYSTEM, now, moved_from=message.state, moved_to=SUPERSEDED)
        db.session.flush()
    return True


def read_ahead(messages: Iterable[Message]) -> None:
    """All that is asked of members' texts, at once."""
    to_members = (each for each in messages if each.recipient_kind is RecipientKind.MEMBER)
    ids = {each.visit_id for each in to_members} - {None}
    if ids:
        offers = joinedload(Visit.assignments).joinedload(Assignment.offers)
        db.session.scalars(select(Visit).where(Visit.id.in_(ids)).options(offers)).unique().all()


def _comes(message: Message, visit: Visit) -> bool:
    return visit.state not in ENDED and speaks_of(message.dedupe_key, visit.window_start)


def _is_coming(_message: Message, visit: Visit) -> bool:
    return visit.state not in (*ENDED, VisitState.ARRIVED)


def _asks(message: Message, visit: Visit) -> bool:
    """Whoever has agreed by telephone still needs the link of the text that asked them."""
    word, _colon, rest = message.dedupe_key.partition(":")
    if word == "visit":  # they said yes before any text had asked them
        return _comes(message, visit) and _has_it(message, visit, AssignmentState.ACCEPTED)
    offers = [offer for place in visit.assignments for offer in place.offers]
    asked = [offer for offer in offers if str(offer.id) == rest.partition(":")[0]]
    return _comes(message, visit) and all(_waits(offer, message) for offer in asked)


def _waits(offer: Offer, message: Message) -> bool:
    needs_link = offer.state is OfferState.ACCEPTED and message.link_id is not None
    return offer.state is OfferState.OFFERED or needs_link


def _knows_of_it(message: Message, visit: Visit) -> bool:
    return _comes(message, visit) and _has_it(message, visit, *HAS_IT)


def _is_reminded(message: Message, visit: Visit) -> bool:
    goes = _has_it(message, visit, AssignmentState.ACCEPTED)
    return visit.state not in ENDED and goes and speaks_of(message.dedupe_key, visit.start)


def _stays_away(message: Message, visit: Visit) -> bool:
    """Asked anew since, or gone back to: they may not hear that they need not go."""
    return visit.state in ENDED or not _has_it(message, visit, *HAS_IT)


def _has_it(message: Message, visit: Visit, *states: AssignmentState) -> bool:
    return any(
        place.member_id == message.recipient_id and place.state in states for place in visit.assignments
    )


HOLDS: Mapping[MessageKind, Callable[[Message, Visit], bool]] = {
    K.RESIDENT_BOOKED: _comes,
    K.RESIDENT_MOVED: _comes,
    K.RESIDENT_DAY_BEFORE: _comes,
    K.RESIDENT_PAGE: _comes,
    K.RESIDENT_ON_THE_WAY: _is_coming,
    K.MEMBER_OFFER: _asks,
    K.MEMBER_MOVED: _knows_of_it,
    K.MEMBER_REMINDER: _is_reminded,
    K.MEMBER_WITHDRAWN: _stays_away,
}
