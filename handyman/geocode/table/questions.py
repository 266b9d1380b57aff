"""A table of addresses, and the questions that a search asks of it.

The rows lie in SQLite (store.py). What is asked often stays in bounded caches; of all else only the names
of the roads are kept.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, wraps
from statistics import quantiles
from threading import RLock
from typing import Any, TypeVar

from handyman.geocode.ground import metres, moved
from handyman.geocode.table import numbers
from handyman.geocode.table.rows import GU, AddressPoint, Boundary, DongCentre, Road
from handyman.geocode.table.store import Store

Made = TypeVar("Made")
WHOLE_DONG_M = 1500
ROADS_KEPT, ANSWERS_KEPT, DONGS_KEPT = 300, 2_000, 20_000
MORE_OF_A_LOT = 5  # so much may follow what is typed of its number: -1234
FEW_DONGS = 4  # their lots are sorted sooner than those of the city are gone through


class Gazetteer:
    """A table that never changes. A dong's name may stand for one of several districts; `gu` says which."""

    def __init__(
        self,
        addresses: Iterable[AddressPoint] | Store,
        dongs: Iterable[DongCentre],
        boundaries: Iterable[Boundary],
        overlap: Iterable[tuple[str, str]],
    ) -> None:
        self._store = addresses if isinstance(addresses, Store) else Store.of(addresses)
        self.dongs = tuple(dongs)
        self.boundaries = tuple(boundaries)
        self._read_roads()
        self._read_dongs(overlap)
        self._on_road = lru_cache(ROADS_KEPT)(self._read_road)
        self._answers = lru_cache(ANSWERS_KEPT)(self._store.points)
        self._haengjeong = lru_cache(DONGS_KEPT)(self._read_haengjeong)
        self._dong_error = lru_cache(None)(self._measure_dong)
        self._worked_out: dict[Callable[[Gazetteer], Any], Any] = {}
        self._working = RLock()

    def _read_roads(self) -> None:
        found = self._store.ask("SELECT gu, name, first, last FROM roads ORDER BY name, gu")
        self._runs = {Road(gu, name): (first, last) for gu, name, first, last in found}
        self.roads: tuple[Road, ...] = tuple(self._runs)
        self._roads_named: dict[str, list[Road]] = defaultdict(list)
        for road in self.roads:
            self._roads_named[road.name].append(road)
        runs = self._store.ask("SELECT gu, first, last FROM gus")
        self.gus = frozenset(gu for gu, _, _ in runs)
        self._length: int = sum(last - first + 1 for _, first, last in runs)

    def _read_dongs(self, overlap: Iterable[tuple[str, str]]) -> None:
        self._dongs_named: dict[str, list[DongCentre]] = defaultdict(list)
        for centre in self.dongs:
            self._dongs_named[centre.name].append(centre)
        for centres in self._dongs_named.values():
            centres.sort(key=lambda centre: (centre.gu != GU, centre.gu not in self.gus))
        self.dongs_here = tuple(dict.fromkeys(centre.name for centre in self.dongs if centre.gu in self.gus))
        counted = self._store.ask("SELECT gu, haengjeong, beopjeong FROM overlap ORDER BY addresses DESC")
        self._inside: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for gu, haengjeong, beopjeong in [*((GU, *pair) for pair in overlap), *counted]:
            self._inside[haengjeong].append((gu, beopjeong))

    def worked_out(self, make: "Callable[[Gazetteer], Made]") -> Made:
        """What is made of this table: once, and gone when the table goes."""
        with self._working:
            if make not in self._worked_out:
                self._worked_out[make] = make(self)
        made: Made = self._worked_out[make]
        return made

    def points(self) -> Iterator[AddressPoint]:
        """Every address, one after the other; reads the whole table."""
        return self._store.all_points()

    def __len__(self) -> int:
        return self._length

    def __bool__(self) -> bool:
        """A table is one, an empty one too."""
        return True

    def counts(self) -> dict[str, int]:
        """How many addresses of each district."""
        runs = self._store.ask("SELECT gu, first, last FROM gus")
        return {gu: last - first + 1 for gu, first, last in runs}

    def around(self, lat: float, lon: float, within_m: float) -> Sequence[AddressPoint]:
        """The addresses on roads in a square around a point: what a map shows there."""
        (south, west), (north, east) = (moved(lat, lon, far, far) for far in (-within_m, within_m))
        square = "lat BETWEEN ? AND ? AND lon BETWEEN ? AND ? AND road <> ''"
        return [
            point
            for first, last, *box in self._boxes
            if box[0] <= north and south <= box[1] and box[2] <= east and west <= box[3]
            for point in self._store.points(
                f"id BETWEEN ? AND ? AND {square}", first, last, south, north, west, east
            )
        ]

    @cached_property
    def _boxes(self) -> list[tuple[Any, ...]]:
        """The run of each district, and where it lies."""
        box = "SELECT min(lat), max(lat), min(lon), max(lon) FROM addresses WHERE id BETWEEN ? AND ?"
        runs = self._store.ask("SELECT first, last FROM gus")
        return [(*run, *self._store.ask(box, *run)[0]) for run in runs]

    def roads_named(self, name: str) -> Sequence[Road]:
        """The roads of exactly this name, one for each district that it runs through."""
        return self._roads_named.get(name, ())

    def on_road(self, road: Road) -> Sequence[AddressPoint]:
        """The known addresses of a road, in the order of their numbers, the underground ones last."""
        return self._on_road(road)

    def _read_road(self, road: Road) -> Sequence[AddressPoint]:
        return self._store.points("id BETWEEN ? AND ?", *self._runs.get(road, (0, 0)))

    def at_number(self, road: Road, main: int, sub: int, *, underground: bool = False) -> AddressPoint | None:
        """One house, without reading all of its road: a long list of a large table has few roads twice."""
        run = self._runs.get(road, (0, 0))
        one = "id BETWEEN ? AND ? AND underground = ? AND main = ? AND sub = ? LIMIT 1"
        return next(iter(self._store.points(one, *run, int(underground), main, sub)), None)

    def at_lot(self, beopjeong_dong: str, jibun: str, gu: str = "") -> Sequence[AddressPoint]:
        """The addresses on a lot: 사당동, 1002-3. Without `gu`, of every district that has such a dong."""
        plot = jibun.partition("-")[0]
        lot = "dong = ? AND plot = ? AND jibun = ? AND jibun <> ''"
        return _of(gu, self._answers(lot, beopjeong_dong, plot, jibun))

    def on_plot(self, beopjeong_dong: str, plot: str, gu: str = "") -> Sequence[AddressPoint]:
        """The addresses on all lots that share a main number: 사당동, 1002."""
        return _of(gu, self._answers("dong = ? AND plot = ? AND jibun <> ''", beopjeong_dong, plot))

    def lots_starting(self, jibun: str, most: int, dongs: Collection[str] = ()) -> Sequence[AddressPoint]:
        """Addresses of any dong, or of these, whose lot number begins so; the shorter ones first."""
        if 0 < len(dongs) <= FEW_DONGS:
            condition, values = numbers.lots_of(dongs, jibun)
            return self._store.points(f"{condition} LIMIT ?", *values, most)
        found: list[AddressPoint] = []
        for length in range(max(len(jibun), 1), len(jibun) + MORE_OF_A_LOT):
            if len(found) >= most:
                break
            condition, values = numbers.lots_as_long(length, dongs, jibun)
            found += self._store.points(f"{condition} LIMIT ?", *values, most - len(found))
        return found

    def numbers_on(self, roads: Sequence[Road], number: str, most: int) -> Sequence[AddressPoint]:
        """Addresses on any of these roads whose number begins so, in the order of numbers: 20, 20-1, 200."""
        runs = [self._runs[road] for road in roads if road in self._runs]
        condition, values = numbers.on_runs(runs, number)
        return self._store.points(f"{condition} LIMIT ?", *values, most) if runs else ()

    def numbered(self, number: str, most: int) -> Sequence[AddressPoint]:
        """The same on any road, the shorter name first among equal numbers."""
        found: list[AddressPoint] = []
        for condition, values in numbers.anywhere(number):
            if len(found) < most:
                found += self._store.points(f"{condition} LIMIT ?", *values, most - len(found))
        return sorted(found, key=lambda point: (point.main, point.sub, len(point.road_name), point.road_name))

    def named(self, key: str) -> Sequence[AddressPoint]:
        """The addresses of exactly this name, in the spelling of name_key."""
        return self._answers("id IN (SELECT address FROM names WHERE key = ?) ORDER BY id", key)

    def names_with(self, part: str, most: int = 200) -> Sequence[str]:
        """The names, in the spelling of name_key, that have this part somewhere; the shorter ones first."""
        found: list[str] = []
        if not part or "\n" in part:
            return found
        at = self._names.find(part)
        while at >= 0 and len(found) < most:
            begins, ends = self._names.rfind("\n", 0, at) + 1, self._names.find("\n", at)
            found.append(self._names[begins:ends])
            at = self._names.find(part, ends)
        return found

    def names(self) -> Iterable[str]:
        """Every name, in the spelling of name_key; the shorter ones first."""
        return self._names_apart

    @cached_property
    def _names_apart(self) -> Sequence[str]:
        found = self._store.ask("SELECT DISTINCT key FROM names WHERE key <> '' ORDER BY length(key), key")
        return tuple(key for (key,) in found)

    @cached_property
    def _names(self) -> str:
        """A line for each name, the shorter ones first: read through in less time than an index is asked."""
        return "".join(f"{name}\n" for name in self._names_apart)

    def haengjeong_dong(self, lat: float, lon: float) -> str:
        """The administrative dong around a point, or "" outside the district whose boundaries we have."""
        return self._haengjeong(lat, lon)

    def _read_haengjeong(self, lat: float, lon: float) -> str:
        return next((boundary.name for boundary in self.boundaries if boundary.holds(lat, lon)), "")

    def haengjeong_of(self, point: AddressPoint) -> str:
        """The administrative dong of an address: its own where the table tells it, else by the boundaries."""
        return point.haengjeong_dong or self._haengjeong(point.lat, point.lon)

    def beopjeong_of(self, dong: str, gu: str = "") -> list[str]:
        """The legal dongs that a spoken dong may mean, likeliest first."""
        own = [centre.name for centre in self.dongs_named(dong, gu) if centre.kind == "법정동"]
        inside = [beopjeong for where, beopjeong in self._inside.get(dong, ()) if gu in ("", where)]
        return list(dict.fromkeys([*own, *inside]))

    def dongs_named(self, name: str, gu: str = "") -> Sequence[DongCentre]:
        """All dongs of the city of this name: ours first, then those of the table, then the others."""
        return [centre for centre in self._dongs_named.get(name, ()) if gu in ("", centre.gu)]

    def dong_centre(self, name: str, gu: str = "") -> DongCentre | None:
        """The centre of a dong of this table."""
        return next((centre for centre in self.dongs_named(name, gu) if centre.gu in self.gus), None)

    def dong_error(self, name: str, gu: str = "") -> int:
        """Nine of ten addresses of a dong lie within this many metres of its centre."""
        centre = self.dong_centre(name, gu)
        return self._dong_error(centre) if centre else WHOLE_DONG_M

    def _measure_dong(self, centre: DongCentre) -> int:
        ((first, last),) = self._store.ask("SELECT first, last FROM gus WHERE gu = ?", centre.gu)
        away = [
            metres(point.lat, point.lon, centre.lat, centre.lon)
            for point in self._store.points("id BETWEEN ? AND ?", first, last)
            if centre.name in (point.beopjeong_dong, self.haengjeong_of(point))
        ]
        return round(quantiles(away, n=10)[8]) if len(away) >= 10 else WHOLE_DONG_M

    def gu_of_dong(self, name: str) -> str:
        """Which district of the city has such a dong; ours before any other, then those of the table."""
        return next((centre.gu for centre in self._dongs_named.get(name, ())), "")


def _of(gu: str, points: Sequence[AddressPoint]) -> Sequence[AddressPoint]:
    return [point for point in points if point.gu == gu] if gu else points


def once_a_table(make: Callable[[Gazetteer], Made]) -> Callable[[Gazetteer], Made]:
    """Makes a thing of a table when it is first asked for; an imported table takes it along when it goes."""

    @wraps(make)
    def kept(table: Gazetteer) -> Made:
        return table.worked_out(make)

    return kept
