"""Called off in two steps: whoever asks sees first who would be told of it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import OFFICE, actor, needs
from handyman.board import forms, pages
from handyman.board.refusals import BoardError
from handyman.extensions import now
from handyman.models import ENDED, CancelReason
from handyman.words import seoul_day

bp = Blueprint("calling_off", __name__)
VISIT = "<int(max=2147483647):visit_id>"


@bp.post(f"/visits/{VISIT}/cancel")
@needs(OFFICE)
def cancel_visit(visit_id: int) -> ResponseReturnValue:
    visit, reason = pages.find_visit(visit_id).visit, forms.read_reason(request.form)
    if reason is None:
        return pages.show_visit(visit_id, {"reason": _("취소하는 까닭을 골라 주십시오.")}), 422
    back = url_for("board.visit_page_of", visit_id=visit_id)
    asked: dict[str, Any] = {"seen": request.form.get("seen", ""), "under_way": pages.may_change()}
    try:
        if not request.form.get("sure"):
            told = flow.foretell_visit_off(visit_id, reason, actor(), now(), **asked)
            return _ask(told, reason, back, resident=visit.resident.person.name, visits=[visit])
        flow.cancel_visit(visit_id, reason, actor(), now(), **asked)
    except BoardError as error:
        return pages.show_visit(visit_id, {"reason": pages.sentence(error)}), pages.code(error)
    flash(_("방문을 취소했습니다. 품목은 다시 방문을 기다립니다."), "success")
    return redirect(back, 303)


@bp.post("/requests/<number>/cancel")
@needs(OFFICE)
def cancel_request(number: str) -> ResponseReturnValue:
    found, reason = pages.find_request(number), forms.read_reason(request.form)
    if reason is None:
        return pages.show_request(number, {"reason": _("취소하는 까닭을 골라 주십시오.")}), 422
    back, seen = pages.address_of(found.head), request.form.get("seen", "")
    coming = [visit.row for visit in found.visits if visit.row.state not in ENDED]
    try:
        if not request.form.get("sure"):
            told = flow.foretell_request_off(found.head.id, reason, actor(), now(), seen=seen)
            return _ask(
                told, reason, back, resident=found.head.resident, visits=coming, number=found.head.number
            )
        flow.cancel_request(found.head.id, reason, actor(), now(), seen=seen)
    except BoardError as error:
        return pages.show_request(number, {"reason": pages.sentence(error)}), pages.code(error)
    flash(_("신청을 취소했습니다."), "success")
    return redirect(back, 303)


def _ask(told: list[flow.Foretold], reason: CancelReason, back: str, **facts: Any) -> str:
    """Once more, with who would be told; nothing is called off yet."""
    at = now()
    return render_template(
        "board/calling_off.html",
        told=told,
        reason=reason,
        back=back,
        seen=request.form.get("seen", ""),
        at=at,
        today=seoul_day(at),
        **facts,
    )
