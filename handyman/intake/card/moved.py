"""What somebody else changed on a card while it was open, field by field in words."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from handyman.form_before import Merged, change_words
from handyman.intake.problem_lines import FIELDS

Words = Mapping[str, str]
PHONE = "phone-"


def changes(merged: Merged, opened: Words, stored: Words) -> Sequence[str]:
    """A line for each field, the numbers too: how it is called, what it was, and what it is now."""

    def change(name: str) -> str:
        before, after, kept = (words.get(name, "") for words in (opened, stored, merged.words))
        return change_words(str(FIELDS.get(name, _("전화"))), before, after, kept)

    return [change(name) for name in merged.changed]


def as_numbered(words: Words, opened: Words, stored: Words) -> dict[str, str]:
    """The fields of the numbers by the rows that have them now: of two records one number is kept once."""
    now = {number: name for name, number in stored.items() if name.startswith(PHONE)}
    rows = {
        name: now[number]
        for name, number in opened.items()
        if name.startswith(PHONE) and name not in stored and number in now
    }
    return {rows.get(name, name): said for name, said in words.items()}
