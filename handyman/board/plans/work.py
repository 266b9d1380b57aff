"""The worker's side of a plan: it takes the oldest that waits, works it out, and says how far it is.

No lock is held while a plan is worked out, and nothing but the plan's own row is written: bookings that are
made meanwhile go on, and are noticed when the plan is to be taken.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from threading import Lock
from time import monotonic
from typing import Any

from handyman.board import road_times
from handyman.board.plans import facts as reading
from handyman.board.plans import waiting
from handyman.board.plans.facts import Facts
from handyman.board.plans.runs import days_of, may_call
from handyman.board.plans.stored import Held, Proposed, read_proposed, write_proposed, write_visits
from handyman.board.plans.turns import (
    Turn,
    anything_open,
    claim,
    end,
    fail,
    only_reading,
    put_back,
    requeue_lost,
    tell,
    turn_of,
)
from handyman.extensions import db, settings
from handyman.models import PlanFailure, PlanKind, PlanRun, PlanState

TELL_SECONDS = 1.0  # how often progress is written
PER_VISIT = 0.2  # seconds that one visit more is worth: a small day needs no long search
LEAST_SECONDS = 1.0
Clock = Callable[[], datetime]
_warming = Lock()
log = logging.getLogger(__name__)


def warm_up() -> None:
    """Have the search compiled, or its machine code read; whoever comes meanwhile waits for that."""
    from handyman.dispatch.ready import ready_search

    with _warming:
        ready_search()


def run_next(clock: Clock, go_on: Callable[[], bool] = lambda: True) -> bool:
    """Work out the oldest plan that waits; False when there is none."""
    if not anything_open():
        return False
    requeue_lost(clock())
    run_id = claim(clock())
    if run_id is None:
        return False
    work_out(run_id, clock, go_on)
    return True


def work_out(run_id: int, clock: Clock, go_on: Callable[[], bool] = lambda: True) -> None:
    """From the rows to a proposal. Whatever goes wrong is said on the plan's own page."""
    turn = turn_of(run_id)
    try:
        with only_reading():
            job = Job(turn, clock)
        job.search(go_on)
    except Exception as error:  # noqa: BLE001 - the plan must not stay open; what it was says its kind
        db.session.rollback()
        log.error("plan %s: %s", run_id, type(error).__name__)  # noqa: TRY400
        fail(turn, PlanFailure.TROUBLE, clock())


class Job:
    """One plan while it is worked out."""

    def __init__(self, turn: Turn, clock: Clock) -> None:
        run, now = db.session.get_one(PlanRun, turn.run_id), clock()
        self.turn, self.clock = turn, clock
        self.kind, self.limit, self.rounds = run.kind, run.seconds, run.rounds_at_most
        self.days = days_of(run)
        self.away = {(run.member_id, run.first_day)} if run.member_id is not None else set()
        self.wish = _wish(run)
        self.facts = _facts(run, self.days, now)
        self.waiting = waiting.load(self.facts, now) if self.facts and run.kind is PlanKind.WEEK else []

    def search(self, go_on: Callable[[], bool]) -> None:
        from handyman.board.plans.find import Wanted, find  # numba comes with it: only where it is planned
        from handyman.dispatch.validator import find_faults

        if self.facts is None:
            fail(self.turn, PlanFailure.NOTHING_TO_PLAN, self.clock())
            return
        self._begin()
        warm_up()  # done already, but for a plan that was asked for as soon as the worker began
        watch = Watch(self, go_on)
        wanted = Wanted(
            self.kind,
            None if self.rounds is not None else self._seconds(),
            self.rounds,
            frozenset(self.away),
            self.wish,
            settings().reminder_minutes,
            self.waiting,
            settings().plan_polish,
        )
        found = find(self.facts, wanted, road_times.travel(), watch)
        db.session.rollback()
        if watch.put_back:
            put_back(self.turn, self.clock())
        elif faults := find_faults(found.task.problem, found.plan):
            broken = sorted({fault.code.value for fault in faults})
            log.error("plan %s breaks %s", self.turn.run_id, ", ".join(broken))
            fail(self.turn, PlanFailure.FAULTS, self.clock())
        else:
            state = PlanState.STOPPED if watch.stopped else PlanState.READY
            end(self.turn, state, found.proposed, found.plan, self.clock())

    def _begin(self) -> None:
        assert self.facts is not None  # noqa: S101  # the caller has looked
        standing = write_visits({visit.id: visit.held for visit in self.facts.visits})
        tell(self.turn, standing=standing, versions=dict(self.facts.versions))

    def _seconds(self) -> float:
        """A small day needs no long search."""
        visits = len(self.facts.visits) + len(self.waiting) if self.facts else 0
        return min(self.limit, max(LEAST_SECONDS, PER_VISIT * visits))


class Watch:
    """Looks up from the search now and then: tells how far it is, and whether somebody wants it to end."""

    def __init__(self, job: Job, go_on: Callable[[], bool]) -> None:
        self._job, self._go_on = job, go_on
        self._told_at, self._worth = monotonic(), (-1.0, -1.0)
        self.stopped = self.gone = self.put_back = False

    def __call__(self, progress: Any, best: Callable[[], Proposed]) -> bool:
        if self.over:
            return False
        if not self._go_on():
            self.put_back = True
            return False
        if monotonic() - self._told_at >= TELL_SECONDS:
            self._tell(progress, best)
            self._told_at = monotonic()
        return not self.over

    @property
    def over(self) -> bool:
        """Somebody has seen enough of it, or wants none of it."""
        return self.stopped or self.gone

    def _tell(self, progress: Any, best: Callable[[], Proposed]) -> None:
        values: dict[str, Any] = {
            "rounds": progress.rounds,
            "share": progress.share,
            "unserved": progress.unserved,
            "cost": progress.cost,
        }
        if (progress.unserved, progress.cost) != self._worth:
            proposed = best()
            values |= {"proposed": write_proposed(proposed), "left_out": proposed.after.left_out}
            self._worth = (progress.unserved, progress.cost)
        wish = tell(self._job.turn, beat_at=self._job.clock(), **values)
        self.gone, self.stopped = wish is None, bool(wish)


def _facts(run: PlanRun, days: Sequence[date], now: datetime) -> Facts | None:
    return reading.load(days, now, call_stand_bys=may_call(run)) if days else None


def _wish(run: PlanRun) -> dict[int, Held] | None:
    """What the plan that this one mends had proposed."""
    if run.follows_id is None:
        return None
    before = db.session.get_one(PlanRun, run.follows_id)
    return dict(read_proposed(before.proposed).visits) if before.proposed else None
