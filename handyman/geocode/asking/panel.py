"""Asks the others side by side, within one deadline; who failed is left alone for a while."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic, sleep

from handyman.geocode.asking.providers.answer import Answer

WAIT_SECONDS = 1.0
log = logging.getLogger(__name__)


class BusyError(Exception):
    """It was asked so lately that its turn comes after the deadline: no failure of its own."""


@dataclass(eq=False)
class Colleague:
    """One provider: how to ask it, how often, and what its terms allow.

    `storable`: an answer may go into the file of the call it was asked for. `cached`: it may be told again.
    """

    name: str
    search: Callable[[str, float], Sequence[Answer]]
    rest: Callable[[BaseException], float]  # how many seconds to leave it alone after such an error
    storable: bool = False
    cached: bool = False
    pause: float = 0.0  # the least time between two questions
    _awake: float = field(default=0.0, init=False)
    _turn: float = field(default=0.0, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    @property
    def rests(self) -> bool:
        return monotonic() < self._awake

    def ask(self, text: str, deadline: float) -> Sequence[Answer]:
        """What it says, when its turn comes before the deadline."""
        with self._lock:
            at = max(monotonic(), self._turn)
            if at >= deadline:
                raise BusyError
            self._turn = at + self.pause
        sleep(max(0.0, at - monotonic()))
        return self.search(text, deadline - monotonic())

    def leave_alone(self, error: BaseException) -> None:
        """An error of its own, or no word before the deadline."""
        seconds = self.rest(error)
        with self._lock:
            self._awake = max(self._awake, monotonic() + seconds)
        log.warning("geocoder %s did not answer: %s", self.name, type(error).__name__)


class Circle:
    """The colleagues in the order of the settings, and the threads that ask them."""

    def __init__(self, colleagues: Sequence[Colleague], seconds: float = WAIT_SECONDS) -> None:
        self.colleagues = tuple(colleagues)
        self.seconds = seconds
        self._threads: ThreadPoolExecutor | None = None
        self._lock = Lock()

    def ask(self, names: Sequence[str], text: str) -> dict[str, Sequence[Answer]]:
        """The answers of those who answered in time, by name; an empty one says that it knows of nothing."""
        deadline = monotonic() + self.seconds
        asked = {
            colleague: self._pool().submit(colleague.ask, text, deadline)
            for colleague in self.colleagues
            if colleague.name in names and not colleague.rests
        }
        wait(asked.values(), timeout=self.seconds)
        told: dict[str, Sequence[Answer]] = {}
        for colleague, future in asked.items():
            error = _error(future)
            if error is None:
                told[colleague.name] = future.result()
            elif not isinstance(error, BusyError):
                colleague.leave_alone(error)
        return told

    def _pool(self) -> ThreadPoolExecutor:
        """Made at the first question, hence in the process that asks it."""
        with self._lock:
            if self._threads is None:
                size = 4 * max(1, len(self.colleagues))
                self._threads = ThreadPoolExecutor(max_workers=size, thread_name_prefix="geocoders")
            return self._threads


def _error(future: "Future[Sequence[Answer]]") -> BaseException | None:
    if future.done():
        return future.exception()
    if future.cancel():
        return BusyError()
    return TimeoutError()
