"""How much of a plan is there soon: days of 60 visits after 2 seconds, beside what 30 seconds give.

Claim: on each day as many visits are served, and the cost is at most 1 % higher. Each plan is made in a
process of its own, as in `plan_quality`, and judged by the bench's own scorer.
"""

import sys
from collections.abc import Collection
from functools import partial
from typing import Any

from benchmarks.claims import Claim
from benchmarks.plan_days import our_day
from benchmarks.plan_quality import result

WORDS = ("plan-anytime",)
SOON, LATE = 2, 30
VISITS = 60
DAYS = {
    f"our-day-{VISITS} {letter}": partial(our_day, VISITS, seed) for seed, letter in enumerate("abcde", 5)
}
MOST = 1.01

Json = dict[str, Any]


def report(_chosen: Collection[str]) -> tuple[list[Claim], Json]:
    figures = measure()
    print(f"{len(figures)} days of {VISITS} visits, planned for {SOON} and for {LATE} seconds.")
    return claims(figures), figures


def measure() -> Json:
    """Day -> seconds -> result."""
    figures: Json = {}
    for name, make in DAYS.items():
        for seconds in (SOON, LATE):
            found = figures.setdefault(name, {})[str(seconds)] = result("ours", make(), seconds)
            print(f"{name} {seconds} s: {found}", file=sys.stderr, flush=True)
    return figures


def claims(figures: Json) -> list[Claim]:
    found = []
    against = f"after {LATE} s"
    for name, day in figures.items():
        soon, late = day[str(SOON)], day[str(LATE)]
        found.append(Claim(f"{name}: left out", soon["unserved"], late["unserved"], against, 1.0, ""))
        found.append(Claim(f"{name}: cost after {SOON} s", soon["cost"], late["cost"], against, MOST, "s"))
    return found
