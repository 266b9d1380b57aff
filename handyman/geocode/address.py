"""Reads an address as people say it: road or lot form, a name, the flat. Knows grammar, no places."""

import re
import unicodedata
from dataclasses import dataclass, replace

DISTRICTS = (
    *("종로구", "중구", "용산구", "성동구", "광진구", "동대문구", "중랑구", "성북구", "강북구"),
    *("도봉구", "노원구", "은평구", "서대문구", "마포구", "양천구", "강서구", "구로구", "금천구"),
    *("영등포구", "동작구", "관악구", "서초구", "강남구", "송파구", "강동구"),
)
CITY = re.compile(r"^(?:대한민국\s*)?(?:서울특별시|서울시|서울)\s*")
OTHER_CITY = re.compile(
    r"^(부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주|충청|전라|경상)[가-힣]*\s"
)
POSTCODE = re.compile(r"^\(?(?:우\)?\s*)?\d{5}\)?\s+")
DISTRICT = re.compile(rf"^({'|'.join(DISTRICTS)})\s*")
HYPHENS = re.compile(r"\s*[-‐‑‒–—―−－~]\s*")
REFERENCE = re.compile(r"\(([^()]*)\)?")
LOOSE_SPACE = re.compile(r"(?<=[가-힣])\s+(?=[가-힣0-9])|(?<=[0-9])\s+(?=[가-힣])")
ROAD = re.compile(
    r"^(?:(?P<dong>[가-힣]+\d?동))?(?P<road>[가-힣]+?(?:\d+[가나다라마바사아자차카타파하]?)?[가-힣]*?(?:대로|로|길))"
    r"(?:(?P<branch>\d+[가나다라마바사아자차카타파하]?)번?(?P<branch_letter>[가나다라마바사아자차카타파하]?)길)?"
    r"(?P<underground>지하)?(?P<main>\d{1,5})(?:-(?P<sub>\d{1,4}))?(?:번지?)?(?!\d)(?P<rest>.*)$",
    re.DOTALL,
)
LOT = re.compile(
    r"^(?P<dong>[가-힣]+\d?동)(?P<mountain>산)?(?P<main>\d{1,5})(?:번지)?"
    r"(?:(?:-|의|다시|에)(?P<sub>\d{1,4})(?:번지)?|(?<=번지)(?P<house>\d{1,4})호)?(?!\d)(?P<rest>.*)$",
    re.DOTALL,
)
UNIT_PARTS = (
    (
        re.compile(
            r"(?<!\d)(\d{1,4}|[가나다라마바사아자차카타파하]|[A-Za-z])동\s*(?:제)?(\d{1,5}|[Bb]\d{1,3})호?(?![\d층])"
        ),
        "{0}동 {1}호",
    ),
    (re.compile(r"(?<![\d-])(\d{2,4})-(\d{2,5})호?(?![\d-])"), "{0}동 {1}호"),
    (re.compile(r"(?<!\d)(\d{1,4}|[가나다라마바사아자차카타파하])동(?![가-힣])"), "{0}동"),
    (re.compile(r"반지하|지층|지하\s*1?층?(?=\s|$|\d+호)|(?<![A-Za-z0-9])[Bb]0?1(?!\d)"), "지층"),
    (re.compile(r"옥탑방?"), "옥탑"),
    (re.compile(r"(?<!\d)(\d{1,2})층"), "{0}층"),
    (re.compile(r"(?<![\d-])([Bb]?\d{1,5})호"), "{0}호"),
)


@dataclass(frozen=True, slots=True)
class AddressParts:
    """What a text says, part by part; what could not be read stands in `unread`."""

    road_name: str = ""
    main: int = 0
    sub: int = 0
    underground: bool = False
    dong: str = ""
    lot: str = ""  # 1002-3, 산12
    name: str = ""
    unit: str = ""
    district: str = ""  # as said; empty when left out
    other_city: str = ""
    unread: str = ""


def read_address(text: str) -> AddressParts:
    """The parts of any text; nothing raises."""
    plain = _plain(text)
    other = OTHER_CITY.match(plain + " ")
    plain = CITY.sub("", plain)
    said = DISTRICT.match(plain)
    district = said[1] if said else ""
    plain = plain[said.end() :] if said else plain
    tight = LOOSE_SPACE.sub("", plain)
    base = AddressParts(district=district, other_city=other[1] if other else "")
    return _road_form(tight, base) or _lot_form(tight, base) or _name_form(plain, base)


def _plain(text: str) -> str:
    """One space, ASCII digits and hyphens, no reference in parentheses, no postal code."""
    plain = unicodedata.normalize("NFKC", text[:300].replace("@", "아파트 "))
    plain = HYPHENS.sub("-", POSTCODE.sub("", plain.strip()))
    plain = REFERENCE.sub(" ", plain)
    return " ".join(re.sub(r"[,.;/]", " ", plain).split())


def _road_form(tight: str, base: AddressParts) -> AddressParts | None:
    found = ROAD.match(tight)
    if found is None:
        return None
    road = found["road"]
    if found["branch"]:
        road += f"{found['branch']}{found['branch_letter'] or ''}길"
    unit, unread = read_unit(found["rest"])
    return replace(
        base,
        road_name=road,
        main=int(found["main"]),
        sub=int(found["sub"] or 0),
        underground=bool(found["underground"]),
        dong=found["dong"] or "",
        unit=unit,
        unread=unread,
    )


def _lot_form(tight: str, base: AddressParts) -> AddressParts | None:
    found = LOT.match(tight)
    if found is None:
        return None
    sub = found["sub"] or found["house"]
    lot = f"{'산' if found['mountain'] else ''}{int(found['main'])}" + (f"-{int(sub)}" if sub else "")
    unit, unread = read_unit(found["rest"])
    return replace(base, dong=found["dong"], lot=lot, unit=unit, unread=unread)


def _name_form(plain: str, base: AddressParts) -> AddressParts:
    dong = re.match(r"^([가-힣]+\d?동)(?=\s|$)", plain)
    unit, left = read_unit(plain[dong.end() :] if dong else plain)
    return replace(base, dong=dong[1] if dong else "", name="".join(left.split()), unit=unit)


def read_unit(rest: str) -> tuple[str, str]:
    """The flat in one spelling, and what else stood there."""
    found: list[str] = []
    for pattern, spelling in UNIT_PARTS:
        match = pattern.search(rest)
        if match:
            found.append(spelling.format(*match.groups()))
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    number = re.fullmatch(r"\s*(\d{2,4})\s*", rest)
    if number and not any(part.endswith("호") for part in found):
        found.append(f"{number[1]}호")
        rest = ""
    return " ".join(found), " ".join(rest.split())
