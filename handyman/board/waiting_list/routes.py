"""Onto the waiting list, where none of the windows will do."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import OFFICE, actor, needs
from handyman.board import pages
from handyman.board.refusals import BoardError
from handyman.extensions import now
from handyman.models import WaitReason

LONGEST_NOTE = 200
bp = Blueprint("waiting_list", __name__)


@bp.post("/requests/<number>/wait")
@needs(OFFICE)
def put(number: str) -> ResponseReturnValue:
    """On the list; or on it still, with the windows of today refused as well."""
    found, reason = pages.find_request(number), request.form.get("wait_reason", "")
    note, was = pages.plain(request.form.get("wait_note", ""), LONGEST_NOTE), request.form.get("was")
    if reason not in set(WaitReason):
        problem = _("지금 약속하지 않는 까닭을 골라 주십시오.")
        return pages.show_windows(found, {"wait_reason": problem}, wait_was=was), 422
    try:
        listed = flow.wait_for_place(found.head.id, WaitReason(reason), note, actor(), now(), was)
    except BoardError as error:
        return pages.show_windows(found, {"wait_reason": pages.sentence(error)}), pages.code(error)
    if not listed:
        return pages.show_windows(found), 422
    flash(_("대기 명단에 올렸습니다. 다른 자리가 나면 할 일 목록에 나타납니다."), "success")
    return redirect(url_for("board.work"), 303)
