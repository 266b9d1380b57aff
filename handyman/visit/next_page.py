"""Where a press leads: to what is still to be asked, to the report, or back to the job."""

from flask.typing import ResponseReturnValue

from handyman.visit.door import back
from handyman.visit.open import Job
from handyman.visit.questions import Question, first_open, is_reporting

FORMS = {
    Question.ARRIVE: "visit.forgotten_form",
    Question.TRAVEL: "visit.forgotten_form",
    Question.SAFETY: "visit.safety_form",
}


def next_page(token: str, job: Job) -> ResponseReturnValue:
    """After a step: when the work is over its report comes next."""
    over = job.is_due and job.visit.ended_at is not None
    return asked(token, job) or back(token, job.visit.id, "reporting.start" if over else "visit.job")


def go_on(token: str, job: Job) -> ResponseReturnValue:
    """After an answer: a report that was begun is gone on with."""
    begun = is_reporting(job)
    return asked(token, job) or back(token, job.visit.id, "reporting.start" if begun else "visit.job")


def asked(token: str, job: Job) -> ResponseReturnValue | None:
    """What is still to be asked, first."""
    question = first_open(job)
    return back(token, job.visit.id, FORMS[question]) if question else None
