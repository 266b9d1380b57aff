"""A visit while it is done: taps on the telephone, the report as far as it is written, safety, worries."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.guarded import named
from handyman.models.members import Member

OPEN_NOTICING = OPEN_PRESS = "handled_at IS NULL"


class VisitTap(Table):
    """One press of a button. The telephone makes the key: what arrives twice counts once."""

    __tablename__ = "visit_taps"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    step: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # pressed
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)  # at our end: later where there was no signal
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # taken back by whoever pressed it


class Part(StrEnum):
    """The four short steps of a report."""

    WORK = "work"
    PHOTOS = "photos"
    MATERIALS = "materials"
    SIGNATURE = "signature"


class ReportPart(Table):
    """One step of a report, kept as soon as it was said. Sent, they become the report."""

    __tablename__ = "report_parts"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    part: Mapped[Part] = mapped_column(named(Part), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    said: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Gear(StrEnum):
    """What the ladder asks for."""

    HELMET = "helmet"
    SECOND = "second"  # another person at its foot
    HARNESS = "harness"


class SafetyCheck(Table):
    """What was there before somebody climbed."""

    __tablename__ = "safety_checks"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    needed: Mapped[list[str]] = mapped_column(JSON, default=list)
    there: Mapped[list[str]] = mapped_column(JSON, default=list)
    late: Mapped[bool]  # asked when the work was over
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def complete(self) -> bool:
        return set(self.needed) <= set(self.there)


class Worry(StrEnum):
    """What a member notices in a home."""

    THRESHOLD = "threshold"
    BATHROOM = "bathroom"
    LIGHT = "light"
    FOOD = "food"
    HEATING = "heating"
    MOOD = "mood"


class Noticing(Table):
    """A worry that the office may know of, because the resident agreed; it waits for a person."""

    __tablename__ = "noticings"
    __table_args__ = (
        Index(
            "ix_noticings_open",
            "noticed_at",
            sqlite_where=text(OPEN_NOTICING),
            postgresql_where=text(OPEN_NOTICING),
        ),
        Index("ix_noticings_visit_id", "visit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    worry: Mapped[Worry] = mapped_column(named(Worry))
    noticed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    member: Mapped[Member] = relationship()


class RefusedPress(Table):
    """What a member pressed without signal and what no longer fitted when it came: the office reads it."""

    __tablename__ = "refused_presses"
    __table_args__ = (
        Index(
            "ix_refused_presses_open",
            "arrived_at",
            sqlite_where=text(OPEN_PRESS),
            postgresql_where=text(OPEN_PRESS),
        ),
        UniqueConstraint("visit_id", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    key: Mapped[str] = mapped_column(String(40))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    step: Mapped[str] = mapped_column(String(20))
    said: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # as it was typed
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # pressed
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    member: Mapped[Member] = relationship()

    @property
    def photographs(self) -> list[dict[str, Any]]:
        """Those that the office has: of what, the name of the file, how large."""
        return list(self.said.get("photographs", ()))
