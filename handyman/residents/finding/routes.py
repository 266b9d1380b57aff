"""The box that finds people: what it offers while somebody types, and the same as a page."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handyman.accounts.guard import OFFICE, needs, reads
from handyman.extensions import now
from handyman.residents.finding.lines import lines_of
from handyman.residents.finding.search import MOST, find
from handyman.words import seoul_day

bp = Blueprint("people", __name__)
MOST_ON_PAGE = 40
LONGEST = 80


@bp.get("/people")
@needs(OFFICE)
def page() -> ResponseReturnValue:
    """The box alone, or with ?q= as an address that somebody kept."""
    return _show(request.args.get("q", ""))


@bp.post("/people", endpoint="find")
@needs(OFFICE)
@reads
def find_people() -> ResponseReturnValue:
    """What was typed stays out of addresses and so out of logs. One who is found alone is shown at once."""
    return _show(request.form.get("q", ""), alone=True)


@bp.post("/people/suggestions")
@needs(OFFICE)
@reads
def suggestions() -> ResponseReturnValue:
    """The first few, while somebody types."""
    today = seoul_day(now())
    found = lines_of(find(request.form.get("q", "")[:LONGEST], MOST), today)
    return render_template("residents/_found.html", found=found, today=today)


def _show(typed: str, *, alone: bool = False) -> ResponseReturnValue:
    asked = " ".join(typed.replace("\0", "").split())[:LONGEST]
    today = seoul_day(now())
    ids = find(asked, MOST_ON_PAGE + 1)
    if alone and len(ids) == 1:
        return redirect(url_for("residents.person", person_id=ids[0]), 303)
    return render_template(
        "residents/people.html",
        asked=asked,
        found=lines_of(ids[:MOST_ON_PAGE], today),
        more=len(ids) > MOST_ON_PAGE,
        today=today,
    )
