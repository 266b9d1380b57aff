"""The solvers that an office could take instead, each told the same problem in its own words."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import plan_greedy, plan_ortools, plan_pyvrp
from benchmarks.plan_crews import has_crews, joined, split
from benchmarks.plan_ground import Problem
from handyman.dispatch.cores import cores

Plan = dict[str, Any]
Routes = dict[int, list[int]]  # vehicle -> jobs in their order
RoutesOf = Callable[[Problem, float, int], Routes]
Solver = Callable[[Problem, float, int], Plan]

DEEPEST = 5  # VROOM's highest exploration level: it stops by itself


def solver(name: str) -> Solver:
    """Solves within a budget of seconds."""
    if name == "ours":
        return _ours()
    return partial(_rival, RIVALS[name])


def missing(name: str) -> str:
    """The package that a rival needs and this environment lacks, or nothing."""
    package = PACKAGES.get(name)
    return package if package and find_spec(package) is None else ""


def notes(name: str, problem: Problem) -> str:
    """What has to be said beside the rival's figure for this instance."""
    speaks = name in ("ours", "ortools") or not has_crews(problem)
    return "" if speaks else "crews split, their start fixed"


def _ours() -> Solver:
    from handyman.dispatch import vroom

    def solve(problem: Problem, budget: float, seed: int) -> Plan:
        return vroom.solve({**problem, "options": {"time_limit": budget, "seed": seed}})

    return solve


def _rival(routes_of: RoutesOf, problem: Problem, budget: float, seed: int) -> Plan:
    routes = routes_of(problem, budget, seed)
    return {
        "routes": [
            {"vehicle": vehicle, "steps": [{"type": "job", "id": job} for job in jobs]}
            for vehicle, jobs in sorted(routes.items())
            if jobs
        ]
    }


def _with_crews_split(routes_of: RoutesOf) -> RoutesOf:
    def solve(problem: Problem, budget: float, seed: int) -> Routes:
        if not has_crews(problem):
            return routes_of(problem, budget, seed)
        return joined(problem, routes_of(split(problem), budget, seed))

    return solve


def vroom_routes(problem: Problem, budget: float, _seed: int) -> Routes:
    import vroom

    with TemporaryDirectory() as folder:
        file = Path(folder) / "problem.json"
        file.write_text(json.dumps(problem))
        told = vroom.Input.from_json(file)
    plan = told.solve(DEEPEST, nb_threads=cores(), timeout=timedelta(seconds=budget)).to_dict()
    return {
        route["vehicle"]: [step["id"] for step in route["steps"] if step["type"] == "job"]
        for route in plan["routes"]
    }


RIVALS: dict[str, RoutesOf] = {
    "vroom": _with_crews_split(vroom_routes),
    "pyvrp": _with_crews_split(plan_pyvrp.solve),
    "ortools": plan_ortools.solve,
    "greedy": _with_crews_split(plan_greedy.solve),
}
PACKAGES = {"vroom": "vroom", "pyvrp": "pyvrp", "ortools": "ortools"}
