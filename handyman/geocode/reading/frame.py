"""What stands around an address: look-alike signs, postal code, parentheses, city, district, small talk."""

import re
from dataclasses import dataclass

from handyman.geocode.reading.cities import CITY, DISTRICTS, city_and_district, district, district_behind
from handyman.geocode.reading.signs import in_plain_signs

__all__ = ["CITY", "DISTRICTS", "LONGEST", "Frame", "district", "district_behind", "frame", "without_city"]

LETTER = "가나다라마바사아자차카타파하"
LONGEST = 300  # no address is longer; the rest is not looked at
_HYPHEN = re.compile(r"\s*-[\s-]*")
_MOUNTAIN = re.compile(r"\(\s*산\s*\)\s*(?=\d)")
_POST = r"(?:우편\s?(?:번호)?|우)[\s)]*"
_POSTCODE = re.compile(  # 210-163 상도동 is a lot
    rf"^\(?(?:{_POST})?(\d{{5}}|1[0-5]\d-\d{{3}}|\d{{3}}-\d{{3}}(?!\s*[가-힣]+\d?동$))\)?[\s,]*(?=[가-힣A-Za-z])"
)
_POSTCODE_BEHIND = re.compile(rf"[\s,]+(?:{_POST})?(0[1-8]\d{{3}})$")
_CODE = re.compile(rf"(?:{_POST})?(\d{{5}}|\d{{3}}-\d{{3}})")
_REFERENCE = re.compile(r"\(([^()]*)\)?")
_PHONE = re.compile(
    r"(?<![\dA-Za-z-])(?:(?:전화|연락처|핸드폰|휴대폰|휴대전화|[Tt][Ee][Ll])\s*)?"
    r"(?:0(?:2|[3-6][1-5]|1[016-9]|50\d?|70|80)[-) ]\s?\d{3,4}[- ]?\d{4}|01[016-9]\d{7,8}|02\d{7,8})(?!\d)"
)
_LANE_AHEAD = rf"(?=[{LETTER}]?\s?길\s*(?:\d|$|지하|의|에))"
_LANE = re.compile(  # 23번길, 2다번길, 20-나길, 24의 나길
    rf"(?<=\d)(?:\s?번\s?|\s?-\s?|의\s?){_LANE_AHEAD}|(?<=\d[{LETTER}])\s?번\s?(?=길\s*(?:\d|$|지하|의|에))"
)
_LANE_IN_TWO = re.compile(rf"((?:로|봉|방|등|동)\s?\d)\s(?=\d{{1,2}}[{LETTER}]?길\s*\d)")
_LATIN_LETTERS = dict(
    zip("ga na da ra ma ba sa a ja cha ka ta pa ha".split(" "), LETTER, strict=True)  # noqa: SIM905
)
_LATIN_LETTER = re.compile(rf"(?<=\d)\s?({'|'.join(_LATIN_LETTERS)})\s?(?=길)", re.IGNORECASE)
_TALK_AHEAD = re.compile(
    r"^(?:(?:(?:여기|거기|저기|(?:저희|우리)\s?집|주소)(?:요|는|가|은|이|는요)?|집[은이]|네|예|음|어|저"
    r"|(?:어르신|할머니|할아버지|회원)(?:님|\s?댁|\s?집)?[은이]?)[\s,]+){1,4}"
)
_TALK_BEHIND = re.compile(
    r"(?<=[가-힣0-9A-Za-z)])\s*"
    r"(?:이요|이에요|이예요|예요|에요|입니다|이고요|이구요|인데요|이거든요|이라고요|라고요|이라고|거기|여기"
    r"|이래요|맞아요|맞나요|맞죠|맞지요|삽니다|살아요|(?:으?로\s?)?(?:와|오|가)(?:\s?주)?(?:세요|십시오)|대한민국"
    r"|(?<=[\d호층동길로지트앞뒤옆방])요)$"
)
_NAMES = (
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주구민나진지엄원천방공현함변염"
)
_TITLE = r"(?:어르신|할머니|할아버지|회원|님|씨)(?:님)?"
_PERSON_APART = re.compile(
    rf"\s*/\s*[{_NAMES}][가-힣]{{2}}(?:\s?{_TITLE})?\s*$"
    rf"|\s*,\s*[{_NAMES[:10]}][가-힣][가-힣](?<![방집옆앞뒤쪽동층호당정원차장하문교역아])(?:\s?{_TITLE})?\s*$"
)
_PERSON_BEHIND = re.compile(
    rf"\s[{_NAMES}][가-힣]{{1,2}}\s?{_TITLE}$|(?<=[가-힣\d])에?\s?(?:사는|사시는|계신|계시는)\s[가-힣 ]+$"
)
_TITLES = ("어르신", "할머니", "할아버지", "회원", "님", "씨", "사는", "사시는", "계신", "계시는")
_PERSON_AHEAD = re.compile(rf"^[{_NAMES}][가-힣]{{1,2}}\s?{_TITLE}(?:\s?[댁집])?[은이]?[\s,]+")


