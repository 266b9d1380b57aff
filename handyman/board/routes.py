"""The day board, the work list, requests, visits and members."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from handyman import flow, shown_team
from handyman.accounts.guard import COORDINATORS, OFFICE, actor, needs
from handyman.alarm import sound
from handyman.board import forms, labels, pages, search, wording
from handyman.board.calendar import is_working_day
from handyman.board.live import versions
from handyman.board.mending import move_back, undo_of_move
from handyman.board.mending.put import UNDO_TIME
from handyman.board.plans import entry
from handyman.board.propose import Choice
from handyman.board.refusals import (
    BoardError,
    ChoiceError,
    Closed,
    ClosedError,
    GuardError,
    PlaceTakenError,
    UnexplainedError,
)
from handyman.board.wishes import NoSuchWishError, WishChangedError
from handyman.board.work import lists
from handyman.board.work.count import count
from handyman.extensions import now
from handyman.menu_counts import count_by
from handyman.models import OverrideReason, Role, StateError
from handyman.silence import texts_stay_here
from handyman.words import seoul_day

bp = Blueprint("board", __name__)
ID = "<int(max=2147483647):{}>"
VISIT, MEMBER = ID.format("visit_id"), ID.format("member_id")
ABSENCE, WISH = ID.format("absence_id"), ID.format("wish_id")


def _tell_templates(state: BlueprintSetupState) -> None:
    """Words and addresses for the templates; macros see them too."""
    words = {
        "board_label": labels.label,
        "board_shape": labels.SHAPES,
        "move_words": labels.move_words,
        "reason_sentences": wording.sentences,
        "request_href": pages.address_of,
        "book_href": lambda row: pages.address_of(row, "/book"),
        "answer_href": lambda row, item_id: pages.address_of(row, f"/items/{item_id}/answer"),
        "wait_href": lambda row: pages.address_of(row, "/wait"),
        "cancel_href": lambda row: pages.address_of(row, "/cancel"),
        "place_href": lambda row: pages.address_of(row, "/place"),
    }
    state.app.jinja_env.globals.update(words)
    count_by(state.app, "board.work", lambda: count(now()))


bp.record_once(_tell_templates)


@bp.get("/")
@needs(OFFICE)
def home() -> ResponseReturnValue:
    operator = current_user.role is Role.OPERATOR and "intake.form" in current_app.view_functions
    return redirect(url_for("intake.form" if operator else "board.work"), 303)


@bp.get("/work")
@needs(OFFICE)
def work() -> ResponseReturnValue:
    at = now()
    return render_template(
        "board/work.html",
        version=versions.of_office(),
        lists=lists.load(at),
        stays_here=texts_stay_here(),
        alarm=sound(at),
    )


@bp.get("/board")
@needs(OFFICE)
def day() -> ResponseReturnValue:
    today = seoul_day(now())
    shown = pages.asked_day(today)
    return render_template(
        "board/day.html",
        version=versions.of_day(shown),  # before the rows: those may be newer, and never older
        **pages.day_parts(shown),
        today=today,
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1),
        works=is_working_day(shown),
        plans=entry.load(shown, today) if pages.may_change() else None,
        override_reasons=labels.choices(OverrideReason),
        alarm=sound(now()),
        called=request.args.get("called", type=int),
        undo_seconds=UNDO_TIME.seconds,
    )


@bp.get("/board/grid")
@needs(OFFICE)
def grid() -> ResponseReturnValue:
    """The part of the board that is drawn anew when something has changed."""
    shown = forms.read_day(request.args.get("day", "")) or seoul_day(now())
    return render_template("board/_day.html", **pages.day_parts(shown))


@bp.route("/requests", methods=["GET", "POST"])
@needs(OFFICE)
def requests() -> ResponseReturnValue:
    """What is looked for is posted: a name stands in no address."""
    asked = pages.plain(request.values.get("q", ""))
    found = search.find(asked, flow.people_named)
    return render_template(
        "board/requests.html",
        asked=asked,
        found=found,
        most=search.MOST_FOUND,
        today=seoul_day(now()),
        here=pages.address_of,
    )


@bp.get("/requests/<number>")
@needs(OFFICE)
def request_page_of(number: str) -> ResponseReturnValue:
    return pages.show_request(number)


@bp.get("/requests/<number>/book")
@needs(OFFICE)
def book_form(number: str) -> ResponseReturnValue:
    return pages.show_windows(pages.find_request(number))


@bp.post("/requests/<number>/book")
@needs(OFFICE)
def book(number: str) -> ResponseReturnValue:
    found = pages.find_request(number)
    try:
        choice = Choice.parse(request.form.get("choice", ""))
        changes = flow.book(found.head.id, choice, actor(), now(), shown_team.read(request.form))
    except ChoiceError:
        return pages.show_windows(found, {"choice": _("약속할 시간을 골라 주십시오.")}), 422
    except PlaceTakenError as error:
        problem = _("그 시간은 그 사이에 찼거나 지났습니다. 아래에서 다른 시간을 골라 주십시오.")
        return pages.show_windows(found, {"choice": problem}, error.alternatives), 409
    except BoardError as error:
        return pages.show_windows(found, {"choice": pages.sentence(error)}), pages.code(error)
    flash(_("방문을 약속했습니다. 방문 번호는 %(number)s입니다.", number=changes.booked[0].number), "success")
    for sentence in flow.asked_instead(changes.booked[0]):
        flash(sentence, "warning")
    return redirect(pages.address_of(found.head), 303)


@bp.post("/requests/<number>/items/<int:item_id>/answer")
@needs(OFFICE)
def change_answer(number: str, item_id: int) -> ResponseReturnValue:
    """A consent has come, say: what was answered about an item is put right."""
    found = pages.find_request(number)
    key, answer = request.form.get("key", ""), request.form.get("answer", "")
    try:
        flow.change_answer(found.head.id, item_id, key, answer, actor(), now(), request.form.get("was"))
    except ChoiceError:
        problem = {f"waits-{item_id}": _("목록에 있는 답 가운데 하나를 골라 주십시오.")}
        return pages.show_request(number, problem), 422
    except BoardError as error:
        return pages.show_request(number, {f"waits-{item_id}": pages.sentence(error)}), pages.code(error)
    flash(_("답을 고쳤습니다."), "success")
    return redirect(pages.address_of(found.head), 303)


@bp.get(f"/visits/{VISIT}")
@needs(OFFICE)
def visit_page_of(visit_id: int) -> ResponseReturnValue:
    return pages.show_visit(visit_id)


@bp.post(f"/visits/{VISIT}/assign")
@needs(COORDINATORS)
def assign(visit_id: int) -> ResponseReturnValue:
    form = forms.read_assign(request.form)
    if form is None:
        return pages.show_visit(visit_id, {"member": _("조합원을 골라 주십시오.")}), 422
    try:
        flow.assign(
            visit_id,
            form.role,
            form.member_id,
            actor(),
            now(),
            agreed=form.agreed,
            seen=form.seen,
            reason=form.reason,
            note=form.note,
        )
    except UnexplainedError as error:
        return pages.show_visit(visit_id, pages.unexplained(error)), 422
    except BoardError as error:
        return pages.show_visit(visit_id, {"member": pages.sentence(error)}), pages.code(error)
    flash(_("조합원을 배정했습니다."), "success")
    return redirect(url_for("board.visit_page_of", visit_id=visit_id), 303)


@bp.post(f"/visits/{VISIT}/move")
@needs(COORDINATORS)
def move(visit_id: int) -> ResponseReturnValue:
    found = pages.find_visit(visit_id)
    form = forms.read_move(request.form, found.visit)
    if form.problems or form.choice is None:
        return pages.show_visit(visit_id, form.problems), 422
    try:
        changes, before = flow.move(
            visit_id, form.choice, form.start, actor(), now(), seen=request.form.get("seen", "")
        )
    except BoardError as error:
        return pages.show_visit(visit_id, {_beside(form, error): pages.sentence(error)}), pages.code(error)
    undo_of_move.keep(before)
    told = (
        _("약속을 바꾸었습니다. 곧 어르신과 조합원께 알립니다.")
        if changes.moved
        else _("약속 안에서 시작 시각을 바꾸었습니다.")
    )
    flash(told, "success")
    return redirect(url_for("board.visit_page_of", visit_id=visit_id), 303)


def _beside(form: forms.MoveForm, error: BoardError) -> str:
    """The field whose change would help: a minute that is not free need not be chosen at all."""
    if "offered" in request.form:
        return "choice"
    outside = isinstance(error, ClosedError) and error.code is Closed.START_OUTSIDE_WINDOW
    not_then = isinstance(error, GuardError) and form.start is not None
    return "start" if outside or not_then else "day"


@bp.get(f"/visits/{VISIT}/windows")
@needs(COORDINATORS)
def free_windows_of(visit_id: int) -> ResponseReturnValue:
    return pages.show_free_windows(visit_id)


@bp.post(f"/visits/{VISIT}/move/undo")
@needs(COORDINATORS)
def undo_move(visit_id: int) -> ResponseReturnValue:
    pages.find_visit(visit_id)
    token = request.form.get("undo", "")
    before = move_back.read(token)
    if before is None or before.visit_id != visit_id:
        undo_of_move.forget(token)
        flash(wording.closed(Closed.TOO_LATE_TO_UNDO), "warning")
    else:
        try:
            changes, versions = flow.move_back(before, actor(), now())
        except BoardError as error:
            first = move_back.find_first(before, undo_of_move.later_than(token, now()))
            for sentence in pages.refused_undo(error, first):
                flash(sentence, "warning")
            if first is None and not isinstance(error, GuardError):
                undo_of_move.forget(token)
        else:
            undo_of_move.forget(token)
            undo_of_move.note_undone(before, versions)
            flash(wording.undone(changes), "success")
    return redirect(url_for("board.visit_page_of", visit_id=visit_id), 303)


@bp.post(f"/visits/{VISIT}/wishes")
@needs(COORDINATORS)
def add_wish(visit_id: int) -> ResponseReturnValue:
    pages.find_visit(visit_id)
    form = forms.read_wish(request.form)
    seen = request.form.get("seen")
    if form.wish is None:
        return pages.show_visit(visit_id, form.problems, wishes_seen=seen), 422
    try:
        marks = None if seen is None else seen.split()
        written = flow.write_wish(visit_id, form.wish, actor(), now(), marks)
    except NoSuchWishError:
        return pages.show_visit(visit_id, {"wish_member": _("조합원을 골라 주십시오.")}), 422
    except BoardError as error:
        return pages.show_visit(visit_id, {"wish": pages.sentence(error)}), pages.code(error)
    for sentence, tone in pages.said_of_wish(written, form.wish):
        flash(sentence, tone)
    return redirect(url_for("board.visit_page_of", visit_id=visit_id, _anchor="wishes"), 303)


@bp.post(f"/visits/{VISIT}/wishes/{WISH}/remove")
@needs(COORDINATORS)
def remove_wish(visit_id: int, wish_id: int) -> ResponseReturnValue:
    pages.find_visit(visit_id)
    try:
        flow.remove_wish(visit_id, wish_id, request.form.get("seen", ""), actor(), now())
    except NoSuchWishError:
        flash(_("그 바람은 이미 없습니다. 지운 것이 없습니다."), "information")
    except WishChangedError:
        flash(_("그사이 바람이 바뀌어 지우지 않았습니다. 다시 보고 정해 주십시오."), "warning")
    else:
        flash(_("바람을 지웠습니다."), "success")
    return redirect(url_for("board.visit_page_of", visit_id=visit_id, _anchor="wishes"), 303)


@bp.post(f"/visits/{VISIT}/report")
@needs(COORDINATORS)
def report_for(visit_id: int) -> ResponseReturnValue:
    """What a member who cannot report any more has told by telephone."""
    pages.find_visit(visit_id)
    try:
        problems = flow.report_for(visit_id, request.form, actor(), now())
    except StateError:
        problems = {"outcome": _("지금은 보고할 수 없는 방문입니다. 화면을 새로 고쳐 주십시오.")}
    if problems:
        return pages.show_visit(visit_id, problems), 422
    flash(_("보고를 적었습니다."), "success")
    return redirect(url_for("board.visit_page_of", visit_id=visit_id), 303)


@bp.get("/members")
@needs(OFFICE)
def members() -> ResponseReturnValue:
    return pages.show_members()


@bp.post(f"/members/{MEMBER}/absences")
@needs(COORDINATORS)
def add_absence(member_id: int) -> ResponseReturnValue:
    at = now()
    form = forms.read_absence(request.form, seoul_day(at))
    if form.problems or not (form.first_day and form.last_day and form.reason):
        return pages.show_members(member_id, form.problems), 422
    try:
        flow.log_absence(member_id, form.first_day, form.last_day, form.reason, actor(), at)
    except ClosedError:
        abort(404)
    flash(_("쉬는 날을 적었습니다. 그날 이미 맡은 방문은 배정판에서 바꾸어 주십시오."), "success")
    return redirect(url_for("board.members", _anchor=f"member-{member_id}"), 303)


@bp.post(f"/members/{MEMBER}/absences/{ABSENCE}/remove")
@needs(COORDINATORS)
def remove_absence(member_id: int, absence_id: int) -> ResponseReturnValue:
    flow.remove_absence(member_id, absence_id, actor(), now())
    flash(_("쉬는 날을 지웠습니다."), "success")
    return redirect(url_for("board.members", _anchor=f"member-{member_id}"), 303)
