"""The page for the members' meeting."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman.accounts.guard import OFFICE, needs
from handyman.board import labels
from handyman.board.fairness import overrides, shares
from handyman.extensions import now
from handyman.models import OverrideReason
from handyman.month import Month
from handyman.words import seoul_day

bp = Blueprint("fairness", __name__)


@bp.get("/fairness")
@needs(OFFICE)
def show() -> ResponseReturnValue:
    """The month asked for, else the present one."""
    typed = request.args.get("month", "")
    month = Month.parse(typed) if typed else _present()
    if month is None:
        return _page(_present(), typed, {"month": _("달을 2026-11처럼 적어 주십시오.")}), 422
    return _page(month, str(month))


def _page(month: Month, typed: str, problems: dict[str, str] | None = None) -> str:
    of_month, of_year = shares.load(month)
    return render_template(
        "board/fairness.html",
        month=month,
        is_present=month == _present(),
        of_month=of_month,
        of_year=of_year,
        by_hand=overrides.load(month),
        most_listed=overrides.MOST_LISTED,
        reason_names=labels.texts(OverrideReason),
        typed=typed,
        problems=problems or {},
    )


def _present() -> Month:
    return Month.of(seoul_day(now()))
