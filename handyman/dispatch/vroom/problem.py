"""What was asked, in the words of `routing.py`. Jobs and vehicles are numbered by their rows."""

from collections.abc import Iterable
from dataclasses import replace
from math import ceil, lcm, log2

import numpy as np
from numpy.typing import NDArray

from handyman.dispatch.problem import Span
from handyman.dispatch.routing import (
    Crew,
    Pause,
    Person,
    Plan,
    PlannedRoute,
    PlannedStop,
    Problem,
    Vehicle,
    Visit,
)
from handyman.dispatch.rules import ROAD_ONLY, Weights
from handyman.dispatch.vroom.asked import Asked, AskedJob
from handyman.dispatch.vroom.vehicles import HOUR, AskedVehicle

EVER = Span(0, 2**39)  # VROOM's time begins at 0
DEAREST = 2**36  # a leg that costs more comes too near to what the search takes for never
SLIGHT = 0.5  # seconds: all fairness together never pays for a second on the road


def problem_of(asked: Asked) -> Problem:
    alike = {_profile(vehicle): vehicle for vehicle in asked.vehicles}
    travel = {profile: _travel(asked, vehicle) for profile, vehicle in alike.items()}
    cost = {profile: _cost(asked, vehicle) for profile, vehicle in alike.items()}
    scale, wish = _scale(asked, cost.values()), _wish(asked)
    return Problem(
        visits=tuple(_visit(asked, row, job) for row, job in enumerate(asked.jobs)),
        vehicles=tuple(_vehicle(row, vehicle, scale) for row, vehicle in enumerate(asked.vehicles)),
        people=tuple(
            Person(row, vehicle.earlier_load or 0, wish=wish) for row, vehicle in enumerate(asked.vehicles)
        ),
        travel=travel,
        cost={profile: table * scale for profile, table in cost.items()},
        weights=_weights(asked, scale),
    )


def held(asked: Asked) -> frozenset[int]:
    """Jobs that are pinned to a start: none is later than it must be."""
    return frozenset(row for row, job in enumerate(asked.jobs) if job.pinned is not None and job.pinned.start)


def standing_of(asked: Asked) -> Plan | None:
    """The routes that the vehicles' steps describe: where the search begins."""
    rows = {job.id: row for row, job in enumerate(asked.jobs)}
    seats = {job.id: list(range(job.crew)) for job in asked.jobs}
    routes = []
    for at, vehicle in enumerate(asked.vehicles):
        breaks = {pause.id: place for place, pause in enumerate(vehicle.breaks)}
        stops = []
        for step in vehicle.steps:
            if step.is_break:
                stops.append(PlannedStop(breaks[step.id], 0, is_break=True))
                continue
            pinned = asked.jobs[rows[step.id]].pinned
            first = pinned is None or pinned.vehicle == vehicle.id
            stops.append(PlannedStop(rows[step.id], 0, seats[step.id].pop(0 if first else -1)))
        routes.append(PlannedRoute(at, tuple(stops)))
    return Plan(tuple(routes)) if any(route.stops for route in routes) else None


def _visit(asked: Asked, row: int, job: AskedJob) -> Visit:
    first = Crew(_skills(job) | ({_badge(job.pinned.vehicle)} if job.pinned else frozenset()))
    return Visit(
        id=row,
        place=job.place,
        service=job.service,
        windows=_windows(job),
        crew=(first, *(Crew(_skills(job)) for _ in range(job.crew - 1))),
        setup=job.setup,
        promised=job.pinned is not None,
        priority=0 if job.pinned is not None else _rank(asked, job),
        amount=job.delivery or job.pickup,
        service_by_person={
            at: job.service_per_type[vehicle.kind]
            for at, vehicle in enumerate(asked.vehicles)
            if vehicle.kind is not None and vehicle.kind in job.service_per_type
        },
        allowed=job.crew <= len(asked.vehicles),
    )


def _windows(job: AskedJob) -> tuple[Span, ...]:
    earliest = job.pinned.start if job.pinned is not None else 0
    windows = job.windows or (EVER,)
    if earliest and any(window.start <= earliest <= window.end for window in windows):
        return (Span(earliest, earliest),)
    return tuple(
        Span(max(window.start, earliest), window.end) for window in windows if window.end >= earliest
    )


