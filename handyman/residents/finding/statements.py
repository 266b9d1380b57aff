"""The questions to the table of keys, one for each shape of what is typed: made once, asked often."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select, text, union_all
from sqlalchemy.orm import aliased

from handyman.models import PersonKey, ServiceRequest

AHEAD = 40  # so many of each way are ranked
BEHIND_ALL = "\U0010ffff"
_FEW = 400  # how many people have a word is counted so far
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


@lru_cache(_SHAPES)
def reach(shape: Shape) -> Any:
    """How many people the word may mean, as far as it matters."""
    some = [
        select(_key.person_id).where(_begins(_key, kind, 0, at)).limit(_FEW).subquery()
        for at, kind in enumerate(shape)
    ]
    return select(func.count()).select_from(
        union_all(*(select(each.c.person_id) for each in some)).subquery()
    )


@lru_cache(_SHAPES)
def ranked(lead: Shape, others: tuple[Shape, ...]) -> Any:
    """Of each way to mean the word the first so many, by the order of keys: what is exact comes first."""
    ways = []
    for at, kind in enumerate(lead):
        asked = select(*_row).where(_begins(_key, kind, 0, at), *_also(others))
        some = asked.order_by(_key.key, _key.person_id).limit(AHEAD).subquery()
        ways.append(select(some.c.person_id, some.c.kind, some.c.key))
    return union_all(*ways)


@lru_cache(_SHAPES)
def open_ones(lead: Shape, others: tuple[Shape, ...]) -> Any:
    """Everybody meant who has something open."""
    kinds = text(f"person_keys.kind IN ({', '.join(map(str, sorted(set(lead))))})")  # for the index
    return select(*_row).where(_key.person_id.in_(_open_now), kinds, _any(_key, lead, 0), *_also(others))


@lru_cache(_SHAPES)
def keys_among(terms: tuple[Shape, ...]) -> Any:
    """The keys of some people that any of the words may mean."""
    meant = or_(*(_any(_key, shape, place) for place, shape in enumerate(terms)))
    return select(*_row).where(_key.person_id.in_(IDS), meant)


def _also(others: tuple[Shape, ...]) -> list[Any]:
    """The same person has a key for each of the other words."""
    found = []
    for place, shape in enumerate(others, start=1):
        other = aliased(PersonKey)
        same = other.person_id == _key.person_id
        found.append(select(other.person_id).where(same, _any(other, shape, place)).exists())
    return found


def _any(keys: Any, shape: Shape, place: int) -> Any:
    return or_(*(_begins(keys, kind, place, at) for at, kind in enumerate(shape)))


def _begins(keys: Any, kind: int, place: int, at: int) -> Any:
    first: BindParameter[str] = bindparam(f"first_{place}_{at}")
    end: BindParameter[str] = bindparam(f"end_{place}_{at}")
    return and_(keys.kind == text(str(kind)), keys.key >= first, keys.key < end)
