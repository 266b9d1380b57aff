"""What leaves the house when somebody else is asked: a building, never a flat, never a person's name."""

import re
from dataclasses import dataclass

from handyman.geocode.address import AddressParts, name_key, read_address, read_name
from handyman.geocode.finding.dongs import everyday
from handyman.geocode.gazetteer import Gazetteer
from handyman.geocode.located import Finding, Grade, Located
from handyman.geocode.reading.signs import in_plain_signs
from handyman.geocode.table import facts
from handyman.geocode.table.rows import GU

VAGUE = (Grade.ROAD, Grade.DONG)
CITY = "서울특별시"
LONGEST_NAME = 40
PLACE = re.compile(
    r"(아파트|빌라|빌딩|맨션|맨숀|연립|주택|오피스텔|타운|타워|하우스|팰리스|파크|캐슬|빌|래미안|자이|푸르지오|힐스테이트"
    r"|아이파크|더샵|위브|e편한세상|이편한세상|롯데캐슬|포레나|학교|초교|중학|고교|대학|대|유치원|어린이집|학원|도서관"
    r"|교회|성당|사찰|회관|경로당|노인정|복지관|센터|주민센터|동사무소|구청|우체국|소방서|파출소|지구대|경찰서|보건소"
    r"|병원|의원|약국|요양원|은행|시장|상가|마트|공원|체육관|수영장|역|터미널|극장)(\d{1,2}차|\d{1,2}단지)?$"
)
PERSON = re.compile(
    r"(?:님|씨|여사|어르신|할머니|할아버지|할머님|할아버님|어머니|아버지|보호자|따님|아드님|댁|네|네집|집)(?:의|은|는|이|가)?$"
)
FAMILY_NAMES = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현함변염여추도"
    "소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용"
)
GIVEN = re.compile(rf"^[{FAMILY_NAMES}][가-힣]{{2}}$")
ONLY_A_KIND = re.compile(r"^(아파트|빌라|빌딩|맨션|연립|주택|오피스텔|타운|상가)")
NUMBER_OF_A_TELEPHONE = re.compile(r"(?:\d{2,3}[\s.)-]*)?\d{3,4}[\s.-]*\d{4}|01\d[\s.-]*\d{3,}")
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Question:
    """One address as others are asked for it; either a number on a road, or a lot, or a name."""

    gu: str  # empty where none was said and the table is of several
    road_name: str = ""
    number: str = ""
    dong: str = ""
    lot: str = ""
    name: str = ""

    @property
    def text(self) -> str:
        """In the words that every provider reads; also what an answer is kept under."""
        if self.name:
            return " ".join(filter(None, (CITY, self.gu, self.dong, self.name)))
        place = (self.road_name, self.number) if self.road_name else (self.dong, self.lot)
        return " ".join(filter(None, (CITY, self.gu, *place)))


def question(text: str, finding: Finding, table: Gazetteer) -> Question | None:
    """What to ask, in the table's own spelling where it has one; None when others would learn too much."""
    best = finding.best
    if best is not None and best.grade not in VAGUE:
        return _of_a_house(best, text)
    parts = read_address(text)
    gu = parts.district or (next(iter(table.gus)) if len(table.gus) == 1 else "")
    road = (best.road_name if best else "") or parts.road_name
    if road and parts.main:
        known = _is_a_road(road, table) and _is_no_telephone(parts.number, text)
        return Question(gu, road_name=road, number=parts.number) if known else None
    if parts.lot:
        known = _is_a_dong(parts.dong, table) and _is_no_telephone(parts.lot, text)
        return Question(gu, dong=parts.dong, lot=parts.lot) if known else None
    return None if best is not None or parts.road_name else _of_a_name(text, gu, table)


def _is_a_road(name: str, table: Gazetteer) -> bool:
    """One that exists, or a lane of such: any other word may be a person who is called 김상길."""
    lane = facts.LANE.fullmatch(name)
    return any(
        table.roads_named(known) or known in facts.roads_with_numbers() or facts.districts_of(known)
        for known in ((name, lane[1]) if lane else (name,))
    )


def _is_a_dong(name: str, table: Gazetteer) -> bool:
    """One of the city: any other word may be a person who is called 김복동."""
    return bool(table.dongs_named(everyday(name)))


def _is_no_telephone(number: str, text: str) -> bool:
    """Whether the number was said apart from anything that may be a telephone's."""
    said = in_plain_signs(text)
    apart = NUMBER_OF_A_TELEPHONE.sub(" ", said)
    return apart == said or set(DIGITS.findall(number)) <= set(DIGITS.findall(apart))


def _of_a_house(best: Located, text: str) -> Question | None:
    gu = best.label.partition(" ")[0] or GU
    by_road = bool(best.road_name and best.building_number)
    number = best.building_number if by_road else best.jibun
    if not number or (best.grade is Grade.INTERPOLATED and not _is_no_telephone(number, text)):
        return None
    if by_road:
        return Question(gu, road_name=best.road_name, number=number)
    return Question(gu, dong=best.beopjeong_dong, lot=number)


def _of_a_name(text: str, gu: str, table: Gazetteer) -> Question | None:
    """Only words that name a kind of building go out; a person's name beside them keeps all of it in."""
    parts = read_name(text)
    said = re.sub(r"[(),./]", " ", text).split()
    telephone = NUMBER_OF_A_TELEPHONE.search(in_plain_signs(text))
    if not PLACE.search(parts.name) or PLACE.fullmatch(parts.name):  # 약국 is no one building's name
        return None
    if telephone or _names_a_person(said) or (parts.dong and not _is_a_dong(parts.dong, table)):
        return None
    return Question(parts.district or gu, dong=parts.dong, name=parts.name[:LONGEST_NAME])


def _names_a_person(said: list[str]) -> bool:
    return any(
        (PERSON.search(word) and not PLACE.search(word)) or (GIVEN.match(word) and not _belongs(said, place))
        for place, word in enumerate(said)
    )


def _belongs(said: list[str], place: int) -> bool:
    """신동아 in 신동아 아파트 is no person, nor is a word that is itself a kind of building."""
    after = said[place + 1] if place + 1 < len(said) else ""
    return bool(PLACE.search(said[place]) or ONLY_A_KIND.match(after))


def unit_of(text: str, finding: Finding) -> str:
    """The flat, which stays in the house and comes back into the answer."""
    if finding.best is not None:
        return finding.best.unit
    parts: AddressParts = read_address(text)
    return parts.unit or read_name(text).unit


def same_name(name: str, other: str) -> bool:
    """Whether one building's name carries the other."""
    one, two = name_key(name), name_key(other)
    return bool(one and two) and (one in two or two in one)
