"""How few strokes bring an address among the first three suggestions, and how long one suggestion takes.

The time is that of the work, whatever else the machine does: of strokes that lead straight to houses, and
of messy addresses broken off anywhere, which the reader is asked about.

Beside it, what the box did before: all addresses whose full spelling goes on from what is typed, in the
order of roads. The bound is what no order of suggestions can better: three addresses for each text.

Run: python -m benchmarks.geocode_suggest
"""

import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from random import Random
from time import process_time
from typing import Any

from benchmarks.claims import Claim
from benchmarks.geocode_scale import messy
from handyman.geocode.finding.answers import at_point
from handyman.geocode.gazetteer import AddressPoint, embedded
from handyman.geocode.suggest import suggest
from handyman.hangul import initials, strokes

STROKES, FIRST = 8, 3
SAMPLE = 1_200
SCANS = 40
MESSY = 1_000
ALLOWED_MS, ALLOWED_MISSED = 5.0, 10.0
NEVER = 999

_ROAD = re.compile(r"(\D+?)(?:대로|로)?(\d+[가나다라마바사아자차카타파하]?)?길?")
Way = Callable[[AddressPoint], str]


def _by_initials(point: AddressPoint) -> str:
    """ㅅㄷ23 20-3: initials without 로 and 길; a blank only where two numbers meet."""
    return _with_number("".join(_road(point)), point) if point.road_name else ""


def _by_first_initial(point: AddressPoint) -> str:
    """ㅅ23 20-3."""
    base, branch = _road(point) if point.road_name else ("", "")
    return _with_number(base[0] + branch, point) if base else ""


def _by_lot(point: AddressPoint) -> str:
    """1002-3."""
    return point.jibun


def _by_lot_and_initial(point: AddressPoint) -> str:
    """ㅅ1002-3."""
    return initials(point.beopjeong_dong)[0] + point.jibun if point.jibun else ""


def _in_full(point: AddressPoint) -> str:
    """사당로23길 20-3, key by key."""
    return strokes(f"{point.road_name} {point.number}") if point.road_name else ""


def _road(point: AddressPoint) -> tuple[str, str]:
    read = _ROAD.fullmatch(point.road_name)
    return (initials(read[1]), initials(read[2] or "")) if read else (initials(point.road_name), "")


def _with_number(road: str, point: AddressPoint) -> str:
    return f"{road} {point.number}" if road[-1:].isdigit() else f"{road}{point.number}"


WAYS: dict[str, Way] = {
    "ㅅㄷ23 20-3": _by_initials,
    "ㅅ23 20-3": _by_first_initial,
    "1002-3": _by_lot,
    "ㅅ1002-3": _by_lot_and_initial,
    "사당로23길 20-3": _in_full,
}
EITHER = (("ㅅㄷ23 20-3", "1002-3"), ("ㅅ23 20-3", "1002-3"))


def measure() -> dict[str, Any]:
    """For each way to type: the share found within 8 strokes, the strokes needed, the bound."""
    points = list(embedded().points())
    sample = Random(1).sample(points, min(SAMPLE, len(points)))
    box = _Box()
    needed = {name: [box.strokes_needed(way, point) for point in sample] for name, way in WAYS.items()}
    before = _prefixes_before(points)
    return {
        "addresses": len(points),
        "asked": len(sample),
        "ways": {
            name: {
                "found_percent": _found(counts),
                "median_strokes": statistics.median(counts),
                "bound_percent": round(_bound([WAYS[name](point) for point in points]), 1),
            }
            for name, counts in needed.items()
        },
        "either_percent": {
            " / ".join(names): _found(map(min, *(needed[name] for name in names))) for names in EITHER
        },
        "before_percent": _found(before[_in_full(point), point] for point in sample),
        "suggestion_ms": _spread(box.taken),
        "messy_suggestion_ms": _spread(_messy_ones()),
        "before_ms": _spread(_scans(points, sample)),
    }


