"""What the compiled rules say to a call, as words again: only what is offered is worked out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from handyman.dispatch.core import call_arrays
from handyman.dispatch.core.call_arrays import NOBODY, Call, Drafts, Ejections, Homes, Minutes, Seats
from handyman.dispatch.costs import standing_cost
from handyman.dispatch.day_arrays import DayArrays, Strip
from handyman.dispatch.day_plan import without
from handyman.dispatch.ejection import NOBODYS_LEAST
from handyman.dispatch.openings import Place, open_day, ready_day
from handyman.dispatch.problem import Job, Role, Span, Travel
from handyman.dispatch.ranking import find_role
from handyman.dispatch.rules import Weights
from handyman.dispatch.teams import Contender, Draft, Ejected, Seat

EVER = Span(-call_arrays.END, call_arrays.END)


@dataclass(frozen=True, slots=True)
class Question:
    job: Job
    windows: Mapping[date, Sequence[Span]]
    earliest: Mapping[date, int]
    weights: Weights
    narrow: Span = EVER  # some shift must admit a start in it
    eject: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A *row* is a member-day, counted over all days; so are windows."""

    joined: DayArrays
    question: Question
    call: Call
    seats: Seats
    drafts: Drafts
    ejections: Ejections
    homes: Homes

    def contender(self, row: int) -> Contender:
        """The member with the day made ready, as `ranking.find_contenders` gives them."""
        strip = self.joined.strips[row]
        there, back = self._ways(row, len(strip.stops))
        ready = ready_day(
            self.question.job, strip.day, strip.stops, strip.legs, there, back, self._earliest(row)
        )
        role = Role.LEAD if self.seats.leads[row] else Role.SECOND
        return Contender(strip.day.member_id, role, ready, float(self.seats.standing[row]))

    def seat(self, row: int) -> Place | None:
        """The member's best place where one window was asked for."""
        fields = self.seats.place[row].tolist()
        return None if fields[call_arrays.POSITION] == NOBODY else _place(fields)

    def may_go(self, row: int) -> bool:
        """Whether no rule speaks against the member, before a look at the clock."""
        return bool(self.seats.code[row] == 0)

    def drafted(self) -> list[tuple[int, float, int, bool]]:
        """The windows that have a team: number, cost, travel that it adds, whether it takes an ejection."""
        costs, leads = self.drafts.cost.tolist(), self.drafts.who[:, 0].tolist()
        added = self.drafts.place[:, :, call_arrays.ADDED].sum(axis=1).tolist()
        found = []
        for window, lead in enumerate(leads):
            if lead != NOBODY:
                stop = self._ejects(window)
                more = 0 if stop == NOBODY else self._moved_travel(window, stop)
                found.append((window, costs[window], added[window] + more, stop != NOBODY))
        return found

    def draft(self, window: int, travel: Travel) -> Draft:
        """The team of this window."""
        stop = self._ejects(window)
        rows = self.drafts.who[window].tolist()
        places = [_place(fields) for fields in self.drafts.place[window].tolist()]
        freed = NOBODY if stop == NOBODY else int(self.joined.owner[stop])
        who = [self._freed(row, stop) if row == freed else self.contender(row) for row in rows]
        return Draft(
            cost=float(self.drafts.cost[window]),
            start=places[0].start,
            places=tuple(zip(who, places, strict=True)),
            least_travel=NOBODYS_LEAST if stop != NOBODY else int(self.drafts.least[window]),
            ejected=None if stop == NOBODY else self._ejected(window, stop, travel),
        )

    def _ejects(self, window: int) -> int:
        return int(self.ejections.stop[window]) if len(self.ejections.stop) else NOBODY

    def _moved_travel(self, window: int, stop: int) -> int:
        home = self.ejections.home[window]
        return int(self.homes.place[stop, home, call_arrays.ADDED] - self.homes.saved[stop])

    def _ejected(self, window: int, stop: int, travel: Travel) -> Ejected:
        visit, home = self.joined.stop(stop), int(self.ejections.home[window])
        row = int(self.homes.who[stop, home])
        day, earliest = self.joined.strips[row].day, self._earliest(row)
        standing = standing_cost(visit.job, day, self.question.weights)
        taker = Contender(day.member_id, Role.LEAD, open_day(visit.job, day, travel, earliest), standing)
        place = _place(self.homes.place[stop, home].tolist())
        seat = Seat(float(self.homes.cost[stop, home]), day.member_id, taker, place)
        owner = self.joined.strips[int(self.joined.owner[stop])].day
        return Ejected(visit, owner, seat, int(self.homes.saved[stop]))

    def _freed(self, row: int, stop: int) -> Contender:
        """The member without that visit, as `ejection.find_leavings` gives them."""
        strip, question = self.joined.strips[row], self.question
        at = stop - int(self.joined.days.stop_from[row])
        rest = without(strip.day, strip.stops[at].visit_id)
        there, back = self._ways(row, len(strip.stops))
        ready = ready_day(
            question.job,
            rest,
            (*strip.stops[:at], *strip.stops[at + 1 :]),
            _bridged(strip, at),
            (*there[: at + 1], *there[at + 2 :]),
            (*back[:at], *back[at + 1 :]),
            self._earliest(row),
        )
        role, _ = find_role(question.job, rest, None)
        return Contender(rest.member_id, role, ready, standing_cost(question.job, rest, question.weights))

    def _ways(self, row: int, stops: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """To the job from home and each stop; from the job to each stop and home."""
        home = int(self.joined.days.stop_from[row]) + row
        there, back = (_nodes(ways, home, stops) for ways in (self.call.there, self.call.back))
        return tuple(there), (*back[1:], back[0])

    def _earliest(self, row: int) -> int:
        day = int(np.searchsorted(self.joined.days.day_from, row, "right")) - 1
        return int(self.call.earliest[day])


def _nodes(ways: Minutes, home: int, stops: int) -> list[int]:
    found: list[int] = ways[home : home + stops + 1].tolist()
    return found


def _bridged(strip: Strip, at: int) -> tuple[int, ...]:
    """The legs without that stop."""
    if len(strip.stops) == 1:
        return (0,)
    return (*strip.legs[:at], strip.bridges[at], *strip.legs[at + 2 :])


def _place(fields: Sequence[int]) -> Place:
    added, moves, start, position, slack = fields
    return Place(added, bool(moves), start, position, slack)
