"""The month on a page and as a workbook."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman.accounts.guard import OFFICE, needs
from handyman.extensions import now
from handyman.month import Month
from handyman.report.export import workbook
from handyman.report.monthly import count_month
from handyman.report.visit_list import list_visits
from handyman.report.wording import definitions, dong_words, opinion_rows, reason_words
from handyman.words import seoul_day

bp = Blueprint("report", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/reports/monthly")
@needs(OFFICE)
def monthly() -> ResponseReturnValue:
    """The month asked for, else the present one."""
    month = _asked()
    if month is None:
        return _page(_present(), _wrong()), 422
    return _page(month)


@bp.get("/reports/monthly.xlsx")
@needs(OFFICE)
def monthly_xlsx() -> ResponseReturnValue:
    month = _asked()
    if month is None:
        return _page(_present(), _wrong()), 422
    answer = Response(workbook(count_month(month), list_visits(month)), mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="handyman-{month}.xlsx"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _page(month: Month, problems: dict[str, str] | None = None) -> str:
    report = count_month(month)
    return render_template(
        "report/monthly.html",
        report=report,
        opinions=opinion_rows(report.opinions),
        typed=request.args.get("month", "") if problems else str(month),
        problems=problems or {},
        definitions=definitions(),
        reason_words=reason_words,
        dong_words=dong_words,
        is_present=month == _present(),
    )


def _asked() -> Month | None:
    typed = request.args.get("month", "")
    return Month.parse(typed) if typed else _present()


def _present() -> Month:
    return Month.of(seoul_day(now()))


def _wrong() -> dict[str, str]:
    return {"month": _("달을 2026-11처럼 적어 주십시오.")}
