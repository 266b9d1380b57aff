"""By which keys a person is found, and what was typed as the beginnings of such keys."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from handyman.hangul import INITIALS, as_hangul, composed, has_latin, initials, strokes, to_hangul
from handyman.models.person_keys import LONGEST_KEY, KeyKind
from handyman.sounds import sound_of

RULES = (
    3  # one more when somebody's keys become others: everybody's are written anew when a new release starts
)
MOST_TERMS = 5
_LONGEST_TEXT = 80
_LAST_FOUR, _PHONE_PART, _DIALLED_HERE = 4, 5, 9
_AREA = re.compile(r"^(?:02|01\d|0[3-7]\d|050\d|1\d{3})")
_BLANKS = re.compile(r"\s+")
_NUMBER = re.compile(r"\+?[\d-]*\d[\d-]*")
_SHORT_NAME = re.compile(rf"[가-힣]{{0,2}}[{INITIALS}]+")  # ㄱㅁㅎ, 김ㅁㅎ
_SYLLABLES = re.compile(r"[가-힣]+")
_USUAL = 3  # syllables of a name
_SHORTEST_ROAD = 3  # syllables that still name one: 대방로 of 여의대방로
_BRANCH = re.compile(r"(?<=[가-힣])\d+[가-힣]?길$")  # 16길 of 상도로16길
_BLOCK_AND_FLAT = re.compile(r"(\w+)동 (\w+)호")
_FULL_HANGUL = re.compile(r"[가-힣]{2,5}")
_TITLES = ("님", "씨", "할머니", "할머님", "할아버지", "할아버님", "어르신", "어르신님")
_TITLE_BEHIND = re.compile(
    r"(?:(?<=[가-힣ㄱ-ㅎ])(?:할머니|할머님|할아버지|할아버님|어르신)|(?<=[가-힣ㄱ-ㅎ]{2})[님씨])$"
)  # a word without it is a beginning of the same word: nobody who is really called so is lost
_TOWN = re.compile(r"^(?:서울(?:특별시|시)?\s*)?[가-힣]{1,4}구\s+")
_ALL_OF_US = ("서울특별시", "서울시", "서울", "동작구")  # as every page writes it before the road
_NOT_SAID_ALONE = re.compile(
    r"(?<=\d)\s+(?=(?:[동호층]|[가-힣]?길)(?:\s|$))"  # 101 동 1203 호, 16 길 55
    r"|(?<!\S)동\s+(?=\d+호)|(?<=\d)\s*번지(?=\s|$)"
)
_ROAD_APART = re.compile(r"(?<=[가-힣]로)\s+(?=\d+[가-힣]?길(?:\s|$))")  # 여의대방로 2길, as it is spoken


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives, as its keys need it."""

    label: str = ""
    unit: str = ""
    road_name: str = ""
    building_number: str = ""
    beopjeong_dong: str = ""
    haengjeong_dong: str = ""
    jibun: str = ""
    building_name: str = ""


@dataclass(frozen=True, slots=True)
class Beginning:
    """Keys of one kind that begin so."""

    kind: KeyKind
    text: str


Term = tuple[Beginning, ...]  # any of them will do
Key = tuple[int, str]


def keys_of(name: str, organisation: str, phones: Iterable[str], home: Home | None) -> set[Key]:
    """Every key of one person; `phones` in normal form."""
    found = {(kind.value, key[:LONGEST_KEY]) for kind, key in _named(name)}
    found |= {(KeyKind.NAME.value, _typed(organisation)[:LONGEST_KEY])}
    found |= {(kind.value, key) for number in phones for kind, key in _numbered(number)}
    if home is not None:
        found |= {(KeyKind.PLACE.value, key[:LONGEST_KEY]) for key in _placed(home)}
    return {(kind, key) for kind, key in found if key}


def name_keys(name: str) -> set[Key]:
    """The keys of a name alone, such as one from before it was put right."""
    return keys_of(name, "", (), None)


def read(text: str) -> list[Term]:
    """What was typed, word by word: each has to be found in the same person."""
    terms = [tuple(dict.fromkeys(_meant(word))) for word in _words(_plain(text[:_LONGEST_TEXT]))]
    return terms[:MOST_TERMS]


def whole_name(terms: Sequence[Term]) -> Term:
    """The initials of a surname and of a given name (ㄱ ㅁㅎ) as one word, which fewer have; else nothing."""
    begun = [each.text for term in terms for each in term if each.kind is KeyKind.INITIALS]
    if len(begun) == len(terms) == 2 and len(begun[0]) == 1:
        return (Beginning(KeyKind.INITIALS, "".join(begun)),)
    return ()


def _words(text: str) -> Sequence[str]:
    """One by one; a telephone number that is typed with blanks is one."""
    joined = _BLANKS.sub("", text)
    text = _ROAD_APART.sub("", _NOT_SAID_ALONE.sub("", text))
    if _NUMBER.fullmatch(joined) and len(joined) > _PHONE_PART:
        return [joined]
    words = [word for word in text.split() if any(map(str.isalnum, word))]
    words = [word for word in words if word not in _ALL_OF_US] or words
    named = [_TITLE_BEHIND.sub("", word) for word in words if word not in _TITLES]
    return _joined(named or words)


