"""Has anything changed? Asked by open pages every second or two, and answered in some bytes."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from handyman.accounts.guard import OFFICE, needs
from handyman.board.forms import read_day
from handyman.board.live import versions

bp = Blueprint("live", __name__)


@bp.get("/live")
@needs(OFFICE)
def version() -> ResponseReturnValue:
    """Of a day, or of everything; 304 while it is as the page has seen it."""
    day = read_day(request.args.get("day", ""))
    found = versions.of_day(day) if day else versions.of_office()
    answer = Response(str(found), mimetype="text/plain")
    answer.set_etag(str(found))
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)
