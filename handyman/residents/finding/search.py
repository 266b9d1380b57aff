"""Who is meant by what was typed: by name, initials, number, home, or a name that sounds alike."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
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
    found, with_open = _of_one(terms[0], most) if len(terms) == 1 else _of_all_words(terms)
    order = sorted(found, key=lambda person_id: (found[person_id], person_id not in with_open, person_id))
    return {person_id: found[person_id] for person_id in order[:most]}


def _of_one(term: Term, most: int) -> tuple[Ranks, Collection[int]]:
    """Whom one word may mean, and who of them has something open."""
    first = rows(statements.ranked(_shape(term)), **_values([term])).all()
    found = _ranks(first, term)
    if len(first) < AHEAD:
        return found, _open_among(found)
    with_open = _open_ones([term], _reaches([term])[0], most)
    return _best(found, with_open), with_open


def _of_all_words(terms: Sequence[Term]) -> tuple[Ranks, Collection[int]]:
    """Who has every word. A way to mean one that nobody has is not asked again."""
    reaches = _reaches(terms)
    if not all(map(any, reaches)):
        return {}, ()
    by_many = sorted(zip(reaches, terms, strict=True), key=lambda each: sum(each[0]))
    words = [tuple(way for many, way in zip(*each, strict=True) if many) for each in by_many]
    reach = [many for many in by_many[0][0] if many]
    first = _first(words, reach)
    found = _ranks(first, words[0])
    if len(first) < AHEAD:
        with_open: Collection[int] = _open_among(found)
    else:
        best = _open_ones(words, reach, _ALL)
        found, with_open = _best(found, best), best
    return _ranks_of_all(found, words), with_open


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


def _reaches(terms: Sequence[Term]) -> list[list[int]]:
    """How many keys each way to mean each word has; no more are counted than FAR is."""
    counted = rows(statements.reach(tuple(map(_shape, terms))), **_values(terms))
    many = {(place, at): keys for place, at, keys in counted}
    return [[many[place, at] for at in range(len(term))] for place, term in enumerate(terms)]


def _first(words: Sequence[Term], reach: Sequence[int]) -> Sequence[Any]:
    """The first of each way to mean the rarest word, which is the first one. Each is asked for the others
    where few have it, or many of its first have the others too."""
    shapes, values = (_shape(words[0]), tuple(map(_shape, words[1:]))), _values(words)
    if all(many < FAR for many in reach):
        return rows(statements.ranked_few(*shapes), **values).all()
    near = rows(statements.ranked_near(*shapes), **values).all()
    of_way = Counter(row.way for row in near)
    if all(many < NEAR or of_way[way] == AHEAD for way, many in enumerate(reach)):
        return near
    return rows(statements.ranked_far(*shapes), **values).all()


def _open_ones(words: Sequence[Term], reach: Sequence[int], most: int) -> Ranks:
    """Of many who are meant alike, the best with something open, looked for among the fewer."""
    many = frozenset(at for at, keys in enumerate(reach) if keys >= FAR)
    query = statements.open_ones(_shape(words[0]), tuple(map(_shape, words[1:])), many)
    return {row.person_id: row.rank for row in rows(query, most=most, **_values(words))}


def _open_among(found: Ranks) -> Collection[int]:
    return set(rows(statements.OPEN_AMONG, ids=list(found)).scalars()) if found else ()


def _ranks_of_all(found: Ranks, terms: Sequence[Term]) -> Ranks:
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
