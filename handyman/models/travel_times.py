"""What a road service has said of the way between two places."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from handyman.extensions import Table, UtcDateTime


class TravelTime(Table):
    """The time on the road from one place to another, without the door, the lift and the parking.

    A place is its latitude and longitude to five decimals (a metre) in one number, so that nobody's address
    stands here: 37.48505, 126.96837 is 374850512696837.
    """

    __tablename__ = "travel_times"
    __table_args__ = (
        UniqueConstraint("mode", "from_place", "to_place"),
        Index("ix_travel_times_at", "at"),
        CheckConstraint("seconds >= 0", name="seconds_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mode: Mapped[str] = mapped_column(String(20))
    from_place: Mapped[int] = mapped_column(BigInteger)
    to_place: Mapped[int] = mapped_column(BigInteger)
    seconds: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
