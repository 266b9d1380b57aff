"""Who is meant by what was typed: by name, initials, number, home, or a name that sounds alike."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select, text, union_all
from sqlalchemy.orm import aliased

from handyman.extensions import db, rows
from handyman.models import KeyKind, PersonKey, ServiceRequest
from handyman.residents.finding.keys import Beginning, Term, read

MOST = 8
_AHEAD = 40  # so many of each way are ranked
_FEW = 400  # a word that fewer people have is asked for first
_BEHIND_ALL = "\U0010ffff"
_RANK = {  # an exact key goes before one that goes on
    KeyKind.NAME: 0,
    KeyKind.PHONE: 0,
    KeyKind.PHONE_END: 1,
    KeyKind.GIVEN: 2,
    KeyKind.INITIALS: 4,
    KeyKind.SOUND: 6,
    KeyKind.PLACE: 8,
}
_BY_VALUE = {kind.value: rank for kind, rank in _RANK.items()}
OPEN_NOW = select(ServiceRequest.resident_id).where(text("service_requests.state IN ('logged', 'booked')"))


def find(typed: str, most: int = MOST) -> list[int]:
    """The persons, the likeliest first; those with something open go first among equals."""
    terms = read(typed)
    if not terms:
        return []
    lead, others = _lead(terms)
    found, more = _ranked(lead, others)
    if more:
        found = _best(found, _open_ones(lead, others))
    if others:
        found = _with_all_words(found, [lead, *others])
    with_open = _with_open(found)
    order = sorted(found, key=lambda person_id: (found[person_id], person_id not in with_open, person_id))
    return order[:most]


def _lead(terms: Sequence[Term]) -> tuple[Term, list[Term]]:
    """The word that fewest people have, and the rest."""
    if len(terms) == 1:
        return terms[0], []
    reach = [_reach(term) for term in terms]
    at = reach.index(min(reach))
    return terms[at], [term for place, term in enumerate(terms) if place != at]


def _reach(term: Term) -> int:
    some = [
        select(PersonKey.person_id).where(_begins(PersonKey, each)).limit(_FEW).subquery() for each in term
    ]
    counted = union_all(*(select(each.c.person_id) for each in some)).subquery()
    return int(rows(select(func.count()).select_from(counted)).scalar_one())


def _ranked(lead: Term, others: Sequence[Term]) -> tuple[dict[int, int], bool]:
    """The best rank of each person, and whether there are more than were looked at."""
    ways = []
    for each in lead:
        query = select(PersonKey.person_id, literal(each.kind.value).label("kind"), PersonKey.key).where(
            _begins(PersonKey, each), *(_also(term) for term in others)
        )
        limited = query.order_by(PersonKey.key, PersonKey.person_id).limit(_AHEAD).subquery()
        ways.append(select(limited.c.person_id, limited.c.kind, limited.c.key))
    found: Sequence[Any] = rows(union_all(*ways)).all()  # type: ignore[arg-type]
    return _ranks(found, lead), len(found) >= _AHEAD


def _open_ones(lead: Term, others: Sequence[Term]) -> dict[int, int]:
    """Of many who are meant alike, those with something open: they are few, and are asked one by one."""
    query = select(PersonKey.person_id, PersonKey.kind, PersonKey.key).where(
        PersonKey.person_id.in_(OPEN_NOW), or_(*(_begins(PersonKey, each) for each in lead))
    )
    return _ranks(rows(query.where(*(_also(term) for term in others))).all(), lead)


def _with_all_words(found: dict[int, int], terms: Sequence[Term]) -> dict[int, int]:
    """The ranks of all words together."""
    ways = [each for term in terms for each in term]
    query = select(PersonKey.person_id, PersonKey.kind, PersonKey.key).where(
        PersonKey.person_id.in_(list(found)), or_(*(_begins(PersonKey, each) for each in ways))
    )
    keys = rows(query).all()
    every = [_ranks(keys, term) for term in terms]
    return {person_id: sum(ranks.get(person_id, 0) for ranks in every) for person_id in found}


def _ranks(found: Sequence[Any], term: Term) -> dict[int, int]:
    ranks: dict[int, int] = {}
    for row in found:
        for each in term:
            if each.kind.value == row.kind and row.key.startswith(each.text):
                rank = _BY_VALUE[row.kind] + (row.key != each.text)
                ranks[row.person_id] = min(rank, ranks.get(row.person_id, rank))
    return ranks


def _best(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
    return {person_id: min(one.get(person_id, 99), other.get(person_id, 99)) for person_id in one | other}


def _with_open(person_ids: Collection[int]) -> set[int]:
    query: Select[int] = OPEN_NOW.where(ServiceRequest.resident_id.in_(person_ids))
    return set(db.session.scalars(query)) if person_ids else set()


def _begins(keys: Any, each: Beginning) -> Any:
    return and_(keys.kind == each.kind.value, keys.key >= each.text, keys.key < each.text + _BEHIND_ALL)


def _also(term: Term) -> Any:
    other = aliased(PersonKey)
    return (
        select(other.person_id)
        .where(other.person_id == PersonKey.person_id, or_(*(_begins(other, each) for each in term)))
        .exists()
    )
