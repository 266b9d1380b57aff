"""What a person may be looked for by: short texts in an order that finds every beginning."""

from enum import IntEnum

from sqlalchemy import ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from handyman.extensions import Table

LONGEST_KEY = 60
KEY_TEXT = String(LONGEST_KEY).with_variant(String(LONGEST_KEY, collation="C"), "postgresql")
"""Compared byte by byte on both databases, so that an index finds what begins so."""


class KeyKind(IntEnum):
    """Of what the key is made."""

    NAME = 1
    GIVEN = 2  # the name without the surname
    INITIALS = 3
    PHONE = 4
    PHONE_END = 5  # the number read from its end
    PLACE = 6
    SOUND = 7


class PersonKey(Table):
    """One way to look for one person. Written with the person, their numbers and their home."""

    __tablename__ = "person_keys"
    __table_args__ = (
        Index("ix_person_keys_person_id", "person_id", "kind", "key"),
        {"sqlite_with_rowid": False},
    )

    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(KEY_TEXT, primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class KeyRules(Table):
    """The rules by which the keys are written: one row, none before anybody is there."""

    __tablename__ = "key_rules"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