def _joined(words: Sequence[str]) -> Sequence[str]:
    """What stands alone is one name or number, spaced out: each sign by itself would be half the town."""
    return [
        word
        for alone, run in groupby(words, key=_stands_alone)
        for word in (["".join(run)] if alone else run)
    ]


def _stands_alone(word: str) -> str:
    """Of what kind a sign is that is a word of its own; nothing of a longer word."""
    if len(word) > 1:
        return ""
    if not word.isalpha():
        return "digit"
    return "latin" if has_latin(word) else "hangul"


def _plain(text: str) -> str:
    """Letters, digits, hyphens and blanks; a loose letter stays the letter of its key."""
    whole = unicodedata.normalize("NFC", text)
    signs = (sign if "ㄱ" <= sign <= "ㅣ" else unicodedata.normalize("NFKC", sign) for sign in whole)
    return "".join(sign if sign.isalnum() or sign in "-+" else " " for sign in "".join(signs))


def _named(name: str) -> Iterator[tuple[KeyKind, str]]:
    whole = _BLANKS.sub("", name)
    yield KeyKind.NAME, _typed(whole)
    yield KeyKind.SOUND, sound_of(whole)
    if _FULL_HANGUL.fullmatch(whole):
        yield KeyKind.INITIALS, initials(whole)
        for given in (whole[1:], whole[2:]) if len(whole) > _USUAL else (whole[1:],):  # 남궁민수
            yield KeyKind.GIVEN, _typed(given)
            yield KeyKind.SOUND, sound_of(given)
            yield KeyKind.INITIALS, initials(given)
            yield KeyKind.INITIALS, strokes(whole.removesuffix(given)) + initials(given)  # 김ㅁㅎ


def _numbered(number: str) -> Iterator[tuple[KeyKind, str]]:
    digits = _national(number)
    yield KeyKind.PHONE, digits
    yield KeyKind.PHONE, _AREA.sub("", digits)
    yield KeyKind.PHONE, digits[-_LAST_FOUR:]
    yield KeyKind.PHONE_END, digits[::-1]


def _national(number: str) -> str:
    digits = "".join(filter(str.isdigit, number))
    if not number.startswith("+82") and not (digits.startswith("82") and len(digits) > _DIALLED_HERE):
        return digits
    rest = digits.removeprefix("82")
    return rest if rest.startswith(("0", "1")) and not rest.startswith("10") else f"0{rest}"


def _placed(home: Home) -> Iterator[str]:
    """The road by each part with its number, the lot behind its dong and alone, the building by each part,
    the flat with its block and alone."""
    road, number = home.road_name, _typed(home.building_number)
    yield from (_typed(part) + number for part in _road_parts(road))
    yield number
    for dong in (home.beopjeong_dong, home.haengjeong_dong):
        yield _typed(dong)
    yield _typed(home.beopjeong_dong) + _typed(home.jibun)
    yield _typed(home.jibun)
    for words in (home.road_name, home.beopjeong_dong, home.haengjeong_dong):
        yield initials(_BLANKS.sub("", words))
    name = _BLANKS.sub("", home.building_name)
    yield from (_typed(name[at:]) for at in range(len(name) - 1))
    yield from _unit_parts(home.unit)
    if not road and not home.jibun:  # only what was said is known of it
        for word in _TOWN.sub("", home.label).split():
            yield from map(_typed, _road_parts(word))


def _road_parts(road: str) -> Iterator[str]:
    """From its beginning, from within its name, and from the number of its branch, which some say alone."""
    yield road
    branch = _BRANCH.search(road)
    named = branch.start() if branch else len(road)
    yield from (road[at:] for at in range(1, named - _SHORTEST_ROAD + 1))
    if branch:
        yield branch[0]


def _unit_parts(unit: str) -> Iterator[str]:
    """101동1203호, 1203호, 101-1203."""
    parts = unit.split()
    yield from (_typed("".join(parts[at:])) for at in range(len(parts)))
    if both := _BLOCK_AND_FLAT.search(unit):
        yield _typed(f"{both[1]}-{both[2]}")


def _typed(words: str) -> str:
    return strokes(_BLANKS.sub("", _plain(words)).casefold())


def _meant(word: str) -> Iterator[Beginning]:
    """The ways in which one word may be meant, the likeliest first."""
    if _NUMBER.fullmatch(word):
        yield from _number_meant(word)
        return
    if has_latin(word):
        yield Beginning(KeyKind.NAME, _typed(word))
        hangul = to_hangul(word)
        yield from _hangul_meant(hangul, as_hangul(word))
    else:
        yield from _hangul_meant(composed(word), _typed(word))


def _number_meant(word: str) -> Iterator[Beginning]:
    digits = _national(word)
    yield Beginning(KeyKind.PHONE, digits)
    if len(digits) >= 2:
        yield Beginning(KeyKind.PHONE_END, digits[::-1])
    if not word.startswith("+"):
        yield Beginning(KeyKind.PLACE, word.strip("-"))


def _hangul_meant(hangul: str, keys: str) -> Iterator[Beginning]:
    yield Beginning(KeyKind.NAME, keys)
    yield Beginning(KeyKind.GIVEN, keys)
    if _SHORT_NAME.fullmatch(hangul):
        yield Beginning(KeyKind.INITIALS, keys)
    yield Beginning(KeyKind.PLACE, keys)
    if _SYLLABLES.fullmatch(hangul):
        yield Beginning(KeyKind.SOUND, sound_of(hangul))
