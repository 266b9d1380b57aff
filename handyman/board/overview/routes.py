"""The week, and a day on the map."""

from datetime import timedelta

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from handyman.accounts.guard import OFFICE, needs
from handyman.board import labels
from handyman.board.live import versions
from handyman.board.overview import map_page, week_page
from handyman.board.pages import asked_day
from handyman.extensions import now
from handyman.models import AbsenceReason, VisitState
from handyman.words import seoul_day

bp = Blueprint("overview", __name__)


@bp.get("/board/week")
@needs(OFFICE)
def week() -> ResponseReturnValue:
    today = seoul_day(now())
    first = week_page.monday_of(asked_day(today))
    return render_template(
        "board/week.html",
        version=versions.of_office(),
        week=week_page.load(first),
        first=first,
        last=first + timedelta(days=week_page.DAYS - 1),
        before=first - timedelta(days=week_page.DAYS),
        after=first + timedelta(days=week_page.DAYS),
        today=today,
        absence_names=labels.texts(AbsenceReason),
    )


@bp.get("/board/map")
@needs(OFFICE)
def day_map() -> ResponseReturnValue:
    today = seoul_day(now())
    shown = asked_day(today)
    return render_template(
        "board/map.html",
        version=versions.of_day(shown),
        routes=map_page.load(shown),
        shown=shown,
        today=today,
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1),
        state_names=labels.texts(VisitState),
        outline=url_for("place.district"),
    )
