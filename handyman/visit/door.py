"""How a link opens its pages: what it is good for, how often, and what is said where it is over."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from handyman.extensions import limiter
from handyman.languages import read_as_asked, read_in
from handyman.links import LinkError, LinkOverError, mark_of, open_link
from handyman.models import Link
from handyman.visit import pages
from handyman.visit.offline import answers
from handyman.visit.open import Job, NotInLinkError, Standing, open_job
from handyman.visit.opening import closes_at
from handyman.visit.taps import new_key
from handyman.words import at_minute, seoul_day

KEPT_FOR = "X-Kept-For"  # seconds: a telephone's clock may go wrong
NEXT_IN = "X-Kept-Next-In"  # seconds until the page of the day itself is shown
View = TypeVar("View", bound=Callable[..., Any])
KEPT_BY_THE_TELEPHONE = frozenset({"visit.photo", "reporting.photo"})


def _was_a_guess(response: Response) -> bool:
    return response.status_code == 404


def limited(view: View) -> View:
    """Room for a team behind one address, and little for somebody who guesses tokens."""
    limit = limiter.shared_limit("240 per minute", scope="links")
    return cast("View", limit(guarded(view)))


def guarded(view: View) -> View:
    """Against guessing alone: what open pages ask by themselves takes no room from what people press."""
    guesses = limiter.shared_limit("20 per minute", scope="link guesses", deduct_when=_was_a_guess)
    return cast("View", guesses(view))


def open_door(token: str, at: datetime) -> Link:
    """The link, its pages in the language of the member who holds it."""
    try:
        link = open_link(token, at)
    except LinkOverError as error:
        read_in(error.language)
        g.who = mark_of(error.member_id) if error.member_id else ""
        raise pages.GoneError("over") from error
    except LinkError as error:
        read_as_asked()
        raise pages.GoneError("unknown", 404) from error
    read_in(link.member.language)
    g.who = mark_of(link.member_id)
    return link


def find_job(token: str, visit_id: int, at: datetime) -> Job:
    """The job behind a link, while there is something in it for this member."""
    return job_of(open_door(token, at), visit_id, at)


def job_of(link: Link, visit_id: int, at: datetime) -> Job:
    try:
        found = open_job(link, visit_id, at)
    except NotInLinkError as error:
        raise pages.GoneError("unknown", 404) from error
    if found.standing not in (Standing.ASKED, Standing.ACCEPTED):
        raise pages.GoneError(found.standing)
    keep_for(link, [found], at)
    return found


def keep_for(link: Link, jobs: Iterable[Job], at: datetime) -> None:
    """How long a telephone may show this page again: no longer than we would."""
    opened = [job.visit for job in jobs if job.opened]
    closing = [closes_at(visit.window_end, visit.finished_at) for visit in opened]
    g.kept_for = int((min([link.closes_at, *closing]) - at).total_seconds())
    mornings = [at_minute(visit.day, 0) for visit in opened if visit.day > seoul_day(at)]
    if mornings:
        g.next_in = int((min(mornings) - at).total_seconds())


def back(token: str, visit_id: int, endpoint: str = "visit.job", **more: Any) -> ResponseReturnValue:
    return redirect(url_for(endpoint, token=token, visit_id=visit_id, **more), 303)


def furnish(bp: Blueprint) -> None:
    """Refusals in the telephone's own clothes, keys for its buttons, and no copy anywhere on the way."""
    bp.register_error_handler(pages.GoneError, _gone)
    for code in (400, 404, 405, 413, 429):
        bp.register_error_handler(code, _refused)
    bp.after_request(_keep_private)
    bp.after_request(answers.answer)
    bp.context_processor(lambda: {"new_key": new_key})


def _gone(error: pages.GoneError) -> ResponseReturnValue:
    return pages.gone(error.why), error.status


def _refused(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 400
    return pages.refused(code, stale=isinstance(error, CSRFError)), code


def _keep_private(response: Response) -> Response:
    """The address is a key: no search engine lists it and no shared cache keeps the page."""
    if request.endpoint not in KEPT_BY_THE_TELEPHONE:
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Cache-Control"] = "private, no-cache"
    if "kept_for" in g:
        response.headers[KEPT_FOR] = str(g.kept_for)
    if "next_in" in g:
        response.headers[NEXT_IN] = str(g.next_in)
    return response
