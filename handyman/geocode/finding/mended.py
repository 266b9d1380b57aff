"""What may have been meant where nothing is found as it was said: endings left out, keys that slipped.

Each road or dong that lies near is weighed by what else was said: whether it has the number, and the dong.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from handyman.geocode.address import AddressParts, read_address
from handyman.geocode.finding.by_lot import by_lot
from handyman.geocode.finding.by_road import by_road, doubt_of, has_number
from handyman.geocode.finding.spelling import Near, Speller, broken_lane
from handyman.geocode.gazetteer import Gazetteer
from handyman.geocode.located import Finding, Grade, Located, Problem
from handyman.geocode.reading.forms import HYPHEN_WORDS
from handyman.geocode.reading.frame import frame, without_city
from handyman.geocode.reading.second import split_hint
from handyman.geocode.table import facts
from handyman.geocode.table.questions import once_a_table
from handyman.hangul import hangul_meant

ONE_OF_TWO = 0.5  # two readings whose doubts lie closer together are both shown
MOST_DOUBT = 3.0
LOT_ESTIMATED = 0.8  # such a lot is not known, only others of the same plot
_SPLITS = (
    re.compile(r"^(\D+?)\s*(산\s?\d.*)$", re.DOTALL),  # 사당 / 산25-2
    re.compile(r"^(\D+?)\s*(\d.*)$", re.DOTALL),  # 상두로 / 369
    re.compile(r"^(\D+\d+[^\d\s]{1,5}?)\s*(\d.*)$", re.DOTALL),  # 사둥로23길 / 20-3, 사당로9릭 / 5
    re.compile(r"^(\D+\d)\s+(\d.*)$", re.DOTALL),  # 상도1 / 322-3
)
_HALF_ENDINGS = ("로", "대로", "길", "동")
_DONG_AHEAD = re.compile(r"^([가-힣]+\d?동)\s+(?=[가-힣ㄱ-ㅣ])")
_LOOSE = re.compile(r"(?<=[가-힣ㄱ-ㅣ])\s+(?=[가-힣ㄱ-ㅣ])|(?<=[가-힣ㄱ-ㅣ])\s+(?=\d+\s?[가-힣])")
_BARE_NUMBER = re.compile(
    rf"(?:산\s?)?\d+(?:\s?번지?)?(?:\s?(?:-|에|{HYPHEN_WORDS})\s?\d+|(?<=[번지])\s?\d+(?=호))?(?:번지|호)?(?=\s|$)"
)
_VILLAGE = re.compile("[가-힣]+리")  # 상도리 lies far away, if it is no slip
_KEYS = str.maketrans(
    "qwertyuiopasdfghjklzxcvbnmQWERTOP",
    "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ",
)
_TWO_NUMBERS = re.compile(r"\d+(?:-|번지\s?|\s+)\d+호?(?=\s|$)")
SECOND_LEFT = 1.0
LEAST_TAIL = 3  # so many letters of the end of a road's name may stand for it
TAIL_ALONE = 1.0


@dataclass(frozen=True, slots=True)
class Said:
    """A name that leads nowhere, with what stood around it."""

    name: str
    behind: str
    gu: str
    dong: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """A place that may have been meant; the less doubt the likelier."""

    doubt: float
    place: Located


def half_said(text: str, table: Gazetteer) -> Finding | None:
    """상도 369 and 사당 1002-3: the road or the dong whose ending was left out."""
    guesses = [
        guess
        for said in _splits(text)
        for name in (said.name + ending for ending in _HALF_ENDINGS)
        if name in table.dongs_here or table.roads_named(name)
        for parts in [_parts(said, name)]
        if not parts.also and not split_hint(f"- {parts.unread}")[0].strip("- ")
        for guess in _guesses(parts, name, _left_over(said, parts), table)
    ]
    return _likeliest(guesses, 0.0)


def mended(text: str, table: Gazetteer) -> Finding | None:
    """The road or the dong whose name is near to what was said, or None."""
    typed = dict.fromkeys((text, hangul_meant(text), text.translate(_KEYS)))
    return _mended([said for each in typed for said in _splits(each)], table)


def mended_lane(text: str, table: Gazetteer) -> Finding | None:
    """The lane whose ending has slipped behind a road that is spelled right: 성대로6시길 15-6."""
    return _mended([said for said in _splits(text) if broken_lane(said.name)], table)


def _mended(splits: list[Said], table: Gazetteer) -> Finding | None:
    guesses: list[Guess] = []
    elsewhere = MOST_DOUBT
    for nearest in (_near, _ending_so):
        for said in splits:
            for near in nearest(said, table):
                if not _is_elsewhere(near.name, table):
                    parts = _parts(said, near.name)
                    guesses += _guesses(parts, near.name, near.cost + _left_over(said, parts), table)
                elif not near.cost or not (said.gu or said.dong):
                    elsewhere = min(elsewhere, near.cost)
        if guesses:
            break
    corrected = [replace(guess, place=replace(guess.place, corrected=True)) for guess in guesses]
    found = _likeliest(corrected, elsewhere)
    asked = any(_VILLAGE.fullmatch(said.name) for said in splits)
    return replace(found, problem=Problem.AMBIGUOUS) if found and asked else found


def _left_over(said: Said, parts: AddressParts) -> float:
    """The doubt of a road that leaves the second of two numbers to the flat: 상도 214-421 is a lot."""
    return SECOND_LEFT if parts.main and not parts.sub and _TWO_NUMBERS.match(said.behind) else 0.0


def _near(said: Said, table: Gazetteer) -> Iterator[Near]:
    """Names that a slip has made to this; of a lane with a broken ending those that have the number."""
    broken = broken_lane(said.name)
    for near in _speller(table).near(said.name):
        if not broken or not near.name.endswith("길") or _has_number(_parts(said, near.name), table):
            yield near


def _ending_so(said: Said, table: Gazetteer) -> Iterator[Near]:
    """대방로24길 40: the only road whose name ends so, and it has the number."""
    longer = _speller(table).ending(said.name) if len(said.name) >= LEAST_TAIL else []
    if len(longer) == 1 and _has_number(_parts(said, longer[0]), table):
        yield Near(longer[0], TAIL_ALONE)


def _has_number(parts: AddressParts, table: Gazetteer) -> bool:
    return any(has_number(road, parts, table) for road in table.roads_named(parts.road_name))


def _is_elsewhere(name: str, table: Gazetteer) -> bool:
    """Whether such a road or dong lies in other districts alone."""
    if name.endswith("동"):
        return name not in table.dongs_here and bool(table.gu_of_dong(name))
    return not table.roads_named(name) and bool(facts.districts_of(name))


def _likeliest(guesses: list[Guess], elsewhere: float) -> Finding | None:
    """The one place that is likelier than any other, else all that are as likely.

    `elsewhere`: how far a road of another district is from what was said.
    """
    if not guesses:
        return None
    least = min(guess.doubt for guess in guesses)
    likely = sorted((g for g in guesses if g.doubt < least + ONE_OF_TWO), key=lambda guess: guess.doubt)
    places: dict[str, Located] = {}
    for guess in likely:
        places.setdefault(guess.place.place_key.partition("|")[0], guess.place)
    sure = len(places) == 1 and least <= elsewhere
    return Finding(tuple(places.values()), None if sure else Problem.AMBIGUOUS)


@lru_cache(maxsize=64)
def _parts(said: Said, name: str) -> AddressParts:
    """What the words mean with this name in them."""
    parts = read_address(f"{name} {said.behind}")
    return replace(parts, district=said.gu, dong=parts.dong or said.dong)


def _guesses(parts: AddressParts, name: str, cost: float, table: Gazetteer) -> Iterator[Guess]:
    """The houses that they mean on this road or in this dong."""
    if parts.road_name == name and parts.main:
        yield from _on_roads(parts, cost, table)
    elif parts.dong == name and parts.lot:
        finding = by_lot(parts, table)
        for place in finding.candidates if finding else ():
            if place.grade is Grade.LOT:
                yield Guess(cost, place)
            elif place.grade is Grade.INTERPOLATED:
                yield Guess(cost + LOT_ESTIMATED, place)


def _on_roads(parts: AddressParts, cost: float, table: Gazetteer) -> Iterator[Guess]:
    for road in table.roads_named(parts.road_name):
        if parts.district not in ("", road.gu):
            continue
        finding = by_road(replace(parts, district=road.gu), table)
        doubt = cost + doubt_of(parts, road, table)
        for place in finding.candidates if finding else ():
            if place.place_key and doubt < MOST_DOUBT:
                yield Guess(doubt, place)


@lru_cache(maxsize=16)
def _splits(text: str) -> tuple[Said, ...]:
    return tuple(dict.fromkeys(_ways_to_split(text)))


def _ways_to_split(text: str) -> Iterator[Said]:
    """The name and what follows it, in each way in which the text falls apart."""
    for gu, rest in _grounds(text):
        ahead = _DONG_AHEAD.match(rest)
        dong, rest = (ahead[1], rest[ahead.end() :]) if ahead else ("", rest)
        for said in dict.fromkeys((rest, _LOOSE.sub("", rest))):
            for split in _SPLITS:
                found = split.match(said)
                if found and _BARE_NUMBER.match(found[2]):
                    yield Said("".join(found[1].split()), found[2], gu, dong)


def _grounds(text: str) -> Iterator[tuple[str, str]]:
    """Without city and district; as it stands, too, where the road may begin like the district: 동작댈로."""
    gu, rest = without_city(text)
    yield gu, rest
    if gu and frame(text).plain.endswith(gu[:-1] + rest):
        yield "", gu[:-1] + rest


@once_a_table
def _speller(table: Gazetteer) -> Speller:
    """The roads and dongs of all districts, so that none of theirs is taken for ours."""
    roads = {road.name for road in table.roads} | facts.roads_elsewhere() | facts.roads_with_numbers()
    return Speller(roads | {centre.name for centre in table.dongs if centre.name.endswith("동")})
