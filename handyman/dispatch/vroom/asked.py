"""What VROOM's JSON asks for, read strictly: every field is right, or it is named."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handyman.dispatch.problem import Span
from handyman.dispatch.vroom.fields import Field, refuse_twins
from handyman.dispatch.vroom.matrices import Table, read_tables
from handyman.dispatch.vroom.vehicles import ID, AskedVehicle, read_vehicle

JOB = (
    "id", "description", "location", "location_index", "setup", "service", "service_per_type", "delivery",
    "pickup", "amount", "skills", "priority", "time_windows", "crew", "pinned",
)  # fmt: skip
LONGEST_SEARCH = 7 * 24 * 3_600
MOST_ROUNDS = 10**12
MOST_CREW = 1_000
MOST_THREADS = 64


@dataclass(frozen=True, slots=True)
class Pinned:
    """Who must come, and not before when."""

    vehicle: int
    start: int


@dataclass(frozen=True, slots=True)
class AskedJob:
    id: int
    place: int
    setup: int
    service: int
    service_per_type: Mapping[str, int]
    delivery: tuple[int, ...]
    pickup: tuple[int, ...]
    skills: frozenset[int]
    priority: int
    windows: tuple[Span, ...]  # none: at any time
    crew: int
    pinned: Pinned | None
    echo: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    time_limit: float | None = None
    rounds: int | None = None
    seed: int = 0
    threads: int | None = None
    polish: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    jobs: tuple[AskedJob, ...]
    vehicles: tuple[AskedVehicle, ...]
    tables: Mapping[str, Table] = field(default_factory=dict)
    options: Options = Options()

    @property
    def kinds(self) -> int:
        """So many numbers are in each capacity and each load."""
        return len(self.vehicles[0].capacity) if self.vehicles else 0


def read(problem: Mapping[str, Any]) -> Asked:
    root = Field(problem)
    found = root.members(("jobs", "vehicles", "shipments", "matrices", "matrix", "options"))
    if found.items("shipments"):
        found.need("shipments").refuse("is not supported: only jobs are planned")
    vehicle_fields, job_fields = found.need("vehicles").items(), found.need("jobs").items()
    vehicles, jobs = [read_vehicle(one) for one in vehicle_fields], [_read_job(one) for one in job_fields]
    refuse_twins(vehicle_fields, (vehicle.id for vehicle in vehicles))
    refuse_twins(job_fields, (job.id for job in jobs))
    tables = read_tables(found, {vehicle.profile for vehicle in vehicles})
    _check_costs(vehicle_fields, vehicles, tables)
    _check_places(vehicle_fields, vehicles, job_fields, jobs, tables)
    _check_loads(vehicle_fields, vehicles, job_fields, jobs)
    _check_pins(job_fields, jobs, {vehicle.id for vehicle in vehicles})
    _check_steps(vehicle_fields, vehicles, jobs)
    return Asked(tuple(jobs), tuple(vehicles), tables, _read_options(found.get("options")))


def _read_job(job: Field) -> AskedJob:
    found = job.members(JOB, unsupported=("setup_per_type",))
    if "location" in found.fields and "location_index" not in found.fields:
        found.need("location").refuse("needs a location_index beside it: no routing engine is asked here")
    windows = found.spans("time_windows")
    pinned = found.get("pinned")
    plain = "delivery" not in found.fields and "pickup" not in found.fields
    return AskedJob(
        id=found.need("id").whole(most=ID),
        place=found.need("location_index").whole(),
        setup=found.whole("setup", 0),
        service=found.whole("service", 0),
        service_per_type=_read_times(found.get("service_per_type")),
        delivery=found.wholes("amount" if plain else "delivery"),
        pickup=found.wholes("pickup"),
        skills=frozenset(found.wholes("skills")),
        priority=found.whole("priority", 0, most=100),
        windows=windows,
        crew=found.whole("crew", 1, least=1, most=MOST_CREW),
        pinned=_read_pin(pinned, windows) if pinned is not None else None,
        echo=found.echo("location"),
    )


def _read_times(times: Field | None) -> dict[str, int]:
    if times is None:
        return {}
    found = times.members(times.value if isinstance(times.value, Mapping) else ())
    return {kind: seconds.whole() for kind, seconds in found.fields.items()}


def _read_pin(pinned: Field, windows: Sequence[Span]) -> Pinned:
    found = pinned.members(("vehicle", "start"))
    start = found.whole("start", 0)
    if windows and start > max(window.end for window in windows):
        found.need("start").refuse("is later than every time window of the job")
    return Pinned(found.need("vehicle").whole(most=ID), start)


def _read_options(options: Field | None) -> Options:
    if options is None:
        return Options()
    found = options.members(("time_limit", "rounds", "seed", "threads", "polish"))
    limit, rounds, threads, polish = (found.get(key) for key in ("time_limit", "rounds", "threads", "polish"))
    return Options(
        time_limit=limit.number(0, LONGEST_SEARCH) if limit else None,
        rounds=rounds.whole(most=MOST_ROUNDS) if rounds else None,
        seed=found.whole("seed", 0, most=ID),
        threads=threads.whole(least=1, most=MOST_THREADS) if threads else None,
        polish=polish is not None and polish.truth(),
    )


def _check_costs(
    vehicle_fields: Sequence[Field], vehicles: Sequence[AskedVehicle], tables: Mapping[str, Table]
) -> None:
    for field_, vehicle in zip(vehicle_fields, vehicles, strict=True):
        if vehicle.profile not in tables:
            Field(None, field_ / "profile").refuse(f"is {vehicle.profile}, for which there are no matrices")
        table = tables[vehicle.profile]
        if table.costs is not None and not vehicle.costs.usual:
            Field(None, field_ / "costs").refuse(
                f"cannot stand beside {table.path}.costs, which says what each way costs"
            )
        if vehicle.costs.per_km and table.distances is None:
            Field(None, field_ / "costs.per_km").refuse(f"needs {table.path}.distances")


def _check_places(
    vehicle_fields: Sequence[Field],
    vehicles: Sequence[AskedVehicle],
    job_fields: Sequence[Field],
    jobs: Sequence[AskedJob],
    tables: Mapping[str, Table],
) -> None:
    """Every place is a row of every table that is asked for it."""
    for field_, vehicle in zip(vehicle_fields, vehicles, strict=True):
        for key, place in (("start_index", vehicle.start), ("end_index", vehicle.end)):
            _check_place(Field(place, field_ / key), [tables[vehicle.profile]])
    used = [tables[profile] for profile in sorted({vehicle.profile for vehicle in vehicles})]
    for field_, job in zip(job_fields, jobs, strict=True):
        _check_place(Field(job.place, field_ / "location_index"), used)


def _check_place(place: Field, tables: Sequence[Table]) -> None:
    for table in tables:
        if place.value is not None and place.value >= table.size:
            place.refuse(f"is {place.value}, but {table.path} has only the rows 0 to {table.size - 1}")


def _check_loads(
    vehicle_fields: Sequence[Field],
    vehicles: Sequence[AskedVehicle],
    job_fields: Sequence[Field],
    jobs: Sequence[AskedJob],
) -> None:
    """All loads have as many numbers, and all are brought, or all are fetched."""
    kinds = len(vehicles[0].capacity) if vehicles else 0
    for field_, vehicle in zip(vehicle_fields, vehicles, strict=True):
        if len(vehicle.capacity) != kinds:
            Field(None, field_ / "capacity").refuse("must hold as many numbers as that of the first vehicle")
    brought = any(any(job.delivery) for job in jobs)
    for field_, job in zip(job_fields, jobs, strict=True):
        for key, load in (("delivery", job.delivery), ("pickup", job.pickup)):
            if load and vehicles and not kinds:
                Field(None, field_ / key).refuse("needs vehicles that have a capacity")
            if load and vehicles and len(load) != kinds:
                Field(None, field_ / key).refuse(f"must hold as many numbers as each capacity, {kinds}")
        if brought and any(job.pickup):
            Field(None, field_ / "pickup").refuse("is not supported in one problem with deliveries")


def _check_pins(job_fields: Sequence[Field], jobs: Sequence[AskedJob], vehicles: set[int]) -> None:
    for field_, job in zip(job_fields, jobs, strict=True):
        if job.pinned is not None and job.pinned.vehicle not in vehicles:
            Field(None, field_ / "pinned.vehicle").refuse(
                f"is {job.pinned.vehicle}, but no vehicle has this id"
            )


def _check_steps(
    vehicle_fields: Sequence[Field], vehicles: Sequence[AskedVehicle], jobs: Sequence[AskedJob]
) -> None:
    """The routes to begin with name jobs that there are, each as often as it has a crew, and own breaks."""
    room = Counter({job.id: job.crew for job in jobs})
    for field_, vehicle in zip(vehicle_fields, vehicles, strict=True):
        breaks = Counter(pause.id for pause in vehicle.breaks)
        for step in vehicle.steps:
            left, what = (breaks, "break") if step.is_break else (room, "job")
            if left[step.id] == 0:
                Field(None, f"{field_ / 'steps'}[{step.at}].id").refuse(
                    f"is {step.id}, but no such {what} is left"
                )
            left[step.id] -= 1
