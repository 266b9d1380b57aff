"""What a plan is worth in the weights of `rules.py`, added up by hand: nothing is shared with the search.

The search knows three costs more, waiting, tight starts and starts other than were told: they hang on how far
every start may slip, and are left out here.
With `Weights(waiting=0, tight=0, shifted=0)` both say the same.
"""

from collections.abc import Iterable
from itertools import pairwise

from handyman.dispatch.routing import Plan, Problem, Vehicle, Visit
from handyman.dispatch.rules import Weights
from handyman.dispatch.walk import Walk, served_by


def unserved_of(problem: Problem, plan: Plan) -> float:
    """The weight of the visits that are left out, compared before any cost."""
    served = served_by(plan)
    return sum(
        weight_of(visit, problem.weights)
        for visit in problem.visits
        if visit.allowed and visit.id not in served
    )


def weight_of(visit: Visit, weights: Weights) -> float:
    """Whoever was promised a visit comes first, then who needs it most."""
    told = visit.promised or visit.pin is not None
    return (weights.promised if told else weights.unserved) * (1 + visit.priority)


def cost_of(problem: Problem, plan: Plan) -> float:
    """Travel, people sent out, likes and dislikes, change and fairness."""
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    visits = {visit.id: visit for visit in problem.visits}
    total = 0.0
    for route in plan.routes:
        vehicle = vehicles[route.vehicle]
        work = [(visits[stop.visit], stop.crew) for stop in route.stops if not stop.is_break]
        if work:
            total += vehicle.fixed_cost + problem.weights.sent_out
            total += road_of(problem, vehicle, [visit.place for visit, _ in work])
            total += sum(_feeling(problem.weights, visit, crew, vehicle.person) for visit, crew in work)
    return total + _unfairness(problem, plan)


def road_of(problem: Problem, vehicle: Vehicle, places: Iterable[int]) -> float:
    """The cost of the ways of one route."""
    table = problem.cost.get(vehicle.profile, problem.travel[vehicle.profile])
    stations = [vehicle.start, *places, vehicle.end]
    ways = pairwise(stations)
    legs = sum(float(table[here, there]) for here, there in ways if here is not None and there is not None)
    return legs * vehicle.rate * problem.weights.travel


def _feeling(weights: Weights, visit: Visit, crew: int, person: int) -> float:
    told = visit.told[crew] if crew < len(visit.told) else None
    cost = 0.0
    if told is not None and told != person:
        cost += weights.firm if visit.firm else weights.told
    cost -= weights.knows_home * (person in visit.earlier)
    cost -= weights.rather * (person in visit.rather)
    return cost + weights.rather * (person in visit.rather_not)


def _unfairness(problem: Problem, plan: Plan) -> float:
    worked, weights, total = Walk(problem, plan).worked(), problem.weights, 0.0
    for person in problem.people:
        wish = person.wish if person.wish is not None else person.cap
        share = float(max(weights.usual_month if wish is None else wish, 1))
        for load, sign in ((person.used + worked.get(person.id, 0), 1), (person.used, -1)):
            within, over = min(load, share), max(load - share, 0)
            burden = within**2 / (2 * share) + over + weights.beyond_wish * over**2 / (2 * share)
            total += sign * burden * weights.full_month / weights.usual_job
    return total
