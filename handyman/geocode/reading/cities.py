"""Which city and which district are said in front of an address, with a slip of the keys in them, too."""

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA

from handyman.geocode.reading.elsewhere import METROPOLISES, PARTS_OF_TOWNS, PROVINCES, TOWNS
from handyman.hangul import strokes

SLIP = 2  # so many wrong keys in 동작구 are still 동작구
SEOUL = (
    *("종로", "용산", "성동", "광진", "동대문", "중랑", "성북", "강북", "도봉", "노원", "은평", "서대문"),
    *("마포", "양천", "강서", "구로", "금천", "영등포", "동작", "관악", "서초", "강남", "송파", "강동"),
)
OURS = "동작구"
DISTRICTS = tuple(f"{name}구" for name in (*SEOUL, "중"))
_GUS = "|".join(SEOUL)
_OFFICES = r"(?!청(?!\s?관내)|의회|보건소|민|립)"  # 동작구청 is a name

_ELSEWHERE = METROPOLISES | TOWNS | PARTS_OF_TOWNS
_FIRST_TWO = frozenset(name[:2] for name in METROPOLISES | PROVINCES)
_KIND_OF_CITY = re.compile(r"(?:광역시|특별자치[시도]|시|군|도)$")
_KIND_OF_CITY_ENDS = frozenset("시군도")
_KIND_OF_VILLAGE = frozenset("리읍면")
_STREET = r"(?!(?:대로|로|길)\s*\d)[가-힣]{1,8}(?:로|길|\d?동|리|봉|방|등)\s*(?:산\s*)?\d"
_ADDRESS_AHEAD = re.compile(
    rf"(?:(?:[가-힣]{{1,5}}[시군구읍면동]|{'|'.join(sorted(_ELSEWHERE))})\s+){{0,3}}{_STREET}"
    r"|[가-힣]{1,8}[시군구읍면](?:\s|$)"
)
_VILLAGE = re.compile(
    r"^([가-힣]{1,5}(?:리|읍|면))(?<![거머다우자소요느]리)(?<![정후측옆뒷앞반대쪽]면)"
    r"\s*(?:산\s?)?\d{1,5}(?:-\d{1,4})?(?:번지|[\s,]|$)"
)
_UNKNOWN_CITY = re.compile(
    r"^((?!서울|특별시|광역시)[가-힣]{1,4}시)(?=\s+[가-힣]{1,8}(?:[구동읍면로길]|대로)|[가-힣]{1,4}구\s)"
)
_GLUED_CITY = re.compile(
    r"^((?:부산|대구|인천|광주|대전|울산)(?:광역시|시)?(?=[가-힣]{1,3}[구군]\s?[가-힣0-9]{1,12}(?:로|길|동)\s?\d)"
    r"|(?:경기|강원|충청[남북]|전라[남북]|경상[남북])도(?=[가-힣]{1,4}[시군]))"
)

CITY = re.compile(
    r"^(?:(?:대한민국|한국)\s*)?(?:서울(?:\s?(?:특별|광역)\s?시|시)?|특별시(?=\s)|(?i:seoul)(?:-?si)?(?=\W))"
    r"(?!숲|대학|역|시?립)[\s,]*"
)
_CITY_APART = re.compile(
    r"^(?:(?:대한민국|한국)\s+)?(?:서울특별시|서울시|서울|(?i:seoul)(?:-?si)?)"
    rf"(?:[\s,]+|(?=(?:{_GUS}|중)\s?구))"
)
_DISTRICT = re.compile(rf"^((?:{_GUS})\s?구|중구){_OFFICES}(?:청\s?관내|[ㄱ-ㅣ](?=\s))?[\s,]*")
_DISTRICT_BEHIND = re.compile(rf"(?:^|\s)((?:{_GUS})구|중구)$")
_SHORT_DISTRICT = re.compile(rf"^({_GUS})\s+(?!대로|초등|\d)")  # 동작 대로, 강남 초등길 are roads
_SHORT_AND_GLUED = re.compile(
    r"^동작(?=(?!대로|데로|동(?!작대로)|구|역|초|중|고|[가-힣]{0,6}\s)[가-힣ㄱ-ㅣ]{2,8}\s?\d)"
)
_ROAD_OR_LOT_AHEAD = r"(?=[가-힣0-9]{1,12}\s?(?:로|길|동|리)\s*\d)"
_OTHER_GU = re.compile(rf"^((?:[가-힣]{{2,4}}\s)?[가-힣]{{1,3}}[구군])\s+{_ROAD_OR_LOT_AHEAD}")
_DISTRICTS_ELSEWHERE = re.compile(
    r"(?:서|남|북|동|중|영도|부산진|동래|해운대|사하|금정|연제|수영|사상|수성|달서|미추홀|연수|남동|부평|계양|광산|유성|대덕"
    r"|장안|권선|팔달|영통|수정|중원|분당|만안|동안|원미|소사|오정|상록|단원|처인|기흥|수지|덕양|상당|서원|흥덕|청원|동남"
    r"|서북|완산|덕진|의창|성산|진해)구|(?:기장|달성|강화|옹진|울주)군"
)

