"""The two forms of an address, road and lot, at the beginning of a text."""

import re
from dataclasses import dataclass
from typing import Any

from handyman.geocode.reading.frame import LETTER

HYPHEN_WORDS = "의|다시|대시|대쉬|다쉬|하이픈|작대기|빼기|마이너스"
BUILDING = (
    r"(?:아파트|APT|apt|빌라|빌딩|맨[션숀]|연립|주택|오피스텔|타워|하우스|캐슬|자이|래미안|푸르지오|힐스테이트|편한세상"
    r"|상가|학교|복지관|경로당|교회|성당|병원|의원|센터|약국|공원|도서관|시장|단지|마을|[프플]라자|회관|유치원|어린이집"
    r"|우체국|은행|파출소|지구대|구청|[가-힣0-9]차|쉐르빌|파크빌|나우빌|원룸|고시원|하이츠|[팰펠]리스|위브|센트레빌|더샵|역)"
)
NAMED_LIKE_A_BUILDING = re.compile(BUILDING)
_LANE = rf"번?[{LETTER}]?길"
_JOINS_A_NUMBER = (
    rf"번?\s?[{LETTER}]?\s?길(?!음)|번지|번(?![가-힣])|[의에](?=\s?\d)|다시|대시|대쉬|다쉬|하이픈|작대기"
    r"|[호층동](?=$|[\s\d,])"
)
_LOOSE_SPACE = re.compile(rf"(?<=[가-힣])\s+(?=[가-힣0-9])|(?<=[0-9])\s+(?=(?:{_JOINS_A_NUMBER}))")
_ROAD_NAME = (
    r"(?:(?P<dong>[가-힣]{1,7}?\d?동))?"
    rf"(?P<road>[가-힣]{{1,12}}?(?:\d{{1,4}}[{LETTER}]?)?[가-힣]{{0,6}}?(?:대로|로|길))"
    rf"(?:(?P<branch>\d{{1,4}}[{LETTER}]?)번?(?P<letter>[{LETTER}]?)길)?"
)
_NO_HOUSE = rf"(?!\d|{_LANE}|가\s?\d|[호층](?![가-힣])|동(?![가-힣]))"  # 상도로52길 is no number 52 on 상도로
_ROAD = re.compile(
    _ROAD_NAME + rf"(?:[의에](?=\d))?(?P<underground>지하)?(?P<main>\d{{1,5}}){_NO_HOUSE}"
    rf"(?:번지?)?(?:(?:-|{HYPHEN_WORDS}|에(?=\d{{1,4}}(?![\d호층동])))"
    r"(?P<sub>\d{1,4})(?!\d|[층동](?![가-힣])|(?<=\d\d\d)호)(?:번지?|호(?![가-힣\d]))?)?"
)
_ROAD_ALONE = re.compile(_ROAD_NAME + r"(?=\s|$|\d{1,4}[호층동]|지하|지층|반지하|옥탑|근처|부근|앞|뒤|옆)")
_LOT = re.compile(
    rf"(?P<dong>(?![{LETTER}]동|제\d)(?![가-힣]*(?:아파트|빌라|맨션|주택|연립|타워|상가|단지|마을))"
    r"[가-힣]{1,8}(?:\d?동(?:\d가)?|\d가))"
    rf"(?P<mountain>산)?(?P<main>\d{{1,5}}){_NO_HOUSE}(?:번지)?"
    rf"(?:(?:-|{HYPHEN_WORDS}|에(?!\d+[층동]))(?P<sub>\d{{1,4}})(?!\d)(?:번지|호(?!\d))?|(?<=번지)(?P<house>\d{{1,4}})호)?"
)
_DONG = re.compile(r"(?P<dong>[가-힣]{1,7}\d?동)(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Form:
    """The parts of one form, and what follows it."""

    parts: dict[str, Any]
    rest: str

    @property
    def called(self) -> str:
        """The name of the road or the dong."""
        return str(self.parts.get("road_name") or self.parts["dong"])


def tight(plain: str) -> str:
    """Without the spaces that separate nothing."""
    return _LOOSE_SPACE.sub("", plain)


def read_form(plain: str) -> Form | None:
    """A road with a number or a dong with a lot, whichever stands at the beginning."""
    closed = tight(plain)
    found = _ROAD.match(closed)
    if found:
        return Form(_of_road(found), _rest(plain, closed, found.end()))
    found = _LOT.match(closed)
    return Form(_of_lot(found), _rest(plain, closed, found.end())) if found else None


def read_road_alone(plain: str) -> Form | None:
    """A road without a number, and what was said after it."""
    words = re.sub(rf"(?<=[로길])\s+(?=\d+{_LANE})|(?<=\d)\s+(?={_LANE}(?!음))", "", plain)
    found = _ROAD_ALONE.match(words) or _ROAD_ALONE.fullmatch(tight(plain))
    return Form(_of_road(found), found.string[found.end() :]) if found else None


def _of_road(found: re.Match[str]) -> dict[str, Any]:
    said = found.groupdict()
    road = said["road"]
    if said["branch"]:
        road += f"{said['branch']}{said['letter'] or ''}길"
    return {
        "road_name": road,
        "main": int(said.get("main") or 0),
        "sub": int(said.get("sub") or 0),
        "underground": bool(said.get("underground")),
        "dong": said["dong"] or "",
    }


def _of_lot(found: re.Match[str]) -> dict[str, Any]:
    sub = int(found["sub"] or found["house"] or 0)
    lot = f"{'산' if found['mountain'] else ''}{int(found['main'])}" + (f"-{sub}" if sub else "")
    return {"dong": found["dong"], "lot": lot}


def _rest(plain: str, closed: str, end: int) -> str:
    """What follows the form, with the spaces that it was typed with."""
    if end == len(closed):
        return ""
    left = len(closed) - end - closed.count(" ", end)
    at = len(plain)
    while left:
        at -= 1
        left -= plain[at] != " "
    return plain[at:]
