"""What a plan comes to: who goes where and when, how it compares with what stands, and why it is so."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from handyman.board.plans.facts import PromisedVisit
from handyman.board.plans.people import member_of
from handyman.board.plans.problem import Task, plan_of
from handyman.board.plans.stances import Stance
from handyman.board.plans.stored import (
    Change,
    ChangeKind,
    Coded,
    Held,
    Idea,
    Kept,
    Load,
    Proposed,
    Sums,
    changes,
)
from handyman.dispatch.problem import Reason, ReasonCode
from handyman.dispatch.routing import Person, Plan, PlannedRoute, PlannedStop

AWAY, MUST_NOT = "away", "must_not"
LESS_TRAVEL, SHARES_HOURS, MAKES_ROOM = "less_travel", "shares_hours", "makes_room"
WORTH_TELLING = 5  # minutes: for less nobody is told another plan


def propose(
    task: Task,
    plan: Plan,
    ideas: tuple[Idea, ...] = (),
    fixed: Iterable[int] = (),
    frozen: Iterable[tuple[int, int]] = (),
) -> Proposed:
    """All that is kept of a plan."""
    standing = {visit.id: visit.held for visit in task.facts.visits}
    visits = held_after(task, plan)
    after, before = _Ways(task, plan_of(task, visits)), _Ways(task, task.standing)
    changed = changes(standing, visits)
    return Proposed(
        visits=visits,
        before=_sums(standing, before),
        after=_sums(visits, after),
        reasons={change.visit_id: _reasons(task, change, after) for change in changed if change.new},
        why={change.visit_id: list(_why(task, change, before, after)) for change in changed},
        kept=_kept(task, visits),
        ideas=ideas,
        fixed=frozenset(fixed),
        frozen=frozenset(frozen),
    )


def _kept(task: Task, visits: Mapping[int, Held]) -> Mapping[int, Kept]:
    """What stays as it is, and why; who must not go there is more to be told than anything else."""
    against = {
        visit.id: Kept.MUST_NOT
        for visit in task.facts.visits
        if visit.wishes.must_not.intersection(visits[visit.id].team)
    }
    return {**task.stances.kept, **against}


def held_after(task: Task, plan: Plan) -> dict[int, Held]:
    """Of every visit who comes by this plan. Whoever can come stays where the plan sends nobody else."""
    planned: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for route in plan.routes:
        for stop in _of_visits(route, task):
            planned[stop.visit][task.places[stop.visit][stop.crew]] = (member_of(route.vehicle), stop.start)
    return {visit.id: _held(task, visit, planned[visit.id]) for visit in task.facts.visits}


def _of_visits(route: PlannedRoute, task: Task) -> list[PlannedStop]:
    """Without what is kept for callers."""
    return [stop for stop in route.visits if stop.visit in task.places]


def _held(task: Task, visit: PromisedVisit, planned: Mapping[int, tuple[int, int]]) -> Held:
    if task.stances.of[visit.id] is Stance.BUSY:
        return Held(visit.start, tuple(place.member_id for place in visit.team))
    team = tuple(
        planned[place][0] if place in planned else _staying(task, visit, place)
        for place in range(len(visit.team))
    )
    start = next((start for _who, start in planned.values()), visit.start)
    return Held(start, _in_old_places(visit, team, task))


def _staying(task: Task, visit: PromisedVisit, place: int) -> int | None:
    who = visit.team[place].member_id
    if who is None or (who, visit.day) not in task.here:
        return None
    planned = task.stances.of[visit.id] in (Stance.FREE, Stance.FIXED)
    return None if planned and who in visit.wishes.must_not else who


def _in_old_places(visit: PromisedVisit, team: tuple[int | None, ...], task: Task) -> tuple[int | None, ...]:
    """Two who could as well stand the other way round stand as they did, so that nobody is asked again."""
    other = team[::-1]
    able = {day.member_id for day in task.facts.roster.days[visit.day] if visit.skills <= day.skills}
    better = len(team) == 2 and other[0] in able and _unmoved(visit, other) > _unmoved(visit, team)
    return other if better else team


def _unmoved(visit: PromisedVisit, team: tuple[int | None, ...]) -> int:
    return sum(place.member_id == who for place, who in zip(visit.team, team, strict=True))


# How it compares


@dataclass(frozen=True, slots=True)
class _Way:
    """How somebody comes to a visit."""

    minutes: int
    before: int | None  # the visit before; None: from where the day begins
    detour: int  # of the route, with the visit against without


class _Ways:
    """The routes of a plan on the roads of its problem."""

    def __init__(self, task: Task, plan: Plan) -> None:
        self._task = task
        self._vehicles = {vehicle.id: vehicle for vehicle in task.problem.vehicles}
        self._visits = {visit.id: visit for visit in task.problem.visits}
        self.of: dict[tuple[int, int], _Way] = {}
        self.loads: dict[int, Load] = {}
        self.months: dict[int, int] = {}  # minutes of a person of the problem: a member in one month
        self.out = len(plan.routes)
        for route in plan.routes:
            self._note(route)

    @property
    def travel(self) -> int:
        return sum(load.travel for load in self.loads.values())

    def _note(self, route: PlannedRoute) -> None:
        vehicle, who = self._vehicles[route.vehicle], member_of(route.vehicle)
        road = self._task.problem.travel[vehicle.profile]
        stops = route.visits
        places = [vehicle.start, *(self._visits[stop.visit].place for stop in stops), vehicle.end]
        legs = [int(road[a, b]) for a, b in pairwise(places)]
        for at, stop in enumerate(stops):
            shorter = int(road[places[at], places[at + 2]])
            before = stops[at - 1].visit if at else None
            self.of[stop.visit, who] = _Way(legs[at], before, legs[at] + legs[at + 1] - shorter)
        minutes = sum(self._minutes(stop.visit, vehicle.person) for stop in stops)
        self.months[vehicle.person] = self.months.get(vehicle.person, 0) + minutes
        load = self.loads.get(who, Load())
        visits = len(_of_visits(route, self._task))
        self.loads[who] = Load(load.visits + visits, load.minutes + minutes, load.travel + sum(legs))

    def _minutes(self, visit_id: int, person: int) -> int:
        visit = self._visits[visit_id]
        return visit.service_by_person.get(person, visit.service)


def _sums(visits: Mapping[int, Held], ways: _Ways) -> Sums:
    left_out = sum(None in held.team for held in visits.values())
    return Sums(left_out, ways.travel, ways.out, ways.loads)


# Why


def _reasons(task: Task, change: Change, after: _Ways) -> dict[int, list[Coded]]:
    """For whoever is asked: as the ranking of a call would say it."""
    return {who: [_code(reason) for reason in _of(task, change, who, after)] for who in change.new}


def _of(task: Task, change: Change, who: int, after: _Ways) -> Iterator[Reason]:
    visit = next(visit for visit in task.facts.visits if visit.id == change.visit_id)
    if who in visit.earlier:
        yield Reason(ReasonCode.KNOWS_HOME)
    if way := after.of.get((visit.id, who)):
        if way.before is None:
            yield Reason(ReasonCode.FROM_HOME, {"minutes": way.minutes})
        else:
            yield Reason(ReasonCode.FROM_VISIT, {"visit_id": way.before, "minutes": way.minutes})
    day = next(day for day in task.facts.roster.days[visit.day] if day.member_id == who)
    minutes = day.minutes(visit.service_minutes)
    month = _month(task, who, visit, after) - minutes
    if day.wished_minutes is None:
        yield Reason(ReasonCode.MONTH_SO_FAR, {"month_minutes": month})
    else:
        above = month + minutes > day.wished_minutes
        code = ReasonCode.ABOVE_WISH if above else ReasonCode.BELOW_WISH
        yield Reason(code, {"month_minutes": month, "wished_minutes": day.wished_minutes})


def _month(task: Task, who: int, visit: PromisedVisit, ways: _Ways) -> int:
    """What the member will have done and promised in the month: the plan's own share added to the rest."""
    person = _person(task, who, visit)
    return person.used + ways.months.get(person.id, 0)


