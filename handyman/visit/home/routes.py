"""What a resident opens from a text: the visit, yes, another time, no more; and afterwards how it was."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from handyman import flow
from handyman.accounts.guard import needs_token
from handyman.errors import sentence
from handyman.extensions import now
from handyman.languages import read_as_asked, read_in
from handyman.links import LinkError, LinkOverError
from handyman.models import Answer, CancelReason, StateError, VisitState
from handyman.page_links import open_page
from handyman.photos import show
from handyman.visit import promise
from handyman.visit.door import limited
from handyman.visit.home import names, satisfaction
from handyman.visit.home.open import Home, answer_of, load
from handyman.words import seoul_day

bp = Blueprint("home", __name__)
bp.record_once(
    lambda state: state.app.jinja_env.globals.update(called_at_door=names.called, initials=names.initials)
)
WORDS_KEPT_FOR = 30 * 60  # seconds that a telephone keeps what was not sent: others of the home may hold it
REASONS = {
    CancelReason.RESIDENT_AWAY: _l("그날 집에 없습니다"),
    CancelReason.REPAIRED_ALREADY: _l("이미 고쳤습니다"),
    CancelReason.RESIDENT_CANCELLED: _l("이제 필요 없습니다"),
}


class GoneError(Exception):
    """Nothing can be opened here."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.why, self.status = why, status


@bp.get("/r/<token>")
@limited
@needs_token
def opened(token: str) -> ResponseReturnValue:
    home = _home(token, now())
    return _page(token, home) if _shows(home) else _back(token)


@bp.get("/r/<token>/faces/<int:member_id>")
@limited
@needs_token
def face(token: str, member_id: int) -> ResponseReturnValue:
    """Of somebody who comes to this home, while they come."""
    home = _home(token, now())
    coming = [member.photo for member in home.team if member.id == member_id] if home.is_coming else []
    return show(coming[0] if coming else "")


@bp.post("/r/<token>/confirm")
@limited
@needs_token
def confirm(token: str) -> ResponseReturnValue:
    return _answer(token, Answer.GOOD)


@bp.post("/r/<token>/another")
@limited
@needs_token
def another(token: str) -> ResponseReturnValue:
    return _answer(token, Answer.ANOTHER_TIME)


@bp.get("/r/<token>/cancel")
@limited
@needs_token
def cancel_form(token: str) -> ResponseReturnValue:
    """Asked once more, with the reason: a slip of the thumb calls nothing off."""
    home = _home(token, now())
    return _cancel_page(token, home, "") if home.may_answer and _shows(home) else _back(token)


@bp.post("/r/<token>/cancel")
@limited
@needs_token
def cancel(token: str) -> ResponseReturnValue:
    at = now()
    home = _home(token, at)
    reason = request.form.get("reason", "")
    if home.may_answer and reason not in set(REASONS):
        return _cancel_page(token, home, _("까닭을 하나 골라 주십시오.")), 422
    if home.may_answer:
        try:
            flow.cancel_by_resident(home.visit.id, CancelReason(reason), home.by, at, _seen())
        except flow.ChangedMeanwhileError:
            return _back(token, moved=1)
        except (StateError, flow.BoardError):
            return _back(token)  # which says how it stands
    return _back(token)


@bp.post("/r/<token>/rate")
@limited
@needs_token
def rate(token: str) -> ResponseReturnValue:
    at = now()
    home = _home(token, at)
    said, problems = satisfaction.read(request.form)
    if home.visit.state is VisitState.FINISHED and said is None:
        return _page(token, home, problems), 422
    if said is not None:
        flow.rate_visit(home.visit.id, said, home.by, at)
    return _back(token)


@bp.get("/r/<token>/<any(confirm, another, rate):button>")
@limited
@needs_token
def reopened(token: str, button: str) -> ResponseReturnValue:
    """The address of a button, opened anew: by another browser, or after the page was killed."""
    _home(token, now())
    return _back(token)


def _home(token: str, at: datetime) -> Home:
    try:
        home = load(open_page(token, at).id, at)
    except LinkOverError as error:
        read_in(error.language)
        raise GoneError("over", 410) from error
    except LinkError as error:
        read_as_asked()
        raise GoneError("unknown", 404) from error
    read_in(home.visit.resident.person.language)
    return home


def _shows(home: Home) -> bool:
    """False where it has moved since it was read. Who asks for its head alone is shown nothing."""
    if home.is_coming and request.method != "HEAD":
        try:
            flow.see_promise(home.visit.id, home.by, home.seen_at, promise.of_visit(home.visit))
        except flow.ChangedMeanwhileError:
            return False
    return True


def _answer(token: str, said: Answer) -> ResponseReturnValue:
    at = now()
    home = _home(token, at)
    if home.may_answer:
        try:
            flow.answer_promise(home.visit.id, said, home.by, at, _seen())
        except flow.ChangedMeanwhileError:
            return _back(token, moved=1)
    return _back(token)


def _seen() -> str:
    return request.form.get(promise.SHOWN, "")


def _page(token: str, home: Home, problems: dict[str, str] | None = None) -> str:
    shown = {"token": token, "home": home, "visit": home.visit, "today": seoul_day(home.seen_at)}
    if home.is_coming:
        moved = "moved" in request.args and home.may_answer
        return render_template(
            "home/visit.html", **shown, answer=answer_of(home.visit), moved=moved, promised=_promised(home)
        )
    if home.visit.state is VisitState.FINISHED:
        return render_template(
            "home/rate.html",
            **shown,
            questions=satisfaction.QUESTIONS,
            said=satisfaction.of(home.visit.id),
            typed=request.form,
            problems=problems or {},
        )
    return render_template("home/over.html", **shown)


def _promised(home: Home) -> dict[str, str]:
    return {promise.SHOWN: promise.of_visit(home.visit)}


def _cancel_page(token: str, home: Home, problem: str) -> str:
    return render_template(
        "home/cancel.html",
        token=token,
        home=home,
        visit=home.visit,
        today=seoul_day(home.seen_at),
        reasons=REASONS,
        promised=_promised(home) | promise.said(request.form),
        problem=problem,
    )


def _back(token: str, **more: Any) -> ResponseReturnValue:
    return redirect(url_for("home.opened", token=token, **more), 303)


@bp.context_processor
def _kept_for() -> dict[str, int]:
    return {"words_kept_for": WORDS_KEPT_FOR}


@bp.errorhandler(GoneError)
def _gone(error: GoneError) -> ResponseReturnValue:
    title = _("기간이 지난 주소입니다") if error.why == "over" else _("열 수 없는 주소입니다")
    advice = _("궁금하신 것은 사무실로 전화해 주십시오.")
    return render_template("home/gone.html", title=title, advice=advice), error.status


@bp.errorhandler(400)
@bp.errorhandler(404)
@bp.errorhandler(405)
@bp.errorhandler(413)
@bp.errorhandler(429)
def _refused(error: HTTPException) -> ResponseReturnValue:
    """Refusals of these pages in their own clothes."""
    code = error.code or 400
    title, advice = sentence(code)
    if isinstance(error, CSRFError):
        title = _("화면이 오래되어 저장하지 못했습니다")
        advice = _("문자에 있는 주소를 다시 눌러 주십시오.")
    return render_template("home/gone.html", title=title, advice=advice), code


@bp.after_request
def _keep_private(response: Response) -> Response:
    """The address is a key: no search engine lists it and no shared cache keeps the page."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
