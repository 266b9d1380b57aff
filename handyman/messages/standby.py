"""Who hears of a visit when its resident is not reached: those on the list, then whoever called for them."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Exists, exists, select

from handyman.extensions import db
from handyman.models import AuditEntry, Contact, Message, MessageState, Person, RecipientKind, Visit

S = MessageState
NOT_TO_BE_TOLD = "not_to_be_told"  # any more, as an entry of the log
ON_ITS_WAY = (S.PENDING, S.SENDING, S.UNKNOWN, S.ACCEPTED, S.SENT, S.DELIVERED)


def in_turn(message: Message, visit: Visit) -> Iterator[Person]:
    """Nobody twice for one notice. Who must not be told is not told for having called, either."""
    first = first_of(message)
    reached = select(Message.recipient_id).where(
        Message.visit_id == visit.id,
        Message.kind == message.kind,
        Message.recipient_kind == RecipientKind.PERSON,
        Message.created_at >= first.created_at,
        Message.state.in_(ON_ITS_WAY),
    )
    tried = {visit.resident_id, *(row.recipient_id for row in _before(message)), *db.session.scalars(reached)}
    listed = db.session.scalars(
        select(Contact).where(Contact.resident_id == visit.resident_id).order_by(Contact.position, Contact.id)
    ).all()
    for contact in listed:
        if contact.may_be_told and contact.person_id not in tried:
            yield contact.person
    tried |= {contact.person_id for contact in listed}
    for item in visit.items:
        caller = item.request_item.request.caller
        if caller is not None and caller.id not in tried:
            tried.add(caller.id)
            yield caller


def who_hear(message: Message, visit: Visit) -> Sequence[Message]:
    """Rows by which those who were told before of this visit hear of this notice, too."""
    first = first_of(message)
    alive = select(Message).where(
        Message.visit_id == visit.id,
        Message.kind == message.kind,
        Message.recipient_kind == RecipientKind.PERSON,
        Message.recipient_id != visit.resident_id,
        Message.follows_id.is_(None),
        Message.created_at >= first.created_at,
        Message.id != first.id,
        Message.state.in_(ON_ITS_WAY),
    )
    return db.session.scalars(alive.where(~was_passed_over()).order_by(Message.id).with_for_update()).all()


def was_passed_over() -> Exists:
    """Who is told by it must not hear of the visit, or must not have then; to be asked of messages."""
    return exists().where(
        AuditEntry.entity == Message.__tablename__,
        AuditEntry.entity_id == Message.id,
        AuditEntry.moved_to == NOT_TO_BE_TOLD,
    )


def left_by_resident(message: Message) -> Message | None:
    """The row of the resident that was left to this one: it did not reach them."""
    visit = message.visit
    if visit is None:
        return None
    own = (row for row in _before(message) if row.recipient_id == visit.resident_id)
    of_kind = select(Message).where(
        Message.visit_id == visit.id,
        Message.kind == message.kind,
        Message.recipient_kind == RecipientKind.PERSON,
        Message.recipient_id == visit.resident_id,
    )
    return next(own, None) or db.session.scalar(of_kind.order_by(Message.id.desc()).limit(1))


def may_hear(visit: Visit, person_id: int) -> bool:
    """Whether it is theirs, or they may be told of it as it stands: by the list, else for having called."""
    if person_id == visit.resident_id:
        return True
    contact = select(Contact).where(Contact.resident_id == visit.resident_id, Contact.person_id == person_id)
    found = db.session.scalar(contact)
    if found is not None:
        return found.may_be_told
    return any(item.request_item.request.caller_id == person_id for item in visit.items)


def first_of(message: Message) -> Message:
    """The notice as it was tried first."""
    *_later, first = _before(message)
    return first


def _before(message: Message) -> Iterator[Message]:
    """This row and those that it follows, the first one last."""
    row: Message | None = message
    while row is not None:
        yield row
        row = db.session.get(Message, row.follows_id) if row.follows_id is not None else None
