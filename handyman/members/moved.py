"""What somebody else changed in a member's form while it was open, field by field in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from handyman.form_before import Merged, change_words
from handyman.members.opened import hour_fields
from handyman.models import TextLanguage, TravelMode
from handyman.words import phone_words

Words = Mapping[str, str]
TICKS = ("active", "no_smartphone")
MODES = {
    TravelMode.WALK: _l("걸어서"),
    TravelMode.TRANSIT: _l("대중교통"),
    TravelMode.CAR: _l("자동차"),
    TravelMode.CARGO_BIKE: _l("짐 자전거"),
}
LIMITS = ("daily_cap", "monthly_cap", "wished")


def changes(
    merged: Merged,
    opened: Words,
    stored: Words,
    skills: Sequence[tuple[str, str]],
    weekdays: Sequence[str],
) -> list[str]:
    """A line for each field: how it is called, what it was, and what it is now."""
    labels = _labels(skills, weekdays)

    def said(words: Words, name: str) -> str:
        return _said(name, words.get(name, ""))

    return [
        change_words(labels[name], said(opened, name), said(stored, name), said(merged.words, name))
        for name in merged.changed
        if name in labels
    ]


def _said(name: str, value: str) -> str:
    if name in TICKS or name.startswith("skill-"):
        return str(_("예") if value == "1" else _("아니요"))
    if name in LIMITS and value:
        return str(_("%(hours)s시간", hours=value))
    if name == "phone":
        return phone_words(value)
    if name == "language":
        return str(_("영어") if value == TextLanguage.EN else _("한국어"))
    if name == "travel_mode" and value in set(TravelMode):
        return str(MODES[TravelMode(value)])
    return value


def lines(
    problems: Mapping[str, str], skills: Sequence[tuple[str, str]], weekdays: Sequence[str]
) -> dict[str, str]:
    """Each with the name of its field, where the sentence is the same for several."""
    labels = _labels(skills, weekdays)
    alike = ("daily_cap", "monthly_cap", "wished", "insured_until")
    return {
        name: f"{labels[name]}: {said}" if name in alike or name.startswith("until-") else said
        for name, said in problems.items()
    }


def _labels(skills: Sequence[tuple[str, str]], weekdays: Sequence[str]) -> dict[str, str]:
    labels: dict[str, Any] = {
        "name": _("이름"),
        "phone": _("전화"),
        "no_smartphone": _("스마트폰이 없습니다"),
        "home": _("집 주소"),
        "start": _("나서는 곳"),
        "end": _("마치고 가는 곳"),
        "travel_mode": _("다니는 방법"),
        "language": _("문자를 받을 언어"),
        "joined_on": _("가입한 날"),
        "active": _("지금 활동하는 조합원"),
        "insured_until": _("보험이 끝나는 날"),
        "break_from": _("쉬는 시간 시작"),
        "break_to": _("쉬는 시간 끝"),
        "daily_cap": _("하루 한도"),
        "monthly_cap": _("한 달 한도"),
        "wished": _("한 달 희망"),
    }
    for skill, name in skills:
        labels |= {f"skill-{skill}": name, f"until-{skill}": _("%(skill)s 끝나는 날", skill=name)}
    for name, weekday in _hours(weekdays):
        start = name.startswith("from-")
        labels[name] = (
            _("%(weekday)s 시작", weekday=weekday) if start else _("%(weekday)s 끝", weekday=weekday)
        )
    return labels


def _hours(weekdays: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, weekdays[int(name.split("-")[1])]) for name in hour_fields()]
