"""The questions to the table of keys, one for each shape of what is typed: put together once, asked often.

They are texts: SQLAlchemy would write each for the first time in longer than a database takes to answer. Of
what is typed there is nothing in them, only numbers of kinds and places.
How many keys begin so is more than a planner knows: each question leaves it one good way to answer.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, bindparam, select, text

from handyman.models import KeyKind, ServiceRequest

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
OPEN_AMONG = select(ServiceRequest.resident_id).where(
    text("service_requests.state IN ('logged', 'booked')"), ServiceRequest.resident_id.in_(IDS)
)
ASK_FOR = (
    select(ServiceRequest.resident_id)
    .where(ServiceRequest.number == bindparam("number"))
    .order_by(ServiceRequest.logged_on.desc())
    .limit(bindparam("most"))
)
_ROW = 'k.person_id, k.kind, k."key"'
_IN_ORDER = 'ORDER BY k."key", k.person_id'
_OPEN = "service_requests AS k WHERE k.state IN ('logged', 'booked')"
_HAS_OPEN = f"(k.person_id IN (SELECT k.resident_id FROM {_OPEN})) IS TRUE"


@lru_cache(_SHAPES)
def reach(shapes: tuple[Shape, ...]) -> Any:
    """How many keys each way to mean each word has, counted as far as FAR: in their order, since PostgreSQL
    would look for any so many of them through the whole table."""
    return text(
        " UNION ALL ".join(
            f"SELECT {place}, {at}, count(*) FROM (SELECT k.person_id FROM person_keys AS k"
            f" WHERE {_begins(kind, place, at)} {_IN_ORDER} LIMIT {FAR}) AS counted"
            for place, shape in enumerate(shapes)
            for at, kind in enumerate(shape)
        )
    )


@lru_cache(_SHAPES)
def ranked(lead: Shape) -> Any:
    """Of each way to mean the word the first so many, by the order of keys: what is exact comes first."""
    return _first(_walk(kind, at) for at, kind in enumerate(lead))


@lru_cache(_SHAPES)
def ranked_near(lead: Shape, others: tuple[Shape, ...]) -> Any:
    """The same of those who have the other words too, each asked by themselves, as far as NEAR."""
    also = _all(_also("k.person_id", others))
    return _first(
        f"SELECT * FROM ({_walk(kind, at)} LIMIT {NEAR}) AS k WHERE {also} {_IN_ORDER}"
        for at, kind in enumerate(lead)
    )


@lru_cache(_SHAPES)
def ranked_few(lead: Shape, others: tuple[Shape, ...]) -> Any:
    """The same to the end, of a word that fewer than FAR have."""
    also = _also("k.person_id", others)
    return _first(_walk(kind, at, *also) for at, kind in enumerate(lead))


@lru_cache(_SHAPES)
def ranked_far(lead: Shape, others: tuple[Shape, ...]) -> Any:
    """The same of all: whoever has the rarest of the other words, the first, is gathered before."""
    ways = (
        f"SELECT k.person_id FROM person_keys AS k WHERE {_begins(kind, 1, at)}"
        for at, kind in enumerate(others[0])
    )
    # IS TRUE keeps PostgreSQL from a join: gathered once, and looked up while it walks.
    among = "(k.person_id IN (SELECT gathered.person_id FROM gathered)) IS TRUE"
    also = (among, *_also("k.person_id", others)[1:])
    first = _first(_walk(kind, at, *also) for at, kind in enumerate(lead))
    return text(f"WITH gathered AS ({' UNION ALL '.join(ways)}) {first}")


@lru_cache(_SHAPES)
def open_ones(lead: Shape, others: tuple[Shape, ...], many: frozenset[int]) -> Any:
    """Of all who are meant those with something open, the best; `many` are the ways that reach beyond FAR.

    Each person once, and of a letter that half the town has, no more than are shown.
    """
    ways: list[str] = []
    for at, kind in enumerate(lead):
        if at not in many:
            ways.append(_open_near(kind, at, others))
        elif others:
            ways.append(_open_far(kind, at, others))
        else:
            ways += (_open_exact(kind, at), _open_begun(kind, at))
    return text(
        f"SELECT person_id, min(rank) AS rank FROM ({' UNION ALL '.join(ways)}) AS found"
        " GROUP BY person_id ORDER BY min(rank), person_id LIMIT :most"
    )


@lru_cache(_SHAPES)
def keys_among(terms: tuple[Shape, ...]) -> Any:
    """The keys of some people that any of the words may mean."""
    meant = " OR ".join(_own(shape, place) for place, shape in enumerate(terms))
    query = f"SELECT 0 AS way, {_ROW} FROM person_keys AS k WHERE k.person_id IN :ids AND ({meant})"
    return text(query).bindparams(IDS)


def _walk(kind: int, at: int, *also: str) -> str:
    """The keys that begin so, in their order."""
    where = _all((_begins(kind, 0, at), *also))
    return f"SELECT {at} AS way, {_ROW} FROM person_keys AS k WHERE {where} {_IN_ORDER}"


def _first(ways: Iterable[str]) -> Any:
    return text(" UNION ALL ".join(f"SELECT * FROM ({way} LIMIT {AHEAD}) AS ahead" for way in ways))


def _open_near(kind: int, at: int, others: tuple[Shape, ...]) -> str:
    """Who is meant is looked up among those with something open."""
    where = _all((_begins(kind, 0, at), _HAS_OPEN, *_also("k.person_id", others)))
    rank = _rank(f'k."key" = :first_0_{at}', kind)
    return f"SELECT k.person_id, {rank} FROM person_keys AS k WHERE {where}"


def _open_far(kind: int, at: int, others: tuple[Shape, ...]) -> str:
    """Those with something open are fewer, and are asked whether they are meant."""
    exact = _is_there(f'o.person_id = k.resident_id AND o.kind = {kind} AND o."key" = :first_0_{at}')
    meant = _all((_has_begun("k.resident_id", kind, 0, at), *_also("k.resident_id", others)))
    return f"SELECT k.resident_id AS person_id, {_rank(exact, kind)} FROM {_OPEN} AND {meant}"


def _open_exact(kind: int, at: int) -> str:
    """The first of those whose key is what was typed."""
    return (
        f"SELECT * FROM (SELECT k.person_id, {RANK[kind]} AS rank FROM person_keys AS k"
        f' WHERE k.kind = {kind} AND k."key" = :first_0_{at} AND {_HAS_OPEN}'
        " ORDER BY k.person_id LIMIT :most) AS exact"
    )


def _open_begun(kind: int, at: int) -> str:
    """The first of those with a key that begins so: where many have one, it takes few questions."""
    return (
        f"SELECT * FROM (SELECT DISTINCT k.resident_id AS person_id, {RANK[kind] + 1} AS rank FROM {_OPEN}"
        f" AND {_has_begun('k.resident_id', kind, 0, at)} ORDER BY k.resident_id LIMIT :most) AS begun"
    )


def _rank(exact: str, kind: int) -> str:
    return f"CASE WHEN {exact} THEN {RANK[kind]} ELSE {RANK[kind] + 1} END AS rank"


def _also(person: str, others: tuple[Shape, ...]) -> tuple[str, ...]:
    """The same person has a key for each other word."""
    return tuple(
        f"({' OR '.join(_has_begun(person, kind, place, at) for at, kind in enumerate(shape))})"
        for place, shape in enumerate(others, start=1)
    )


def _has_begun(person: str, kind: int, place: int, at: int) -> str:
    """A key of theirs begins so: as rows, which the index of all keys cannot compare."""
    row = '(o.person_id, o.kind, o."key")'
    return _is_there(
        f"{row} >= ({person}, {kind}, :first_{place}_{at}) AND {row} < ({person}, {kind}, :end_{place}_{at})"
    )


def _is_there(where: str) -> str:
    """As EXISTS, but a planner makes no join of it."""
    return f"(SELECT 1 FROM person_keys AS o WHERE {where} LIMIT 1) IS NOT NULL"


def _own(shape: Shape, place: int) -> str:
    """Among the keys of one person, who has twenty. CASE hides the beginnings from the index of all keys."""
    of_kind: dict[int, list[str]] = {}
    for at, kind in enumerate(shape):
        of_kind.setdefault(kind, []).append(_within(place, at))
    arms = " ".join(f"WHEN k.kind = {kind} THEN {' OR '.join(each)}" for kind, each in of_kind.items())
    return f"k.kind IN ({', '.join(map(str, sorted(of_kind)))}) AND CASE {arms} ELSE FALSE END"


def _begins(kind: int, place: int, at: int) -> str:
    return f"k.kind = {kind} AND {_within(place, at)}"


def _within(place: int, at: int) -> str:
    return f'k."key" >= :first_{place}_{at} AND k."key" < :end_{place}_{at}'


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions)
