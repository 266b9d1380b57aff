"""How many callers an office can promise a window, and how far its members drive for it.

Seeded days of 50 and of 70 calls, each caller accepting two of the day's four windows and no other. Beside
every policy stands `offline`: the best of long plans that know all callers beforehand, and promise nothing.
Claims: our own policy accepts at least 96 % of offline's number, drives at most 1.16 times its way for each,
and nobody breaks a promise, as an independent validator counts after every booking.
"""

import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from importlib.util import find_spec
from time import perf_counter
from typing import Any

from benchmarks.booking_book import Book
from benchmarks.booking_days import call_day
from benchmarks.booking_policies import POLICIES, PROMISING, Policy, replanned
from benchmarks.claims import Claim
from handyman.dispatch.city import plan_many
from handyman.dispatch.routing import Plan

CALLS = (50, 70)
WORDS = {"booking": 30, "booking-quick": 5}  # days for each
OFFLINE_ROUNDS, OFFLINE_SEEDS = 400_000, 3
LEAST_ACCEPTED, MOST_TRAVEL = 0.96, 1.16
MISSING = "{} is not installed"

Json = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """What came of some days."""

    days: int
    accepted: int = 0
    travel: int = 0
    broken: int = 0
    decisions: list[float] = field(default_factory=list)
    between: list[float] = field(default_factory=list)

    def figures(self, offline: Json | None = None) -> Json:
        found: Json = {
            "accepted": round(self.accepted / self.days, 2),
            "travel": round(self.travel / max(self.accepted, 1), 2),
            "broken": self.broken,
        }
        if offline is not None:
            found["of_offline"] = round(found["accepted"] / offline["accepted"], 4)
            found["travel_of_offline"] = round(found["travel"] / offline["travel"], 4)
        for name, seconds in (("decision", self.decisions), ("between", self.between)):
            if seconds:
                found[f"{name}_ms"] = {share: _at(seconds, share) for share in (50, 99)}
        return found


def report(chosen: Collection[str]) -> tuple[list[Claim], Json]:
    """Measures, prints a table for each number of calls, and hands the claims over."""
    figures = measure(WORDS["booking" if "booking" in chosen else "booking-quick"])
    for calls, of_calls in figures["calls"].items():
        print(f"\n{calls} calls a day, {figures['days']} days\n{table(of_calls)}")
    return claims(figures), figures


def measure(days: int) -> Json:
    return {"days": days, "calls": {str(calls): _measure(calls, days) for calls in CALLS}}


def _measure(calls: int, days: int) -> Json:
    found = {"offline": offline(calls, days).figures()}
    for policy in POLICIES:
        if policy.needs and find_spec(policy.needs) is None:
            found[policy.name] = {"cannot": MISSING.format(policy.needs)}
        else:
            found[policy.name] = simulate(policy, calls, days).figures(found["offline"])
        print(f"{calls} calls, {policy.name}: {found[policy.name]}", file=sys.stderr, flush=True)
    return found


def simulate(policy: Policy, calls: int, days: int) -> Tally:
    tally = Tally(days)
    for seed in range(1, days + 1):
        day = call_day(calls, seed)
        book = Book(day)
        for caller in day.callers:
            begun = perf_counter()
            decision = policy.decide(book, caller)
            tally.decisions.append(perf_counter() - begun)
            if decision is not None:
                book.promise(caller.id, *decision)
                if policy.between:
                    begun = perf_counter()
                    better = replanned(book, policy.between)
                    tally.between.append(perf_counter() - begun)
                    book.follow(better)
        if policy.evening:
            book.follow(replanned(book, policy.evening))
        tally.accepted += len(book.promised)
        tally.travel += book.travelled()
        tally.broken += book.broken
    return tally


def offline(calls: int, days: int) -> Tally:
    books = [(day, Book(day)) for day in (call_day(calls, seed) for seed in range(1, days + 1))]
    problems = [book.problem(day.callers) for day, book in books]
    best: list[Plan] = []
    for seed in range(OFFLINE_SEEDS):
        plans = list(plan_many(problems, seconds=None, rounds=OFFLINE_ROUNDS, seed=seed))
        best = [new if new.better_than(old) else old for new, old in zip(plans, best or plans, strict=True)]
    accepted = sum(calls - len(plan.unassigned) for plan in best)
    return Tally(days, accepted, sum(plan.travel for plan in best))


def claims(figures: Json) -> list[Claim]:
    found = []
    for calls, of_calls in figures["calls"].items():
        ours, offline, name = of_calls[PROMISING.name], of_calls["offline"], f"{calls} calls a day"
        accepted = (offline["accepted"], ours["accepted"], "ours", round(1 / LEAST_ACCEPTED, 4), "calls")
        found.append(Claim(f"{name}: offline accepts", *accepted))
        travel = (ours["travel"], offline["travel"], "offline", MOST_TRAVEL, "min")
        found.append(Claim(f"{name}: way for each", *travel))
        broken = sum(row.get("broken", 0) for row in of_calls.values())
        found.append(Claim(f"{name}: promises broken", broken, 0, "none", 1.0, ""))
    return found


def table(of_calls: Json) -> str:
    heads = (
        "",
        "accepted",
        "of offline",
        "min each",
        "of offline",
        "in the call p50",
        "p99",
        "between p50",
    )
    return "\n".join(_line(cells) for cells in (heads, *(_cells(*row) for row in of_calls.items())))


def _cells(name: str, row: Json) -> tuple[str, ...]:
    if "cannot" in row:
        return (name, row["cannot"])
    shares = [f"{row[key]:.1%}" if key in row else "" for key in ("of_offline", "travel_of_offline")]
    decision = [f"{row['decision_ms'][share]:.2f} ms" if "decision_ms" in row else "" for share in (50, 99)]
    between = f"{row['between_ms'][50]:.0f} ms" if "between_ms" in row else ""
    return (name, f"{row['accepted']:.2f}", shares[0], f"{row['travel']:.2f}", shares[1], *decision, between)


def _line(cells: tuple[str, ...]) -> str:
    return f"{cells[0]:<27}" + "".join(f"{cell:>17}" for cell in cells[1:])


def _at(seconds: list[float], share: int) -> float:
    """The percentile, in milliseconds."""
    ordered = sorted(seconds)
    return round(1_000 * ordered[min(len(ordered) * share // 100, len(ordered) - 1)], 3)
