"""Who should rather go to whose home, and who must not: wishes of members and of residents."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.guarded import named
from handyman.models.members import Member
from handyman.models.people import Resident


class WishKind(StrEnum):
    MUST_NOT = "must_not"  # a rule: nobody and nothing sends this member there
    RATHER_NOT = "rather_not"
    RATHER = "rather"


class WishedBy(StrEnum):
    RESIDENT = "resident"
    MEMBER = "member"


class VisitingWish(Table):
    """One party's wish about one member and one resident; it is kept for the resident's whole home.

    A party's new wish takes the place of its own before; the other party's stands beside it.
    """

    __tablename__ = "visiting_wishes"
    __table_args__ = (
        UniqueConstraint("resident_id", "member_id", "wished_by"),
        Index("ix_visiting_wishes_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    wish: Mapped[WishKind] = mapped_column(named(WishKind))
    wished_by: Mapped[WishedBy] = mapped_column(named(WishedBy))
    note: Mapped[str] = mapped_column(String(200), default="")
    logged_at: Mapped[datetime] = mapped_column(UtcDateTime)

    member: Mapped[Member] = relationship()
    resident: Mapped[Resident] = relationship()

    @property
    def mark(self) -> str:
        """What a page saw of it, to notice that it is another wish by now."""
        return f"{self.wish.value}-{int(self.logged_at.timestamp() * 1_000_000):x}"
