"""The report on the telephone: each step is kept by its own button, and each button counts once."""

from contextlib import suppress
from datetime import datetime
from io import BytesIO

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import needs_token
from handyman.extensions import db, now, settings
from handyman.models import Part, PhotoKind, StateError, Worry
from handyman.photos import MEGABYTE, PhotoError, Picture, is_blank, prepare
from handyman.visit.door import back, find_job, furnish, limited
from handyman.visit.materials import cupboard_of
from handyman.visit.minutes import worked_minutes
from handyman.visit.next_page import asked
from handyman.visit.open import Job
from handyman.visit.pages import picture
from handyman.visit.photo_form import read_photos
from handyman.visit.questions import is_reporting
from handyman.visit.report_form import Problems, read_outcome
from handyman.visit.reporting import pages, parts
from handyman.visit.reporting.said import read_materials, read_signature, read_work
from handyman.visit.taps import Tap, read_tap

bp = Blueprint("reporting", __name__)
furnish(bp)
STEPS = {
    Part.WORK: "reporting.work_form",
    Part.PHOTOS: "reporting.photos_form",
    Part.MATERIALS: "reporting.materials_form",
    Part.SIGNATURE: "reporting.signature_form",
}


class NotNowError(Exception):
    """Nothing can be reported: not yet, or no more. The page of the job says how it stands."""

    def __init__(self, token: str, visit_id: int) -> None:
        super().__init__()
        self.where = token, visit_id


@bp.errorhandler(NotNowError)
def _not_now(error: NotNowError) -> ResponseReturnValue:
    return back(*error.where)


@bp.get("/v/<token>/<int:visit_id>/report")
@limited
@needs_token
def start(token: str, visit_id: int) -> ResponseReturnValue:
    """First what was forgotten; then how it went, and how far the report is."""
    found, said = _open(token, visit_id, now()), parts.load(visit_id)
    if is_reporting(found) and (question := asked(token, found)):
        return question
    return pages.overview(token, found, said) if Part.WORK in said else pages.outcome(token, found)


@bp.get("/v/<token>/<int:visit_id>/report/outcome")
@limited
@needs_token
def outcome(token: str, visit_id: int) -> ResponseReturnValue:
    return pages.outcome(token, _open(token, visit_id, now()))


@bp.get("/v/<token>/<int:visit_id>/report/work")
@limited
@needs_token
def work_form(token: str, visit_id: int) -> ResponseReturnValue:
    at = now()
    found, said = _open(token, visit_id, at), parts.load(visit_id)
    chosen = read_outcome(request.args.get("outcome", "")) or parts.outcome_of(said)
    if chosen is None:
        return pages.outcome(token, found)
    typed = pages.work_of(found, said, chosen)
    minutes = worked_minutes(found.visit, found.visit.ended_at or at, chosen)
    why = request.args.get("why", "")  # chosen on the page that led here
    known = {"why": why} if why else {}
    return pages.work(token, found, chosen, {"minutes": str(minutes), **typed, **known}, {})


@bp.post("/v/<token>/<int:visit_id>/report/work")
@limited
@needs_token
def work(token: str, visit_id: int) -> ResponseReturnValue:
    at = now()
    found, chosen = _open(token, visit_id, at), read_outcome(request.form.get("outcome", ""))
    if chosen is None:
        return pages.outcome(token, found, unanswered=True), 422
    said, problems = read_work(request.form, chosen, found.visit.items)
    if problems:
        return pages.work(token, found, chosen, request.form, problems), 422
    return _keep(token, found, Part.WORK, said, at)


@bp.get("/v/<token>/<int:visit_id>/report/photos")
@limited
@needs_token
def photos_form(token: str, visit_id: int) -> ResponseReturnValue:
    found = _open(token, visit_id, now(), reported=True)
    return pages.photos(token, found, parts.outcome_of(parts.load(visit_id)), {})


