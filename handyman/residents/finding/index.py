"""The keys of persons, written in the transaction that changes a name, a number or a home."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields
from itertools import islice
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, event, insert, inspect, select
from sqlalchemy.orm import Session

from handyman.extensions import db
from handyman.models import (
    Address,
    Household,
    KeyRules,
    Person,
    PersonKey,
    PersonMerge,
    PersonName,
    PersonPhone,
    Resident,
)
from handyman.residents.finding.keys import RULES, Home, Key, keys_of, name_keys

_AT_ONCE = 500
_TABLE: Any = PersonKey.__table__
_KEY = ("kind", "key", "person_id")
_CHANGED = "people whose keys are old"
_HOME = tuple(getattr(Address, each.name) for each in fields(Home))


def write(connection: Connection, person_ids: Iterable[int]) -> None:
    """The keys as they ought to be; only what differs is written."""
    waiting = iter(sorted(set(person_ids)))
    while some := list(islice(waiting, _AT_ONCE)):
        wanted = _wanted(connection, some)
        there = {
            (row.kind, row.key, row.person_id)
            for row in connection.execute(
                select(PersonKey.kind, PersonKey.key, PersonKey.person_id).where(
                    PersonKey.person_id.in_(some)
                )
            )
        }
        _remove(connection, there - wanted)
        _add(connection, wanted - there)


def write_all(connection: Connection) -> None:
    """Everybody's, anew."""
    connection.execute(delete(PersonKey))
    everybody = iter(connection.scalars(select(Person.id).order_by(Person.id)).all())
    while some := list(islice(everybody, _AT_ONCE)):
        _add(connection, _wanted(connection, some))


def follow_rules(connection: Connection) -> None:
    """Everybody's keys anew where they were written by other rules; on a database that knows of rules."""
    if not inspect(connection).has_table(KeyRules.__tablename__):
        return
    somebody = connection.scalar(select(Person.id).limit(1))
    if somebody is None or connection.scalar(select(KeyRules.version)) == RULES:
        return
    write_all(connection)
    connection.execute(delete(KeyRules))
    connection.execute(insert(KeyRules).values(version=RULES))


def _wanted(connection: Connection, ids: Collection[int]) -> set[tuple[int, str, int]]:
    """Somebody whose record was taken into another has none."""
    phones: dict[int, list[str]] = defaultdict(list)
    for person_id, number in connection.execute(
        select(PersonPhone.person_id, PersonPhone.number).where(PersonPhone.person_id.in_(ids))
    ):
        phones[person_id].append(number)
    before: dict[int, set[Key]] = defaultdict(set)
    for person_id, name in connection.execute(
        select(PersonName.person_id, PersonName.name).where(PersonName.person_id.in_(ids))
    ):
        before[person_id] |= name_keys(name)
    gone = select(PersonMerge.gone_id).where(PersonMerge.undone_at.is_(None), PersonMerge.gone_id.in_(ids))
    people = connection.execute(
        select(Person.id, Person.name, Person.organisation, Resident.id.label("resident_id"), *_HOME)
        .outerjoin(Resident, Resident.id == Person.id)
        .outerjoin(Household, Household.id == Resident.household_id)
        .outerjoin(Address, Address.id == Household.address_id)
        .where(Person.id.in_(ids), Person.id.not_in(gone))
    )
    return {(*key, row.id) for row in people for key in _keys(row, phones[row.id]) | before[row.id]}


def _keys(row: Any, phones: list[str]) -> set[Key]:
    home = Home(*(getattr(row, column.key) for column in _HOME)) if row.resident_id is not None else None
    return keys_of(row.name, row.organisation, phones, home)


def _add(connection: Connection, keys: Collection[tuple[int, str, int]]) -> None:
    if keys:
        connection.execute(insert(_TABLE), [dict(zip(_KEY, key, strict=True)) for key in sorted(keys)])


def _remove(connection: Connection, keys: Collection[tuple[int, str, int]]) -> None:
    if keys:
        this = and_(*(_TABLE.c[name] == bindparam(f"the_{name}") for name in _KEY))
        rows = [{f"the_{name}": value for name, value in zip(_KEY, key, strict=True)} for key in sorted(keys)]
        connection.execute(delete(_TABLE).where(this), rows)


def note(session: Session, person_ids: Iterable[int]) -> None:
    """Their keys are old: they are written before the transaction ends."""
    session.info.setdefault(_CHANGED, set()).update(person_ids)


@event.listens_for(db.session, "after_flush")
def _see(session: Session, _context: Any) -> None:
    told = [*session.new, *session.deleted, *session.dirty]
    note(session, (person_id for row in told for person_id in _own(row)))
    homes = [
        row for row in session.dirty if isinstance(row, Household | Address) and session.is_modified(row)
    ]
    note(session, (person_id for row in homes for person_id in _living_in(session, row)))


def _own(row: object) -> Iterator[int]:
    if isinstance(row, Person | Resident):
        yield row.id
    elif isinstance(row, PersonPhone | PersonName):
        yield row.person_id


def _living_in(session: Session, row: Household | Address) -> Iterator[int]:
    if isinstance(row, Household):
        yield from session.connection().scalars(select(Resident.id).where(Resident.household_id == row.id))
    else:
        yield from session.connection().scalars(
            select(Resident.id)
            .join(Household, Household.id == Resident.household_id)
            .where(Household.address_id == row.id)
        )


@event.listens_for(db.session, "before_commit")
def _keep(session: Session) -> None:
    session.flush()
    if changed := session.info.pop(_CHANGED, None):
        write(session.connection(), changed)


@event.listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_CHANGED, None)
