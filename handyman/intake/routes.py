"""The call page: one form for one call, and the receipt."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow, shown_team
from handyman.accounts.guard import OFFICE, actor, needs, reads
from handyman.extensions import db, now
from handyman.intake import (
    add_to,
    callers,
    form,
    on_card,
    page,
    problem_lines,
    script,
    seal,
    still_open,
    who_called,
    who_is_it,
)
from handyman.intake.answers.routes import door_of, sight, windows_of
from handyman.intake.call import IncompleteCallError
from handyman.intake.catalogue import load_catalogue, load_shown
from handyman.intake.phone import is_withheld, read_phone
from handyman.intake.receipt import load_receipt
from handyman.models import ServiceRequest
from handyman.words import phone_words, seoul_day

bp = Blueprint("intake", __name__)


@bp.get("/calls/new", endpoint="form")
@needs(OFFICE)
def form_page() -> ResponseReturnValue:
    """An empty form; with ?phone= the card of whoever calls, with ?person= that of somebody on file."""
    person_id = form.read_id(request.args.get("person", ""))
    known = callers.find_number(person_id) if person_id else None
    rung = request.args.get("phone")
    withheld = known is None and rung is not None and is_withheld(rung)
    number = phone_words(known) if known else "" if withheld else _as_said(rung or "")
    typed = {"phone": number, "submission_key": form.new_key()}
    caller = who_called.find_caller(number)
    card = who_called.card_of(person_id, caller)
    if card is None:
        return _show(typed, caller=caller, sighting=sight(typed), withheld=withheld)
    typed |= card.words(script.VERSION)
    return _show(typed, caller=caller, sighting=flow.home_on_file(card.home) or sight(typed))


@bp.post("/calls/draft")
@needs(OFFICE)
@reads
def draft() -> ResponseReturnValue:
    """The same page a step further, for a browser without JavaScript: nothing is stored."""
    typed = form.with_choice(form.sent(request.form))
    caller = who_called.find_caller(typed.get("phone", ""))
    chosen = form.read_id(typed.get("choose", ""))
    if typed.get("do") == "find":
        typed = who_called.without_card(typed, caller)
    if typed.get("do") == "another" and (known := form.read_id(typed.get("person_id", ""))):
        typed = who_is_it.as_another(typed, who_called.words_of(known, caller.number if caller else ""))
    if chosen is not None:
        typed |= who_called.words_of(chosen, caller.number if caller else "")
    elif typed.get("do") == "find" and caller and len(caller.cards) == 1 and not typed.get("name"):
        typed |= caller.cards[0].words(script.VERSION)
    if typed.get("do") == "windows":
        return _show(typed, caller=caller, **windows_of(typed))
    return _show(typed, caller=caller, sighting=sight(typed))


@bp.post("/calls")
@needs(OFFICE)
def submit() -> ResponseReturnValue:
    """Store the call, with its promise if one was made."""
    return _once_more(_submit)


@bp.post("/calls/add")
@needs(OFFICE)
def add() -> ResponseReturnValue:
    """Add what was asked for to a request that is open already, instead of a request of its own."""
    return _once_more(_add)


@bp.get("/calls/<number>/receipt")
@needs(OFFICE)
def receipt(number: str) -> ResponseReturnValue:
    """The number in large type and the sentence to read back."""
    found = load_receipt(number)
    if found is None:
        abort(404)
    instead = flow.asked_instead(found.visit) if found.visit else []
    to_part = None if found.visit else flow.to_part(found.request, now())
    return render_template(
        "intake/receipt.html", found=found, instead=instead, to_part=to_part, **page.choices([])
    )


# What the views lean on


def _once_more(store: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """A card that is changed at the very moment of storing is looked at anew, once."""
    for _look in range(2):
        try:
            return store()
        except flow.CardChangedError:
            db.session.rollback()
    return _refuse(form.sent(request.form), {"name": on_card.still_changing()})


def _submit() -> ResponseReturnValue:
    typed, problems, kept = on_card.bring_up_to_date(form.sent(request.form))
    if problems:
        return _refuse(typed, problems)
    try:
        stored = _store(typed)
    except IncompleteCallError as error:
        return _refuse(typed, error.problems)
    except flow.HouseNotChosenError:
        return _refuse(typed, {"address": _("이 집이 맞는지 되물어 보고 골라 주십시오.")})
    except still_open.StillOpenError as error:
        typed["person_id"] = str(error.resident_id)
        return _refuse(typed, {"shown": page.still_open()})
    except flow.OtherNameError:
        return _refuse(typed, {"name": who_is_it.question()})
    except flow.PlaceTakenError as error:
        typed.pop("choice", None)
        return _refuse(typed, {"windows": _taken()}, taken=error.alternatives)
    except flow.BoardError:
        typed.pop("choice", None)
        return _refuse(typed, {"windows": _("약속할 수 없는 시간입니다. 시간을 다시 찾아 골라 주십시오.")})
    if kept:
        flash(kept, "warning")
    return redirect(url_for("intake.receipt", number=stored.number), 303)


def _add() -> ResponseReturnValue:
    typed = form.sent(request.form)
    try:
        target = add_to.Target.parse(typed.get("add_to", ""))
        typed, problems, kept = on_card.bring_up_to_date(who_called.as_on_file(typed, target.request_id))
        if problems:
            return _refuse(typed, problems)
        call = form.read_call(typed, load_catalogue(), seoul_day(now()), promises=False)
        request_row, visit = flow.add_to_request(call, target, actor(), now())
    except IncompleteCallError as error:
        return _refuse(typed, error.problems)
    except add_to.CannotAddError:
        return _refuse(typed, {"shown": page.cannot_add()})
    except flow.OtherNameError:
        return _refuse(typed, {"name": who_is_it.question()})
    flash(page.added(request_row, visit), "success" if visit else "warning")
    if kept:
        flash(kept, "warning")
    return redirect(url_for("intake.receipt", number=request_row.number), 303)


def _store(typed: Mapping[str, str]) -> ServiceRequest:
    call = form.read_call(typed, load_catalogue(), seoul_day(now()))
    if stored := add_to.find_added(call.submission_key):
        flash(
            _("이미 저장한 신청이어서 다시 저장하지 않았습니다. ‘신청 보기’를 눌러 고쳐 주십시오."), "warning"
        )
        return stored
    shown, named = form.read_shown(request.form.getlist("shown")), shown_team.read(typed)
    return flow.take_call(call, typed.get("choice", ""), actor(), now(), shown=shown, named=named)


def _as_said(rung: str) -> str:
    """The number that a telephone system has passed on, as people say it; what is none, as it came."""
    found = read_phone(rung)
    return phone_words(found.e164) if found else rung[:40]


def _show(typed: Mapping[str, str], status: int = 200, **shown: Any) -> ResponseReturnValue:
    blank: dict[str, Any] = {"problems": {}, "caller": None, "sighting": None, "windows": None}
    catalogue = load_shown()
    shown = blank | page.choices(catalogue) | who_called.card_words() | page.dangers(typed) | shown
    shown["door"] = door_of(shown["sighting"], typed)
    shown["seal"] = seal.key_of(actor())
    shown["no_number"] = bool(typed.get("phone")) and shown["caller"] is None
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
    shown = windows_of(typed, taken)
    shown.pop("missing", None)
    if typed.get("choice") and "offered" in shown:
        _choose_again(typed, problems, [proposal.key for proposal, _said in shown["offered"]])
    return _show(
        typed, 422, problems=problems, caller=who_called.find_caller(typed.get("phone", "")), **shown
    )


def _choose_again(typed: dict[str, str], problems: dict[str, str], offered: list[str]) -> None:
    """The chosen window is still chosen, also where another visit need not make room for it any more."""
    window = typed.pop("choice").removesuffix("-e")
    if same := [key for key in offered if key.removesuffix("-e") == window]:
        typed["choice"] = same[0]
    else:
        problems["windows"] = _taken()


def _taken() -> str:
    return str(_("그 시간은 그 사이에 찼거나 지났습니다. 아래의 다음 시간 가운데 골라 주십시오."))
