"""What stands around an address: look-alike signs, postal code, parentheses, city, district, small talk."""

import re
import unicodedata
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from handyman.geocode.reading.keyboard import strokes

LONGEST = 300  # no address is longer; the rest is not looked at
SLIP = 2  # so many wrong keys in 동작구 are still 동작구
_SEOUL = (
    *("종로", "용산", "성동", "광진", "동대문", "중랑", "성북", "강북", "도봉", "노원", "은평", "서대문"),
    *("마포", "양천", "강서", "구로", "금천", "영등포", "동작", "관악", "서초", "강남", "송파", "강동"),
)
_GUS = "|".join(_SEOUL)
DISTRICTS = tuple(f"{name}구" for name in (*_SEOUL, "중"))
_OFFICES = r"(?!청|의회|보건소|민|립)"  # 동작구청 is a name
_ROAD_OR_LOT_AHEAD = r"(?=[가-힣0-9]{1,12}\s?(?:로|길|동|리)\s*\d)"

CITY = re.compile(
    r"^(?:대한민국\s*)?(?:서울(?:\s?특별\s?시|시)?|(?i:seoul)(?:-?si)?(?=\W))(?!숲|대학|역)[\s,]*"
)
_CITY_APART = re.compile(
    rf"^(?:대한민국\s+)?(?:서울특별시|서울시|서울|(?i:seoul)(?:-?si)?)(?:[\s,]+|(?=(?:{_GUS}|중)\s?구))"
)
_DISTRICT = re.compile(rf"^((?:{_GUS})\s?구|중구){_OFFICES}[\s,]*")
_DISTRICT_BEHIND = re.compile(rf"(?:^|\s)((?:{_GUS})구|중구)$")
_SHORT_DISTRICT = re.compile(rf"^({_GUS})\s+(?!대로|초등|\d)")  # 동작 대로, 강남 초등길 are roads
_OTHER_CITY = re.compile(
    r"^((?:부산|대구|인천|광주|대전|울산|세종)(?:광역시|특별자치시|시)?(?=\s)"
    r"|(?:부산|대구|인천|광주|대전|울산)(?:광역시|시)?(?=[가-힣]{1,3}[구군]\s?[가-힣0-9]{1,12}(?:로|길|동)\s?\d)"
    r"|(?:경기|강원|충북|충남|전북|전남|경북|경남|제주|충청[남북]|전라[남북]|경상[남북])(?:특별자치)?도?"
    r"(?=\s+[가-힣]{1,8}[시군구](?:\s|$))"
    r"|(?:경기|강원|충청[남북]|전라[남북]|경상[남북])도(?=[가-힣]{1,4}[시군])"
    r"|(?:안양|과천|성남|수원|용인|부천|광명|고양|의정부|남양주|시흥|군포|의왕|안산|화성|평택|오산|김포|파주|양주|하남|구리)"
    r"(?=\s+(?:[가-힣]{1,3}구\s|[가-힣0-9]{1,12}(?:로|길|동)\s*\d))"
    r"|(?!서울)[가-힣]{1,4}시(?=\s+[가-힣]{1,8}(?:[구동읍면로길]|대로)|[가-힣]{1,4}구\s))"
)
_OTHER_GU = re.compile(rf"^((?:[가-힣]{{2,4}}\s)?[가-힣]{{1,3}}[구군])\s+{_ROAD_OR_LOT_AHEAD}")

_DISTRICTS_ELSEWHERE = re.compile(
    r"(?:서|남|북|동|중|영도|부산진|동래|해운대|사하|금정|연제|수영|사상|수성|달서|미추홀|연수|남동|부평|계양|광산|유성|대덕"
    r"|장안|권선|팔달|영통|수정|중원|분당|만안|동안|원미|소사|오정|상록|단원|처인|기흥|수지|덕양|상당|서원|흥덕|청원|동남"
    r"|서북|완산|덕진|의창|성산|진해)구|(?:기장|달성|강화|옹진|울주)군"
)

