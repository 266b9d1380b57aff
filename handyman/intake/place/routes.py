"""The page that puts the address and the pin of a request right, and the outline for its map."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import OFFICE, actor, needs
from handyman.extensions import now
from handyman.intake import form, page
from handyman.intake.call import IncompleteCallError, Where
from handyman.intake.place import corrected
from handyman.intake.receipt import find_request
from handyman.models import ServiceRequest

bp = Blueprint("place", __name__)

OUTLINE = Path(__file__).parents[2] / "geocode" / "data" / "dongjak_dongs.geojson"
DAY = 24 * 3600


@bp.get("/requests/<number>/place")
@needs(OFFICE)
def show(number: str) -> ResponseReturnValue:
    """Where a request lies: its address and its pin, to be put right after the call."""
    row = find_request(number, _logged_on())
    if row is None:
        abort(404)
    home = row.address
    typed = {"address": home.said, "unit": home.unit, "entrance": home.entrance}
    table = flow.locate(Where(home.said, home.unit)).table if home.decided else None
    return _show_place(row, typed, {"place": home, "table": table})


@bp.post("/requests/<number>/place")
@needs(OFFICE)
def correct(number: str) -> ResponseReturnValue:
    """Look the address up again, or store it."""
    row = find_request(number, _logged_on())
    if row is None:
        abort(404)
    typed = form.with_choice(form.sent(request.form))
    try:
        spot = form.read_where(typed)
    except IncompleteCallError as error:
        return _show_place(row, typed, None, error.problems)
    if typed.get("do") != "save":
        return _show_place(row, typed, flow.locate(spot))
    if typed.get("seen", "") not in ("", corrected.seen(row)):
        again = _("위의 지금 주소를 보고 다시 저장해 주십시오.")
        problem = f"{corrected.who(row)} {again}"
        return _show_place(row, typed, flow.locate(spot), {"address": problem})
    try:
        planned = flow.correct_address(row.id, spot, actor(), now())
    except flow.NowhereError:
        problem = _("방문이 약속되어 있습니다. 찾을 수 있는 주소를 적거나 지도에서 위치를 정해 주십시오.")
        return _show_place(row, typed, flow.locate(spot), {"address": problem})
    flash(_("주소와 위치를 저장했습니다."), "success")
    for visit in planned:
        flash(corrected.planned_elsewhere(visit), "warning")
    if _back():
        return redirect(url_for("residents.addresses"), 303)
    return redirect(url_for("board.request_page_of", number=number, on=_logged_on()), 303)


@bp.get("/calls/district.geojson")
@needs(OFFICE)
def district() -> ResponseReturnValue:
    """The outline of the district's dongs, for a map without tiles."""
    return send_file(OUTLINE, mimetype="application/geo+json", max_age=DAY)


def _show_place(
    row: ServiceRequest, typed: Mapping[str, str], sighting: Any, problems: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    shown = {"row": row, "on": _logged_on(), "typed": typed, "sighting": sighting, "problems": problems or {}}
    words = page.choices([]) | {"seen": corrected.seen(row), "back": _back()}
    return render_template("intake/place.html", place_page=True, **shown, **words), 422 if problems else 200


def _logged_on() -> date | None:
    """The day of the call, where the number alone may mean a request of another year."""
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None


def _back() -> str | None:
    """The list that the operator came from, and goes on with."""
    return "addresses" if request.args.get("back") == "addresses" else None
