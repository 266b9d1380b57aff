"""VROOM's JSON, in and out, so that its problems run here and its tools can check our plans."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from handyman.dispatch.plan import plan
from handyman.dispatch.problem import Span
from handyman.dispatch.routing import Crew, Person, Problem, Vehicle, Visit
from handyman.dispatch.rules import ROAD_ONLY


def solve(problem: Mapping[str, Any]) -> dict[str, Any]:
    made = _tmp(problem)
    options = problem.get("options", {})
    found = plan(made, seconds=options.get("time_limit", 5), seed=options.get("seed", 0))
    return {
        "summary": {"cost": found.cost, "unassigned": len(found.unassigned), "rounds": found.rounds},
        "unassigned": [{"id": v} for v in found.unassigned],
        "routes": [
            {
                "vehicle": r.vehicle,
                "steps": [{"type": "job", "id": s.visit, "arrival": s.start} for s in r.stops],
            }
            for r in found.routes
        ],
    }


def _tmp(j):
    visits = tuple(
        Visit(
            x["id"],
            x["location_index"],
            x.get("service", 0),
            tuple(Span(*w) for w in x.get("time_windows", [])) or (Span(0, 10**8),),
            tuple(Crew(frozenset(map(str, x.get("skills", [])))) for _ in range(x.get("crew", 1))),
            x.get("setup", 0),
            priority=x.get("priority", 0),
        )
        for x in j["jobs"]
    )
    vehicles = tuple(
        Vehicle(
            x["id"],
            x["id"],
            x.get("start_index"),
            x.get("end_index"),
            hours=Span(*x.get("time_window", (0, 10**8))),
            skills=frozenset(map(str, x.get("skills", []))),
            profile=x.get("profile", "car"),
            max_service=x.get("max_service_time"),
        )
        for x in j["vehicles"]
    )
    people = tuple(Person(x["id"]) for x in j["vehicles"])
    return Problem(
        visits,
        vehicles,
        people,
        {k: np.array(m["durations"]) for k, m in j["matrices"].items()},
        weights=ROAD_ONLY,
    )
