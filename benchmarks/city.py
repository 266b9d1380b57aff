"""A city planned as districts that know nothing of each other, by one process and by two.

Claims: two processes on two cores take at most 0.6 of the time of one, from the first line read to the last
plan written; and every plan is the one that its district gets when it is planned alone, by the same rounds.
"""

import json
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from benchmarks.claims import Claim
from benchmarks.plan_days import our_day
from benchmarks.plan_ground import Problem

ROOT = Path(__file__).parents[1]
WORDS = {"city": 25, "city-quick": 8}  # districts
MEMBERS, VISITS, ROUNDS = 40, 200, 50_000
PROCESSES = (1, 2)
RUNS = 2  # of each, in turns; the quicker one counts

Json = dict[str, Any]


def report(chosen: Collection[str]) -> tuple[list[Claim], Json]:
    figures = measure(WORDS["city" if "city" in chosen else "city-quick"])
    told = f"{figures['districts']} districts of {MEMBERS} members and {VISITS} visits: one process needs"
    one, two = figures["seconds"]["1"], figures["seconds"]["2"]
    print(f"{told} {one:.1f} s, two need {two:.1f} s; {figures['unserved']} visits are left out.")
    return claims(figures), figures


def measure(districts: int) -> Json:
    city = [_district(seed) for seed in range(1, districts + 1)]
    seconds: dict[int, list[float]] = {processes: [] for processes in PROCESSES}
    plans: dict[int, list[Json]] = {}
    _plan(city[:1], 1)  # lets the search be compiled
    for _ in range(RUNS):
        for processes in PROCESSES:
            begun = time.perf_counter()
            plans[processes] = _plan(city, processes)
            seconds[processes].append(time.perf_counter() - begun)
    alone = [_plan([problem])[0] for problem in city]
    return {
        "districts": districts,
        "rounds": ROUNDS,
        "seconds": {str(processes): round(min(found), 2) for processes, found in seconds.items()},
        "unserved": sum(plan["summary"]["unassigned"] for plan in alone),
        "cost": {
            "alone": _cost(alone),
            **{str(processes): _cost(found) for processes, found in plans.items()},
        },
        "other_plans": sum(
            plan["routes"] != other["routes"] for plan, other in zip(plans[2], alone, strict=True)
        ),
    }


def claims(figures: Json) -> list[Claim]:
    seconds, cost = figures["seconds"], figures["cost"]
    return [
        Claim("a city by two processes", seconds["2"], seconds["1"], "by one process", 0.6, "s"),
        Claim("its cost", cost["2"], cost["alone"], "each district alone", 1.0, "s"),
        Claim("its plans that differ", figures["other_plans"], 0, "each district alone", 1.0, ""),
    ]


def _district(seed: int) -> Problem:
    return {**our_day(VISITS, seed, members=MEMBERS), "options": {"rounds": ROUNDS, "seed": seed}}


def _plan(city: list[Problem], processes: int | None = None) -> list[Json]:
    """By the planner's own command; without a number of processes, one district alone."""
    many = [] if processes is None else ["--many", "--processes", str(processes)]
    done = subprocess.run(
        [sys.executable, "-m", "handyman.dispatch", *many],
        input="".join(f"{json.dumps(problem)}\n" for problem in city),
        capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def _cost(plans: list[Json]) -> int:
    return sum(plan["summary"]["cost"] for plan in plans)
