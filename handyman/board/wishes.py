"""What members and residents wish of each other: who must not go where, who should rather or rather not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from handyman.extensions import db, rows
from handyman.models import (
    ENDED,
    Actor,
    Assignment,
    Member,
    Visit,
    VisitingWish,
    WishedBy,
    WishKind,
    record,
)

LONGEST_NOTE = 200
COLUMNS = (VisitingWish.resident_id, VisitingWish.member_id, VisitingWish.wish)


class NoSuchWishError(Exception):
    """The wish, its member or its resident is not there, or not any more."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """About one home, by the ids of members."""

    must_not: frozenset[int] = frozenset()
    rather: frozenset[int] = frozenset()
    rather_not: frozenset[int] = frozenset()


NONE = Wishes()


@dataclass(frozen=True, slots=True)
class Wish:
    """As somebody writes it down."""

    member_id: int
    kind: WishKind
    wished_by: WishedBy
    note: str = ""


def of_resident(resident_id: int | None) -> Wishes:
    if resident_id is None:
        return NONE
    return of_residents([resident_id]).get(resident_id, NONE)


def of_residents(residents: Any) -> Mapping[int, Wishes]:
    """By resident; `residents` are ids, or a query of them."""
    return gather(rows(select(*COLUMNS).where(VisitingWish.resident_id.in_(residents))))


def gather(found: Iterable[Any]) -> Mapping[int, Wishes]:
    """Of rows with whom or what it is about, the member and the wish."""
    sets: dict[int, dict[WishKind, set[int]]] = defaultdict(lambda: defaultdict(set))
    for about, member_id, wish in found:
        sets[about][wish].add(member_id)
    return {
        about: Wishes(
            must_not=frozenset(kinds[WishKind.MUST_NOT]),
            rather=frozenset(kinds[WishKind.RATHER]),
            rather_not=frozenset(kinds[WishKind.RATHER_NOT]),
        )
        for about, kinds in sets.items()
    }


def listed(resident_id: int) -> Sequence[VisitingWish]:
    """About one home, for its page, with the members' names."""
    query = select(VisitingWish).options(joinedload(VisitingWish.member))
    query = query.where(VisitingWish.resident_id == resident_id)
    return db.session.scalars(query.order_by(VisitingWish.wish, VisitingWish.id)).all()


def resident_of(visit_id: int) -> int:
    resident_id = db.session.scalar(select(Visit.resident_id).where(Visit.id == visit_id))
    if resident_id is None:
        raise NoSuchWishError
    return resident_id


def write(resident_id: int, wish: Wish, by: Actor, now: datetime) -> int:
    """Write a wish down in place of an earlier one. Gives how many visits the member holds there already."""
    if db.session.get(Member, wish.member_id) is None:
        raise NoSuchWishError
    row = db.session.scalar(
        select(VisitingWish).where(
            VisitingWish.resident_id == resident_id, VisitingWish.member_id == wish.member_id
        )
    )
    before = row.wish.value if row else ""
    if row is None:
        row = VisitingWish(resident_id=resident_id, member_id=wish.member_id)
        db.session.add(row)
    row.wish, row.wished_by, row.note, row.logged_at = wish.kind, wish.wished_by, wish.note, now
    db.session.flush()
    record(row, by, now, moved_from=before, moved_to=wish.kind.value, why=wish.wished_by.value)
    return _held(resident_id, wish.member_id) if wish.kind is WishKind.MUST_NOT else 0


def remove(resident_id: int, wish_id: int, by: Actor, now: datetime) -> None:
    row = db.session.get(VisitingWish, wish_id)
    if row is None or row.resident_id != resident_id:
        raise NoSuchWishError
    record(row, by, now, moved_from=row.wish.value, moved_to="removed")
    db.session.delete(row)
    db.session.flush()


def _held(resident_id: int, member_id: int) -> int:
    query = (
        select(func.count())
        .select_from(Visit)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(Visit.resident_id == resident_id, Visit.state.not_in(ENDED), Assignment.member_id == member_id)
    )
    return db.session.scalar(query) or 0
