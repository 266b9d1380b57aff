"""What stands beside an address: a second form of it, the building's name, the flat, hints for the way."""

import re
from typing import Any

from handyman.geocode.reading.forms import BUILDING, HINT, read_form
from handyman.geocode.reading.frame import LETTER, district_behind
from handyman.geocode.reading.parts import name_key
from handyman.geocode.reading.unit import read_unit

MOST_SEGMENTS = 6
_HINTS = re.compile(rf"^(?:{HINT}\s*)+$")
_NAME = re.compile(rf"^(.*{BUILDING})(?=\s|$)(.*)$")
_DONG = re.compile(
    rf"^(?!(?:[{LETTER}비씨디]|에이|타워|관리|상가|별|신|구|앞|뒷|옆|주|생활)동)([가-힣]{{1,7}}\d?동)(?=\s|$)"
)
_LOT_ALONE = re.compile(r"^(산\s?)?(\d{1,5}(?:-\d{1,4})?)(?:번지)?$")
_KIND_OF_ADDRESS = re.compile(r"^(?:구\s?주소|옛\s?주소|구|지번|도로명|법정동|행정동)\s+")
_BUILDING_WORD = re.compile(rf"{BUILDING}(?=\s)")
_ENDS_IN_HINT = re.compile(rf"\s{HINT}(?:\s?있는)?$|(?:옆|앞|뒤)에?$")
_HINT_WORD = re.compile(rf"(?:\s{HINT})+(?:\s?있는)?\s+(?=[가-힣])")
_UNIT_AHEAD = re.compile(
    rf"(?:(?:\d{{1,4}}|[{LETTER}A-Za-z])동\s*)?(?:[Bb]?\d{{1,5}}호|\d{{1,2}}층|반?지[하층]|옥탑방?)\s+(?=[가-힣])"
)
_UNIT_WORDS = re.compile(
    rf"(?:\s+(?:(?:\d{{1,4}}|[{LETTER}A-Za-z])동|[Bb]?\d{{1,5}}호|\d{{1,4}}-\d{{1,5}}|\d{{1,2}}층|반?지[하층]))*\s+"
)


class Second:
    """Gathers what is said beside the first form; nothing is said twice."""

    def __init__(self) -> None:
        self.parts: dict[str, Any] = {}
        self.unit = ""
        self.district = ""
        self.unread = ""

    @property
    def only_hints(self) -> bool:
        return not self.parts and (not self.unread or bool(_HINTS.match(self.unread)))

    def take_behind(self, rest: str) -> None:
        """What follows the first form."""
        self.district, rest = district_behind(rest.strip(" -"))
        self.unit, left = read_unit(self._without_form(rest))
        name = _NAME.match(left) if left else None
        if name and not _HINTS.match(name[2].strip() or "-"):
            self.parts.setdefault("name", name_key(name[1]))
            left = name[2].strip()
        self.unread = left

    def take_ahead(self, ahead: str) -> None:
        """The building that was named before its address; a landmark beside it is but a hint."""
        if _ENDS_IN_HINT.search(ahead):
            self.unread = f"{ahead} {self.unread}".strip()
            return
        unit, left = read_unit(self._without_form(ahead))
        self.unit = f"{unit} {self.unit}".strip() if unit != self.unit else unit
        if left:
            named_behind = self.parts.get("name", "")
            self.unread = f"{named_behind} {self.unread}".strip()
            self.parts["name"] = name_key(left)

    def take_reference(self, reference: str) -> None:
        """What stood in parentheses; it is kept as it was typed, too."""
        for segment in reference.split(",")[:MOST_SEGMENTS]:
            left = self._without_form(_KIND_OF_ADDRESS.sub("", segment.strip()))
            lot = _LOT_ALONE.match(left) if self.parts.get("dong") else None
            if lot:
                self.parts.setdefault("lot", f"{'산' if lot[1] else ''}{lot[2]}")
                continue
            unit, left = read_unit(left)
            self.unit = self.unit or unit
            if len(left) > 1 and split_hint(left)[1] == "":
                self.parts.setdefault("name", name_key(left))

    def _without_form(self, text: str) -> str:
        """Takes road, lot or dong from the beginning."""
        if not text or not "가" <= text[0] <= "힣":
            return text
        form = read_form(text)
        if form:
            added = self._add(form.parts)
            return self._without_form(form.rest.strip()) if added else text
        dong = _DONG.match(text)
        if dong and self._add({"dong": dong[1]}):
            return text[dong.end() :].strip()
        return text

    def _add(self, said: dict[str, Any]) -> bool:
        """Unless it speaks against what was said before."""
        said = {part: value for part, value in said.items() if value}
        if any(self.parts.get(part, value) != value for part, value in said.items()):
            return False
        self.parts |= said
        return True


def may_have_ahead(plain: str) -> bool:
    """Whether a landmark or the flat may stand before the address."""
    return _HINT_WORD.search(plain) is not None or _UNIT_AHEAD.match(plain) is not None


def name_ahead(plain: str) -> tuple[str, str]:
    """A building that is named before its address, a landmark near it or the flat; and the address."""
    hint = _HINT_WORD.search(plain)
    if hint and read_form(plain[hint.end() :]):
        return plain[: hint.end()].strip(), plain[hint.end() :]
    for word in _BUILDING_WORD.finditer(plain):
        unit = _UNIT_WORDS.match(plain, word.end())
        if unit and read_form(plain[unit.end() :]):
            return plain[: unit.end()].strip(), plain[unit.end() :]
    unit = _UNIT_AHEAD.match(plain)
    if unit and read_form(plain[unit.end() :]):
        return unit[0].strip(), plain[unit.end() :]
    return "", plain


def split_hint(name: str) -> tuple[str, str]:
    """The name of a place, and where from it: 동작구청 and 건너편."""
    door = _AT_THE_DOOR.search(name)
    if door:
        return name[: door.start()], door[0].strip()
    words = name.split()
    at = len(words)
    while at > 1 and _HINTS.match(words[at - 1]):
        at -= 1
    if at < len(words):
        return " ".join(words[:at]), " ".join(words[at:])
    close = _HINT_CLOSE.match(name)
    return (close[1], close[2]) if close else (name, "")


_AT_THE_DOOR = re.compile(
    r"(?<=[가-힣A-Za-z0-9])\s+(?:(?:공동)?현관|비번|비밀번호|벨|초인종|[가-힣]{0,4}대문)(?:\s.*)?$"
)
_HINT_CLOSE = re.compile(rf"^(.*{BUILDING}|.*구청|.*\d호)({HINT})$")
