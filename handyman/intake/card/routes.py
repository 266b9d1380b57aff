"""The page that puts a resident's card right: birth year, home, note and numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow, merged
from handyman.accounts.guard import OFFICE, actor, needs
from handyman.extensions import now
from handyman.form_before import merge, pack, unpack
from handyman.intake import form, page
from handyman.intake.call import IncompleteCallError, Where
from handyman.intake.card import moved
from handyman.intake.card.read import read
from handyman.meanwhile import who_changed
from handyman.models import Address, Grade, Resident
from handyman.words import seoul_day

bp = Blueprint("card", __name__)
OF_THE_TABLE = ("embedded", "table")


@bp.get("/people/<int(max=2147483647):person_id>/correct")
@needs(OFFICE)
@merged.follows()
def show(person_id: int) -> ResponseReturnValue:
    resident = _find(person_id)
    home = resident.household.address
    table = flow.locate(Where(home.said, home.unit)).table if home.decided else None
    return _page(resident, flow.card_words(resident), {"place": home, "table": table})


@bp.post("/people/<int(max=2147483647):person_id>/correct")
@needs(OFFICE)
def correct(person_id: int) -> ResponseReturnValue:
    """Look the address up again, or store the card."""
    typed = form.with_choice(form.sent(request.form))
    opened = unpack(typed.get("was", ""))
    if merged.into(person_id) != person_id:
        return _changed_meanwhile(person_id, typed, opened), 409
    resident = _find(person_id)
    fields = {name: int(name.removeprefix("phone-")) for name in opened if name.startswith("phone-")}
    if typed.get("do") != "save":
        return _page(resident, typed, _sight(typed))
    try:
        wanted = read(typed, fields, opened, flow.may_note_health(person_id), seoul_day(now()))
    except IncompleteCallError as error:
        return _page(resident, typed, _sight(typed), error.problems), 422
    try:
        elsewhere = flow.correct_card(person_id, _plain(opened), wanted, actor(), now())
    except flow.CardChangedError:
        return _changed_meanwhile(person_id, typed, opened), 409
    flash(_("카드를 고쳤습니다."), "success")
    for row in elsewhere:
        words = _(
            "예전 주소 그대로인 신청이 있습니다: %(number)s. 그 위치를 확인해 주십시오.", number=row.number
        )
        flash(words, "warning")
    return redirect(url_for("residents.person", person_id=person_id), 303)


def _changed_meanwhile(person_id: int, typed: Mapping[str, str], opened: Mapping[str, str]) -> str:
    """The form again: with what somebody else stored, wherever nothing was typed over it.

    Of a card that went into another, the form of that one.
    """
    who, stands = merged.who_merged(person_id), merged.into(person_id)
    resident = _find(stands)
    stored = flow.card_words(resident)
    before, typed = (moved.as_numbered(words, opened, stored) for words in (_plain(opened), typed))
    newer = merge(typed, before, stored)
    who = who or who_changed({"residents": [stands], "persons": [stands]})
    told = _("아래 내용을 살펴보십시오. 다시 저장하면 이 내용으로 바뀝니다.")
    changes = moved.changes(newer, before, stored) if before else ()
    return _page(resident, newer.words, _sight(newer.words), {"form": f"{who} {told}"}, changes)


def _sight(typed: Mapping[str, str]) -> Any:
    try:
        return flow.locate(form.read_where(typed))
    except IncompleteCallError:
        return None


def _find(person_id: int) -> Resident:
    return flow.find_card(person_id) or abort(404)


def _page(
    resident: Resident,
    typed: Mapping[str, str],
    sighting: Any,
    problems: Mapping[str, str] | None = None,
    changes: Sequence[str] = (),
) -> str:
    was = pack({**flow.card_words(resident), **_point(resident.household.address)})
    shown = {"typed": form.Blank(typed), "sighting": sighting, "problems": form.Blank(problems or {})}
    words = page.choices([]) | {"resident": resident, "was": was, "changes": changes, "place_page": True}
    return render_template("intake/card.html", **shown, **words)


def _point(home: Address) -> dict[str, str]:
    """As the page carries the point of a home, so that a pin that was moved is seen."""
    own = home.located and (home.decided or home.grade is Grade.PLACED) and home.source not in OF_THE_TABLE
    point = {"lat": str(home.lat), "lon": str(home.lon)} if own else {}
    return point | ({"place_key": home.place_key} if home.located else {})


def _plain(opened: Mapping[str, str]) -> dict[str, str]:
    return {name: said for name, said in opened.items() if name not in ("place_key", "lat", "lon")}
