"""The card of one person: where they live, what they asked for, who came, what they were told."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from handyman.accounts.guard import OFFICE, needs
from handyman.residents.card import load_card

bp = Blueprint("residents", __name__)
LARGEST_ID = 2**31 - 1


@bp.get("/people/<int:person_id>")
@needs(OFFICE)
def person(person_id: int) -> ResponseReturnValue:
    """The latest of each, newest first."""
    card = load_card(person_id) if person_id <= LARGEST_ID else None
    if card is None:
        abort(404)
    return render_template("residents/person.html", card=card)
