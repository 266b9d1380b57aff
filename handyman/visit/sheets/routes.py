"""The sheets of a day: who goes where, printed on a page or as a PDF."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from handyman import flow
from handyman.accounts.guard import OFFICE, actor, needs
from handyman.extensions import now, settings
from handyman.visit.sheets import pdf
from handyman.visit.sheets.load import load
from handyman.visit.sheets.printing import Printed, last_printed
from handyman.visit.sheets.sheet import Stop, pages
from handyman.words import day_words, moment_words, seoul_day

bp = Blueprint("sheets", __name__)
UNREADABLE = _l("날짜를 2026-11-24처럼 적어 주십시오.")
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


@bp.get("/sheets")
@needs(OFFICE)
def show() -> ResponseReturnValue:
    at = now()
    today, day = seoul_day(at), _day(request.args.get("day", ""))
    shown = day or today
    unreadable = day is None and bool(request.args.get("day"))
    if unreadable:
        flash(str(UNREADABLE), "danger")
    return render_template(
        "sheets/day.html",
        sheets=load(shown, at),
        printed=last_printed(shown),
        shown=shown,
        today=today,
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1),
    ), (422 if unreadable else 200)


@bp.post("/sheets")
@needs(OFFICE)
def print_() -> ResponseReturnValue:
    """The paper itself: asked for again it has new numbers, so it is the answer and no page of its own."""
    at, day = now(), _day(request.form.get("day", ""))
    if day is None:
        flash(str(UNREADABLE), "danger")
        return redirect(url_for("sheets.show"), 303)
    as_pdf = request.form.get("form") == "pdf"
    if as_pdf and not pdf.is_possible():
        flash(_("PDF를 만들 글꼴이 없습니다. 화면으로 인쇄해 주십시오."), "danger")
        return redirect(url_for("sheets.show", day=day), 303)
    member = request.form.get("member", "")
    wanted = int(member) if member.isascii() and member.isdecimal() and len(member) < 10 else None
    printed = flow.print_sheets(day, wanted, actor(), at)
    if not printed:
        flash(_("인쇄할 방문이 없습니다."), "information")
        return redirect(url_for("sheets.show", day=day), 303)
    about = pdf.About(
        office=settings().office_name,
        phone=settings().office_phone,
        day=day_words(day),
        stamp=_("%(at)s %(who)s 인쇄", at=moment_words(at), who=current_user.name),
    )
    if as_pdf:
        answer = Response(pdf.draw(printed, about), mimetype="application/pdf")
        answer.headers["Content-Disposition"] = f'inline; filename="sheets-{day}-{printed[0].number}.pdf"'
    else:
        laid = [(each, list(pages(each.sheet.stops))) for each in printed]
        answer = Response(_page(laid, about, day))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if FIRST < day < LAST else None


def _page(laid: Sequence[tuple[Printed, Sequence[Sequence[Stop]]]], about: pdf.About, day: date) -> str:
    return render_template("sheets/print.html", printed=laid, about=about, day=day, sentences=pdf.sentences)
