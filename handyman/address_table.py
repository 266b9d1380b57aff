"""What pages show of the address table itself: the houses around a point, and how much it covers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from handyman.geocode.gazetteer import AddressPoint, Gazetteer, current, embedded
from handyman.geocode.ground import metres

AROUND_M = 200
MOST_AROUND = 60
FEW = 20_000  # so many addresses are looked through one by one


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A known address near a point: 사당로23길 18."""

    lat: float
    lon: float
    road_name: str
    number: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many addresses of which district the table knows."""

    file: str  # empty: the one that the product ships
    total: int
    by_gu: tuple[tuple[str, int], ...]


def neighbours(lat: float, lon: float, road_name: str = "") -> list[Neighbour]:
    """The known addresses around a point, nearest first."""
    near = [(metres(lat, lon, point.lat, point.lon), point) for point in _nearby(lat, lon, road_name)]
    near = sorted((pair for pair in near if pair[0] <= AROUND_M), key=lambda pair: pair[0])
    return [Neighbour(point.lat, point.lon, point.road_name, point.number) for _, point in near[:MOST_AROUND]]


def _nearby(lat: float, lon: float, road_name: str) -> Iterable[AddressPoint]:
    """All that may be near: of a large table only the road and the lanes that are named after it."""
    table = current()
    if len(table) <= FEW:
        return (point for point in table.points() if point.road_name)
    stem = road_name.rstrip("0123456789가나다라마바사길번")
    roads = [road for road in table.roads if stem and road.name.startswith(stem)]
    return (point for road in roads for point in table.on_road(road))


def coverage(own_file: Path) -> Coverage:
    """What the table covers; counted once, for it does not change."""
    table = current()
    if table not in _counted:
        file = "" if table is embedded() else own_file.name
        by_gu = sorted(_by_gu(table), key=lambda pair: (-pair[1], pair[0]))
        _counted[table] = Coverage(file, len(table), tuple(by_gu))
    return _counted[table]


def _by_gu(table: Gazetteer) -> Iterable[tuple[str, int]]:
    if len(table) <= FEW:
        return Counter(point.gu for point in table.points()).items()
    return Counter({gu: _known_in(gu, table) for gu in table.gus}).items()


def _known_in(gu: str, table: Gazetteer) -> int:
    return sum(len(table.on_road(road)) for road in table.roads if road.gu == gu)


_counted: WeakKeyDictionary[Gazetteer, Coverage] = WeakKeyDictionary()
