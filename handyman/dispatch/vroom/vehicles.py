"""A vehicle of VROOM's JSON, read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handyman.dispatch.problem import Span
from handyman.dispatch.vroom.fields import Field, Members, refuse_twins

ID = 2**63 - 1
VEHICLE = (
    "id", "profile", "description", "start", "start_index", "end", "end_index", "capacity", "costs", "skills",
    "type", "time_window", "breaks", "speed_factor", "max_tasks", "max_travel_time", "steps", "earlier_load",
    "max_service_time",
)  # fmt: skip
STEP = ("type", "id")
NOT_YET = ("service_at", "service_after", "service_before")
HOUR = 3_600


@dataclass(frozen=True, slots=True)
class AskedBreak:
    id: int
    windows: tuple[Span, ...]  # none: at any time
    service: int
    echo: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AskedStep:
    at: int  # place in the list of steps
    id: int  # of a job, or of a break of the vehicle
    is_break: bool


@dataclass(frozen=True, slots=True)
class Costs:
    fixed: int = 0
    per_hour: int = HOUR
    per_km: int = 0

    @property
    def usual(self) -> bool:
        return self.per_hour == HOUR and self.per_km == 0


@dataclass(frozen=True, slots=True)
class AskedVehicle:
    id: int
    profile: str
    kind: str | None
    start: int | None
    end: int | None
    capacity: tuple[int, ...]
    costs: Costs
    skills: frozenset[int]
    hours: Span | None  # none: at any time
    breaks: tuple[AskedBreak, ...]
    speed: float
    max_tasks: int | None
    max_travel: int | None
    max_service: int | None
    earlier_load: int | None
    steps: tuple[AskedStep, ...]  # to begin with
    echo: Mapping[str, Any]


def read_vehicle(vehicle: Field) -> AskedVehicle:
    found = vehicle.members(VEHICLE, unsupported=("max_distance",))
    profile, kind, hours, costs = (found.get(key) for key in ("profile", "type", "time_window", "costs"))
    start, end = found.limit("start_index"), found.limit("end_index")
    for key in ("start", "end"):
        if key in found.fields and f"{key}_index" not in found.fields:
            found.need(key).refuse(f"needs a {key}_index beside it: no routing engine is asked here")
    if start is None and end is None:
        vehicle.refuse("needs a start_index, an end_index, or both")
    return AskedVehicle(
        id=found.need("id").whole(most=ID),
        profile=profile.text() if profile else "car",
        kind=kind.text() if kind else None,
        start=start,
        end=end,
        capacity=found.wholes("capacity"),
        costs=_read_costs(costs) if costs else Costs(),
        skills=frozenset(found.wholes("skills")),
        hours=hours.span() if hours else None,
        breaks=_read_breaks(found),
        speed=_read_speed(found.get("speed_factor")),
        max_tasks=found.limit("max_tasks"),
        max_travel=found.limit("max_travel_time"),
        max_service=found.limit("max_service_time"),
        earlier_load=found.limit("earlier_load"),
        steps=_read_steps(found),
        echo=found.echo("start", "end"),
    )


def _read_costs(costs: Field) -> Costs:
    found = costs.members(("fixed", "per_hour", "per_km", "per_task_hour"))
    if found.whole("per_task_hour", 0):
        found.need("per_task_hour").refuse("is not supported, unless it is 0")
    return Costs(found.whole("fixed", 0), found.whole("per_hour", HOUR), found.whole("per_km", 0))


def _read_breaks(vehicle: Members) -> tuple[AskedBreak, ...]:
    fields = vehicle.items("breaks")
    breaks = []
    for pause in fields:
        found = pause.members(("id", "description", "time_windows", "service"), unsupported=("max_load",))
        breaks.append(
            AskedBreak(
                found.need("id").whole(most=ID),
                found.spans("time_windows"),
                found.whole("service", 0),
                found.echo(),
            )
        )
    refuse_twins(fields, (pause.id for pause in breaks))
    return tuple(breaks)


def _read_speed(factor: Field | None) -> float:
    """Two digits behind the point count, as with VROOM."""
    if factor is None:
        return 1.0
    speed = round(factor.number(0, 5), 2)
    if speed == 0:
        factor.refuse("must be more than 0")
    return speed


def _read_steps(vehicle: Members) -> tuple[AskedStep, ...]:
    steps = []
    for at, step in enumerate(vehicle.items("steps")):
        found = step.members(STEP, unsupported=NOT_YET)
        kind = found.need("type")
        if kind.value not in ("start", "job", "break", "end"):
            kind.refuse("must be start, job, break or end")
        if kind.value in ("job", "break"):
            steps.append(AskedStep(at, found.need("id").whole(most=ID), kind.value == "break"))
    return tuple(steps)
