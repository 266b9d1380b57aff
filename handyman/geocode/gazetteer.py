"""The embedded table of the district: addresses, dongs, boundaries. Read once, kept in memory."""

import csv
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from statistics import quantiles
from threading import Lock

from handyman.geocode.address import name_key
from handyman.geocode.ground import metres

GU = "동작구"
BUILDING_ERROR_M = 30  # independent datasets: 90 % within 3 to 30 m
FACILITY_ERROR_M = 100  # known from one list of facilities alone: one in ten is off by 100 m and more
WHOLE_DONG_M = 1500
FACILITY_LISTS = {"daycare", "heat", "toilet", "apt", "zone"}


@dataclass(frozen=True, slots=True)
class AddressPoint:
    """One address of the table. Without a road name only the lot is known."""

    road_name: str
    main: int
    sub: int
    beopjeong_dong: str
    jibun: str
    names: tuple[str, ...]
    lat: float
    lon: float
    error_m: int = BUILDING_ERROR_M
    gu: str = GU
    haengjeong_dong: str = ""  # empty: the boundaries tell
    underground: bool = False

    @property
    def number(self) -> str:
        shown = f"{self.main}-{self.sub}" if self.sub else str(self.main)
        return f"지하 {shown}" if self.underground else shown


@dataclass(frozen=True, slots=True)
class Road:
    """A road, or the part of it that lies in one district."""

    gu: str
    name: str


@dataclass(frozen=True, slots=True)
class DongCentre:
    name: str
    kind: str  # 행정동 or 법정동
    gu: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Boundary:
    name: str
    ring: tuple[tuple[float, float], ...]  # lon, lat
    box: tuple[float, float, float, float]  # west, south, east, north

    def holds(self, lat: float, lon: float) -> bool:
        """Whether the point lies inside (an odd number of edges to its east)."""
        west, south, east, north = self.box
        if not (west <= lon <= east and south <= lat <= north):
            return False
        inside = False
        (before_x, before_y) = self.ring[-1]
        for x, y in self.ring:
            if (y > lat) != (before_y > lat) and lon < (before_x - x) * (lat - y) / (before_y - y) + x:
                inside = not inside
            before_x, before_y = x, y
        return inside


