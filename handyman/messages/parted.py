"""Two who were taken for one are two again: what was written meanwhile is of the one it was meant for."""

from sqlalchemy import select

from handyman.extensions import db
from handyman.messages import standby
from handyman.models import Message, Person, PersonMerge, RecipientKind


def give_back(merged: PersonMerge) -> None:
    """To the one who is back what only they may hear; where both may, what went to their number."""
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
        if message.to_number in only_theirs or not standby.may_hear(visit, kept.id):
            message.recipient_id = gone.id
    db.session.flush()
