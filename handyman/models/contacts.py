"""Whom to try when a resident is not reached: family and care workers, in an order of their own."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.guarded import named
from handyman.models.people import Person, PersonPhone, PhoneKind, Resident
from handyman.models.requests import Relation


class Contact(Table):
    """One person who stands by a resident. Goes with whichever of the two goes."""

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("resident_id", "person_id"),
        CheckConstraint("position >= 1", name="position_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    relation: Mapped[Relation] = mapped_column(named(Relation))
    position: Mapped[int]  # who is tried first
    may_be_told: Mapped[bool]  # of visits, as the resident wishes
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    resident: Mapped[Resident] = relationship(back_populates="contacts")
    person: Mapped[Person] = relationship(back_populates="stands_by")

    @property
    def phone(self) -> PersonPhone | None:
        """The number that takes texts, else the first."""
        return next((row for row in self.person.phones if row.kind is PhoneKind.MOBILE), self.person.phone)