@bp.post("/v/<token>/<int:visit_id>/report/photos")
@limited
@needs_token
def add_photos(token: str, visit_id: int) -> ResponseReturnValue:
    """Each photograph that can be kept is kept, whatever is wrong with another."""
    at = now()
    found = _open(token, visit_id, at, reported=True)
    problems = _keep_photos(found, (*pages.ALBUM, PhotoKind.RECEIPT), at, read_tap(request.form, at))
    if problems:
        return _photos_again(token, visit_id, at, problems)
    return back(token, visit_id, "reporting.photos_form")


@bp.post("/v/<token>/<int:visit_id>/report/photos/done")
@limited
@needs_token
def photos_done(token: str, visit_id: int) -> ResponseReturnValue:
    """What was chosen and not saved yet comes along."""
    at = now()
    found = _open(token, visit_id, at, reported=True)
    problems = _keep_photos(found, pages.ALBUM, at)
    if problems:
        return _photos_again(token, visit_id, at, problems)
    if found.reported:
        with suppress(StateError):
            flow.keep_photos(visit_id, (), found.actor, at, read_tap(request.form, at))  # the press counts
        return back(token, visit_id)
    return _keep(token, found, Part.PHOTOS, {}, at)


@bp.get("/v/<token>/<int:visit_id>/report/photos/<int:photo_id>/remove")
@bp.get("/v/<token>/<int:visit_id>/report/photos/done")
@limited
@needs_token
def photos_reopened(token: str, visit_id: int, photo_id: int = 0) -> ResponseReturnValue:
    """The address of a refused form, opened anew: by another browser, or after the page was killed."""
    _open(token, visit_id, now(), reported=True)
    return back(token, visit_id, "reporting.photos_form")


@bp.post("/v/<token>/<int:visit_id>/report/photos/<int:photo_id>/remove")
@limited
@needs_token
def remove_photo(token: str, visit_id: int, photo_id: int) -> ResponseReturnValue:
    at = now()
    found = _open(token, visit_id, at)
    with suppress(StateError):
        flow.remove_photo(visit_id, photo_id, found.actor, read_tap(request.form, at), at)
    of_receipt = request.form.get("from") == PhotoKind.RECEIPT
    return back(token, visit_id, STEPS[Part.MATERIALS if of_receipt else Part.PHOTOS])


@bp.get("/v/<token>/<int:visit_id>/photos/<int:photo_id>")
@limited
@needs_token
def photo(token: str, visit_id: int, photo_id: int) -> ResponseReturnValue:
    """To the team, as long as the home is open to it."""
    found = find_job(token, visit_id, now())
    if not (found.opened or found.is_due):
        abort(404)
    return picture(visit_id, photo_id, small="small" in request.args)


@bp.get("/v/<token>/<int:visit_id>/report/materials")
@limited
@needs_token
def materials_form(token: str, visit_id: int) -> ResponseReturnValue:
    found = _open(token, visit_id, now())
    return pages.materials(token, found, pages.used_of(found, parts.load(visit_id)), {})


@bp.post("/v/<token>/<int:visit_id>/report/materials")
@limited
@needs_token
def materials(token: str, visit_id: int) -> ResponseReturnValue:
    at = now()
    found = _open(token, visit_id, at)
    said, problems = read_materials(request.form, cupboard_of(found.visit).all)
    problems |= _keep_photos(found, (PhotoKind.RECEIPT,), at)
    if problems:
        again = find_job(token, visit_id, at)
        return pages.materials(token, again, request.form, problems), 422
    return _keep(token, found, Part.MATERIALS, said, at)


@bp.get("/v/<token>/<int:visit_id>/report/signature")
@limited
@needs_token
def signature_form(token: str, visit_id: int) -> ResponseReturnValue:
    found = _open(token, visit_id, now())
    return pages.signature(token, found, parts.load(visit_id).get(Part.SIGNATURE, {}), {})


@bp.post("/v/<token>/<int:visit_id>/report/signature")
@limited
@needs_token
def signature(token: str, visit_id: int) -> ResponseReturnValue:
    at = now()
    found = _open(token, visit_id, at)
    drawn, said, problems = read_signature(request.form)
    picture = _drawing(drawn, problems) if drawn is not None else None
    if problems:
        return pages.signature(token, found, {}, problems), 422
    with suppress(StateError):
        flow.keep_signature(visit_id, picture, said, found.actor, read_tap(request.form, at), at)
    return _onward(token, visit_id)


