"""From keystrokes to addresses of the table, the likeliest first; never nothing while there is a letter."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import TypeVar

from handyman.geocode.gazetteer import AddressPoint, Gazetteer, Road
from handyman.geocode.reading.keyboard import strokes
from handyman.geocode.suggesting.index import index_of
from handyman.geocode.suggesting.keys import HILL, UNDERGROUND, as_hangul, cuts, has_latin

MOST_LOOKED_AT = 30
EXACT_FIRST = 3  # 사당로 2 is an address, and the beginning of 사당로 20 and 사당로2길
NAMES_BESIDE_ROADS = 2  # 상도 begins many roads; the buildings of that name must not drown
LEAST_SLIP = 4  # strokes; among fewer every key may be meant
LEAST_SLIP_IN_NAME = 6
_CITY = re.compile(f"{strokes('서울')}(?:{strokes('특별시')}|{strokes('시')})?")


Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is looked for, and where it lies if there is a choice."""

    keys: str
    gu: str = ""
    dongs: Collection[str] = ()

    def strays(self, point: AddressPoint) -> bool:
        outside = bool(self.dongs) and point.beopjeong_dong not in self.dongs
        return outside or (bool(self.gu) and point.gu != self.gu)


@dataclass(slots=True)
class Numbered:
    """Addresses by their number or lot: those of exactly this one, and those that it begins."""

    exact: list[AddressPoint] = field(default_factory=list)
    longer: list[AddressPoint] = field(default_factory=list)


class Search:
    """One search in one table."""

    def __init__(self, table: Gazetteer, limit: int) -> None:
        self._table = table
        self._limit = limit
        self._index = index_of(table)

    def points(self, keys: str) -> list[AddressPoint]:
        """As typed; else as far as the number is known; else with one key wrong; else what leads farthest."""
        readings = list(self._readings(keys))
        for way in (self._as_typed, self._as_far_as_known, self._with_a_slip):
            for reading in readings:
                if found := way(reading):
                    return sorted(dict.fromkeys(found), key=reading.strays)
        return next(filter(None, map(self._farthest, reversed(readings))), [])

    def _readings(self, keys: str) -> Iterator[Reading]:
        """Whole, without the city and the district, without the dong; and with 한/영 on Hangul."""
        for typed in (keys, as_hangul(keys)) if has_latin(keys) else (keys,):
            yield Reading(typed)
            rest, gu = self._without_district(typed)
            if rest != typed:
                yield Reading(rest, gu)
            for end, dongs in reversed(list(self._index.dongs.before(rest))):
                yield Reading(rest[end:], gu, dongs)

    def _without_district(self, keys: str) -> tuple[str, str]:
        city = _CITY.match(keys)
        rest = keys[city.end() :] if city else keys
        gu = next((gu for gu in self._index.gus if rest.startswith(gu)), "")
        return rest[len(gu) :], self._index.gus.get(gu, "")

    def _as_typed(self, reading: Reading) -> list[AddressPoint]:
        keys = reading.keys
        numbered = self._numbered(cuts(keys))
        roads = self._each_of(self._roads(keys))
        names = self._names(keys)
        ahead, behind = numbered.exact[:EXACT_FIRST], numbered.exact[EXACT_FIRST:]
        places = [*ahead, *_in_turn(roads, [*behind, *numbered.longer])]
        room = max(self._limit - min(len(names), NAMES_BESIDE_ROADS), 0)
        return [*places[:room], *names, *places[room:]]

    def _roads(self, keys: str) -> Sequence[Road]:
        """Roads that begin so; a blank behind a number ends the road's name."""
        if keys.endswith(" "):
            return self._index.roads.typed_as(keys[:-1])
        return self._index.roads.begin_with(keys)

    def _each_of(self, roads: Sequence[Road]) -> list[AddressPoint]:
        """The first numbers of a few roads in turn."""
        few = roads[: self._limit]
        each = -(-self._limit // max(len(few), 1))
        return list(_in_turn(*(self._table.numbers_on([road], "", each) for road in few)))

    def _names(self, keys: str) -> list[AddressPoint]:
        if not keys or keys.replace("-", "").isdecimal():
            return []
        names = self._index.names.with_part(keys.replace(" ", ""), MOST_LOOKED_AT)
        return self._called(names)

    def _called(self, names: Iterable[str]) -> list[AddressPoint]:
        return [point for name in names for point in self._table.named(name)][:MOST_LOOKED_AT]

    def _numbered(self, ways: Iterable[tuple[str, str, str]]) -> Numbered:
        """By all ways to cut the keys into a road or a dong and a number that ends them."""
        found = Numbered()
        for head, number, rest in ways:
            if not rest:
                on_roads = [(point, point.number == number) for point in self._on_roads(head, number)]
                on_lots = [(point, point.jibun == number) for point in self._on_lots(head, number)]
                for point, exact in _in_turn(on_roads, on_lots) if head else _in_turn(on_lots, on_roads):
                    (found.exact if exact else found.longer).append(point)
        return found

    def _on_roads(self, head: str, number: str) -> Sequence[AddressPoint]:
        if number.startswith(HILL):
            return ()
        if not head:
            return self._table.numbered(number, MOST_LOOKED_AT)
        roads = self._index.roads.typed_as(head)
        return self._table.numbers_on(roads, number, MOST_LOOKED_AT) if roads else ()

    def _on_lots(self, head: str, jibun: str) -> Sequence[AddressPoint]:
        dongs = self._index.dongs.typed_as(head)
        if jibun.startswith(UNDERGROUND) or (head and not dongs):
            return ()
        return self._table.lots_starting(jibun, MOST_LOOKED_AT, dongs)

    def _as_far_as_known(self, reading: Reading) -> list[AddressPoint]:
        """A number before its flat (사당로23길 20-3 101동); of an unknown number, what it begins with."""
        for head, number, rest in reversed(list(cuts(reading.keys))):
            whole = self._numbered([(head, number, "")]) if rest else Numbered()
            if whole.exact:
                return whole.exact
            shorter = (number[:end].removesuffix("-") for end in range(len(number) - (not rest), 0, -1))
            for begin in dict.fromkeys(shorter):
                begun = self._numbered([(head, begin, "")])
                if begun.exact or begun.longer:
                    return [*begun.exact, *begun.longer]
        return []

    def _with_a_slip(self, reading: Reading) -> list[AddressPoint]:
        keys = reading.keys
        if len(keys) < LEAST_SLIP:
            return []
        for head, number, _ in reversed(list(cuts(keys))):
            meant = self._index.roads.nearly(head) if len(head) >= LEAST_SLIP else ()
            if found := self._table.numbers_on(meant, number, MOST_LOOKED_AT) if meant else ():
                return list(found)
        names = self._index.names.nearly(keys, MOST_LOOKED_AT) if len(keys) >= LEAST_SLIP_IN_NAME else []
        return [*self._each_of(self._index.roads.nearly_begin_with(keys)), *self._called(names)]

    def _farthest(self, reading: Reading) -> list[AddressPoint]:
        """What as many keys as possible lead to; all roads when none does."""
        keys, close = reading.keys, reading.keys.replace(" ", "")
        begun = {keys[: self._index.roads.longest(keys)], close[: self._index.names.longest(close)], ""}
        ways = (replace(reading, keys=some) for some in sorted(begun, key=len, reverse=True))
        return next(filter(None, map(self._as_typed, ways)), [])


def _in_turn(*kinds: Sequence[Kind]) -> Iterator[Kind]:
    """The first of each, the second of each, and so on."""
    return (found for turn in zip_longest(*kinds) for found in turn if found is not None)
