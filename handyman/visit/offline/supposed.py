"""A visit as it will stand when what was pressed without signal has arrived."""

from dataclasses import replace
from enum import StrEnum
from typing import Any, cast

from handyman.models import Visit, VisitState
from handyman.visit.open import Job
from handyman.visit.taps import Step


class As(StrEnum):
    """The pages of a job that a telephone without signal leads to."""

    ASSIGNED = "assigned"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    SAFE = "safe"  # arrived, and the ladder check is ticked
    ENDED = "ended"
    ASKED = "asked"  # answered, and the office does not know yet
    GIVEN_BACK = "given_back"  # the same, of whoever had said yes
    WAITING = "waiting"  # nothing is left to do but to find a signal


STATES = {
    As.ASSIGNED: VisitState.ASSIGNED,
    As.ON_THE_WAY: VisitState.ON_THE_WAY,
    As.ARRIVED: VisitState.ARRIVED,
    As.SAFE: VisitState.ARRIVED,
    As.ENDED: VisitState.ARRIVED,
}
LAST = {
    As.ON_THE_WAY: Step.TRAVEL,
    As.ARRIVED: Step.ARRIVE,
    As.SAFE: Step.ARRIVE,
    As.ENDED: Step.END,
}


class _Supposed:
    """A visit, apart from what is supposed of it. It belongs to no session, so nothing of it is stored."""

    def __init__(self, visit: Visit, **supposed: Any) -> None:
        self.__dict__.update(supposed, _visit=visit)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._visit, name)


def suppose(job: Job, stage: As) -> Job:
    ended = (job.visit.ended_at or job.seen_at) if stage is As.ENDED else None
    visit = _Supposed(
        job.visit, state=STATES[stage], ended_at=ended, arriving_at=None
    )  # nobody has been told
    return replace(job, visit=cast("Visit", visit))
