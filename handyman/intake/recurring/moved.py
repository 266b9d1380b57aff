"""What somebody else changed in the form of a check visit while it was open, field by field in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from flask_babel import gettext as _

from handyman.form_before import Merged, change_words
from handyman.intake.page import suits_words
from handyman.models import ServiceItem
from handyman.words import day_words, name_of

Words = Mapping[str, str]
DAYS = ("next_due", "ends_on")


def changes(
    merged: Merged, opened: Words, stored: Words, items: Iterable[ServiceItem], today: date
) -> Sequence[str]:
    """A line for each field: how it is called, what it was, and what it is now."""
    labels = _labels(items)

    def said(words: Words, name: str) -> str:
        return _said(name, words.get(name, ""), today)

    return [
        change_words(labels[name], said(opened, name), said(stored, name), said(merged.words, name))
        for name in merged.changed
        if name in labels
    ]


def _labels(items: Iterable[ServiceItem]) -> dict[str, str]:
    return {
        "every_months": _("몇 달마다"),
        "next_due": _("다음 예정일"),
        "ends_on": _("끝나는 날"),
        "suits": _("편하신 때"),
        "note": _("전할 말"),
        "paused": _("잠시 쉼"),
        **{f"item-{item.id}": name_of(item) for item in items},
    }


def _said(name: str, value: str, today: date) -> str:
    if name == "paused":
        return str(_("예") if value == "1" else _("아니요"))
    if name == "suits":
        return str(dict(suits_words()).get(value, value))
    if name in DAYS and value:
        return _day(value, today)
    return value


def _day(value: str, today: date) -> str:
    """As people say it; what was typed otherwise, as it was typed."""
    try:
        return day_words(date.fromisoformat(value), today)
    except ValueError:
        return value
