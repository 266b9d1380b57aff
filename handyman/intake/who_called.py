"""Who is on the line: their cards, and what a card writes into the form."""

from typing import Any

from handyman.extensions import db
from handyman.intake import callers, form, page, script
from handyman.intake.cards import Card, KnownCaller
from handyman.intake.phone import read_phone
from handyman.languages import language
from handyman.models import Relation, ServiceRequest


def find_caller(text: str) -> KnownCaller | None:
    number = read_phone(text)
    return callers.find_caller(number.e164) if number else None


def card_of(person_id: int | None, caller: KnownCaller | None) -> Card | None:
    """The person's who was asked for, else the only one that the number stands for."""
    if person_id is not None:
        return callers.find_card(person_id, caller.number if caller else "")
    return caller.cards[0] if caller and len(caller.cards) == 1 else None


def without_card(typed: dict[str, str], caller: KnownCaller | None) -> dict[str, str]:
    """With another number it is somebody else: without what the card had written."""
    person_id = form.read_id(typed.get("person_id", ""))
    if person_id is None or (caller and person_id in {card.home.id for card in caller.cards}):
        return typed
    words = words_of(person_id, "")
    return {name: said for name, said in typed.items() if said != words.get(name)} | {"person_id": ""}


def words_of(person_id: int, number: str) -> dict[str, str]:
    card = callers.find_card(person_id, number)
    return card.words(script.VERSION) if card else {}


def as_on_file(typed: dict[str, str], request_id: int) -> dict[str, str]:
    """What nobody typed over is as the card of the request's resident says."""
    row = db.session.get(ServiceRequest, request_id)
    words = words_of(row.resident_id, "") if row else {}
    return words | {name: said for name, said in typed.items() if said or name not in words}


def card_words() -> dict[str, Any]:
    return {
        "relation_names": dict(page.lists(language())["relations"]),
        "self_called": Relation.SELF,
        "script_version": script.VERSION,
    }
