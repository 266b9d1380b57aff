"""What the installation knows of itself: demo or real, days that are locked while booked, live workers."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from handyman.extensions import Table, UtcDateTime


class Installation(Table):
    """The one row that says whether the data is made up; with demo data no real gateway sends."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    demo: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ServiceDay(Table):
    """A working day; whoever books or moves on it locks its row first and raises the version."""

    __tablename__ = "service_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)


class Heartbeat(Table):
    """When a worker last ticked."""

    __tablename__ = "heartbeats"

    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
