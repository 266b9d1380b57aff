"""What a telephone fetches while it has signal: the pages of a job, and a stamp for what is sent later."""

from flask import Blueprint, jsonify, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from handyman.accounts.guard import needs_token, public
from handyman.extensions import now
from handyman.models import Link
from handyman.visit import pages
from handyman.visit.door import find_job, furnish, job_of, keep_for, limited, open_door
from handyman.visit.offline import kit
from handyman.visit.open import day_jobs

bp = Blueprint("offline", __name__)
furnish(bp)


@bp.get("/v/<token>/kit")
@limited
@needs_token
def of_link(token: str) -> ResponseReturnValue:
    """What the link in a text opens."""
    at = now()
    link = open_door(token, at)
    if link.visit_id is None:
        return _day(token, link)
    job = job_of(link, link.visit_id, at)
    page = pages.job(token, job)
    return jsonify(pages=_addresses(token, page) | kit.of_job(token, job), files=kit.files(), more=[])


@bp.get("/v/<token>/<int:visit_id>/kit")
@limited
@needs_token
def of_job(token: str, visit_id: int) -> ResponseReturnValue:
    """One job of a day."""
    return jsonify(pages=kit.of_job(token, find_job(token, visit_id, now())), files=kit.files(), more=[])


@bp.get("/sent-forms")
@public
def stamp() -> ResponseReturnValue:
    """With which a form is taken that was filled in before the browser was closed."""
    return jsonify(stamp=generate_csrf())


def _day(token: str, link: Link) -> ResponseReturnValue:
    at = now()
    jobs = day_jobs(link, at)
    keep_for(link, jobs, at)
    page = pages.day(token, link, jobs)
    going = [job.visit.id for job in jobs if job.is_due and job.team_complete]
    more = [url_for("offline.of_job", token=token, visit_id=visit_id) for visit_id in going]
    return jsonify(pages=_addresses(token, page), files=kit.files(), more=more)


def _addresses(token: str, page: str) -> dict[str, str]:
    """As it stands in a text, and as our own pages write it."""
    return {url_for("visit.by_text", token=token): page, url_for("visit.opened", token=token): page}
