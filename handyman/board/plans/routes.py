"""Plans: asked for, watched, taken or left."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import COORDINATORS, actor, needs
from handyman.board import pages
from handyman.board.forms import read_day
from handyman.board.plans import ill_page, page, taken_page, wording
from handyman.board.plans.runs import PlanClosedError
from handyman.board.plans.stored import ChangeKind
from handyman.board.plans.take import PlanOutdatedError
from handyman.board.plans.undo import SettledError
from handyman.board.refusals import BoardError, Closed, ClosedError
from handyman.extensions import now
from handyman.words import seoul_day

bp = Blueprint("plans", __name__)
PLAN = "<int(max=2147483647):plan_id>"


def _tell_templates(state: BlueprintSetupState) -> None:
    words = {
        "plan_state": wording.state,
        "plan_title": wording.title,
        "plan_change": wording.kind,
        "plan_step": wording.step,
    }
    state.app.jinja_env.globals.update(words, plan_failure=wording.failure, plan_tones=wording.TONES)


bp.record_once(_tell_templates)


@bp.get("/plans")
@needs(COORDINATORS)
def recent() -> ResponseReturnValue:
    return _recent({})


@bp.post("/plans")
@needs(COORDINATORS)
def ask() -> ResponseReturnValue:
    """Of a day, or of what is left of a week."""
    day = read_day(request.form.get("day", ""))
    if day is None:
        return _recent({"day": _("날짜를 2026-11-24처럼 적어 주십시오.")}), 422
    wanted = flow.plan_week if request.form.get("what") == "week" else flow.plan_day
    try:
        plan_id = wanted(day, actor(), now())
    except BoardError as error:
        return _recent({"day": _sentence(error)}), 422
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


@bp.get("/plans/ill")
@needs(COORDINATORS)
def ill() -> ResponseReturnValue:
    return _ill(request.args.get("member", ""), seoul_day(now()), {})


@bp.post("/plans/ill")
@needs(COORDINATORS)
def ask_for_ill() -> ResponseReturnValue:
    today = seoul_day(now())
    form = ill_page.read(request.form, ill_page.choices(today), today)
    if form.member_id is None or form.day is None:
        problems = {} if form.member_id is not None else {"member": _("누가 아픈지 골라 주십시오.")}
        if form.day is None:
            problems["day"] = _("어느 날인지 골라 주십시오.")
        return _ill(request.form.get("member", ""), form.day or today, problems), 422
    try:
        plan_id = flow.plan_for_ill(form.member_id, form.day, actor(), now())
    except ClosedError as error:
        return _ill("", today, {"member": _sentence(error)}), 422
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


@bp.get(f"/plans/{PLAN}")
@needs(COORDINATORS)
def show(plan_id: int) -> ResponseReturnValue:
    return _show(plan_id)


@bp.get(f"/plans/{PLAN}/progress")
@needs(COORDINATORS)
def progress(plan_id: int) -> ResponseReturnValue:
    """What changes on the page while the plan is worked out; once it is, the whole page comes anew."""
    run = page.find(plan_id) or abort(404)
    found = page.progress(run, now())
    if "HX-Request" not in request.headers:
        return redirect(url_for("plans.show", plan_id=plan_id), 303)
    if not found.is_open:
        return "", 200, {"HX-Refresh": "true"}
    return render_template("board/_plan_progress.html", page=found)


@bp.post(f"/plans/{PLAN}/stop")
@needs(COORDINATORS)
def stop(plan_id: int) -> ResponseReturnValue:
    try:
        flow.stop_plan(plan_id, now())
    except BoardError as error:
        return _refused(plan_id, error)
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


@bp.post(f"/plans/{PLAN}/leave")
@needs(COORDINATORS)
def leave(plan_id: int) -> ResponseReturnValue:
    try:
        flow.leave_plan(plan_id, actor(), now())
    except BoardError as error:
        return _refused(plan_id, error)
    flash(_("계획을 버렸습니다. 아무에게도 알리지 않았고 아무것도 바뀌지 않았습니다."), "success")
    found = page.find(plan_id) or abort(404)
    return redirect(url_for("board.day", day=found.first_day), 303)


@bp.post(f"/plans/{PLAN}/take")
@needs(COORDINATORS)
def take(plan_id: int) -> ResponseReturnValue:
    found = page.load(plan_id, now()) or abort(404)
    try:
        flow.take_plan(plan_id, actor(), now())
    except PlanOutdatedError as error:
        flash(
            _("그 사이에 배정이 바뀌어 아직 알리지 않았습니다. 바뀐 배정에 맞추어 다시 짜고 있습니다."),
            "warning",
        )
        return redirect(url_for("plans.show", plan_id=error.mended), 303)
    except BoardError as error:
        return _refused(plan_id, error)
    calls = found.counts.get(ChangeKind.CALL, 0)
    if calls:
        flash(
            _(
                "방문 %(count)s건은 갈 사람이 없습니다. 할 일 목록을 보고 어르신께 전화해 주십시오.",
                count=calls,
            ),
            "warning",
        )
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


@bp.post(f"/plans/{PLAN}/undo")
@needs(COORDINATORS)
def undo(plan_id: int) -> ResponseReturnValue:
    try:
        flow.undo_plan(plan_id, actor(), now())
    except SettledError as error:
        return _show(plan_id, obstacles=taken_page.said(error.obstacles)), 409
    except BoardError as error:
        return _refused(plan_id, error)
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


@bp.get(f"/plans/{PLAN}/taken")
@needs(COORDINATORS)
def taken(plan_id: int) -> ResponseReturnValue:
    """Whether it can still be undone: asked for again when the first text is due."""
    run = page.find(plan_id) or abort(404)
    if "HX-Request" not in request.headers:
        return redirect(url_for("plans.show", plan_id=plan_id), 303)
    found = taken_page.load(run, now())
    if found is None:
        return "", 200, {"HX-Refresh": "true"}
    return render_template("board/_plan_taken.html", taken=found, run=run, today=seoul_day(now()))


def _show(plan_id: int, problem: str = "", obstacles: Sequence[Any] = ()) -> str:
    found = page.load(plan_id, now()) or abort(404)
    return render_template(
        "board/plan.html", page=found, problem=problem, refused=obstacles, today=seoul_day(now())
    )


def _refused(plan_id: int, error: BoardError) -> ResponseReturnValue:
    return _show(plan_id, _sentence(error)), 409


def _sentence(error: BoardError) -> str:
    if isinstance(error, PlanClosedError):
        return str(_("이미 결정했거나 아직 다 짜지 않은 계획입니다. 아래에서 지금의 상태를 확인해 주십시오."))
    if isinstance(error, ClosedError) and error.code is Closed.NOT_A_WORKING_DAY:
        return str(_("그 주에는 남은 일하는 날이 없습니다. 배정판에서 다른 주를 골라 주십시오."))
    return pages.sentence(error)


def _recent(problems: dict[str, str]) -> str:
    return render_template("board/plans.html", runs=page.recent(), problems=problems, today=seoul_day(now()))


def _ill(member: str, day: date, problems: dict[str, str]) -> str:
    today = seoul_day(now())
    return render_template(
        "board/ill.html",
        members=ill_page.choices(today),
        days=ill_page.days(today),
        member=member,
        day=day,
        problems=problems,
        today=today,
    )
