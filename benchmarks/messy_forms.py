"""The ways in which an address is said and typed, each with its own kind of mess."""

import re
from collections.abc import Callable
from random import Random

from benchmarks.messy_keys import as_latin_keys, misheard, roman, slip
from handyman.geocode.gazetteer import AddressPoint, embedded

Write = Callable[[AddressPoint, Random], str]
LETTERS = "가나다라마바사아자차카타파하"
WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
UNITS = (
    "101동 1203호",
    "102-1203",
    "지층",
    "반지하",
    "B01호",
    "옥탑",
    "가동 201호",
    "2층",
    "302호",
    "지하1층",
)
HYPHENS = (" 다시 ", "다시", "에 ", "의", " - ", "–")
TALK = ("이요", "입니다", " 근처", "이에요", " 앞이요", "요")
LANE = re.compile(r"^(.+(?:로|대로))(\d+[가-하]?길)$")
LETTER = re.compile(r"^(\D+\d+)([가-하]?)길$")
LANDMARKS = (
    "동작구청 옆",
    "신길초등학교 쪽",
    "상도1동경로당 앞",
    "사당3동주민센터 건너편",
    "노량진초등학교 지나서",
)


def _number(point: AddressPoint) -> str:
    return point.number


def _plain(point: AddressPoint, chance: Random) -> str:
    return f"{point.road_name} {point.number}"


def _city(point: AddressPoint, chance: Random) -> str:
    city = chance.choice(("서울특별시 동작구", "서울시 동작구", "서울 동작구", "동작구", "서울 동작"))
    return f"{city} {point.road_name} {point.number}"


def _tight(point: AddressPoint, chance: Random) -> str:
    return chance.choice(("서울특별시동작구", "서울동작구", "동작구", "")) + point.road_name + point.number


def _lane_apart(point: AddressPoint, chance: Random) -> str:
    lane = LANE.match(point.road_name)
    return f"{lane[1]} {lane[2]}{chance.choice((' ', ''))}{point.number}" if lane else ""


def _numbered_lane(point: AddressPoint, chance: Random) -> str:
    lane = LANE.match(point.road_name)
    return f"{lane[1]}{lane[2][:-1]}번길 {point.number}" if lane and lane[2][:-1].isdigit() else ""


def _spoken_hyphen(point: AddressPoint, chance: Random) -> str:
    return f"{point.road_name} {point.main}{chance.choice(HYPHENS)}{point.sub}" if point.sub else ""


def _wide(point: AddressPoint, chance: Random) -> str:
    return _plain(point, chance).translate(WIDE)


def _postcode(point: AddressPoint, chance: Random) -> str:
    return f"{chance.choice(('06912', '(07027)', '우)06980', '156-090'))} 서울 동작구 {_plain(point, chance)}"


def _reference(point: AddressPoint, chance: Random) -> str:
    inside = [point.beopjeong_dong]
    if point.jibun:
        inside.append(f"{point.beopjeong_dong} {point.jibun}")
    if point.names:
        inside.append(f"{point.beopjeong_dong}, {point.names[0]}")
    return f"{_plain(point, chance)} ({chance.choice(inside)})"


def _unit(point: AddressPoint, chance: Random) -> str:
    return f"{_plain(point, chance)}{chance.choice((' ', ', '))}{chance.choice(UNITS)}"


def _dong_ahead(point: AddressPoint, chance: Random) -> str:
    dong = embedded().haengjeong_dong(point.lat, point.lon)
    return f"{chance.choice((dong, point.beopjeong_dong))} {_plain(point, chance)}" if dong else ""


def _talk(point: AddressPoint, chance: Random) -> str:
    return _plain(point, chance) + chance.choice(TALK)


def _wrong_language(point: AddressPoint, chance: Random) -> str:
    return as_latin_keys(_plain(point, chance))