# How the city is spelled, and in how many keys one may err; one more when the district follows.
_SPELLINGS = {"서울": 1, "서울시": 2, "서울특별시": 3, "특별시": 2, "시": 0}

_WORD_AND_MORE = re.compile(r"^([가-힣ㄱ-ㅣ]{1,7})\s+(?=[가-힣ㄱ-ㅣ])")
_GLUED_DISTRICT = re.compile(r"^[가-힣ㄱ-ㅣ]{1,8}?[구꾸](?=[가-힣ㄱ-ㅣ]{2,9}\s?\d)")
_WORD_BEFORE_DISTRICT = re.compile(rf"^([가-힣ㄱ-ㅣ]{{1,7}}?)\s*((?:{_GUS})구){_OFFICES}[\s,]*(?=\S)")
_GLUED_WORD = re.compile(r"^([가-힣ㄱ-ㅣ]{5,12})\s?\d")
_LOOSE_KEYS = re.compile(r"[ㄱ-ㅣ]{1,2}")
_STREET_WORD = re.compile(r"[가-힣]+(?:로|길|동|대|동\d?가)$")


def other_city(plain: str) -> tuple[str, str]:
    """Another city or province in front, and the rest."""
    word, _, rest = plain.partition(" ")
    if rest and _is_elsewhere(word, rest):
        return word, rest.strip()
    said = _GLUED_CITY.match(plain) if plain[:2] in _FIRST_TWO else None
    if said is None and not _KIND_OF_VILLAGE.isdisjoint(word):
        said = _VILLAGE.match(plain)
    if said is None and "시" in word:
        said = _UNKNOWN_CITY.match(plain)
        if said and _is_city(said[1], 1):
            return "", plain
    return (said[1], plain[said.end() :].strip()) if said else ("", plain)


def _is_elsewhere(word: str, rest: str) -> bool:
    bare = _KIND_OF_CITY.sub("", word) if word[-1:] in _KIND_OF_CITY_ENDS else word
    if bare in METROPOLISES:
        return True
    return (bare in PROVINCES or bare in _ELSEWHERE) and _ADDRESS_AHEAD.match(rest) is not None


def district(plain: str) -> tuple[str, str]:
    """The district in front, and the rest."""
    said = _DISTRICT.match(plain)
    return (said[1].replace(" ", ""), plain[said.end() :]) if said else ("", plain)


def short_district(plain: str) -> tuple[str, str]:
    """동작 사당로 20: the district without its last syllable."""
    said = _SHORT_DISTRICT.match(plain)
    if said:
        return said[1] + "구", plain[said.end() :]
    glued = _SHORT_AND_GLUED.match(plain) if plain.startswith("동작") else None
    return (OURS, plain[glued.end() :]) if glued else ("", plain)


def district_behind(text: str) -> tuple[str, str]:
    """A district that was said last, and what stands before it."""
    said = _DISTRICT_BEHIND.search(text)
    return (said[1], text[: said.start()]) if said else ("", text)


def city_and_district(plain: str) -> tuple[str, str, str]:
    """Another city, or the district of ours, and the rest: slips of the keys and short forms, too."""
    elsewhere, rest = other_city(plain)
    if elsewhere:
        return elsewhere, "", rest
    rest = _without_our_city(plain)
    gu, rest = district(rest)
    if not gu:
        gu, rest = _mistyped_and_glued(rest)
    if not gu:
        gu, rest = short_district(rest)
    if not gu:
        gu, rest = _mistyped(rest)
    if not gu:
        gu, rest = _other_gu(rest)
    return ("", gu, rest) if gu in DISTRICTS or not gu else (gu, "", rest)


def _without_our_city(plain: str) -> str:
    """Without 서울, and without what a slip of the keys has left of 시: 서울ㄹ, 서울세."""
    said = CITY.match(plain)
    if said is None:
        return plain
    rest = plain[said.end() :]
    left = _WORD_AND_MORE.match(rest) if said[0][-1] not in " ," else None
    if left and len(left[1]) <= 2 and (_LOOSE_KEYS.fullmatch(left[1]) or _is_city(left[1], 1)):
        return rest[left.end() :]
    return rest


