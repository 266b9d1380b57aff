"""Road names in Latin letters, in one spelling that all the ways of writing them meet in."""

import re
import unicodedata
from functools import lru_cache

from hangulpy import romanize

_HANGUL = re.compile(r"[가-힣]+")
_NOISE = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=4096)
def roman_key(text: str) -> str:
    """Lower case, no hyphens: sangdoro for 상도로, Sangdo-ro and Sang-do ro."""
    if _HANGUL.search(text):
        text = _romanised(text)
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _folded(_NOISE.sub("", plain))


def _romanised(text: str) -> str:
    """Stem and kind apart, as on the road signs: no sound passes from one to the other."""
    apart = re.sub(r"(대로|로|길|동|구)(?=\d|$|\s)", r" \1 ", text)
    apart = re.sub(r"(?<=\d)([가-힣])(길|동)", r" \1 \2 ", apart)
    return "".join(romanize(word) for word in apart.split())


_FOLDS = (("ngno", "ngro"),)


def _folded(key: str) -> str:
    for heard, kept in _FOLDS:
        key = key.replace(heard, kept)
    return key
