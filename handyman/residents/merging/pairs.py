"""Records that are probably of one person: a number, a door or a building, and a name that sounds alike."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased

from handyman.extensions import db, rows
from handyman.likeness import sounds_near, sounds_same
from handyman.models import Person, PersonPhone
from handyman.residents.alike import find_alike
from handyman.residents.merging.neighbours import find_neighbours

MOST = 50
_LOOKED_AT = 1000  # a centre's number stands for many people
_one, _other = aliased(Person), aliased(Person)
_SHARED = select(PersonPhone.number).group_by(PersonPhone.number).having(func.count() > 1)
_NAMED = select(Person.id, Person.name).where(Person.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Pair:
    """`by_number`: what they share is a number, else the door or the house."""

    one: int
    one_name: str
    other: int
    other_name: str
    by_number: bool


def find_pairs() -> list[Pair]:
    """Of everybody; the newest records first."""
    at_doors, in_houses = find_neighbours()
    names = _names({person_id for two in (*at_doors, *in_houses) for person_id in two})
    doors, houses = (
        [(one, names[one], other, names[other]) for one, other in found] for found in (at_doors, in_houses)
    )
    doors.sort(key=lambda two: two[1] != two[3])
    return _likely(_asked(_by_number(of_everybody=True)), doors, houses)


def find_pairs_of(person: Person) -> list[Pair]:
    """Of one person: without a look at everybody."""
    numbers = (
        *_asked(_by_number().where(_one.id == person.id)),
        *_asked(_by_number().where(_other.id == person.id)),
    )
    home = person.resident.household.address if person.resident else None
    alike = [each for each in find_alike(person.name, home.place_key) if each != person.id] if home else []
    others = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(alike))) if alike else ()
    return _likely(numbers, [(person.id, person.name, row.id, row.name) for row in others], ())


def _likely(numbers: Iterable[Any], doors: Iterable[Any], buildings: Iterable[Any]) -> list[Pair]:
    """Each once, by what it was found first."""
    alike: dict[tuple[int, int], Pair] = {}
    for found, sounds in ((numbers, sounds_same), (doors, sounds_near), (buildings, sounds_same)):
        for row in found:
            pair = _pair(row, by_number=found is numbers)
            if sounds(pair.one_name, pair.other_name):
                alike.setdefault((pair.one, pair.other), pair)
    return list(alike.values())[:MOST]


def _names(people: Collection[int]) -> dict[int, str]:
    ids = iter(sorted(people))
    found: dict[int, str] = {}
    while some := list(islice(ids, _LOOKED_AT)):
        found |= {row.id: row.name for row in rows(_NAMED, ids=some)}
    return found


def _by_number(*, of_everybody: bool = False) -> Select[int, str, int, str]:
    mine, theirs = aliased(PersonPhone), aliased(PersonPhone)
    query = (
        select(_one.id, _one.name, _other.id, _other.name)
        .join(mine, mine.person_id == _one.id)
        .join(theirs, (theirs.number == mine.number) & (theirs.person_id > mine.person_id))
        .join(_other, _other.id == theirs.person_id)
    )
    return query.where(theirs.number.in_(_SHARED)) if of_everybody else query


def _asked(query: Select[int, str, int, str]) -> Sequence[Any]:
    return db.session.execute(query.order_by(_other.id.desc(), _one.id).limit(_LOOKED_AT)).all()


def _pair(row: Any, *, by_number: bool) -> Pair:
    """The older record first."""
    one, other = sorted(((row[0], row[1]), (row[2], row[3])))
    return Pair(*one, *other, by_number)
