"""What a name sounds like on the telephone: two spellings that sound alike have one key."""

from functools import lru_cache

from hangulpy import standardize_pronunciation

from handyman.hangul import composed, strokes

# As they are heard: 애/에, 얘/예, 왜/외/웨, 의/위/이 (영희, 영휘), a tense consonant and its plain one.
_AS_HEARD = (
    *(
        ("ㅗㅐ", "ㅜㅔ"),
        ("ㅗㅣ", "ㅜㅔ"),
        ("ㅜㅣ", "ㅣ"),
        ("ㅡㅣ", "ㅣ"),
        ("ㅐ", "ㅔ"),
        ("ㅒ", "ㅔ"),
        ("ㅖ", "ㅔ"),
    ),
    *(("ㄲ", "ㄱ"), ("ㄸ", "ㄷ"), ("ㅃ", "ㅂ"), ("ㅆ", "ㅅ"), ("ㅉ", "ㅈ")),
    *(
        (f"{first}{spelled}", f"{first}{heard}")
        for first in "ㅈㅊ"
        for spelled, heard in ("ㅑㅏ", "ㅕㅓ", "ㅛㅗ", "ㅠㅜ")
    ),
)
_BEFORE_I = frozenset("ㅣㅑㅕㅛㅠㅖㅒ")
_LONGEST = 60


@lru_cache(4096)
def sound_of(name: str) -> str:
    """Keystrokes of what is heard: 석윤 is 서균, 리 in front is 이. Nothing without a whole syllable."""
    whole = composed(name[:_LONGEST])
    spoken = strokes(standardize_pronunciation("".join(sign for sign in whole if "가" <= sign <= "힣")))
    first, after = spoken[:1], spoken[1:2]
    if first in ("ㄹ", "ㄴ"):
        spoken = ("ㅇ" if after in _BEFORE_I else "ㄴ") + spoken[1:]
    for spelled, heard in _AS_HEARD:
        spoken = spoken.replace(spelled, heard)
    return spoken