@bp.post("/v/<token>/<int:visit_id>/report/send")
@limited
@needs_token
def send(token: str, visit_id: int) -> ResponseReturnValue:
    at = now()
    found = _open(token, visit_id, at)
    with suppress(StateError):
        if not flow.send_report(visit_id, found.actor, read_tap(request.form, at), at):
            return _onward(token, visit_id)
    return back(token, visit_id)


@bp.get("/v/<token>/<int:visit_id>/report/send")
@limited
@needs_token
def send_reopened(token: str, visit_id: int) -> ResponseReturnValue:
    """The same of the last button."""
    return back(token, find_job(token, visit_id, now()).visit.id)


@bp.get("/v/<token>/<int:visit_id>/worry")
@limited
@needs_token
def worries(token: str, visit_id: int) -> ResponseReturnValue:
    """First tap: what was noticed. The next page asks whether the office may know."""
    found = _open(token, visit_id, now(), reported=True)
    said = request.args.get("worry", "")
    return pages.consent(token, found, Worry(said)) if said in set(Worry) else pages.worries(token, found)


@bp.post("/v/<token>/<int:visit_id>/worry")
@limited
@needs_token
def worry(token: str, visit_id: int) -> ResponseReturnValue:
    """Without a yes nothing of it is kept."""
    at = now()
    found, said = _open(token, visit_id, at, reported=True), request.form.get("worry", "")
    if said in set(Worry) and request.form.get("agreed") == "yes":
        with suppress(StateError):
            flow.pass_on_worry(visit_id, Worry(said), found.actor, read_tap(request.form, at), at)
    return back(token, visit_id)


def _open(token: str, visit_id: int, at: datetime, *, reported: bool = False) -> Job:
    """The job, when its day has come; `reported`: also when the report is sent already."""
    found = find_job(token, visit_id, at)
    if not (found.team_complete and (found.is_due or (reported and found.reported))):
        raise NotNowError(token, visit_id)
    return found


def _keep(token: str, found: Job, part: Part, said: pages.Said, at: datetime) -> ResponseReturnValue:
    with suppress(StateError):
        flow.keep_part(found.visit.id, part, said, found.actor, read_tap(request.form, at), at)
    return _onward(token, found.visit.id)


def _onward(token: str, visit_id: int) -> ResponseReturnValue:
    """To the next step of which nothing was said, else to what will be sent."""
    step = parts.next_step(parts.load(visit_id))
    return back(token, visit_id, STEPS[step] if step else "reporting.start")


def _photos_again(token: str, visit_id: int, at: datetime, problems: Problems) -> ResponseReturnValue:
    again = find_job(token, visit_id, at)
    return pages.photos(token, again, parts.outcome_of(parts.load(visit_id)), problems), 422


def _keep_photos(found: Job, kinds: tuple[PhotoKind, ...], at: datetime, tap: Tap | None = None) -> Problems:
    actor, visit_id = found.actor, found.visit.id
    db.session.rollback()  # pictures take seconds: nobody waits for the database meanwhile
    pictures, problems = read_photos(request.files, kinds, settings().photo_max_mb)
    if pictures:
        with suppress(StateError):
            if flow.keep_photos(visit_id, pictures, actor, at, tap):
                problems[pictures[-1].kind] = pages.no_room()
    return problems


def _drawing(drawn: bytes, problems: Problems) -> Picture | None:
    try:
        picture = prepare(BytesIO(drawn), PhotoKind.SIGNATURE, MEGABYTE)
    except PhotoError:
        problems["none"] = _("서명을 읽지 못했습니다. 다시 받아 주십시오.")
        return None
    if is_blank(picture):
        problems["none"] = _("서명 칸이 비어 있습니다. 다시 받으시거나 까닭을 골라 주십시오.")
    return picture
