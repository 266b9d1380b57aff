"""What stands around an address: look-alike signs, postal code, parentheses, city, district, small talk."""

import re
import unicodedata
from dataclasses import dataclass

from handyman.geocode.reading.cities import CITY, DISTRICTS, city_and_district, district, district_behind

__all__ = ["CITY", "DISTRICTS", "LONGEST", "Frame", "district", "district_behind", "frame", "without_city"]

LONGEST = 300  # no address is longer; the rest is not looked at
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


def without_city(text: str) -> tuple[str, str]:
    """The district that was said in front ("" for none) and what follows city and district.

    Slips of the keys in them and short forms are taken off as well: 사울 동직구, 동작그, 동작상도로.
    """
    _, gu, rest = city_and_district(frame(text).plain)
    return gu, rest
