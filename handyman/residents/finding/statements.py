"""The questions to the table of keys, one for each shape of what is typed: made once, asked often.

How many keys begin so is more than a planner knows: each question leaves it one good way to answer.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    and_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from handyman.models import KeyKind, PersonKey, ServiceRequest

RANK = {  # an exact key goes before one that goes on
    KeyKind.NAME.value: 0,
    KeyKind.PHONE.value: 0,
    KeyKind.PHONE_END.value: 1,
    KeyKind.GIVEN.value: 2,
    KeyKind.INITIALS.value: 4,
    KeyKind.SOUND.value: 6,
    KeyKind.PLACE.value: 8,
}
AHEAD = 40  # so many of each way are ranked
NEAR = 400  # so many of each way are asked one by one for what else was typed: it takes 2 ms
FAR = 2_000  # beyond so many of a way, those with something open are fewer
BEHIND_ALL = "\U0010ffff"
_SHAPES = 256

Shape = tuple[int, ...]  # the kinds of keys that one word may be the beginning of
IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_open_id: Any = ServiceRequest.resident_id
_open_now = select(_open_id.label("person_id")).where(text("service_requests.state IN ('logged', 'booked')"))
OPEN_AMONG = _open_now.where(_open_id.in_(IDS))
ASK_FOR = (
    select(ServiceRequest.resident_id)
    .where(ServiceRequest.number == bindparam("number"))
    .order_by(ServiceRequest.logged_on.desc())
    .limit(bindparam("most"))
)
_key = PersonKey
_has_open = _key.person_id.in_(_open_now).is_(true())
_row = (_key.person_id, _key.kind, _key.key)
_ONE: Any = literal_column("1")


@lru_cache(_SHAPES)
def reach(shape: Shape) -> Any:
    """How many keys each way to mean the word has, counted so far as it matters: in their order, since
    PostgreSQL would look for any so many of them through the whole table."""
    some = [
        select(_key.person_id)
        .where(_begins(_key, kind, 0, at))
        .order_by(_key.key, _key.person_id)
        .limit(bindparam("far"))
        .subquery()
        for at, kind in enumerate(shape)
    ]
    return union_all(*(select(_so_many(at), func.count()).select_from(each) for at, each in enumerate(some)))


@lru_cache(_SHAPES)
def ranked(lead: Shape) -> Any:
    """Of each way to mean the word the first so many, by the order of keys: what is exact comes first."""
    return _first(_walk(kind, at) for at, kind in enumerate(lead))


@lru_cache(_SHAPES)
def ranked_near(lead: Shape, others: tuple[Shape, ...]) -> Any:
    """The same of those who have the other words too, each asked by themselves, as far as NEAR."""
    return _first(_near(kind, at, others) for at, kind in enumerate(lead))


@lru_cache(_SHAPES)
def ranked_far(lead: Shape, others: tuple[Shape, ...], rarest: int) -> Any:
    """The same of all: whoever has the rarest of the other words is gathered first."""
    gathered = _gathered(others[rarest], rarest + 1)
    # IS TRUE keeps PostgreSQL from a join: gathered once, and looked up while it walks.
    also = [_key.person_id.in_(select(gathered.c.person_id)).is_(true())]
    also += [_has(_key.person_id, shape, at + 1) for at, shape in enumerate(others) if at != rarest]
    return _first(_walk(kind, at).where(*also) for at, kind in enumerate(lead))


@lru_cache(_SHAPES)
def open_ones(lead: Shape, others: tuple[Shape, ...], many: frozenset[int]) -> Any:
    """Of all who are meant those with something open, the best; `many` are the ways that reach beyond FAR."""
    ways: list[Any] = []
    for at, kind in enumerate(lead):
        if at not in many:
            ways.append(_open_near(kind, at, others))
        elif others:
            ways.append(_open_far(kind, at, others))
        else:
            ways += (_open_exact(kind, at), _open_begun(kind, at))
    return _best(union_all(*ways))


@lru_cache(_SHAPES)
def keys_among(terms: tuple[Shape, ...]) -> Any:
    """The keys of some people that any of the words may mean."""
    meant = or_(*(_own(_key, shape, place) for place, shape in enumerate(terms)))
    return select(_ONE, *_row).where(_key.person_id.in_(IDS), meant)


def _walk(kind: int, at: int) -> Any:
    """The keys that begin so, in their order."""
    return (
        select(_so_many(at).label("way"), *_row)
        .where(_begins(_key, kind, 0, at))
        .order_by(_key.key, _key.person_id)
    )


def _near(kind: int, at: int, others: tuple[Shape, ...]) -> Any:
    near = _walk(kind, at).limit(_so_many(NEAR)).subquery()
    also = (_has(near.c.person_id, shape, place) for place, shape in enumerate(others, start=1))
    return select(near).where(*also).order_by(near.c.key, near.c.person_id)


def _first(ways: Any) -> Any:
    return union_all(*(select(each.limit(_so_many(AHEAD)).subquery()) for each in ways))


def _open_near(kind: int, at: int, others: tuple[Shape, ...]) -> Any:
    """Who is meant is looked up among those with something open."""
    asked = select(_key.person_id, _rank(_key.key == _first_key(0, at), kind))
    return asked.where(_begins(_key, kind, 0, at), _has_open, *_also(_key.person_id, others))


def _open_far(kind: int, at: int, others: tuple[Shape, ...]) -> Any:
    """Those with something open are fewer, and are asked whether they are meant."""
    other = aliased(PersonKey)
    exact = select(_ONE).where(
        other.person_id == _open_id, other.kind == _so_many(kind), other.key == _first_key(0, at)
    )
    asked = _open_now.add_columns(_rank(_is_there(exact), kind))
    return asked.where(_begins_of(_open_id, kind, at), *_also(_open_id, others))


def _open_exact(kind: int, at: int) -> Any:
    """The first of those whose key is what was typed."""
    asked = select(_key.person_id, _so_many(RANK[kind]).label("rank"))
    exact = asked.where(_key.kind == _so_many(kind), _key.key == _first_key(0, at), _has_open)
    return select(exact.order_by(_key.person_id).limit(bindparam("most")).subquery())


def _open_begun(kind: int, at: int) -> Any:
    """The first of those with a key that begins so: where many have one, it takes few questions."""
    asked = _open_now.add_columns(_so_many(RANK[kind] + 1).label("rank")).distinct()
    begun = asked.where(_begins_of(_open_id, kind, at))
    return select(begun.order_by(_open_id).limit(bindparam("most")).subquery())


def _best(ways: Any) -> Any:
    """Each person once, and of a letter that half the town has, no more than are shown."""
    every = ways.subquery()
    rank = func.min(every.c.rank).label("rank")
    found = select(every.c.person_id, rank).group_by(every.c.person_id)
    return found.order_by(rank, every.c.person_id).limit(bindparam("most"))


def _rank(exact: Any, kind: int) -> Any:
    return case((exact, _so_many(RANK[kind])), else_=_so_many(RANK[kind] + 1)).label("rank")


def _gathered(shape: Shape, place: int) -> Any:
    other = aliased(PersonKey)
    ways = (select(other.person_id).where(_begins(other, kind, place, at)) for at, kind in enumerate(shape))
    return union_all(*ways).cte("gathered")


def _also(person_id: Any, others: tuple[Shape, ...]) -> list[Any]:
    return [_has(person_id, shape, place) for place, shape in enumerate(others, start=1)]


def _has(person_id: Any, shape: Shape, place: int) -> Any:
    """The same person has a key for another word: as EXISTS, but a planner makes no join of it."""
    other = aliased(PersonKey)
    return _is_there(select(_ONE).where(other.person_id == person_id, _own(other, shape, place)))


def _begins_of(person_id: Any, kind: int, at: int) -> Any:
    """The same of one way to mean the first word: as rows, which the index of all keys cannot compare."""
    other = aliased(PersonKey)
    row = tuple_(other.person_id, other.kind, other.key)
    first = tuple_(person_id, _so_many(kind), _first_key(0, at))
    end = tuple_(person_id, _so_many(kind), _end_key(0, at))
    return _is_there(select(_ONE).where(row >= first, row < end))


def _is_there(keys: Any) -> Any:
    return keys.limit(_ONE).scalar_subquery().is_not(None)


def _own(keys: Any, shape: Shape, place: int) -> Any:
    """Among the keys of one person, who has twenty. CASE hides the beginnings from the index of all keys."""
    of_kind: dict[int, list[Any]] = {}
    for at, kind in enumerate(shape):
        of_kind.setdefault(kind, []).append(_within(keys, place, at))
    kinds = keys.kind.in_([_so_many(kind) for kind in sorted(of_kind)])
    arms = ((keys.kind == _so_many(kind), or_(*ranges)) for kind, ranges in of_kind.items())
    return and_(kinds, case(*arms, else_=false()))


def _begins(keys: Any, kind: int, place: int, at: int) -> Any:
    return and_(keys.kind == _so_many(kind), _within(keys, place, at))


def _within(keys: Any, place: int, at: int) -> Any:
    return and_(keys.key >= _first_key(place, at), keys.key < _end_key(place, at))


def _first_key(place: int, at: int) -> BindParameter[str]:
    return bindparam(f"first_{place}_{at}")


def _end_key(place: int, at: int) -> BindParameter[str]:
    return bindparam(f"end_{place}_{at}")


def _so_many(number: int) -> Any:
    """A number that is part of the question."""
    return literal_column(str(number))
