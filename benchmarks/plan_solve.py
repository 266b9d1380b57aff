"""A solve in a fresh process: an order as JSON on standard input, the plan and its seconds on the last line.

The imports, and a first solve of two jobs that lets ours be compiled, are over before the clock starts: for
nobody do they count.
"""

import json
import sys
from time import perf_counter, process_time
from typing import Any

from benchmarks.plan_rivals import missing, solver

TINY = {
    "vehicles": [{"id": 1, "profile": "car", "start_index": 0, "end_index": 0, "time_window": [0, 9_000]}],
    "jobs": [{"id": number, "location_index": number, "service": 60} for number in (1, 2)],
    "matrices": {"car": {"durations": [[0, 60, 90], [60, 0, 70], [90, 70, 0]]}},
}


def answer(order: dict[str, Any]) -> dict[str, Any]:
    if lacking := missing(order["solver"]):
        return {"cannot": f"{lacking} is not installed"}
    solve = solver(order["solver"])
    solve(TINY, 1, 1)
    begun, worked = perf_counter(), process_time()
    plan = solve(order["problem"], order["budget"], order["seed"])
    return {"plan": plan, "seconds": perf_counter() - begun, "cpu": process_time() - worked}


if __name__ == "__main__":
    print(json.dumps(answer(json.load(sys.stdin))))
