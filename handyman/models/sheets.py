"""Paper for the day: what was printed for whom, and when."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.members import Member
from handyman.models.users import User


class DaySheet(Table):
    """One printed sheet (일지). Its number tells it from those of the same day before and after it."""

    __tablename__ = "day_sheets"
    __table_args__ = (
        UniqueConstraint("day", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        Index("ix_day_sheets_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    number: Mapped[int]  # running, of the day
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    mark: Mapped[str] = mapped_column(String(16))  # of what stood on it: no word of it is kept
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    printed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    member: Mapped[Member] = relationship()
    printed_by: Mapped[User] = relationship()
