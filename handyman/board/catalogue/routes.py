"""The catalogue for the coordinator: seen, added to, changed in its place."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import COORDINATORS, actor, needs
from handyman.board.catalogue import form, moved, page, store
from handyman.board.catalogue.details import Details
from handyman.board.catalogue.wording import KINDS, field_words, moved_words
from handyman.board.refusals import ChangedMeanwhileError
from handyman.extensions import now
from handyman.form_before import merge, pack, unpack
from handyman.meanwhile import who_changed
from handyman.models import ServiceItem
from handyman.words import seoul_day

bp = Blueprint("catalogue", __name__)
ITEM = "/catalogue/<int:item_id>"
Problems = Mapping[str, str]


@bp.get("/catalogue")
@needs(COORDINATORS)
def show() -> ResponseReturnValue:
    return _page()


@bp.get("/catalogue/new")
@needs(COORDINATORS)
def new() -> ResponseReturnValue:
    return _page("new", page.blank(len(store.load())))


@bp.post("/catalogue/new")
@needs(COORDINATORS)
def add() -> ResponseReturnValue:
    typed = _typed()
    details, problems = _read(typed, None)
    if details is None:
        return _page("new", typed, problems), 422
    item = flow.add_item(details, actor(), now())
    flash(_("‘%(name)s’ 품목을 더했습니다. 이제 전화로 받을 수 있습니다.", name=item.name_ko), "success")
    return redirect(url_for("catalogue.show", _anchor=f"item-{item.id}"), 303)


@bp.get(ITEM)
@needs(COORDINATORS)
def edit(item_id: int) -> ResponseReturnValue:
    return _page(_find(item_id).id)


@bp.post(ITEM)
@needs(COORDINATORS)
def change(item_id: int) -> ResponseReturnValue:
    typed, seen = _typed(), request.form.get("seen", "")
    details, problems = _read(typed, _find(item_id))
    if details is None:
        return _page(item_id, typed, problems, seen), 422
    try:
        item = flow.change_item(item_id, details, actor(), now(), seen=seen)
    except store.NoSuchItemError:
        abort(404)
    except ChangedMeanwhileError as error:
        return _changed_meanwhile(_find(item_id), typed, who_changed(error.rows)), 409
    flash(_("‘%(name)s’ 품목을 저장했습니다. 다음에 잡는 방문부터 따릅니다.", name=item.name_ko), "success")
    return redirect(url_for("catalogue.show", _anchor=f"item-{item.id}"), 303)


def _changed_meanwhile(item: ServiceItem, typed: Mapping[str, str], who: str) -> str:
    """The form again: with what somebody else stored, wherever nothing was typed over it."""
    told = _("아래 내용을 살펴보십시오. 다시 저장하면 이 내용으로 바뀝니다.")
    problems = {"form": f"{who} {told}"}
    before, stored = unpack(typed.get("was", "")), page.words_of(item)
    if not before:
        return _page(item.id, typed, problems)
    merged = merge(typed, before, stored, moved.part_of)
    changes = moved.changes(merged, before, stored, [*store.skills(), *store.materials()])
    return _page(item.id, merged.words, problems, changes=changes)


def _typed() -> dict[str, str]:
    """The first of each field, without null bytes, which PostgreSQL refuses."""
    return {name: text.replace("\0", "") for name, text in request.form.items()}


def _read(typed: Mapping[str, str], item: ServiceItem | None) -> tuple[Details | None, dict[str, str]]:
    return form.read(
        typed,
        [skill.id for skill in store.skills()],
        [material.id for material in store.materials()],
        [question.id for question in item.questions] if item else [],
    )


def _find(item_id: int) -> ServiceItem:
    found = next((item for item in store.load() if item.id == item_id), None)
    return found or abort(404)


def _page(
    opened: int | str = "",
    typed: Mapping[str, str] | None = None,
    problems: Problems | None = None,
    seen: str | None = None,
    changes: Sequence[str] = (),
) -> str:
    """`opened` is the entry whose form stands in its place, or "new"."""
    lines = page.load(seoul_day(now()))
    item = next((line.item for line in lines if line.item.id == opened), None)
    words: Mapping[str, str] = typed if typed is not None else page.words_of(item) if item else {}
    shown: dict[str, Any] = {
        "lines": lines,
        "opened": opened,
        "typed": words,
        "problems": problems or {},
        "seen": seen if seen is not None else store.mark(item) if item else "",
        "was": words.get("was", "") if seen is not None else pack(page.words_of(item)) if item else "",
        "changes": changes,
        "places": page.question_places(words),
        "history": page.history(item.id) if item else [],
    }
    return render_template(
        "board/catalogue.html",
        **shown,
        skills=store.skills(),
        materials=store.materials(),
        kinds=[("", _("골라 주십시오")), *((kind.value, str(word)) for kind, word in KINDS.items())],
        field_words=field_words,
        moved_words=moved_words,
        today=seoul_day(now()),
    )
