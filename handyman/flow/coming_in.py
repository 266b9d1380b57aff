"""What comes in: texts, and keys that are pressed in a call."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from handyman.board import locking, offers
from handyman.board.refusals import BoardError
from handyman.extensions import transaction
from handyman.flow.board import answer_offer
from handyman.flow.resident import take_rating
from handyman.flow.telling import tell, tell_of_no
from handyman.messages import asked, inbox, reach, surveyed
from handyman.models import (
    DeclineReason,
    StateError,
)


def take_reply(arrived: inbox.Arrived, now: datetime) -> None:
    """Keep a text that came in; where it answers the one question that is open, the answer counts.

    Each step is a transaction of its own: whatever ends in between, the text waits for a person.
    """
    kept = inbox.keep(arrived, now)
    if kept is None:
        return
    question, yes = inbox.question_of(kept)
    if question is None:
        return
    reason = None if yes else DeclineReason.OTHER
    try:
        answer_offer(question.offer_id, yes, reason, "", inbox.member(question), now, unseen=True)
    except (BoardError, StateError):
        return  # it came too late: a person tells them
    inbox.note(kept, question, "accepted" if yes else "declined", now)


def take_key(press: reach.Press, now: datetime) -> str:
    """A key in a call, and what is said to it; nothing where the key means nothing.

    A member's yes or no counts in the transaction in which the key is kept. What is said is how it ended:
    the offer may have run out, or the visit have moved, while the telephone rang.
    """
    if surveyed.asks(press.outbox_id, press.attempt):
        return take_rating(press, now)
    question = asked.question_of(press.outbox_id, press.attempt)
    yes = asked.KEYS.get(press.digits)
    if question is None or yes is None:
        understood = reach.take_key(press, now)
        return reach.said_to(press.outbox_id, understood) if understood else ""
    try:
        with transaction():
            locking.lock_visit(question.visit_id)
            if asked.is_open(question):
                reason = None if yes else DeclineReason.OTHER
                changes = offers.answer_offer(question.offer_id, yes, reason, "", question.by, now)
                if not yes:
                    tell_of_no(question.offer_id, now)
                tell(changes, now, unseen=True)
            return asked.note(question, press, yes, now)
    except (BoardError, StateError, IntegrityError):  # somebody was quicker: how it stands now is said
        with transaction():
            return asked.note(question, press, yes, now)
