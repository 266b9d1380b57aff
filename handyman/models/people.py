"""Persons, the households they live in, the addresses those stand at, and what they agreed to."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.guarded import named

if TYPE_CHECKING:
    from handyman.models.contacts import Contact
    from handyman.models.users import User


class PhoneKind(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"
    INTERNET = "internet"
    FORWARDING = "forwarding"
    COMPANY = "company"
    UNKNOWN = "unknown"


class Grade(StrEnum):
    """How sure the point of an address is, best first."""

    PLACED = "placed"
    BUILDING = "building"
    LOT = "lot"
    INTERPOLATED = "interpolated"
    ROAD = "road"
    DONG = "dong"
    NONE = "none"


VAGUE = frozenset({Grade.NONE, Grade.ROAD, Grade.DONG})  # nobody finds a door by these


def told_by_words(place_key: str) -> bool:
    """Whether only what was said names the place: the table has no name for it."""
    return not place_key or place_key.startswith("said:")


def same_name(one: str, other: str) -> bool:
    """However it is spaced."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


class ConsentKind(StrEnum):
    PROCESSING = "processing"
    HEALTH = "health"
    DISTRICT = "district"


class Person(Table):
    """Anybody the office talks to: a resident, their daughter, a care worker."""

    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    organisation: Mapped[str] = mapped_column(String(60), default="")
    language: Mapped[str] = mapped_column(String(2), default="ko", server_default="ko")  # of texts to them
    opens_pages: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # is sent the address of a visit's page, too
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    phones: Mapped[list["PersonPhone"]] = relationship(
        back_populates="person", order_by="PersonPhone.id", cascade="all, delete-orphan"
    )
    resident: Mapped["Resident | None"] = relationship(back_populates="person")
    stands_by: Mapped[list["Contact"]] = relationship(back_populates="person", cascade="all, delete-orphan")
    names_before: Mapped[list["PersonName"]] = relationship(
        back_populates="person", order_by="PersonName.id.desc()", cascade="all, delete-orphan"
    )

    @property
    def phone(self) -> "PersonPhone | None":
        """The number to try first."""
        return self.phones[0] if self.phones else None


class PersonName(Table):
    """A name that somebody had on file until it was put right. They are still found by it."""

    __tablename__ = "person_names"
    __table_args__ = (Index("ix_person_names_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    person: Mapped[Person] = relationship(back_populates="names_before")
    changed_by: Mapped["User"] = relationship()


class PersonPhone(Table):
    """One number of one person; a number may belong to several people."""

    __tablename__ = "person_phones"
    __table_args__ = (
        UniqueConstraint("person_id", "number"),
        Index("ix_person_phones_number", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    number: Mapped[str] = mapped_column(String(20))  # E.164
    kind: Mapped[PhoneKind] = mapped_column(named(PhoneKind))

    person: Mapped[Person] = relationship(back_populates="phones")


class Address(Table):
    """One place: as it was said, as it is written, and where it lies."""

    __tablename__ = "addresses"
    __table_args__ = (
        Index("ix_addresses_place_key", "place_key"),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="point_whole"),
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat_range"),
        CheckConstraint("lon BETWEEN -180 AND 180", name="lon_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    said: Mapped[str] = mapped_column(String(200))
    label: Mapped[str] = mapped_column(String(200))  # read back in road form, without the unit
    unit: Mapped[str] = mapped_column(String(60), default="")
    entrance: Mapped[str] = mapped_column(String(100), default="")
    place_key: Mapped[str] = mapped_column(String(200))
    road_name: Mapped[str] = mapped_column(String(60), default="")
    building_number: Mapped[str] = mapped_column(String(20), default="")
    beopjeong_dong: Mapped[str] = mapped_column(String(30), default="")
    haengjeong_dong: Mapped[str] = mapped_column(String(30), default="")
    jibun: Mapped[str] = mapped_column(String(20), default="")
    building_name: Mapped[str] = mapped_column(String(100), default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    grade: Mapped[Grade] = mapped_column(named(Grade), default=Grade.NONE)
    error_m: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(40), default="")
    located_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided: Mapped[bool] = mapped_column(default=False)  # somebody of the office chose this very point

    @property
    def located(self) -> bool:
        return self.lat is not None

    @property
    def findable(self) -> bool:
        """Whether a member can be sent there."""
        return self.located and self.grade not in VAGUE

    @property
    def dong(self) -> str:
        """The dong that people know: administrative, else legal."""
        return self.haengjeong_dong or self.beopjeong_dong

    @property
    def full(self) -> str:
        return f"{self.label}, {self.unit}" if self.unit else self.label


class Household(Table):
    """Who lives together at one address; yearly limits are counted for it."""

    __tablename__ = "households"

    id: Mapped[int] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    address: Mapped[Address] = relationship()
    residents: Mapped[list["Resident"]] = relationship(back_populates="household")


class Resident(Table):
    """A person the work is for."""

    __tablename__ = "residents"
    __table_args__ = (CheckConstraint("birth_year BETWEEN 1900 AND 2100", name="birth_year_range"),)

    id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    birth_year: Mapped[int | None]
    care_note: Mapped[str] = mapped_column(String(200), default="")  # "귀가 어두움, 문을 두드리세요"

    person: Mapped[Person] = relationship(back_populates="resident")
    household: Mapped[Household] = relationship(back_populates="residents")
    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="resident", order_by="Contact.position, Contact.id", cascade="all, delete-orphan"
    )


class Consent(Table):
    """What a person agreed to on the phone: which script was read, by whom, when."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[ConsentKind] = mapped_column(named(ConsentKind))
    script_version: Mapped[str] = mapped_column(String(20))
    given: Mapped[bool]
    read_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
