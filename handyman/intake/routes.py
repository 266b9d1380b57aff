"""The call page: one form for one call, its fragments, and the receipt."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import OFFICE, actor, needs, reads
from handyman.extensions import db, now
from handyman.intake import (
    add_to,
    callers,
    corrected,
    form,
    page,
    problem_lines,
    read_back,
    script,
    still_open,
    who_is_it,
)
from handyman.intake.call import IncompleteCallError, Where
from handyman.intake.cards import Card, KnownCaller
from handyman.intake.catalogue import load_catalogue, load_shown
from handyman.intake.phone import read_phone
from handyman.intake.reading import Words
from handyman.intake.receipt import find_request, load_receipt
from handyman.languages import language
from handyman.models import Relation, ServiceRequest
from handyman.place_words import grade_name
from handyman.words import phone_words, seoul_day

bp = Blueprint("intake", __name__)

OUTLINE = Path(__file__).parents[1] / "geocode" / "data" / "dongjak_dongs.geojson"
DAY = 24 * 3600


@bp.get("/calls/new", endpoint="form")
@needs(OFFICE)
def form_page() -> ResponseReturnValue:
    """An empty form; with ?phone= the card of whoever calls, with ?person= that of somebody on file."""
    person_id = form.read_id(request.args.get("person", ""))
    known = callers.find_number(person_id) if person_id else None
    number = phone_words(known) if known else request.args.get("phone", "")[:40]
    typed = {"phone": number, "submission_key": form.new_key()}
    caller = _find_caller(number)
    card = _card_of(person_id, caller)
    if card is None:
        return _show(typed, caller=caller, sighting=_sight(typed))
    typed |= card.words(script.VERSION)
    return _show(typed, caller=caller, sighting=flow.home_on_file(card.home) or _sight(typed))


@bp.post("/calls/draft")
@needs(OFFICE)
@reads
def draft() -> ResponseReturnValue:
    """The same page a step further, for a browser without JavaScript: nothing is stored."""
    typed = form.with_choice(_typed())
    caller = _find_caller(typed.get("phone", ""))
    chosen = form.read_id(typed.get("choose", ""))
    if typed.get("do") == "find":
        typed = _without_card(typed, caller)
    if typed.get("do") == "another" and (known := form.read_id(typed.get("person_id", ""))):
        typed = who_is_it.as_another(typed, _words_of(known, caller.number if caller else ""))
    if chosen is not None and caller:
        typed |= _words_of(chosen, caller.number)
    elif typed.get("do") == "find" and caller and len(caller.cards) == 1 and not typed.get("name"):
        typed |= caller.cards[0].words(script.VERSION)
    if typed.get("do") == "windows":
        return _show(typed, caller=caller, **_windows(typed))
    return _show(typed, caller=caller, sighting=_sight(typed))


@bp.post("/calls")
@needs(OFFICE)
def submit() -> ResponseReturnValue:
    """Store the call, with its promise if one was made."""
    typed = _typed()
    try:
        call = form.read_call(typed, load_catalogue(), seoul_day(now()))
        if stored := add_to.find_added(call.submission_key):
            flash(
                _("이미 저장한 신청이어서 다시 저장하지 않았습니다. ‘신청 보기’를 눌러 고쳐 주십시오."),
                "warning",
            )
        else:
            shown = form.read_shown(request.form.getlist("shown"))
            stored = flow.take_call(call, typed.get("choice", ""), actor(), now(), shown=shown)
    except IncompleteCallError as error:
        return _refuse(typed, error.problems)
    except still_open.StillOpenError as error:
        typed["person_id"] = str(error.resident_id)
        return _refuse(typed, {"shown": page.still_open()})
    except flow.OtherNameError:
        return _refuse(typed, {"name": who_is_it.question()})
    except flow.PlaceTakenError as error:
        typed["choice"] = ""
        taken = _("그 시간은 그 사이에 찼거나 지났습니다. 아래의 다음 시간 가운데 골라 주십시오.")
        return _refuse(typed, {"windows": taken}, taken=error.alternatives)
    except flow.BoardError:
        typed["choice"] = ""
        return _refuse(typed, {"windows": _("약속할 수 없는 시간입니다. 시간을 다시 찾아 골라 주십시오.")})
    return redirect(url_for("intake.receipt", number=stored.number), 303)


@bp.post("/calls/add")
@needs(OFFICE)
def add() -> ResponseReturnValue:
    """Add what was asked for to a request that is open already, instead of a request of its own."""
    typed = _typed()
    try:
        target = add_to.Target.parse(typed.get("add_to", ""))
        typed = _as_on_file(typed, target.request_id)
        call = form.read_call(typed, load_catalogue(), seoul_day(now()))
        request_row, visit = flow.add_to_request(call, target, actor(), now())
    except IncompleteCallError as error:
        return _refuse(typed, error.problems)
    except add_to.CannotAddError:
        return _refuse(typed, {"shown": page.cannot_add()})
    except flow.OtherNameError:
        return _refuse(typed, {"name": who_is_it.question()})
    flash(page.added(request_row, visit), "success" if visit else "warning")
    return redirect(url_for("intake.receipt", number=request_row.number), 303)


@bp.get("/calls/<number>/receipt")
@needs(OFFICE)
def receipt(number: str) -> ResponseReturnValue:
    """The number in large type and the sentence to read back."""
    found = load_receipt(number)
    if found is None:
        abort(404)
    return render_template("intake/receipt.html", found=found, **page.choices([]))


# Fragments: each answers a question while somebody is on the line. POST keeps what was typed out of logs.


@bp.post("/calls/caller")
@needs(OFFICE)
@reads
def caller_card() -> ResponseReturnValue:
    typed = _typed()
    return render_template(
        "intake/_caller.html", caller=_find_caller(typed.get("phone", "")), typed=typed, **_card_words()
    )


@bp.post("/calls/suggestions")
@needs(OFFICE)
@reads
def suggestions() -> ResponseReturnValue:
    typed = _typed()
    found = flow.suggest_addresses(typed.get("address", "")[:200], typed.get("phone", "")[:40])
    return render_template("intake/_suggestions.html", found=found, grade_name=grade_name)


@bp.post("/calls/neighbours")
@needs(OFFICE)
@reads
def neighbours() -> ResponseReturnValue:
    """The known houses around the point that the map shows. POST keeps the place out of logs."""
    point = Words(_typed()).point("near_lat", "near_lon")
    found = flow.neighbours(*point) if point else []
    return jsonify([[spot.lat, spot.lon, spot.number, spot.road_name] for spot in found])


@bp.post("/calls/where")
@needs(OFFICE)
@reads
def where() -> ResponseReturnValue:
    typed = _typed()
    sighting = _sight(typed)
    shown = {"sighting": sighting, "open_here": _open_here(sighting, typed)}
    return render_template("intake/_where.html", typed=typed, **shown, **page.choices([]))


@bp.post("/calls/danger")
@needs(OFFICE)
@reads
def danger() -> ResponseReturnValue:
    return render_template("intake/_danger.html", **page.dangers(_typed()))


@bp.post("/calls/windows")
@needs(OFFICE)
@reads
def windows() -> ResponseReturnValue:
    """The windows; where nobody pressed a key for them, nothing before all is known that it takes."""
    typed = _typed()
    found = _windows(typed)
    if typed.get("auto") and found["windows"] is None:
        return "", 204
    return render_template("intake/_windows.html", typed=typed, **page.choices([]), **found)


@bp.post("/calls/hold")
@needs(OFFICE)
def hold() -> ResponseReturnValue:
    """Keep the chosen window for whoever is on the line; without one, what was kept is free again."""
    typed = _typed()
    key = form.read_key(typed)
    if not typed.get("choice"):
        flow.release_window(key)
        return render_template("intake/_held.html", until=None)
    try:
        wish = form.read_wish(typed, load_catalogue(), seoul_day(now()))
        until = flow.hold_window(key, wish, typed["choice"], actor(), now())
    except (IncompleteCallError, flow.BoardError):
        flow.release_window(key)
        return render_template("intake/_held.html", until=None)
    if until is not None:
        seconds = int((until - now()).total_seconds())
        return render_template("intake/_held.html", until=until, seconds=seconds)
    typed["choice"] = ""
    problems = {"windows": _("그 시간은 방금 다른 분이 잡았습니다. 다시 골라 주십시오.")}
    words = page.choices([]) | _windows(typed) | {"problems": problems}
    taken = render_template("intake/_windows.html", typed=typed, **words)
    return taken, {"HX-Retarget": "#windows", "HX-Reswap": "innerHTML"}


@bp.get("/calls/district.geojson")
@needs(OFFICE)
def district() -> ResponseReturnValue:
    """The outline of the district's dongs, for a map without tiles."""
    return send_file(OUTLINE, mimetype="application/geo+json", max_age=DAY)


