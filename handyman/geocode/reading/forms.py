"""The two forms of an address, road and lot, at the beginning of a text."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rapidfuzz.distance import OSA

from handyman.geocode.reading.frame import LETTER
from handyman.hangul import strokes

HYPHEN_WORDS = "의|다시|대시|대쉬|다쉬|하이픈|작대기|빼기|마이너스"
BUILDING = (
    r"(?:아파트|APT|apt|빌라|빌딩|맨[션숀]|연립|주택|오피스텔|타워|하우스|캐슬|자이|래미안|푸르지오|힐스테이트|편한세상"
    r"|상가|학교|복지관|경로당|교회|성당|병원|의원|센터|약국|공원|도서관|시장|단지|마을|[프플]라자|회관|유치원|어린이집"
    r"|우체국|은행|파출소|지구대|구청|[가-힣0-9]차|쉐르빌|파크빌|나우빌|원룸|고시원|하이츠|[팰펠]리스|위브|센트레빌|더샵|역)"
)
NAMED_LIKE_A_BUILDING = re.compile(BUILDING)
_LANE = rf"번?[{LETTER}]?길"
_JOINS_A_NUMBER = (
    rf"번?\s?[{LETTER}]?\s?길(?!음)|번지|번(?![가-힣])|[의에](?=\s?\d)|다시|대시|대쉬|다쉬|하이픈|작대기|빼기"
    r"|[호층동](?=$|[\s\d,])"
)
_LOOSE_SPACE = re.compile(
    rf"(?<=[가-힣])(?<!\d[호층])\s+(?=[가-힣0-9])|(?<=[0-9])\s+(?=(?:{_JOINS_A_NUMBER}))"
)
_ROAD_NAME = (
    r"(?:(?P<dong>[가-힣]{1,7}?\d?동))?"
    rf"(?P<road>[가-힣]{{1,12}}?(?:\d{{1,4}}[{LETTER}]?)?[가-힣]{{0,6}}?(?:대로|로|길))"
    rf"(?:(?P<branch>\d{{1,4}}[{LETTER}]?)번?(?P<letter>[{LETTER}]?)길)?"
)
_NO_HOUSE = rf"(?!\d|{_LANE}|가\s?\d|층|호(?![가-힣])|동(?![가-힣]))"  # 상도로52길 is no number 52 on 상도로
_ROAD = re.compile(
    _ROAD_NAME + rf"(?:(?:의|에서?)(?=\d))?(?P<underground>지하)?(?P<main>[1-9]\d{{0,4}}){_NO_HOUSE}"
    rf"(?:번지?)?(?:(?:-|{HYPHEN_WORDS}|에(?=\d{{1,4}}(?![\d호층동]))|(?<=번지)(?=\d\d?(?:\s|$)))"
    r"(?P<sub>[1-9]\d?|[1-3]\d\d|400)(?!\d|[층동](?![가-힣])|(?<=\d\d\d)호)(?:번지?|호(?![가-힣\d]))?)?"
)
_LOT = re.compile(
    rf"(?P<dong>(?![{LETTER}]동|제\d)(?![가-힣]*(?:아파트|빌라|맨션|주택|연립|타워|상가|단지|마을))"
    r"[가-힣]{1,8}(?:\d?동(?:\d가)?|\d가))"
    rf"(?P<mountain>산)?(?P<main>[1-9]\d{{0,4}}){_NO_HOUSE}(?:번지?)?"
    rf"(?:(?:-|{HYPHEN_WORDS}|에(?!\d+[층동]))(?P<sub>\d{{1,4}})(?!\d)(?:번지|호(?!\d))?"
    r"|(?:(?<=번지)|(?<=번))(?P<house>\d{1,4}(?=호)|(?!\d{1,2}0\d(?!\d))[1-9]\d{0,2}(?=$|\s))호?)?"
)

# What may stand close to a house number; with anything else it is none: 등용로9릭 5, 상도동 25평.
HINT = (
    r"(?:바로|근처|부근|인근|주변|앞|뒤|뒷|옆|건너편?|맞은편|골목|사이|방향|쪽|출구|정문|후문|아래|윗|안쪽|왼|오른"
    r"|\d{1,2}번(?:출구)?)(?:에|쪽|집|길|골목|건물|편|동네|층)*"
)
_TALK = (
    r"[의에](?=$|[\s서요는도\d])|으?로(?=$|\s)|이(?=[고구에예야라지거])|인데|입니|거든|라[고는]|맞|쯤|정도|하고"
    r"|(?:[고구지예]?요|죠|야|네|임)(?=$|\s)|외(?=$|[\s\d])|일대|일원|소재"
)
_UNIT = (
    rf"반?지[하층]|옥[탑상]|[Bb비지]\d|(?:[A-Za-z{LETTER}]|에이|비|씨|디)(?:동|-\d)|제\d|[일이삼사오육칠팔구]층"
    r"|본관|별관|문간|주인|마당|관리|집(?=$|\s)|번|호(?=\d)"
)
_CLOSE_TO_A_HOUSE = re.compile(
    rf"{HINT}|{_TALK}|{_UNIT}|[가-힣A-Za-z0-9]{{0,12}}{BUILDING}"
    r"|[가-힣]{1,7}\d?동(?=$|[\s\d])|[가-힣]{2,8}로\s?\d"
)
_COUNT = (
    r"(?:[백천만]*\s?원|분|시|세|살|명|개|개월|대|m|M|km|미터|평|평형|년|년생|월|일(?!\s*\d)|주|째|번째|통|반|호선|호점"
    r"|%|퍼센트|kg|킬로|회|도|가구|세대|[Ff]|만)"
)
_AFTER_A_COUNT = r"(?=$|\s|에|쯤|경|정도|거리|짜리|이|의|전|후|반)"
_COUNTED = re.compile(rf"{_COUNT}(?=$|\s)")
_IS_COUNTED = re.compile(
    rf"\s*(?:\d{{1,5}}\s?(?:층|번\s?(?:출구|버스)|호(?!\d)|동(?![가-힣])|{_COUNT}{_AFTER_A_COUNT})"
    r"|\d{3,4}-\d{4}(?!\d))"
)
_ROAD_ALONE = re.compile(
    _ROAD_NAME + r"(?=\s|$|\d{1,4}[호층동]|지하|지층|반지하|옥탑|근처|부근|앞|뒤|옆"
    rf"|\d{{1,5}}{_COUNT}{_AFTER_A_COUNT}|\d{{3,4}}-\d{{4}}(?!\d))"
)
_TELEPHONE = re.compile(r"-\d{4}(?![\d호])")
_LANE_KEYS = strokes("길")
_WORD_AND_NUMBER = re.compile(r"([가-힣ㄱ-ㅣ]{1,3})\s+\d")


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
    for pattern, parts in ((_ROAD, _of_road), (_LOT, _of_lot)):
        found = pattern.match(closed)
        if found:
            at = _end(plain, closed, found.end())
            return Form(parts(found), plain[at:]) if _is_a_house(found, plain, at) else None
    return None


def is_counted(rest: str) -> bool:
    """Whether a storey, an age, a distance, a telephone number follows: no house, and no name either."""
    return _IS_COUNTED.match(rest) is not None


def _is_a_house(found: re.Match[str], plain: str, at: int) -> bool:
    """Whether what follows lets the number be a house's: not a lane's, an age's, a distance's."""
    if at == len(plain):
        return True
    rest = plain[at:]
    if plain[at - 1] != " " and (rest[0].isalpha() or rest[0] == "%"):
        return _CLOSE_TO_A_HOUSE.match(rest) is not None
    if _COUNTED.match(rest) or (found[0][-1] == "번" and rest.startswith(("출구", "버스"))):
        return False
    word = _WORD_AND_NUMBER.match(rest)
    if word and is_like_lane(word[1]):
        return False
    return not (found["main"][2:] and _TELEPHONE.match(rest))


@lru_cache(maxsize=1024)
def is_like_lane(word: str) -> bool:
    """길, 나길 with a slip of the keys."""
    if word[0] in LETTER and len(word) > 1:
        word = word[1:]
    return OSA.distance(strokes(word), _LANE_KEYS) <= 1


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


def _end(plain: str, closed: str, end: int) -> int:
    """Where in the text, with the spaces that it was typed with, the form ends and something else begins."""
    left = len(closed) - end - closed.count(" ", end)
    at = len(plain)
    while left:
        at -= 1
        left -= plain[at] != " "
    return at
