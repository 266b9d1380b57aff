"""The card of one person with who stands by them, and how well the office knows where its people live."""

import re
from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow, merged, place_words
from handyman.accounts.guard import ADMINISTRATORS, OFFICE, actor, needs
from handyman.extensions import now
from handyman.meanwhile import who_changed
from handyman.models import Grade, Person, TextLanguage
from handyman.residents import contact_form, contacts, coverage
from handyman.residents.card import load_card
from handyman.residents.language import SetMeanwhileError
from handyman.residents.names import NameChangedError
from handyman.words import seoul_day

bp = Blueprint("residents", __name__)
LARGEST_ID = 2**31 - 1


@bp.get("/people/<int:person_id>")
@needs(OFFICE)
@merged.follows()
def person(person_id: int) -> ResponseReturnValue:
    """The latest of each, newest first."""
    return _card(person_id, {}, {})


@bp.post("/people/<int(max=2147483647):person_id>/contacts")
@needs(OFFICE)
@merged.follows()
def add_contact(person_id: int) -> ResponseReturnValue:
    """Somebody new on the list of who stands by a resident: typed, or one of those who have called."""
    typed = {name: request.form.get(name, "").replace("\0", "") for name in contact_form.KEYS}
    caller = request.form.get("caller", type=int)
    try:
        if caller is not None and 0 < caller <= LARGEST_ID:
            flow.add_caller_as_contact(person_id, caller, actor(), now())
        else:
            new, problems = contact_form.read(typed, flow.any_number(typed["contact_phone"]))
            if new is None:
                return _card(person_id, typed, problems), 422
            flow.add_contact(person_id, new, actor(), now())
    except contacts.ContactError as error:
        return _card(person_id, typed, contact_form.refused(error.code)), 409
    flash(_("목록에 적었습니다."), "success")
    return redirect(url_for("residents.person", person_id=person_id, _anchor="contacts"), 303)


@bp.post("/people/<int(max=2147483647):person_id>/contacts/<int(max=2147483647):contact_id>")
@needs(OFFICE)
@merged.follows()
def change_contact(person_id: int, contact_id: int) -> ResponseReturnValue:
    """Earlier, told or not told, or off the list."""
    try:
        wanted = contacts.Change(request.form.get("do", ""))
    except ValueError:
        abort(400)
    try:
        before = request.form.get("before", type=int)
        flow.change_contact(person_id, contact_id, wanted, actor(), now(), before)
    except contacts.ContactError as error:
        return _card(person_id, {}, contact_form.refused(error.code)), 409
    said = {
        contacts.Change.UP: _("순서를 바꾸었습니다."),
        contacts.Change.MAY_BE_TOLD: _("앞으로 이분께 방문을 알립니다."),
        contacts.Change.NOT_TOLD: _("앞으로 이분께는 알리지 않습니다."),
        contacts.Change.REMOVE: _("목록에서 지웠습니다."),
    }
    flash(said[wanted], "success")
    return redirect(url_for("residents.person", person_id=person_id, _anchor="contacts"), 303)


@bp.post("/people/<int(max=2147483647):person_id>/language")
@needs(OFFICE)
@merged.follows()
def change_language(person_id: int) -> ResponseReturnValue:
    """In which language somebody is written to."""
    try:
        language = TextLanguage(request.form.get("language", ""))
    except ValueError:
        return _card(person_id, {}, {"language": _("문자를 받을 언어를 골라 주십시오.")}), 422
    try:
        found = flow.change_language(person_id, language, actor(), now(), request.form.get("was"))
    except SetMeanwhileError:
        return _set_meanwhile(person_id, "language", "language")
    if not found:
        abort(404)
    flash(_("언어를 적었습니다. 아직 나가지 않은 문자도 이 언어로 나갑니다."), "success")
    return redirect(url_for("residents.person", person_id=person_id), 303)


@bp.post("/people/<int(max=2147483647):person_id>/pages")
@needs(OFFICE)
@merged.follows()
def change_pages(person_id: int) -> ResponseReturnValue:
    """Whether somebody opens addresses that stand in texts."""
    opens = request.form.get("opens_pages") == "1"
    try:
        found = flow.change_pages(person_id, opens, actor(), now(), request.form.get("was"))
    except SetMeanwhileError:
        return _set_meanwhile(person_id, "opens_pages", "pages")
    if not found:
        abort(404)
    said = (
        _("앞으로 방문마다 확인 화면의 주소도 보냅니다.")
        if opens
        else _("앞으로 확인 화면의 주소를 보내지 않습니다.")
    )
    flash(said, "success")
    return redirect(url_for("residents.person", person_id=person_id), 303)


@bp.post("/people/<int(max=2147483647):person_id>/names/<int(max=2147483647):name_id>/back")
@needs(OFFICE)
@merged.follows()
def put_back_name(person_id: int, name_id: int) -> ResponseReturnValue:
    """It was not wrong after all, or the correction was meant for somebody else."""
    try:
        person = flow.put_back_name(person_id, name_id, actor(), now())
    except NameChangedError:
        flash(_("이미 되돌렸거나, 그 뒤에 다시 고친 이름입니다."), "warning")
    else:
        if person is None:
            abort(404)
        flash(_("이름을 되돌렸습니다."), "success")
    return redirect(url_for("residents.person", person_id=person_id), 303)


def _set_meanwhile(person_id: int, field: str, why: str) -> ResponseReturnValue:
    """The card as it stands now, and who has set it so."""
    who = who_changed({Person.__tablename__: [person_id]}, why)
    again = _("바뀐 내용을 확인한 뒤 다시 해 주십시오.")
    return _card(person_id, {}, {field: f"{who} {again}"}), 409


def _card(person_id: int, typed: Mapping[str, str], problems: Mapping[str, str]) -> str:
    card = load_card(person_id, now()) if person_id <= LARGEST_ID else None
    if card is None:
        abort(404)
    return render_template(
        "residents/person.html",
        card=card,
        today=seoul_day(now()),
        typed=typed,
        problems=problems,
        contact_relations=contacts.RELATIONS,
        contact_fields=contact_form.KEYS,
    )


@bp.get("/addresses")
@needs(ADMINISTRATORS)
def addresses() -> ResponseReturnValue:
    """The addresses on file by how sure their points are, and the requests that wait for a pin."""
    typed = request.args.get("page", "")
    page = int(typed) if re.fullmatch(r"[1-9][0-9]{0,4}", typed, re.ASCII) else 1
    return render_template(
        "residents/coverage.html",
        shown=coverage.load(page),
        table=flow.table_coverage(),
        grade_name=lambda grade: place_words.grade_name(Grade(grade)),
        metres_words=place_words.metres_words,
        source_name=place_words.source_name,
    )
