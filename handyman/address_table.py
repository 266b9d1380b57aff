"""What pages show of the address table itself: the houses around a point, and how much it covers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from handyman.geocode.gazetteer import AddressPoint, Gazetteer, current, embedded, prepare_with
from handyman.geocode.ground import metres
from handyman.geocode.locate import locate
from handyman.geocode.suggest import suggest

AROUND_M = 200
MOST_AROUND = 60


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many addresses of which district the table knows."""

    file: str  # empty: the one that the product ships
    total: int
    by_gu: tuple[tuple[str, int], ...]


def warm(table: Gazetteer | None = None) -> None:
    """Read what the first suggestion and the first mended word of a process would wait for."""
    suggest("ㅅ", gazetteer=table)
    locate("상두로 1", table)


def stay_warm() -> None:
    """Now, and with each table that is imported later: until that is ready, the one before it answers."""
    warm()
    prepare_with(warm)


def neighbours(lat: float, lon: float) -> Sequence[AddressPoint]:
    """The known addresses around a point, nearest first."""
    found = current().around(lat, lon, AROUND_M)
    return sorted(found, key=lambda point: metres(lat, lon, point.lat, point.lon))[:MOST_AROUND]


def coverage(own_file: Path) -> Coverage:
    """What the table covers, the largest district first."""
    table = current()
    by_gu = sorted(table.counts().items(), key=lambda pair: (-pair[1], pair[0]))
    return Coverage("" if table is embedded() else own_file.name, len(table), tuple(by_gu))
