"""Whether a notice still says what is so: since it was written the visit may have moved, ended, gone on.

A text that was in doubt, or of which a bad end is told late, is not sent once more when it is no longer true:
the old time would be the last thing that they read.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import select

from handyman.extensions import db
from handyman.messages.moments import end_of_window, speaks_of
from handyman.models import (
    ENDED,
    MOVED,
    SYSTEM,
    AssignmentState,
    AuditEntry,
    Message,
    MessageKind,
    OfferState,
    TextKind,
    Visit,
    VisitState,
    record,
)
from handyman.reasons import TOLD_OTHERWISE

K = MessageKind
SUPERSEDED = "superseded"
HAS_IT = (AssignmentState.OFFERED, AssignmentState.ACCEPTED)


class Asked(Protocol):
    """An offer, as far as is asked of it."""

    @property
    def id(self) -> int: ...
    @property
    def state(self) -> OfferState: ...


class Held(Protocol):
    """A place in a visit's team, with those who were asked to take it."""

    @property
    def member_id(self) -> int | None: ...
    @property
    def state(self) -> AssignmentState: ...
    @property
    def offers(self) -> Sequence[Asked]: ...


class Promised(Protocol):
    """A visit."""

    @property
    def state(self) -> VisitState: ...
    @property
    def window_start(self) -> datetime: ...
    @property
    def start(self) -> datetime: ...
    @property
    def assignments(self) -> Sequence[Held]: ...


class Said(Protocol):
    """A text: a row of the outbox, or what a sender has read of it."""

    @property
    def kind(self) -> MessageKind: ...
    @property
    def dedupe_key(self) -> str: ...
    @property
    def recipient_id(self) -> int: ...
    @property
    def link_id(self) -> int | None: ...
    @property
    def told_at(self) -> datetime | None: ...
    @property
    def visit(self) -> Promised | None: ...


def still_true(message: Said) -> bool:
    """Endings and what speaks of no visit stay true."""
    holds = HOLDS.get(message.kind)
    return holds is None or message.visit is None or holds(message, message.visit)


def end_told(message: Message) -> datetime | None:
    """Of the window that a notice spoke of, as far as it is the visit's still."""
    visit = message.visit
    return visit.window_end if visit and speaks_of(message.dedupe_key, visit.window_start) else None


def end_said(message: Message) -> datetime | None:
    """The same as its words were written: it may move to one that begins alike while they are said."""
    since = (
        select(AuditEntry.moved_from)
        .where(AuditEntry.entity == Visit.__tablename__, AuditEntry.entity_id == message.visit_id)
        .where(AuditEntry.moved_to == MOVED, AuditEntry.at > message.created_at)
        .order_by(AuditEntry.id)
    )
    before = db.session.scalar(since.limit(1))
    return end_of_window(before) if before else end_told(message)


def is_wanted(message: Said) -> bool:
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


def told_otherwise(messages: Sequence[Message], since: datetime | None = None) -> list[Message]:
    """Those whose call, when it was answered, has said that it is not so any more, and that we would call."""
    said = select(AuditEntry.entity_id).where(
        AuditEntry.entity == Message.__tablename__,
        AuditEntry.entity_id.in_([each.id for each in messages]),
        AuditEntry.moved_to == TOLD_OTHERWISE,
    )
    ids = set(db.session.scalars(said.where(AuditEntry.at >= since) if since else said))
    return [each for each in messages if each.id in ids]


def _comes(message: Said, visit: Promised) -> bool:
    return visit.state not in ENDED and speaks_of(message.dedupe_key, visit.window_start)


def _is_coming(_message: Said, visit: Promised) -> bool:
    return visit.state not in (*ENDED, VisitState.ARRIVED)


def _asks(message: Said, visit: Promised) -> bool:
    """Whoever has agreed by telephone still needs the link of the text that asked them."""
    word, _colon, rest = message.dedupe_key.partition(":")
    if word == "visit":  # they said yes before any text had asked them
        return _comes(message, visit) and _has_it(message, visit, AssignmentState.ACCEPTED)
    offers = [offer for place in visit.assignments for offer in place.offers]
    asked = [offer for offer in offers if str(offer.id) == rest.partition(":")[0]]
    return _comes(message, visit) and all(_waits(offer, message) for offer in asked)


def _waits(offer: Asked, message: Said) -> bool:
    needs_link = offer.state is OfferState.ACCEPTED and message.link_id is not None
    return offer.state is OfferState.OFFERED or needs_link


def _knows_of_it(message: Said, visit: Promised) -> bool:
    return _comes(message, visit) and _has_it(message, visit, *HAS_IT)


def _is_reminded(message: Said, visit: Promised) -> bool:
    return _goes(message, visit) and speaks_of(message.dedupe_key, visit.start)


def _goes(message: Said, visit: Promised) -> bool:
    return visit.state not in ENDED and _has_it(message, visit, AssignmentState.ACCEPTED)


def _hears_of_partner(message: Said, visit: Promised) -> bool:
    """They go, and what is said of the one who goes with them is so."""
    if not _goes(message, visit):
        return False
    about, _colon, _rest = message.dedupe_key.removeprefix("visit:").partition(":")[2].partition(":")
    word, _hyphen, who = about.rpartition("-")
    if not who.isdigit():
        return True
    goes = [place.member_id for place in visit.assignments if place.state is AssignmentState.ACCEPTED]
    if word == TextKind.MEMBER_PARTNER_DECLINED:  # somebody else is looked for
        return goes == [message.recipient_id]
    return int(who) in goes


def _stays_away(message: Said, visit: Promised) -> bool:
    """Asked anew since, or gone back to: they may not hear that they need not go."""
    return visit.state in ENDED or not _has_it(message, visit, *HAS_IT)


def _has_it(message: Said, visit: Promised, *states: AssignmentState) -> bool:
    return any(
        place.member_id == message.recipient_id and place.state in states for place in visit.assignments
    )


HOLDS: Mapping[MessageKind, Callable[[Said, Promised], bool]] = {
    K.RESIDENT_BOOKED: _comes,
    K.RESIDENT_MOVED: _comes,
    K.RESIDENT_DAY_BEFORE: _comes,
    K.RESIDENT_PAGE: _comes,
    K.RESIDENT_ON_THE_WAY: _is_coming,
    K.MEMBER_OFFER: _asks,
    K.MEMBER_MOVED: _knows_of_it,
    K.MEMBER_REMINDER: _is_reminded,
    K.MEMBER_PARTNER: _hears_of_partner,
    K.MEMBER_WITHDRAWN: _stays_away,
}
