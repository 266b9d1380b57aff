"""Two records of one person made one, and how to part them again; and what was added to an open request."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.people import Person


class PersonMerge(Table):
    """One record taken into another. `moved` says which rows came from where; it holds ids and what was
    written over, so that one step undoes it. The emptied record stays, and nobody finds it.
    """

    __tablename__ = "person_merges"
    __table_args__ = (
        CheckConstraint("kept_id != gone_id", name="two_records"),
        Index("ix_person_merges_kept_id", "kept_id"),
        Index(
            "ix_person_merges_gone_id",
            "gone_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    gone_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    moved: Mapped[dict[str, Any]] = mapped_column(JSON)
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    merged_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    kept: Mapped[Person] = relationship(foreign_keys=[kept_id])
    gone: Mapped[Person] = relationship(foreign_keys=[gone_id])


class CallAddition(Table):
    """A call whose items went to a request that was open already: one form, one addition."""

    __tablename__ = "call_additions"
    __table_args__ = (Index("ix_call_additions_request_id", "request_id"),)

    submission_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("service_requests.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"))  # None: it waits for a visit
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