def _romanised(point: AddressPoint, chance: Random) -> str:
    lane = LANE.match(point.road_name)
    head, tail = (lane[1], lane[2]) if lane else (point.road_name, "")
    ending = next(end for end in ("대로", "로", "길") if head.endswith(end))
    words = f"{roman(head[: -len(ending)]).capitalize()}-{roman(ending)}" if head != ending else ""
    if tail:
        digits, letter = re.match(r"(\d+)([가-하]?)(?=길)", tail).groups()  # type: ignore[union-attr]
        words += f" {digits}{roman(letter)}-gil"
    return chance.choice((f"{words} {point.number}", f"{point.number}, {words}, Dongjak-gu, Seoul"))


def _slipped(point: AddressPoint, chance: Random) -> str:
    return f"{slip(point.road_name, chance)} {point.number}"


def _misheard(point: AddressPoint, chance: Random) -> str:
    heard = misheard(point.road_name, chance)
    return f"{heard} {point.number}" if heard else ""


def _half_road(point: AddressPoint, chance: Random) -> str:
    lane = LANE.match(point.road_name)
    if lane and lane[1].endswith("로") and not lane[1].endswith("대로"):
        return f"{lane[1][:-1]}{chance.choice((' ', ''))}{lane[2]} {point.number}"
    return ""


def _several(point: AddressPoint, chance: Random) -> str:
    """As a hurried operator types: no city, a unit, a spoken hyphen, a slip now and then."""
    road = slip(point.road_name, chance) if chance.random() < 0.3 else point.road_name
    number = f"{point.main}{chance.choice(HYPHENS)}{point.sub}" if point.sub else str(point.main)
    gap = chance.choice((" ", "", "  "))
    return f"{road}{gap}{number} {chance.choice(UNITS)}"


def _lane_slipped(point: AddressPoint, chance: Random) -> str:
    """사당로9릭 5: a key slipped in what makes the lane."""
    lane = LETTER.match(point.road_name)
    typed = slip("길", chance)
    if not lane or typed == "길":
        return ""
    return f"{lane[1]}{lane[2]}{typed}{chance.choice((' ', ''))}{point.number}"


def _letter_slipped(point: AddressPoint, chance: Random) -> str:
    """여의대방로22버길 57; a slip that makes another letter of a lane makes another address."""
    lane = LETTER.match(point.road_name)
    typed = slip(lane[2], chance) if lane and lane[2] else ""
    return f"{lane[1]}{typed}길 {point.number}" if lane and typed and typed not in LETTERS else ""


def _city_slipped(point: AddressPoint, chance: Random) -> str:
    district = chance.choice(("서울시 {}", "서울 {}", "{}")).format(slip("동작구", chance))
    city = f"{slip('서울시', chance)} 동작구"
    return f"{chance.choice((district, city))} {_plain(point, chance)}"


def _two_messes(point: AddressPoint, chance: Random) -> str:
    """A slip in the road, no spaces or a slip in the district, and a flat."""
    ahead = chance.choice(("", "동작구", "서울동작구", "동직구 ", "서울시 동작그 "))
    return f"{ahead}{slip(point.road_name, chance)}{point.number} {chance.choice(UNITS)}"


def _landmark(point: AddressPoint, chance: Random) -> str:
    return f"{chance.choice(LANDMARKS)} {_plain(point, chance)}"


def _lot_two_messes(point: AddressPoint, chance: Random) -> str:
    main, _, sub = point.jibun.partition("-")
    if len(point.beopjeong_dong) < 3 or not sub:
        return ""
    return f"{slip(point.beopjeong_dong, chance)} {main}번지 {sub}호 {chance.choice(UNITS)}"


def _lot_landmark(point: AddressPoint, chance: Random) -> str:
    return f"{chance.choice(LANDMARKS)} {_lot(point, chance)}"


def _name_of_people(point: AddressPoint, chance: Random) -> str:
    """문창중, 수도여고, 행정복지센터, 노인정."""
    name = point.names[0].replace(" ", "")
    said = re.sub(r"(초|중|고)등?학교$", r"\1", name).replace("여자", "여")
    said = said.replace("주민센터", chance.choice(("행정복지센터", "사무소"))).replace("경로당", "노인정")
    return said if said != name and len(said) > 2 else ""


def _lot(point: AddressPoint, chance: Random) -> str:
    return f"{point.beopjeong_dong} {point.jibun}"


