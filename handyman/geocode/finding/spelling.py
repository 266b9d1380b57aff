"""Known names near a mistyped or misheard one, by the keys that were struck.

A cost of 1 is one key wrong, missing, too many, or two exchanged; letters that sound alike cost less.
Digits and a lane's letter are never mended where they are whole: with another one it is another road.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA, Postfix, Prefix

from handyman.hangul import strokes

_ALIKE = (
    *("ㅐㅔ", "ㅒㅖ", "ㅗㅜ", "ㅗㅓ", "ㅓㅡ", "ㅜㅡ", "ㅏㅓ", "ㅑㅕ", "ㅛㅠ", "ㅐㅣ"),
    *("ㅏㅑ", "ㅓㅕ", "ㅗㅛ", "ㅜㅠ", "ㄱㅋ", "ㄱㄲ", "ㄷㅌ", "ㄷㄸ", "ㅂㅍ", "ㅂㅃ"),
    *("ㅈㅊ", "ㅈㅉ", "ㅅㅆ", "ㄴㄹ", "ㄴㅇ", "ㄴㅁ", "ㅁㅇ", "ㅅㅎ", "ㄱㅎ"),
)
_SOUNDS_ALIKE = frozenset(_ALIKE) | {pair[::-1] for pair in _ALIKE}
ALIKE_COST = 0.6
SILENT_COST = 0.6  # ㅇ before a vowel, and a doubled letter, are not heard
SHORT_OF_A_WORD = 0.6  # 로 or 대 left out: 여의대방22나길, 동작로
OTHER_ENDING = 1.2  # 길 for 로
EXCHANGED = 1.2  # two syllables exchanged: 당사로; the keys of 길 in another order: 릭
MOST_WRONG_IN_ENDING = 1.2
LETTERS = "가나다라마바사아자차카타파하"
_LANE = re.compile(rf"(\D+)(\d+[{LETTERS}]?길)")
_WORD_BEHIND_A_NUMBER = r"(?:번지|[번호층동의에일시분세명])$"
_BROKEN_LANE = re.compile(rf"(\D+\d+)(?![{LETTERS}]?길$|{_WORD_BEHIND_A_NUMBER})([가-힣ㄱ-ㅣ]{{1,5}})")
MOST_EDITS = 3
LOOKED_AT = 10
_NUMBER = re.compile(rf"\d+(?:[{LETTERS}](?=길))?")


@dataclass(frozen=True, slots=True)
class Near:
    """A known name and how far what was said is from it."""

    name: str
    cost: float


class Speller:
    """Names by their keystrokes, those with the same digits and about as many keys together."""

    def __init__(self, names: Iterable[str]) -> None:
        names = sorted(names)
        self._lines = "".join(f"{name}\n" for name in names)
        self._spelled: dict[tuple[tuple[str, ...], int], dict[str, str]] = defaultdict(dict)
        for name in names:
            numbers, keys = _split(name)
            self._spelled[numbers, len(keys)][keys] = name
        self.near = lru_cache(maxsize=4096)(self._near)

    def _near(self, said: str) -> tuple[Near, ...]:
        """The names that `said` may have been meant for, nearest first; none for a word too short to tell."""
        found: dict[str, float] = {}
        for way, extra in _ways_of_saying(said):
            numbers, keys = _split(way)
            most = most_wrong(keys) - extra
            for known, name in self._close(numbers, keys, min(int(most / ALIKE_COST), MOST_EDITS)):
                total = cost(keys, known) + extra
                if total <= most + extra:
                    found[name] = min(total, found.get(name, total))
        for way in _syllables_exchanged(said):
            numbers, keys = _split(way)
            meant = self._spelled.get((numbers, len(keys)), {}).get(keys)
            if meant and meant not in found:
                found[meant] = EXCHANGED
        return tuple(sorted((Near(*each) for each in found.items()), key=lambda n: (n.cost, n.name)))

    def ending(self, said: str) -> list[str]:
        """The longer names that end so."""
        found: list[str] = []
        at = self._lines.find(f"{said}\n")
        while at >= 0:
            begins, ends = self._lines.rfind("\n", 0, at) + 1, at + len(said)
            found += [self._lines[begins:ends]] if begins < at else []
            at = self._lines.find(f"{said}\n", ends)
        return found

    def _close(self, numbers: tuple[str, ...], keys: str, edits: int) -> list[tuple[str, str]]:
        """The spellings within so many edits and their names, the nearest first."""
        close: list[tuple[float, str, str]] = []
        for length in range(len(keys) - edits, len(keys) + edits + 1) if edits > 0 else (len(keys),):
            spelled = self._spelled.get((numbers, length))
            if spelled:
                near = process.extract(
                    keys, spelled.keys(), scorer=OSA.distance, score_cutoff=edits, limit=LOOKED_AT
                )
                close += [(away, known, spelled[known]) for known, away, _ in near]
        return [(known, name) for _, known, name in sorted(close)[:LOOKED_AT]]


def cost(said: str, known: str) -> float:
    """How far one run of keystrokes is from another: edits with exchanges, sounds that are alike cheaper."""
    same = max(0, Prefix.similarity(said, known) - 1)
    said, known = said[same:], known[same:]
    same = max(0, min(Postfix.similarity(said, known), len(said) - 1, len(known) - 1) - 1)
    said, known = said[: len(said) - same], known[: len(known) - same]
    before: list[float] = []
    last = [0.0]
    for column in range(len(known)):
        last.append(last[-1] + _surplus(known, column))
    for row, typed in enumerate(said, 1):
        line = [last[0] + _surplus(said, row - 1)]
        for column, meant in enumerate(known, 1):
            best = min(
                last[column - 1] + _exchange(typed, meant),
                last[column] + _surplus(said, row - 1),
                line[column - 1] + _surplus(known, column - 1),
            )
            if row > 1 and column > 1 and typed == known[column - 2] and said[row - 2] == meant:
                best = min(best, before[column - 2] + (typed != meant))
            line.append(best)
        before, last = last, line
    return last[-1]


def _exchange(typed: str, meant: str) -> float:
    if typed == meant:
        return 0.0
    return ALIKE_COST if typed + meant in _SOUNDS_ALIKE else 1.0


def _surplus(keys: str, at: int) -> float:
    """A key too many or too few at a place."""
    return SILENT_COST if keys[at] == "ㅇ" or (at and keys[at] == keys[at - 1]) else 1.0


def most_wrong(keys: str) -> float:
    """How much may be wrong in a word of so many keys before it is another word."""
    length = len(keys)
    if length < 5:
        return 0.0
    return 1.2 if length < 10 else 2.0 if length < 13 else 2.6


def _split(name: str) -> tuple[tuple[str, ...], str]:
    """The numbers, each with its lane's letter, and the keys of all the rest: (22나), 여의대방로#길."""
    return tuple(_NUMBER.findall(name)), strokes(_NUMBER.sub("#", name))


