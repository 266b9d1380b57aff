"""A plan read as a person would read it: stop after stop, with the clock in hand.

A break may interrupt a way: it is driven after the break as far as there is time, the rest before it. Setting
up is work, and is needed wherever the stop before was at another place.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from handyman.dispatch.routing import Pause, Plan, PlannedRoute, PlannedStop, Problem, Vehicle, Visit


@dataclass(frozen=True, slots=True)
class Step:
    """A stop with the way driven right before it: when the vehicle is there and when it is done."""

    stop: PlannedStop
    task: Visit | Pause
    way: int
    setup: int
    service: int
    there: int  # when all before is done as planned; of a break, when it could begin at the earliest

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
            for stop in route.visits:
                self.doors[stop.visit].append((self.vehicles[route.vehicle], stop))

    def steps(self, route: PlannedRoute) -> Iterator[Step]:
        vehicle = self.vehicles[route.vehicle]
        here, clock, driven = vehicle.start, vehicle.hours.start, 0
        for at, stop in enumerate(route.stops):
            if stop.is_break:
                pause = self._pause(vehicle, stop)
                way = min(max(self._needed(route, at, here) - driven, 0), max(stop.start - clock, 0))
                step = Step(stop, pause, way, 0, pause.minutes, clock)
                driven += way
            else:
                visit = self.visits[stop.visit]
                way = self.way(vehicle, here, visit.place) - driven
                setup = visit.setup if here != visit.place else 0
                step = Step(stop, visit, way, setup, minutes_of(visit, vehicle.person), clock + way)
                here, driven = visit.place, 0
            clock = step.done
            yield step

    def _needed(self, route: PlannedRoute, at: int, here: int | None) -> int:
        """How much of the way on must be driven before the break at this place of the route."""
        vehicle = self.vehicles[route.vehicle]
        until, place = vehicle.hours.end, vehicle.end if route.visits else here
        free = -route.stops[at].start - self._pause(vehicle, route.stops[at]).minutes
        for stop in route.stops[at + 1 :]:
            if not stop.is_break:
                until, place = stop.start, self.visits[stop.visit].place
                break
            free -= self._pause(vehicle, stop).minutes
        return self.way(vehicle, here, place) - max(until + free, 0)

    def _pause(self, vehicle: Vehicle, stop: PlannedStop) -> Pause:
        return next(pause for pause in vehicle.breaks if pause.id == stop.visit)

    def way(self, vehicle: Vehicle, here: int | None, there: int | None) -> int:
        if here is None or there is None:
            return 0
        return int(self.problem.travel[vehicle.profile][here, there])

    def home(self, route: PlannedRoute) -> int:
        """What is left of the way to the end after the last stop; who visits nobody has not left."""
        vehicle = self.vehicles[route.vehicle]
        places = [self.visits[stop.visit].place for stop in route.visits]
        if not places:
            return 0
        resting = takewhile(lambda step: step.stop.is_break, reversed(list(self.steps(route))))
        return self.way(vehicle, places[-1], vehicle.end) - sum(step.way for step in resting)

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
    return {stop.visit for route in plan.routes for stop in route.visits}