def _lot_spoken(point: AddressPoint, chance: Random) -> str:
    main, _, sub = point.jibun.partition("-")
    if not sub:
        return f"{point.beopjeong_dong} {main}번지"
    way = chance.choice(("{}의{}", "{}번지 {}호", "{} 다시 {}", "{}에 {}", "{}번지의 {}", "{}-{}번지"))
    return f"{point.beopjeong_dong} {way.format(main, sub)}"


def _lot_haengjeong(point: AddressPoint, chance: Random) -> str:
    dong = embedded().haengjeong_dong(point.lat, point.lon)
    if chance.random() < 0.3:
        dong = re.sub(r"(\d)동$", r"제\1동", dong)
    return f"{dong} {point.jibun}" if dong else ""


def _lot_tight(point: AddressPoint, chance: Random) -> str:
    return f"{chance.choice(('서울동작구', '동작구', ''))}{point.beopjeong_dong}{point.jibun}"


def _lot_unit(point: AddressPoint, chance: Random) -> str:
    return f"{_lot(point, chance)} {chance.choice(UNITS)}"


def _lot_wrong_language(point: AddressPoint, chance: Random) -> str:
    return as_latin_keys(_lot(point, chance))


def _lot_half(point: AddressPoint, chance: Random) -> str:
    return f"{point.beopjeong_dong.removesuffix('동')} {point.jibun}" if len(point.beopjeong_dong) > 2 else ""


def _lot_slipped(point: AddressPoint, chance: Random) -> str:
    return f"{slip(point.beopjeong_dong, chance)} {point.jibun}" if len(point.beopjeong_dong) > 2 else ""


def _name(point: AddressPoint, chance: Random) -> str:
    return point.names[0]


def _name_dong(point: AddressPoint, chance: Random) -> str:
    return f"{point.beopjeong_dong}{chance.choice((' ', ''))}{point.names[0]}"


def _name_unit(point: AddressPoint, chance: Random) -> str:
    return f"{point.names[0]} {chance.choice(('101동 1203호', '102-1203', '가동 201호'))}"


def _name_short(point: AddressPoint, chance: Random) -> str:
    name = point.names[0]
    return name.replace("아파트", chance.choice(("@", "APT", "apt"))) if "아파트" in name else ""


def _name_wrong_language(point: AddressPoint, chance: Random) -> str:
    name = point.names[0]
    return as_latin_keys(name) if re.fullmatch(r"[가-힣0-9]+", name) else ""


ROAD_FORMS: dict[str, Write] = {
    "road": _plain,
    "city": _city,
    "no spaces": _tight,
    "lane apart": _lane_apart,
    "번길": _numbered_lane,
    "spoken hyphen": _spoken_hyphen,
    "wide digits": _wide,
    "postcode": _postcode,
    "reference": _reference,
    "unit": _unit,
    "dong ahead": _dong_ahead,
    "talk": _talk,
    "한/영 forgotten": _wrong_language,
    "romanised": _romanised,
    "slip of a key": _slipped,
    "misheard": _misheard,
    "half a road": _half_road,
    "several": _several,
    "slip in 길": _lane_slipped,
    "slip in a lane's letter": _letter_slipped,
    "slip in the city": _city_slipped,
    "two messes": _two_messes,
    "landmark ahead": _landmark,
}
LOT_FORMS: dict[str, Write] = {
    "lot": _lot,
    "lot spoken": _lot_spoken,
    "lot, administrative dong": _lot_haengjeong,
    "lot, no spaces": _lot_tight,
    "lot, unit": _lot_unit,
    "lot, 한/영 forgotten": _lot_wrong_language,
    "lot, half a dong": _lot_half,
    "lot, slip of a key": _lot_slipped,
    "lot, two messes": _lot_two_messes,
    "lot, landmark ahead": _lot_landmark,
}
NAME_FORMS: dict[str, Write] = {
    "name": _name,
    "name, dong": _name_dong,
    "name, unit": _name_unit,
    "name, @": _name_short,
    "name, 한/영 forgotten": _name_wrong_language,
    "name, as people say": _name_of_people,
}
