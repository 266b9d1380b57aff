"""A problem's words as arrays for the compiled core, and a plan under work as words again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from typing import Any

import numpy as np

from handyman.dispatch.core.arrays import COST, NEVER, NOWHERE, UNSERVED, Given, State
from handyman.dispatch.problem import Span, merge_spans
from handyman.dispatch.routing import EVER, Plan, PlannedRoute, PlannedStop, Problem, Vehicle, Visit

FREE = 2**40  # no limit
NEVER_WITHOUT = 1e3  # a break weighs as much as so many promised visits, for a vehicle that has any
NEAREST = 160  # neighbours kept of each slot


@dataclass(frozen=True, slots=True)
class Slot:
    """A row of the arrays: a place in a visit's crew, or a break of a vehicle."""

    visit: Visit | None
    crew: int
    vehicle: int = NOWHERE  # of a break: its row
    pause: int = 0


@dataclass(frozen=True, slots=True)
class Compiled:
    problem: Problem
    given: Given
    slots: tuple[Slot, ...]
    visits: int  # so many slots before the breaks

    @property
    def longest(self) -> int:
        return longest_route(self.problem, self.given)


def compile_problem(problem: Problem) -> Compiled:
    """ValueError where two vehicles of one person have shifts at the same time."""
    _check_people(problem)
    slots = _slots(problem)
    visits = sum(slot.visit is not None for slot in slots)
    profiles = list(problem.travel)
    people = {person.id: row for row, person in enumerate(problem.people)}
    travel = np.stack([np.asarray(problem.travel[name], np.int64) for name in profiles])
    cost = np.stack(
        [np.asarray(problem.cost.get(name, problem.travel[name]), np.float64) for name in profiles]
    )
    paces, pace = _paces(problem)
    service = _service(problem, slots, paces)
    may = _may(problem, slots)
    mates = _mates(slots)
    windows = [_windows(problem, slot) for slot in slots]
    spans = [merge_spans(vehicle.shifts) for vehicle in problem.vehicles]
    place = _ints(slot.visit.place if slot.visit else NOWHERE for slot in slots)
    kinds = _kinds(problem, pace)
    plain_visit, plain_vehicle = _plain(slots, windows, spans, problem)
    weights = problem.weights
    dislike = _dislikes(problem, slots)
    given = Given(
        place=place,
        setup=_ints(slot.visit.setup if slot.visit else 0 for slot in slots),
        mate_from=_offsets(mates),
        mates=_flat(mates),
        window_from=_offsets(windows),
        window_first=_flat([[span.start for span in one] for one in windows]),
        window_last=_flat([[span.end for span in one] for one in windows]),
        opens=_ints(one[0].start if one else NEVER for one in windows),
        closes=_ints(one[-1].end if one else -NEVER for one in windows),
        weight=np.array([_weight(problem, slot) for slot in slots], np.float64),
        is_break=np.array([slot.visit is None for slot in slots], np.bool_),
        amount=_amounts(problem, slots),
        start_place=_ints(_row(vehicle.start) for vehicle in problem.vehicles),
        end_place=_ints(_row(vehicle.end) for vehicle in problem.vehicles),
        leaves=_ints(vehicle.hours.start for vehicle in problem.vehicles),
        returns=_ints(vehicle.hours.end for vehicle in problem.vehicles),
        profile=_ints(profiles.index(vehicle.profile) for vehicle in problem.vehicles),
        pace=pace,
        member=_ints(people[vehicle.person] for vehicle in problem.vehicles),
        kind=kinds,
        span_from=_offsets(spans),
        span_first=_flat([[span.start for span in one] for one in spans]),
        span_last=_flat([[span.end for span in one] for one in spans]),
        max_tasks=_limits(vehicle.max_tasks for vehicle in problem.vehicles),
        max_travel=_limits(vehicle.max_travel for vehicle in problem.vehicles),
        max_service=_limits(vehicle.max_service for vehicle in problem.vehicles),
        capacity=_capacity(problem),
        fixed=np.array([vehicle.fixed_cost + weights.sent_out for vehicle in problem.vehicles], np.float64),
        rate=np.array([vehicle.rate * weights.travel for vehicle in problem.vehicles], np.float64),
        used=np.array([person.used for person in problem.people], np.float64),
        cap=_limits(person.cap for person in problem.people).astype(np.float64),
        wish=np.array([_wish(problem, row) for row in range(len(problem.people))], np.float64),
        service=service,
        plain_visit=plain_visit,
        plain_vehicle=plain_vehicle,
        plain=bool(plain_visit.all() and plain_vehicle.all() and not any(mates)),
        breaks=_ints(len(vehicle.breaks) for vehicle in problem.vehicles),
        may=may,
        may_from=np.array([0, *accumulate(int(column.sum()) for column in may.T)], np.int64),
        may_list=_may_list(may, kinds),
        told=_ints(_told_start(slot) for slot in slots),
        dislike=dislike,
        travel=_with_nowhere(travel),
        cost=_with_nowhere(cost),
        near=_near(slots[:visits], place, service, windows, cost),
        keys=_keys(slots, may, service, windows, place, cost, problem),
        kindest=float(min(dislike.min(initial=0.0), 0.0)),
        fair=weights.full_month / weights.usual_job,
        beyond=weights.beyond_wish,
        waiting=weights.waiting,
        tight=weights.tight,
        calm=weights.calm,
        shifted=weights.shifted,
    )
    return Compiled(problem, given, slots, visits)


