"""Addresses as people say and type them: how many are found, and that none is made up.

Each kind of mess is written from the table with a fixed seed. Beside it stands a plain baseline that
takes the first road name and number it sees and gives the nearest known number of that road.
Run: python -m benchmarks.geocode_messy
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks.claims import Claim
from benchmarks.messy_forms import LOT_FORMS, NAME_FORMS, ROAD_FORMS
from benchmarks.messy_nowhere import no_answers
from handyman.geocode.address import name_key
from handyman.geocode.finding.by_name import says_little
from handyman.geocode.gazetteer import AddressPoint, Gazetteer, embedded
from handyman.geocode.ground import metres
from handyman.geocode.locate import locate
from handyman.geocode.located import Grade
from handyman.geocode.table import shipped

SEED = 20261124
EACH = 150  # addresses for each kind of mess
HELD_OUT = 0.1  # of the table, for addresses that are not in it
IN_TABLE_M = 50
NOT_IN_TABLE_M = 60
PLAIN = re.compile(r"([가-힣]+?(?:대로|로|길)(?:\d+[가-하]?길)?)\s*(\d+)")

Point = tuple[float, float]


@dataclass(frozen=True)
class Query:
    kind: str
    text: str
    at: Point


def measure() -> dict[str, Any]:
    """Shares found, by kind; wrong answers to what has none; the same for the baseline."""
    table, chance = embedded(), Random(SEED)
    known = list(in_table(table, chance))
    smaller, unseen = held_out(table, chance)
    nowhere = list(no_answers([point for point in table.points() if point.road_name], chance))
    return {
        "in_table": _scored(known, table, IN_TABLE_M),
        "not_in_table": _scored(unseen, smaller, NOT_IN_TABLE_M),
        "no_answer": {
            "queries": len(nowhere),
            "wrong": [text for text in nowhere if _sent_somewhere(text, table)],
            "baseline_wrong": sum(baseline(text, table) is not None for text in nowhere),
        },
    }


def claims(figures: dict[str, Any]) -> list[Claim]:
    """As much is found as is wanted, far more than by the baseline, and nothing that is nowhere."""
    known, unseen, nowhere = figures["in_table"], figures["not_in_table"], figures["no_answer"]
    found = []
    for name, part, wanted in (
        ("messy, in the table", known, 3.0),
        ("messy, not in the table", unseen, 10.0),
    ):
        missed = 100 * (1 - part["share"])
        found.append(Claim(f"{name}: missed", missed, wanted, "wanted", 1.0, "%"))
        plain = 100 * (1 - part["baseline"])
        found.append(Claim(f"{name}: missed", missed, plain, "nearest number", 0.5, "%"))
    wrong = float(len(nowhere["wrong"]))
    return [
        *found,
        Claim("nowhere, yet answered", wrong, nowhere["baseline_wrong"], "nearest number", 0.0, ""),
    ]


def in_table(table: Gazetteer, chance: Random) -> Iterator[Query]:
    """Every kind of mess over addresses of the table."""
    points = [point for point in table.points() if point.road_name]
    for kind, write in ROAD_FORMS.items():
        yield from _written(kind, write, points, chance)
    lots = [point for point in table.points() if point.jibun and _stands_alone(point, table)]
    for kind, write in LOT_FORMS.items():
        yield from _written(kind, write, lots, chance)
    named = [point for point in points if point.names and _has_a_name_of_its_own(point, table)]
    for kind, write in NAME_FORMS.items():
        yield from _written(kind, write, named, chance)


def held_out(table: Gazetteer, chance: Random) -> tuple[Gazetteer, list[Query]]:
    """The table without every tenth address, and those addresses in every kind of mess."""
    points = list(table.points())
    missing = {point for point in points if point.road_name and chance.random() < HELD_OUT}
    smaller = Gazetteer(
        [point for point in points if point not in missing],
        shipped.dongs(),
        shipped.boundaries(),
        shipped.overlap(),
    )
    unseen = sorted(missing, key=lambda point: (point.road_name, point.main, point.sub))
    queries = [query for kind, write in ROAD_FORMS.items() for query in _written(kind, write, unseen, chance)]
    return smaller, queries


def baseline(text: str, table: Gazetteer) -> Point | None:
    """The first road and number in the text; the nearest known number of that road."""
    for said in PLAIN.finditer(text):
        roads = table.roads_named(said[1])
        if roads:
            nearest = min(table.on_road(roads[0]), key=lambda point: abs(point.main - int(said[2])))
            return nearest.lat, nearest.lon
    return None


def _written(
    kind: str, write: Callable[[AddressPoint, Random], str], points: list[AddressPoint], chance: Random
) -> Iterator[Query]:
    done = 0
    for point in chance.sample(points, len(points)):
        text = write(point, chance)
        if text:
            yield Query(kind, text, (point.lat, point.lon))
            done += 1
        if done == EACH:
            return


def _scored(queries: list[Query], table: Gazetteer, within: float) -> dict[str, Any]:
    ours: dict[str, list[bool]] = defaultdict(list)
    plain: list[bool] = []
    wrong: list[str] = []
    for query in queries:
        best = locate(query.text, table).best
        there = best is not None and best.grade not in (Grade.ROAD, Grade.DONG)
        away = metres(*query.at, best.lat, best.lon) if best and there else None
        ours[query.kind].append(away is not None and away <= within)
        if away is not None and away > 10 * within:
            wrong.append(query.text)
        point = baseline(query.text, table)
        plain.append(point is not None and metres(*query.at, *point) <= within)
    every = [found for kind in ours.values() for found in kind]
    return {
        "queries": len(queries),
        "share": round(sum(every) / len(every), 4),
        "baseline": round(sum(plain) / len(plain), 4),
        "by_kind": {kind: round(sum(found) / len(found), 3) for kind, found in ours.items()},
        "far_off": wrong,
    }


def _sent_somewhere(text: str, table: Gazetteer) -> bool:
    best = locate(text, table).best
    return best is not None and best.grade not in (Grade.ROAD, Grade.DONG)


def _stands_alone(point: AddressPoint, table: Gazetteer) -> bool:
    """Whether the lot is one place; a lot of houses far apart has several answers, rightly."""
    others = table.at_lot(point.beopjeong_dong, point.jibun)
    return all(metres(point.lat, point.lon, other.lat, other.lon) < IN_TABLE_M / 2 for other in others)


def _has_a_name_of_its_own(point: AddressPoint, table: Gazetteer) -> bool:
    name = name_key(point.names[0])
    return len(table.named(name)) == 1 and not says_little(name)


if __name__ == "__main__":
    import json

    print(json.dumps(measure(), ensure_ascii=False, indent=1))
