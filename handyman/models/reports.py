"""What a member reports after a visit: times, materials, photographs, what is left."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.catalogue import Material
from handyman.models.guarded import named
from handyman.models.members import Member

if TYPE_CHECKING:
    from handyman.models.visits import Visit


class Outcome(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    PARTS_MISSING = "parts_missing"  # nothing could be done without them
    NOBODY_HOME = "nobody_home"
    REFUSED = "refused"
    UNSAFE = "unsafe"


class PhotoKind(StrEnum):
    BEFORE = "before"
    AFTER = "after"
    RECEIPT = "receipt"
    SIGNATURE = "signature"  # drawn on the glass


class LeftWhy(StrEnum):
    """Why a piece was left for another day."""

    PARTS = "parts"
    TIME = "time"
    RESIDENT = "resident"  # did not want it, or not today
    NOT_OURS = "not_ours"  # needs a firm with a licence
    OTHER = "other"


class Refusal(StrEnum):
    """What somebody said who let nobody work."""

    NO_NEED = "no_need"  # closes the request; after the others the office rings
    ANOTHER_DAY = "another_day"
    ANOTHER_PERSON = "another_person"
    NOT_LET_IN = "not_let_in"


class Danger(StrEnum):
    """Why the work would have been unsafe."""

    LADDER = "ladder"  # too high, or no firm ground
    NO_GEAR = "no_gear"
    ELECTRICITY = "electricity"
    BUILDING = "building"  # a ceiling or wall that gives way
    ANIMAL = "animal"
    PEOPLE = "people"
    OTHER = "other"


class NoSignature(StrEnum):
    HAND = "hand"  # cannot write
    GONE = "gone"  # lay down, went out
    UNWILLING = "unwilling"
    GLASS = "glass"  # the telephone does not take it
    OTHER = "other"


class CompletionReport(Table):
    """One visit as it really went. Items done stand on the visit's items."""

    __tablename__ = "completion_reports"
    __table_args__ = (CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes_range"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    outcome: Mapped[Outcome] = mapped_column(named(Outcome))
    minutes: Mapped[int]
    note: Mapped[str] = mapped_column(String(1000), default="")
    why: Mapped[str] = mapped_column(String(20), default="", server_default="")  # Refusal or Danger
    waited_minutes: Mapped[int | None]  # before a closed door
    calls_tried: Mapped[int | None]
    parts: Mapped[str] = mapped_column(String(200), default="", server_default="")  # to bring next time
    resident_share: Mapped[int] = mapped_column(default=0, server_default="0")  # whole won
    no_signature: Mapped[str] = mapped_column(String(20), default="", server_default="")  # a NoSignature
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    visit: Mapped["Visit"] = relationship(back_populates="report")
    member: Mapped[Member] = relationship()
    materials: Mapped[list["MaterialUse"]] = relationship(order_by="MaterialUse.id")


class MaterialUse(Table):
    """So many pieces of a material, at the price of that day."""

    __tablename__ = "material_uses"
    __table_args__ = (
        UniqueConstraint("report_id", "material_id"),
        CheckConstraint("quantity BETWEEN 1 AND 999", name="quantity_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("completion_reports.id"))
    material_id: Mapped[int] = mapped_column(ForeignKey("materials.id"))
    quantity: Mapped[int]
    unit_price: Mapped[int]  # whole won

    material: Mapped[Material] = relationship()


class Photo(Table):
    """A photograph, re-encoded by us; the file lies outside the web root under a random name."""

    __tablename__ = "photos"
    __table_args__ = (Index("ix_photos_visit_id", "visit_id"), UniqueConstraint("visit_id", "kind", "sha256"))

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    kind: Mapped[PhotoKind] = mapped_column(named(PhotoKind))
    file_name: Mapped[str] = mapped_column(String(60), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))  # of what was uploaded: once before, once after…
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]  # bytes
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
