"""Who is on file at a door, or in its building without a flat, under a name that may be the one heard."""

from typing import Any

from sqlalchemy import Select, bindparam, select

from handyman.extensions import rows
from handyman.likeness import sounds_near, sounds_same
from handyman.models import Address, Household, Person, Resident, told_by_words
from handyman.residents.pins import in_building

MOST_READ = 500  # people of one building
_living: Select[int, str, str] = (
    select(Person.id, Person.name, Address.place_key)
    .join(Resident, Resident.id == Person.id)
    .join(Household, Household.id == Resident.household_id)
    .join(Address, Address.id == Household.address_id)
    .order_by(Person.id.desc())
    .limit(MOST_READ)
)
_AT_DOORS = _living.where(Address.place_key.in_(bindparam("doors", expanding=True)))


def find_alike(name: str, place_key: str) -> list[int]:
    """Their ids, the newest first. Who lives in another flat is somebody else."""
    if not name or not place_key:
        return []
    building, _bar, flat = place_key.partition("|")
    if told_by_words(place_key):
        found = rows(_AT_DOORS, doors=[place_key])
    elif flat:
        found = rows(_AT_DOORS, doors=[place_key, f"{building}|"])
    else:
        within, values = in_building(building)
        found = rows(_living.where(within), **values)
    return [row.id for row in found if _may_be(row, name, place_key)]


def _may_be(row: Any, name: str, place_key: str) -> bool:
    return (sounds_near if row.place_key == place_key else sounds_same)(row.name, name)
