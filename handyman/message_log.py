"""Every text and call about a visit, to a person or to a member, and every text from them, newest first.

Two queries, for the pages of several steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from handyman.extensions import rows
from handyman.models import (
    ON_ITS_WAY,
    SILENT_FOR,
    Answer,
    Attempt,
    Channel,
    Contact,
    DeliveryEvent,
    InboundMessage,
    Member,
    Message,
    MessageKind,
    MessageState,
    Person,
    PersonPhone,
    ReachAnswer,
    RecipientKind,
    Relation,
    ServiceRequest,
    Visit,
)
from handyman.reasons import ANOTHER_NUMBER, became, reason

S = MessageState
MOST = 50
ARRIVED = ("delivered", "read")
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
    planned: bool  # its time has not come, or only just
    reason: str
    answer: Answer | None
    heard: bool  # by somebody of the office who rang, not pressed in a call
    answer_is_old: bool  # the promise has moved since
    after: int | None
    then: "Logged | None" = None
    came_in: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Received:
    """One text that came in, and what became of it; nothing as long as it waits for a person."""

    id: int
    number: str
    body: str
    visit_id: int | None
    due_at: datetime  # when it came
    became: str
    came_in: ClassVar[bool] = True


def of_visit(visit_id: int, now: datetime) -> Sequence[Logged | Received]:
    sent = _read(_asked().where(Message.visit_id == visit_id), now)
    return _in_order(sent, _received(InboundMessage.visit_id == visit_id))


def of_recipient(kind: RecipientKind, recipient_id: int, now: datetime) -> Sequence[Logged | Received]:
    sent = _read(_asked().where(Message.recipient_kind == kind, Message.recipient_id == recipient_id), now)
    of_member = kind is RecipientKind.MEMBER
    theirs = (
        select(Member.phone).where(Member.id == recipient_id)
        if of_member
        else select(PersonPhone.number).where(PersonPhone.person_id == recipient_id)
    )
    return _in_order(sent, _received(InboundMessage.from_number.in_(theirs)))


def _received(which: ColumnElement[bool]) -> list[Received]:
    found = rows(
        select(
            InboundMessage.id,
            InboundMessage.from_number,
            InboundMessage.body,
            InboundMessage.visit_id,
            InboundMessage.received_at,
            InboundMessage.handled_at,
            InboundMessage.outcome,
        )
        .where(which)
        .order_by(InboundMessage.id.desc())
        .limit(MOST)
    )
    return [
        Received(number, sender, body, visit, at, became(outcome) if handled_at else "")
        for number, sender, body, visit, at, handled_at, outcome in found
    ]


def _in_order(sent: Sequence[Logged], received: Sequence[Received]) -> Sequence[Logged | Received]:
    together: list[Logged | Received] = [*sent, *received]
    return sorted(together, key=lambda each: (each.due_at, each.id), reverse=True)


def _asked() -> Select[*tuple[Any, ...]]:
    left = select(func.max(Attempt.started_at)).where(Attempt.outbox_id == Message.id)
    finished = select(func.max(Attempt.finished_at)).where(Attempt.outbox_id == Message.id)
    arrived = select(func.min(DeliveryEvent.received_at)).where(
        DeliveryEvent.provider == Message.provider,
        DeliveryEvent.provider_id == Message.provider_id,
        DeliveryEvent.status.in_(ARRIVED),
    )
    each = aliased(ReachAnswer)
    last_answer = select(func.max(each.id)).where(
        each.visit_id == Message.visit_id, each.outbox_id == Message.id
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
            ReachAnswer.answer,
            ReachAnswer.at.label("answered_at"),
            ReachAnswer.told_by_id.label("heard_by"),
            (~ReachAnswer.of_window(Visit.window_start, Visit.window_end)).label("answer_is_old"),
        )
        .outerjoin(
            Person, (Message.recipient_kind == RecipientKind.PERSON) & (Person.id == Message.recipient_id)
        )
        .outerjoin(
            Member, (Message.recipient_kind == RecipientKind.MEMBER) & (Member.id == Message.recipient_id)
        )
        .outerjoin(Visit, Visit.id == Message.visit_id)
        .outerjoin(ReachAnswer, ReachAnswer.id == last_answer.correlate(Message).scalar_subquery())
        .order_by(Message.id.desc())
        .limit(MOST)
    )


def _read(asked: Select[*tuple[Any, ...]], now: datetime) -> list[Logged]:
    found = [_logged(row, now) for row in rows(asked)]
    following = {each.after: each for each in found}
    return [replace(each, then=following.get(each.id)) for each in found]


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
        planned=row.state is S.PENDING and row.attempt == 0 and _waits(row, now),
        reason=_reason(row, now),
        answer=row.answer,
        heard=row.heard_by is not None,
        answer_is_old=bool(row.answer_is_old),
        after=row.follows_id,
    )


def _arrived(row: Any) -> datetime | None:
    """By the receipt, by the key pressed, or, where neither comes, when the try had ended."""
    if row.last_error == ANOTHER_NUMBER:
        return None
    last: datetime | None = row.finished_at if row.state is S.DELIVERED else None
    return row.receipt_at or (row.answered_at if _pressed(row) else None) or last


def _reason(row: Any, now: datetime) -> str:
    if row.state in (S.DELIVERED, S.CANCELED) or _pressed(row):
        return ""
    return "" if _waits(row, now) else reason(row.last_error, row.state)


def _waits(row: Any, now: datetime) -> bool:
    return row.state in ON_ITS_WAY and row.due_at > now - SILENT_FOR


def _pressed(row: Any) -> bool:
    return row.answer is not None and row.heard_by is None
