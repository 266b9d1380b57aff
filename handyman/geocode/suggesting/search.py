"""From keystrokes to addresses, the likeliest first."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest
from typing import TypeVar

from handyman.geocode.gazetteer import AddressPoint, Gazetteer, Road
from handyman.geocode.reading.roman import roman_key
from handyman.geocode.suggesting.index import index_of
from handyman.geocode.suggesting.keys import HILL, UNDERGROUND, cuts, digits, tells_flat
from handyman.geocode.suggesting.unlisted import Unlisted, going_on, known_to_the_post
from handyman.hangul import as_hangul, has_latin, strokes

MOST_LOOKED_AT = 30
EXACT_FIRST = 3  # 사당로 2 is an address, and the beginning of 사당로 20 and 사당로2길
NAMES_BESIDE_ROADS = 2  # 상도 begins many roads; the buildings of that name must not drown
LEAST_SLIP = 4  # strokes; among fewer every key may be meant
LEAST_SLIP_IN_NAME = 6
_LANE = "ㄱ"  # of 길
BEGUN = 3  # strokes that may still become anything
_CITY = re.compile(f"{strokes('서울')}(?:{strokes('특별시')}|{strokes('시')})?")
LATIN = re.compile(r"\s*[A-Za-z]{2}")
LATIN_AND_NUMBER = re.compile(r"(.*[A-Za-z].*?)[\s,]+([1-9]\d{0,4}(?:-\d{0,4})?)\s*")

Kind = TypeVar("Kind")
House = AddressPoint | Unlisted


@dataclass(frozen=True, slots=True)
class Line:
    """A house to offer, and the keys behind it that tell the flat."""

    house: House
    flat: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is looked for, and where it lies if there is a choice."""

    keys: str
    gu: str = ""
    dongs: Collection[str] = ()

    def strays(self, line: Line) -> bool:
        house = line.house
        if isinstance(house, Unlisted):
            return bool(self.gu) and house.road.gu != self.gu
        outside = bool(self.dongs) and house.beopjeong_dong not in self.dongs
        return outside or (bool(self.gu) and house.gu != self.gu)


@dataclass(slots=True)
class Numbered:
    """Addresses by their number or lot: those of exactly this one, and those that it begins."""

    exact: list[House] = field(default_factory=list)
    longer: list[House] = field(default_factory=list)
    unlisted: list[Unlisted] = field(default_factory=list)  # that go on, too


