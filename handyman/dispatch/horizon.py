"""The days ahead, kept ready for calls: which windows, and who, without reading any day again.

It answers as `windows.propose` and `ranking.rank` do, where the rules can be read at leisure. A day is
replaced when it changes; whoever is being answered keeps the days as they were when the question came.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from threading import Lock
from typing import NamedTuple

from handyman.dispatch.answer import Answer, Question
from handyman.dispatch.day_arrays import DayArrays, SkillNumbers, Strip, make_arrays, make_strip, with_months
from handyman.dispatch.ground import Ground
from handyman.dispatch.problem import Job, MemberDay, Span
from handyman.dispatch.ranking import Excluded, Ranking, find_role, make_ranking
from handyman.dispatch.roads import Roads
from handyman.dispatch.rules import BOARD, Weights
from handyman.dispatch.warm import is_being_made
from handyman.dispatch.windows import Chance, Offer, choose_offers, propose

GROUNDS = 4  # rows of days that are kept joined: calls ask for the same ones again and again


class Free(NamedTuple):
    """A window that could be promised now; `ejects`: a promised visit would have to change its member."""

    day: date
    window: Span
    ejects: bool


class Horizon:
    def __init__(
        self,
        roads: Roads,
        skills: SkillNumbers | None = None,
        days: Mapping[date, DayArrays] | None = None,
    ) -> None:
        self._roads = roads
        self._skills = skills or SkillNumbers()
        self._days = dict(days or {})
        self._grounds: dict[tuple[DayArrays, ...], Ground] = {}
        self._lock = Lock()  # held by whoever changes a day

    def aside(self) -> "Horizon":
        """The same days, some of which are to be other for one question."""
        return Horizon(self._roads, self._skills, self._days)

    def dates(self) -> list[date]:
        return sorted(self._days)

    def day(self, day: date) -> tuple[MemberDay, ...]:
        return tuple(strip.day for strip in self._days[day].strips)

    def put(self, day: date, members: Iterable[MemberDay], *, anew: bool = False) -> None:
        """Everybody's day as it is now. Ways are asked for again where a day has changed, or all `anew`."""
        with self._lock:
            known = self._days.get(day)
            before = {strip.day.member_id: strip for strip in known.strips} if known and not anew else {}
            strips = [self._strip(member, before.get(member.member_id)) for member in members]
            self._days = {**self._days, day: make_arrays(strips, self._skills)}

    def count_again(self, day: date, minutes: Mapping[int, int]) -> None:
        """What members have in the month by now, because of other days of it."""
        with self._lock:
            known = self._days[day]
            if any(strip.day.month_minutes != minutes.get(strip.day.member_id, 0) for strip in known.strips):
                self._days = {**self._days, day: with_months(known, minutes)}

    def forget(self, day: date) -> None:
        with self._lock:
            self._days = {known: arrays for known, arrays in self._days.items() if known != day}

    def windows(
        self,
        job: Job,
        spans: Mapping[date, Sequence[Span]],
        earliest: Mapping[date, int] | None = None,
        limit: int = 6,
        weights: Weights = BOARD,
        *,
        eject: bool = True,
    ) -> list[Offer]:
        """As `windows.propose`, on the days of `spans`. `eject`: a promised visit may change its member."""
        dates = sorted(spans)
        if not dates:
            return []
        if is_being_made():
            days = {day: self.day(day) for day in dates}
            tell = self._roads.minutes
            return propose(job, days, spans, tell, earliest, limit, weights, eject=False)
        answer = self.ask(Question(job, spans, earliest or {}, weights, eject=eject))
        chances = _chances(answer, dates, spans, weights)
        return choose_offers(
            job, chances, dates[0], limit, partial(answer.draft, travel=self._roads.minutes), weights
        )

    def free(
        self,
        job: Job,
        spans: Mapping[date, Sequence[Span]],
        earliest: Mapping[date, int] | None = None,
        weights: Weights = BOARD,
    ) -> list[Free]:
        """Every window that could be promised, the best first: which, and not yet who or why."""
        dates = sorted(spans)
        if not dates:
            return []
        if is_being_made():
            every = sum(map(len, spans.values()))
            offers = self.windows(job, spans, earliest, every, weights)
            return [Free(offer.day, offer.window, offer.ejection is not None) for offer in offers]
        answer = self.ask(Question(job, spans, earliest or {}, weights, eject=True))
        chances = sorted(_chances(answer, dates, spans, weights), key=lambda chance: chance.order)
        return [Free(chance.day, chance.window, chance.ejects) for chance in chances]

    def candidates(
        self, job: Job, day: date, window: Span, earliest: int = 0, weights: Weights = BOARD
    ) -> Ranking:
        """As `ranking.rank`: who could go then, the best first, and which rule keeps the others from it."""
        question = Question(job, {day: [window]}, {day: earliest}, weights, narrow=window)
        answer = self.ask(question)
        found, excluded = [], []
        for row, strip in enumerate(answer.joined.strips):
            if answer.may_go(row):
                found.append((answer.contender(row), answer.seat(row)))
            elif ground := find_role(job, strip.day, window)[1]:
                excluded.append(Excluded(strip.day.member_id, ground))
        draft = answer.draft(0, self._roads.minutes) if answer.drafted() else None
        return make_ranking(job, found, excluded, draft, window, weights)

    def ask(self, question: Question) -> Answer:
        """The compiled answer for every member, day and window of the question."""
        return self._ground(sorted(question.windows)).ask(question, self._skills, self._roads)

    def _strip(self, member: MemberDay, before: Strip | None) -> Strip:
        return before if before and before.day == member else make_strip(member, self._roads.minutes)

    def _ground(self, dates: Sequence[date]) -> Ground:
        days = self._days
        parts = tuple(days[day] for day in dates)
        ground = self._grounds.get(parts)
        if ground is None:
            ground = Ground(dates, parts)
            with self._lock:
                while len(self._grounds) >= GROUNDS:
                    self._grounds.pop(next(iter(self._grounds)))
                self._grounds[parts] = ground
        return ground


def _chances(
    answer: Answer, dates: Sequence[date], spans: Mapping[date, Sequence[Span]], weights: Weights
) -> list[Chance]:
    """The windows that have a team, with what waiting for them costs."""
    slots = [(day, span) for day in dates for span in spans[day]]
    waiting = {day: weights.day_waited * (day - dates[0]).days for day in dates}
    return [
        Chance(cost + waiting[slots[number][0]], *slots[number], added, number, ejects)
        for number, cost, added, ejects in answer.drafted()
    ]
