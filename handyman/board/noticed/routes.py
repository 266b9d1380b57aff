"""The button with which the office has seen to a worry."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import OFFICE, actor, needs
from handyman.extensions import now

bp = Blueprint("noticed", __name__)


@bp.post("/visits/<int:visit_id>/noticings/<int:noticing_id>/handled")
@needs(OFFICE)
def see_to(visit_id: int, noticing_id: int) -> ResponseReturnValue:
    if flow.see_to_worry(visit_id, noticing_id, actor(), now()):
        flash(_("살피신 것으로 적었습니다."), "success")
    return redirect(url_for("board.visit_page_of", visit_id=visit_id), 303)
