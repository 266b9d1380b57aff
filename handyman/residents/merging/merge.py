"""Take one record of a person into another: everything moves, and what moved is written down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import InstrumentedAttribute

from handyman.extensions import db
from handyman.models import (
    Actor,
    CheckRule,
    Consent,
    Contact,
    Message,
    Person,
    PersonMerge,
    PersonName,
    PersonPhone,
    RecipientKind,
    Resident,
    ServiceRequest,
    Visit,
    VisitingWish,
    record,
)
from handyman.residents.finding.index import note
from handyman.residents.merging.refusals import MergeError, find_refusal

Json = dict[str, Any]
LONGEST_NOTE = 200
MERGED, PARTED = "merged", "parted"


@dataclass(frozen=True, slots=True)
class Ref:
    """Rows that name a person. `once`: where both have the same, one is dropped and written down.

    Whoever is not to be told by one of them is not told at all.
    """

    name: str
    column: InstrumentedAttribute[Any]
    once: tuple[InstrumentedAttribute[Any], ...] = ()
    of_resident: bool = False

    @property
    def table(self) -> Any:
        return self.column.class_


REFS = (
    Ref("phones", PersonPhone.person_id, once=(PersonPhone.number,)),
    Ref("names", PersonName.person_id),
    Ref("consents", Consent.person_id),
    Ref("stands_by", Contact.person_id, once=(Contact.resident_id,)),
    Ref("called", ServiceRequest.caller_id),
    Ref("messages", Message.recipient_id),
    Ref("requests", ServiceRequest.resident_id, of_resident=True),
    Ref("visits", Visit.resident_id, of_resident=True),
    Ref("check_rules", CheckRule.resident_id, of_resident=True),
    Ref("contacts", Contact.resident_id, once=(Contact.person_id,), of_resident=True),
    Ref(
        "wishes",
        VisitingWish.resident_id,
        once=(VisitingWish.member_id, VisitingWish.wished_by),
        of_resident=True,
    ),
)
BY_NAME = {ref.name: ref for ref in REFS}


def merge(kept_id: int, gone_id: int, by: Actor, now: datetime) -> PersonMerge:
    """Everything of `gone` is of `kept` from here on, or MergeError."""
    people = hold((kept_id, gone_id))
    kept, gone = people.get(kept_id), people.get(gone_id)
    if why := find_refusal(kept, gone):
        raise MergeError(why)
    assert kept is not None  # noqa: S101  # find_refusal has looked
    assert gone is not None  # noqa: S101
    moved: Json = {
        "rows": {},
        "dropped": {},
        "resident": None,
        "made_resident": False,
        "before": {},
        "after": {},
    }
    _make_room(kept, gone, moved)
    for ref in REFS:
        _move(ref, kept_id, gone_id, moved)
    _close(kept, gone, moved)
    assert by.id is not None  # noqa: S101  # somebody is signed in
    row = PersonMerge(kept_id=kept_id, gone_id=gone_id, moved=moved, merged_at=now, merged_by_id=by.id)
    db.session.add(row)
    record(kept, by, now, moved_to=MERGED, why=f"from {gone_id}")
    record(gone, by, now, moved_to=MERGED, why=f"into {kept_id}")
    db.session.flush()
    note(db.session(), (kept_id, gone_id))
    return row


def hold(person_ids: Iterable[int]) -> dict[int, Person]:
    """The persons, ours until the end of the transaction, in one order for everybody."""
    found = db.session.scalars(
        select(Person)
        .where(Person.id.in_(list(person_ids)))
        .order_by(Person.id)
        .with_for_update(of=Person, key_share=True)
        .execution_options(populate_existing=True)
    )
    people = {person.id: person for person in found}
    for person in people.values():
        db.session.expire(person, ["resident", "phones", "stands_by", "names_before"])
    return people


def of_person(ref: Ref, person_id: int) -> Any:
    """The rows of this kind that name the person."""
    query = ref.column == person_id
    return query & (Message.recipient_kind == RecipientKind.PERSON) if ref.table is Message else query


def write_down(row: Any) -> Json:
    """A row as JSON, to be put back one day."""
    return {column.key: _plain(getattr(row, column.key)) for column in type(row).__table__.columns}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _make_room(kept: Person, gone: Person, moved: Json) -> None:
    """What moves to a resident needs a resident there."""
    if gone.resident is not None and kept.resident is None:
        own = gone.resident
        db.session.add(Resident(id=kept.id, household_id=own.household_id, care_note=""))
        moved["made_resident"] = True
        db.session.flush()
        db.session.expire(kept, ["resident"])


def _move(ref: Ref, kept_id: int, gone_id: int, moved: Json) -> None:
    rows = db.session.scalars(select(ref.table).where(of_person(ref, gone_id)).order_by(ref.table.id)).all()
    own = db.session.scalars(select(ref.table).where(of_person(ref, kept_id)))
    there = {_same(ref, row): row for row in own}
    double = [(row, there[_same(ref, row)]) for row in rows if ref.once and _same(ref, row) in there]
    dropped = [other if _is_not_told(row) else row for row, other in double]
    ids = [row.id for row in rows if row not in dropped]
    if dropped:
        moved["dropped"][ref.name] = [write_down(row) for row in dropped]
        db.session.execute(delete(ref.table).where(ref.table.id.in_([row.id for row in dropped])))
    if ids:
        moved["rows"][ref.name] = ids
        db.session.execute(update(ref.table).where(ref.table.id.in_(ids)).values({ref.column: kept_id}))
    db.session.expire_all()


def _same(ref: Ref, row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, column.key) for column in ref.once)


def _is_not_told(row: Any) -> bool:
    return isinstance(row, Contact) and not row.may_be_told


def _close(kept: Person, gone: Person, moved: Json) -> None:
    """The emptied record: nobody lives there, and what only it knew is known of the other."""
    changes: Json = {"organisation": kept.organisation or gone.organisation}
    resident = gone.resident
    if resident is not None and kept.resident is not None:
        own = kept.resident
        notes = dict.fromkeys(filter(None, (own.care_note, resident.care_note)))
        changes |= {
            "birth_year": own.birth_year or resident.birth_year,
            "care_note": " / ".join(notes)[:LONGEST_NOTE],
        }
        moved["resident"] = write_down(resident)
        db.session.delete(resident)
        db.session.flush()
        db.session.expire(gone, ["resident"])
    for name, value in changes.items():
        row: Any = kept if name == "organisation" else kept.resident
        if getattr(row, name) != value:
            moved["before"][name], moved["after"][name] = getattr(row, name), value
            setattr(row, name, value)
    db.session.flush()
