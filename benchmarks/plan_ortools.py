"""OR-Tools routing: guided local search, jobs that may be left out at a price, crews by equal starts."""

from collections import defaultdict
from time import perf_counter
from typing import Any

from benchmarks.plan_crews import has_crews, joined, split
from benchmarks.plan_ground import Problem

PRICE_OF_LONGEST_LEGS = 10  # a job left out costs so many of the longest legs: more than any detour for it
WHOLE_DAY = [0, 10**7]
SHARE_OF_FIRST = 0.4  # of the budget, for the plan that crews start from

Routes = dict[int, list[int]]


def solve(problem: Problem, budget: float, _seed: int) -> dict[int, list[int]]:
    """Its insertion cannot add both halves of a visit at once: crews begin with a plan of fixed starts."""
    if not has_crews(problem):
        return _search(problem, budget, {})
    first = joined(problem, _search(split(problem), budget * SHARE_OF_FIRST, {}))
    return _search(problem, budget * (1 - SHARE_OF_FIRST), first) or first


def _search(problem: Problem, budget: float, first: Routes) -> Routes:
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    deadline = perf_counter() + budget
    nodes = [job for job in problem["jobs"] for _ in range(job.get("crew", 1))]
    manager, routing = _model(problem, nodes)
    _limit(problem, nodes, manager, routing)
    asked = pywrapcp.DefaultRoutingSearchParameters()
    asked.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.AUTOMATIC
    asked.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    asked.time_limit.FromMilliseconds(round(budget * 1000))
    routing.CloseModelWithParameters(asked)
    start = routing.ReadAssignmentFromRoutes(_as_nodes(problem, nodes, first), True) if first else None
    asked.time_limit.FromMilliseconds(max(1, round((deadline - perf_counter()) * 1000)))
    answer = routing.SolveFromAssignmentWithParameters(start, asked)
    return _routes(problem, nodes, manager, routing, answer) if answer else {}


def _as_nodes(problem: Problem, nodes: list[dict[str, Any]], routes: Routes) -> list[list[int]]:
    free = defaultdict(list)
    for node, job in enumerate(nodes):
        free[job["id"]].append(node)
    return [[free[job].pop() for job in routes[vehicle["id"]]] for vehicle in problem["vehicles"]]


def _model(problem: Problem, nodes: list[dict[str, Any]]) -> tuple[Any, Any]:
    from ortools.constraint_solver import pywrapcp

    vehicles, jobs = problem["vehicles"], len(nodes)
    starts = list(range(jobs, jobs + len(vehicles)))
    ends = list(range(jobs + len(vehicles), jobs + 2 * len(vehicles)))
    manager = pywrapcp.RoutingIndexManager(jobs + 2 * len(vehicles), len(vehicles), starts, ends)
    routing = pywrapcp.RoutingModel(manager)
    places = [job["location_index"] for job in nodes]
    places += [vehicle[end] for end in ("start_index", "end_index") for vehicle in vehicles]
    service = [job.get("service", 0) for job in nodes] + [0] * 2 * len(vehicles)
    durations = problem["matrices"]["car"]["durations"]
    legs = [[durations[here][there] for there in places] for here in places]
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(legs))
    times = [[leg + stay for leg in row] for row, stay in zip(legs, service, strict=True)]
    routing.AddDimension(routing.RegisterTransitMatrix(times), 10**7, 10**7, False, "time")
    return manager, routing


def _limit(problem: Problem, nodes: list[dict[str, Any]], manager: Any, routing: Any) -> None:
    """Shifts, windows, skills, the price of leaving out, and crews that start together."""
    time = routing.GetDimensionOrDie("time")
    for number, vehicle in enumerate(problem["vehicles"]):
        shift = vehicle.get("time_window", WHOLE_DAY)
        time.CumulVar(routing.Start(number)).SetRange(*shift)
        time.CumulVar(routing.End(number)).SetRange(*shift)
    price = max(map(max, problem["matrices"]["car"]["durations"])) * PRICE_OF_LONGEST_LEGS
    for node, job in enumerate(nodes):
        index = manager.NodeToIndex(node)
        time.CumulVar(index).SetRange(*job.get("time_windows", [WHOLE_DAY])[0])
        needed = set(job.get("skills", ()))
        able = [needed <= set(vehicle.get("skills", ())) for vehicle in problem["vehicles"]]
        nobody = -1
        routing.VehicleVar(index).SetValues([nobody, *(number for number, can in enumerate(able) if can)])
        routing.AddDisjunction([index], price * (1 + job.get("priority", 0)) // job.get("crew", 1))
        if node and nodes[node - 1] is job:
            _together(routing, time, manager.NodeToIndex(node - 1), index)


def _together(routing: Any, time: Any, one: int, other: int) -> None:
    solver = routing.solver()
    solver.Add(time.CumulVar(one) == time.CumulVar(other))
    solver.Add(routing.ActiveVar(one) == routing.ActiveVar(other))


def _routes(problem: Problem, nodes: list[dict[str, Any]], manager: Any, routing: Any, answer: Any) -> Routes:
    routes = {}
    for number, vehicle in enumerate(problem["vehicles"]):
        jobs, index = [], answer.Value(routing.NextVar(routing.Start(number)))
        while not routing.IsEnd(index):
            jobs.append(nodes[manager.IndexToNode(index)]["id"])
            index = answer.Value(routing.NextVar(index))
        routes[vehicle["id"]] = jobs
    return routes