@bp.get("/requests/<number>/place")
@needs(OFFICE)
def place(number: str) -> ResponseReturnValue:
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
    typed = form.with_choice(_typed())
    try:
        spot = form.read_where(typed)
    except IncompleteCallError as error:
        return _show_place(row, typed, None, error.problems)
    if typed.get("do") != "save":
        return _show_place(row, typed, flow.locate(spot))
    if typed.get("seen", "") not in ("", corrected.seen(row)):
        problem = f"{corrected.who(row)} {_('위의 지금 주소를 보고 다시 저장해 주십시오.')}"
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


# What the views lean on


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


def _typed() -> dict[str, str]:
    return {name: values[0] for name, values in request.form.lists()}


def _show(typed: Mapping[str, str], status: int = 200, **shown: Any) -> ResponseReturnValue:
    blank: dict[str, Any] = {"problems": {}, "caller": None, "sighting": None, "windows": None}
    catalogue = load_shown()
    shown = blank | page.choices(catalogue) | _card_words() | page.dangers(typed) | shown
    shown["open_here"] = _open_here(shown["sighting"], typed)
    shown["name_on_card"] = who_is_it.name_on_card(typed, shown["caller"])
    if shown["problems"]:
        shown["lines"] = problem_lines.lines(shown["problems"], catalogue)
    else:
        shown |= page.drawn(typed, catalogue)
    shown["problems"] = form.Blank(shown["problems"])
    return render_template("intake/form.html", typed=form.Blank(typed), **shown), status


