"""Days full of visits that the planner itself finds feasible: right skills, no overlaps, time to travel."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from handyman.demo.calls import Call, Piece, make_call
from handyman.dispatch import travel
from handyman.dispatch.problem import Job, MemberDay, Point, Span, Stop
from handyman.dispatch.ranking import Team, rank

PARTLY = 0.1  # of past visits leave something over
NOBODY_HOME = 0.03
FOLLOW_UP_DAYS = 3
WAITING_DAYS = 6  # what was left over since then still waits for a coordinator
REST_DAYS = 12  # nobody calls again so soon


@dataclass(slots=True)
class Taken:
    """How much of a piece a visit takes on, and how much it did (None: not yet)."""

    piece: Piece
    quantity: int
    done: int | None = None


@dataclass(slots=True)
class Planned:
    """One visit of the demo."""

    call: Call
    day: date
    window: Span
    start: int
    minutes: int
    team: list[tuple[int, list[Any]]]  # member ids, lead first, with the coded reasons
    takes: list[Taken]
    nobody_home: bool = False

    @property
    def end(self) -> int:
        return self.start + self.minutes


@dataclass(slots=True)
class Planner:
    """Fills day after day. `days_of` gives the members' empty days."""

    points: Sequence[Point]
    windows: Sequence[Span]
    days_of: Callable[[date], Sequence[MemberDay]]
    chance: Random
    planned: list[Planned] = field(default_factory=list)
    month_minutes: dict[tuple[int, int], int] = field(default_factory=dict)
    again: list[tuple[date, Call]] = field(default_factory=list)  # what is left over, and from when

    def fill(self, counts: Mapping[date, int], past_until: date) -> list[Planned]:
        """So many visits on each day; those before `past_until` have been done."""
        waiting = deque(range(len(self.points)))
        rested: dict[int, date] = {}
        for day, count in counts.items():
            members = self._members(day)
            for _ in range(count):
                call = self._next_call(day, waiting, rested)
                if call is None:
                    break
                rested[call.resident] = day
                if visit := self._place(call, day, members):
                    self._carry_out(visit, past_until)
        return self.planned

    def _members(self, day: date) -> dict[int, MemberDay]:
        return {
            member.member_id: replace(
                member, month_minutes=self.month_minutes.get((member.member_id, day.month), 0)
            )
            for member in self.days_of(day)
        }

    def _next_call(self, day: date, waiting: deque[int], rested: dict[int, date]) -> Call | None:
        for since, call in self.again:
            if since <= day:
                self.again.remove((since, call))
                return call
        for _ in range(len(waiting)):
            resident = waiting[0]
            waiting.rotate(-1)
            if resident not in rested or (day - rested[resident]).days >= REST_DAYS:
                return make_call(resident, self.points[resident], self.chance)
        return None

    def _place(self, call: Call, day: date, members: dict[int, MemberDay]) -> Planned | None:
        job = Job(call.point, call.minutes, call.skills, call.team_size)
        for window in self.chance.sample(list(self.windows), k=len(self.windows)):
            found = rank(job, tuple(members.values()), window, travel.minutes).team
            if found is not None:
                return self._book(call, day, window, found, members)
        return None

    def _book(
        self, call: Call, day: date, window: Span, team: Team, members: dict[int, MemberDay]
    ) -> Planned:
        takes = [Taken(piece, piece.left) for piece in call.open_pieces]
        who = [(one.member_id, [[r.code.value, dict(r.params)] for r in one.reasons]) for one in team.members]
        visit = Planned(call, day, window, team.start, call.minutes, who, takes)
        self.planned.append(visit)
        call.visits.append(visit)
        stop = Stop(len(self.planned), call.point, window, visit.minutes, visit.start, pinned=True)
        for member_id, _ in who:
            member = members[member_id]
            minutes = member.month_minutes + visit.minutes
            members[member_id] = replace(member, stops=(*member.stops, stop), month_minutes=minutes)
            self.month_minutes[member_id, day.month] = minutes
        return visit

    def _carry_out(self, visit: Planned, past_until: date) -> None:
        """Mark what a past visit did; what it left over looks for a day of its own, or still waits."""
        if visit.day >= past_until:
            return
        visit.nobody_home = len(visit.call.visits) == 1 and self.chance.random() < NOBODY_HOME
        several = sum(take.quantity for take in visit.takes) > 1
        partly = several and self.chance.random() < PARTLY
        for take in visit.takes:
            take.done = 0 if visit.nobody_home else take.quantity
        if partly and not visit.nobody_home:
            visit.takes[-1].done = visit.takes[-1].quantity // 2
        for take in visit.takes:
            take.piece.done += take.done or 0
        if visit.call.open_pieces and (past_until - visit.day).days > WAITING_DAYS:
            self.again.append((visit.day + timedelta(days=FOLLOW_UP_DAYS), visit.call))
