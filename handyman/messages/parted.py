"""Two who were taken for one are two again: what was written meanwhile is of the one it was meant for."""

from datetime import datetime

from sqlalchemy import select

from handyman.extensions import db
from handyman.messages import crew, standby, stood_in, truth, written
from handyman.messages.hours import next_allowed
from handyman.messages.rows import HELD_BACK, hold_back, of_visit
from handyman.messages.written import COMING
from handyman.models import Message, Person, PersonMerge, RecipientKind, Visit


def give_back(merged: PersonMerge, now: datetime) -> None:
    """To the one who is back what only they may hear.

    Where both may, what went to their number, or else waits and corrects what they were told before. Whoever
    was told before, and had the correction at the number of the other, hears it again.
    """
    kept, gone = (db.session.get_one(Person, each) for each in (merged.kept_id, merged.gone_id))
    only_theirs = {phone.number for phone in gone.phones} - {phone.number for phone in kept.phones}
    since = select(Message).where(
        Message.recipient_kind == RecipientKind.PERSON,
        Message.recipient_id == kept.id,
        Message.created_at >= merged.merged_at,
    )
    held = since.order_by(Message.id).with_for_update(of=Message, key_share=True)
    for message in db.session.scalars(held).all():
        visit = message.visit
        if visit is None or not standby.may_hear(visit, gone.id):
            continue
        if not standby.may_hear(visit, kept.id):
            message.recipient_id = gone.id
            continue
        told = _were_told_before(message, visit, {kept.id, gone.id})
        reader = gone.id if message.to_number in only_theirs else kept.id
        waits_for_other = not crew.was_told(message) and len(told) == 1
        message.recipient_id = told.pop() if waits_for_other else reader
        for other in told - {message.recipient_id}:
            _say_too(message, visit, db.session.get_one(Person, other), now)
    db.session.flush()


def _were_told_before(message: Message, visit: Visit, two: set[int]) -> set[int]:
    """Who of the two was told what this corrects."""
    if not stood_in.is_one(message):
        return set()
    before = [each for each in of_visit(visit, COMING) if each.id < message.id]
    return stood_in.who_were_told(before) & two


def _say_too(message: Message, visit: Visit, person: Person, now: datetime) -> None:
    """As soon as a slip of the finger would have been put right."""
    if truth.still_true(message) and now < message.not_after:
        span = (next_allowed(now, message.not_after), message.not_after)
        key, start = stood_in.about(message), written.called_off_at(message)
        stood_in.say(visit, message.kind, person, key, span, now, start)
        hold_back([visit.id], now, now + HELD_BACK)
