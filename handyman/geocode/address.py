"""Reads an address as people say it: road or lot form, a name, the flat. Knows grammar, no places."""

import re
import unicodedata
from dataclasses import dataclass, replace

from handyman.geocode.keyboard import hangul_meant, latin_meant
from handyman.geocode.unit import read_unit

LONGEST = 300  # no address is longer; the rest is not looked at
_GU = (
    *("종로", "용산", "성동", "광진", "동대문", "중랑", "성북", "강북", "도봉", "노원", "은평", "서대문"),
    *("마포", "양천", "강서", "구로", "금천", "영등포", "동작", "관악", "서초", "강남", "송파", "강동"),
)
_OFFICES = r"(?!청|의회|보건소|민|립)"  # 동작구청 is a name
LETTER = "가나다라마바사아자차카타파하"

POSTCODE = re.compile(r"^\(?(?:우\)?\s*)?(\d{5}|\d{3}-\d{3})\)?[\s,]*(?=[가-힣])")
CITY = re.compile(r"^(?:대한민국\s*)?(?:서울특별시|서울시|서울)\s*")
CITY_APART = re.compile(rf"^(?:대한민국\s+)?(?:서울특별시|서울시|서울)(?:\s+|(?=(?:{'|'.join(_GU)}|중)구))")
DISTRICT = re.compile(rf"^((?:{'|'.join(_GU)}|중)구){_OFFICES}\s*")
SHORT_DISTRICT = re.compile(rf"^({'|'.join(_GU)})\s+(?!대로|초등)")  # 동작 대로, 강남 초등길 are roads
OTHER_CITY = re.compile(
    r"^((?:부산|대구|인천|광주|대전|울산|세종)(?:광역시|특별자치시|시)?(?=\s)"
    r"|(?:경기|강원|충북|충남|전북|전남|경북|경남|제주|충청[남북]|전라[남북]|경상[남북])(?:특별자치)?도?"
    r"(?=\s+[가-힣]+[시군구](?:\s|$))"
    r"|(?!서울)[가-힣]{1,4}시(?=\s+[가-힣]+(?:[구동읍면로길]|대로)))"
)
OTHER_GU = re.compile(r"^([가-힣]{1,3}[구군])\s+(?=[가-힣0-9\s]+\d)")
HYPHENS = re.compile(r"\s*[-‐‑‒–—―−－~ㅡ]\s*")
REFERENCE = re.compile(r"\(([^()]*)\)?")
LOOSE_SPACE = re.compile(r"(?<=[가-힣])\s+(?=[가-힣0-9])|(?<=[0-9])\s+(?=[가-힣])")

_ROAD_NAME = (
    r"^(?:(?P<dong>[가-힣]+\d?동))?"
    rf"(?P<road>[가-힣]+?(?:\d+[{LETTER}]?)?[가-힣]*?(?:대로|로|길))"
    rf"(?:(?P<branch>\d+[{LETTER}]?)번?(?P<letter>[{LETTER}]?)길)?"
)
_STILL_A_ROAD = rf"(?!\d|번?[{LETTER}]?길)"  # 상도로52길 is no number 52 on 상도로
ROAD = re.compile(
    _ROAD_NAME + rf"(?P<underground>지하)?(?P<main>\d{{1,5}}){_STILL_A_ROAD}"
    r"(?:번지?)?(?:(?:-|의|다시|에(?=\d{1,4}(?![\d호층동])))(?P<sub>\d{1,4})(?!\d)(?:번지?)?)?(?P<rest>.*)$",
    re.DOTALL,
)
ROAD_ALONE = re.compile(_ROAD_NAME + r"$")
LOT = re.compile(
    rf"^(?P<dong>[가-힣]+\d?동)(?P<mountain>산)?(?P<main>\d{{1,5}}){_STILL_A_ROAD}(?![호층동])(?:번지)?"
    r"(?:(?:-|의|다시|에)(?P<sub>\d{1,4})(?!\d)(?:번지|호(?!\d))?|(?<=번지)(?P<house>\d{1,4})호)?(?P<rest>.*)$",
    re.DOTALL,
)
DONG_FIRST = re.compile(r"^([가-힣]+\d?동)(?=\s|$)")


