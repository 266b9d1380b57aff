"""Compile the core where that has not been done: `python -m handyman.dispatch.ready`.

It takes a minute or two once for each installation; from then on a process reads the machine code at once.
"""

import shutil
from datetime import date
from pathlib import Path

import numba
import numpy as np

from handyman.dispatch.horizon import Horizon
from handyman.dispatch.plan import plan
from handyman.dispatch.problem import Job, MemberDay, Point, Span, TravelMode
from handyman.dispatch.roads import Estimate
from handyman.dispatch.routing import Crew, Person, Problem, Vehicle, Visit


def ready_search() -> None:
    """What plans need."""
    visits = (Visit(1, place=0, service=1), Visit(2, place=0, service=1, crew=(Crew(), Crew())))
    vehicles = (Vehicle(1, person=1), Vehicle(2, person=2))
    here = np.zeros((1, 1), np.int64)
    plan(Problem(visits, vehicles, (Person(1), Person(2)), {"car": here}), seconds=None, rounds=1)


def ready_call() -> None:
    """What a call needs."""
    day, here = date(2026, 1, 5), Point(37.5, 126.9)
    horizon = Horizon(Estimate())
    horizon.put(
        day,
        [
            MemberDay(member_id, here, TravelMode.WALK, frozenset(), shifts=(Span(540, 1080),))
            for member_id in (1, 2)
        ],
    )
    for team_size in (1, 2):
        horizon.windows(Job(here, 30, team_size=team_size), {day: [Span(540, 660)]})


def forget_older() -> None:
    """The machine code of sources that are no more."""
    now = Path(str(numba.config.CACHE_DIR))  # type: ignore[attr-defined]
    for other in now.parent.glob("compiled-*"):
        if other != now:
            shutil.rmtree(other, ignore_errors=True)


if __name__ == "__main__":
    ready_search()
    ready_call()
    forget_older()
