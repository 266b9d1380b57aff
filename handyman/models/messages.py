"""Texts on their way out, every try to send them, what the provider says of them, what comes in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.guarded import Guarded, named
from handyman.models.reach import Heard
from handyman.models.visits import Link, Visit


class MessageKind(StrEnum):
    RESIDENT_BOOKED = "resident_booked"
    RESIDENT_MOVED = "resident_moved"
    RESIDENT_CANCELLED = "resident_cancelled"
    RESIDENT_DAY_BEFORE = "resident_day_before"
    RESIDENT_ON_THE_WAY = "resident_on_the_way"
    RESIDENT_DONE = "resident_done"
    RESIDENT_PAGE = "resident_page"  # the address of the visit's page, beside the notice that says it all
    RESIDENT_SURVEY = "resident_survey"
    MEMBER_OFFER = "member_offer"
    MEMBER_WITHDRAWN = "member_withdrawn"
    MEMBER_MOVED = "member_moved"
    MEMBER_DAY_LIST = "member_day_list"
    MEMBER_REMINDER = "member_reminder"
    MEMBER_PARTNER = "member_partner"  # what the other of the team has said or done
    MEMBER_CODE = "member_code"  # to sign in with


class Channel(StrEnum):
    SMS = "sms"
    VOICE = "voice"


class MessageState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    NEEDS_PERSON = "needs_person"


class RecipientKind(StrEnum):
    PERSON = "person"
    MEMBER = "member"


S = MessageState
ON_ITS_WAY = frozenset({S.PENDING, S.SENDING, S.UNKNOWN, S.ACCEPTED, S.SENT})  # it may yet arrive
RECEIPTS = frozenset({S.SENT, S.DELIVERED, S.UNDELIVERED, S.FAILED})


# As the partial indexes have it, so that they serve whoever asks.
NOT_ARRIVED = "state IN ('failed','undelivered','expired','suppressed','needs_person') AND told_at IS NULL"
OPEN = "state IN ('pending','sending','unknown','accepted','sent') AND told_at IS NULL"
# True of all, so that the index serves who asks by these words: SQLite would take it where others are better.
OF_ANY_STATE = "attempt >= 0"
WISH = "handled_at IS NULL AND visit_id IS NOT NULL"
TAKEN = "state IN ('accepted','sent') AND provider_id IS NOT NULL"
IN_DOUBT = "state IN ('sending', 'unknown')"


class Message(Guarded, Table):
    """One text or call to one number, from due to delivered: a row of the outbox.

    `dedupe_key` says what makes a message the same. `body` holds `{link}` where a link goes;
    it is filled when the text leaves.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("provider", "provider_id"),
        CheckConstraint("due_at < not_after", name="useful_after_due"),
        CheckConstraint("attempt >= 0", name="attempt_positive"),
        Index(
            "ix_outbox_claim",
            "next_at",
            "id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "ix_outbox_in_doubt",
            "recipient_kind",
            "recipient_id",
            sqlite_where=text(IN_DOUBT),
            postgresql_where=text(IN_DOUBT),
        ),
        Index(
            "ix_outbox_number_in_doubt",
            "to_number",
            sqlite_where=text(IN_DOUBT),
            postgresql_where=text(IN_DOUBT),
        ),
        Index(
            "ix_outbox_not_arrived",
            "due_at",
            sqlite_where=text(NOT_ARRIVED),
            postgresql_where=text(NOT_ARRIVED),
        ),
        Index("ix_outbox_open", "not_after", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_outbox_check", "check_at", sqlite_where=text(TAKEN), postgresql_where=text(TAKEN)),
        Index(
            "ix_outbox_any",
            "due_at",
            sqlite_where=text(OF_ANY_STATE),
            postgresql_where=text(OF_ANY_STATE),
        ),
        Index("ix_outbox_follows_id", "follows_id", unique=True),
        Index("ix_outbox_to_number_id", "to_number", "id"),
        Index("ix_outbox_recipient", "recipient_kind", "recipient_id", "id"),
    )
    FOLLOWS: ClassVar[Mapping[Any, frozenset[Any]]] = {
        S.PENDING: frozenset({S.SENDING, S.CANCELED, S.EXPIRED, S.SUPPRESSED, S.NEEDS_PERSON}),
        S.SENDING: frozenset(
            {S.PENDING, S.ACCEPTED, S.UNKNOWN, S.FAILED, S.SUPPRESSED, S.NEEDS_PERSON, *RECEIPTS}
        ),
        S.UNKNOWN: frozenset({S.ACCEPTED, S.PENDING, S.NEEDS_PERSON, S.EXPIRED, S.SUPPRESSED, *RECEIPTS}),
        S.ACCEPTED: frozenset({S.SUPPRESSED, S.NEEDS_PERSON, *RECEIPTS}),  # a call may ask for a person
        S.SENT: frozenset({S.DELIVERED, S.UNDELIVERED, S.FAILED, S.SUPPRESSED, S.NEEDS_PERSON}),
        S.DELIVERED: frozenset(),
        S.UNDELIVERED: frozenset(),
        S.FAILED: frozenset(),
        S.CANCELED: frozenset(),
        S.EXPIRED: frozenset(),
        S.SUPPRESSED: frozenset(),
        S.NEEDS_PERSON: frozenset({S.CANCELED}),  # the promise it spoke of is gone
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[MessageKind] = mapped_column(named(MessageKind, 30))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"), index=True)
    recipient_kind: Mapped[RecipientKind] = mapped_column(named(RecipientKind))
    recipient_id: Mapped[int]  # persons.id or members.id, as recipient_kind says
    channel: Mapped[Channel] = mapped_column(named(Channel), default=Channel.SMS)
    to_number: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(String(500))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"))
    template_version: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[MessageState] = mapped_column(named(MessageState), default=MessageState.PENDING)
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when to look at it next; due_at at first
    provider: Mapped[str] = mapped_column(String(20), default="")
    provider_id: Mapped[str | None] = mapped_column(String(64))
    last_error: Mapped[str] = mapped_column(String(100), default="")
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # nobody's work from then on
    heard: Mapped[Heard | None] = mapped_column(named(Heard))  # somebody's work still, it may be
    check_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when to ask what became of it
    listed_from: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a person's work though under way
    follows_id: Mapped[int | None]  # the row before it, which did not arrive
    retries: Mapped[int] = mapped_column(default=0, server_default="0")  # rows before it that did not arrive
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    visit: Mapped[Visit | None] = relationship()
    link: Mapped[Link | None] = relationship()
    attempts: Mapped[list["Attempt"]] = relationship(order_by="Attempt.number")

    @property
    def was_heard(self) -> bool:
        """Whether somebody took note of it, as far as anybody knows."""
        return self.state is S.DELIVERED or self.heard is not None


class Attempt(Table):
    """One try to hand a message to the provider; written before the try is made."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("outbox_id", "number"),
        Index("ix_attempts_started_at", "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"))
    number: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(20), default="")
    http_status: Mapped[int | None]
    error_code: Mapped[str] = mapped_column(String(20), default="")
    provider_id: Mapped[str | None] = mapped_column(String(64))


class DeliveryEvent(Table):
    """What the provider said of a message; said twice, it is kept once."""

    __tablename__ = "delivery_events"
    __table_args__ = (UniqueConstraint("provider", "provider_id", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    provider_id: Mapped[str] = mapped_column(String(64))
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    error_code: Mapped[str] = mapped_column(String(20), default="")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NumberFact(Table):
    """What the provider told of a number; it outlives whoever has it."""

    __tablename__ = "number_facts"

    number: Mapped[str] = mapped_column(String(20), primary_key=True)  # E.164
    bad_code: Mapped[str] = mapped_column(String(20), default="")
    bad_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opted_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GatewayState(Table):
    """Whether a provider serves us."""

    __tablename__ = "gateway_states"

    provider: Mapped[str] = mapped_column(String(20), primary_key=True)
    refused_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # nothing leaves before
    code: Mapped[str] = mapped_column(String(20), default="")


class InboundMessage(Table):
    """A text that came in, and what became of it."""

    __tablename__ = "inbound"
    __table_args__ = (
        Index("ix_inbound_wish", "visit_id", sqlite_where=text(WISH), postgresql_where=text(WISH)),
        Index(
            "ix_inbound_visit",
            "visit_id",
            sqlite_where=text("visit_id IS NOT NULL"),
            postgresql_where=text("visit_id IS NOT NULL"),
        ),
        Index(
            "ix_inbound_waiting",
            "id",
            sqlite_where=text("handled_at IS NULL"),
            postgresql_where=text("handled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    provider_id: Mapped[str] = mapped_column(String(64), unique=True)
    from_number: Mapped[str] = mapped_column(String(20), index=True)
    body: Mapped[str] = mapped_column(String(1000))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(30), default="")
    visit_id: Mapped[int | None]  # visits.id: which visit it answers, or wishes to call off


TRIED_AGAIN_WITHIN = timedelta(minutes=5)  # as long as a provider that refuses us is left alone
SILENT_FOR = timedelta(minutes=15)  # due so long ago and nothing certain of it
LISTED_FOR = timedelta(days=30)  # after it was of use, unless somebody has seen to it before


def oldest_due(now: datetime) -> Select[datetime]:
    """Since when the oldest text is due that has not left.

    What waits for the morning is not late; what was tried in vain and is tried again in a moment is.
    """
    again = (Message.attempt > 0) & (Message.next_at <= now + TRIED_AGAIN_WITHIN)
    return select(func.min(Message.due_at)).where(
        Message.state == literal_column("'pending'"),
        Message.due_at <= now,
        (Message.next_at <= now) | again,
    )


_gone = select(Message.id).where(text(NOT_ARRIVED), Message.due_at <= bindparam("gone_at"))
_unclear = select(Message.id).where(
    text(OPEN),
    Message.not_after > bindparam("listed_at"),
    or_(
        Message.listed_from.is_(None) & (Message.due_at <= bindparam("silent_at")),
        Message.listed_from <= bindparam("gone_at"),
    ),
)


TO_PASS_ON: Select[int] = select(union_all(_gone, _unclear).subquery().c.id)


def texts_to_pass_on(now: datetime) -> Select[int]:
    """Ids of texts that are a person's work: they did not arrive, or nobody knows whether they did."""
    return TO_PASS_ON.params(passing_on(now))


def passing_on(now: datetime) -> dict[str, datetime]:
    """What `TO_PASS_ON` asks with."""
    return {"gone_at": now, "silent_at": now - SILENT_FOR, "listed_at": now - LISTED_FOR}


def is_to_pass_on(message: Message, now: datetime) -> bool:
    """As `texts_to_pass_on`."""
    if message.told_at is not None or message.state in (S.DELIVERED, S.CANCELED):
        return False
    return (listed_from(message) if message.state in ON_ITS_WAY else message.due_at) <= now


def listed_from(message: Message) -> datetime:
    """From when it is a person's work where nobody knows what became of it.

    What follows another is so from when that one was, unless a person let it follow.
    """
    return message.listed_from or message.due_at + SILENT_FOR
