"""Short forms that are typed to their end: ㅅㄷ23 20-3, 1002-3, ㅅ1002-3."""

import re
from collections.abc import Callable, Iterable, Iterator

from handyman.geocode.finding.answers import at_point
from handyman.geocode.gazetteer import Gazetteer
from handyman.geocode.located import Located
from handyman.geocode.suggesting.index import index_of
from handyman.geocode.suggesting.keys import (
    HILL,
    UNDERGROUND,
    cuts,
    typed_keys,
)
from handyman.geocode.suggesting.unlisted import Unlisted, known_to_the_post
from handyman.hangul import INITIALS, as_hangul, has_latin

MOST = 7  # a number that more houses have tells none of them
_LOOKED_AT = 40
_FEW_ROADS = 3
_HEAD = re.compile(rf"[{INITIALS}\d ]*")


def short_form(text: str, table: Gazetteer, flat_of: Callable[[str], str]) -> list[Located]:
    """Every house that a short form tells exactly; nothing for any other text, or when too many have it."""
    keys = typed_keys(text)
    keys = as_hangul(keys) if has_latin(keys) else keys
    ways = [
        (head, number, flat_of(rest))
        for head, number, rest in cuts(keys)
        if _is_short(keys, head) and (not rest or flat_of(rest))
    ]
    found = {place.place_key: place for way in ways for place in _exactly(*way, table)}
    if not found:
        found = {place.place_key: place for way in ways for place in _between_neighbours(*way, table)}
    return list(found.values()) if len(found) <= MOST else []


def _is_short(keys: str, head: str) -> bool:
    """Initials or a lane's number, parted by a blank from the number of the house."""
    apart = keys[len(head) : len(head) + 1] == " "
    return _HEAD.fullmatch(head) is not None and (apart or not head.isdecimal())


def _exactly(head: str, number: str, unit: str, table: Gazetteer) -> Iterator[Located]:
    index = index_of(table)
    if not number.startswith(HILL):
        roads = index.roads.typed_as(head) if head else ()
        asked = table.numbers_on(roads, number, _LOOKED_AT) if head else table.numbered(number, _LOOKED_AT)
        yield from (at_point(point, table, unit) for point in asked if point.number == number)
        yield from _placed(known_to_the_post(roads, number), table, unit)
    if not number.startswith(UNDERGROUND):
        dongs = index.dongs.typed_as(head)
        if dongs or not head:
            lots = table.lots_starting(number, _LOOKED_AT, dongs)
            yield from (at_point(point, table, unit) for point in lots if point.jibun == number)


def _between_neighbours(head: str, number: str, unit: str, table: Gazetteer) -> Iterator[Located]:
    """A number that nobody knows of, where the road is told: as when it is typed in full."""
    roads = index_of(table).roads.typed_as(head) if head else ()
    if len(roads) <= _FEW_ROADS:
        yield from _placed((Unlisted(road, number) for road in roads), table, unit)


def _placed(houses: Iterable[Unlisted], table: Gazetteer, unit: str) -> Iterator[Located]:
    return filter(None, (house.place(table, unit) for house in houses))
