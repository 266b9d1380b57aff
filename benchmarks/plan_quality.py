"""How good plans are: ours beside what an office could take instead, on the same machine in the same run.

Ours is our own search alone: nothing of it is polished by PyVRP, which stands beside it as a rival. Everybody
may use all processors: ours and VROOM by threads, PyVRP by one seed on each, the best of which counts; only
OR-Tools has one thread and no seed. NUMBA, OpenMP and the like are held to one thread.
Run: python -m benchmarks plan-quick (8 instances), or plan (all); 1 5 30 behind it choose the seconds.
"""

import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterable
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import time
from typing import Any

from benchmarks import plan_table
from benchmarks.claims import Claim
from benchmarks.plan_ground import Problem
from benchmarks.plan_instances import FULL, QUICK
from benchmarks.plan_rivals import PACKAGES, notes
from benchmarks.plan_score import PlanFaultError, score
from handyman.dispatch.cores import cores

ROOT = Path(__file__).parents[1]
SOLVERS = ("ours", "vroom", "pyvrp", "ortools", "greedy")
BUDGETS = (1, 5, 30)
SEED = 1
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
WORDS = {"plan": tuple(FULL), "plan-quick": QUICK}
PATIENCE = 600  # seconds beyond the budget, for imports and compiling, before a solver counts as hung

Result = dict[str, Any]


def report(chosen: Collection[str], words: Iterable[str], file: Path) -> list[Claim]:
    """Measures, prints the table and its summary, and hands the claims over. Bare figures are budgets."""
    names = WORDS["plan" if "plan" in chosen else "plan-quick"]
    budgets = [int(word) for word in words if word.isdecimal()] or BUDGETS
    figures = measure(names, budgets, file, anew="anew" in words)
    print(
        f"{len(names)} problems planned by {', '.join(SOLVERS)}; one at a time, each on {cores()} processors."
    )
    print(f"\n{plan_table.table(figures)}\n\n{plan_table.summary(figures)}")
    return plan_table.claims(figures)


def measure(
    names: Iterable[str],
    budgets: Iterable[int],
    file: Path,
    solvers: Iterable[str] = SOLVERS,
    anew: bool = False,
) -> dict[str, Any]:
    """Instance -> budget -> solver -> result. One process at a time; `file` keeps each result at once.

    A result is taken from the file as long as neither its instance nor its solver has changed.
    """
    kept = json.loads(file.read_text()) if file.exists() and not anew else {}
    chosen: dict[str, Any] = {}
    for name in names:
        problem = FULL[name]()
        for budget in budgets:
            row = chosen.setdefault(name, {}).setdefault(str(budget), {})
            for solver in solvers:
                row[solver] = _kept_or_new(kept, file, (name, str(budget), solver), problem)
    return chosen


def _kept_or_new(kept: dict[str, Any], file: Path, key: tuple[str, str, str], problem: Problem) -> Result:
    name, budget, solver = key
    row = kept.setdefault(name, {}).setdefault(budget, {})
    of = _fingerprint(solver, json.dumps(problem))
    if row.get(solver, {}).get("of") != of or "failed" in row[solver]:
        row[solver] = {"of": of, "at": round(time()), **result(solver, problem, int(budget))}
        file.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
        print(f"{name} {budget} s {solver}: {_said(row[solver])}", file=sys.stderr, flush=True)
    return row[solver]


def result(solver: str, problem: Problem, budget: int) -> Result:
    """One solve in a fresh process, judged: the score, or why there is none."""
    order = json.dumps({"solver": solver, "problem": problem, "budget": budget, "seed": SEED})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.plan_solve"],
            cwd=ROOT, env={**os.environ, **ONE_THREAD}, input=order, capture_output=True, text=True,
            timeout=2 * budget + PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"failed": "did not stop"}
    if done.returncode != 0:
        return {"failed": (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1][:200]}
    return judged(problem, json.loads(done.stdout.splitlines()[-1]), notes(solver, problem))


def judged(problem: Problem, answer: dict[str, Any], note: str) -> Result:
    if "cannot" in answer:
        return {"cannot": answer["cannot"]}
    try:
        worth = score(problem, answer["plan"])
    except PlanFaultError as fault:
        return {"failed": f"unsound plan: {fault}"}
    return {
        "priority": worth.priority,
        "unserved": worth.unserved,
        "cost": worth.cost,
        "seconds": round(answer["seconds"], 3),
        "cpu": round(answer["cpu"], 3),
        **({"note": note} if note else {}),
    }


def _said(found: Result) -> str:
    if "cost" in found:
        return f"{found['unserved']} unserved, cost {found['cost']}, in {found['seconds']:.1f} s"
    return str(found.get("failed") or found.get("cannot"))


def _fingerprint(solver: str, problem: str) -> str:
    return sha256(f"{_solver_version(solver)} {problem}".encode()).hexdigest()[:16]


@cache
def _solver_version(solver: str) -> str:
    """Changes whenever the solver, or the way we ask it, does."""
    here = Path(__file__).parent
    asking = [here / f"plan_{part}.py" for part in ("rivals", "crews", "solve", solver)]
    ours = sorted((ROOT / "handyman" / "dispatch").rglob("*.py"))
    sources = [file for file in (ours if solver == "ours" else asking) if file.exists()]
    told = sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()
    try:
        return f"{told} {version(DISTRIBUTIONS[solver])}" if solver in PACKAGES else told
    except PackageNotFoundError:
        return f"{told} absent"


DISTRIBUTIONS = {"vroom": "pyvroom", "pyvrp": "pyvrp", "ortools": "ortools"}