_PLAIN = re.compile(r"[^가-힣0-9A-Za-z ,()\-]")
_LETTERS_OF_KEYS = re.compile(r"[^ㄱ-ㆎ]+")  # NFKC would put them together to syllables by itself
_UNSEEN = re.compile(
    r"[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_DASHES = re.compile(r"[‐‑‒–—―−－~～〜]|(?<=\d)\s*[ㅡー一]\s*(?=\d)")
_DIGITS = re.compile(r"[^\D0-9]")
_SLASH = re.compile(r"(?<=\d)\s?/\s?(?=\d)")
_OTHER_SIGNS = str.maketrans(
    {"[": "(", "{": "(", "〔": "(", "【": "(", "]": ")", "}": ")", "〕": ")", "】": ")"}
)
_FLAT_SIGN = re.compile(r"#\s?(\d{1,5})호?")
_STRAY = re.compile(r"""[.;:/\\|"'`‘’“”·・ㆍ!?*=_<>《》「」]""")
_B_KEY = re.compile(r"ㅠ(?=-?\d)")

_HYPHEN = re.compile(r"\s*-\s*")
_POSTCODE = re.compile(r"^\(?(?:우\)?\s*)?(\d{5}|\d{3}-\d{3})\)?[\s,]*(?=[가-힣A-Za-z])")
_POSTCODE_BEHIND = re.compile(r"[\s,]+(?:우\s*)?(0[1-8]\d{3})$")
_CODE = re.compile(r"(?:우\)?\s*)?(\d{5}|\d{3}-\d{3})")
_REFERENCE = re.compile(r"\(([^()]*)\)?")
_TALK_AHEAD = re.compile(
    r"^(?:(?:(?:여기|거기|저기|(?:저희|우리)\s?집|주소)(?:요|는|가|은|이|는요)?|집[은이]|네|예|음|어|저)[\s,]+){1,4}"
)
_TALK_BEHIND = re.compile(
    r"(?<=[가-힣0-9A-Za-z)])\s*"
    r"(?:이요|이에요|이예요|예요|에요|입니다|이고요|이구요|인데요|이거든요|이라고요|라고요|이라고|거기|여기"
    r"|(?<=[\d호층동길로지트앞뒤옆방])요)$"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A text without what stands around it."""

    plain: str
    postcode: str = ""
    reference: str = ""


def frame(text: str) -> Frame:
    """One space, ASCII digits and hyphens; postal code, reference and small talk taken aside."""
    plain = _in_plain_signs(text[:LONGEST])
    if "-" in plain:
        plain = _HYPHEN.sub("-", plain)
    post = _POSTCODE.match(plain)
    if post:
        plain = plain[post.end() :]
    reference = ""
    if "(" in plain or ")" in plain:
        said = [" ".join(found.split()) for found in _REFERENCE.findall(plain)]
        reference = " ".join(found for found in said if not _CODE.fullmatch(found))
        post = post or next(filter(None, map(_CODE.fullmatch, said)), None)
        outside = _REFERENCE.sub(" ", plain)
        if not outside.strip(" ,)"):
            outside, reference = plain, ""
        plain = outside.replace("(", " ").replace(")", " ")
    plain = " ".join(plain.replace(",", " ").split())
    if post is None and (post := _POSTCODE_BEHIND.search(plain)):
        plain = plain[: post.start()]
    return Frame(without_talk(plain), post[1] if post else "", reference)


def without_talk(plain: str) -> str:
    """Without what is said out of politeness before and after."""
    if plain[:1] in "여거저우집주네예음어그":
        plain = _TALK_AHEAD.sub("", plain)
    if plain[-1:] in "요다고기":
        plain = _TALK_BEHIND.sub("", plain)
    return plain


def _in_plain_signs(text: str) -> str:
    if not _PLAIN.search(text):
        return text.strip()
    if not text.isascii() and not unicodedata.is_normalized("NFKC", text):
        text = _LETTERS_OF_KEYS.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    text = _UNSEEN.sub("", text)
    text = _DIGITS.sub(lambda digit: str(unicodedata.digit(digit[0], 0)), text)
    text = _B_KEY.sub("B", _SLASH.sub("-", _DASHES.sub("-", text)))
    text = _FLAT_SIGN.sub(r" \1호 ", text.replace("@", "아파트 ").translate(_OTHER_SIGNS))
    return _STRAY.sub(" ", text).strip()


def other_city(plain: str) -> tuple[str, str]:
    """Another city or province in front, and the rest."""
    said = _OTHER_CITY.match(plain)
    return (said[1], plain[said.end() :].strip()) if said else ("", plain)


def district(plain: str) -> tuple[str, str]:
    """The district in front, and the rest."""
    said = _DISTRICT.match(plain)
    return (said[1].replace(" ", ""), plain[said.end() :]) if said else ("", plain)


def short_district(plain: str) -> tuple[str, str]:
    """동작 사당로 20: the district without its last syllable."""
    said = _SHORT_DISTRICT.match(plain)
    return (said[1] + "구", plain[said.end() :]) if said else ("", plain)


def district_behind(text: str) -> tuple[str, str]:
    """A district that was said last, and what stands before it."""
    said = _DISTRICT_BEHIND.search(text)
    return (said[1], text[: said.start()]) if said else ("", text)


def other_gu(plain: str) -> tuple[str, str]:
    """A district of nowhere near, or one of the city with a slip of the keys: its name and the rest."""
    said = _OTHER_GU.match(plain)
    return (_slip_of(said[1]), plain[said.end() :]) if said else ("", plain)


def _slip_of(gu: str) -> str:
    """동직구 is 동작구; 분당구 stays what it is."""
    if _DISTRICTS_ELSEWHERE.fullmatch(gu):
        return gu
    keys = strokes(gu)
    near = [
        known + "구"
        for known in _SEOUL
        if Levenshtein.distance(keys, strokes(known + "구"), score_cutoff=SLIP) <= SLIP
    ]
    return near[0] if len(near) == 1 else gu


def without_city(plain: str) -> str:
    """For a name, where 서울 may be a part of it: 서울공업고등학교."""
    return _CITY_APART.sub("", plain)
