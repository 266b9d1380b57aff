"""Keys that slip, sounds that are misheard, and Hangul in Latin letters."""

import re
from random import Random

from jamo import h2j, j2hcj

KEYS = ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ")
LATIN = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SHIFTED = {"ㅃ": "Q", "ㅉ": "W", "ㄸ": "E", "ㄲ": "R", "ㅆ": "T", "ㅒ": "O", "ㅖ": "P"}
ON_KEYS = SHIFTED | {
    jamo: key for row, keys in zip(KEYS, LATIN, strict=True) for jamo, key in zip(row, keys, strict=False)
}
PAIRS = dict(
    pair.split("=")
    for pair in (
        *("ㄳ=ㄱㅅ", "ㄵ=ㄴㅈ", "ㄶ=ㄴㅎ", "ㄺ=ㄹㄱ", "ㄻ=ㄹㅁ", "ㄼ=ㄹㅂ", "ㅄ=ㅂㅅ", "ㅀ=ㄹㅎ"),
        *("ㅘ=ㅗㅏ", "ㅙ=ㅗㅐ", "ㅚ=ㅗㅣ", "ㅝ=ㅜㅓ", "ㅞ=ㅜㅔ", "ㅟ=ㅜㅣ", "ㅢ=ㅡㅣ"),
    )
)  # one key cap, then the two strokes that make it
INITIALS, VOWELS, FINALS = 19, 21, 28
HEARD = {"ㅐ": "ㅔ", "ㅔ": "ㅐ", "ㅗ": "ㅜ", "ㅜ": "ㅗ", "ㅓ": "ㅗ", "ㅡ": "ㅜ"}
ROMAN = tuple(
    line.replace("_", "").split(" ")
    for line in (
        "g kk n d tt r m b pp s ss _ j jj ch k t p h",
        "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i",
        "_ k k k n n n t l k m l l l p l m p p t t ng t t k t p t",
    )
)


def as_latin_keys(text: str) -> str:
    """The text as it comes out with the keyboard set to Latin."""
    return "".join(ON_KEYS.get(jamo, jamo) for jamo in keys_of(text))


def keys_of(text: str) -> str:
    return "".join(PAIRS.get(jamo, jamo) for jamo in j2hcj(h2j(text)))


def slip(name: str, chance: Random) -> str:
    """One wrong key: the one beside it, none, twice, or two exchanged; never in a digit or after one."""
    lane = re.match(r"^(\D+)(.*)$", name)
    if lane is None:
        return name
    head, tail = lane.groups()
    jamos = list(keys_of(head))
    at = chance.randrange(len(jamos))
    way = chance.choice(("beside", "beside", "left out", "twice", "exchanged"))
    if way == "beside":
        row = next(row for row in KEYS if jamos[at] in row) if any(jamos[at] in row for row in KEYS) else None
        if row:
            place = row.index(jamos[at])
            jamos[at] = row[
                place + 1
                if place == 0
                else place - 1
                if place == len(row) - 1
                else place + chance.choice((-1, 1))
            ]
    elif way == "left out":
        del jamos[at]
    elif way == "twice":
        jamos.insert(at, jamos[at])
    elif at + 1 < len(jamos):
        jamos[at], jamos[at + 1] = jamos[at + 1], jamos[at]
    return composed("".join(jamos)) + tail


def misheard(name: str, chance: Random) -> str:
    """One vowel heard as its neighbour."""
    lane = re.match(r"^(\D+)(.*)$", name)
    if lane is None:
        return ""
    head, tail = lane.groups()
    jamos = list(keys_of(head[:-1]))
    places = [at for at, jamo in enumerate(jamos) if jamo in HEARD]
    if not places:
        return ""
    at = chance.choice(places)
    jamos[at] = HEARD[jamos[at]]
    return composed("".join(jamos)) + head[-1] + tail


def composed(jamos: str) -> str:
    """What a keyboard makes of these keys: syllables where they can be made, else the loose letters."""
    out, at = "", 0
    while at < len(jamos):
        found = _SYLLABLE.match(jamos, at)
        out += _syllable(*found.groups()) if found else jamos[at]
        at = found.end() if found else at + 1
    return out


_VOWELS = [*"ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"]
_INITIALS = [*"ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"]
_FINALS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]
_SINGLE = {pair: jamo for jamo, pair in PAIRS.items()}
_ANY_VOWEL = "[ㅏ-ㅣ]"
_VOWEL = "|".join([*(pair for pair in _SINGLE if pair[0] in _VOWELS), _ANY_VOWEL])
_FINAL = "|".join([*(pair for pair in _SINGLE if pair[0] not in _VOWELS), "[ㄱ-ㄷㄹㅁㅂㅅ-ㅈㅊ-ㅎ]"])
_SYLLABLE = re.compile(rf"([ㄱ-ㅎ])({_VOWEL})((?:{_FINAL})(?!{_ANY_VOWEL}))?")


def _syllable(first: str, vowel: str, last: str | None) -> str:
    last = last or ""
    code = _INITIALS.index(first) * VOWELS + _VOWELS.index(_SINGLE.get(vowel, vowel))
    return chr(0xAC00 + code * FINALS + _FINALS.index(_SINGLE.get(last, last)))


def roman(text: str) -> str:
    """Letter by letter, as a person without the rules of assimilation writes it."""
    out = ""
    for sign in text:
        code = ord(sign) - 0xAC00
        if not 0 <= code < INITIALS * VOWELS * FINALS:
            out += sign
            continue
        first, rest = divmod(code, VOWELS * FINALS)
        vowel, last = divmod(rest, FINALS)
        out += ROMAN[0][first] + ROMAN[1][vowel] + ROMAN[2][last]
    return out
