"""A card is open and its name was typed over: the same person under a better name, or somebody else?"""

from collections.abc import Mapping

from handyman.intake import callers
from handyman.intake.cards import KnownCaller
from handyman.intake.form import read_id
from handyman.intake.reading import clean
from handyman.languages import gettext as _
from handyman.models import ConsentKind, Relation, same_name

OF_THE_PERSON = (
    "birth_year",
    "care_note",
    "resident_phone",
    *(f"consent_{kind.value}" for kind in ConsentKind),
)


def name_on_card(typed: Mapping[str, str], caller: KnownCaller | None) -> str:
    """The card's name where another one stands in the form; else nothing is to be asked."""
    person_id, name = read_id(typed.get("person_id", "")), clean(typed.get("name", ""))
    if person_id is None or not name:
        return ""
    shown = [card for card in caller.cards if card.home.id == person_id] if caller else []
    card = shown[0] if shown else callers.find_card(person_id, "")
    return "" if card is None or same_name(card.home.name, name) else str(card.home.name)


def as_another(typed: Mapping[str, str], card: Mapping[str, str]) -> dict[str, str]:
    """Somebody else at this number: what the card had written of its own person goes, nothing else.

    Whoever called for others before may call for themself today.
    """
    inherited = {name for name in OF_THE_PERSON if typed.get(name) == card.get(name)}
    kept = {name: said for name, said in typed.items() if name not in inherited}
    if same_name(typed.get("name", ""), typed.get("caller_name", "")):
        kept |= {"relation": Relation.SELF.value, "caller_name": ""}
    return kept | {"person_id": "", "same_person": ""}


def question() -> str:
    """What is said where the name was typed over and nobody has answered yet."""
    return _("카드의 이름과 다릅니다. 같은 분인지 골라 주십시오.")
