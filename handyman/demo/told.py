"""The texts of the demo's visits. What was due has been delivered; what is not due yet still waits."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from handyman.demo.rows import Office, Story
from handyman.extensions import db
from handyman.messages import announce
from handyman.models import (
    Answer,
    Attempt,
    Channel,
    Heard,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    ReachAnswer,
    RecipientKind,
    Visit,
    VisitState,
)

UNTOLD = (  # calls after which a person has to ring
    (MessageState.UNDELIVERED, "no_key", None),
    (MessageState.NEEDS_PERSON, Answer.ANOTHER_TIME.value, Answer.ANOTHER_TIME),
)
SCREEN = "screen"


def tell_of_visits(stories: Sequence[Story], office: Office, since: datetime) -> None:
    """As the office's own rules write them, visit by visit, in the order of what happened."""
    for story in stories:
        for _planned, visit in story.visits:
            if visit.start >= since:
                _tell(visit, office)
    db.session.flush()


def _tell(visit: Visit, office: Office) -> None:
    announce.booked(visit, visit.booked_at)
    for offer in _offers(visit):
        announce.offered(offer, offer.offered_at)
    deliver(_of(visit), office)
    for assignment in visit.assignments:
        if assignment.offers and assignment.offers[-1].state is OfferState.ACCEPTED:
            announce.accepted(assignment, assignment.offers[-1].answered_at or visit.booked_at)
    if visit.on_the_way_at:
        announce.on_the_way(visit, visit.on_the_way_at)
    if visit.finished_at and visit.state in (VisitState.FINISHED, VisitState.FAILED):
        announce.done(visit, visit.finished_at)
    deliver(_of(visit), office)


def _offers(visit: Visit) -> Iterable[Offer]:
    return (offer for assignment in visit.assignments for offer in assignment.offers)


def _of(visit: Visit) -> Sequence[Message]:
    return db.session.scalars(select(Message).where(Message.visit_id == visit.id)).all()


def deliver(messages: Iterable[Message], office: Office) -> None:
    """Whatever is due has left and arrived within seconds; whoever was rung has pressed 1."""
    attempts = []
    for message in messages:
        if message.due_at > office.now:
            continue
        if message.state is MessageState.NEEDS_PERSON:
            message.told_at = min(message.due_at + timedelta(minutes=20), office.now)
            message.heard = Heard.TOLD
        elif message.state is MessageState.PENDING:
            attempts.append(_arrive(message))
    if attempts:
        db.session.execute(insert(Attempt), attempts)


def _arrive(message: Message) -> dict[str, object]:
    message.state = MessageState.DELIVERED
    message.attempt = 1
    of_resident = message.recipient_kind is RecipientKind.PERSON
    if message.channel is Channel.VOICE and message.visit is not None and of_resident:
        at, visit = message.due_at + timedelta(minutes=1), message.visit
        said = ReachAnswer(visit_id=visit.id, outbox_id=message.id, answer=Answer.GOOD, at=at)
        said.window_start, said.window_end = visit.window_start, visit.window_end
        db.session.add(said)
    message.provider, message.provider_id = SCREEN, f"demo-{message.id}"
    return {
        "outbox_id": message.id,
        "number": 1,
        "started_at": message.due_at,
        "finished_at": message.due_at,
        "outcome": "accepted",
        "provider_id": message.provider_id,
    }


def leave_some_untold(office: Office) -> None:
    """Of the newest calls one was answered without a key, and in one another time was asked for."""
    rung = db.session.scalars(
        select(Message)
        .where(Message.kind == MessageKind.RESIDENT_BOOKED, Message.channel == Channel.VOICE)
        .where(Message.state == MessageState.DELIVERED, Message.not_after > office.now)
        .order_by(Message.due_at.desc(), Message.id.desc())
        .limit(len(UNTOLD))
    )
    for message, (state, why, answer) in zip(rung, UNTOLD, strict=False):
        message.state, message.last_error = state, why
        known = db.session.scalar(select(ReachAnswer).where(ReachAnswer.outbox_id == message.id))
        if known is not None and answer is None:
            db.session.delete(known)
        elif known is not None and answer is not None:
            known.answer = answer
