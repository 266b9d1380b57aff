"""Service times for the coordinator: seen, taken over, taken back."""

import re

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow
from handyman.accounts.guard import COORDINATORS, actor, needs
from handyman.board.refusals import ChangedMeanwhileError
from handyman.board.service_times import page
from handyman.board.service_times.adopt import Kind, NothingThereError
from handyman.dispatch.service_times import LEAST_VISITS
from handyman.extensions import now
from handyman.words import seoul_day

bp = Blueprint("service_times", __name__)
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
LINE = "<any(items, members):kind>/<int:row_id>"


@bp.get("/service-times")
@needs(COORDINATORS)
def show() -> ResponseReturnValue:
    return _page()


@bp.post(f"/service-times/{LINE}/adopt")
@needs(COORDINATORS)
def adopt(kind: str, row_id: int) -> ResponseReturnValue:
    try:
        flow.adopt_service_time(Kind(kind), row_id, request.form.get("seen", ""), actor(), now())
    except NothingThereError:
        abort(404)
    except ChangedMeanwhileError:
        return _page(_changed(kind, row_id)), 409
    flash(_("썼습니다. 다음에 잡는 방문부터 이 시간으로 계획합니다."), "success")
    return redirect(url_for("service_times.show", _anchor=f"{kind}-{row_id}"), 303)


@bp.post(f"/service-times/{LINE}/take-back")
@needs(COORDINATORS)
def take_back(kind: str, row_id: int) -> ResponseReturnValue:
    try:
        flow.take_back_service_time(Kind(kind), row_id, request.form.get("seen", ""), actor(), now())
    except NothingThereError:
        abort(404)
    except ChangedMeanwhileError:
        return _page(_changed(kind, row_id)), 409
    flash(_("되돌렸습니다. 다음에 잡는 방문부터 앞의 시간으로 계획합니다."), "success")
    return redirect(url_for("service_times.show", _anchor=f"{kind}-{row_id}"), 303)


@bp.post("/service-times/first")
@needs(COORDINATORS)
def mark_first() -> ResponseReturnValue:
    ticked = {int(one) for one in request.form.getlist("item") if NUMBER.fullmatch(one)}
    flow.mark_fall_risk(ticked, actor(), now())
    flash(_("저장했습니다. 다음에 짜는 계획부터 따릅니다."), "success")
    return redirect(url_for("service_times.show", _anchor="first"), 303)


def _page(problems: dict[str, str] | None = None) -> str:
    return render_template(
        "board/service_times.html",
        times=page.load(seoul_day(now())),
        least=LEAST_VISITS,
        problems=problems or {},
    )


def _changed(kind: str, row_id: int) -> dict[str, str]:
    return {f"{kind}-{row_id}": _("그 사이에 값이 바뀌었습니다. 아래의 새 제안을 보고 다시 해 주십시오.")}