def _refuse(typed: dict[str, str], problems: dict[str, str], taken: Any = None) -> ResponseReturnValue:
    """The page again, 422, with every typed word and a sentence beside each field."""
    db.session.rollback()
    sight = _sight(typed)
    shown = {"sighting": sight}
    if "windows" in problems or typed.get("choice"):
        shown = _windows(typed, taken)
        shown.pop("missing", None)
    return _show(typed, 422, problems=problems, caller=_find_caller(typed.get("phone", "")), **shown)


def _find_caller(text: str) -> KnownCaller | None:
    number = read_phone(text)
    return callers.find_caller(number.e164) if number else None


def _card_of(person_id: int | None, caller: KnownCaller | None) -> Card | None:
    """The person's who was asked for, else the only one that the number stands for."""
    if person_id is not None:
        return callers.find_card(person_id, caller.number if caller else "")
    return caller.cards[0] if caller and len(caller.cards) == 1 else None


def _without_card(typed: dict[str, str], caller: KnownCaller | None) -> dict[str, str]:
    """With another number it is somebody else: without what the card had written."""
    person_id = form.read_id(typed.get("person_id", ""))
    if person_id is None or (caller and person_id in {card.home.id for card in caller.cards}):
        return typed
    words = _words_of(person_id, "")
    return {name: said for name, said in typed.items() if said != words.get(name)} | {"person_id": ""}


def _words_of(person_id: int, number: str) -> dict[str, str]:
    card = callers.find_card(person_id, number)
    return card.words(script.VERSION) if card else {}


def _sight(typed: Mapping[str, str]) -> Any:
    try:
        return flow.locate(form.read_where(typed))
    except IncompleteCallError:
        return None


def _open_here(sighting: Any, typed: Mapping[str, str]) -> Any:
    """What others at this door have open; what stands on a card of the caller's number is not said again."""
    place = sighting.place if sighting else None
    found = callers.open_at(place.place_key) if place is not None and place.located else []
    if not found:
        return []
    caller = _find_caller(typed.get("phone", ""))
    told = {row.id for card in caller.cards for row in card.open_requests} if caller else set()
    return [(name, row) for name, row in found if row.id not in told]


def _as_on_file(typed: dict[str, str], request_id: int) -> dict[str, str]:
    """What nobody typed over is as the card of the request's resident says."""
    row = db.session.get(ServiceRequest, request_id)
    words = _words_of(row.resident_id, "") if row else {}
    return words | {name: said for name, said in typed.items() if said or name not in words}


def _windows(typed: Mapping[str, str], taken: Any = None) -> dict[str, Any]:
    """Windows with the sentence that is read back for each, or what is missing to look for them."""
    try:
        wish = form.read_wish(typed, load_catalogue(), seoul_day(now()))
    except IncompleteCallError as error:
        lines = problem_lines.lines(error.problems, load_shown())
        return {"sighting": _sight(typed), "windows": None, "missing": lines}
    found = flow.windows_for(wish, now())
    proposals = found.proposals if taken is None else taken
    pieces, place = page.pieces_of(found.items), found.sighting.place
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
    return {"sighting": found.sighting, "windows": found, "offered": offered}


def _card_words() -> dict[str, Any]:
    return {
        "relation_names": dict(page.lists(language())["relations"]),
        "self_called": Relation.SELF,
        "script_version": script.VERSION,
    }
