"""Records that are probably of one person: a number, a door or a building, and a name that sounds alike."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from handyman.extensions import db
from handyman.likeness import sounds_near, sounds_same
from handyman.models import Address, Household, Person, PersonPhone, Resident
from handyman.models.person_keys import KeyKind, PersonKey
from handyman.residents.alike import find_alike

MOST = 50
_LOOKED_AT = 1000  # a centre's number stands for many people
_one, _other = aliased(Person), aliased(Person)


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
    same_doors = (*_asked(_by_door(same_name=True)), *_asked(_by_door()))
    return _likely(_asked(_by_number()), same_doors, _asked(_by_building()))


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


def _by_number() -> Select[int, str, int, str]:
    mine, theirs = aliased(PersonPhone), aliased(PersonPhone)
    return (
        select(_one.id, _one.name, _other.id, _other.name)
        .join(mine, mine.person_id == _one.id)
        .join(theirs, (theirs.number == mine.number) & (theirs.person_id > mine.person_id))
        .join(_other, _other.id == theirs.person_id)
    )


def _by_door(*, same_name: bool = False) -> Select[int, str, int, str]:
    """Without `same_name` everybody who lives together: what their names sound like is heard afterwards."""
    query = _living_at(lambda mine, theirs: (theirs.place_key == mine.place_key) & (mine.place_key != ""))
    query = query.where(_other.id > _one.id)
    return query.where(_other.name == _one.name) if same_name else query.where(_other.name != _one.name)


def _by_building() -> Select[int, str, int, str]:
    """One has no flat, the other one of the same house; the names sound the same."""
    my_key, their_key = aliased(PersonKey), aliased(PersonKey)
    query = _living_at(
        lambda mine, theirs: (mine.place_key == _house(theirs)) & (mine.unit == "") & (theirs.unit != "")
    )
    return query.join(my_key, (my_key.person_id == _one.id) & (my_key.kind == KeyKind.SOUND.value)).join(
        their_key,
        (their_key.person_id == _other.id) & (their_key.kind == my_key.kind) & (their_key.key == my_key.key),
    )


def _house(door: type[Address]) -> ColumnElement[str]:
    """The key of a door without its flat."""
    return func.substr(door.place_key, 1, func.length(door.place_key) - func.length(door.unit))


def _living_at(
    near: Callable[[type[Address], type[Address]], ColumnElement[bool]],
) -> Select[int, str, int, str]:
    mine, theirs = aliased(Resident), aliased(Resident)
    my_home, their_home = aliased(Household), aliased(Household)
    my_door, their_door = aliased(Address), aliased(Address)
    return (
        select(_one.id, _one.name, _other.id, _other.name)
        .join(mine, mine.id == _one.id)
        .join(my_home, my_home.id == mine.household_id)
        .join(my_door, my_door.id == my_home.address_id)
        .join(their_door, near(my_door, their_door))
        .join(their_home, their_home.address_id == their_door.id)
        .join(theirs, theirs.household_id == their_home.id)
        .join(_other, _other.id == theirs.id)
    )


def _asked(query: Select[int, str, int, str]) -> Sequence[Any]:
    return db.session.execute(query.order_by(_other.id.desc(), _one.id).limit(_LOOKED_AT)).all()


def _pair(row: Any, *, by_number: bool) -> Pair:
    """The older record first."""
    one, other = sorted(((row[0], row[1]), (row[2], row[3])))
    return Pair(*one, *other, by_number)
