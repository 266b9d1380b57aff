"""Two who were taken for one are two again: what was written meanwhile is of the one it was meant for."""

from sqlalchemy import select

from handyman.extensions import db
from handyman.messages import standby, stood_in
from handyman.messages.rows import of_visit
from handyman.messages.written import COMING
from handyman.models import Message, Person, PersonMerge, RecipientKind, Visit


def give_back(merged: PersonMerge) -> None:
    """To the one who is back what only they may hear.

    Where both may, what corrects what this one was told before, or else went to their number.
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
        told = _was_told_before(message, visit, {kept.id, gone.id})
        theirs = message.to_number in only_theirs if told is None else told == gone.id
        if theirs or not standby.may_hear(visit, kept.id):
            message.recipient_id = gone.id
    db.session.flush()


def _was_told_before(message: Message, visit: Visit, two: set[int]) -> int | None:
    """Who of the two was told what this corrects; None where neither was, or both."""
    if not stood_in.is_one(message):
        return None
    before = [each for each in of_visit(visit, COMING) if each.id < message.id]
    told = stood_in.who_were_told(before) & two
    return told.pop() if len(told) == 1 else None
