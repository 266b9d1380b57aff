"""A plan in VROOM's JSON."""

from typing import Any

from handyman.dispatch.polish import Polished
from handyman.dispatch.routing import Plan, Problem
from handyman.dispatch.vroom.asked import Asked
from handyman.dispatch.vroom.driven import Driven
from handyman.dispatch.walk import Walk, served_by

Json = dict[str, Any]


def answer(asked: Asked, told: Problem, plan: Plan, *, loading: float, solving: float) -> Json:
    walk = Walk(told, plan)
    driven = [Driven(asked, walk, route) for route in plan.routes]
    routes = [_route(asked, one) for one in driven]
    served = served_by(plan)
    unassigned = [job for row, job in enumerate(asked.jobs) if row not in served]
    cost = int(sum(one.cost() for one in driven))  # rounded down, as VROOM does
    summary = {"cost": cost, "routes": len(routes), "unassigned": len(unassigned), **_sums(routes)}
    for load in ("delivery", "pickup") if asked.kinds else ():
        summary[load] = [sum(amounts) for amounts in zip(*(route[load] for route in routes), strict=True)]
        summary[load] = summary[load] or [0] * asked.kinds
    summary["priority"] = sum(asked.jobs[row].priority for row in served)  # a crew counts once
    summary["violations"] = []
    summary["computing_times"] = {"loading": round(loading * 1_000), "solving": round(solving * 1_000)}
    return {
        "code": 0,
        "summary": summary,
        "unassigned": [
            {"id": job.id, "location_index": job.place, "type": "job", **job.echo} for job in unassigned
        ],
        "routes": routes,
    }


def said_of(polished: Polished) -> Json:
    """Whether the plan was polished and is better for it, or why it was not."""
    if polished.obstacle is not None:
        return {"used": False, "why": str(polished.obstacle)}
    return {"used": True, "better": polished.better}


def _sums(routes: list[Json]) -> Json:
    sums: Json = {
        key: sum(route[key] for route in routes) for key in ("setup", "service", "duration", "waiting_time")
    }
    if any("distance" in route for route in routes):
        sums["distance"] = sum(route.get("distance", 0) for route in routes)
    return sums


def _route(asked: Asked, driven: Driven) -> Json:
    steps = driven.steps()
    route: Json = {"vehicle": driven.vehicle.id, "cost": int(driven.cost())}
    if asked.kinds:
        route |= {"delivery": driven.total("delivery"), "pickup": driven.total("pickup")}
    route |= {key: sum(step[key] for step in steps) for key in ("setup", "service", "waiting_time")}
    route["priority"] = sum(job.priority for job in driven.jobs)
    route |= {key: steps[-1][key] for key in ("duration", "distance") if key in steps[-1]}
    if "description" in driven.vehicle.echo:
        route["description"] = driven.vehicle.echo["description"]
    return {**route, "steps": steps, "violations": []}
