"""One route as it is driven: step after step, with what is behind the vehicle and what is in it."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from handyman.dispatch.routing import PlannedRoute
from handyman.dispatch.vroom.asked import Asked
from handyman.dispatch.vroom.vehicles import HOUR
from handyman.dispatch.walk import Step, Walk

Json = dict[str, Any]


class Driven:
    def __init__(self, asked: Asked, walk: Walk, route: PlannedRoute) -> None:
        self.asked = asked
        self.vehicle = asked.vehicles[route.vehicle]
        self.table = asked.tables[self.vehicle.profile]
        self.stops = list(walk.steps(route))
        self.home = walk.home(route)
        self.jobs = [asked.jobs[stop.stop.visit] for stop in self.stops if not stop.stop.is_break]
        self.place = self.jobs[0].place if self.vehicle.start is None else self.vehicle.start
        self.begun = self.vehicle.start is not None  # without a start, the first job is where it begins
        self.duration = self.distance = 0
        self.load = self.total("delivery")

    def steps(self) -> list[Json]:
        """VROOM's steps: `duration` and `distance` are behind the vehicle, with `load` it leaves."""
        clock = self.stops[0].stop.start - self.stops[0].way
        steps = [self._step("start", clock, {"location_index": self.place}, self._echo("start"))]
        for stop in self.stops:
            steps.append(self._break(stop, clock) if stop.stop.is_break else self._job(stop, clock))
            clock = stop.done
        if self.vehicle.end is not None:
            self._go(self.vehicle.end, self.home)
        return [
            *steps,
            self._step("end", clock + self.home, {"location_index": self.place}, self._echo("end")),
        ]

    def cost(self) -> Fraction:
        costs, places = self.vehicle.costs, [self.vehicle.start, *(job.place for job in self.jobs)]
        total = Fraction(costs.fixed)
        for here, there in pairwise([*places, self.vehicle.end]):
            if here is None or there is None:
                continue
            if self.table.costs is not None:
                total += int(self.table.costs[here, there])
                continue
            seconds = Fraction(int(self.table.durations[here, there]) * 100, round(self.vehicle.speed * 100))
            total += seconds * costs.per_hour / HOUR
            if costs.per_km and self.table.distances is not None:
                total += Fraction(int(self.table.distances[here, there]) * costs.per_km, 1_000)
        return total

    def total(self, load: str) -> list[int]:
        loads = [getattr(job, load) for job in self.jobs if getattr(job, load)]
        return [sum(load[kind] for load in loads) for kind in range(self.asked.kinds)]

    def _job(self, stop: Step, clock: int) -> Json:
        job = self.asked.jobs[stop.stop.visit]
        self._go(job.place, stop.way)
        for kind in range(self.asked.kinds):
            self.load[kind] += (job.pickup[kind] if job.pickup else 0) - (
                job.delivery[kind] if job.delivery else 0
            )
        names = {"id": job.id, "location_index": job.place}
        return self._step("job", clock + stop.way, names, job.echo, stop)

    def _break(self, stop: Step, clock: int) -> Json:
        pause = self.vehicle.breaks[stop.stop.visit]
        self.duration += stop.way  # its distance is counted where the way ends
        return self._step("break", clock + stop.way, {"id": pause.id}, pause.echo, stop)

    def _go(self, there: int, way: int) -> None:
        self.duration += way
        if self.begun and self.table.distances is not None:
            self.distance += int(self.table.distances[self.place, there])
        self.place, self.begun = there, True

    def _step(
        self, kind: str, arrival: int, names: Json, echo: Mapping[str, Any], stop: Step | None = None
    ) -> Json:
        step: Json = {"type": kind, **names, **echo}
        step["setup"], step["service"] = (stop.setup, stop.service) if stop else (0, 0)
        step["waiting_time"] = stop.stop.start - arrival if stop else 0
        if self.asked.kinds:
            step["load"] = list(self.load)
        step |= {"arrival": arrival, "duration": self.duration, "violations": []}
        if self.table.distances is not None:
            step["distance"] = self.distance
        return step

    def _echo(self, end: str) -> Json:
        return {"location": self.vehicle.echo[end]} if end in self.vehicle.echo else {}
