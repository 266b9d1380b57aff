"""One sign for each thing: ASCII digits and hyphens for all that look like them, and no stray signs."""

import re
import unicodedata

_PLAIN = re.compile(r"[^가-힣0-9A-Za-z ,()\-]")
_LETTERS_OF_KEYS = re.compile(r"[^ㄱ-ㆎ]+")  # NFKC would put them together to syllables by itself
_UNSEEN = re.compile(
    r"[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_DASHES = re.compile(r"[‐‑‒–—―−－~～〜]|(?<=\d)\s*[ㅡー一]\s*(?=\d)")
_DIGITS = re.compile(r"[^\D0-9]")
_BETWEEN_NUMBERS = re.compile(r"(?<=\d)\s?[/_]\s?(?=\d)")
_OTHER_SIGNS = str.maketrans(
    {"[": "(", "{": "(", "〔": "(", "【": "(", "]": ")", "}": ")", "〕": ")", "】": ")"}
)
_FLAT_SIGN = re.compile(r"#\s?(\d{1,5})(?![\d-])호?")
_STRAY = re.compile(r"""[.;:/\\|〒#"'`‘’“”·・ㆍ!?*=_<>《》「」]""")
_B_KEY = re.compile(r"ㅠ(?=-?\d)")
_FIRST_OF_A_LIST = re.compile(r"^\s*\d{1,2}\s?[.)]\s+(?=[가-힣])")
_NUMBER_SIGN = re.compile(r"(?<=[로길동리])\s*[Nn][Oo]\.?\s*(?=\d)")


def in_plain_signs(text: str) -> str:
    """The text in the signs that the reader knows."""
    if not _PLAIN.search(text):
        return text.strip()
    if not text.isascii() and not unicodedata.is_normalized("NFKC", text):
        text = _LETTERS_OF_KEYS.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    text = _UNSEEN.sub("", text)
    text = _DIGITS.sub(lambda digit: str(unicodedata.digit(digit[0], 0)), text)
    text = _B_KEY.sub("B", _BETWEEN_NUMBERS.sub("-", _DASHES.sub("-", text)))
    text = _FLAT_SIGN.sub(r" \1호 ", text.replace("@", "아파트 ").translate(_OTHER_SIGNS))
    text = _NUMBER_SIGN.sub(" ", _FIRST_OF_A_LIST.sub("", text))
    return _STRAY.sub(" ", text).strip()
