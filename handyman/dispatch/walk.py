"""A plan read as a person would read it: stop after stop, with the clock in hand.

A break is taken where the vehicle happens to be; the way goes on after it. Setting up is work, and is needed
wherever the stop before was at another place.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from handyman.dispatch.routing import Pause, Plan, PlannedRoute, PlannedStop, Problem, Vehicle, Visit


@dataclass(frozen=True, slots=True)
class Step:
    """A stop with the way to it: when the vehicle can be there and when it is done."""

    stop: PlannedStop
    task: Visit | Pause
    way: int
    setup: int
    service: int
    there: int  # at the earliest, when all before is done as planned

    @property
    def done(self) -> int:
        return self.stop.start + self.setup + self.service


class Walk:
    """A plan beside the problem. Every vehicle, visit and break in it must be the problem's."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.visits = {visit.id: visit for visit in problem.visits}
        self.vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
        self.doors: dict[int, list[tuple[Vehicle, PlannedStop]]] = defaultdict(list)
        for route in plan.routes:
            for stop in route.stops:
                if not stop.is_break:
                    self.doors[stop.visit].append((self.vehicles[route.vehicle], stop))

    def steps(self, route: PlannedRoute) -> Iterator[Step]:
        vehicle = self.vehicles[route.vehicle]
        here, clock = vehicle.start, vehicle.hours.start
        for stop in route.stops:
            if stop.is_break:
                pause = next(pause for pause in vehicle.breaks if pause.id == stop.visit)
                step = Step(stop, pause, 0, 0, pause.minutes, clock)
            else:
                visit = self.visits[stop.visit]
                way = self.way(vehicle, here, visit.place)
                setup = visit.setup if here != visit.place else 0
                step = Step(stop, visit, way, setup, minutes_of(visit, vehicle.person), clock + way)
                here = visit.place
            clock = step.done
            yield step

    def way(self, vehicle: Vehicle, here: int | None, there: int | None) -> int:
        if here is None or there is None:
            return 0
        return int(self.problem.travel[vehicle.profile][here, there])

    def home(self, route: PlannedRoute) -> int:
        """The way from the last visit to the end; who visits nobody has not left."""
        vehicle = self.vehicles[route.vehicle]
        places = [self.visits[stop.visit].place for stop in route.stops if not stop.is_break]
        return self.way(vehicle, places[-1], vehicle.end) if places else 0

    def worked(self) -> dict[int, int]:
        """Service of each person."""
        worked: dict[int, int] = defaultdict(int)
        for number, stops in self.doors.items():
            for vehicle, _ in stops:
                worked[vehicle.person] += minutes_of(self.visits[number], vehicle.person)
        return worked


def minutes_of(visit: Visit, person: int) -> int:
    """Service, as long as this person takes."""
    return visit.service_by_person.get(person, visit.service)


def served_by(plan: Plan) -> set[int]:
    return {stop.visit for route in plan.routes for stop in route.stops if not stop.is_break}
