"""What a text is made of: letters that every telephone shows, and what it tells of a visit. A rule.

A Korean carrier's text (SMS) holds 90 bytes of cp949, two for each syllable; the carrier puts its own
`[Web발신]` before ours, so 80 is the aim.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

AIM_BYTES = 80
MOST_BYTES = 90
MOST_CHARACTERS = 70  # one part where Hangul travels as UCS-2, as Twilio counts
LINK = "{link}"  # filled when the text leaves

PLAINER = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("‘’‚′", "'"),
        **dict.fromkeys("“”„″", '"'),
        **dict.fromkeys("•∙・", "·"),
        **dict.fromkeys("〜～", "~"),
        "…": "...",
        "₩": "원",
    }
)
NO_PLACES = str.maketrans("{}", "()")  # a name is no placeholder


@dataclass(frozen=True, slots=True)
class Office:
    """Who writes, and whom to call."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Promise:
    """What a resident was promised. Times stand on the office's wall clock."""

    start: datetime
    end: datetime
    number: str
    names: tuple[str, ...] = ()
    arriving: datetime | None = None  # about when they will be there, once they are on the way
    won: int | None = None  # what the resident has agreed to pay; None: nobody takes money there


@dataclass(frozen=True, slots=True)
class Job:
    """What a member is asked to do, or has taken on."""

    start: datetime
    end: datetime
    dong: str
    items: tuple[tuple[str, int], ...]
    people: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Ask:
    """By when a member should answer, when they read it, and whether they knew the job at another time."""

    answer_by: datetime
    sent: datetime
    changed: bool = False


def clean(words: str) -> str:
    """The same words in characters that every Korean telephone shows."""
    whole = " ".join(plain(words).translate(NO_PLACES).split())
    return " ".join("".join(_shown(letter) for letter in whole).split())


def plain(words: str) -> str:
    """With the dashes, marks and whole syllables that telephones know."""
    return unicodedata.normalize("NFC", words).translate(PLAINER)


def is_carried(letter: str) -> bool:
    """Only 2,350 of the 11,172 syllables fit in two bytes; Python's codec takes the rest in eight."""
    try:
        return len(letter.encode("euc_kr")) <= 2
    except UnicodeEncodeError:
        return False


def size(words: str) -> int:
    return len(words.encode("cp949", "replace"))


def fits(words: str, bytes_: int = MOST_BYTES) -> bool:
    """Whether it travels as one part."""
    return size(words) <= bytes_ and len(words) <= MOST_CHARACTERS


def _shown(letter: str) -> str:
    """The letter, or the nearest one that is carried; a rare syllable loses its last consonant."""
    if is_carried(letter):
        return letter
    if "가" <= letter <= "힣":
        open_syllable = chr(ord(letter) - (ord(letter) - ord("가")) % 28)
        return open_syllable if is_carried(open_syllable) else "○"
    bare = "".join(each for each in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(each))
    if bare != letter:
        return "".join(_shown(each) for each in bare)
    return "○" if letter.isalnum() else ""
