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
_open_now = select(ServiceRequest.resident_id).where(text("service_requests.state IN ('logged', 'booked')"))
OPEN_AMONG = _open_now.where(ServiceRequest.resident_id.in_(IDS))
ASK_FOR = (
    select(ServiceRequest.resident_id)
    .where(ServiceRequest.number == bindparam("number"))
    .order_by(ServiceRequest.logged_on.desc())
    .limit(bindparam("most"))
)
_key = PersonKey
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
def open_near(lead: Shape, others: tuple[Shape, ...]) -> Any:
    """Of not so many who are meant, those with something open."""
    also = [_has(_key.person_id, shape, place) for place, shape in enumerate(others, start=1)]
    has_open = _key.person_id.in_(_open_now).is_(true())
    asked = select(_key.person_id, _rank(lead).label("rank")).where(has_open, *also)
    return _best(union_all(*(asked.where(_begins(_key, kind, 0, at)) for at, kind in enumerate(lead))))


@lru_cache(_SHAPES)
def open_far(lead: Shape, others: tuple[Shape, ...]) -> Any:
    """The same of many: those with something open are fewer, and are asked whether they are meant."""
    also = (_has(_key.person_id, shape, place) for place, shape in enumerate(others, start=1))
    asked = select(_key.person_id, _rank(lead).label("rank"))
    return _best(asked.where(_key.person_id.in_(_open_now), _own(_key, lead, 0), *also))


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


def _best(ways: Any) -> Any:
    """Each person once, and of a letter that half the town has, no more than are shown."""
    every = ways.subquery()
    rank = func.min(every.c.rank).label("rank")
    found = select(every.c.person_id, rank).group_by(every.c.person_id)
    return found.order_by(rank, every.c.person_id).limit(bindparam("most"))


def _rank(shape: Shape) -> Any:
    """Of a key that the word may mean."""
    exact: dict[int, list[Any]] = {}
    for at, kind in enumerate(shape):
        exact.setdefault(kind, []).append(_key.key == bindparam(f"first_0_{at}"))
    return case(
        *((_key.kind == _so_many(kind), _exact_first(or_(*same), RANK[kind])) for kind, same in exact.items())
    )


def _exact_first(exact: Any, rank: int) -> Any:
    return case((exact, _so_many(rank)), else_=_so_many(rank + 1))


def _gathered(shape: Shape, place: int) -> Any:
    other = aliased(PersonKey)
    ways = (select(other.person_id).where(_begins(other, kind, place, at)) for at, kind in enumerate(shape))
    return union_all(*ways).cte("gathered")


def _has(person_id: Any, shape: Shape, place: int) -> Any:
    """The same person has a key for another word: as EXISTS, but a planner makes no join of it."""
    other = aliased(PersonKey)
    same = select(_ONE).where(other.person_id == person_id, _own(other, shape, place))
    return same.limit(_ONE).scalar_subquery().is_not(None)


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
    first: BindParameter[str] = bindparam(f"first_{place}_{at}")
    end: BindParameter[str] = bindparam(f"end_{place}_{at}")
    return and_(keys.key >= first, keys.key < end)


def _so_many(number: int) -> Any:
    """A number that is part of the question."""
    return literal_column(str(number))
