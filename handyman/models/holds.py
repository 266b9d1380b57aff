"""Places in members' days that are kept for a caller who is still being asked."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from handyman.extensions import Table, UtcDateTime


class HeldPlace(Table):
    """One member's time, kept for one form of the call page until it is saved or the time is over.

    A window for two people holds two. Where a promised visit has to change its member first, it is that
    visit (`visit_id`) whose new place is held, and its old member's time is kept by the visit itself.
    """

    __tablename__ = "held_places"
    __table_args__ = (
        CheckConstraint("window_start <= start AND start <= window_end", name="start_in_window"),
        Index("ix_held_places_key", "key"),
        Index("ix_held_places_day", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))  # the form's submission key
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"))
    day: Mapped[date]  # Asia/Seoul
    window_start: Mapped[datetime] = mapped_column(UtcDateTime)
    window_end: Mapped[datetime] = mapped_column(UtcDateTime)
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    service_minutes: Mapped[int]
    lat: Mapped[float]
    lon: Mapped[float]
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
