"""Houses that the post delivers to and whose point the table lacks: at their likely point."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from handyman.geocode.address import AddressParts
from handyman.geocode.finding.by_road import by_road
from handyman.geocode.gazetteer import GU, Gazetteer, Road
from handyman.geocode.located import Grade, Located
from handyman.geocode.table import facts

ROADS_KEPT = 500
_NUMBER = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A number on a road; its point is worked out when it is shown."""

    road: Road
    number: str

    def place(self, table: Gazetteer, unit: str = "") -> Located | None:
        """Between its neighbours; None where the table has it, or nothing near it."""
        read = _NUMBER.fullmatch(self.number)
        if read is None:
            return None
        main, sub = int(read[1]), int(read[2] or 0)
        name, gu = self.road.name, self.road.gu
        found = by_road(AddressParts(road_name=name, main=main, sub=sub, unit=unit, district=gu), table)
        best = found.best if found else None
        return best if best and best.grade is Grade.INTERPOLATED else None


def known_to_the_post(roads: Iterable[Road], number: str) -> Iterator[Unlisted]:
    """The house of exactly this number on each of these roads."""
    for road in roads:
        if road.gu == GU and number in facts.numbers_of(road.name):
            yield Unlisted(road, number)


def going_on(roads: Iterable[Road], number: str) -> Iterator[Unlisted]:
    """The houses whose number goes on from this one, in the order of numbers."""
    for road in roads:
        if road.gu == GU:
            for known in _in_order(road.name):
                if known.startswith(number) and known != number:
                    yield Unlisted(road, known)


@lru_cache(ROADS_KEPT)
def _in_order(road_name: str) -> tuple[str, ...]:
    numbers = filter(_NUMBER.fullmatch, facts.numbers_of(road_name))
    return tuple(sorted(numbers, key=lambda known: [int(part) for part in known.split("-")]))
