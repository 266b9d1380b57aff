"""Make two records of one person one, look for probable ones, and part them again."""

import re
from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import OFFICE, actor, needs, reads
from handyman.extensions import now
from handyman.residents.finding.lines import lines_of
from handyman.residents.finding.search import find
from handyman.residents.merging.pairs import find_pairs, find_pairs_of
from handyman.residents.merging.records import Held, load_held
from handyman.residents.merging.refusals import MergeError, Why, find_refusal
from handyman.words import seoul_day

bp = Blueprint("merging", __name__)
LARGEST_ID = 2**31 - 1


@bp.get("/people/pairs")
@needs(OFFICE)
def pairs() -> ResponseReturnValue:
    """Probable doubles of everybody."""
    return render_template("residents/pairs.html", pairs=find_pairs())


@bp.get("/people/<int:person_id>/merge")
@needs(OFFICE)
def look(person_id: int) -> ResponseReturnValue:
    """Both records side by side; without ?with= who may be the same person."""
    return _show(person_id, _id(request.args.get("with", "")))


@bp.post("/people/<int:person_id>/merge/find")
@needs(OFFICE)
@reads
def find_other(person_id: int) -> ResponseReturnValue:
    """The other record by name, number or address; what was typed stays out of addresses."""
    typed = request.form.get("q", "").replace("\0", "")[:80]
    return _show(person_id, None, typed)


@bp.post("/people/<int:person_id>/merge")
@needs(OFFICE)
def merge(person_id: int) -> ResponseReturnValue:
    """The other record goes into this one."""
    other = _id(request.form.get("with", ""))
    try:
        flow.merge_people(person_id, other or 0, actor(), now())
    except MergeError as error:
        return _show(person_id, other, refusal=error.code), 409
    flash(_("한 기록으로 합쳤습니다. 잘못 합쳤으면 아래에서 되돌릴 수 있습니다."), "success")
    return redirect(url_for("residents.person", person_id=person_id), 303)


@bp.post("/merges/<int:merge_id>/undo")
@needs(OFFICE)
def undo(merge_id: int) -> ResponseReturnValue:
    """One press parts them again."""
    back = _id(request.form.get("back", ""))
    try:
        row = flow.undo_merge(merge_id, actor(), now())
    except MergeError as error:
        if back is None:
            abort(409)
        flash(why_words(error.code), "danger")
        return redirect(url_for("residents.person", person_id=back), 303)
    flash(_("다시 두 기록으로 나누었습니다."), "success")
    return redirect(url_for("residents.person", person_id=row.kept_id), 303)


def why_words(code: Why) -> str:
    """The ground, and what to do."""
    said: dict[Why, Callable[[], str]] = {
        Why.NOBODY: lambda: _("합칠 기록을 골라 주십시오."),
        Why.SAME: lambda: _("같은 기록입니다. 다른 기록을 골라 주십시오."),
        Why.MERGED: lambda: _("이미 다른 기록에 합친 기록입니다. 합친 기록에서 다시 보아 주십시오."),
        Why.RELATED: lambda: _("한 분이 다른 분을 돕거나 대신 전화하셨으니 두 분입니다. 합치지 않습니다."),
        Why.BIRTH_YEARS: lambda: _(
            "출생 연도가 서로 다릅니다. 한 분이 맞으면 먼저 출생 연도를 바로잡아 주십시오."
        ),
        Why.TWO_PLACES: lambda: _(
            "같은 시간에 두 주소로 방문이 약속되어 있습니다. 한 방문을 옮기거나 취소한 뒤 합쳐 주십시오."
        ),
        Why.UNDER_WAY: lambda: _("지금 진행 중인 방문이 있습니다. 방문이 끝난 뒤 합쳐 주십시오."),
        Why.WISHES: lambda: _("한 조합원을 두고 서로 다른 바람이 적혀 있습니다. 먼저 한쪽을 지워 주십시오."),
        Why.CHANGED_SINCE: lambda: _(
            "합친 뒤에 두 기록의 일을 함께 하는 방문이 생겼습니다. 그 방문을 취소한 뒤 되돌려 주십시오."
        ),
        Why.UNDONE: lambda: _("이미 되돌렸습니다."),
    }
    return said[code]()


def _show(person_id: int, other_id: int | None, typed: str = "", refusal: Why | None = None) -> str:
    kept = load_held(person_id)
    if kept is None:
        abort(404)
    gone = load_held(other_id) if other_id else None
    refusal = refusal or _refusal(kept, gone)
    found = [line for line in lines_of(find(typed), seoul_day(now())) if line.id != person_id]
    return render_template(
        "residents/merge.html",
        kept=kept,
        gone=gone,
        why_not=why_words(refusal) if refusal else "",
        pairs=find_pairs_of(kept.person) if gone is None else [],
        asked=typed,
        found=found,
    )


def _refusal(kept: Held, gone: Held | None) -> Why | None:
    return find_refusal(kept.person, gone.person) if gone else None


def _id(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,10}", text, re.ASCII) and 0 < int(text) <= LARGEST_ID else None
