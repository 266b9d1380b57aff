"""What members and residents wish of each other: who must not go where, who should rather or rather not."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, joinedload

from handyman.board.refusals import ChangedMeanwhileError
from handyman.extensions import db, rows
from handyman.models import (
    ENDED,
    Actor,
    Assignment,
    AssignmentState,
    Member,
    Resident,
    Visit,
    VisitingWish,
    WishedBy,
    WishKind,
    record,
)

LONGEST_NOTE = 200
LIVES, MATE = aliased(Resident), aliased(Resident)  # whose home it is, and everybody who lives there


class NoSuchWishError(Exception):
    """The wish, its member or its resident is not there, or not any more."""


class WishChangedError(Exception):
    """The wish is no longer the one that a page showed."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """About one home, by the ids of members. Who must not go is in no other set; doubt goes before liking."""

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


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a wish: what it took the place of, and the visits that stand against it."""

    before: WishKind | None
    passed_on: int = 0  # others are asked now
    given_up: int = 0  # and here there is nobody left to ask
    held: int = 0  # agreed to already: somebody has to speak with the people first


def of_resident(resident_id: int | None) -> Wishes:
    if resident_id is None:
        return NONE
    return of_residents([resident_id]).get(resident_id, NONE)


def of_residents(residents: Any) -> Mapping[int, Wishes]:
    """By resident; `residents` are ids, or a query of them."""
    return gather(rows(of_homes(select(LIVES.id)).where(LIVES.id.in_(residents))))


def of_homes(query: Select[Any]) -> Select[Any]:
    """With the wishes of everybody who lives in the home of LIVES added to the query."""
    return (
        query.add_columns(VisitingWish.member_id, VisitingWish.wish)
        .join(MATE, MATE.household_id == LIVES.household_id)
        .join(VisitingWish, VisitingWish.resident_id == MATE.id)
    )


def gather(found: Iterable[Any]) -> Mapping[int, Wishes]:
    """Of rows with whom or what it is about, the member and the wish."""
    sets: dict[int, dict[WishKind, set[int]]] = defaultdict(lambda: defaultdict(set))
    for about, member_id, wish in found:
        sets[about][wish].add(member_id)
    return {about: _settled(kinds) for about, kinds in sets.items()}


def _settled(kinds: Mapping[WishKind, set[int]]) -> Wishes:
    """Where the parties differ: a rule before a doubt, a doubt before a liking."""
    must_not = kinds[WishKind.MUST_NOT]
    rather_not = kinds[WishKind.RATHER_NOT] - must_not
    rather = kinds[WishKind.RATHER] - rather_not - must_not
    return Wishes(frozenset(must_not), frozenset(rather), frozenset(rather_not))


def listed(resident_id: int) -> Sequence[VisitingWish]:
    """About one home, for its page, with the names of members and residents."""
    query = select(VisitingWish).options(
        joinedload(VisitingWish.member), joinedload(VisitingWish.resident).joinedload(Resident.person)
    )
    query = query.where(VisitingWish.resident_id.in_(_home_of(resident_id)))
    return db.session.scalars(query.order_by(VisitingWish.wish, VisitingWish.id)).all()


def barred(found: Iterable[VisitingWish]) -> frozenset[int]:
    """Of what is listed about one home: who must not go there."""
    return frozenset(wish.member_id for wish in found if wish.wish is WishKind.MUST_NOT)


def resident_of(visit_id: int) -> int:
    resident_id = db.session.scalar(select(Visit.resident_id).where(Visit.id == visit_id))
    if resident_id is None:
        raise NoSuchWishError
    return resident_id


def write(
    resident_id: int, wish: Wish, by: Actor, now: datetime, seen: Collection[str] | None = None
) -> WishKind | None:
    """Write a wish down. Gives what the same party wished before.

    `seen`: the marks of the wishes that stood on the page; ChangedMeanwhileError where another would go.
    """
    member = db.session.get(Member, wish.member_id)
    if member is None or not member.active:
        raise NoSuchWishError
    row = db.session.scalar(
        select(VisitingWish).where(
            VisitingWish.resident_id == resident_id,
            VisitingWish.member_id == wish.member_id,
            VisitingWish.wished_by == wish.wished_by,
        )
    )
    if row and seen is not None and row.mark not in seen and (row.wish, row.note) != (wish.kind, wish.note):
        raise ChangedMeanwhileError({VisitingWish.__tablename__: [row.id]})
    before = row.wish if row else None
    if row is None:
        row = VisitingWish(resident_id=resident_id, member_id=wish.member_id, wished_by=wish.wished_by)
        db.session.add(row)
    row.wish, row.note, row.logged_at = wish.kind, wish.note, now
    db.session.flush()
    moved_from = before.value if before else ""
    record(row, by, now, moved_from=moved_from, moved_to=wish.kind.value, why=wish.wished_by.value)
    return before


def remove(resident_id: int, wish_id: int, seen: str, by: Actor, now: datetime) -> None:
    """WishChangedError when it is no longer the wish that was seen, NoSuchWishError when it is none."""
    row = db.session.get(VisitingWish, wish_id, populate_existing=True)
    if row is None or row.resident_id not in db.session.scalars(_home_of(resident_id)).all():
        raise NoSuchWishError
    if seen != row.mark:
        raise WishChangedError
    record(row, by, now, moved_from=row.wish.value, moved_to="removed", why=row.wished_by.value)
    db.session.delete(row)
    db.session.flush()


def stand_against(wish: Wish, resident_id: int) -> tuple[list[int], list[int]]:
    """The visits to this home that a member who must not go is asked about, and those agreed to; by id."""
    if wish.kind is not WishKind.MUST_NOT:
        return [], []
    query = (
        select(Visit.id, Assignment.state)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(
            Visit.resident_id.in_(_home_of(resident_id)),
            Visit.state.not_in(ENDED),
            Assignment.member_id == wish.member_id,
        )
        .order_by(Visit.id)
    )
    held = rows(query).all()
    return (
        [visit_id for visit_id, state in held if state is AssignmentState.OFFERED],
        [visit_id for visit_id, state in held if state is AssignmentState.ACCEPTED],
    )


def _home_of(resident_id: int) -> Select[int]:
    """Everybody who lives there."""
    return select(MATE.id).join(LIVES, LIVES.household_id == MATE.household_id).where(LIVES.id == resident_id)
