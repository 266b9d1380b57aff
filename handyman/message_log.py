"""Every text and call about a visit, to a person or to a member, newest first: what became of each.

One query, for the pages of several steps.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from handyman.extensions import rows
from handyman.models import (
    SILENT_FOR,
    Answer,
    Attempt,
    Channel,
    Contact,
    DeliveryEvent,
    Member,
    Message,
    MessageKind,
    MessageState,
    Person,
    ReachAnswer,
    RecipientKind,
    Relation,
    ServiceRequest,
    Visit,
)
from handyman.reasons import reason

S = MessageState
MOST = 50
ARRIVED = ("delivered", "read")
ON_ITS_WAY = frozenset({S.PENDING, S.SENDING, S.UNKNOWN, S.ACCEPTED, S.SENT})
NEVER_LEFT = frozenset({S.PENDING, S.CANCELED, S.SUPPRESSED})


# Who of those that stand by a resident was told: as the list has it, else as they said when they called.
RELATION = func.coalesce(
    select(Contact.relation)
    .where(Contact.person_id == Message.recipient_id, Contact.resident_id == Visit.resident_id)
    .where(Message.recipient_kind == RecipientKind.PERSON)
    .scalar_subquery(),
    select(func.max(ServiceRequest.relation))
    .where(ServiceRequest.caller_id == Message.recipient_id, ServiceRequest.resident_id == Visit.resident_id)
    .where(Message.recipient_kind == RecipientKind.PERSON)
    .scalar_subquery(),
    type_=Contact.relation.type,
)


@dataclass(frozen=True, slots=True)
class Logged:
    """One text or call. `after` is the one that did not arrive before it, `then` the one that followed."""

    id: int
    kind: MessageKind
    channel: Channel
    state: MessageState
    name: str
    relation: Relation | None  # to the resident, where somebody else is told
    number: str
    body: str
    visit_id: int | None
    due_at: datetime
    left_at: datetime | None
    arrived_at: datetime | None
    tries: int
    told: bool
    reason: str
    answer: Answer | None
    after: int | None
    then: "Logged | None" = None


def of_visit(visit_id: int, now: datetime) -> list[Logged]:
    return _read(_asked().where(Message.visit_id == visit_id), now)


def of_recipient(kind: RecipientKind, recipient_id: int, now: datetime) -> list[Logged]:
    whose = (Message.recipient_kind == kind, Message.recipient_id == recipient_id)
    return _read(_asked().where(*whose), now)


def _asked() -> Select[*tuple[Any, ...]]:
    left = select(func.max(Attempt.started_at)).where(Attempt.outbox_id == Message.id)
    finished = select(func.max(Attempt.finished_at)).where(Attempt.outbox_id == Message.id)
    arrived = select(func.min(DeliveryEvent.received_at)).where(
        DeliveryEvent.provider == Message.provider,
        DeliveryEvent.provider_id == Message.provider_id,
        DeliveryEvent.status.in_(ARRIVED),
    )
    answers = select(ReachAnswer.answer).where(
        ReachAnswer.visit_id == Message.visit_id, ReachAnswer.outbox_id == Message.id
    )
    answered = select(func.max(ReachAnswer.at)).where(
        ReachAnswer.visit_id == Message.visit_id, ReachAnswer.outbox_id == Message.id
    )
    return (
        select(
            Message.id,
            Message.kind,
            Message.channel,
            Message.state,
            func.coalesce(Person.name, Member.name, "").label("name"),
            RELATION.label("relation"),
            Message.to_number,
            Message.body,
            Message.visit_id,
            Message.due_at,
            Message.attempt,
            Message.told_at,
            Message.last_error,
            Message.follows_id,
            left.scalar_subquery().label("left_at"),
            finished.scalar_subquery().label("finished_at"),
            arrived.scalar_subquery().label("receipt_at"),
            answers.order_by(ReachAnswer.id.desc()).limit(1).scalar_subquery().label("answer"),
            answered.scalar_subquery().label("answered_at"),
        )
        .outerjoin(
            Person, (Message.recipient_kind == RecipientKind.PERSON) & (Person.id == Message.recipient_id)
        )
        .outerjoin(
            Member, (Message.recipient_kind == RecipientKind.MEMBER) & (Member.id == Message.recipient_id)
        )
        .outerjoin(Visit, Visit.id == Message.visit_id)
        .order_by(Message.id.desc())
        .limit(MOST)
    )


def _read(asked: Select[*tuple[Any, ...]], now: datetime) -> list[Logged]:
    found = [_logged(row, now) for row in rows(asked)]
    following = {each.after: each for each in found}
    shown = [replace(each, then=following.get(each.id)) for each in found]
    return sorted(shown, key=lambda each: (each.due_at, each.id), reverse=True)


def _logged(row: Any, now: datetime) -> Logged:
    return Logged(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        state=row.state,
        name=row.name,
        relation=row.relation,
        number=row.to_number,
        body=row.body,
        visit_id=row.visit_id,
        due_at=row.due_at,
        left_at=None if row.state in NEVER_LEFT else row.left_at,
        arrived_at=_arrived(row),
        tries=row.attempt,
        told=row.told_at is not None,
        reason=_reason(row, now),
        answer=row.answer,
        after=row.follows_id,
    )


def _arrived(row: Any) -> datetime | None:
    """By the receipt, by the key pressed, or, where neither comes, when the try had ended."""
    last: datetime | None = row.finished_at if row.state is S.DELIVERED else None
    return row.receipt_at or (row.answered_at if row.answer else None) or last


def _reason(row: Any, now: datetime) -> str:
    if row.state in (S.DELIVERED, S.CANCELED) or row.answer:
        return ""
    waits = row.state in ON_ITS_WAY and row.due_at > now - SILENT_FOR
    return "" if waits else reason(row.last_error, row.state)
