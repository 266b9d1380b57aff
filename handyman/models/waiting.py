"""Requests that wait for a place: nothing was free in the call, or nothing that suited."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.guarded import named
from handyman.models.requests import ServiceRequest


class WaitReason(StrEnum):
    """Why no window was promised in the call."""

    NOTHING_FREE = "nothing_free"
    DOES_NOT_SUIT = "does_not_suit"


class WaitingEntry(Table):
    """One request on the waiting list. It is there until a visit is promised or the request is closed.

    What suits them stands in the request; `offered` are the windows that were free and that they did not
    take: a place has opened only where there is another one.
    """

    __tablename__ = "waiting_entries"

    request_id: Mapped[int] = mapped_column(ForeignKey("service_requests.id"), primary_key=True)
    reason: Mapped[WaitReason] = mapped_column(named(WaitReason))
    note: Mapped[str] = mapped_column(String(200), default="")  # what they wish, in their own words
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    offered: Mapped[list[str]] = mapped_column(JSON, default=list)
    opened: Mapped[str] = mapped_column(String(20), default="")  # the choice that has opened since
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    request: Mapped[ServiceRequest] = relationship()
