"""The embedded table of the district: addresses, dongs, boundaries. Read once, kept in memory."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

GU = "동작구"


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

    @property
    def number(self) -> str:
        return f"{self.main}-{self.sub}" if self.sub else str(self.main)


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

    def holds(self, lat: float, lon: float) -> bool:
        """Whether the point lies inside (an odd number of edges to its east)."""
        inside = False
        (before_x, before_y) = self.ring[-1]
        for x, y in self.ring:
            if (y > lat) != (before_y > lat) and lon < (before_x - x) * (lat - y) / (before_y - y) + x:
                inside = not inside
            before_x, before_y = x, y
        return inside


class Gazetteer:
    """The table with the indexes that a search needs."""

    def __init__(
        self,
        addresses: Iterable[AddressPoint],
        dongs: Iterable[DongCentre],
        boundaries: Iterable[Boundary],
        overlap: Iterable[tuple[str, str]],
    ) -> None:
        self.addresses = tuple(addresses)
        self.roads: dict[str, list[AddressPoint]] = defaultdict(list)
        self.lots: dict[tuple[str, str], list[AddressPoint]] = defaultdict(list)
        self.names: dict[str, list[AddressPoint]] = defaultdict(list)
        for point in self.addresses:
            self._index(point)
        self.dongs = tuple(dongs)
        self.boundaries = tuple(boundaries)
        self._inside: dict[str, list[str]] = defaultdict(list)
        for haengjeong, beopjeong in overlap:  # ordered by share
            self._inside[haengjeong].append(beopjeong)

    def _index(self, point: AddressPoint) -> None:
        if point.road_name:
            self.roads[point.road_name].append(point)
        if point.jibun:
            self.lots[point.beopjeong_dong, point.jibun].append(point)
        for name in point.names:
            self.names["".join(name.split())].append(point)

    def haengjeong_dong(self, lat: float, lon: float) -> str:
        """The administrative dong around a point, or "" outside the district."""
        return next((boundary.name for boundary in self.boundaries if boundary.holds(lat, lon)), "")

    def beopjeong_of(self, dong: str) -> list[str]:
        """The legal dongs that a spoken dong may mean, likeliest first."""
        own = [centre.name for centre in self.dongs if centre.name == dong and centre.kind == "법정동"]
        return list(dict.fromkeys([*own, *self._inside.get(dong, ())]))

    def dong_centre(self, name: str) -> DongCentre | None:
        """The centre of a dong of this district."""
        return next((centre for centre in self.dongs if centre.name == name and centre.gu == GU), None)

    def gu_of_dong(self, name: str) -> str:
        """Which district of the city has such a dong; this one before any other."""
        found = [centre.gu for centre in self.dongs if centre.name == name]
        return GU if GU in found else (found[0] if found else "")


@cache
def embedded() -> Gazetteer:
    """The table that the product ships."""
    return Gazetteer(_addresses(), _dongs(), _boundaries(), _overlap())


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
        Boundary(
            feature["properties"]["name"],
            tuple((lon, lat) for lon, lat in feature["geometry"]["coordinates"][0]),
        )
        for feature in features
        if feature["properties"]["kind"] == "행정동"
    ]


def _overlap() -> list[tuple[str, str]]:
    rows = sorted(_rows("dongjak_dong_overlap.csv"), key=lambda row: -float(row["share"]))
    return [(row["haengjeong_dong"], row["beopjeong_dong"]) for row in rows]
