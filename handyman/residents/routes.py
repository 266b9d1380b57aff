"""The card of one person, and how well the office knows where its people live."""

import re

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from handyman import flow, place_words
from handyman.accounts.guard import ADMINISTRATORS, OFFICE, needs
from handyman.extensions import now
from handyman.models import Grade
from handyman.residents import coverage
from handyman.residents.card import load_card

bp = Blueprint("residents", __name__)
LARGEST_ID = 2**31 - 1


@bp.get("/people/<int:person_id>")
@needs(OFFICE)
def person(person_id: int) -> ResponseReturnValue:
    """The latest of each, newest first."""
    card = load_card(person_id, now()) if person_id <= LARGEST_ID else None
    if card is None:
        abort(404)
    return render_template("residents/person.html", card=card)


@bp.get("/addresses")
@needs(ADMINISTRATORS)
def addresses() -> ResponseReturnValue:
    """The addresses on file by how sure their points are, and the requests that wait for a pin."""
    typed = request.args.get("page", "")
    page = int(typed) if re.fullmatch(r"[1-9][0-9]{0,4}", typed, re.ASCII) else 1
    return render_template(
        "residents/coverage.html",
        shown=coverage.load(page),
        table=flow.table_coverage(),
        grade_name=lambda grade: place_words.grade_name(Grade(grade)),
        metres_words=place_words.metres_words,
        source_name=place_words.source_name,
    )