def _mistyped_and_glued(plain: str) -> tuple[str, str]:
    """동작고상도로 20: the district with a slip of the keys, and no space behind it."""
    said = _GLUED_WORD.match(plain)
    cut = _end_of_ours(said[1]) if said else 0
    return (OURS, plain[cut:]) if cut else ("", plain)


@lru_cache(maxsize=2048)
def _end_of_ours(word: str) -> int:
    """Where 동작구 with one slip ends in a word that goes on; 0 when it does not begin so."""
    wrong = [(_keys_wrong(word[:cut], (OURS,)), -cut) for cut in range(2, min(6, len(word) - 1))]
    least, cut = min(wrong, default=(2, 0))
    return -cut if least <= 1 else 0


def name_without_city(plain: str) -> str:
    """For a name, where 서울 may be a part of it: 서울공업고등학교."""
    return _CITY_APART.sub("", plain)


def other_gu(plain: str) -> tuple[str, str]:
    """A district that is not spelled as one of the city is: what was meant, and the rest."""
    gu, rest = _mistyped(plain)
    return (gu, rest) if gu else _other_gu(rest)


def _mistyped(plain: str) -> tuple[str, str]:
    """A city before the district, or a district, with a slip of the keys."""
    before = _WORD_BEFORE_DISTRICT.match(plain) if "구" in plain[:14] else None
    if before:
        word, gu, rest = before[1], before[2], plain[before.end() :]
        if _is_city(word, 1):
            return gu, rest
        if _LOOSE_KEYS.fullmatch(word):
            return gu, rest
        if plain[before.end(1)] == " " and not _KIND_OF_CITY.search(word):
            return gu, f"{word} {rest}"
        return "", plain
    said = _WORD_AND_MORE.match(plain)
    if said and not _STREET_WORD.match(said[1]):
        behind = plain[said.end() :]
        gu = _slipped(said[1])
        if gu:
            return gu, behind
        gu, rest = _mistyped_district(behind)
        if gu and _is_city(said[1], 1):
            return gu, rest
        if _is_city(said[1], 0):
            return "", behind
    return _glued_district(plain)


def _mistyped_district(plain: str) -> tuple[str, str]:
    said = _WORD_AND_MORE.match(plain)
    gu = _slipped(said[1]) if said and not _STREET_WORD.match(said[1]) else ""
    return (gu, plain[said.end() :]) if said and gu else _glued_district(plain)


def _glued_district(plain: str) -> tuple[str, str]:
    if "구" not in plain[:10] and "꾸" not in plain[:10]:
        return "", plain
    glued = _GLUED_DISTRICT.match(plain)
    gu = _ours_at_the_end(glued[0]) if glued else ""
    return (gu, plain[glued.end() :]) if glued and gu else ("", plain)


@lru_cache(maxsize=2048)
def _ours_at_the_end(word: str) -> str:
    """동직구, and 서을시동작구 in one word."""
    for cut in range(max(0, len(word) - 4), len(word) - 1):
        city, gu = word[:cut], word[cut:]
        if _keys_wrong(gu, (OURS,)) <= 1 and (not city or _is_city(city, 1)):
            return OURS
    return ""


@lru_cache(maxsize=2048)
def _is_city(word: str, more: int) -> bool:
    """Whether the word is a spelling of 서울, with so many slips more than without a district behind."""
    return any(_keys_wrong(word, (known,)) <= most + more for known, most in _SPELLINGS.items())


@lru_cache(maxsize=2048)
def _slipped(word: str) -> str:
    """동직구 and 동작그 are 동작구: the one district that is nearest; "" when none is, or two."""
    if _DISTRICTS_ELSEWHERE.fullmatch(word) or len(word) < 2:
        return ""
    if word == "동구작":
        return OURS
    most = SLIP if word.endswith("구") else 1
    near = sorted((_keys_wrong(word, (known,)), known) for known in DISTRICTS)
    return near[0][1] if near[0][0] <= most and near[0][0] < near[1][0] else ""


def _keys_wrong(word: str, spellings: Iterable[str]) -> int:
    keys = strokes(word)
    return min(OSA.distance(keys, strokes(known)) for known in spellings)


def _other_gu(plain: str) -> tuple[str, str]:
    """A district of another city, by its name."""
    if "구" not in plain[:10] and "군" not in plain[:10]:
        return "", plain
    said = _OTHER_GU.match(plain)
    if said is None or may_be_a_person(said[1].rpartition(" ")[2]):
        return "", plain
    return said[1], plain[said.end() :]


def may_be_a_person(word: str) -> bool:
    """김용구 is no district that there is."""
    is_district = word in DISTRICTS or _DISTRICTS_ELSEWHERE.fullmatch(word)
    return len(word) == 3 and word.endswith("구") and not is_district