class Gazetteer:
    """The table, and the questions that a search asks of it."""

    def __init__(
        self,
        addresses: Iterable[AddressPoint],
        dongs: Iterable[DongCentre],
        boundaries: Iterable[Boundary],
        overlap: Iterable[tuple[str, str]],
        elsewhere: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._points = tuple(addresses)
        self._on_road: dict[Road, list[AddressPoint]] = defaultdict(list)
        self._lots: dict[tuple[str, str], list[AddressPoint]] = defaultdict(list)
        self._plots: dict[tuple[str, str], list[AddressPoint]] = defaultdict(list)
        self._names: dict[str, list[AddressPoint]] = defaultdict(list)
        self._dong_errors: dict[str, int] = {}
        for point in self._points:
            self._index(point)
        self.roads: tuple[Road, ...] = tuple(sorted(self._on_road, key=lambda road: (road.name, road.gu)))
        self.gus = frozenset(point.gu for point in self._points)
        self._roads_named: dict[str, list[Road]] = defaultdict(list)
        for road in self.roads:
            self._roads_named[road.name].append(road)
        self.dongs = tuple(dongs)
        self.dongs_here = tuple(dict.fromkeys(centre.name for centre in self.dongs if centre.gu in self.gus))
        self.boundaries = tuple(boundaries)
        self._inside: dict[str, list[str]] = defaultdict(list)
        for haengjeong, beopjeong in overlap:  # ordered by share
            self._inside[haengjeong].append(beopjeong)
        self._elsewhere: dict[str, list[str]] = defaultdict(list)
        for road_name, gu in elsewhere:
            self._elsewhere[road_name].append(gu)

    def _index(self, point: AddressPoint) -> None:
        if point.road_name:
            self._on_road[Road(point.gu, point.road_name)].append(point)
        if point.jibun:
            self._lots[point.beopjeong_dong, point.jibun].append(point)
            self._plots[point.beopjeong_dong, point.jibun.partition("-")[0]].append(point)
        for name in point.names:
            self._names[name_key(name)].append(point)

    def points(self) -> Iterator[AddressPoint]:
        """Every address, one after the other."""
        return iter(self._points)

    def __len__(self) -> int:
        return len(self._points)

    def roads_named(self, name: str) -> Sequence[Road]:
        """The roads of exactly this name, one for each district that it runs through."""
        return self._roads_named.get(name, ())

    def on_road(self, road: Road) -> Sequence[AddressPoint]:
        """The known addresses of a road."""
        return self._on_road.get(road, ())

    def at_lot(self, beopjeong_dong: str, jibun: str) -> Sequence[AddressPoint]:
        """The addresses on a lot: 사당동, 1002-3."""
        return self._lots.get((beopjeong_dong, jibun), ())

    def on_plot(self, beopjeong_dong: str, plot: str) -> Sequence[AddressPoint]:
        """The addresses on all lots that share a main number: 사당동, 1002."""
        return self._plots.get((beopjeong_dong, plot), ())

    def lots_starting(self, jibun: str, most: int, dongs: Collection[str] = ()) -> Sequence[AddressPoint]:
        """Addresses whose lot number begins so, the exact and the shorter first; of any dong or of these."""
        found = [
            point
            for point in self._points
            if point.jibun.startswith(jibun) and (not dongs or point.beopjeong_dong in dongs)
        ]
        return sorted(found, key=lambda point: (len(point.jibun), point.jibun))[:most]

    def numbers_on(self, roads: Sequence[Road], number: str, most: int) -> Sequence[AddressPoint]:
        """Addresses on any of these roads whose number begins so: 20, 20-1, 20-2, 200."""
        found = [point for road in roads for point in self.on_road(road) if point.number.startswith(number)]
        return sorted(found, key=lambda point: (point.underground, point.main, point.sub))[:most]

    def numbered(self, number: str, most: int) -> Sequence[AddressPoint]:
        """Addresses on any road whose number begins so, as numbers_on; the shorter road first."""
        found = [point for point in self._points if point.road_name and point.number.startswith(number)]
        return sorted(found, key=_by_number)[:most]

    def named(self, key: str) -> Sequence[AddressPoint]:
        """The addresses of exactly this name, in the spelling of name_key."""
        return self._names.get(key, ())

    def names_with(self, part: str, most: int = 200) -> Sequence[str]:
        """The names, in the spelling of name_key, that have this part somewhere; the shorter ones first."""
        found = sorted((name for name in self._names if part in name), key=lambda name: (len(name), name))
        return found[:most]

    def names(self) -> Iterable[str]:
        """Every name, in the spelling of name_key."""
        return self._names.keys()

    def gus_of_road(self, name: str) -> Sequence[str]:
        """Districts outside the table that are known to have a road of this name."""
        return self._elsewhere.get(name, ())

    def roads_elsewhere(self) -> Iterable[str]:
        """Names of roads that are known to lie in other districts."""
        return self._elsewhere.keys()

    def haengjeong_dong(self, lat: float, lon: float) -> str:
        """The administrative dong around a point, or "" outside the district."""
        return next((boundary.name for boundary in self.boundaries if boundary.holds(lat, lon)), "")

    def beopjeong_of(self, dong: str) -> list[str]:
        """The legal dongs that a spoken dong may mean, likeliest first."""
        own = [centre.name for centre in self.dongs if centre.name == dong and centre.kind == "법정동"]
        return list(dict.fromkeys([*own, *self._inside.get(dong, ())]))

    def dong_centre(self, name: str) -> DongCentre | None:
        """The centre of a dong of this district."""
        return next((centre for centre in self.dongs if centre.name == name and centre.gu in self.gus), None)

    def dong_error(self, name: str) -> int:
        """Nine of ten addresses of a dong lie within this many metres of its centre."""
        if name not in self._dong_errors:
            self._dong_errors[name] = self._measure_dong(name)
        return self._dong_errors[name]

    def _measure_dong(self, name: str) -> int:
        centre = self.dong_centre(name)
        if centre is None:
            return WHOLE_DONG_M
        away = [
            metres(point.lat, point.lon, centre.lat, centre.lon)
            for point in self._points
            if name in (point.beopjeong_dong, self.haengjeong_dong(point.lat, point.lon))
        ]
        return round(quantiles(away, n=10)[8]) if len(away) >= 10 else WHOLE_DONG_M

    def gu_of_dong(self, name: str) -> str:
        """Which district of the city has such a dong; this one before any other."""
        found = [centre.gu for centre in self.dongs if centre.name == name]
        here = next((gu for gu in found if gu in self.gus), "")
        return here or (found[0] if found else "")


def _by_number(point: AddressPoint) -> tuple[bool, int, int, int, str]:
    return point.underground, point.main, point.sub, len(point.road_name), point.road_name


def embedded() -> Gazetteer:
    """The table that the product ships, read when it is first asked for."""
    with _reading:
        return _read()


def use(path: Path | None) -> None:
    """Where the office's own table lies, when it has imported one."""
    global _own
    _own = path


def current() -> Gazetteer:
    """The table that the office imported, else the embedded one."""
    return embedded()


_own: Path | None = None


_reading = Lock()


@cache
def _read() -> Gazetteer:
    return Gazetteer(_addresses(), _dongs(), _boundaries(), _overlap(), _elsewhere())


def boundary_file() -> Path:
    """The boundaries as GeoJSON, for the map."""
    return Path(str(files("handyman.geocode") / "data" / "dongjak_dongs.geojson"))


def _rows(name: str) -> list[dict[str, str]]:
    with (files("handyman.geocode") / "data" / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _addresses() -> list[AddressPoint]:
    return [
        AddressPoint(
            road_name=row["road_name"],
            main=int(row["building_main"] or 0),
            sub=int(row["building_sub"] or 0),
            beopjeong_dong=row["beopjeong_dong"],
            jibun=row["jibun"].replace(" ", ""),
            names=tuple(name for name in row["building_name"].split("|") if name),
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            error_m=FACILITY_ERROR_M if row["source"] in FACILITY_LISTS else BUILDING_ERROR_M,
        )
        for row in _rows("dongjak_addresses.csv")
    ]


def _dongs() -> list[DongCentre]:
    return [
        DongCentre(row["name"], row["kind"], row["gu"], float(row["lat"]), float(row["lon"]))
        for row in _rows("seoul_dongs.csv")
    ]


def _boundaries() -> list[Boundary]:
    features = json.loads(boundary_file().read_text(encoding="utf-8"))["features"]
    return [
        _boundary(feature["properties"]["name"], feature["geometry"]["coordinates"][0])
        for feature in features
        if feature["properties"]["kind"] == "행정동"
    ]


def _boundary(name: str, corners: list[list[float]]) -> Boundary:
    ring = tuple((lon, lat) for lon, lat in corners)
    lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
    return Boundary(name, ring, (min(lons), min(lats), max(lons), max(lats)))


def _overlap() -> list[tuple[str, str]]:
    rows = sorted(_rows("dongjak_dong_overlap.csv"), key=lambda row: -float(row["share"]))
    return [(row["haengjeong_dong"], row["beopjeong_dong"]) for row in rows]


def _elsewhere() -> list[tuple[str, str]]:
    return [(row["road_name"], row["gu"]) for row in _rows("seoul_roads.csv")]
