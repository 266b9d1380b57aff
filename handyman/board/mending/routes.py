"""A visit on the day board is lifted, put down and put back: short answers for the board's own script.

What the board refuses is an answer like any other (`ok` is false): browsers write every 4xx on their console.
"""

from typing import Any

from flask import Blueprint, abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import COORDINATORS, actor, needs
from handyman.board import pages, road_times, wording
from handyman.board.changes import Changes
from handyman.board.mending import before as kept
from handyman.board.mending import lift as lifting
from handyman.board.mending.form import read_put, read_role
from handyman.board.mending.put import UNDO_TIME
from handyman.board.refusals import (
    BoardError,
    ChangedMeanwhileError,
    Closed,
    ClosedError,
    UnexplainedError,
)
from handyman.extensions import db, now
from handyman.models import Visit
from handyman.words import clock_words

bp = Blueprint("mending", __name__)
VISIT = "<int(max=2147483647):visit_id>"


@bp.get(f"/visits/{VISIT}/lift")
@needs(COORDINATORS)
def lift(visit_id: int) -> ResponseReturnValue:
    """Whether and when each row may take the visit, once for the whole move."""
    visit = db.session.get(Visit, visit_id) or abort(404)
    road_times.prefetch_visit(visit_id, visit.day)
    try:
        found = lifting.load(visit_id, read_role(request.args.get("role", "")), now())
    except BoardError as error:
        return _refusal(error, visit_id)
    return jsonify(ok=True, **lifting.as_json(found))


@bp.post(f"/visits/{VISIT}/put")
@needs(COORDINATORS)
def put(visit_id: int) -> ResponseReturnValue:
    wanted = read_put(request.form)
    if wanted is None:
        return jsonify(ok=False, said=_("조합원의 줄과 시각을 골라 주십시오."))
    try:
        changes, before = flow.put(visit_id, wanted, actor(), now())
    except UnexplainedError as error:
        return jsonify(ok=True, why=True, fields=pages.unexplained(error))  # a question, no refusal
    except BoardError as error:
        return _refusal(error, visit_id)
    said = _done(visit_id, changes)
    return jsonify(ok=True, said=said, undo=kept.sign(before), seconds=UNDO_TIME.seconds)


@bp.post("/board/undo")
@needs(COORDINATORS)
def undo() -> ResponseReturnValue:
    before = kept.read(request.form.get("undo", ""))
    if before is None:
        return jsonify(ok=False, said=wording.closed(Closed.TOO_LATE_TO_UNDO))
    try:
        changes = flow.put_back(before, actor(), now())
    except BoardError as error:
        return _refusal(error, before.visit_id)
    return jsonify(ok=True, said=wording.undone(changes), visit=before.visit_id)


def _refusal(error: BoardError, visit_id: int) -> ResponseReturnValue:
    """In words; with the way on where another promise is wanted."""
    said: dict[str, Any] = {"ok": False, "said": pages.sentence(error)}
    if isinstance(error, ClosedError) and error.code is Closed.START_OUTSIDE_WINDOW:
        said["href"] = url_for("board.visit_page_of", visit_id=visit_id, _anchor="move")
    said["changed"] = isinstance(error, ChangedMeanwhileError) or (
        isinstance(error, ClosedError) and error.code in (Closed.VISIT_UNDER_WAY, Closed.NO_SUCH_PLACE)
    )
    return jsonify(said)


def _done(visit_id: int, changes: Changes) -> str:
    """What has changed, in one sentence, and who hears of it."""
    visit = db.session.get_one(Visit, visit_id)
    who, clock = visit.resident.person.name, clock_words(visit.start)
    takes = [place.member.name for place in visit.assignments if place.member]
    said: str = _("%(who)s 님 방문: %(members)s, %(clock)s", who=who, members=", ".join(takes), clock=clock)
    others = len({each.id for each in changes.shifted} - {visit_id})
    if others:
        moved = _("다른 방문 %(count)s건의 시작도 약속 안에서 바뀝니다.", count=others)
        said = f"{said}. {moved}"
    return said
