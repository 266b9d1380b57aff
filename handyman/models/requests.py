"""One call and what it asks for."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.catalogue import ServiceItem, waits
from handyman.models.guarded import Guarded, named
from handyman.models.people import Address, Person, Resident
from handyman.models.users import User


class RequestState(StrEnum):
    LOGGED = "logged"  # no visit is promised for what is open
    BOOKED = "booked"
    DONE = "done"
    CANCELLED = "cancelled"
    REFERRED = "referred"


class ItemState(StrEnum):
    OPEN = "open"
    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"
    REFERRED = "referred"


class Relation(StrEnum):
    """Who called, as seen from the resident."""

    SELF = "self"
    FAMILY = "family"
    CARE_WORKER = "care_worker"
    COMMUNITY_CENTRE = "community_centre"
    WELFARE_CENTRE = "welfare_centre"
    NEIGHBOUR = "neighbour"
    OTHER = "other"


class Suits(StrEnum):
    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class Order(StrEnum):
    """In which windows are offered to a caller; asked for in the call, and not kept."""

    BEST = "best"
    SOONEST = "soonest"
    SAME_MEMBER = "same_member"  # only those with somebody who has worked in this home before


class CancelReason(StrEnum):
    RESIDENT_CANCELLED = "resident_cancelled"
    RESIDENT_AWAY = "resident_away"
    REPAIRED_ALREADY = "repaired_already"
    NOT_ELIGIBLE = "not_eligible"
    NO_MEMBER = "no_member"
    UNSAFE = "unsafe"
    DUPLICATE = "duplicate"
    OTHER = "other"


class ServiceRequest(Guarded, Table):
    """One call: who, where, which items, when it suits."""

    __tablename__ = "service_requests"
    __table_args__ = (
        UniqueConstraint("logged_on", "sequence"),
        Index("ix_service_requests_number", "number"),
        Index("ix_service_requests_resident_id_id", "resident_id", "id"),
        Index("ix_service_requests_address_id", "address_id"),
        Index("ix_service_requests_closed_at", "closed_at"),
        Index(
            "ix_service_requests_waiting",
            "logged_at",
            sqlite_where=text("state = 'logged'"),
            postgresql_where=text("state = 'logged'"),
        ),
        Index(
            "ix_service_requests_open",
            "resident_id",
            sqlite_where=text("state IN ('logged', 'booked')"),
            postgresql_where=text("state IN ('logged', 'booked')"),
        ),
    )
    FOLLOWS: ClassVar[Mapping[Any, frozenset[Any]]] = {
        RequestState.LOGGED: frozenset(
            {RequestState.BOOKED, RequestState.DONE, RequestState.CANCELLED, RequestState.REFERRED}
        ),
        RequestState.BOOKED: frozenset({RequestState.LOGGED, RequestState.DONE, RequestState.CANCELLED}),
        RequestState.DONE: frozenset({RequestState.LOGGED}),
        RequestState.CANCELLED: frozenset({RequestState.LOGGED}),
        RequestState.REFERRED: frozenset({RequestState.LOGGED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(12))  # said on the phone: 1124-07
    logged_on: Mapped[date]
    sequence: Mapped[int]
    submission_key: Mapped[str] = mapped_column(String(40), unique=True)  # one form, one request
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    caller_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)  # None: the resident
    relation: Mapped[Relation] = mapped_column(named(Relation), default=Relation.SELF)
    suits: Mapped[Suits] = mapped_column(named(Suits), default=Suits.ANY)
    suits_from: Mapped[date | None]
    notes: Mapped[str] = mapped_column(String(1000), default="")
    state: Mapped[RequestState] = mapped_column(named(RequestState), default=RequestState.LOGGED)
    cancel_reason: Mapped[CancelReason | None] = mapped_column(named(CancelReason))
    logged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    logged_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    resident: Mapped[Resident] = relationship()
    address: Mapped[Address] = relationship()
    caller: Mapped[Person | None] = relationship()
    logged_by: Mapped[User] = relationship()
    items: Mapped[list["RequestItem"]] = relationship(back_populates="request", order_by="RequestItem.id")


class RequestItem(Guarded, Table):
    """One catalogue item of a request, with quantity and the answers to its questions."""

    __tablename__ = "request_items"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 99", name="quantity_range"),
        CheckConstraint("done_quantity BETWEEN 0 AND quantity", name="done_range"),
        CheckConstraint("team_size BETWEEN 1 AND 2", name="team_size_range"),
        Index("ix_request_items_request_id", "request_id"),
    )
    FOLLOWS: ClassVar[Mapping[Any, frozenset[Any]]] = {
        ItemState.OPEN: frozenset(
            {ItemState.PLANNED, ItemState.DONE, ItemState.CANCELLED, ItemState.REFERRED}
        ),
        ItemState.PLANNED: frozenset({ItemState.OPEN, ItemState.DONE, ItemState.CANCELLED}),
        ItemState.DONE: frozenset({ItemState.OPEN}),
        ItemState.CANCELLED: frozenset({ItemState.OPEN}),
        ItemState.REFERRED: frozenset({ItemState.OPEN}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("service_requests.id"))
    service_item_id: Mapped[int] = mapped_column(ForeignKey("service_items.id"), index=True)
    quantity: Mapped[int]
    done_quantity: Mapped[int] = mapped_column(default=0)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    team_size: Mapped[int] = mapped_column(default=1)
    state: Mapped[ItemState] = mapped_column(named(ItemState), default=ItemState.OPEN)

    request: Mapped[ServiceRequest] = relationship(back_populates="items")
    service_item: Mapped[ServiceItem] = relationship()

    @property
    def left(self) -> int:
        """How many pieces are still to be done."""
        return self.quantity - self.done_quantity

    @property
    def waits(self) -> bool:
        """Whether an answer keeps it from being promised."""
        return waits(self.service_item.questions, self.answers)
