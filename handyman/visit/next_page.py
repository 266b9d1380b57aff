"""Where a press leads: to what was forgotten, to safety, to the report, or back to the job."""

from flask.typing import ResponseReturnValue

from handyman.extensions import settings
from handyman.visit import forgotten, safety
from handyman.visit.door import back
from handyman.visit.open import Job
from handyman.visit.taps import steps_of


def next_page(token: str, job: Job) -> ResponseReturnValue:
    visit = job.visit
    if not job.working:
        return back(token, visit.id)
    if forgotten.missing(visit, steps_of(visit.id)) is not None:
        return back(token, visit.id, "visit.forgotten_form")
    if safety.needed(visit, settings().harness_from_cm) and safety.check_of(visit.id) is None:
        return back(token, visit.id, "visit.safety_form")
    return back(token, visit.id, "reporting.start" if visit.ended_at is not None else "visit.job")
