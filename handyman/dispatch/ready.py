"""Compile the core where that has not been done: `python -m handyman.dispatch.ready`.

It takes a minute or two once for each installation; from then on a process reads the machine code at once.
"""

import shutil
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import numba
import numpy as np

from handyman.dispatch.horizon import Horizon
from handyman.dispatch.plan import plan
from handyman.dispatch.problem import Job, MemberDay, Point, Span, Stop, TravelMode
from handyman.dispatch.roads import Estimate
from handyman.dispatch.routing import Crew, Person, Problem, Vehicle, Visit
from handyman.dispatch.warm import making


def ready_search() -> None:
    """What plans need."""
    visits = (Visit(1, place=0, service=1), Visit(2, place=0, service=1, crew=(Crew(), Crew())))
    vehicles = (Vehicle(1, person=1), Vehicle(2, person=2))
    here = np.zeros((1, 1), np.int64)
    plan(Problem(visits, vehicles, (Person(1), Person(2)), {"car": here}), seconds=None, rounds=1)


def ready_call() -> None:
    """What a call needs: one who goes, two together, and a visit that changes its member for either."""
    day, here, window = date(2026, 1, 5), Point(37.5, 126.9), Span(540, 660)
    visit = Stop(1, here, window, 120, 540, may_change=True)
    horizon = Horizon(Estimate())
    with making():
        for stops in ((), (visit,)):
            crew = [
                MemberDay(1, here, TravelMode.WALK, frozenset({"all"}), (window,), stops),
                MemberDay(2, here, TravelMode.WALK, frozenset(), (window,)),
                MemberDay(3, here, TravelMode.WALK, frozenset(), (window,)),
            ]
            horizon.put(day, crew)
            for team_size in (1, 2):
                horizon.windows(Job(here, 120, frozenset({"all"}), team_size), {day: [window]})


def forget_older() -> None:
    """The machine code of sources that are no more."""
    now = Path(str(numba.config.CACHE_DIR))  # type: ignore[attr-defined]
    for other in now.parent.glob("compiled-*"):
        if other != now:
            shutil.rmtree(other, ignore_errors=True)


if __name__ == "__main__":
    with ProcessPoolExecutor(2, get_context("spawn")) as processes:  # plans and calls share no function
        for part in [processes.submit(ready_search), processes.submit(ready_call)]:
            part.result()
    forget_older()
