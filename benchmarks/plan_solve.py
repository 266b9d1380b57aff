"""A solve in a fresh process: an order as JSON on standard input, the plan and its seconds on the last line.

The imports, and a first solve of two jobs that lets ours be compiled, are over before the clock starts: for
nobody do they count. Everybody may use all processors for the whole budget.
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import ExitStack
from multiprocessing import get_context
from time import perf_counter, process_time
from typing import Any

from benchmarks.plan_ground import Problem
from benchmarks.plan_rivals import Plan, missing, solver
from benchmarks.plan_score import score
from handyman.dispatch.cores import cores

SEEDED = ("pyvrp",)

TINY = {
    "vehicles": [{"id": 1, "profile": "car", "start_index": 0, "end_index": 0, "time_window": [0, 9_000]}],
    "jobs": [{"id": number, "location_index": number, "service": 60} for number in (1, 2)],
    "matrices": {"car": {"durations": [[0, 60, 90], [60, 0, 70], [90, 70, 0]]}},
}


def answer(order: dict[str, Any]) -> dict[str, Any]:
    if lacking := missing(order["solver"]):
        return {"cannot": f"{lacking} is not installed"}
    if order["solver"] in SEEDED:
        return _best_of_seeds(order)
    solve = solver(order["solver"])
    solve(TINY, 1, 1)
    begun, worked = perf_counter(), process_time()
    plan = solve(order["problem"], order["budget"], order["seed"])
    return {"plan": plan, "seconds": perf_counter() - begun, "cpu": process_time() - worked}


def _best_of_seeds(order: dict[str, Any]) -> dict[str, Any]:
    """Who has one thread only gets every processor all the same: each tries another seed."""
    seeds = range(order["seed"], order["seed"] + cores())
    with ExitStack() as stack:
        pools = [stack.enter_context(ProcessPoolExecutor(1, get_context("spawn"))) for _ in seeds]
        wait([pool.submit(_one, order["solver"], TINY, 1, 1) for pool in pools])
        begun = perf_counter()
        asked = [
            pool.submit(_one, order["solver"], order["problem"], order["budget"], seed)
            for pool, seed in zip(pools, seeds, strict=True)
        ]
        found = [one.result() for one in asked]
        seconds = perf_counter() - begun
    plan = min((plan for plan, _ in found), key=lambda plan: score(order["problem"], plan))
    return {"plan": plan, "seconds": seconds, "cpu": sum(cpu for _, cpu in found)}


def _one(name: str, problem: Problem, budget: float, seed: int) -> tuple[Plan, float]:
    worked = process_time()
    return solver(name)(problem, budget, seed), process_time() - worked


if __name__ == "__main__":
    print(json.dumps(answer(json.load(sys.stdin))))
