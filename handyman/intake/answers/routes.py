"""Fragments of the call page: each answers a question while somebody is on the line.

POST keeps what was typed out of logs.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow, shown_team
from handyman.accounts.guard import OFFICE, actor, needs, reads
from handyman.extensions import now
from handyman.intake import at_door, form, page, problem_lines, read_back, who_called
from handyman.intake.call import IncompleteCallError
from handyman.intake.catalogue import load_catalogue, load_shown
from handyman.intake.reading import Words, clean
from handyman.place_words import grade_name
from handyman.words import seoul_day

bp = Blueprint("answers", __name__)


@bp.post("/calls/caller")
@needs(OFFICE)
@reads
def caller_card() -> ResponseReturnValue:
    typed = form.sent(request.form)
    return render_template(
        "intake/_caller.html",
        caller=who_called.find_caller(typed.get("phone", "")),
        typed=typed,
        **who_called.card_words(),
    )


@bp.post("/calls/suggestions")
@needs(OFFICE)
@reads
def suggestions() -> ResponseReturnValue:
    typed = form.sent(request.form)
    found = flow.suggest_addresses(typed.get("address", "")[:200], typed.get("phone", "")[:40])
    return render_template("intake/_suggestions.html", found=found, grade_name=grade_name)


@bp.post("/calls/neighbours")
@needs(OFFICE)
@reads
def neighbours() -> ResponseReturnValue:
    """The known houses around the point that the map shows."""
    point = Words(form.sent(request.form)).point("near_lat", "near_lon")
    found = flow.neighbours(*point) if point else []
    return jsonify([[spot.lat, spot.lon, spot.number, spot.road_name] for spot in found])


@bp.post("/calls/where")
@needs(OFFICE)
@reads
def where() -> ResponseReturnValue:
    typed = form.sent(request.form)
    sighting = sight(typed)
    of_a_card = bool(typed.get("was"))  # nobody calls: who lives there is the one whose card it is
    door = at_door.Door() if of_a_card else door_of(sighting, typed)
    shown = {"sighting": sighting, "door": door}
    return render_template("intake/_where.html", typed=typed, **shown, **page.choices([]))


@bp.post("/calls/danger")
@needs(OFFICE)
@reads
def danger() -> ResponseReturnValue:
    typed = form.sent(request.form)
    shown = page.dangers(typed) | {"typed": form.Blank(typed), "swap": True}
    return "".join(render_template(f"intake/{part}.html", **shown) for part in ("_danger", "_danger_over"))


@bp.post("/calls/windows")
@needs(OFFICE)
@reads
def windows() -> ResponseReturnValue:
    """The windows; where nobody pressed a key for them, nothing before all is known that it takes."""
    typed = form.sent(request.form)
    found = windows_of(typed)
    if typed.get("auto") and found["windows"] is None:
        return "", 204
    return render_template("intake/_windows.html", typed=typed, **page.choices([]), **found)


@bp.post("/calls/hold")
@needs(OFFICE)
def hold() -> ResponseReturnValue:
    """Keep the chosen window for whoever is on the line; without one, what was kept is free again."""
    typed = form.sent(request.form)
    key = form.read_key(typed)
    if not typed.get("choice"):
        flow.release_window(key)
        return render_template("intake/_held.html", until=None)
    try:
        wish = form.read_wish(typed, load_catalogue(), seoul_day(now()))
        kept = flow.hold_window(key, wish, typed["choice"], actor(), now(), shown_team.read(typed))
    except (IncompleteCallError, flow.BoardError):
        flow.release_window(key)
        return render_template("intake/_held.html", until=None)
    if kept is not None:
        other = kept.shown if kept.shown and kept.shown.team_ids != shown_team.read(typed) else None
        return render_template("intake/_held.html", typed=typed, other=other, **_kept(kept.until))
    typed.pop("choice", None)
    problems = {"windows": _("그 시간은 방금 다른 분이 잡았습니다. 다시 골라 주십시오.")}
    words = page.choices([]) | windows_of(typed) | {"problems": problems}
    taken = render_template("intake/_windows.html", typed=typed, **words)
    return taken, {"HX-Retarget": "#windows", "HX-Reswap": "innerHTML"}


# What the call page shows, too


def sight(typed: Mapping[str, str]) -> Any:
    try:
        return flow.locate(form.read_where(typed))
    except IncompleteCallError:
        return None


def door_of(sighting: Any, typed: Mapping[str, str]) -> at_door.Door:
    """Who lives at the door under the name, and what is open there."""
    place, name = sighting.place if sighting else None, clean(typed.get("name", ""))
    if place is None or not place.located:
        return at_door.Door()
    return at_door.find_door(
        place.place_key,
        flow.resident_at(name, place),
        flow.alike_at(name, place),
        who_called.find_caller(typed.get("phone", "")),
        name,
        form.read_id(typed.get("person_id", "")),
        {each.split("-")[1] for each, said in typed.items() if said and each.endswith("-quantity")},
    )


def windows_of(typed: Mapping[str, str], taken: Any = None) -> dict[str, Any]:
    """Windows with the sentence that is read back for each, or what is missing to look for them."""
    try:
        wish = form.read_wish(typed, load_catalogue(), seoul_day(now()))
    except IncompleteCallError as error:
        lines = problem_lines.lines(error.problems, load_shown())
        return {"sighting": sight(typed), "windows": None, "missing": lines}
    key, choice = form.read_key(typed), typed.get("choice", "")
    found = flow.windows_for(wish, now(), key, choice, shown_team.read(typed))
    proposals = found.proposals if taken is None else taken
    pieces, place = page.pieces_of(found.items), found.place
    where_to = f"{place.label}, {place.unit}" if place.unit else place.label
    offered = [
        (
            proposal,
            read_back.promise(
                wish.name or _("(성함)"),
                where_to,
                proposal.window_start,
                proposal.window_end,
                found.team_size,
                pieces,
            ),
        )
        for proposal in proposals
    ]
    kept = _kept(found.kept_until)
    referred = [asked.item for asked in wish.items if not asked.item.permitted]
    return {"sighting": found.sighting, "windows": found, "offered": offered, "referred": referred, **kept}


def _kept(until: datetime | None) -> dict[str, Any]:
    """Until when the chosen window is kept, as the page says it and counts it."""
    return {"until": until, "seconds": int((until - now()).total_seconds()) if until else 0}
