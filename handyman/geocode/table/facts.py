"""What is known of roads and numbers beyond the points of the table: which exist, and in which district."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from handyman.geocode.table.shipped import rows_of

LANE = re.compile(
    r"(.+?(?:대로|로|길))\d+[가나다라마바사아자차카타파하]?길"
)  # 천호대로123길 lies where 천호대로 lies


@dataclass(frozen=True, slots=True)
class Reach:
    """The numbers of one side of a shared road that lie in one district."""

    gu: str
    odd: bool
    first: int
    last: int

    def away(self, main: int) -> int:
        """How many numbers lie between; 0 inside."""
        return max(self.first - main, main - self.last, 0)


def numbers_of(road_name: str) -> frozenset[str]:
    """The numbers that the post delivers to on a road of 동작구: 20, 20-3. Empty for a road that it lacks."""
    return _numbers().get(road_name, frozenset())


def roads_with_numbers() -> frozenset[str]:
    """Every road of 동작구, those without a single known point included."""
    return frozenset(_numbers())


def districts_of(road_name: str) -> tuple[str, ...]:
    """The other districts of Seoul that have such a road; a lane lies where its road lies."""
    found = _elsewhere().get(road_name, ())
    lane = LANE.fullmatch(road_name) if not found else None
    return tuple(found) or (tuple(_elsewhere().get(lane[1], ())) if lane else ())


def roads_elsewhere() -> frozenset[str]:
    """Roads that are known to lie in other districts of Seoul."""
    return frozenset(_elsewhere())


def district_of_number(road_name: str, main: int) -> str:
    """Where a number lies on a road that runs through several districts; "" for any other road."""
    reaches = [reach for reach in _shared().get(road_name, ()) if reach.odd == bool(main % 2)]
    return min(reaches, key=lambda reach: (reach.away(main), reach.gu != "동작구")).gu if reaches else ""


@cache
def _numbers() -> dict[str, frozenset[str]]:
    return {row["road_name"]: frozenset(row["numbers"].split()) for row in rows_of("dongjak_numbers.csv")}


@cache
def _elsewhere() -> dict[str, list[str]]:
    gus: dict[str, list[str]] = defaultdict(list)
    for row in rows_of("seoul_roads.csv"):
        gus[row["road_name"]].append(row["gu"])
    return dict(gus)


@cache
def _shared() -> dict[str, list[Reach]]:
    reaches: dict[str, list[Reach]] = defaultdict(list)
    for row in rows_of("shared_roads.csv"):
        reaches[row["road_name"]].append(
            Reach(row["gu"], row["side"] == "odd", int(row["first"]), int(row["last"]))
        )
    return dict(reaches)