def _rank(asked: Asked, job: AskedJob) -> int:
    """One job of more priority outweighs any number of less: first what is left out, then how many."""
    return job.priority * (len(asked.jobs) + 1)


def _skills(job: AskedJob) -> frozenset[str]:
    return frozenset(map(str, job.skills))


def _badge(vehicle: int) -> str:
    """The skill to be this very vehicle."""
    return f"vehicle {vehicle}"


def _vehicle(row: int, vehicle: AskedVehicle, scale: float) -> Vehicle:
    return Vehicle(
        id=row,
        person=row,
        start=vehicle.start,
        end=vehicle.end,
        shifts=(EVER,),
        hours=vehicle.hours or EVER,
        breaks=tuple(
            Pause(at, pause.windows or (EVER,), pause.service) for at, pause in enumerate(vehicle.breaks)
        ),
        skills=frozenset(map(str, vehicle.skills)) | {_badge(vehicle.id)},
        profile=_profile(vehicle),
        max_tasks=vehicle.max_tasks,
        max_travel=vehicle.max_travel,
        max_service=vehicle.max_service,
        capacity=vehicle.capacity,
        fixed_cost=vehicle.costs.fixed * scale,
    )


def _profile(vehicle: AskedVehicle) -> str:
    """Vehicles of one profile that drive and cost differently have tables of their own."""
    return f"{vehicle.profile} {vehicle.speed} {vehicle.costs.per_hour} {vehicle.costs.per_km}"


def _used(asked: Asked) -> int:
    """So many rows of every table are asked for, and no more."""
    ends = (place for vehicle in asked.vehicles for place in (vehicle.start, vehicle.end))
    return 1 + max([*(job.place for job in asked.jobs), *(place for place in ends if place is not None)])


def _travel(asked: Asked, vehicle: AskedVehicle) -> NDArray[np.int64]:
    used = _used(asked)
    durations = asked.tables[vehicle.profile].durations[:used, :used]
    return -(-durations * 100 // round(vehicle.speed * 100))  # a second begun counts whole


def _cost(asked: Asked, vehicle: AskedVehicle) -> NDArray[np.float64]:
    """By the time on the road before any second is rounded up, as VROOM counts."""
    used, table, costs = _used(asked), asked.tables[vehicle.profile], vehicle.costs
    if table.costs is not None:
        return table.costs[:used, :used].astype(np.float64)
    cost = table.durations[:used, :used] * (costs.per_hour / HOUR / vehicle.speed)
    if costs.per_km and table.distances is not None:
        cost += table.distances[:used, :used] * (costs.per_km / 1_000)
    return cost.astype(np.float64)


def _scale(asked: Asked, tables: Iterable[NDArray[np.float64]]) -> float:
    """A power of two that makes even the dearest leg cheap enough to be told from never."""
    dearest = max([1.0, *(float(table.max()) for table in tables), *(v.costs.fixed for v in asked.vehicles)])
    return 2.0 ** -max(0, ceil(log2(dearest / DEAREST)))


def _weights(asked: Asked, scale: float) -> Weights:
    """Whole numbers throughout, so that sums are exact; pins outweigh all the rest together."""
    crew = lcm(*(job.crew for job in asked.jobs))
    everything = crew * sum(1 + _rank(asked, job) for job in asked.jobs)
    weights = replace(ROAD_ONLY, unserved=float(crew), promised=float(crew * (everything + 1)))
    if all(vehicle.earlier_load is None for vehicle in asked.vehicles):
        return weights
    return replace(weights, full_month=SLIGHT * scale / max(_work(asked), 1), usual_job=1.0)


def _wish(asked: Asked) -> int:
    """Nobody comes to more: the burden grows evenly with what somebody has done already."""
    return max((vehicle.earlier_load or 0 for vehicle in asked.vehicles), default=0) + max(_work(asked), 1)


def _work(asked: Asked) -> int:
    return sum(job.crew * max(job.service, *job.service_per_type.values(), 0) for job in asked.jobs)
