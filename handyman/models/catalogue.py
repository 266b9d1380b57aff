"""What the service offers: items, the skills and materials they need, the questions they ask."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy import Table as LinkTable
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table
from handyman.models.guarded import named

WAITS = "waits"  # the fourth word of a choice: with this answer the item cannot be promised yet


def waits(questions: Iterable[Any], answers: Mapping[str, Any]) -> bool:
    """Whether an answer keeps an item from being promised, as a missing consent to drill does."""
    return any(
        choice[0] == answers.get(question.key) and choice[3:] == [WAITS]
        for question in questions
        for choice in question.choices
    )


class QuestionKind(StrEnum):
    CHOICE = "choice"
    NUMBER = "number"
    YES_NO = "yes_no"
    TEXT = "text"


service_item_skills = LinkTable(
    "service_item_skills",
    Table.metadata,
    Column("service_item_id", ForeignKey("service_items.id"), primary_key=True),
    Column("skill_id", ForeignKey("skills.id"), primary_key=True),
)
service_item_materials = LinkTable(
    "service_item_materials",
    Table.metadata,
    Column("service_item_id", ForeignKey("service_items.id"), primary_key=True),
    Column("material_id", ForeignKey("materials.id"), primary_key=True),
)


class Skill(Table):
    """What a member is able and allowed to do."""

    __tablename__ = "skills"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    name_ko: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))


class Material(Table):
    """Something used up in a home, at its present price."""

    __tablename__ = "materials"
    __table_args__ = (CheckConstraint("unit_price >= 0", name="price_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    name_ko: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(10))
    unit_price: Mapped[int]  # whole won
    active: Mapped[bool] = mapped_column(default=True)


class ServiceItem(Table):
    """A catalogue entry. A refer-out item is never dispatched."""

    __tablename__ = "service_items"
    __table_args__ = (
        CheckConstraint("base_minutes >= 0 AND minutes_per_piece >= 0", name="minutes_positive"),
        CheckConstraint("team_size BETWEEN 1 AND 2", name="team_size_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    name_ko: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    short_ko: Mapped[str] = mapped_column(String(10))  # in a text: 전등, 손잡이
    unit: Mapped[str] = mapped_column(String(10))
    base_minutes: Mapped[int]
    minutes_per_piece: Mapped[int]
    team_size: Mapped[int] = mapped_column(default=1)
    two_person_from_cm: Mapped[int | None]  # ceiling height from which two people go
    fall_risk: Mapped[bool] = mapped_column(default=False)  # guards against a fall: goes before others
    permitted: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)

    skills: Mapped[list[Skill]] = relationship(secondary=service_item_skills, order_by=Skill.id)
    materials: Mapped[list[Material]] = relationship(secondary=service_item_materials, order_by=Material.id)
    questions: Mapped[list["ItemQuestion"]] = relationship(
        back_populates="service_item", order_by="ItemQuestion.position", cascade="all, delete-orphan"
    )
    refer_out_places: Mapped[list["ReferOutPlace"]] = relationship(
        order_by="ReferOutPlace.position", cascade="all, delete-orphan"
    )

    def minutes(self, quantity: int) -> int:
        """Service time of so many pieces."""
        return self.base_minutes + self.minutes_per_piece * quantity


class ReferOutPlace(Table):
    """Where people are sent with what is not ours to do: said on the telephone, in Korean."""

    __tablename__ = "refer_out_places"
    __table_args__ = (Index("ix_refer_out_places_service_item_id", "service_item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_item_id: Mapped[int] = mapped_column(ForeignKey("service_items.id"))
    name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(30), default="")  # as it is said: 119, 1588-7500
    hours: Mapped[str] = mapped_column(String(60), default="")
    position: Mapped[int] = mapped_column(default=0)


class ItemQuestion(Table):
    """A question the operator asks about an item, in the order a person would ask it.

    `choices` is a list of [value, Korean, English], with a fourth word "waits" for an answer that
    keeps the item from being promised until it is another one. A question with the key `ceiling_cm`
    decides the team size together with the item's `two_person_from_cm`.
    """

    __tablename__ = "item_questions"
    __table_args__ = (UniqueConstraint("service_item_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_item_id: Mapped[int] = mapped_column(ForeignKey("service_items.id"))
    key: Mapped[str] = mapped_column(String(30))
    label_ko: Mapped[str] = mapped_column(String(100))
    label_en: Mapped[str] = mapped_column(String(100))
    kind: Mapped[QuestionKind] = mapped_column(named(QuestionKind))
    choices: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    unit: Mapped[str] = mapped_column(String(10), default="")
    least: Mapped[int | None]
    most: Mapped[int | None]
    required: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)

    service_item: Mapped[ServiceItem] = relationship(back_populates="questions")