def read_plan(compiled: Compiled, state: State, starts: Sequence[int], rounds: int) -> Plan:
    """The plan under work in words."""
    problem, slots = compiled.problem, compiled.slots
    routes = []
    for row, vehicle in enumerate(problem.vehicles):
        if state.tasks[row] == 0:
            continue
        route = state.route[row, : state.length[row]]
        stops = tuple(_stop(slots[slot], int(starts[slot]), problem) for slot in route)
        routes.append(PlannedRoute(vehicle.id, stops))
    rows = slots[: compiled.visits]
    left = {slot.visit.id for row, slot in enumerate(rows) if slot.visit and state.vehicle[row] == NOWHERE}
    return Plan(
        routes=tuple(routes),
        unassigned=tuple(visit.id for visit in problem.visits if visit.id in left or not visit.allowed),
        unserved=float(state.totals[UNSERVED]),
        cost=float(state.totals[COST]),
        travel=int(state.travelled.sum()),
        rounds=rounds,
    )


def longest_route(problem: Problem, given: Given) -> int:
    """No route can hold more stops than this: by the time that it has, or by how many there are."""
    slots = len(given.place)
    shortest = max(int(given.service.min()), 1) if slots else 1
    most = 1
    for row, vehicle in enumerate(problem.vehicles):
        spans = merge_spans(vehicle.shifts)
        room = min(sum(span.end - span.start for span in spans), vehicle.hours.end - vehicle.hours.start)
        room = min(room, int(given.max_service[row]) if not vehicle.breaks else room)
        most = max(most, room // shortest + 1 + len(vehicle.breaks))
    return int(min(most, slots, 32_000)) + 1


def _slots(problem: Problem) -> tuple[Slot, ...]:
    of_visits = [
        Slot(visit, at) for visit in problem.visits for at in range(len(visit.crew)) if visit.allowed
    ]
    of_breaks = [
        Slot(None, 0, row, at)
        for row, vehicle in enumerate(problem.vehicles)
        for at in range(len(vehicle.breaks))
    ]
    return (*of_visits, *of_breaks)


def _stop(slot: Slot, start: int, problem: Problem) -> PlannedStop:
    if slot.visit is not None:
        return PlannedStop(slot.visit.id, start, slot.crew)
    return PlannedStop(problem.vehicles[slot.vehicle].breaks[slot.pause].id, start, is_break=True)


def _mates(slots: Sequence[Slot]) -> list[list[int]]:
    rows: dict[int, list[int]] = {}
    for row, slot in enumerate(slots):
        if slot.visit is not None:
            rows.setdefault(id(slot.visit), []).append(row)
    return [
        [other for other in rows[id(slot.visit)] if other != row] if slot.visit else []
        for row, slot in enumerate(slots)
    ]


def _windows(problem: Problem, slot: Slot) -> tuple[Span, ...]:
    if slot.visit is None:
        return merge_spans(problem.vehicles[slot.vehicle].breaks[slot.pause].windows)
    pin = slot.visit.pin
    if pin is not None and pin.start is not None:
        return (Span(pin.start, pin.start),)
    return merge_spans(slot.visit.windows)


def _weight(problem: Problem, slot: Slot) -> float:
    weights = problem.weights
    if slot.visit is None:
        return NEVER_WITHOUT * weights.promised
    first = weights.promised if slot.visit.promised or slot.visit.pin else weights.unserved
    return first * (1.0 + slot.visit.priority) / len(slot.visit.crew)


def _plain(
    slots: Sequence[Slot],
    windows: Sequence[Sequence[Span]],
    spans: Sequence[Sequence[Span]],
    problem: Problem,
) -> tuple[Any, Any]:
    """The visits and vehicles of a usual day."""
    sets_up = any(slot.visit is not None and slot.visit.setup for slot in slots)
    visits = [
        slot.visit is not None and len(one) == 1 and not sets_up
        for slot, one in zip(slots, windows, strict=True)
    ]
    vehicles = [
        len(one) == 1 and not vehicle.breaks for vehicle, one in zip(problem.vehicles, spans, strict=True)
    ]
    return np.array(visits, np.bool_), np.array(vehicles, np.bool_)


def _paces(problem: Problem) -> tuple[list[int], Any]:
    """People whose service times differ have a row of their own; all others share one."""
    own = sorted({person for visit in problem.visits for person in visit.service_by_person})
    rows = {person: row for row, person in enumerate(own, 1)}
    return own, _ints(rows.get(vehicle.person, 0) for vehicle in problem.vehicles)


def _service(problem: Problem, slots: Sequence[Slot], paces: Sequence[int]) -> Any:
    table = np.zeros((len(paces) + 1, len(slots)), np.int64)
    for row, slot in enumerate(slots):
        if slot.visit is None:
            table[:, row] = problem.vehicles[slot.vehicle].breaks[slot.pause].minutes
            continue
        table[:, row] = slot.visit.service
        for at, person in enumerate(paces, 1):
            table[at, row] = slot.visit.service_by_person.get(person, slot.visit.service)
    return table


def _may(problem: Problem, slots: Sequence[Slot]) -> Any:
    table = np.zeros((len(problem.vehicles), len(slots)), np.bool_)
    for row, slot in enumerate(slots):
        if slot.visit is None:
            table[slot.vehicle, row] = True
            continue
        for at, vehicle in enumerate(problem.vehicles):
            table[at, row] = _may_go(vehicle, slot.visit, slot.crew)
    return table


def _may_go(vehicle: Vehicle, visit: Visit, crew: int) -> bool:
    return (
        not vehicle.away
        and visit.crew[crew].skills <= vehicle.skills
        and vehicle.person not in visit.refused
        and (visit.pin is None or visit.pin.people[crew] == vehicle.person)
        and _overlaps(vehicle, visit)
    )


def _overlaps(vehicle: Vehicle, visit: Visit) -> bool:
    """A week has many vehicles that are not there on the visit's day at all."""
    return any(
        window.start <= shift.end and shift.start <= window.end
        for window in visit.windows
        for shift in vehicle.shifts
    )


def _may_list(may: Any, kinds: Any) -> Any:
    """Vehicles of one kind stand together, so that only one empty one of them is tried."""
    order = np.lexsort((np.arange(len(kinds)), kinds))
    rows = [order[may[order, slot]] for slot in range(may.shape[1])]
    return np.concatenate(rows).astype(np.int64) if rows else np.zeros(0, np.int64)


def _kinds(problem: Problem, pace: Any) -> Any:
    """Vehicles that nothing tells apart. A person with hours of their own is one of a kind."""
    liked = {
        person
        for visit in problem.visits
        for person in (*visit.refused, *visit.rather, *visit.rather_not, *visit.earlier, *visit.told)
    } | {person for visit in problem.visits if visit.pin for person in visit.pin.people}
    days: dict[int, int] = {}
    for vehicle in problem.vehicles:
        days[vehicle.person] = days.get(vehicle.person, 0) + 1
    people = {person.id: person for person in problem.people}
    seen: dict[Any, int] = {}
    kinds = []
    for row, vehicle in enumerate(problem.vehicles):
        person = people[vehicle.person]
        alone = vehicle.person in liked or days[vehicle.person] > 1 or bool(vehicle.breaks)
        same = (
            vehicle.id if alone else -1,
            vehicle.start, vehicle.end, vehicle.shifts, vehicle.hours, vehicle.skills,
            vehicle.profile, vehicle.max_tasks, vehicle.max_travel, vehicle.max_service, vehicle.capacity,
            vehicle.fixed_cost, vehicle.rate, vehicle.away,
            person.used, person.cap, person.wish, int(pace[row]),
        )  # fmt: skip
        kinds.append(seen.setdefault(same, len(seen)))
    return _ints(kinds)


def _dislikes(problem: Problem, slots: Sequence[Slot]) -> Any:
    weights = problem.weights
    table = np.zeros((len(slots), len(problem.vehicles)), np.float64)
    for row, slot in enumerate(slots):
        visit = slot.visit
        if visit is None:
            continue
        told = visit.told[slot.crew] if slot.crew < len(visit.told) else None
        change = (weights.firm if visit.firm else weights.told) if told is not None else 0.0
        for at, vehicle in enumerate(problem.vehicles):
            person = vehicle.person
            table[row, at] = (
                (change if person != told else 0.0)
                - (weights.knows_home if person in visit.earlier else 0.0)
                - (weights.rather if person in visit.rather else 0.0)
                + (weights.rather if person in visit.rather_not else 0.0)
            )
    return table


def _check_people(problem: Problem) -> None:
    of_person: dict[int, list[tuple[int, int, int]]] = {}
    for vehicle in problem.vehicles:
        for shift in () if vehicle.away else vehicle.shifts:
            begin, end = max(shift.start, vehicle.hours.start), min(shift.end, vehicle.hours.end)
            of_person.setdefault(vehicle.person, []).append((begin, end, vehicle.id))
    for person, shifts in of_person.items():
        for (_, one_end, one), (begin, end, other) in combinations(sorted(shifts), 2):
            if one != other and begin < min(one_end, end):
                raise ValueError(f"vehicles {one} and {other} of person {person} work at the same time")


def _told_start(slot: Slot) -> int:
    return NEVER if slot.visit is None or slot.visit.told_start is None else slot.visit.told_start


def _wish(problem: Problem, row: int) -> float:
    person = problem.people[row]
    wish = person.wish if person.wish is not None else person.cap
    return float(max(wish if wish is not None else problem.weights.usual_month, 1))


def _with_nowhere(tables: Any) -> Any:
    """A last row and column of nothing: NOWHERE, which is -1, finds them."""
    return np.pad(tables, ((0, 0), (0, 1), (0, 1)))


def _near(
    slots: Sequence[Slot], place: Any, service: Any, windows: Sequence[Sequence[Span]], cost: Any
) -> Any:
    """For each slot the others, the nearest first: by the way alone, and by the way and the time between."""
    many = len(slots)
    keep = min(NEAREST, max(many - 1, 0))
    if keep == 0:
        return np.zeros((2, many, 0), np.int64)
    here = place[:many]
    both = cost[0][np.ix_(here, here)]
    ways = (both + both.T) / 2
    first = np.array([max(spans[0].start, -(2**20)) for spans in windows[:many]], np.float64)
    last = np.array([min(spans[-1].end, 2**40) for spans in windows[:many]], np.float64)
    last += service[0, :many]
    apart = np.maximum(0.0, np.maximum(first[:, None] - last[None, :], first[None, :] - last[:, None]))
    middle = (np.minimum(last, first + 10**6) + first) / 2
    apart += 0.1 * np.abs(middle[:, None] - middle[None, :])
    found = []
    for table in (ways, ways + apart):
        np.fill_diagonal(table, np.inf)
        found.append(np.argsort(table, axis=1, kind="stable")[:, :keep])
    return np.stack(found).astype(np.int64)


def _keys(
    slots: Sequence[Slot],
    may: Any,
    service: Any,
    windows: Sequence[Sequence[Span]],
    place: Any,
    cost: Any,
    problem: Problem,
) -> Any:
    """Orders in which slots are put back, lowest first; some stand twice and come more often."""
    if not slots:
        return np.zeros((1, 0), np.float64)
    homes = [vehicle.start for vehicle in problem.vehicles if vehicle.start is not None] or [0]
    far = np.array([cost[0][homes, max(where, 0)].mean() for where in place], np.float64)
    narrow = np.array([sum(span.end - span.start for span in one) for one in windows], np.float64)
    first = np.array([one[0].start for one in windows], np.float64)
    last = np.array([one[-1].end for one in windows], np.float64)
    weight = np.array([-_weight(problem, slot) for slot in slots], np.float64)
    crew = np.array([-(len(slot.visit.crew) if slot.visit else 1) for slot in slots], np.float64)
    few = may.sum(axis=0).astype(np.float64)
    longest = -service[0].astype(np.float64)
    rows = (
        longest,
        longest,
        -far,
        -far,
        far,
        narrow,
        first,
        -last,
        few,
        few,
        weight + few / 1e4,
        crew * 1e6 + few,
    )
    return np.stack(rows)


def _amounts(problem: Problem, slots: Sequence[Slot]) -> Any:
    kinds = _kinds_of_load(problem)
    table = np.zeros((len(slots), kinds), np.int64)
    for row, slot in enumerate(slots):
        if slot.visit is not None:
            table[row, : len(slot.visit.amount)] = slot.visit.amount
    return table


def _capacity(problem: Problem) -> Any:
    table = np.full((len(problem.vehicles), _kinds_of_load(problem)), FREE, np.int64)
    for row, vehicle in enumerate(problem.vehicles):
        if vehicle.capacity:
            table[row, : len(vehicle.capacity)] = vehicle.capacity
    return table


def _kinds_of_load(problem: Problem) -> int:
    loads = [len(visit.amount) for visit in problem.visits]
    return max([*loads, *(len(vehicle.capacity) for vehicle in problem.vehicles)], default=0)


def _row(place: int | None) -> int:
    return NOWHERE if place is None else place


def _limits(limits: Iterable[int | None]) -> Any:
    return _ints(FREE if limit is None else limit for limit in limits)


def _ints(numbers: Iterable[int]) -> Any:
    return np.fromiter(numbers, np.int64)


def _offsets(lists: Sequence[Sequence[Any]]) -> Any:
    return np.array([0, *accumulate(map(len, lists))], np.int64)


def _flat(lists: Sequence[Sequence[int]]) -> Any:
    return np.array([one for many in lists for one in many], np.int64)


assert EVER.end < FREE  # noqa: S101  # an endless day is still earlier than never
