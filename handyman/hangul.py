"""Hangul as keys: the strokes of a text, its initials, and what was typed with the 한/영 key forgotten."""

import re
from collections.abc import Iterator

from hangulpy import enko, koen
from jamo import h2j, j2hcj

_PAIRS = (
    *("ㄳㄱㅅ", "ㄵㄴㅈ", "ㄶㄴㅎ", "ㄺㄹㄱ", "ㄻㄹㅁ", "ㄼㄹㅂ", "ㄽㄹㅅ", "ㄾㄹㅌ", "ㄿㄹㅍ", "ㅀㄹㅎ"),
    *("ㅄㅂㅅ", "ㅘㅗㅏ", "ㅙㅗㅐ", "ㅚㅗㅣ", "ㅝㅜㅓ", "ㅞㅜㅔ", "ㅟㅜㅣ", "ㅢㅡㅣ"),
)  # one key cap, then the two strokes that make it
_PAIR_TABLE = str.maketrans({pair[0]: pair[1:] for pair in _PAIRS})
_NEITHER_SHIFTED = str.maketrans("ABCDFGHIJKLMNSUVXYZ", "abcdfghijklmnsuvxyz")  # the rest are ㅃㅉㄸㄲㅆㅒㅖ
_LATIN = re.compile(r"[A-Za-z]{2,}")
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FIRST, _LAST, _PER_INITIAL = 0xAC00, 0xD7A3, 588
_FORGOTTEN = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnm",
        "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ",
        strict=True,
    )
)
_SHIFTED = dict(zip("QWERTOP", "ㅃㅉㄸㄲㅆㅒㅖ", strict=True))
_ANY_LATIN = re.compile(r"[A-Za-z]")
_LOOSE, _VOWEL = re.compile(r"[ㄱ-ㅣ]{2,}"), re.compile(r"[ㅏ-ㅣ]")
_LOOSE_JAMO = re.compile(r"[ㄱ-ㅣ]+")
_SYLLABLES = re.compile(r"[가-힣]+")


class _Strokes(dict[int, str]):
    """Sign by sign, worked out when first met."""

    def __missing__(self, sign: int) -> str:
        if not (0x1100 <= sign <= 0x11FF or 0x3131 <= sign <= 0x318E or 0xAC00 <= sign <= 0xD7A3):
            return chr(sign)
        self[sign] = j2hcj(h2j(chr(sign))).translate(_PAIR_TABLE)
        return self[sign]


_STROKES = _Strokes()


def strokes(text: str) -> str:
    """Keystrokes of a text, so that a half-made syllable matches: 살 begins 사로."""
    return text.translate(_STROKES)


def to_hangul(latin: str) -> str:
    """What the same keys type in Hangul: tkekdfh → 사당로. A word in capitals was typed with Caps Lock."""
    plain = latin.translate(_NEITHER_SHIFTED)
    caps_lock = latin.isupper() and plain != latin  # 떄 is EO: two keys that have a meaning of their own
    return enko(latin.lower() if caps_lock else plain)


def to_latin(hangul: str) -> str:
    """The keys of a Hangul text as Latin letters: ㅠ01 → b01."""
    return koen(hangul)


def hangul_meant(text: str) -> str:
    """Latin words and loose letters that make whole syllables in Hangul, made so; the rest as it stands."""
    text = _LOOSE_JAMO.sub(lambda run: _if_syllables(to_latin(run[0]), run[0]), text)
    return _LATIN.sub(lambda run: _if_syllables(run[0], run[0]), text)


def latin_meant(text: str) -> str:
    """Loose Hangul letters as the Latin ones of the same keys: ㅏㅅ빌딩 → kt빌딩."""
    return _LOOSE_JAMO.sub(lambda run: to_latin(run[0]), text)


def latin_readings(text: str) -> Iterator[str]:
    """Loose letters as Latin ones, and the whole text so: ㄴ뭏애-개 is Sangdo-ro."""
    if _LOOSE_JAMO.search(text):
        yield latin_meant(text)
        yield to_latin(text).lower()


def composed(text: str) -> str:
    """Loose letters put together to syllables, where there is a vowel among them: ㅅㅏㄷㅏㅇ is 사당."""
    return _LOOSE.sub(lambda run: to_hangul(to_latin(run[0])) if _VOWEL.search(run[0]) else run[0], text)


def as_hangul(keys: str) -> str:
    """The same keys with 한/영 on Hangul: tkekd is 사당."""
    return strokes("".join(_SHIFTED.get(key) or _FORGOTTEN.get(key.lower(), key) for key in keys))


def has_latin(keys: str) -> bool:
    return bool(_ANY_LATIN.search(keys))


def initials(text: str) -> str:
    """사당로23길 as ㅅㄷㄹ23ㄱ."""
    return "".join(
        INITIALS[(ord(sign) - _FIRST) // _PER_INITIAL] if _FIRST <= ord(sign) <= _LAST else sign
        for sign in text
    )


def _if_syllables(keys: str, otherwise: str) -> str:
    """The syllables that these keys type, and no key too few: k alone is no 아."""
    said = to_hangul(keys)
    whole = _SYLLABLES.fullmatch(said) and to_latin(said).lower() == keys.lower()
    return said if whole else otherwise
