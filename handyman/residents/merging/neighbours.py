"""Who of all residents may be on file twice at a door or in its building: read once, compared here.

A database would look each of 100,000 up among the others.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, product

from sqlalchemy import select

from handyman.extensions import rows
from handyman.likeness import heard_near
from handyman.models import Address, Household, Resident
from handyman.models.person_keys import KeyKind, PersonKey

FEW = 400  # at one door; of more people only those are compared who sound the same
_LIVING = (
    select(Resident.id, Address.place_key, Address.unit)
    .join(Household, Household.id == Resident.household_id)
    .join(Address, Address.id == Household.address_id)
    .where(Address.place_key != "")
)
_CALLED = select(PersonKey.person_id, PersonKey.key)
_SOUNDS = _CALLED.where(PersonKey.kind == KeyKind.SOUND.value)
_NAMES = _CALLED.where(PersonKey.kind == KeyKind.NAME.value)

Two = tuple[int, int]
Called = Mapping[int, Collection[str]]  # what the names of each sound like, whole and in part


def find_neighbours() -> tuple[list[Two], list[Two]]:
    """Who live at one door and may be called nearly the same, and who live in one house, one of them without
    a flat, and may be called the same. The newest records first; whole names are for the caller to hear."""
    doors: dict[str, list[int]] = defaultdict(list)
    houses: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for person_id, place_key, unit in rows(_LIVING):
        doors[place_key].append(person_id)
        houses[place_key.removesuffix(unit)][unit != ""].append(person_id)
    shared = [door for door in doors.values() if len(door) > 1]
    both = [house for house in houses.values() if all(house)]
    called = _called(set(chain(*shared, *chain(*both))))
    at_doors = chain.from_iterable(_at_door(door, called) for door in shared)
    in_houses = chain.from_iterable(_in_house(*house, called) for house in both)
    return _newest(at_doors), _newest(in_houses)


def _called(people: Collection[int]) -> Called:
    """The name itself where nothing of it is heard."""
    called: dict[int, list[str]] = {}
    for person_id, heard in rows(_SOUNDS):
        if person_id in people:
            called.setdefault(person_id, []).append(heard)
    if silent := people - called.keys():
        called |= {person_id: [name] for person_id, name in rows(_NAMES) if person_id in silent}
    return defaultdict(list, called)


def _at_door(door: Sequence[int], called: Called) -> Iterator[Two]:
    if len(door) > FEW:
        yield from _in_house(door, door, called)
        return
    for one, other in combinations(door, 2):
        if any(heard_near(*heard) for heard in product(called[one], called[other])):
            yield one, other


def _in_house(without: Sequence[int], within: Sequence[int], called: Called) -> Iterator[Two]:
    heard: dict[str, list[int]] = defaultdict(list)
    for one in without:
        for name in called[one]:
            heard[name].append(one)
    for other in within:
        for name in called[other]:
            yield from ((one, other) for one in heard.get(name, ()) if one != other)


def _newest(found: Iterable[Two]) -> list[Two]:
    return sorted({(min(two), max(two)) for two in found}, key=lambda two: (-two[1], two[0]))