class Search:
    """One search in one table."""

    def __init__(self, table: Gazetteer, limit: int, unit: Callable[[], str]) -> None:
        self._table = table
        self._limit = limit
        self._unit = unit  # the flat, as the reader reads it
        self._index = index_of(table)

    def as_typed(self, keys: str) -> list[Line]:
        """What is typed, or goes on from it; else what it is with the flat behind it."""
        return self._first_of(self._whole, keys) or self._first_of(self._before_the_flat, keys)

    def as_far_as_known(self, keys: str) -> list[Line]:
        """Of an unknown number, what it begins with."""
        return self._first_of(self._with_less_of_the_number, keys)

    def nearly(self, keys: str) -> list[Line]:
        """With one key wrong."""
        return self._first_of(self._with_a_slip, keys)

    def farthest(self, keys: str, last: int, *, named: bool = True) -> list[Line]:
        """What the most keys lead to, if that is a real part of them; the last sign has `last` keys."""
        for reading in reversed(list(self._readings(keys))):
            if found := self._farthest(reading, last, named):
                return sorted(found, key=reading.strays)
        return []

    def romanised(self, text: str) -> list[Line]:
        """Sangdo-r, Sangdo-ro 36."""
        if not LATIN.match(text):
            return []
        said = LATIN_AND_NUMBER.fullmatch(text)
        roads = self._index.romanised.typed_as(roman_key(said[1])) if said else ()
        numbered = self._table.numbers_on(roads, said[2], MOST_LOOKED_AT) if said and roads else ()
        begun = self._each_of(self._index.romanised.begin_with(roman_key(text)))
        return [Line(point) for point in (*numbered, *begun)]

    def _first_of(self, way: Callable[[Reading], list[Line]], keys: str) -> list[Line]:
        for reading in self._readings(keys):
            if found := way(reading):
                return sorted(dict.fromkeys(found), key=reading.strays)
        return []

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

    def _whole(self, reading: Reading) -> list[Line]:
        keys = reading.keys
        numbered = self._numbered(cuts(keys))
        roads = self._each_of(self._roads(keys))
        names = self._names(keys)
        ahead, behind = numbered.exact[:EXACT_FIRST], numbered.exact[EXACT_FIRST:]
        places = [*ahead, *_in_turn(roads, [*behind, *numbered.longer])]
        room = max(self._limit - min(len(names), NAMES_BESIDE_ROADS), 0)
        lines = [Line(house) for house in (*places[:room], *names, *places[room:], *numbered.unlisted)]
        return lines if places or not names else [*lines, *self._named_before_the_flat(keys)]

    def _before_the_flat(self, reading: Reading) -> list[Line]:
        """사당로23길 20-3 101동, 우성2단지 101-1203: the flat takes no part in the search."""
        for head, number, rest in reversed(list(cuts(reading.keys))):
            exact = self._numbered([(head, number, "")]).exact if head and self._is_flat(rest) else []
            if exact:
                return [Line(house, rest) for house in exact]
        return self._named_before_the_flat(reading.keys)

    def _is_flat(self, rest: str) -> bool:
        """Words behind the number of the house, or the number that is read as the flat."""
        if not rest or rest.startswith(_LANE):
            return False
        return not digits(rest) or tells_flat(rest, self._unit())

    def _named_before_the_flat(self, keys: str) -> list[Line]:
        ways = ((head, rest) for head, _, rest in reversed(list(cuts(keys))))
        heads = (head for head, rest in ways if not (head[-1:].isdigit() or rest.startswith(_LANE)))
        names = ((head, self._names(head)) for head in heads if self._is_but_a_name(head))
        head, found = next((pair for pair in names if pair[1]), ("", []))
        return [Line(house, keys[len(head) :]) for house in found]

    def _is_but_a_name(self, head: str) -> bool:
        known = self._index.roads.typed_as(head) or self._index.dongs.typed_as(head)
        return len(head) >= BEGUN and not known

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
        exactly: list[AddressPoint] = []
        longer: list[AddressPoint] = []
        begun: list[tuple[Sequence[Road], str]] = []
        for head, number, rest in ways:
            if not rest:
                roads = self._index.roads.typed_as(head) if head else ()
                on_roads = [(point, point.number == number) for point in self._on_roads(head, roads, number)]
                on_lots = [(point, point.jibun == number) for point in self._on_lots(head, number)]
                for point, exact in _in_turn(on_roads, on_lots) if head else _in_turn(on_lots, on_roads):
                    (exactly if exact else longer).append(point)
                begun.append((roads, number))
        listed = {(point.road_name, point.number) for point in (*exactly, *longer)}
        found.exact += exactly
        found.longer += longer
        found.exact += _unlisted(known_to_the_post, begun, listed)
        room = self._limit - len(found.exact) - len(found.longer)
        found.unlisted += islice(_unlisted(going_on, begun, listed), max(room, 0))
        return found

    def _on_roads(self, head: str, roads: Sequence[Road], number: str) -> Sequence[AddressPoint]:
        if number.startswith(HILL):
            return ()
        if not head:
            return self._table.numbered(number, MOST_LOOKED_AT)
        return self._table.numbers_on(roads, number, MOST_LOOKED_AT) if roads else ()

    def _on_lots(self, head: str, jibun: str) -> Sequence[AddressPoint]:
        dongs = self._index.dongs.typed_as(head)
        if jibun.startswith(UNDERGROUND) or (head and not dongs):
            return ()
        return self._table.lots_starting(jibun, MOST_LOOKED_AT, dongs)

    def _with_less_of_the_number(self, reading: Reading) -> list[Line]:
        for head, number, rest in reversed(list(cuts(reading.keys))):
            exact = self._numbered([(head, number, "")]).exact if rest and head else []
            if exact:
                return [Line(house) for house in exact]
            shorter = (number[:end].removesuffix("-") for end in range(len(number) - (not rest), 0, -1))
            for begin in dict.fromkeys(shorter):
                if head or 2 * len(begin) >= len(number):
                    begun = self._numbered([(head, begin, "")])
                    if begun.exact or begun.longer:
                        return [Line(house) for house in (*begun.exact, *begun.longer)]
        return []

    def _with_a_slip(self, reading: Reading) -> list[Line]:
        keys = reading.keys
        if len(keys) < LEAST_SLIP:
            return []
        for head, number, rest in reversed(list(cuts(keys))):
            meant = self._index.roads.nearly(head) if len(head) >= LEAST_SLIP else ()
            if found := self._table.numbers_on(meant, number, MOST_LOOKED_AT) if meant else ():
                return [Line(point, rest if point.number == number else "") for point in found]
        names = self._index.names.nearly(keys, MOST_LOOKED_AT) if len(keys) >= LEAST_SLIP_IN_NAME else []
        roads = self._each_of(self._index.roads.nearly_begin_with(keys))
        return [Line(point) for point in (*roads, *self._called(names))]

    def _farthest(self, reading: Reading, last: int, named: bool) -> list[Line]:
        keys, close = reading.keys, reading.keys.replace(" ", "")
        begun = {keys[: self._index.roads.longest(keys)]}
        if named:
            begun |= {close[: self._index.names.longest(close)], ""}
        least = 0 if named and len(keys) <= BEGUN else min(-(-len(close) // 2), len(close) - last)
        far = sorted((some for some in begun if len(some) >= least), key=len, reverse=True)
        return next(filter(None, (self._whole(replace(reading, keys=some)) for some in far)), [])


def _unlisted(
    way: Callable[[Sequence[Road], str], Iterator[Unlisted]],
    begun: Iterable[tuple[Sequence[Road], str]],
    listed: Collection[tuple[str, str]],
) -> Iterator[Unlisted]:
    houses = (house for roads, number in begun for house in way(roads, number))
    return (house for house in houses if (house.road.name, house.number) not in listed)


def _in_turn(*kinds: Sequence[Kind]) -> Iterator[Kind]:
    """The first of each, the second of each, and so on."""
    return (found for turn in zip_longest(*kinds) for found in turn if found is not None)
