"""Part two records again that were made one, as long as nothing built on it stands against it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, insert, select, update

from handyman.extensions import db
from handyman.models import (
    Actor,
    Person,
    PersonMerge,
    RequestItem,
    Resident,
    Visit,
    VisitItem,
    record,
)
from handyman.residents.finding.index import note
from handyman.residents.merging.merge import BY_NAME, PARTED, REFS, Json, Ref, hold, of_person
from handyman.residents.merging.refusals import MergeError, Why, is_merged


def undo(merge_id: int, by: Actor, now: datetime) -> PersonMerge:
    """What moved goes back with what has followed from it since; MergeError when it cannot be parted."""
    row = db.session.get(PersonMerge, merge_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise MergeError(Why.NOBODY)
    people = hold((row.kept_id, row.gone_id))
    if row.undone_at is not None:
        raise MergeError(Why.UNDONE)
    if is_merged(row.kept_id):
        raise MergeError(Why.MERGED)
    _part(row, people[row.kept_id], _visits_since(row))
    row.undone_at = now
    record(people[row.kept_id], by, now, moved_to=PARTED, why=f"from {row.gone_id}")
    record(people[row.gone_id], by, now, moved_to=PARTED, why=f"from {row.kept_id}")
    db.session.flush()
    note(db.session(), (row.kept_id, row.gone_id))
    return row


def _part(row: PersonMerge, kept: Person, visits_since: Sequence[int]) -> None:
    moved: Json = row.moved
    if moved["resident"] is not None:
        _put_back(Resident, moved["resident"])
    for ref in REFS:
        ids = [*moved["rows"].get(ref.name, ()), *(visits_since if ref.name == "visits" else ())]
        back = update(ref.table).where(ref.table.id.in_(ids), of_person(ref, row.kept_id))
        db.session.execute(back.values({ref.column: row.gone_id}))
    for name, dropped in moved["dropped"].items():
        for each in dropped:
            _put_back(BY_NAME[name].table, each)
    db.session.expire_all()
    _restore(kept, moved)


def _visits_since(row: PersonMerge) -> list[int]:
    """Visits booked since for requests that go back; one that serves requests of both cannot be parted."""
    requests = set(row.moved["rows"].get("requests", ()))
    booked = db.session.execute(
        select(VisitItem.visit_id, RequestItem.request_id)
        .join(RequestItem, RequestItem.id == VisitItem.request_item_id)
        .join(Visit, Visit.id == VisitItem.visit_id)
        .where(Visit.resident_id == row.kept_id)
    ).all()
    back = {visit_id for visit_id, request_id in booked if request_id in requests}
    stay = {visit_id for visit_id, request_id in booked if request_id not in requests}
    moved = set(row.moved["rows"].get("visits", ()))
    if back & stay or moved & stay:
        raise MergeError(Why.CHANGED_SINCE)
    return sorted(back - moved)


def _put_back(table: Any, values: Json) -> None:
    """A row that was dropped, as it was."""
    columns = table.__table__.columns
    db.session.execute(
        insert(table).values({name: _read(columns[name].type, value) for name, value in values.items()})
    )


def _read(kind: Any, value: Any) -> Any:
    is_moment = isinstance(getattr(kind, "impl", kind), DateTime)
    return datetime.fromisoformat(value) if is_moment and value is not None else value


def _restore(kept: Person, moved: Json) -> None:
    """What was written over, unless somebody has changed it since."""
    for name, before in moved["before"].items():
        holder: Any = kept if name == "organisation" else kept.resident
        if holder is not None and getattr(holder, name) == moved["after"][name]:
            setattr(holder, name, before)
    resident = kept.resident
    if moved["made_resident"] and resident is not None and not _has_own(resident.id):
        db.session.delete(resident)
    db.session.flush()


def _has_own(resident_id: int) -> bool:
    """Whether anything of a resident's has come since."""
    asked: list[Ref] = [ref for ref in REFS if ref.of_resident]
    return any(
        db.session.scalar(select(ref.table.id).where(ref.column == resident_id).limit(1)) is not None
        for ref in asked
    )
