"""The romanised form: Sangdo-ro 369; 20-3, Sadang-ro 23-gil, Dongjak-gu, Seoul; 1002-3 Sadang-dong."""

import re
import unicodedata
from dataclasses import replace
from functools import cache

from handyman.geocode.reading.frame import DISTRICTS
from handyman.geocode.reading.parts import AddressParts
from handyman.geocode.reading.roman import roman_key
from handyman.geocode.reading.unit import read_unit

_END = r"(?![a-z])"
_LETTER = r"(?:ga|na|da|ra|ma|ba|sa|a|ja|cha|ka|ta|pa|ha)"
LOOKS_ROMANISED = re.compile(
    r"(?i)[a-z][ -]?(?:\d{1,4}[ -]?[a-z]{0,3}[ -]?)?(?:ro|gil|road|rd|dong)(?![a-z])"
)
_ROAD = re.compile(
    r"(?<![a-z0-9])(?P<stem>[a-z]+?(?:[ -][a-z]+?){0,2}?)"
    rf"(?:[ -]?(?P<kind>daero|ro|road|rd){_END}"
    rf"(?:[ ,-]*(?P<branch>\d{{1,4}})[ -]?(?P<letter>{_LETTER})?[ -]?(?:beon)?[ -]?gil{_END})?"
    rf"|[ -]?(?P<lane>\d{{1,3}})?[ -]?(?P<lane_letter>{_LETTER})?[ -]?gil{_END})"
)
_DONG = re.compile(rf"(?<![a-z0-9])(?P<stem>[a-z]{{2,}})[ -]?(?P<n>\d)?[ -]?dong{_END}")
_COUNTRY = re.compile(rf"\b(?:(?:republic of |south )?korea|seoul[ -]?(?:si|city|teukbyeol[ -]?si)?){_END}")
_GU = re.compile(rf"(?<![a-z])([a-z]+?)[ -]?gu{_END}")
_ELSEWHERE = re.compile(
    r"(?<![a-z])((?:busan|daegu|incheon|daejeon|ulsan|gwangju|sejong|jeju|gyeonggi|gangwon)"
    rf"(?:[ -]?(?:si|do))?|[a-z]{{3,}}-(?:si|do|gun)){_END}"
)
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_POSTCODE = re.compile(r"(?<![\d-])(0[1-8]\d{3})(?![\d-])")
_NUMBER = r"(?P<under>jiha[ -]?)?(?P<main>\d{1,5})(?:-(?P<sub>\d{1,4}))?"
_NUMBER_BEHIND = re.compile(rf"^[ ,]*{_NUMBER}(?![\d-]|[ -]?(?:dong|ho|f|fl|floor|st|nd|rd|th){_END})")
_NUMBER_BEFORE = re.compile(rf"(?:^|[ ,]){_NUMBER}[ ,]*$")
_MOUNTAIN = re.compile(r"^[ ,]*san[ -]?(?=\d)")
_UNIT_WORDS = (
    (re.compile(rf"(\d+)[ -]?dong{_END}"), r"\1동"),
    (re.compile(rf"\b([a-z])[ -]dong{_END}"), r"\1동"),
    (re.compile(rf"(\d+)[ -]?ho{_END}"), r"\1호"),
    (re.compile(rf"\b(?:basement|banjiha|jiha|b1 ?f){_END}"), "지층"),
    (re.compile(rf"\b(?:rooftop|ok ?tap(?: ?bang)?){_END}"), "옥탑"),
    (re.compile(rf"(\d+)(?:st|nd|rd|th)?[ -]?(?:floor|fl|f|cheung){_END}"), r"\1층"),
    (re.compile(r"\b(?:apt|apartment|unit|room|rm|suite|ste|no)[ .]*(\d+-\d+)"), r"\1"),
    (re.compile(r"\b(?:apt|apartment|unit|room|rm|suite|ste|no)[ .]*(b?\d+)호?"), r"\1호"),
)


def read_roman(plain: str, base: AddressParts) -> AddressParts | None:
    """The parts of a text in Latin letters; None when it is no address in them."""
    if not LOOKS_ROMANISED.search(plain):
        return None
    text = _COUNTRY.sub(" ", _ACCENTS.sub("", unicodedata.normalize("NFD", plain)).casefold())
    text = unicodedata.normalize("NFC", text)
    text, base = _district(text, base)
    post = _POSTCODE.search(text)
    if post:
        text, base = _cut(text, post), replace(base, postcode=post[1])
    return _road_form(text, base) or _lot_form(text, base)


def _district(text: str, base: AddressParts) -> tuple[str, AddressParts]:
    """The district and the city taken out; what is no district of ours is another city."""
    gu = _GU.search(text)
    if gu:
        known = _districts().get(roman_key(gu[0]), "")
        base = replace(base, district=known) if known else replace(base, other_city=gu[0])
        text = _cut(text, gu)
    city = _ELSEWHERE.search(text)
    return (_cut(text, city), replace(base, other_city=city[1])) if city else (text, base)


@cache
def _districts() -> dict[str, str]:
    return {roman_key(name): name for name in DISTRICTS}


def _road_form(text: str, base: AddressParts) -> AddressParts | None:
    road = _ROAD.search(text)
    if road is None:
        return None
    name = re.sub(r"(?:road|rd)(?=\d|$)", "ro", re.sub(r"[ ,-]|beon(?=[ -]?gil)", "", road[0]))
    number, rest = _number(text, road)
    dong = _DONG.search(rest)
    alone = dong if dong and not dong["n"] and not rest[: dong.start()].rstrip()[-1:].isdigit() else None
    rest = _cut(rest, alone) if alone else rest
    unit, unread = read_unit(_unit_in_hangul(rest))
    return replace(
        base,
        road_name=roman_key(name),
        main=int(number["main"]) if number else 0,
        sub=int(number["sub"] or 0) if number else 0,
        underground=bool(number and number["under"]),
        dong=roman_key(alone[0]) if alone else base.dong,
        unit=unit or base.unit,
        unread=_words(unread),
        romanised=True,
    )


def _lot_form(text: str, base: AddressParts) -> AddressParts | None:
    dong = _DONG.search(text)
    if dong is None:
        return None
    mountain = _MOUNTAIN.match(text[dong.end() :])
    after = dong.end() + mountain.end() if mountain else dong.end()
    number, rest = _number(text, dong, after)
    if number is None:
        return None
    sub = int(number["sub"] or 0)
    unit, unread = read_unit(_unit_in_hangul(rest))
    return replace(
        base,
        dong=roman_key(dong[0]),
        lot=f"{'산' if mountain else ''}{int(number['main'])}" + (f"-{sub}" if sub else ""),
        unit=unit or base.unit,
        unread=_words(unread),
        romanised=True,
    )


def _number(text: str, name: re.Match[str], after: int = 0) -> tuple[re.Match[str] | None, str]:
    """The number behind the name or else before it, and what stands beside both."""
    before, behind = text[: name.start()], text[after or name.end() :]
    number = _NUMBER_BEHIND.match(behind)
    if number:
        return number, f"{before} {behind[number.end() :]}"
    number = _NUMBER_BEFORE.search(before)
    if number:
        return number, f"{before[: number.start()]} {behind}"
    return None, f"{before} {behind}"


def _unit_in_hangul(rest: str) -> str:
    for said, hangul in _UNIT_WORDS:
        rest = said.sub(hangul, rest)
    return rest


def _cut(text: str, said: re.Match[str]) -> str:
    return f"{text[: said.start()]} {text[said.end() :]}"


def _words(unread: str) -> str:
    return " ".join(unread.replace(",", " ").split())
