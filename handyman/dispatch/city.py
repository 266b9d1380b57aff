"""A city: districts that are problems of their own, planned side by side in processes of one machine.

A plan hangs on its problem alone: where rounds are the limit, any number of processes gives the same plans.
"""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import connection, get_context, parent_process
from multiprocessing.synchronize import Event
from threading import Thread
from typing import Any, TypeVar

from handyman.dispatch.cores import cores
from handyman.dispatch.plan import plan
from handyman.dispatch.ready import ready_search
from handyman.dispatch.routing import Plan, Problem

AHEAD = 2  # districts that wait for each process: it never stands idle, and a long list is not read at once
LOOK_SECONDS = 0.2  # how often it is asked whether to go on

Item = TypeVar("Item")
Result = TypeVar("Result")
GoOn = Callable[[], bool]
Act = Callable[[Item, GoOn], Result]


class ProcessLostError(Exception):
    """A planning process came to a sudden end: mostly for want of memory. Fewer processes need less."""


def plan_many(
    problems: Iterable[Problem],
    *,
    seconds: float | None = 2.0,
    rounds: int | None = None,
    seed: int = 0,
    processes: int | None = None,
    go_on: GoOn = lambda: True,
) -> Iterator[Plan]:
    """A plan for each problem, in their order; the limits are those of each."""
    return side_by_side(_Planning(seconds, rounds, seed), problems, processes or cores(), go_on)


def side_by_side(
    act: Act[Item, Result], items: Iterable[Item], processes: int, go_on: GoOn = lambda: True
) -> Iterator[Result]:
    """What becomes of each item, in their order. Once `go_on` says no, each ends with what it has."""
    if processes == 1:
        yield from (act(item, go_on) for item in items)
        return
    ready_search()  # once, not in every process
    context = get_context("spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(stop,))
    waiting: deque[Future[Result]] = deque()
    result = partial(_wait, stop, go_on)
    try:
        for item in items:
            waiting.append(pool.submit(_act, act, item))
            if len(waiting) >= AHEAD * processes:
                yield result(waiting.popleft())
        while waiting:
            yield result(waiting.popleft())
    except BrokenProcessPool as error:
        raise ProcessLostError("A planning process came to a sudden end. Use fewer processes.") from error
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Planning:
    """How each problem is planned."""

    seconds: float | None
    rounds: int | None
    seed: int

    def __call__(self, problem: Problem, go_on: GoOn) -> Plan:
        return plan(
            problem,
            seconds=self.seconds,
            rounds=self.rounds,
            seed=self.seed,
            watch=lambda _progress, _best: go_on(),
        )


def _wait(stop: Event, go_on: GoOn, future: Future[Result]) -> Result:
    while not wait([future], LOOK_SECONDS).done:
        if not go_on():
            stop.set()
    return future.result()


_stopped: list[Event] = []  # of this process, when it is one of many


def _begin(stop: Event) -> None:
    """In each process, first: only who started it ends it."""
    _stopped[:] = [stop]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    ready_search()


def _act(act: Act[Any, Result], item: Any) -> Result:
    return act(item, lambda: not _stopped[0].is_set())


def _end_with_parent() -> None:
    """A parent that was killed says nothing to the processes that it started."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