def _ways_of_saying(said: str) -> list[tuple[str, float]]:
    """As it was said, and with the ending left out, mistyped or taken for another: 동작로, 사당로9릭."""
    broken = broken_lane(said)
    if broken is None:
        return _ways_of_ending(said)
    return [
        (way, slipped + extra)
        for ending, slipped in endings_near(broken[1])
        for way, extra in _ways_of_ending(broken[0] + ending)
    ]


def broken_lane(said: str) -> tuple[str, str] | None:
    """사당로9 and 릭; None where the number ends in a lane's proper ending, or in one of a house."""
    found = _BROKEN_LANE.fullmatch(said)
    return (found[1], found[2]) if found else None


@lru_cache(maxsize=512)
def endings_near(typed: str) -> tuple[tuple[str, float], ...]:
    """The endings behind a number that a slip of the keys has made to this: 길, 가길 for ㄱ길."""
    found = []
    for ending in ("동", "길", *(f"{letter}길" for letter in LETTERS)):
        said, known = strokes(typed), strokes(ending)
        away = cost(said, known)
        if away > EXCHANGED and sorted(said) == sorted(known):
            away = EXCHANGED
        if away <= MOST_WRONG_IN_ENDING:
            found.append((ending, away))
    return tuple(found)


def _syllables_exchanged(said: str) -> list[str]:
    """당사로 as 사당로: each pair of neighbours before the ending exchanged."""
    head, lane = _without_lane(said)
    places = range(len(head) - 2 if head.endswith(("로", "길", "동")) else len(head) - 1 if lane else 0)
    return [f"{head[:at]}{head[at + 1]}{head[at]}{head[at + 2 :]}{lane}" for at in places]


def _ways_of_ending(said: str) -> list[tuple[str, float]]:
    head, lane = _without_lane(said)
    ways = [(said, 0.0)]
    if lane and not head.endswith(("로", "길")):
        ways += [(f"{head}로{lane}", SHORT_OF_A_WORD), (f"{head}대로{lane}", 2 * SHORT_OF_A_WORD)]
    elif head.endswith("대로"):
        ways += [(f"{head[:-2]}로{lane}", SHORT_OF_A_WORD)]
    elif head.endswith("로"):
        ways += [(f"{head[:-1]}대로{lane}", SHORT_OF_A_WORD)]
        ways += [] if lane else [(f"{head[:-1]}길", OTHER_ENDING)]
    elif head.endswith("길"):
        ways += [(f"{head[:-1]}로{lane}", OTHER_ENDING)]
    return [(way, extra) for way, extra in ways if most_wrong(_split(way)[1]) >= extra]


def _without_lane(road: str) -> tuple[str, str]:
    """여의대방로, 22나길."""
    found = _LANE.fullmatch(road)
    return (found[1], found[2]) if found else (road, "")
