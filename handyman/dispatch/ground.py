"""One call put to all days at once: words into arrays, the answer, its best places as words again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

import numpy as np

from handyman.dispatch.core import call_arrays
from handyman.dispatch.core.call_arrays import NOBODY, Call, Drafts, Ints, Minutes, Seats
from handyman.dispatch.core.call_teams import find_windows
from handyman.dispatch.day_arrays import DayArrays, SkillNumbers, join
from handyman.dispatch.openings import Place, ready_day
from handyman.dispatch.problem import Job, Role, Span, TravelMode
from handyman.dispatch.roads import Places, Roads
from handyman.dispatch.teams import Contender, Draft
from handyman.dispatch.weights import Weights

EVER = Span(-call_arrays.END, call_arrays.END)


@dataclass(frozen=True, slots=True)
class Question:
    job: Job
    windows: Mapping[date, Sequence[Span]]
    earliest: Mapping[date, int]
    weights: Weights
    narrow: Span = EVER  # some shift must admit a start in it


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The days that are asked about, in a row."""

    dates: tuple[date, ...]
    joined: DayArrays
    places: Mapping[TravelMode, Places]

    def ask(self, question: Question, skills: SkillNumbers, roads: Roads) -> "Answer":
        call = self._call(question, skills, roads)
        days = self.joined.days
        work = call_arrays.new_work(days, call.people)
        seats, drafts = call_arrays.new_seats(days, call), call_arrays.new_drafts(call)
        find_windows(days, call, work, seats, drafts)
        return Answer(self, question, call, seats, drafts)

    def _call(self, question: Question, skills: SkillNumbers, roads: Roads) -> Call:
        job, weights = question.job, question.weights
        windows = [question.windows.get(day, ()) for day in self.dates]
        there, back = self._ways(job, roads)
        members = np.diff(self.joined.days.day_from)
        return Call(
            minutes=job.service_minutes,
            people=job.team_size,
            skills=_ints(skills.words_of(job.skills)),
            earlier=_ints(sorted(job.earlier_member_ids)),
            refused=_ints(sorted(job.refused_member_ids)),
            there=there,
            back=back,
            earliest=_ints([question.earliest.get(day, 0) for day in self.dates]),
            window_from=_offsets([len(spans) for spans in windows]),
            window_first=_ints([span.start for spans in windows for span in spans]),
            window_last=_ints([span.end for spans in windows for span in spans]),
            seat_from=_offsets(
                [len(spans) * many for spans, many in zip(windows, members.tolist(), strict=True)]
            ),
            narrow_first=question.narrow.start,
            narrow_last=question.narrow.end,
            travel_minute=float(weights.travel_minute),
            full_month=float(weights.full_month),
            beyond_wish=float(weights.beyond_wish),
            usual_month=float(weights.usual_month_minutes),
            knows_home=float(weights.knows_home),
            moves_others=float(weights.moves_others),
            tight_minute=float(weights.tight_minute),
            calm_slack=weights.calm_slack,
        )

    def _ways(self, job: Job, roads: Roads) -> tuple[Minutes, Minutes]:
        """From every node to the job, and from the job to every node."""
        days = self.joined.days
        there = np.zeros(len(days.member) + len(days.start), np.int32)
        back = np.zeros_like(there)
        for mode, nodes in self.joined.nodes.items():
            back[nodes], there[nodes] = roads.row(job.point, self.places[mode], mode)
        return there, back


def make_ground(dates: Sequence[date], parts: Sequence[DayArrays]) -> Ground:
    joined = join(parts)
    points = [point for strip in joined.strips for point in strip.points]
    places = {mode: Places([points[node] for node in nodes]) for mode, nodes in joined.nodes.items()}
    return Ground(tuple(dates), joined, places)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the compiled rules say. A *row* is a member-day, counted over all days."""

    ground: Ground
    question: Question
    call: Call
    seats: Seats
    drafts: Drafts

    def contender(self, row: int) -> Contender:
        """The member with the day made ready, as `ranking.find_contenders` gives them."""
        strip, question = self.ground.joined.strips[row], self.question
        days = self.ground.joined.days
        day = int(np.searchsorted(days.day_from, row, "right")) - 1
        home = int(days.stop_from[row]) + row
        there = self.call.there[home : home + len(strip.stops) + 1].tolist()
        back = self.call.back[home : home + len(strip.stops) + 1].tolist()
        ready = ready_day(
            question.job,
            strip.day,
            strip.stops,
            strip.legs,
            tuple(there),
            (*back[1:], back[0]),
            int(self.call.earliest[day]),
        )
        role = Role.LEAD if self.seats.leads[row] else Role.SECOND
        return Contender(strip.day.member_id, role, ready, float(self.seats.standing[row]))

    def seat(self, row: int, window: int) -> Place | None:
        """The member's best place in a window of the first day."""
        fields = self.seats.place[row * int(self.call.window_from[1]) + window].tolist()
        return None if fields[call_arrays.POSITION] == NOBODY else _place(fields)

    def may_go(self, row: int) -> bool:
        """Whether no rule speaks against the member, before a look at the clock."""
        return bool(self.seats.code[row] == 0)

    def draft(self, window: int) -> Draft:
        """The team of this window, counted over all days."""
        rows = self.drafts.who[window].tolist()
        places = [_place(fields) for fields in self.drafts.place[window].tolist()]
        return Draft(
            cost=float(self.drafts.cost[window]),
            start=places[0].start,
            places=tuple((self.contender(row), place) for row, place in zip(rows, places, strict=True)),
            least_travel=int(self.drafts.least[window]),
        )

    def drafted(self) -> list[tuple[int, float, int]]:
        """The windows that have a team: their number, what the team costs, the travel it adds."""
        costs, leads = self.drafts.cost.tolist(), self.drafts.who[:, 0].tolist()
        added = self.drafts.place[:, :, call_arrays.ADDED].sum(axis=1).tolist()
        return [(at, costs[at], added[at]) for at, lead in enumerate(leads) if lead != NOBODY]


def _place(fields: Sequence[int]) -> Place:
    added, moves, start, position, slack = fields
    return Place(added, bool(moves), start, position, slack)


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, np.int64)


def _offsets(counts: Sequence[int]) -> Ints:
    return _ints(list(accumulate(counts, initial=0)))