def claims(figures: dict[str, Any]) -> list[Claim]:
    """One way by the road and one by the lot, each by itself; and no stroke is waited for."""
    missed = {name: round(100 - way["found_percent"], 1) for name, way in figures["ways"].items()}
    before = 100 - figures["before_percent"]
    ours = figures["suggestion_ms"]["p95"]
    return [
        Claim(
            "not found in 8 strokes, ㅅㄷ23 20-3", missed["ㅅㄷ23 20-3"], ALLOWED_MISSED, "allowed", 1.0, "%"
        ),
        Claim("not found in 8 strokes, 1002-3", missed["1002-3"], ALLOWED_MISSED, "allowed", 1.0, "%"),
        Claim(
            "not found in 8 strokes, ㅅㄷ23 20-3", missed["ㅅㄷ23 20-3"], before, "plain prefixes", 0.1, "%"
        ),
        Claim("one suggestion, p95", ours, ALLOWED_MS, "allowed", 1.0),
        Claim(
            "one suggestion of messy words, p95",
            figures["messy_suggestion_ms"]["p95"],
            ALLOWED_MS,
            "allowed",
            1.0,
        ),
        Claim("one suggestion, p95", ours, figures["before_ms"]["p95"], "plain prefixes", 1.0),
    ]


class _Box:
    """The box as the operator sees it: what stands in the first three lines after each stroke."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self._seen: dict[str, list[str]] = {}
        suggest("ㅅ")  # what is read once is not counted to the first

    def strokes_needed(self, way: Way, point: AddressPoint) -> int:
        keys, wanted = way(point), at_point(point, embedded()).place_key
        ends = range(1, len(keys) + 1)
        return next((end for end in ends if wanted in self._first(keys[:end])), NEVER)

    def _first(self, keys: str) -> list[str]:
        if keys not in self._seen:
            begun = process_time()
            found = suggest(keys)
            self.taken.append((process_time() - begun) * 1000)
            self._seen[keys] = [place.place_key for place in found[:FIRST]]
        return self._seen[keys]


def _bound(typed: Iterable[str]) -> float:
    """Percent: texts of 8 strokes show three addresses each, their beginnings three more of the rest."""
    left: dict[str, int] = defaultdict(int)
    total = lost = 0
    for keys in typed:
        total += 1
        left[keys[:STROKES]] += 1
    lost += left.pop("", 0)
    for length in range(STROKES, 0, -1):
        for keys in [keys for keys in left if len(keys) == length]:
            left[keys[:-1]] += max(left.pop(keys) - FIRST, 0)
    return 100 * (1 - (lost + left.get("", 0)) / total)


def _plainly(points: Iterable[AddressPoint]) -> list[tuple[str, AddressPoint]]:
    on_roads = [point for point in points if point.road_name]
    on_roads.sort(key=lambda point: (len(point.road_name), point.road_name, point.main, point.sub))
    return [(_in_full(point), point) for point in on_roads]


def _prefixes_before(points: list[AddressPoint]) -> dict[tuple[str, AddressPoint], int]:
    """The strokes that plain prefixes need for each address."""
    shown: dict[str, int] = defaultdict(int)
    needed: dict[tuple[str, AddressPoint], int] = defaultdict(lambda: NEVER)
    for keys, point in _plainly(points):
        for end in range(len(keys), 0, -1):
            shown[keys[:end]] += 1
            if shown[keys[:end]] <= FIRST:
                needed[keys, point] = end
    return needed


def _scans(points: list[AddressPoint], sample: list[AddressPoint]) -> list[float]:
    """What plain prefixes take: one pass over all addresses and names."""
    spelled, names = _plainly(points), [strokes(name) for name in embedded().names()]
    taken = []
    for point in sample[:SCANS]:
        keys = _in_full(point)
        begun = process_time()
        found = [other for text, other in spelled if text.startswith(keys)][:FIRST]
        found += [point for name in names if keys in name]
        [at_point(other, embedded()) for other in found]
        taken.append((process_time() - begun) * 1000)
    return taken


def _messy_ones() -> list[float]:
    """Addresses as people write them, typed up to any sign."""
    chance = Random(4)
    suggest("강남구 2")  # what is read once is not counted to the first
    taken = []
    for text in messy(MESSY):
        typed = text[: chance.randint(1, len(text))]
        begun = process_time()
        suggest(typed)
        taken.append((process_time() - begun) * 1000)
    return taken


def _found(counts: Iterable[int]) -> float:
    known = [count <= STROKES for count in counts]
    return round(100 * sum(known) / len(known), 1)


def _spread(taken: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(taken), 3),
        "p95": round(statistics.quantiles(taken, n=20)[18], 3),
    }


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name:>18}  {figure}")
