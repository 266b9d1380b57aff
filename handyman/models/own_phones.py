"""How members come in by themselves: a code by text, and a calendar that their telephone asks for."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.members import Member


class SignInCode(Table):
    """Six digits, good once and for a few minutes. They follow from `nonce` and the office's key alone."""

    __tablename__ = "sign_in_codes"
    __table_args__ = (Index("ix_sign_in_codes_member_id", "member_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    nonce: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CalendarFeed(Table):
    """The address at which a member's calendar looks for visits; a new one ends the one before."""

    __tablename__ = "calendar_feeds"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    nonce: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    member: Mapped[Member] = relationship()
