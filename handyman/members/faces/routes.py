"""A member's photograph as the office sees, takes up and takes away."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import COORDINATORS, OFFICE, actor, needs
from handyman.extensions import db, now
from handyman.members import roster
from handyman.models import Member
from handyman.photo_words import read_face
from handyman.photos import show

bp = Blueprint("faces", __name__)


@bp.get("/members/<int:member_id>/photo")
@needs(OFFICE)
def photo(member_id: int) -> ResponseReturnValue:
    return show(_find(member_id).photo)


@bp.post("/members/<int:member_id>/photo")
@needs(COORDINATORS)
def put(member_id: int) -> ResponseReturnValue:
    _find(member_id)
    db.session.rollback()  # a picture takes a second: nobody waits for the database meanwhile
    face, problem = read_face(request.files)
    if face is None:
        flash(problem, "warning")
        return _back(member_id)
    try:
        flow.put_face(member_id, face, actor(), now())
    except roster.NoSuchMemberError:
        abort(404)
    flash(_("사진을 저장했습니다."), "success")
    return _back(member_id)


@bp.post("/members/<int:member_id>/photo/remove")
@needs(COORDINATORS)
def remove(member_id: int) -> ResponseReturnValue:
    try:
        flow.remove_face(member_id, actor(), now())
    except roster.NoSuchMemberError:
        abort(404)
    flash(_("사진을 지웠습니다."), "success")
    return _back(member_id)


def _find(member_id: int) -> Member:
    member = db.session.get(Member, member_id)
    if member is None:
        abort(404)
    return member


def _back(member_id: int) -> ResponseReturnValue:
    return redirect(url_for("members.edit", member_id=member_id, _anchor="face"), 303)
