"""A card that somebody else changes during a call taken from it: nothing of theirs is put back unseen."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from handyman import merged as records
from handyman.form_before import change_words, merge, unpack
from handyman.intake import add_to, callers, script
from handyman.intake.cards import OF_THE_CARD, stamp
from handyman.intake.form import read_id, read_key
from handyman.intake.problem_lines import FIELDS
from handyman.languages import gettext as _
from handyman.meanwhile import who_changed

Words = Mapping[str, str]
HOME = ("address", "unit")
POINT = ("place_key", "lat", "lon", "pin_source")
TOLD = ("name", "birth_year", *HOME, "entrance", "care_note")  # the answers to a script are the newest anyhow


class Newer(NamedTuple):
    typed: dict[str, str]  # with what somebody else has stored, wherever nothing was typed over it
    problems: dict[
        str, str
    ]  # what has to be seen first: typed over as well, or another home than was spoken of
    kept: str = ""  # what is newer and was simply kept, for a sentence


def as_opened(typed: Words) -> dict[str, str]:
    """The card as it was when the form was filled from it; nothing, where it was filled from none."""
    return unpack(typed.get("card_was", "")) if typed.get("person_id") else {}


def is_as(person_id: int, opened: Words) -> bool:
    """Whether the card is still as it was then."""
    return not opened or _said(_stored(person_id)) == _said(opened)


def bring_up_to_date(typed: dict[str, str]) -> Newer:
    """The form over the card as it is by now; a form that is stored already has changed it itself."""
    if add_to.find_added(read_key(typed)) is not None:
        return Newer(typed, {})
    opened, person_id = as_opened(typed), read_id(typed.get("person_id", ""))
    if person_id is None:
        return Newer(typed, {})
    stands, who = records.into(person_id), records.who_merged(person_id)
    typed = typed | {"person_id": str(stands)}
    stored = _stored(stands)
    if not stored:
        return Newer(typed | {"person_id": "", "card_was": ""}, {"name": no_card()})
    if not opened or _said(stored) == _said(opened):
        return Newer(typed, {}, who)
    merged = merge(typed, opened, {name: stored.get(name, "") for name in OF_THE_CARD}, _part_of)
    words = merged.words | {"card_was": stamp(stored)}
    if moved := [name for name in merged.changed if name in (*HOME, *POINT)]:
        if _same(typed, opened, HOME):
            words |= {name: stored.get(name, "") for name in (*HOME, *POINT)} | {"located_for": ""}
        else:
            words |= {name: typed.get(name, "") for name in (*HOME, *POINT)}
    seen = [name for name in merged.changed if name in TOLD]
    asked = [name for name in seen if words.get(name, "") != stored.get(name, "")]
    who = who or who_changed({"residents": [stands], "persons": [stands]})
    problems = {name: f"{who} {_change(name, opened, stored)} {_again()}" for name in asked}
    if moved and not problems.keys() & set(HOME):
        problems |= {"address": f"{who} {_home(moved, opened, stored)} {_ask_back()}"}
    kept = ", ".join(str(FIELDS[name]) for name in seen if name not in (*asked, *HOME))
    if kept:
        return Newer(words, problems, _("%(who)s 바뀐 것은 그대로 두었습니다: %(what)s.", who=who, what=kept))
    return Newer(words, problems, who if stands != person_id else "")


def no_card() -> str:
    """What is said where nobody is on file any more as whom the form was filled."""
    return _("이 카드는 그 사이에 없어졌습니다. 적으신 대로 새로 적으려면 다시 저장해 주십시오(Ctrl+Enter).")


def still_changing() -> str:
    """What is said where somebody else stores the card at every moment at which this call would be stored."""
    return _("다른 분이 지금 이 카드를 고치고 있습니다. 잠시 뒤 다시 저장해 주십시오(Ctrl+Enter).")


def _stored(person_id: int) -> dict[str, str]:
    card = callers.on_file(person_id)
    return card.words(script.VERSION) if card else {}


def _said(words: Words) -> dict[str, str]:
    return {name: words[name] for name in OF_THE_CARD if words.get(name)}


def _same(one: Words, other: Words, names: Collection[str]) -> bool:
    return all(one.get(name, "").strip() == other.get(name, "").strip() for name in names)


def _part_of(name: str) -> str:
    return "address" if name in (*HOME, *POINT) else name


def _change(name: str, opened: Words, stored: Words) -> str:
    return change_words(str(FIELDS[name]), opened.get(name, ""), stored.get(name, "")) + "."


def _home(moved: Collection[str], opened: Words, stored: Words) -> str:
    """A pin that was moved has no words."""
    said = [_change(name, opened, stored) for name in HOME if name in moved]
    return " ".join(said) or _("집의 위치가 다릅니다.")


def _again() -> str:
    return _("적으신 대로 하려면 다시 저장해 주십시오(Ctrl+Enter).")


def _ask_back() -> str:
    return _("지금 주소가 맞는지 되묻고 다시 저장해 주십시오(Ctrl+Enter).")
