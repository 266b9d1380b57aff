"""Records that are probably of one person: a number and a name that sounds alike, or a door and a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from handyman.extensions import db
from handyman.models import Address, Household, Person, PersonPhone, Resident
from handyman.sounds import sound_of

MOST = 50
_LOOKED_AT = 1000  # a centre's number stands for many people
_one, _other = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class Pair:
    """`by_number`: what they share is a number, else the door."""

    one: int
    one_name: str
    other: int
    other_name: str
    by_number: bool


def find_pairs(person_id: int | None = None) -> list[Pair]:
    """Of one person, or of everybody; the newest records first."""
    found = [_pair(row, by_number=True) for row in _asked(_by_number(), person_id)]
    found += [_pair(row, by_number=False) for row in _asked(_by_door(), person_id)]
    alike: dict[tuple[int, int], Pair] = {}
    for pair in found:
        if _alike(pair):
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


def _by_door() -> Select[int, str, int, str]:
    mine, theirs = aliased(Resident), aliased(Resident)
    my_home, their_home = aliased(Household), aliased(Household)
    my_door, their_door = aliased(Address), aliased(Address)
    return (
        select(_one.id, _one.name, _other.id, _other.name)
        .join(mine, mine.id == _one.id)
        .join(my_home, my_home.id == mine.household_id)
        .join(my_door, my_door.id == my_home.address_id)
        .join(their_door, (their_door.place_key == my_door.place_key) & (my_door.place_key != ""))
        .join(their_home, their_home.address_id == their_door.id)
        .join(theirs, (theirs.household_id == their_home.id) & (theirs.id > mine.id))
        .join(_other, (_other.id == theirs.id) & (_other.name == _one.name))
    )


def _asked(query: Select[int, str, int, str], person_id: int | None) -> Sequence[Any]:
    if person_id is not None:
        query = query.where(or_(_one.id == person_id, _other.id == person_id))
    return db.session.execute(query.order_by(_other.id.desc(), _one.id).limit(_LOOKED_AT)).all()


def _pair(row: Any, *, by_number: bool) -> Pair:
    return Pair(row[0], row[1], row[2], row[3], by_number)


def _alike(pair: Pair) -> bool:
    heard = sound_of(pair.one_name)
    return pair.one_name == pair.other_name or (heard != "" and heard == sound_of(pair.other_name))
