"""How the search stands up to all Seoul: 600,000 made-up addresses, beside the district's 7,010.

Run: python -m benchmarks.geocode_scale
"""

import csv
import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import psutil  # type: ignore[import-untyped, unused-ignore]

from benchmarks import seoul
from benchmarks.claims import Claim
from handyman.geocode import gazetteer
from handyman.geocode.batch import geocode_file
from handyman.geocode.gazetteer import AddressPoint, Gazetteer
from handyman.geocode.locate import locate
from handyman.geocode.suggest import suggest
from handyman.geocode.table.importing import import_files

OUT = Path(__file__).parent / "out"
ASKED = 2_000
QUERIES, PLAIN = 10_000, 5_000
ELSEWHERE = ("강남구 테헤란로", "부산시 해운대구 우동", "관악구 봉천로")
ALLOWED_MS, ALLOWED_MB, ALLOWED_BATCH_MS = 5.0, 200.0, 0.2


def measure() -> dict[str, Any]:
    """Figures of the import, of one suggestion, of the batch and of the memory of two processes."""
    table, imported = _table()
    here, there = _two(None), _two(table)
    quiet_here, quiet_there = (
        min(two, key=lambda told: told["suggestion_ms"]["p95"]) for two in (here, there)
    )
    return {
        **imported,
        "suggestion_here_ms": quiet_here["suggestion_ms"],
        "suggestion_there_ms": quiet_there["suggestion_ms"],
        "locate_here_per_second": quiet_here["locate_per_second"],
        "locate_there_per_second": quiet_there["locate_per_second"],
        "batch_plain_here_per_second": max(told["batch_per_second"] for told in here),
        "batch_plain_there_per_second": max(told["batch_per_second"] for told in there),
        "memory_here_mb": [told["memory_mb"] for told in here],
        "memory_there_mb": [told["memory_mb"] for told in there],
        **_batch(),
    }


def claims(figures: dict[str, Any]) -> list[Claim]:
    here, there = figures["suggestion_here_ms"]["p95"], figures["suggestion_there_ms"]["p95"]
    memory = max(process["uss"] for process in figures["memory_there_mb"])
    return [
        Claim("suggestion of 7,010, p95", here, ALLOWED_MS, "allowed", 1.0),
        Claim("suggestion of 600,000, p95", there, here, "of 7,010", 3.0),
        Claim("batch, one address", figures["batch_ms"], ALLOWED_BATCH_MS, "allowed", 1.0),
        Claim("memory of 600,000, one of two", memory, ALLOWED_MB, "allowed", 1.0, "MB"),
    ]


def _table() -> tuple[Path, dict[str, Any]]:
    """The imported table and how long that took; both kept until the makers of the table change."""
    table = OUT / f"gazetteer-{seoul.version()}.sqlite"
    told = table.with_suffix(".json")
    if not (table.exists() and told.exists()):
        for old in OUT.glob("gazetteer-*"):
            old.unlink()
        source = seoul.file()
        begun = perf_counter()
        result = import_files([source], table)
        seconds = perf_counter() - begun
        figures = {
            "imported": result.rows,
            "addresses": result.addresses,
            "import_rows_per_second": round(result.rows / seconds),
            "table_mb": round(table.stat().st_size / 1e6, 1),
        }
        told.write_text(json.dumps(figures))
        source.unlink()  # 70 MB that nobody reads again
    return table, json.loads(told.read_text())


def _two(table: Path | None) -> list[dict[str, Any]]:
    """Two processes that work at the same time: how fast each answers, and the memory that each holds."""
    return [_answer(process) for process in [_start(table), _start(table)]]


def _start(table: Path | None) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.geocode_scale", "probe", str(table or "")]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=OUT.parents[1])


def _answer(process: "subprocess.Popen[str]") -> dict[str, Any]:
    told, _ = process.communicate()
    answer: dict[str, Any] = json.loads(told)
    return answer


def probe(path: str) -> dict[str, Any]:
    """2,000 times located and suggested: in milliseconds, and the memory in megabytes."""
    gazetteer.use(Path(path) if path else None)
    table = gazetteer.current()
    points = _some(table, ASKED)
    chance = Random(1)
    suggest("상도로", gazetteer=table)  # what is read once is not counted to the first
    typed = [spelled[: chance.randint(1, len(spelled))] for spelled in map(_spelled, points)]
    suggestions = _each(lambda text: suggest(text, gazetteer=table), typed)
    begun = process_time()
    for point in points:
        locate(_spelled(point), table)
    located = len(points) / (process_time() - begun)
    memory = psutil.Process().memory_full_info()  # before the list below, which no web process ever reads
    listed = _some(table, PLAIN)
    return {
        "suggestion_ms": {
            "median": round(statistics.median(suggestions), 3),
            "p95": round(statistics.quantiles(suggestions, n=20)[18], 3),
            "longest": round(max(suggestions), 3),
        },
        "locate_per_second": round(located),
        "batch_per_second": _plain(listed, table),
        "memory_mb": {name: round(getattr(memory, name) / 1e6, 1) for name in ("rss", "uss", "pss")},
    }


