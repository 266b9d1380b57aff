"""The button with which the office has read what came too late."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import OFFICE, actor, needs
from handyman.board.late import store
from handyman.extensions import now
from handyman.photos import show

bp = Blueprint("late", __name__)


@bp.get("/visits/<int:visit_id>/late/<int:press_id>/photos/<int:number>")
@needs(OFFICE)
def photo(visit_id: int, press_id: int, number: int) -> ResponseReturnValue:
    return show(store.picture_name(visit_id, press_id, number), small="small" in request.args)


@bp.post("/visits/<int:visit_id>/late/read")
@needs(OFFICE)
def see_to(visit_id: int) -> ResponseReturnValue:
    if flow.see_to_late(visit_id, actor(), now()):
        flash(_("읽으신 것으로 적었습니다."), "success")
    return redirect(url_for("board.visit_page_of", visit_id=visit_id), 303)
