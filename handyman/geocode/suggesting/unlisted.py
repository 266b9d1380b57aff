"""Houses that the post delivers to and whose point the table lacks: at their likely point."""

import re
from collections.abc import Iterable, Iterator

from handyman.geocode.address import AddressParts
from handyman.geocode.finding.by_road import by_road
from handyman.geocode.gazetteer import GU, Gazetteer, Road
from handyman.geocode.located import Grade, Located
from handyman.geocode.table import facts

_NUMBER = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")


def known_to_the_post(roads: Iterable[Road], number: str, table: Gazetteer) -> Iterator[Located]:
    """The house of exactly this number on each of these roads."""
    for road in roads:
        if road.gu == GU and number in facts.numbers_of(road.name):
            place = estimated_at(road, number, table)
            if place:
                yield place


def estimated_at(road: Road, number: str, table: Gazetteer) -> Located | None:
    """A number of this road between its neighbours; None where the table has it, or nothing near it."""
    read = _NUMBER.fullmatch(number)
    if read is None:
        return None
    main, sub = int(read[1]), int(read[2] or 0)
    found = by_road(AddressParts(road_name=road.name, main=main, sub=sub, district=road.gu), table)
    best = found.best if found else None
    return best if best and best.grade is Grade.INTERPOLATED else None
