"""What is typed as keystrokes, and the ways in which a road, a dong or a name may be typed."""

import re
import unicodedata
from collections.abc import Iterator

from handyman.geocode.reading.number_words import numbers_in_digits
from handyman.hangul import initials, strokes

MOST_KEYS = 48  # a district, a dong, a road and its number are fewer
_LOOKED_AT = 120
UNDERGROUND, HILL = "지하 ", "산"


_HYPHEN = re.compile(
    r"(?<=\d)\s*(?:[-‐‑‒–—―−~_]|ㅇㅡㅣ|ㄷㅏㅅㅣ|ㅂㅓㄴㅈㅣ|ㅡ)\s*(?=\d)"
)  # -, 의, 다시, 번지
_LANE = re.compile(r"(?<=\d)ㅂㅓㄴ(?=ㄱ)")  # 52번길 for 52길
_BLANK_AFTER_DIGIT = re.compile(r"(?<=\d)\s+(?=\d|$)")
_OTHER_BLANK = re.compile(r"(?<!\d)\s+|\s+(?!\d|$)")
_LETTER = "가나다라마바사아자차카타파하"  # of 사당로23가길
LOOSE_END = re.compile(r"[ㄱ-ㅣ\u1100-\u11ff]+\s*$")  # of a syllable that is being written
NUMBER_IN_WORDS = re.compile(r"(?<=[로길])\s*(?=[영공일이삼사오육륙칠팔구십백천]{2}).{2,20}$")
_POSTCODE = re.compile(r"^\D{0,6}(?<!\d)\d{5}[)\],.]*\s+")
_FLAT_FIRST = re.compile(
    r"^(?:(?:반?지하(?:방|층|\s*1층)?|지층|옥탑(?:방)?|옥상|[Bb]\d{1,3}호?|\d{1,4}(?:동|호|층))(?:$|[\s,]+))+"
)
_ROAD = re.compile(rf"(?P<base>\D+?)(?P<kind>대로|로)?(?P<branch>\d+[{_LETTER}]?)?(?P<lane>길)?")


def typed_keys(text: str) -> str:
    """Keystrokes without blanks and signs; one blank stays between two numbers, where it parts them."""
    plain = unicodedata.normalize("NFKC", text[:_LOOKED_AT].replace("@", "아파트"))
    kept = "".join(sign if sign.isalnum() or sign in "-‐‑‒–—―−~" else " " for sign in plain)
    keys = _HYPHEN.sub("-", strokes(kept.lstrip()))
    keys = _OTHER_BLANK.sub("", _BLANK_AFTER_DIGIT.sub(" ", keys))
    return _LANE.sub("", keys).replace("apt", strokes("아파트"))[:MOST_KEYS].lstrip("-")


def otherwise(text: str) -> tuple[str, str]:
    """The text without the postal code and the flat in front, its number words in digits; and that flat."""
    text = text[:_LOOKED_AT]
    said = (
        numbers_in_digits(f"{text}길").removesuffix("길") if text[-1:].isalpha() else numbers_in_digits(text)
    )
    said = _POSTCODE.sub("", said.lstrip())
    flat = _FLAT_FIRST.match(said)
    return (said[flat.end() :], flat[0].strip()) if flat else (said, "")


def digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def tells_flat(behind: str, unit: str) -> bool:
    """Whether these keys, and no others, have told the flat: 101동 1203호; B01 is the ground floor."""
    ground = unit != "" and digits(unit) == "" and digits(behind) in ("1", "01")
    return ground or digits(behind) == digits(unit)


def road_forms(name: str) -> set[str]:
    """Every way to type a road: 사당로23길, 사당23, ㅅㄷㄹ23ㄱ, ㅅㄷㄹ23, ㅅㄷ23ㄱ, ㅅㄷ23, ㅅ23, 23."""
    read = _ROAD.fullmatch(name)
    if read is None:
        return {strokes(name), initials(name)}
    base, branch, kind, lane = read["base"], read["branch"] or "", read["kind"] or "", read["lane"] or ""
    short = {initials(f"{base}{kept}{branch}{end}") for kept in _endings(kind) for end in ("", lane)}
    first = {initials(base)[0] + initials(branch), initials(branch)}
    return {strokes(name), strokes(base + branch), *short, *first} - {""}


def dong_forms(name: str) -> set[str]:
    """Every way to type a dong before a lot: 사당동, 사당, and of ㅅㄷ1ㄷ as much as one likes."""
    short = initials(name)
    plain = "".join(sign for sign in short if not sign.isdigit())
    begun = {form[:end] for form in (short, plain) for end in range(1, len(form) + 1)}
    return {strokes(name), strokes(name.removesuffix("동"))} | begun


def cuts(keys: str) -> Iterator[tuple[str, str, str]]:
    """Every way to cut the keys into a head, a number and what follows (the flat)."""
    for found in _numbers(keys):
        number = (UNDERGROUND if found["below"] else HILL if found["hill"] else "") + found["number"]
        yield keys[: found.start()], number, keys[found.end() :]


_NUMBER = re.compile(
    r" ?(?:(?P<below>ㅈㅣㅎㅏ)|(?P<hill>ㅅㅏㄴ|(?<=ㄷ)ㅅ))?(?P<number>[1-9]\d{0,4}(?:-\d{0,4})?)(?!\d)"
)


def _numbers(keys: str) -> Iterator[re.Match[str]]:
    """Numbers at every place where one may begin; the blank before it belongs to it."""
    reach = keys.find("-") if "-" in keys else len(keys)
    for start in range(reach):
        found = _NUMBER.match(keys, start)
        if found and not (keys[start].isdigit() and keys[start - 1 : start] == " "):
            yield found


def _endings(kind: str) -> tuple[str, ...]:
    return {"대로": ("대로", "대", ""), "로": ("로", ""), "": ("",)}[kind]
