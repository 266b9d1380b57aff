"""The words of a form, one kind at a time; what cannot be used leaves a sentence beside its field."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask_babel import gettext as _

from handyman.intake.phone import PhoneNumber, read_phone

Kind = TypeVar("Kind", bound=StrEnum)
DEGREES = re.compile(r"[0-9]{1,3}(\.[0-9]{1,20})?")


class Words:
    """What was typed, and what is wrong with it."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self._typed = typed
        self.problems: dict[str, str] = {}

    def complain(self, name: str, sentence: str) -> None:
        self.problems.setdefault(name, sentence)

    def text(self, name: str, most: int, missing: str = "") -> str:
        """Without the characters that nobody can see; `missing` is said when nothing is left."""
        text = clean(self._typed.get(name, ""))
        if len(text) > most:
            self.complain(name, _("%(most)d자까지 적을 수 있습니다. 짧게 줄여 주십시오.", most=most))
        if missing and not text:
            self.complain(name, missing)
        return text[:most]

    def whole(self, name: str, least: int, most: int, title: str, unit: str = "") -> int | None:
        """A whole number, or None when nothing was typed."""
        typed = unicodedata.normalize("NFKC", clean(self._typed.get(name, "")))
        if not typed:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", typed) or not least <= int(typed) <= most:
            self.complain(
                name,
                _(
                    "%(title)s: %(least)d에서 %(most)d%(unit)s 사이의 숫자로 적어 주십시오.",
                    title=title,
                    least=least,
                    most=most,
                    unit=unit,
                ),
            )
            return None
        return int(typed)

    def phone(self, name: str, missing: str = "") -> PhoneNumber | None:
        typed = clean(self._typed.get(name, ""))
        if not typed:
            if missing:
                self.complain(name, missing)
            return None
        number = read_phone(typed)
        if number is None:
            self.complain(
                name, _("전화번호를 다시 확인해 주십시오. 예: 010-0000-0000, 02-820-0000, 1577-0000.")
            )
        return number

    def one_of(self, name: str, kind: type[Kind], default: Kind) -> Kind:
        typed = self._typed.get(name, "") or default.value
        try:
            return kind(typed)
        except ValueError:
            self.complain(name, _("보기 가운데 하나를 골라 주십시오."))
            return default

    def yes_no(self, name: str) -> bool | None:
        return {"yes": True, "no": False}.get(self._typed.get(name, ""))

    def day(self, name: str, today: date, last: date) -> date | None:
        typed = clean(self._typed.get(name, ""))
        if not typed:
            return None
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            self.complain(name, _("날짜를 2026-11-24처럼 적어 주십시오."))
            return None
        if not today <= day <= last:
            self.complain(name, _("오늘부터 1년 안의 날짜를 적어 주십시오."))
            return None
        return day

    def point(self, lat: str, lon: str) -> tuple[float, float] | None:
        """A pin from the map: both halves, and in Korea."""
        typed = self._typed.get(lat, ""), self._typed.get(lon, "")
        if not all(map(DEGREES.fullmatch, typed)):
            return None
        point = float(typed[0]), float(typed[1])
        return point if 33 <= point[0] <= 39 and 124 <= point[1] <= 132 else None


def clean(text: str) -> str:
    """One space between words, no control characters (a database refuses some of them)."""
    unseen = ("Cc", "Cs")
    visible = "".join(
        letter if letter == "\n" or unicodedata.category(letter) not in unseen else " " for letter in text
    )
    return "\n".join(" ".join(line.split()) for line in visible.splitlines()).strip()
