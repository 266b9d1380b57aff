"""What people answered when they were told: keys pressed on a telephone, and what that says of a visit."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_, or_
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from handyman.extensions import Table, UtcDateTime
from handyman.models.guarded import named


class Answer(StrEnum):
    GOOD = "good"
    ANOTHER_TIME = "another_time"
    CALL_ME = "call_me"


class Heard(StrEnum):
    """How it is known that somebody took note of what the provider may not call delivered."""

    ANSWERED = "answered"  # by themselves: with a key, by a text, by the page of their link
    TOLD = "told"  # by somebody of the office
    ARRIVED = "arrived"  # as the provider has said late: the row keeps its bad end


class KeyPress(Table):
    """One key in one call; told twice, it is kept once."""

    __tablename__ = "key_presses"
    __table_args__ = (UniqueConstraint("provider", "call_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    call_id: Mapped[str] = mapped_column(String(64))
    step: Mapped[int]
    digits: Mapped[str] = mapped_column(String(10))
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReachAnswer(Table):
    """What a resident answered about a visit as it was told then. Nothing is taken away; the last counts."""

    __tablename__ = "reach_answers"
    __table_args__ = (Index("ix_reach_answers_visit_id", "visit_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    window_start: Mapped[datetime] = mapped_column(UtcDateTime)  # another promise is not confirmed by it
    window_end: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: no longer known
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"))
    answer: Mapped[Answer] = mapped_column(named(Answer))
    told_by_id: Mapped[int | None]  # users.id of whoever rang; None: a key was pressed
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def of_window(
        cls,
        start: datetime | InstrumentedAttribute[datetime],
        end: datetime | InstrumentedAttribute[datetime],
    ) -> ColumnElement[bool]:
        """Given of this very promise: another one that begins alike may be too long for them."""
        return and_(cls.window_start == start, or_(cls.window_end.is_(None), cls.window_end == end))
