"""The member's telephone page. No sign-in: the link in the text opens it, and says who holds it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import cast

from flask import Blueprint, abort, redirect, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from handyman import flow
from handyman.accounts.guard import OFFICE, View, needs, needs_token
from handyman.extensions import db, limiter, now, settings
from handyman.links import TOKEN_LENGTH, LinkError, LinkOverError, open_link
from handyman.models import Actor, DeclineReason, Link, Photo, StateError
from handyman.visit import pages
from handyman.visit.materials import cupboard_of
from handyman.visit.minutes import worked_minutes
from handyman.visit.open import Job, NotInLinkError, Standing, day_jobs, open_job
from handyman.visit.photo_form import read_photos
from handyman.visit.report_form import find_decline_problems, read_note, read_outcome, read_report

bp = Blueprint("visit", __name__)


def _was_a_guess(response: Response) -> bool:
    return response.status_code == 404


def limited(view: View) -> View:
    """Room for a team behind one address, and little for somebody who guesses tokens."""
    guesses = limiter.shared_limit("20 per minute", scope="link guesses", deduct_when=_was_a_guess)
    limit = limiter.shared_limit("240 per minute", scope="links")
    return cast("View", limit(guesses(view)))


@bp.get(f"/<string(length={TOKEN_LENGTH}):token>")
@limited
@needs_token
def by_text(token: str) -> ResponseReturnValue:
    """The address as it stands in a text, where each letter counts."""
    return _what_it_opens(token)


@bp.get("/v/<token>")
@limited
@needs_token
def opened(token: str) -> ResponseReturnValue:
    """What the link in a text opens: one job, or the day."""
    return _what_it_opens(token)


def _what_it_opens(token: str) -> ResponseReturnValue:
    at = now()
    link = _link(token, at)
    if link.visit_id is not None:
        return pages.job(token, _job(link, link.visit_id, at))
    return pages.day(token, link, day_jobs(link, at))


@bp.get("/v/<token>/<int:visit_id>")
@limited
@needs_token
def job(token: str, visit_id: int) -> ResponseReturnValue:
    at = now()
    return pages.job(token, _job(_link(token, at), visit_id, at))


@bp.post("/v/<token>/<int:visit_id>/accept")
@limited
@needs_token
def accept(token: str, visit_id: int) -> ResponseReturnValue:
    at = now()
    found = _job(_link(token, at), visit_id, at)
    if found.standing is Standing.ASKED and found.offer:
        with suppress(StateError, flow.BoardError):  # the page that follows says how it stands
            flow.answer_offer(found.offer.id, True, None, "", found.actor, at)
    return _back(token, visit_id)


@bp.get("/v/<token>/<int:visit_id>/decline")
@limited
@needs_token
def decline_form(token: str, visit_id: int) -> ResponseReturnValue:
    at = now()
    found = _job(_link(token, at), visit_id, at)
    if found.standing is not Standing.ASKED:
        return _back(token, visit_id)
    return pages.decline(token, found, {})


@bp.post("/v/<token>/<int:visit_id>/decline")
@limited
@needs_token
def decline(token: str, visit_id: int) -> ResponseReturnValue:
    at = now()
    found = _job(_link(token, at), visit_id, at)
    if found.standing is not Standing.ASKED or found.offer is None:
        return _back(token, visit_id)
    reason, note = request.form.get("reason", ""), read_note(request.form)
    problems = find_decline_problems(reason, note)
    if problems:
        return pages.decline(token, found, problems), 422
    with suppress(StateError, flow.BoardError):
        flow.answer_offer(found.offer.id, False, DeclineReason(reason), note, found.actor, at)
    return _back(token, visit_id)


@bp.post("/v/<token>/<int:visit_id>/travel")
@limited
@needs_token
def travel(token: str, visit_id: int) -> ResponseReturnValue:
    return _step(token, visit_id, flow.start_travel)


@bp.post("/v/<token>/<int:visit_id>/arrive")
@limited
@needs_token
def arrive(token: str, visit_id: int) -> ResponseReturnValue:
    return _step(token, visit_id, flow.arrive)


@bp.get("/v/<token>/<int:visit_id>/finish")
@limited
@needs_token
def finish_form(token: str, visit_id: int) -> ResponseReturnValue:
    """First how it went, then the form that fits."""
    at = now()
    found = _job(_link(token, at), visit_id, at)
    if not (found.is_due and found.team_complete):
        return _back(token, visit_id)
    outcome = read_outcome(request.args.get("outcome", ""))
    if outcome is None:
        return pages.outcome(token, found)
    return pages.finish(token, found, outcome, {"minutes": str(worked_minutes(found.visit, at, outcome))}, {})


@bp.post("/v/<token>/<int:visit_id>/finish")
@limited
@needs_token
def finish(token: str, visit_id: int) -> ResponseReturnValue:
    at = now()
    found = _job(_link(token, at), visit_id, at)
    if not (found.accepted and found.team_complete):
        return _back(token, visit_id)
    outcome = read_outcome(request.form.get("outcome", ""))
    if outcome is None:
        return pages.outcome(token, found, unanswered=True), 422
    work, problems = read_report(request.form, outcome, found.visit.items, cupboard_of(found.visit).all)
    actor = found.actor
    db.session.rollback()  # pictures take seconds: nobody waits for the database meanwhile
    pictures, refused = read_photos(request.files, settings().photo_max_mb)
    problems |= refused
    if problems:
        again = _job(_link(token, at), visit_id, at)
        return pages.finish(token, again, outcome, request.form, problems), 422
    with suppress(StateError):
        flow.finish(visit_id, work, pictures, actor, at)
    return _back(token, visit_id)


@bp.get("/visits/<int:visit_id>/photos/<int:photo_id>")
@needs(OFFICE)
def photo(visit_id: int, photo_id: int) -> ResponseReturnValue:
    name = db.session.scalar(select(Photo.file_name).where(Photo.id == photo_id, Photo.visit_id == visit_id))
    if name is None:
        abort(404)
    answer = send_from_directory(settings().photo_folder, name, mimetype="image/jpeg", max_age=3600)
    answer.cache_control.public = False
    answer.cache_control.private = True
    return answer


def _link(token: str, at: datetime) -> Link:
    try:
        return open_link(token, at)
    except LinkOverError as error:
        raise pages.GoneError("over") from error
    except LinkError as error:
        raise pages.GoneError("unknown", 404) from error


def _job(link: Link, visit_id: int, at: datetime) -> Job:
    """The job, while there is something in it for this member."""
    try:
        found = open_job(link, visit_id, at)
    except NotInLinkError as error:
        raise pages.GoneError("unknown", 404) from error
    if found.standing not in (Standing.ASKED, Standing.ACCEPTED):
        raise pages.GoneError(found.standing)
    return found


def _step(token: str, visit_id: int, step: Callable[[int, Actor, datetime], None]) -> ResponseReturnValue:
    at = now()
    found = _job(_link(token, at), visit_id, at)
    with suppress(StateError):
        step(visit_id, found.actor, at)
    return _back(token, visit_id)


def _back(token: str, visit_id: int) -> ResponseReturnValue:
    return redirect(url_for("visit.job", token=token, visit_id=visit_id), 303)


@bp.errorhandler(pages.GoneError)
def _gone(error: pages.GoneError) -> ResponseReturnValue:
    return pages.gone(error.why), error.status


@bp.errorhandler(400)
@bp.errorhandler(404)
@bp.errorhandler(405)
@bp.errorhandler(413)
@bp.errorhandler(429)
def _refused(error: HTTPException) -> ResponseReturnValue:
    """Refusals of the telephone pages in their own clothes."""
    code = error.code or 400
    return pages.refused(code, stale=isinstance(error, CSRFError)), code


@bp.after_request
def _keep_private(response: Response) -> Response:
    """The address is a key: no search engine lists it and no shared cache keeps the page."""
    if request.endpoint != "visit.photo":
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Cache-Control"] = "private, no-cache"
    return response
