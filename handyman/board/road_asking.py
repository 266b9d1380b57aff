"""Asks the road service several things side by side, within one deadline; in trouble it is left alone."""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from math import ceil
from threading import Lock
from time import monotonic

from handyman.board.gateways import MOST_PLACES, THREADS, Durations, RefusedError, RoadError, RoadService
from handyman.board.road_memory import NO_WAY, Told, place_of
from handyman.dispatch.problem import Point, TravelMode
from handyman.dispatch.travel import SAME_PLACE_METRES, great_circle_metres

REST_SECONDS = 60.0
FASTEST = 33.0  # metres a second, as the crow flies: 120 km/h. Faster is a map that lacks one of the places
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """The ways from each of these places to each of those; never more than a service takes."""

    mode: TravelMode
    profile: str
    sources: tuple[Point, ...]
    targets: tuple[Point, ...]


def questions(
    mode: TravelMode, profile: str, sources: Sequence[Point], targets: Sequence[Point]
) -> Iterator[Question]:
    """As many as it takes."""
    for some in _portions(sources):
        for others in _portions(targets):
            yield Question(mode, profile, some, others)


class Asker:
    """One service, the threads that ask it, and whether it is left alone just now."""

    def __init__(self, service: RoadService, seconds: float) -> None:
        self._service = service
        self._seconds = seconds
        self._awake = 0.0
        self._threads: ThreadPoolExecutor | None = None
        self._lock = Lock()

    @property
    def rests(self) -> bool:
        return monotonic() < self._awake

    def ask(self, asked: Sequence[Question]) -> list[Told]:
        """What was told in time, and while somebody waits: one deadline for all."""
        if not asked or self.rests:
            return []
        deadline = monotonic() + self._seconds
        answers = [(each, self._pool().submit(self._answer, each, deadline)) for each in asked]
        wait([answer for _, answer in answers], timeout=self._seconds)
        return [told for each, answer in answers for told in self._heard(each, answer)]

    def ask_at_leisure(self, asked: Sequence[Question]) -> Iterator[list[Told]]:
        """A few at a time, each few with the deadline of its own, until the service is in trouble."""
        for first in range(0, len(asked), THREADS):
            if self.rests:
                return
            yield self.ask(asked[first : first + THREADS])

    def _answer(self, asked: Question, deadline: float) -> Durations:
        left = deadline - monotonic()
        if left <= 0:
            raise RoadError("no time is left")
        return self._service.ask(asked.sources, asked.targets, asked.profile, left)

    def _heard(self, asked: Question, answer: "Future[Durations]") -> list[Told]:
        if not answer.done():
            answer.cancel()
            self._leave_alone("late")
            return []
        error = answer.exception()
        if isinstance(error, RefusedError):  # one of the places, not the service
            log.warning("the road service refused a question: %s", error)
            return told(asked, [[None] * len(asked.targets)] * len(asked.sources))
        if error is not None:
            self._leave_alone(str(error) if isinstance(error, RoadError) else type(error).__name__)
            return []
        return told(asked, answer.result())

    def _leave_alone(self, why: str) -> None:
        with self._lock:
            rested, self._awake = self.rests, monotonic() + REST_SECONDS
        if not rested:
            log.warning("the road service is left alone for a while: %s", why)

    def _pool(self) -> ThreadPoolExecutor:
        """Made at the first question, hence in the process that asks it."""
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="roads")
            return self._threads


def told(asked: Question, durations: Durations) -> list[Told]:
    """Each pair of places; those that the estimate knows better are told as NO_WAY."""
    return [
        Told(asked.mode, place_of(start), place_of(end), _seconds(start, end, seconds))
        for start, row in zip(asked.sources, durations, strict=True)
        for end, seconds in zip(asked.targets, row, strict=True)
    ]


def _seconds(start: Point, end: Point, seconds: float | None) -> int:
    metres = great_circle_metres(start, end)
    if seconds is None or metres <= SAME_PLACE_METRES or metres > FASTEST * seconds:
        return NO_WAY
    return ceil(seconds)


def _portions(places: Sequence[Point]) -> Iterator[tuple[Point, ...]]:
    for first in range(0, len(places), MOST_PLACES):
        yield tuple(places[first : first + MOST_PLACES])
