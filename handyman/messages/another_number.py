"""Somebody has another number on file: what arrived at the one before is said again where they read it."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from handyman.extensions import db
from handyman.messages import announce, crew, questions, trouble, truth
from handyman.messages.hours import next_allowed
from handyman.messages.rows import LAST_WORDS, Recipient, of_visit, take_back, was_given_up
from handyman.messages.rows import member as number_of
from handyman.messages.rows import resident as number_of_person
from handyman.models import (
    SYSTEM,
    Member,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    Person,
    Visit,
)

K = MessageKind
THERE = "there-"  # in the key of what is said again
SAID_THERE = re.compile(rf":{THERE}\d+")
PROMISES, JOBS = LAST_WORDS
OF_A_RESIDENT = (PROMISES, (K.RESIDENT_DAY_BEFORE, K.RESIDENT_ON_THE_WAY))  # one of them is enough


def of_resident(person: Person, now: datetime) -> None:
    """The promise as it stands; else that it is tomorrow, or that somebody is on the way."""
    to = number_of_person(person, now)
    for visit in _spoken_of(to, now):
        for kinds in OF_A_RESIDENT:
            last = _last_astray(of_visit(visit, kinds, to), now)
            if last is not None:
                due_at = next_allowed(now, last.not_after)
                again = f":{_there(now)}"
                announce.tell_resident(visit, last.kind, due_at, last.not_after, now, again)
                break


def of_member(member: Member, now: datetime) -> None:
    """The question that waits for them, or that they need not go; and a link to every job that is theirs."""
    to = number_of(member)
    for visit in _spoken_of(to, now):
        rows = of_visit(visit, JOBS, to)
        last = _last_astray(rows, now)
        if last is None:
            continue
        offer = next((each for each in _offers(visit, member) if each.state is OfferState.OFFERED), None)
        if offer is not None:
            more = f"{questions.MORE}:" if questions.is_more_to_do(last) else ""
            announce.offered(offer, now, f"{more}{_there(now)}:")
        elif last.kind is not K.MEMBER_WITHDRAWN:
            crew.give_link(visit, member, now)
        elif crew.known_there([each for each in rows if each.kind in questions.ASKED]):
            trouble.send_again(last, next_allowed(now, last.not_after), SYSTEM, now)
    questions.links_again(member, now)


def _offers(visit: Visit, member: Member) -> list[Offer]:
    theirs = [place for place in visit.assignments if place.member_id == member.id]
    return [each for place in theirs for each in place.offers if each.member_id == member.id]


def _last_astray(messages: Sequence[Message], now: datetime) -> Message | None:
    """What they were told last, if that is still so and somebody else has read it.

    What waits to be said again to whoever has read it is taken back.
    """
    heard = {_gist(each) for each in crew.known_there(messages) if each.was_heard}
    take_back([each for each in messages if THERE in each.dedupe_key and _gist(each) in heard], now, "known")
    told = (each for each in reversed(messages) if each.state is not MessageState.CANCELED)
    last = next((each for each in told if not was_given_up(each)), None)
    return last if last is not None and trouble.went_astray(last) and truth.is_wanted(last) else None


def _there(now: datetime) -> str:
    return f"{THERE}{int(now.timestamp() * 1000)}"


def _gist(message: Message) -> tuple[MessageKind, str]:
    """What a text says, whichever time it says it."""
    return message.kind, SAID_THERE.sub("", message.dedupe_key.partition("#")[0])


def _spoken_of(to: Recipient, now: datetime) -> Sequence[Visit]:
    """Of which something that is of use still arrived."""
    visits = (
        select(Visit)
        .join(Message, Message.visit_id == Visit.id)
        .where(Message.recipient_kind == to.kind, Message.recipient_id == to.id)
        .where(Message.state == MessageState.DELIVERED)
        .where(Message.not_after > now)
        .distinct()
        .order_by(Visit.id)
    )
    return db.session.scalars(visits).all()
