"""What is still to be asked of a visit: a step that nobody pressed, and what was there on the ladder.

It is asked at the next press, where a report begins and before it is sent, and at last where it was. Nothing
waits for the answer: who reports has reported.
"""

from enum import StrEnum

from handyman.extensions import settings
from handyman.ladder import needed
from handyman.models import Gear
from handyman.visit import forgotten, safety
from handyman.visit.open import Job
from handyman.visit.progress import joins
from handyman.visit.taps import Step, steps_of


class Question(StrEnum):
    """The two steps by their own names."""

    ARRIVE = Step.ARRIVE
    TRAVEL = Step.TRAVEL
    SAFETY = "safety"


def open_of(job: Job) -> list[Question]:
    """In the order of asking. Of the ladder nobody is asked who has not come to it yet."""
    if not (job.is_due or job.reported):
        return []
    steps = [Question(step) for step in forgotten.missing(job.visit, steps_of(job.visit.id))]
    worked = safety.worked(job.visit)
    asks = job.working if worked is None else worked
    unsafe = asks and gear_of(job) and safety.check_of(job.visit.id) is None
    return [*steps, Question.SAFETY] if unsafe and not joins(job.visit, job.actor) else steps


def first_open(job: Job) -> Question | None:
    return next(iter(open_of(job)), None)


def gear_of(job: Job) -> tuple[Gear, ...]:
    return needed(job.visit, settings().harness_from_cm)


def may_tick(job: Job) -> bool:
    """Whether the ladder check means anything here: at work, or afterwards."""
    at_work = job.working or ((job.is_due or job.reported) and safety.is_late(job.visit))
    return at_work and bool(gear_of(job))


def is_reporting(job: Job) -> bool:
    """The work is over, or something was said of how it went."""
    return job.is_due and (job.visit.ended_at is not None or safety.worked(job.visit) is not None)