@dataclass(frozen=True, slots=True)
class AddressParts:
    """What a text says, part by part; what could not be read stands in `unread`."""

    road_name: str = ""
    main: int = 0  # 0: the road alone was said
    sub: int = 0
    underground: bool = False
    dong: str = ""
    lot: str = ""  # 1002-3, 산12
    name: str = ""
    unit: str = ""
    district: str = ""  # as said; empty when left out
    other_city: str = ""
    postcode: str = ""
    reference: str = ""  # what stood in parentheses
    unread: str = ""
    romanised: bool = False  # road_name and dong are keys of roman.py: sangdoro
    also: "AddressParts | None" = None  # a second form in the same text: the lot, the dong, the building

    @property
    def number(self) -> str:
        shown = f"{self.main}-{self.sub}" if self.sub else str(self.main)
        return f"지하 {shown}" if self.underground else shown


def read_address(text: str) -> AddressParts:
    """The parts of any text; nothing raises."""
    plain, base = _without_frame(text)
    other = OTHER_CITY.match(plain)
    if other:
        return replace(base, other_city=other[1], unread=plain[other.end() :].strip())
    district, rest = _district(CITY.sub("", plain))
    short = None if district else SHORT_DISTRICT.match(rest)
    read = (
        _road_or_lot(rest[short.end() :], replace(base, district=short[1] + "구"))
        if short
        else _road_or_lot(rest, replace(base, district=district))
    )
    return read or read_name(text)


def read_name(text: str) -> AddressParts:
    """The same text taken for the name of a building, with or without a dong before it."""
    plain, base = _without_frame(text)
    district, rest = _district(CITY_APART.sub("", plain))
    stranger = OTHER_GU.match(rest) if not district else None
    if stranger:
        return replace(base, other_city=stranger[1], unread=rest[stranger.end() :])
    dong = DONG_FIRST.match(rest)
    unit, left = read_unit(rest[dong.end() :] if dong else rest)
    return replace(base, district=district, dong=dong[1] if dong else "", name=name_key(left), unit=unit)


def readings(text: str) -> tuple[AddressParts, ...]:
    """Every plausible reading, likeliest first: as typed, as a name, with the 한/영 key forgotten."""
    texts = dict.fromkeys((text, hangul_meant(text[:LONGEST]), latin_meant(text[:LONGEST])))
    ways = [read(said) for said in texts for read in (read_address, read_name)]
    return tuple(dict.fromkeys(ways))


def name_key(name: str) -> str:
    """A building's name in the one spelling that names are compared in."""
    letters = "".join(sign for sign in unicodedata.normalize("NFKC", name) if sign.isalnum() or sign == "-")
    return letters.casefold().replace("apt", "아파트")


def _without_frame(text: str) -> tuple[str, AddressParts]:
    """One space, ASCII digits and hyphens; postal code and reference taken aside."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST].replace("@", "아파트 ")).strip()
    reference = " ".join(found.strip() for found in REFERENCE.findall(plain) if not found.strip().isdigit())
    post = POSTCODE.match(plain)
    plain = HYPHENS.sub("-", plain[post.end() :] if post else plain)
    outside = REFERENCE.sub(" ", plain)
    plain = outside if outside.strip() else re.sub(r"[()]", " ", plain)
    plain = " ".join(re.sub(r"[,.;/]", " ", plain).split())
    return plain, AddressParts(postcode=post[1] if post else "", reference=reference)


def _district(plain: str) -> tuple[str, str]:
    said = DISTRICT.match(plain)
    return (said[1], plain[said.end() :]) if said else ("", plain)


def _road_or_lot(plain: str, base: AddressParts) -> AddressParts | None:
    tight = LOOSE_SPACE.sub("", plain)
    return _road_form(tight, base) or _lot_form(tight, base)


def _road_form(tight: str, base: AddressParts) -> AddressParts | None:
    found = ROAD.match(tight) or ROAD_ALONE.match(tight)
    if found is None:
        return None
    said = found.groupdict()
    road = said["road"]
    if said["branch"]:
        road += f"{said['branch']}{said['letter'] or ''}길"
    unit, unread = read_unit(said.get("rest", ""))
    return replace(
        base,
        road_name=road,
        main=int(said.get("main", 0)),
        sub=int(said.get("sub") or 0),
        underground=bool(said.get("underground")),
        dong=said["dong"] or "",
        unit=unit,
        unread=unread,
    )


def _lot_form(tight: str, base: AddressParts) -> AddressParts | None:
    found = LOT.match(tight)
    if found is None:
        return None
    sub = int(found["sub"] or found["house"] or 0)
    lot = f"{'산' if found['mountain'] else ''}{int(found['main'])}" + (f"-{sub}" if sub else "")
    unit, unread = read_unit(found["rest"])
    return replace(base, dong=found["dong"], lot=lot, unit=unit, unread=unread)
