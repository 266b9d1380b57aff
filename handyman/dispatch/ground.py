"""One call put to all days at once: the question as arrays, then the compiled rules."""

from collections.abc import Sequence
from datetime import date
from itertools import accumulate

import numpy as np

from handyman.dispatch.answer import Answer, Question
from handyman.dispatch.core import call_arrays
from handyman.dispatch.core.call_arrays import (
    NO_EJECTIONS,
    Call,
    Drafts,
    Ejections,
    Homes,
    Ints,
    Minutes,
    Seats,
)
from handyman.dispatch.core.call_ejection import open_refused
from handyman.dispatch.core.call_teams import find_windows
from handyman.dispatch.day_arrays import DayArrays, SkillNumbers, join, make_jobs
from handyman.dispatch.ejection import MOST_PEOPLE
from handyman.dispatch.homes import HomesOfDays, make_rates
from handyman.dispatch.problem import Job
from handyman.dispatch.roads import Roads


class Ground:
    """The days that are asked about, in a row."""

    def __init__(self, dates: Sequence[date], parts: Sequence[DayArrays]) -> None:
        self._dates = tuple(dates)
        self._joined = join(parts)
        self._homes = HomesOfDays(parts)

    def ask(self, question: Question, skills: SkillNumbers, roads: Roads) -> Answer:
        call = self._call(question, skills, roads)
        days = self._joined.days
        work = call_arrays.new_work(days, call.people)
        seats, drafts = call_arrays.new_seats(days, call), call_arrays.new_drafts(call)
        find_windows(days, call, work, seats, drafts)
        ejections, homes = NO_EJECTIONS, call_arrays.NO_HOMES
        if question.eject and call.people <= MOST_PEOPLE and days.may_change.any():
            ejections = call_arrays.new_ejections(days, drafts)
            if ejections.refused.any():
                homes = self._open_refused(call, seats, drafts, ejections, roads)
        return Answer(self._joined, question, call, seats, drafts, ejections, homes)

    def _open_refused(
        self, call: Call, seats: Seats, drafts: Drafts, ejections: Ejections, roads: Roads
    ) -> Homes:
        """Visits that might leave are asked about as they turn up; what was found is kept with the day."""
        days, away = self._joined.days, call_arrays.new_away(self._joined.days)
        work = call_arrays.new_work(days, call.people, len(away.opening))
        homes = self._homes.known(call)
        while not open_refused(days, call, work, seats, drafts, homes, away, ejections):
            self._homes.find(ejections.wanted, call, roads)
            homes = self._homes.known(call)
            ejections.wanted[:] = False
        return homes

    def _call(self, question: Question, skills: SkillNumbers, roads: Roads) -> Call:
        windows = [question.windows.get(day, ()) for day in self._dates]
        there, back = self._ways(question.job, roads)
        members = np.diff(self._joined.days.day_from).tolist()
        return Call(
            people=question.job.team_size,
            job=make_jobs([question.job], skills),
            there=there,
            back=back,
            earliest=_ints([question.earliest.get(day, 0) for day in self._dates]),
            window_from=_offsets([len(spans) for spans in windows]),
            window_first=_ints([span.start for spans in windows for span in spans]),
            window_last=_ints([span.end for spans in windows for span in spans]),
            seat_from=_offsets([len(spans) * many for spans, many in zip(windows, members, strict=True)]),
            narrow_first=question.narrow.start,
            narrow_last=question.narrow.end,
            rates=make_rates(question.weights),
        )

    def _ways(self, job: Job, roads: Roads) -> tuple[Minutes, Minutes]:
        """From every node to the job, and from the job to every node."""
        days = self._joined.days
        there = np.zeros(len(days.member) + len(days.start), np.int32)
        back = np.zeros_like(there)
        for mode, nodes in self._joined.nodes.items():
            back[nodes], there[nodes] = roads.row(job.point, self._joined.places[mode], mode)
        for mode, nodes in self._joined.goals.items():
            back[nodes], _ = roads.row(job.point, self._joined.ends[mode], mode)
        return there, back


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, np.int64)


def _offsets(counts: Sequence[int]) -> Ints:
    return _ints(list(accumulate(counts, initial=0)))