def _plain(points: list[AddressPoint], table: Gazetteer) -> int:
    """A list of plain addresses from all over the table, from file to file: few roads come twice."""
    with TemporaryDirectory() as folder:
        source = Path(folder) / "in.csv"
        with source.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([["query"], *([_spelled(point)] for point in points)])
        begun = process_time()
        geocode_file(source, Path(folder) / "out.csv", lambda text: locate(text, table))
        return round(len(points) / (process_time() - begun))


def _some(table: Gazetteer, count: int) -> list[AddressPoint]:
    """Addresses from all over the table, without reading all of it."""
    chance = Random(2)
    return [chance.choice(table.on_road(chance.choice(table.roads))) for _ in range(count)]


def _spelled(point: AddressPoint) -> str:
    return f"{point.road_name} {point.number}"


def _each(ask: Callable[[str], object], texts: list[str]) -> list[float]:
    """Milliseconds of work, whatever else the machine does."""
    taken = []
    for text in texts:
        begun = process_time()
        ask(text)
        taken.append((process_time() - begun) * 1000)
    return taken


def _batch() -> dict[str, Any]:
    """A list of messy addresses, located from file to file; beside it, the bare copying of the file."""
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.csv", Path(folder) / "out.csv"
        with source.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([["query"], *([query] for query in messy(QUERIES))])
        gazetteer.embedded()
        begun = process_time()
        result = geocode_file(source, target, lambda text: locate(text, gazetteer.embedded()))
        seconds = process_time() - begun
        begun = process_time()
        with source.open(encoding="utf-8", newline="") as lines, target.open("w", encoding="utf-8") as copy:
            csv.writer(copy).writerows(csv.reader(lines))
        copied = process_time() - begun
    return {
        "batch_queries": result.rows,
        "batch_found": result.found,
        "batch_per_second": round(result.rows / seconds),
        "batch_ms": round(seconds / result.rows * 1000, 4),
        "copy_ms": round(copied / result.rows * 1000, 4),
    }


def messy(count: int) -> list[str]:
    """Addresses of the district as people write them, each one only once."""
    chance = Random(3)
    points = list(gazetteer.embedded().points())
    found: dict[str, None] = {}
    while len(found) < count:
        found[_messy(chance.choice(points), chance)] = None
    return list(found)


def _messy(point: AddressPoint, chance: Random) -> str:
    unit = chance.choice(
        ("", "", f" {chance.randint(101, 120)}동 {chance.randint(101, 1505)}호", " 지층", " B01호", " 2층")
    )
    city = chance.choice(("", "", "동작구 ", "서울시 동작구 ", "서울특별시 동작구 ", "서울 "))
    kind = chance.random()
    if kind < 0.05:
        return f"{chance.choice(ELSEWHERE)} {chance.randint(1, 900)}"
    if point.names and kind < 0.5:
        return f"{city}{point.beopjeong_dong} {chance.choice(point.names)}{unit}"
    if point.jibun and (kind < 0.4 or not point.road_name):
        lot = point.jibun.replace("-", chance.choice(("-", "의", "번지 ", " - ", "다시")))
        return f"{city}{point.beopjeong_dong} {lot}{unit}"
    if not point.road_name:
        return f"{city}{point.beopjeong_dong}"
    road = f"{point.road_name}{chance.choice(('', ' '))}{point.number}"
    if kind < 0.5:  # a number that the table may not have
        road = f"{point.road_name} {point.main + chance.randint(0, 6)}"
    if kind > 0.95:  # a wrong letter
        at = chance.randrange(len(point.road_name) - 1)
        road = road[:at] + chance.choice("가나다라마바사아자차") + road[at + 1 :]
    reference = f" ({point.beopjeong_dong})" if chance.random() < 0.2 else ""
    return f"{city}{road}{unit}{reference}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["probe"]:
        print(json.dumps(probe(sys.argv[2])))
    else:
        for name, figure in measure().items():
            print(f"{name:>24}  {figure}")
