"""The people who do the work: skills, hours, days off, limits."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.catalogue import Skill
from handyman.models.guarded import named
from handyman.models.people import PhoneKind


class TravelMode(StrEnum):
    WALK = "walk"
    TRANSIT = "transit"
    CAR = "car"
    CARGO_BIKE = "cargo_bike"


class AbsenceReason(StrEnum):
    ILL = "ill"
    HOLIDAY = "holiday"
    FAMILY = "family"
    TRAINING = "training"
    OTHER = "other"


class Member(Table):
    """A member of the co-operative (조합원)."""

    __tablename__ = "members"
    __table_args__ = (
        CheckConstraint("daily_cap_minutes > 0", name="daily_cap_positive"),
        CheckConstraint("monthly_cap_minutes > 0", name="monthly_cap_positive"),
        CheckConstraint("pace_percent BETWEEN 50 AND 200", name="pace_range"),
        CheckConstraint("break_start < break_end", name="break_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(20), unique=True)  # E.164
    phone_kind: Mapped[PhoneKind] = mapped_column(named(PhoneKind), default=PhoneKind.MOBILE)
    home_label: Mapped[str] = mapped_column(String(200))
    home_lat: Mapped[float]
    home_lon: Mapped[float]
    # where a working day begins and ends, if that is not at home
    start_label: Mapped[str | None] = mapped_column(String(200))
    start_lat: Mapped[float | None]
    start_lon: Mapped[float | None]
    end_label: Mapped[str | None] = mapped_column(String(200))
    end_lat: Mapped[float | None]
    end_lon: Mapped[float | None]
    travel_mode: Mapped[TravelMode] = mapped_column(named(TravelMode), default=TravelMode.TRANSIT)
    daily_cap_minutes: Mapped[int | None]
    monthly_cap_minutes: Mapped[int | None]
    wished_minutes: Mapped[int | None]  # a month
    pace_percent: Mapped[int] = mapped_column(default=100)  # takes so much of the planned minutes
    break_start: Mapped[int | None]  # of every working day, minutes after midnight
    break_end: Mapped[int | None]
    smartphone: Mapped[bool] = mapped_column(
        default=True, server_default=true()
    )  # False: rung, not written to
    language: Mapped[str] = mapped_column(String(2), default="ko", server_default="ko")  # of texts to them
    map_app: Mapped[str] = mapped_column(String(10), default="", server_default="")  # finds their ways
    photo: Mapped[str] = mapped_column(
        String(40), default="", server_default=""
    )  # a file of the photograph folder
    insured_until: Mapped[date | None]  # after this day they are sent nowhere; None: not written down
    active: Mapped[bool] = mapped_column(default=True)
    joined_on: Mapped[date]

    skills: Mapped[list["MemberSkill"]] = relationship(back_populates="member", cascade="all, delete-orphan")
    hours: Mapped[list["WorkingHours"]] = relationship(
        order_by="WorkingHours.weekday, WorkingHours.start_minute", cascade="all, delete-orphan"
    )
    absences: Mapped[list["Absence"]] = relationship(
        order_by="Absence.first_day", cascade="all, delete-orphan"
    )
    stand_bys: Mapped[list["StandBy"]] = relationship(order_by="StandBy.day", cascade="all, delete-orphan")


class MemberSkill(Table):
    """A skill that a member holds, until its training or insurance runs out."""

    __tablename__ = "member_skills"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skills.id"), primary_key=True)
    valid_until: Mapped[date | None]

    member: Mapped[Member] = relationship(back_populates="skills")
    skill: Mapped[Skill] = relationship()


class WorkingHours(Table):
    """One span of a weekday (Monday is 0) in which a member works, minutes after midnight."""

    __tablename__ = "working_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_range"),
        CheckConstraint(
            "0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440", name="span"
        ),
        Index("ix_working_hours_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    weekday: Mapped[int]
    start_minute: Mapped[int]
    end_minute: Mapped[int]


class Absence(Table):
    """Days on which a member does not work, both ends included."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="order"),
        Index("ix_absences_member_id_last_day", "member_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[AbsenceReason] = mapped_column(named(AbsenceReason))
    logged_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StandBy(Table):
    """A day on which a member works only when called: nothing is planned for them until then."""

    __tablename__ = "stand_bys"
    __table_args__ = (Index("ix_stand_bys_day", "day"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
