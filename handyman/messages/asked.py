"""A member is asked by telephone: how the offer stands, and what is said to a key.

The answer itself is the board's: `flow` takes it there, in the transaction in which the key is kept.
"""

from dataclasses import dataclass
from datetime import datetime

from handyman.extensions import db, transaction
from handyman.messages import kill_points, reach
from handyman.messages.moments import stamped
from handyman.messages.spoken_jobs import CHANGED_MIND, DECLINED_BEFORE, OUTCOMES, Standing
from handyman.models import (
    ENDED,
    SYSTEM,
    Actor,
    ActorKind,
    AssignmentState,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    RecipientKind,
    VisitState,
    record,
)
from handyman.reasons import TOLD_OTHERWISE

KEYS = {"1": True, "2": False}  # whether the member goes


@dataclass(frozen=True, slots=True)
class Question:
    """An offer that a call asks about."""

    message_id: int
    offer_id: int
    visit_id: int
    member_id: int

    @property
    def by(self) -> Actor:
        return Actor(ActorKind.MEMBER, self.member_id)


def question_of(outbox_id: int, attempt: int) -> Question | None:
    """What the call asks; None when it is no call of ours that asks a member."""
    with transaction():
        message = reach.call(outbox_id, attempt)
        if message is None or message.kind is not MessageKind.MEMBER_OFFER or message.visit_id is None:
            return None
        if message.recipient_kind is not RecipientKind.MEMBER:
            return None
        return Question(message.id, _offer_id(message), message.visit_id, message.recipient_id)


def standing(question: Question) -> Standing:
    """As it is now. A call that speaks of another time than the visit's asks about nothing any more."""
    offer = db.session.get(Offer, question.offer_id, populate_existing=True)
    message = db.session.get_one(Message, question.message_id)
    if offer is None:
        return Standing.WITHDRAWN
    place, visit = offer.assignment, offer.assignment.visit
    db.session.refresh(place)
    db.session.refresh(visit)
    if offer.state in (OfferState.ACCEPTED, OfferState.DECLINED):
        return Standing(offer.state.value)
    if visit.state is VisitState.CANCELLED:
        return Standing.CANCELLED
    if offer.state is OfferState.OFFERED and visit.state not in ENDED:
        return Standing.OPEN if stamped(message.dedupe_key) == visit.window_start else Standing.MOVED
    if place.state is AssignmentState.ACCEPTED:  # theirs, though another offer brought it
        return Standing.ACCEPTED if place.member_id == question.member_id else Standing.TAKEN
    return Standing.LATE if offer.state is OfferState.EXPIRED else Standing.WITHDRAWN


def is_open(question: Question) -> bool:
    return standing(question) is Standing.OPEN


def over(question: Question, call_id: str, provider: str, now: datetime) -> str:
    """What is said at once to whoever takes up the receiver too late; empty while the question is open."""
    with transaction():
        found = standing(question)
        if found is Standing.OPEN:
            return ""
        message = db.session.get_one(Message, question.message_id, with_for_update=True)
        reach.note_heard(message, provider, call_id, now)
        record(message, SYSTEM, now, moved_to=TOLD_OTHERWISE, why=found)
        return OUTCOMES[found]


def note(question: Question, press: reach.Press, yes: bool, now: datetime) -> str:
    """In the transaction of the answer: keep the key, and give what is said of how it ended.

    Whoever says the opposite of what they said before is rung by a person; not of a second key in one call.
    """
    message = db.session.get_one(Message, question.message_id, with_for_update=True, populate_existing=True)
    found = standing(question)
    reach.keep(press, now)
    opposite = {Standing.ACCEPTED: not yes, Standing.DECLINED: yes}.get(found, False)
    if opposite and message.state is not MessageState.DELIVERED:
        reach.ask_for_person(message, now)
        said = CHANGED_MIND if found is Standing.ACCEPTED else DECLINED_BEFORE
    else:
        reach.note_heard(message, press.provider, press.call_id, now)
        said = OUTCOMES.get(found, OUTCOMES[Standing.LATE])
        if found not in (Standing.ACCEPTED, Standing.DECLINED):
            record(message, SYSTEM, now, moved_to=TOLD_OTHERWISE, why=found)
    db.session.flush()
    kill_points.reach("key")
    return said


def _offer_id(message: Message) -> int:
    """The key begins with it: offer:12:…"""
    word, number, *_rest = message.dedupe_key.split(":")
    return int(number) if word == "offer" and number.isdigit() else 0
