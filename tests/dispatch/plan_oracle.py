"""The best plan of a tiny problem, by trying every one: who does what, and in which order."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations, product

from handyman.dispatch.routing import Plan, PlannedRoute, PlannedStop, Problem, Vehicle, Visit
from handyman.dispatch.worth import cost_of, unserved_of
from tests.dispatch.plan_timing import earliest_starts

Seat = tuple[int, int]  # visit, place in its crew
Share = Mapping[int, list[Seat]]  # by vehicle


def best_plan(problem: Problem) -> Plan:
    """The plan that leaves out least and, of those, costs least."""
    found, worth = Plan(), (float("inf"), 0.0)
    for share in _shares(problem, problem.visits, {vehicle.id: [] for vehicle in problem.vehicles}):
        left = unserved_of(problem, _untimed(share))
        if left > worth[0] + 1e-9:
            continue
        for plan in _orders(problem, share):
            if (round(left, 6), cost_of(problem, plan)) < (round(worth[0], 6), worth[1] - 1e-9):
                timed = earliest_starts(problem, plan)
                if timed is not None:
                    found, worth = timed, (left, cost_of(problem, plan))
    return found


def _shares(problem: Problem, visits: Sequence[Visit], share: Share) -> Iterator[Share]:
    """Every way to share the visits out among those who may do them and have room."""
    if not visits:
        yield share
        return
    yield from _shares(problem, visits[1:], share)
    visit = visits[0]
    choices = [[v for v in problem.vehicles if _may(v, visit, place)] for place in range(len(visit.crew))]
    for crew in product(*choices):
        if len({vehicle.person for vehicle in crew}) == len(crew):
            more = {number: list(seats) for number, seats in share.items()}
            for place, vehicle in enumerate(crew):
                more[vehicle.id].append((visit.id, place))
            if all(_has_room(problem, vehicle, more) for vehicle in crew):
                yield from _shares(problem, visits[1:], more)


def _may(vehicle: Vehicle, visit: Visit, place: int) -> bool:
    pinned = visit.pin is not None and visit.pin.people[place] != vehicle.person
    fit = visit.crew[place].skills <= vehicle.skills and vehicle.person not in visit.refused
    return visit.allowed and fit and not vehicle.away and not pinned


def _has_room(problem: Problem, vehicle: Vehicle, share: Share) -> bool:
    visits = {visit.id: visit for visit in problem.visits}
    mine = [visits[number] for number, _ in share[vehicle.id]]
    person = next(person for person in problem.people if person.id == vehicle.person)
    months = [
        visits[number]
        for other in problem.vehicles
        if other.person == person.id
        for number, _ in share[other.id]
    ]
    return (
        (vehicle.max_tasks is None or len(mine) <= vehicle.max_tasks)
        and (vehicle.max_service is None or _work(mine, person.id) <= vehicle.max_service)
        and (person.cap is None or person.used + _work(months, person.id) <= person.cap)
        and all(
            sum(visit.amount[kind] for visit in mine if visit.amount) <= room
            for kind, room in enumerate(vehicle.capacity)
        )
    )


def _work(visits: Sequence[Visit], person: int) -> int:
    return sum(visit.service_by_person.get(person, visit.service) for visit in visits)


def _orders(problem: Problem, share: Share) -> Iterator[Plan]:
    """Every order of every route, breaks included."""
    used = [vehicle for vehicle in problem.vehicles if share[vehicle.id]]
    stops = [
        [PlannedStop(number, 0, place) for number, place in share[vehicle.id]]
        + [PlannedStop(pause.id, 0, is_break=True) for pause in vehicle.breaks]
        for vehicle in used
    ]
    left = tuple(visit.id for visit in problem.visits if not any((visit.id, 0) in s for s in share.values()))
    for orders in product(*(permutations(mine) for mine in stops)):
        routes = (PlannedRoute(vehicle.id, order) for vehicle, order in zip(used, orders, strict=True))
        yield Plan(tuple(routes), left)


def _untimed(share: Share) -> Plan:
    return Plan(
        tuple(
            PlannedRoute(vehicle, tuple(PlannedStop(number, 0, place) for number, place in seats))
            for vehicle, seats in share.items()
        )
    )
