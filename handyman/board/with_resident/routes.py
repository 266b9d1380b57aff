"""Forms of a visit's page about its resident: the address of their page, the sum, how it was."""

import re
import unicodedata

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import OFFICE, actor, needs
from handyman.board import pages
from handyman.board.refusals import BoardError
from handyman.extensions import now
from handyman.form_before import change_words
from handyman.words import won

bp = Blueprint("with_resident", __name__)
VISIT = "<int(max=2147483647):visit_id>"
MOST_WON = 9_999_999


@bp.post(f"/visits/{VISIT}/page")
@needs(OFFICE)
def send_page(visit_id: int) -> ResponseReturnValue:
    pages.find_visit(visit_id)
    if flow.send_page(visit_id, now()):
        flash(_("확인 화면의 주소를 문자로 보냅니다."), "success")
    else:
        flash(_("보낼 수 없습니다. 문자를 받는 휴대전화가 없거나 방문이 지났습니다."), "warning")
    return _to_visit(visit_id)


@bp.post(f"/visits/{VISIT}/sum")
@needs(OFFICE)
def agree(visit_id: int) -> ResponseReturnValue:
    """Empty or nought: nobody takes money there."""
    pages.find_visit(visit_id)
    was = request.form.get("was")
    typed = re.sub(r"[\s,원]", "", unicodedata.normalize("NFKC", request.form.get("agreed_won", "")))
    if not re.fullmatch(r"[0-9]{0,7}", typed):
        problem = _(
            "금액은 %(most)s원까지 숫자로 적어 주십시오. 받지 않으면 비워 둡니다.", most=f"{MOST_WON:,}"
        )
        return pages.show_visit(visit_id, {"agreed_won": problem}, was), 422
    agreed = int(typed or 0) or None
    try:
        flow.agree_on_sum(visit_id, agreed, actor(), now(), was)
    except BoardError as error:
        return pages.show_visit(visit_id, {"agreed_won": _moved_sum(visit_id, was or "", error)}), 409
    flash(_("약속한 금액을 적었습니다."), "success")
    return _to_visit(visit_id)


@bp.post(f"/visits/{VISIT}/rating")
@needs(OFFICE)
def rate(visit_id: int) -> ResponseReturnValue:
    """Asked on the telephone."""
    pages.find_visit(visit_id)
    problems, kept = flow.rate_for(visit_id, request.form, actor(), now())
    if problems:
        return pages.show_visit(visit_id, problems), 422
    if kept:
        flash(_("만족도를 적었습니다."), "success")
    else:
        flash(_("이미 답하셨거나 아직 끝나지 않은 방문입니다. 적은 것이 없습니다."), "warning")
    return _to_visit(visit_id)


def _moved_sum(visit_id: int, was: str, error: BoardError) -> str:
    stands = pages.find_visit(visit_id).visit.agreed_won
    before = won(int(was)) if re.fullmatch(r"[0-9]{1,7}", was) else ""
    told = change_words(_("어르신이 내실 금액"), before, won(stands) if stands else "")
    return f"{pages.sentence(error)} {told}"


def _to_visit(visit_id: int) -> ResponseReturnValue:
    return redirect(url_for("board.visit_page_of", visit_id=visit_id, _anchor="resident-page"), 303)
