"""Road names in Latin letters, in one spelling that all the ways of writing them meet in."""

import re
import unicodedata
from functools import lru_cache

from hangulpy import romanize

_HANGUL = re.compile(r"[가-힣]")
_KIND = re.compile(r"(대로|로|길|동|구)(?=\d|$|\s)")
_LETTER_AND_KIND = re.compile(r"(?<=\d)([가-힣])(길|동)")
_NOISE = re.compile(r"[^a-z0-9]+")
_FOLDS = (  # sounds that run together, and letters that people take for one another
    (re.compile(r"(?:ng|k|g)[rn]o(?=\d|$)"), "ngro"),  # Heukseok-ro, Heukseongno
    (re.compile(r"[nl][rl]o(?=\d|$)"), "nro"),  # Noryangjin-ro, Noryangjillo; Seodal-ro, Seodallo
    (re.compile(r"[mbp][rn]o(?=\d|$)"), "mro"),
    (re.compile(r"nl|ln|lr|nr(?!o(?:\d|$))"), "ll"),  # Sinlim, Sillim
    (re.compile(r"(?<!n)[kg]n(?!g)"), "ngn"),
    (re.compile(r"(?<!n)[kg]m"), "ngm"),
    (re.compile(r"[pb]([mn])"), r"m\1"),
    (re.compile(r"oo|wu"), "u"),
    (re.compile(r"ee"), "i"),
    (re.compile(r"sh(?=[iy])"), "s"),
    (re.compile(r"(?<=[aeiou])k(?=[aeiou])"), "g"),
    (re.compile(r"(?<=[aeiou])t(?=[aeiou])"), "d"),
    (re.compile(r"(?<=[aeiou])p(?=[aeiou])"), "b"),
)


@lru_cache(maxsize=4096)
def roman_key(text: str) -> str:
    """Lower case, no hyphens: sangdoro for 상도로, Sangdo-ro and Sang-do ro."""
    if _HANGUL.search(text):
        text = _romanised(text)
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _folded(_NOISE.sub("", plain))


def _romanised(text: str) -> str:
    """Stem and kind apart, as on the road signs: no sound passes from one to the other."""
    apart = _LETTER_AND_KIND.sub(r" \1 \2 ", _KIND.sub(r" \1 ", text))
    return "".join(romanize(word) for word in apart.split())


def _folded(key: str) -> str:
    for heard, kept in _FOLDS:
        key = heard.sub(kept, key)
    return key
