"""The member's telephone page. No sign-in: the link in the text opens it, and says who holds it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter

from handyman import flow
from handyman.accounts.guard import OFFICE, needs, needs_token
from handyman.extensions import now
from handyman.links import SHAPE
from handyman.models import Actor, DeclineReason, StateError
from handyman.visit import forgotten, pages, promise, question_pages, safety
from handyman.visit.door import back, find_job, furnish, guarded, job_of, keep_for, limited, open_door
from handyman.visit.next_page import go_on, next_page
from handyman.visit.open import Job, Standing, day_jobs
from handyman.visit.progress import joins
from handyman.visit.promise import SHOWN
from handyman.visit.questions import Question, first_open, gear_of, may_tick, open_of
from handyman.visit.report_form import find_decline_problems, read_note
from handyman.visit.taps import Step, Tap, read_tap, was_kept
from handyman.visit.way import MapApp
from handyman.words import seoul_day

bp = Blueprint("visit", __name__)
furnish(bp)


class Token(BaseConverter):
    """What may be the token of a link: any other name that nobody knows stays a page that is not there."""

    regex = SHAPE


bp.record_once(lambda made: made.app.url_map.converters.update(token=Token))


@bp.get("/<token:token>")
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
    link = open_door(token, at)
    if link.visit_id is not None:
        return pages.job(token, job_of(link, link.visit_id, at))
    jobs = day_jobs(link, at)
    keep_for(link, jobs, at)
    return pages.day(token, link, jobs, seoul_day(at))


@bp.get("/v/<token>/<int:visit_id>")
@limited
@needs_token
def job(token: str, visit_id: int) -> ResponseReturnValue:
    return pages.job(token, find_job(token, visit_id, now()))


@bp.get("/v/<token>/<int:visit_id>/news")
@guarded
@needs_token
def news(token: str, visit_id: int) -> ResponseReturnValue:
    """Whether the open page of a job would show something else by now."""
    try:
        found = pages.version(find_job(token, visit_id, now()))
    except pages.GoneError as error:
        if error.status != 410:
            raise
        found = pages.OVER
    return Response(found, mimetype="text/plain")


@bp.post("/v/<token>/<int:visit_id>/accept")
@limited
@needs_token
def accept(token: str, visit_id: int) -> ResponseReturnValue:
    at = now()
    found = find_job(token, visit_id, at)
    return _answer(token, found, None, "", at)


@bp.get("/v/<token>/<int:visit_id>/decline")
@limited
@needs_token
def decline_form(token: str, visit_id: int) -> ResponseReturnValue:
    found = find_job(token, visit_id, now())
    if found.standing is not Standing.ASKED and not found.may_give_back:
        return back(token, visit_id)
    return pages.decline(token, found, {})


@bp.post("/v/<token>/<int:visit_id>/decline")
@limited
@needs_token
def decline(token: str, visit_id: int) -> ResponseReturnValue:
    at = now()
    found = find_job(token, visit_id, at)
    gives_back = found.may_give_back and promise.GIVES_BACK in request.form
    if found.offer is None or not (found.standing is Standing.ASKED or gives_back):
        return back(token, visit_id, late="decline")
    reason, note = request.form.get("reason", ""), read_note(request.form)
    problems = find_decline_problems(reason, note)
    if problems:
        return pages.decline(token, found, problems), 422
    if gives_back:
        return _give_back(token, found, DeclineReason(reason), note, at)
    return _answer(token, found, DeclineReason(reason), note, at)


@bp.get("/v/<token>/<int:visit_id>/way")
@limited
@needs_token
def way(token: str, visit_id: int) -> ResponseReturnValue:
    """Which map finds the way: chosen once."""
    found = find_job(token, visit_id, now())
    return pages.way(token, found) if found.opened else back(token, visit_id)


@bp.post("/v/<token>/<int:visit_id>/way")
@limited
@needs_token
def choose_way(token: str, visit_id: int) -> ResponseReturnValue:
    found, app = find_job(token, visit_id, now()), request.form.get("app", "")
    if app not in set(MapApp):
        return back(token, visit_id, "visit.way")
    flow.choose_map(found.member_id, MapApp(app))
    return back(token, visit_id, _anchor="way")


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


@bp.post("/v/<token>/<int:visit_id>/end")
@limited
@needs_token
def end(token: str, visit_id: int) -> ResponseReturnValue:
    return _step(token, visit_id, flow.end_work)


@bp.post("/v/<token>/<int:visit_id>/undo")
@limited
@needs_token
def undo(token: str, visit_id: int) -> ResponseReturnValue:
    """For five minutes after each press."""
    at = now()
    found, step = find_job(token, visit_id, at), request.form.get("step", "")
    tap = read_tap(request.form, at)
    if found.accepted and step in set(Step):
        with suppress(StateError):
            flow.undo_step(visit_id, Step(step), found.actor, tap, at)
    return back(token, visit_id) if was_kept(visit_id, tap.key) else back(token, visit_id, late="undo")


@bp.get("/v/<token>/<int:visit_id>/<any(accept, travel, arrive, end, undo):button>")
@limited
@needs_token
def reopened(token: str, visit_id: int, button: str) -> ResponseReturnValue:
    """The address of a button, opened anew: by another browser, or after the page was killed."""
    return back(token, find_job(token, visit_id, now()).visit.id)


@bp.get("/v/<token>/<int:visit_id>/forgotten")
@limited
@needs_token
def forgotten_form(token: str, visit_id: int) -> ResponseReturnValue:
    """When the step was that nobody pressed."""
    found = find_job(token, visit_id, now())
    step = first_open(found)
    if step is None or step is Question.SAFETY:
        return go_on(token, found)
    return question_pages.forgotten(token, found, Step(step), {})


@bp.post("/v/<token>/<int:visit_id>/forgotten")
@limited
@needs_token
def fill_in(token: str, visit_id: int) -> ResponseReturnValue:
    """What was said without signal is taken as nearly as it can have been."""
    at = now()
    found, form = find_job(token, visit_id, at), request.form
    if form.get("step") not in set(Step) or not (found.working or found.reported):
        return go_on(token, found)
    step, said, clock = Step(form["step"]), form.get("clock", ""), None
    if Question(step) in open_of(found) and said != question_pages.NOT_KNOWN:
        read = forgotten.roughly if "rough" in form else forgotten.read_clock
        clock = read(found.visit, step, said)
        if clock is None and "rough" not in form:
            problems = question_pages.clock_problem(found, step)
            return question_pages.forgotten(token, found, step, problems, typed=said), 422
    with suppress(StateError):
        flow.fill_in_step(visit_id, step, clock, found.actor, read_tap(form, at), at)
    return go_on(token, find_job(token, visit_id, at))


@bp.get("/v/<token>/<int:visit_id>/safety")
@limited
@needs_token
def safety_form(token: str, visit_id: int) -> ResponseReturnValue:
    """What has to be there before somebody climbs; afterwards, what was."""
    found = find_job(token, visit_id, now())
    if not may_tick(found) or safety.check_of(visit_id) is not None or joins(found.visit, found.actor):
        return go_on(token, found)
    return question_pages.safety(token, found, gear_of(found), {})


@bp.post("/v/<token>/<int:visit_id>/safety")
@limited
@needs_token
def tick_safety(token: str, visit_id: int) -> ResponseReturnValue:
    at = now()
    found = find_job(token, visit_id, at)
    gear, there = gear_of(found), request.form.getlist("there")
    if not may_tick(found):
        return back(token, visit_id)
    if not safety.is_late(found.visit) and not set(gear) <= set(there):
        return question_pages.safety(token, found, gear, question_pages.gear_problem(gear)), 422
    with suppress(StateError):
        flow.tick_safety(visit_id, gear, there, found.actor, read_tap(request.form, at), at)
    return go_on(token, find_job(token, visit_id, at))


@bp.get("/visits/<int:visit_id>/photos/<int:photo_id>")
@needs(OFFICE)
def photo(visit_id: int, photo_id: int) -> ResponseReturnValue:
    return pages.picture(visit_id, photo_id, small="small" in request.args)


def _answer(
    token: str, found: Job, reason: DeclineReason | None, note: str, at: datetime
) -> ResponseReturnValue:
    """A yes where there is no reason; asked again where the page had shown another time."""
    visit_id = found.visit.id
    if found.standing is not Standing.ASKED or found.offer is None:
        return back(token, visit_id)
    press, seen = (visit_id, read_tap(request.form, at)), request.form.get(SHOWN, "")
    try:
        flow.answer_offer(found.offer.id, reason is None, reason, note, found.actor, at, press, seen)
    except flow.ChangedMeanwhileError:
        return _ask_again(token, find_job(token, visit_id, at))
    except (StateError, flow.BoardError):
        return back(token, visit_id)  # which says how it stands
    return back(token, visit_id)


def _give_back(token: str, found: Job, reason: DeclineReason, note: str, at: datetime) -> ResponseReturnValue:
    """Asked again where the page had shown another time."""
    if found.offer is None:
        return back(token, found.visit.id)
    press, seen = (found.visit.id, read_tap(request.form, at)), request.form.get(SHOWN, "")
    try:
        flow.give_back(found.offer.id, reason, note, found.actor, at, press, seen)
    except flow.ChangedMeanwhileError:
        return pages.decline(token, found, pages.moved_problem(found), anew=True), 422
    except (StateError, flow.BoardError):
        return back(token, found.visit.id, late="decline")
    return back(token, found.visit.id)


def _ask_again(token: str, found: Job) -> ResponseReturnValue:
    if found.standing is not Standing.ASKED:
        return back(token, found.visit.id)
    return pages.offer(token, found, problems=pages.moved_problem(found)), 422


def _step(
    token: str, visit_id: int, step: Callable[[int, Actor, datetime, Tap], None]
) -> ResponseReturnValue:
    at = now()
    found = find_job(token, visit_id, at)
    with suppress(StateError):
        step(visit_id, found.actor, at, read_tap(request.form, at))
    return next_page(token, find_job(token, visit_id, at))
