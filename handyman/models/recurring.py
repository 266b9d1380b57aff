"""Visits that come again: a rule for a resident, and each time that it fell due."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.catalogue import ServiceItem
from handyman.models.guarded import named
from handyman.models.people import Resident
from handyman.models.requests import ServiceRequest, Suits
from handyman.models.users import User


class CheckRule(Table):
    """A check visit (정기 방문) every so many months, from the day of the last one on."""

    __tablename__ = "check_rules"
    __table_args__ = (
        CheckConstraint("every_months BETWEEN 1 AND 60", name="every_range"),
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="span"),
        Index("ix_check_rules_resident_id", "resident_id"),
        Index("ix_check_rules_next_due", "next_due"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    every_months: Mapped[int]
    suits: Mapped[Suits] = mapped_column(named(Suits), default=Suits.ANY)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    next_due: Mapped[date]
    paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    resident: Mapped[Resident] = relationship()
    written_by: Mapped[User] = relationship()
    items: Mapped[list["CheckRuleItem"]] = relationship(
        order_by="CheckRuleItem.service_item_id", cascade="all, delete-orphan"
    )
    dues: Mapped[list["CheckDue"]] = relationship(order_by="CheckDue.due_on", back_populates="rule")


class CheckRuleItem(Table):
    """What is looked at or renewed each time."""

    __tablename__ = "check_rule_items"
    __table_args__ = (CheckConstraint("quantity BETWEEN 1 AND 99", name="quantity_range"),)

    rule_id: Mapped[int] = mapped_column(ForeignKey("check_rules.id"), primary_key=True)
    service_item_id: Mapped[int] = mapped_column(ForeignKey("service_items.id"), primary_key=True)
    quantity: Mapped[int]

    service_item: Mapped[ServiceItem] = relationship()


class CheckDue(Table):
    """One time that a rule fell due, and the request that came of it: never a second one."""

    __tablename__ = "check_dues"
    __table_args__ = (UniqueConstraint("rule_id", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("check_rules.id"))
    due_on: Mapped[date]
    request_id: Mapped[int] = mapped_column(ForeignKey("service_requests.id"), unique=True)

    rule: Mapped[CheckRule] = relationship(back_populates="dues")
    request: Mapped[ServiceRequest] = relationship()
