"""The book of one day while calls come in: what was promised to whom, and the plan that keeps it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from benchmarks.booking_days import CallDay, Caller
from handyman.dispatch.horizon import Horizon
from handyman.dispatch.problem import MemberDay, Span, Stop, TravelMode
from handyman.dispatch.roads import Estimate
from handyman.dispatch.routing import Crew, Person, Plan, PlannedRoute, PlannedStop, Problem, Vehicle, Visit
from handyman.dispatch.rules import ROAD_ONLY, Weights
from handyman.dispatch.validator import find_faults
from handyman.dispatch.walk import Walk, served_by

TODAY = date(2026, 11, 24)
CAR = TravelMode.CAR

Routes = dict[int, list[tuple[int, int]]]  # by member: visits and their starts


class Book:
    """Visits have the caller's number, vehicles and people the member's."""

    def __init__(self, day: CallDay) -> None:
        self.members = day.members
        self.callers = {caller.id: caller for caller in day.callers}
        points = [member.home for member in day.members] + [caller.job.point for caller in day.callers]
        self.travel = {str(CAR): Estimate().table(points, CAR).astype(np.int64)}
        self.promised: dict[int, Span] = {}
        self.broken = 0
        self.horizon = Horizon(Estimate())
        self.follow(Plan())

    def promise(self, caller: int, window: Span, plan: Plan) -> None:
        self.promised[caller] = window
        self.follow(plan)

    def follow(self, plan: Plan) -> None:
        """Take a plan over. What it breaks is counted."""
        self.broken += len(self.promised.keys() - served_by(plan)) + len(find_faults(self.problem(), plan))
        self.plan = plan
        self.horizon.put(TODAY, self.days())

    def problem(
        self, asking: Iterable[Caller] = (), weights: Weights = ROAD_ONLY, *, told: bool = False
    ) -> Problem:
        """What was promised, and whoever asks; `told`: every member knows already where to go."""
        who = self.who() if told else {}
        promised = [
            self._visit(self.callers[number], (window,), who.get(number), promised=True)
            for number, window in self.promised.items()
        ]
        return Problem(
            visits=(*promised, *(self.visit(caller) for caller in asking)),
            vehicles=tuple(_vehicle(row, member) for row, member in enumerate(self.members)),
            people=tuple(Person(member.member_id) for member in self.members),
            travel=self.travel,
            weights=weights,
        )

    def visit(self, caller: Caller) -> Visit:
        """Of somebody who asks, with all windows that suit."""
        return self._visit(caller, caller.windows, None, promised=False)

    def place(self, caller: int) -> int:
        """The row of the travel table; members' homes come first."""
        return len(self.members) + caller - 1

    def who(self) -> dict[int, int]:
        """The member of each visit."""
        return {stop.visit: route.vehicle for route in self.plan.routes for stop in route.stops}

    def routes(self) -> Routes:
        return {
            route.vehicle: [(stop.visit, stop.start) for stop in route.stops] for route in self.plan.routes
        }

    def days(self) -> list[MemberDay]:
        """Everybody's day as the call sees it."""
        routes = self.routes()
        return [
            replace(
                member,
                stops=tuple(self._stop(number, start) for number, start in routes.get(member.member_id, ())),
            )
            for member in self.members
        ]

    def travelled(self) -> int:
        """Minutes on the road, from home to home."""
        walk = Walk(self.problem(), self.plan)
        return sum(
            sum(step.way for step in walk.steps(route)) + walk.home(route) for route in self.plan.routes
        )

    def _visit(self, caller: Caller, windows: Sequence[Span], member: int | None, *, promised: bool) -> Visit:
        return Visit(
            id=caller.id,
            place=self.place(caller.id),
            service=caller.job.service_minutes,
            windows=tuple(windows),
            crew=(Crew(caller.job.skills),),
            promised=promised,
            told=() if member is None else (member,),
        )

    def _stop(self, number: int, start: int) -> Stop:
        job = self.callers[number].job
        return Stop(
            visit_id=number,
            point=job.point,
            window=self.promised[number],
            service_minutes=job.service_minutes,
            start=start,
            may_change=True,
            skills=job.skills,
        )


def window_of(caller: Caller, plan: Plan) -> Span:
    """The window that the plan has for this caller."""
    start = next(stop.start for route in plan.routes for stop in route.stops if stop.visit == caller.id)
    return next(window for window in caller.windows if window.start <= start <= window.end)


def plan_of(routes: Mapping[int, Sequence[tuple[int, int]]]) -> Plan:
    return Plan(
        tuple(
            PlannedRoute(member, tuple(PlannedStop(visit, start) for visit, start in stops))
            for member, stops in sorted(routes.items())
            if stops
        )
    )


def _vehicle(row: int, member: MemberDay) -> Vehicle:
    return Vehicle(
        id=member.member_id,
        person=member.member_id,
        start=row,
        end=row,
        shifts=member.shifts,
        skills=member.skills,
        profile=str(member.mode),
        max_service=member.daily_cap,
    )
