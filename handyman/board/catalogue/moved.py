"""What somebody else changed in the form of a catalogue entry while it was open, field by field in words."""

import re
from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from handyman.board.catalogue.wording import FIELDS
from handyman.form_before import Merged, change_words
from handyman.models import Material, Skill
from handyman.words import name_of

QUESTION = re.compile(r"q\d+-")
TICKS = ("fall_risk", "active", "permitted")
MINUTES = ("base_minutes", "minutes_per_piece")
Words = Mapping[str, str]


def part_of(name: str) -> str:
    """The questions are one part: by their places alone nobody could tell them apart."""
    return "questions" if QUESTION.match(name) else name


def changes(merged: Merged, opened: Words, stored: Words, rows: Sequence[Skill | Material]) -> list[str]:
    """A line for each field, and one for all questions: what it was, and what it is now."""
    parts = dict.fromkeys(map(part_of, merged.changed))
    ticks = {f"{type(row).__name__.lower()}-{row.id}": name_of(row) for row in rows}
    return [
        change_words(
            ticks.get(part) or str(FIELDS.get(part, part)),
            *(_said(part, words, ticks) for words in (opened, stored, merged.words)),
        )
        for part in parts
    ]


def _said(part: str, words: Words, ticks: Mapping[str, str]) -> str:
    value = words.get(part, "").replace("\r\n", "\n")
    if part == "questions":
        return ", ".join(said for name, said in words.items() if re.fullmatch(r"q\d+-ko", name) and said)
    if part in TICKS or part in ticks:
        return str(_("예") if value == "1" else _("아니요"))
    if part in MINUTES and value:
        return str(_("%(minutes)s분", minutes=value))
    return value.replace("\n", " / ")
