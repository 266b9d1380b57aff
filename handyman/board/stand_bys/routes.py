"""Members are put on stand-by, taken off it, and called from the board in one press."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import COORDINATORS, actor, needs
from handyman.board import pages
from handyman.board.forms import read_day
from handyman.board.refusals import ClosedError
from handyman.board.stand_bys import form as forms
from handyman.extensions import now
from handyman.words import seoul_day

bp = Blueprint("stand_bys", __name__)
MEMBER = "<int(max=2147483647):member_id>"


@bp.post(f"/members/{MEMBER}/stand-by")
@needs(COORDINATORS)
def put(member_id: int) -> ResponseReturnValue:
    form = forms.read(request.form, seoul_day(now()))
    if form.problems or not (form.first and form.last):
        return pages.show_members(member_id, form.problems), 422
    try:
        days = flow.put_on_stand_by(member_id, form.first, form.last, actor(), now())
    except ClosedError:
        abort(404)
    if not days:
        problem = _("그 기간에는 이분이 일하는 날이 없습니다. 일하는 요일의 날짜를 적어 주십시오.")
        return pages.show_members(member_id, {"stand_first": problem}), 422
    flash(_("대기를 적었습니다. 부르기 전에는 그날 새 방문을 맡기지 않습니다."), "success")
    return _to_member(member_id)


@bp.post(f"/members/{MEMBER}/stand-by/remove")
@needs(COORDINATORS)
def take_off(member_id: int) -> ResponseReturnValue:
    first, last = read_day(request.form.get("first", "")), read_day(request.form.get("last", ""))
    if first and last and flow.take_off_stand_by(member_id, first, last, actor(), now()):
        flash(_("대기를 지웠습니다."), "success")
    else:
        flash(_("그 대기는 이미 없습니다. 지운 것이 없습니다."), "information")
    return _to_member(member_id)


@bp.post(f"/members/{MEMBER}/stand-by/call")
@needs(COORDINATORS)
def call(member_id: int) -> ResponseReturnValue:
    """From the board: the bar above it says so, with the way back."""
    day = _day()
    if flow.call_stand_by(member_id, day, actor(), now()):
        return redirect(url_for("board.day", day=day, called=member_id), 303)
    flash(_("이미 대기가 아닙니다. 배정판에서 확인해 주십시오."), "information")
    return redirect(url_for("board.day", day=day), 303)


@bp.post(f"/members/{MEMBER}/stand-by/undo")
@needs(COORDINATORS)
def undo(member_id: int) -> ResponseReturnValue:
    """Not called after all."""
    day = _day()
    try:
        put_back = flow.put_on_stand_by(member_id, day, day, actor(), now())
    except ClosedError:
        abort(404)
    if put_back:
        flash(_("다시 대기로 되돌렸습니다. 그사이 맡은 방문이 있으면 그대로입니다."), "success")
    else:
        flash(_("이분은 그날 일하지 않습니다. 대기로 되돌리지 않았습니다."), "warning")
    return redirect(url_for("board.day", day=day, _anchor="board-part"), 303)


def _day() -> date:
    """A day that is to come, or today: of the past nothing changes any more."""
    day = read_day(request.form.get("day", ""))
    if day is None or day < seoul_day(now()):
        abort(422)
    return day


def _to_member(member_id: int) -> ResponseReturnValue:
    return redirect(url_for("board.members", _anchor=f"member-{member_id}"), 303)
