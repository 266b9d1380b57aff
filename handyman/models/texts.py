"""The wordings of texts, each kept as it was saved."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.guarded import named
from handyman.models.users import User


class TextKind(StrEnum):
    """What a text says; some kinds of message are worded in several ways."""

    RESIDENT_BOOKED = "resident_booked"
    RESIDENT_DAY_BEFORE = "resident_day_before"
    RESIDENT_MOVED = "resident_moved"
    RESIDENT_CANCELLED = "resident_cancelled"
    RESIDENT_ON_THE_WAY = "resident_on_the_way"
    RESIDENT_DONE = "resident_done"
    RESIDENT_PARTLY = "resident_partly"
    RESIDENT_NOBODY_HOME = "resident_nobody_home"
    RESIDENT_PAGE = "resident_page"
    RESIDENT_SURVEY = "resident_survey"
    MEMBER_OFFER = "member_offer"
    MEMBER_OFFER_CHANGED = "member_offer_changed"
    MEMBER_TAKEN = "member_taken"
    MEMBER_MOVED = "member_moved"
    MEMBER_ELSEWHERE = "member_elsewhere"
    MEMBER_REMINDER = "member_reminder"
    MEMBER_DAY_LIST = "member_day_list"
    MEMBER_WITHDRAWN = "member_withdrawn"
    MEMBER_PARTNER_ACCEPTED = "member_partner_accepted"
    MEMBER_PARTNER_DECLINED = "member_partner_declined"
    MEMBER_PARTNER_ARRIVED = "member_partner_arrived"


class TextLanguage(StrEnum):
    """In which a text is written to somebody."""

    KO = "ko"
    EN = "en"


class TextTemplate(Table):
    """A version of a wording: the newest counts, and none is overwritten. The first stands in the code."""

    __tablename__ = "text_templates"
    __table_args__ = (
        UniqueConstraint("kind", "language", "version"),
        CheckConstraint("version > 1", name="after_the_first"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TextKind] = mapped_column(named(TextKind, 30))
    language: Mapped[TextLanguage] = mapped_column(named(TextLanguage))
    version: Mapped[int]
    body: Mapped[str] = mapped_column(String(300))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    saved_by: Mapped[User] = relationship()
