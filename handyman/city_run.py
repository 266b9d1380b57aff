"""A city planned by the workers of several machines: lines are put on the queue, plans collected."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from uuid import uuid4

import psycopg

from handyman import city_lines, queueing
from handyman.city_lines import Count, Queue

LOOK_SECONDS, SEARCH_SECONDS = 0.5, 10.0  # how often answers are looked for, and lines that lost their worker


@dataclass(frozen=True, slots=True)
class CityResult:
    districts: int
    workers: int
    wrong: list[str]  # a sentence for each line that has no plan


def plan_city(
    source: Path, target: Path, progress: Callable[[Count], None], nobody: Callable[[], None]
) -> CityResult:
    """Returns when every line is answered; `nobody` is told now and then while no worker is there."""
    queueing.make_tables()
    city = str(uuid4())
    with psycopg.connect(queueing.address(), autocommit=True) as queue, _appearing(target) as plans:
        try:
            with source.open("rb") as file:
                city_lines.add(queue, city, _lines(file))
            done = _wait(queue, city, progress, nobody)
            return CityResult(done.lines, done.workers, _write(city_lines.answers(queue, city), plans))
        finally:
            city_lines.forget(queue, city)


def _lines(file: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Those that hold something, with their number."""
    return ((number, line.rstrip()) for number, line in enumerate(file, 1) if line.strip())


def _wait(queue: Queue, city: str, progress: Callable[[Count], None], nobody: Callable[[], None]) -> Count:
    search_at = time.monotonic()
    while (done := city_lines.count(queue, city)).answered < done.lines:
        progress(done)
        if time.monotonic() >= search_at:
            queueing.ask_for_districts(city_lines.without_job(queue, city))
            if not city_lines.anybody_works(queue):
                nobody()
            search_at = time.monotonic() + SEARCH_SECONDS
        time.sleep(LOOK_SECONDS)
    progress(done)
    return done


def _write(answers: Iterable[tuple[int, str]], plans: TextIO) -> list[str]:
    wrong = []
    for number, answer in answers:
        plans.write(f"{answer}\n")
        if error := json.loads(answer).get("error"):
            wrong.append(f"Line {number}: {error}")
    return wrong


@contextmanager
def _appearing(path: Path) -> Iterator[TextIO]:
    """A file beside it that takes its name at the end; where there can be none, nobody plans in vain."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
