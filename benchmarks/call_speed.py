"""How long a caller waits for the engine: eleven members with sixty visits a day, and a city.

Each figure is the time of one whole answer: all windows of two weeks weighed, the best six worked out with
reasons. Jobs are alike in all runs; one in five takes two people. Processor time counts, and the quickest of
three times: what else runs on the machine is not ours. Beside it, in the same run: the plain form of the same
rules, and a full VROOM solve for one of the 56 windows. Where many call at once, the wall clock counts.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from random import Random
from threading import Thread
from typing import Any

from benchmarks import call_vroom
from benchmarks.call_days import CITY, DISTRICT, SKILLS, WINDOWS, Place, make_days, make_job, qualified
from benchmarks.claims import Claim
from handyman.dispatch import travel
from handyman.dispatch.horizon import Horizon
from handyman.dispatch.problem import Job, MemberDay
from handyman.dispatch.roads import Estimate
from handyman.dispatch.windows import propose

CALLS, CITY_CALLS, PLAIN_CALLS, SOLVES = 1_000, 200, 20, 7
WARM_UP, TIMES = 50, 3
THREADS, A_SECOND, SECONDS = 8, 10, 12
MOST_MS, MOST_EJECTING_MS, MOST_CITY_MS = 2.0, 5.0, 100.0
MOST_CROWDED = 3.0  # times its own pace when many call
LEAST_GAIN = 0.2  # of the plain form's time, in the slowest hundredth of the calls


def measure() -> dict[str, Any]:
    """Everything as JSON."""
    figures: dict[str, Any] = {}
    for place, calls in ((DISTRICT, CALLS), (CITY, CITY_CALLS)):
        days = make_days(place, seed=1)
        horizon = Horizon(Estimate())
        begun = time.perf_counter()
        for day, members in days.items():
            horizon.put(day, members)
        loaded = time.perf_counter() - begun
        jobs = _jobs(place, calls + WARM_UP)
        insertion = partial(horizon.windows, spans=place.windows, eject=False)
        figures[place.name] = {
            "members": place.members,
            "visits": sum(len(member.stops) for members in days.values() for member in members),
            "load_s": round(loaded, 3),
            "qualified": statistics.mean(qualified(days, skill) for skill in SKILLS),
            "insertion": _times(jobs, insertion),
            "ejection": _times(jobs, partial(horizon.windows, spans=place.windows)),
            "one_day_changed": _changing(horizon, place, jobs[:WARM_UP]),
        }
        if place is DISTRICT:
            figures["plain_ms"] = _plain(days, place, jobs)
        else:
            figures["crowded"] = _crowded(horizon, place, jobs)
        figures[place.name]["vroom_ms"] = _vroom(days, jobs)
    return figures


def _jobs(place: Place, many: int) -> list[Job]:
    random = Random(f"calls {place.name}")
    return [make_job(random, place, people=1 + (number % 5 == 0)) for number in range(many)]


def _times(jobs: Sequence[Job], ask: Callable[[Job], object]) -> dict[str, float]:
    took = [min(_time(ask, job) for _ in range(TIMES)) for job in jobs]
    return _spread(took[WARM_UP:])


def _time(ask: Callable[[Job], object], job: Job) -> float:
    begun = time.process_time()
    ask(job)
    return (time.process_time() - begun) * 1000


def _spread(took: Sequence[float]) -> dict[str, float]:
    hundredths = statistics.quantiles(took, n=100)
    return {f"p{at}": round(hundredths[at - 1], 3) for at in (50, 95, 99)}


def _changing(horizon: Horizon, place: Place, jobs: Sequence[Job]) -> dict[str, float]:
    """Each call is answered after somebody's day has changed: it is compiled, and joined with the others."""
    took = []
    for number, job in enumerate(jobs):
        day = sorted(place.windows)[number % len(place.windows)]
        members = horizon.day(day)
        at = number % len(members)
        changed = [member if row != at else _without_last(member) for row, member in enumerate(members)]
        begun = time.process_time()
        horizon.put(day, changed)
        horizon.windows(job, place.windows)
        took.append((time.process_time() - begun) * 1000)
        horizon.put(day, members)
    return _spread(took)


