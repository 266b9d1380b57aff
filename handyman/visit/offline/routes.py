"""What a telephone fetches while it has signal: the pages of a job, and a stamp for what is sent later."""

from collections.abc import Sequence

from flask import Blueprint, g, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from handyman.accounts.guard import needs_token, public
from handyman.extensions import now
from handyman.models import Link
from handyman.visit import pages
from handyman.visit.door import find_job, furnish, job_of, keep_for, limited, open_door
from handyman.visit.offline import kit
from handyman.visit.open import day_jobs
from handyman.words import seoul_day

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
    later = kit.on_the_day(job)
    day = _addresses(token, pages.job(token, later)) if later else {}
    return _answer(_addresses(token, page) | kit.of_job(token, job), day | kit.of_the_day(token, job))


@bp.get("/v/<token>/<int:visit_id>/kit")
@limited
@needs_token
def of_job(token: str, visit_id: int) -> ResponseReturnValue:
    """One job of a day."""
    job = find_job(token, visit_id, now())
    return _answer(kit.of_job(token, job), kit.of_the_day(token, job))


@bp.get("/sent-forms")
@public
def stamp() -> ResponseReturnValue:
    """With which a form is taken that was filled in before the browser was closed."""
    return jsonify(stamp=generate_csrf(), now=_clock())


@bp.get("/no-signal")
@public
def no_signal() -> ResponseReturnValue:
    """What a telephone shows where it has neither signal nor the page."""
    return render_template("visit/no_signal.html")


def _day(token: str, link: Link) -> ResponseReturnValue:
    at = now()
    jobs = day_jobs(link, at)
    keep_for(link, jobs, at)
    here = _addresses(token, pages.day(token, link, jobs, seoul_day(at)))
    later = [kit.on_the_day(job) or job for job in jobs]
    on_the_day = (
        _addresses(token, pages.day(token, link, later, link.day)) if link.day and later != jobs else {}
    )
    going = [job.visit.id for job in later if job.is_due and job.team_complete]
    more = [url_for("offline.of_job", token=token, visit_id=visit_id) for visit_id in going]
    return _answer(here, on_the_day, more)


def _addresses(token: str, page: str) -> dict[str, str]:
    """As it stands in a text, and as our own pages write it."""
    return {url_for("visit.by_text", token=token): page, url_for("visit.opened", token=token): page}


def _answer(found: kit.Pages, day: kit.Pages, more: Sequence[str] = ()) -> ResponseReturnValue:
    """`day`: what is shown in the place of a page when the day has come; `more`: kits to fetch as well."""
    return jsonify(pages=found, day=day, files=kit.files(), more=list(more), who=g.who, now=_clock())


def _clock() -> int:
    """In milliseconds, as telephones count: theirs may go wrong."""
    return int(now().timestamp() * 1000)