def _person(task: Task, who: int, visit: PromisedVisit) -> Person:
    """The member in the month of the visit."""
    vehicle = next(v for v in task.problem.vehicles if v.id == task.vehicle(who, visit.start))
    return next(person for person in task.problem.people if person.id == vehicle.person)


def _code(reason: Reason) -> Coded:
    return [reason.code.value, dict(reason.params)]


def _why(task: Task, change: Change, before: _Ways, after: _Ways) -> Iterator[Coded]:
    """What the change is good for. A place that nobody held says it by itself."""
    visit = next(visit for visit in task.facts.visits if visit.id == change.visit_id)
    away = [who for who in change.gone if (who, visit.day) not in task.here]
    for who in away:
        yield [AWAY, {"member_id": who}]
    barred = visit.wishes.must_not.intersection(change.gone).difference(away)
    for who in sorted(barred):
        yield [MUST_NOT, {"member_id": who}]
    if away or barred or change.kind in (ChangeKind.FOUND, ChangeKind.CALL):
        return
    saved = _detours(change.before, visit.id, before) - _detours(change.after, visit.id, after)
    if saved >= WORTH_TELLING:
        yield [LESS_TRAVEL, {"minutes": saved}]
    elif change.kind is ChangeKind.PEOPLE and _is_fairer(task, change, before):
        yield [SHARES_HOURS, {}]
    else:
        yield [MAKES_ROOM, {}]


def _detours(held: Held, visit_id: int, ways: _Ways) -> int:
    keys = [(visit_id, who) for who in held.team if who is not None]
    return sum(ways.of[key].detour for key in keys if key in ways.of)


def _is_fairer(task: Task, change: Change, before: _Ways) -> bool:
    """Whoever comes has less of the wished hours than whoever came."""
    if not change.gone or not change.new:
        return False
    visit = next(visit for visit in task.facts.visits if visit.id == change.visit_id)
    comes, came = (_share(task, who, visit, before) for who in (change.new[0], change.gone[0]))
    return comes < came


def _share(task: Task, who: int, visit: PromisedVisit, ways: _Ways) -> float:
    """Of the wished hours of the visit's month; nothing for somebody who takes no part in the plan."""
    if all(vehicle.id != task.vehicle(who, visit.start) for vehicle in task.problem.vehicles):
        return 0.0
    person = _person(task, who, visit)
    wish = person.wish or person.cap or task.problem.weights.usual_month
    return (person.used + ways.months.get(person.id, 0)) / max(wish, 1)