def _without_last(member: MemberDay) -> MemberDay:
    return replace(member, stops=member.stops[:-1])


def _plain(days: Any, place: Place, jobs: Sequence[Job]) -> float:
    plain = partial(propose, days=days, spans=place.windows, travel=travel.minutes, eject=False)
    return round(statistics.median(_time(plain, job) for job in jobs[:PLAIN_CALLS]), 2)


def _crowded(horizon: Horizon, place: Place, jobs: Sequence[Job]) -> dict[str, dict[str, float]]:
    """Ten calls a second, from one thread, and from eight that take turns."""
    return {
        name: _on_the_wall(horizon, place, jobs, many) for name, many in (("alone", 1), ("crowd", THREADS))
    }


def _on_the_wall(horizon: Horizon, place: Place, jobs: Sequence[Job], threads: int) -> dict[str, float]:
    took: list[float] = []

    def call(first: int, start: float) -> None:
        for number in range(first, A_SECOND * SECONDS, threads):
            time.sleep(max(start + number / A_SECOND - time.perf_counter(), 0.0))
            begun = time.perf_counter()
            horizon.windows(jobs[number % len(jobs)], place.windows)
            took.append((time.perf_counter() - begun) * 1000)

    start = time.perf_counter() + 0.1
    callers = [Thread(target=call, args=(first, start)) for first in range(threads)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    return _spread(took)


def _vroom(days: Any, jobs: Sequence[Job]) -> float | None:
    if call_vroom.missing():
        return None
    random = Random("windows")
    return round(call_vroom.measure(days, [(job, random.choice(WINDOWS)) for job in jobs[:SOLVES]]), 1)


def claims(figures: dict[str, Any]) -> list[Claim]:
    district, city = figures["district"], figures["city"]
    slow, slowest = district["insertion"]["p99"], district["ejection"]["p99"]
    growth = district["ejection"]["p50"] * city["qualified"] / district["qualified"]
    single, crowded = city["ejection"]["p95"], figures["crowded"]
    found = [
        Claim("call p99, insertion", slow, MOST_MS, "what it may take", 1.0),
        Claim("call p99, with ejections", slowest, MOST_EJECTING_MS, "what it may take", 1.0),
        Claim("call p99, insertion", slow, figures["plain_ms"], "the plain form", LEAST_GAIN),
        Claim("city call p95", single, MOST_CITY_MS, "what it may take", 1.0),
        Claim("city call p50", city["ejection"]["p50"], growth, "by members who may", 1.0),
        Claim(
            "city p95, 8 threads",
            crowded["crowd"]["p95"],
            crowded["alone"]["p95"],
            "one thread",
            MOST_CROWDED,
        ),
    ]
    for name, place, p in (("call p99", district, "p99"), ("city call p95", city, "p95")):
        if place["vroom_ms"] is not None:
            found.append(Claim(name, place["ejection"][p], place["vroom_ms"], "VROOM, a window", 1.0))
    return found


def report(figures: dict[str, Any]) -> str:
    district, city = figures["district"], figures["city"]
    lines = [
        f"{place['members']:,} members, two weeks, {place['visits']:,} visits: p50/p95/p99 "
        f"{_said(place['insertion'])} ms by insertion, {_said(place['ejection'])} with ejections, "
        f"{_said(place['one_day_changed'])} after a day has changed."
        for place in (district, city)
    ]
    if district["vroom_ms"] is None:
        lines.append("VROOM is missing: its solve for each window was not measured.")
    return "\n".join(lines)


def _said(spread: dict[str, float]) -> str:
    return "/".join(f"{value:.1f}" for value in spread.values())
