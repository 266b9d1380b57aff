"""What two records hold, side by side, and the merges of a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db
from handyman.models import Household, Person, PersonMerge, Resident
from handyman.residents.merging.merge import REFS, of_person

MOST_MERGES = 20


@dataclass(frozen=True, slots=True)
class Held:
    """One record with how much of each kind it holds."""

    person: Person
    counts: dict[str, int]


def load_held(person_id: int) -> Held | None:
    home = joinedload(Person.resident).joinedload(Resident.household).joinedload(Household.address)
    person = db.session.get(Person, person_id, options=[home, selectinload(Person.phones)])
    if person is None:
        return None
    counts = {
        ref.name: db.session.scalar(
            select(func.count()).select_from(ref.table).where(of_person(ref, person_id))
        )
        or 0
        for ref in REFS
    }
    return Held(person, counts)


def merges_of(person_id: int) -> Sequence[PersonMerge]:
    """The newest first: undone in that order."""
    return db.session.scalars(
        select(PersonMerge)
        .where(or_(PersonMerge.kept_id == person_id, PersonMerge.gone_id == person_id))
        .where(PersonMerge.undone_at.is_(None))
        .options(joinedload(PersonMerge.gone), joinedload(PersonMerge.kept))
        .order_by(PersonMerge.id.desc())
        .limit(MOST_MERGES)
    ).all()
