"""Rows that move from state to state, and the audit entry that each move leaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Enum, Index, Insert, String, insert, literal, select
from sqlalchemy.orm import Mapped, mapped_column, object_session

from handyman.extensions import Table, UtcDateTime


class StateError(Exception):
    """A move that the row's rules do not allow; nothing was changed."""


class ActorKind(StrEnum):
    USER = "user"
    MEMBER = "member"
    SYSTEM = "system"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: somebody signed in, a member or a resident by their link, or the clock."""

    kind: ActorKind
    id: int | None = None


SYSTEM = Actor(ActorKind.SYSTEM)


def named(kind: type[StrEnum], length: int = 20) -> Enum:
    """A column type that holds the enum's values as checked text."""
    values: Callable[[Any], list[str]] = lambda members: [member.value for member in members]  # noqa: E731
    return Enum(
        kind,
        native_enum=False,
        length=length,
        create_constraint=True,
        values_callable=values,
        name=kind.__name__.lower(),
    )


MOVED = "moved"  # the audit entry of a changed promise; whoever declined the old time may be asked again
UNMOVED = "unmoved"  # after one: it took back the one before it


class AuditEntry(Table):
    """One move of one row: who, when, from where, to where, why. Holds no personal data."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_row", "entity", "entity_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[ActorKind] = mapped_column(named(ActorKind))
    actor_id: Mapped[int | None]
    entity: Mapped[str] = mapped_column(String(30))
    entity_id: Mapped[int]
    moved_from: Mapped[str] = mapped_column(String(30), default="")
    moved_to: Mapped[str] = mapped_column(String(30))
    why: Mapped[str] = mapped_column(String(200), default="")


class Guarded:
    """Mix-in for a row with a `state` that may only move along FOLLOWS."""

    FOLLOWS: ClassVar[Mapping[Any, frozenset[Any]]]

    def may_move_to(self, state: StrEnum) -> bool:
        row: Any = self
        return state in self.FOLLOWS[row.state]

    def move_to(self, state: StrEnum, by: Actor, at: datetime, why: str = "") -> None:
        """Move, and leave an audit entry, or raise StateError."""
        row: Any = self
        before = row.state
        if not self.may_move_to(state):
            raise StateError(f"{type(self).__name__} {row.id}: {before} -> {state}")
        row.state = state
        record(row, by, at, moved_from=before, moved_to=state, why=why)


def record(row: Any, by: Actor, at: datetime, *, moved_to: str, moved_from: str = "", why: str = "") -> None:
    """Write the audit entry of a row that stands in a session."""
    session = object_session(row)
    if session is None:
        raise StateError(f"{type(row).__name__} must be in a session before it moves")
    if row.id is None:
        session.flush()
    entry = _entry(type(row).__tablename__, by, moved_from, moved_to, why)
    session.add(AuditEntry(entity_id=row.id, at=at, **entry))


def entries_of(
    ids: ColumnElement[int],
    entity: str,
    by: Actor,
    at: ColumnElement[datetime],
    *,
    moved_to: str,
    moved_from: str = "",
    why: str = "",
) -> Insert:
    """As `record` of each, for rows that one statement moves: these are written by one statement too."""
    same: dict[str, Any] = _entry(entity, by, moved_from, moved_to, why)
    columns = AuditEntry.__table__.c
    values = [literal(value, columns[name].type).label(name) for name, value in same.items()]
    entries = select(ids, at.label("at"), *values)
    return insert(AuditEntry).from_select(["entity_id", "at", *same], entries, include_defaults=False)


def _entry(entity: str, by: Actor, moved_from: str, moved_to: str, why: str) -> dict[str, Any]:
    return {
        "actor_kind": by.kind,
        "actor_id": by.id,
        "entity": entity,
        "moved_from": str(moved_from),
        "moved_to": str(moved_to),
        "why": why[:200],
    }
