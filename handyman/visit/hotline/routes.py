"""Is somebody of ours expected here? For neighbours and residents, and for the office at the telephone."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from handyman.accounts.guard import OFFICE, needs, public, reads
from handyman.extensions import limiter, now
from handyman.visit.expected import Door, at_door
from handyman.visit.home.names import masked
from handyman.visit.hotline import look
from handyman.visit.hotline.wording import warning_of
from handyman.words import seoul_day

bp = Blueprint("hotline", __name__)
GUESSES = "10 per hour"  # of ten thousand numbers: nobody finds one by trying


def _was_wrong(answer: Response) -> bool:
    return answer.status_code != 200


@bp.get("/check")
@public
def ask() -> ResponseReturnValue:
    return _check_page({}, {})


@bp.post("/check")
@limiter.limit(GUESSES, deduct_when=_was_wrong)
@public
@reads
def check() -> ResponseReturnValue:
    """The number and the house where it was said."""
    typed = {name: request.form.get(name, "").replace("\0", "")[:40] for name in ("number", "house")}
    number, house = look.read_number(typed["number"]), look.read_house(typed["house"])
    problems = {}
    if not number:
        problems["number"] = _("방문 번호는 숫자 네 자리입니다.")
    if not house:
        problems["house"] = _("건물 번호를 적어 주십시오. 상도로 369이면 369입니다.")
    if problems:
        return _check_page(typed, problems), 422
    at = now()
    found = look.at_house(number, house, at)
    expected = found is not None and at_door(found, at) is Door.EXPECTED
    warning = warning_of(found, at) if found else _("오늘 이 댁에 이 번호로 가기로 한 사람이 없습니다")
    page = _check_page(typed, {}, found=found if expected else None, warning=warning)
    return page, 200 if found else 422


@bp.get("/hotline")
@needs(OFFICE)
def hotline_page() -> ResponseReturnValue:
    """The office types the number and sees everything."""
    typed = request.args.get("number", "")[:20]
    number, at = look.read_number(typed), now()
    problems = {"number": _("방문 번호는 숫자 네 자리입니다.")} if typed and not number else {}
    return render_template(
        "home/hotline.html",
        typed=typed,
        number=number,
        problems=problems,
        found=look.of_number(number, at) if number else [],
        warning_of=lambda visit: warning_of(visit, at),
        today=seoul_day(at),
    )


@bp.errorhandler(429)
def _too_often(_error: Exception) -> ResponseReturnValue:
    title = _("여러 번 틀렸습니다. 한 시간 뒤에 다시 해 주십시오.")
    return render_template("home/gone.html", title=title, advice=_("급하면 사무실로 전화해 주십시오.")), 429


def _check_page(typed: dict[str, str], problems: dict[str, str], **shown: object) -> str:
    return render_template(
        "home/check.html",
        typed=typed,
        problems=problems,
        masked=masked,
        today=seoul_day(now()),
        in_office=current_user.is_authenticated,
        **shown,
    )
