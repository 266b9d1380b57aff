"""Who is meant by what was typed: by name, initials, number, home, or a name that sounds alike."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from handyman.extensions import db, rows
from handyman.models import KeyKind
from handyman.residents.finding import statements
from handyman.residents.finding.keys import Term, read, whole_name
from handyman.residents.finding.statements import AHEAD, FAR, NEAR, RANK, Shape

MOST = 8
_LAST = 99
_ALL = 1_000_000
REQUEST_NUMBER = re.compile(r"\d{4}-\d{2,4}", re.ASCII)  # 1124-02, as it is said on the phone

Ranks = dict[int, int]
Reach = dict[int, int]  # by the place of the way to mean a word


def find(typed: str, most: int = MOST) -> list[int]:
    """The persons, the likeliest first; those with something open go first among equals."""
    asking = _by_request(typed)
    others = [person_id for person_id in _by_words(typed, most) if person_id not in asking]
    return [*asking, *others][:most]


def _by_request(typed: str) -> list[int]:
    """For whom requests of that number ask, the latest first: numbers come back each year."""
    number = REQUEST_NUMBER.fullmatch(typed.strip())
    if number is None:
        return []
    found = rows(statements.ASK_FOR, number=number[0], most=MOST).scalars()
    return list(dict.fromkeys(found))


def _by_words(typed: str, most: int) -> list[int]:
    terms = read(typed)
    if not terms:
        return []
    _plan_for_these_words()
    if whole := whole_name(terms):
        exact = _likeliest([whole], most)
        if list(exact.values()) == [RANK[KeyKind.INITIALS.value]] * most:
            return list(exact)
    return list(_likeliest(terms, most))


def _likeliest(terms: Sequence[Term], most: int) -> Ranks:
    """In their order."""
    lead, others, reach = _lead(terms)
    first = _first(lead, others, reach)
    found = _ranks(first, lead)
    if len(first) >= AHEAD:
        with_open = _open_ones(lead, others, _ALL if others else most)
        found = _best(found, with_open)
    else:
        with_open = dict.fromkeys(rows(statements.OPEN_AMONG, ids=list(found)).scalars(), 0) if found else {}
    if others:
        found = _of_all_words(found, [lead, *others])
    order = sorted(found, key=lambda person_id: (found[person_id], person_id not in with_open, person_id))
    return {person_id: found[person_id] for person_id in order[:most]}


def _plan_for_these_words() -> None:
    """PostgreSQL would keep one plan for all words, and read 10,000 people of a dong to show eight.

    What costs much by its reckoning it would compile first, which takes longer than the answer. And with new
    keys it would sort all people of a surname to count the first of them, and not walk along the index.
    """
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true),"
            " set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true)"
        )


def _lead(terms: Sequence[Term]) -> tuple[Term, list[Term], Reach]:
    """The word that fewest people have, the rest, and how far the first reaches: alone it need not tell."""
    if len(terms) == 1:
        return terms[0], [], {}
    reaches = [_reach(term) for term in terms]
    many = [sum(reach.values()) for reach in reaches]
    at = many.index(min(many))
    return terms[at], [term for place, term in enumerate(terms) if place != at], reaches[at]


def _reach(term: Term, far: int = NEAR) -> Reach:
    return {at: many for at, many in rows(statements.reach(_shape(term)), far=far, **_values([term]))}  # noqa: C416


def _first(lead: Term, others: Sequence[Term], reach: Reach) -> Sequence[Any]:
    """The first of each way. One by one where the lead ends near, or others have the other words too."""
    shapes = (_shape(lead), tuple(map(_shape, others)))
    values = _values([lead, *others])
    if not others:
        return rows(statements.ranked(shapes[0]), **values).all()
    near = rows(statements.ranked_near(*shapes), **values).all()
    of_way = Counter(row.way for row in near)
    if all(many < NEAR or of_way[way] == AHEAD for way, many in reach.items()):
        return near
    return rows(statements.ranked_far(*shapes, _rarest(others)), **values).all()


def _rarest(terms: Sequence[Term]) -> int:
    many = [sum(_reach(term, FAR).values()) for term in terms] if len(terms) > 1 else [0]
    return many.index(min(many))


def _open_ones(lead: Term, others: Sequence[Term], most: int) -> Ranks:
    """Of many who are meant alike, the best with something open, looked for among the fewer."""
    many = frozenset(at for at, keys in _reach(lead, FAR).items() if keys == FAR)
    query = statements.open_ones(_shape(lead), tuple(map(_shape, others)), many)
    return {row.person_id: row.rank for row in rows(query, most=most, **_values([lead, *others]))}


def _of_all_words(found: Ranks, terms: Sequence[Term]) -> Ranks:
    """The ranks of all words together."""
    if not found:
        return found
    asked = statements.keys_among(tuple(map(_shape, terms)))
    keys = rows(asked, ids=list(found), **_values(terms)).all()
    every = [_ranks(keys, term) for term in terms]
    return {person_id: sum(ranks.get(person_id, 0) for ranks in every) for person_id in found}


def _ranks(found: Sequence[Any], term: Term) -> Ranks:
    ranks: Ranks = {}
    begun = [(each.kind.value, each.text) for each in term]
    for _way, person_id, kind, key in found:
        for of_kind, text in begun:
            if of_kind == kind and key.startswith(text):
                rank = RANK[kind] + (key != text)
                ranks[person_id] = min(rank, ranks.get(person_id, rank))
    return ranks


def _best(one: Ranks, other: Ranks) -> Ranks:
    return {each: min(one.get(each, _LAST), other.get(each, _LAST)) for each in one | other}


def _shape(term: Term) -> Shape:
    return tuple(each.kind.value for each in term)


def _values(terms: Sequence[Term]) -> Mapping[str, str]:
    """What stands for each beginning: the first key, and one behind all that begin so."""
    found = {}
    for place, term in enumerate(terms):
        for at, each in enumerate(term):
            found[f"first_{place}_{at}"] = each.text
            found[f"end_{place}_{at}"] = each.text + statements.BEHIND_ALL
    return found