@dataclass(frozen=True, slots=True)
class Frame:
    """A text without what stands around it."""

    plain: str
    postcode: str = ""
    reference: str = ""
    aside: str = ""  # a person, a telephone number


def frame(text: str) -> Frame:
    """One space, ASCII digits and hyphens; postal code, reference, people and small talk taken aside."""
    said, people = _apart(text[:LONGEST], _PERSON_APART) if "/" in text or "," in text else (text, "")
    plain = in_plain_signs(said[:LONGEST])
    plain, phone = _apart(plain, _PHONE)
    if "-" in plain:
        plain = _HYPHEN.sub("-", plain).lstrip("-")
    post = _POSTCODE.match(plain)
    if post:
        plain = plain[post.end() :]
    reference = ""
    if "(" in plain or ")" in plain:
        plain, reference, code = _without_reference(plain)
        post = post or code
    plain = " ".join(plain.replace(",", " ").split())
    if post is None and (post := _POSTCODE_BEHIND.search(plain)):
        plain = plain[: post.start()]
    plain, person = _without_people(without_talk(plain))
    aside = " ".join(filter(None, (person, people, phone)))
    return Frame(_one_lane(plain), post[1] if post else "", reference, aside)


def _apart(plain: str, pattern: re.Pattern[str]) -> tuple[str, str]:
    """What is no part of an address, apart."""
    found = pattern.search(plain)
    if found is None:
        return plain, ""
    return f"{plain[: found.start()]} {plain[found.end() :]}".strip(), found[0].strip(" ,/")


def _without_reference(plain: str) -> tuple[str, str, re.Match[str] | None]:
    """What stands outside of parentheses, what inside, and a postal code in them."""
    plain = _MOUNTAIN.sub("산", plain)
    said = [" ".join(found.split()) for found in _REFERENCE.findall(plain)]
    reference = " ".join(found for found in said if not _CODE.fullmatch(found))
    code = next(filter(None, map(_CODE.fullmatch, said)), None)
    outside = _REFERENCE.sub(" ", plain)
    if not outside.strip(" ,)"):
        outside, reference = plain, ""
    return outside.replace("(", " ").replace(")", " "), reference, code


def _one_lane(plain: str) -> str:
    """번길 is 길, a lane is joined to its number (20-나길, 4 7길), and 사 당 로 2 0 is 사당로20."""
    if "길" in plain:
        plain = _LATIN_LETTER.sub(lambda said: _LATIN_LETTERS[said[1].lower()], plain)
        plain = _LANE_IN_TWO.sub(r"\1", _LANE.sub("", plain))
    return plain.replace(" ", "") if len(plain) > 6 and plain[1::2].isspace() else plain


def _without_people(plain: str) -> tuple[str, str]:
    """김순자 어르신 before the address or behind it."""
    if not any(title in plain for title in _TITLES):
        return plain, ""
    plain, ahead = _apart(plain, _PERSON_AHEAD)
    plain, behind = _apart(plain, _PERSON_BEHIND)
    return plain, f"{ahead} {behind}".strip()


def without_talk(plain: str) -> str:
    """Without what is said out of politeness before and after."""
    if plain[:1] in "여거저우집주네예음어그할회":
        plain = _TALK_AHEAD.sub("", plain)
    if plain[-1:] in "요다고기국오죠":
        plain = _TALK_BEHIND.sub("", plain)
    return plain


def without_city(text: str) -> tuple[str, str]:
    """The district that was said in front ("" for none) and what follows city and district.

    Slips of the keys in them and short forms are taken off as well: 사울 동직구, 동작그, 동작상도로.
    Another city stays where it stands.
    """
    plain = frame(text).plain
    elsewhere, gu, rest = city_and_district(plain)
    return ("", plain) if elsewhere else (gu, rest)
