"""The ways in which an address is said and typed, each with its own kind of mess."""

import re
from collections.abc import Callable
from random import Random

from jamo import h2j, j2hcj

from handyman.geocode.gazetteer import AddressPoint, embedded

Write = Callable[[AddressPoint, Random], str]
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
KEYS = ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ")
LATIN = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SHIFTED = {"ㅃ": "Q", "ㅉ": "W", "ㄸ": "E", "ㄲ": "R", "ㅆ": "T", "ㅒ": "O", "ㅖ": "P"}
ON_KEYS = SHIFTED | {
    jamo: key for row, keys in zip(KEYS, LATIN, strict=True) for jamo, key in zip(row, keys, strict=False)
}
PAIRS = dict(
    pair.split("=")
    for pair in (
        *("ㄳ=ㄱㅅ", "ㄵ=ㄴㅈ", "ㄶ=ㄴㅎ", "ㄺ=ㄹㄱ", "ㄻ=ㄹㅁ", "ㄼ=ㄹㅂ", "ㅄ=ㅂㅅ", "ㅀ=ㄹㅎ"),
        *("ㅘ=ㅗㅏ", "ㅙ=ㅗㅐ", "ㅚ=ㅗㅣ", "ㅝ=ㅜㅓ", "ㅞ=ㅜㅔ", "ㅟ=ㅜㅣ", "ㅢ=ㅡㅣ"),
    )
)  # one key cap, then the two strokes that make it
INITIALS, VOWELS, FINALS = 19, 21, 28
HEARD = {"ㅐ": "ㅔ", "ㅔ": "ㅐ", "ㅗ": "ㅜ", "ㅜ": "ㅗ", "ㅓ": "ㅗ", "ㅡ": "ㅜ"}
ROMAN = tuple(
    line.replace("_", "").split(" ")
    for line in (
        "g kk n d tt r m b pp s ss _ j jj ch k t p h",
        "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i",
        "_ k k k n n n t l k m l l l p l m p p t t ng t t k t p t",
    )
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
}
NAME_FORMS: dict[str, Write] = {
    "name": _name,
    "name, dong": _name_dong,
    "name, unit": _name_unit,
    "name, @": _name_short,
    "name, 한/영 forgotten": _name_wrong_language,
}

NOWHERE = (
    *(
        "",
        " ",
        "동작구",
        "서울 동작구",
        "사당동",
        "사당1동",
        "사당로",
        "상도로",
        "사당로23길",
        "노량진로",
        "신대방동",
        "상도동 산",
    ),
    *(
        "1002-3",
        "369",
        "20-3",
        "101동 1203호",
        "1203호",
        "지하",
        "반지하",
        "B01",
        "우리집",
        "할머니 댁",
        "아파트",
        "경로당",
        "어린이집",
    ),
    *(
        "주민센터",
        "초등학교",
        "현대아파트",
        "삼성아파트",
        "우성아파트",
        "래미안",
        "자이",
        "푸르지오",
        "롯데캐슬",
        "대림아파트",
        "빌라",
    ),
    *(
        "공원",
        "약국",
        "현대아파트 101동 1203호",
        "아파트 102동",
        "몰라요",
        "asdf",
        "qwerty",
        "1",
        "-",
        "ㅁㄴㅇㄹ",
        "사당로 99999",
    ),
    *(
        "부산 해운대구 해운대로 123",
        "경기도 안양시 동안구 시민대로 235",
        "인천광역시 남동구 예술로 10",
        "대전 서구 둔산로 100",
    ),
    *(
        "수원시 팔달구 효원로 1",
        "관악구 신림로 12",
        "서초구 사임당로 10",
        "사임당로 10",
        "관악로 1",
        "신림동 1430-2",
        "봉천동 858-1",
    ),
    *(
        "방배동 1-1",
        "흑석로99길 1",
        "남부순환로 1600",
        "남부순환로 2400",
        "동작대로 100",
        "시흥대로 500",
        "여의대방로 101",
        "양녕로 50",
    ),
    *(
        "대림로 200",
        "노들로 100",
        "보라매로 20",
        "솔밭로 10",
        "신길로 100",
        "이촌로 100",
        "강남대로 373",
        "테헤란로 152",
        "세종대로 110",
    ),
    *(
        "영등포구 여의대로 24",
        "용산구 한강대로 100",
        "금천구 시흥대로 165",
        "구로구 디지털로 300",
        "반포대로 58",
        "효령로 200",
    ),
    *(
        "과천시 관문로 69",
        "광명시 시청로 20",
        "성남시 분당구 판교역로 166",
        "Gangnam-daero 373",
        "Teheran-ro 152, Gangnam-gu, Seoul",
    ),
)


def as_latin_keys(text: str) -> str:
    """The text as it comes out with the keyboard set to Latin."""
    return "".join(ON_KEYS.get(jamo, jamo) for jamo in keys_of(text))


def keys_of(text: str) -> str:
    return "".join(PAIRS.get(jamo, jamo) for jamo in j2hcj(h2j(text)))


def slip(name: str, chance: Random) -> str:
    """One wrong key: the one beside it, none, twice, or two exchanged; never in a digit or after one."""
    lane = re.match(r"^(\D+)(.*)$", name)
    if lane is None:
        return name
    head, tail = lane.groups()
    jamos = list(keys_of(head))
    at = chance.randrange(len(jamos))
    way = chance.choice(("beside", "beside", "left out", "twice", "exchanged"))
    if way == "beside":
        row = next(row for row in KEYS if jamos[at] in row) if any(jamos[at] in row for row in KEYS) else None
        if row:
            place = row.index(jamos[at])
            jamos[at] = row[
                place + 1
                if place == 0
                else place - 1
                if place == len(row) - 1
                else place + chance.choice((-1, 1))
            ]
    elif way == "left out":
        del jamos[at]
    elif way == "twice":
        jamos.insert(at, jamos[at])
    elif at + 1 < len(jamos):
        jamos[at], jamos[at + 1] = jamos[at + 1], jamos[at]
    return composed("".join(jamos)) + tail


def misheard(name: str, chance: Random) -> str:
    """One vowel heard as its neighbour."""
    lane = re.match(r"^(\D+)(.*)$", name)
    if lane is None:
        return ""
    head, tail = lane.groups()
    jamos = list(keys_of(head[:-1]))
    places = [at for at, jamo in enumerate(jamos) if jamo in HEARD]
    if not places:
        return ""
    at = chance.choice(places)
    jamos[at] = HEARD[jamos[at]]
    return composed("".join(jamos)) + head[-1] + tail


def composed(jamos: str) -> str:
    """What a keyboard makes of these keys: syllables where they can be made, else the loose letters."""
    out, at = "", 0
    while at < len(jamos):
        found = _SYLLABLE.match(jamos, at)
        out += _syllable(*found.groups()) if found else jamos[at]
        at = found.end() if found else at + 1
    return out


_VOWELS = [*"ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"]
_INITIALS = [*"ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"]
_FINALS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]
_SINGLE = {pair: jamo for jamo, pair in PAIRS.items()}
_ANY_VOWEL = "[ㅏ-ㅣ]"
_VOWEL = "|".join([*(pair for pair in _SINGLE if pair[0] in _VOWELS), _ANY_VOWEL])
_FINAL = "|".join([*(pair for pair in _SINGLE if pair[0] not in _VOWELS), "[ㄱ-ㄷㄹㅁㅂㅅ-ㅈㅊ-ㅎ]"])
_SYLLABLE = re.compile(rf"([ㄱ-ㅎ])({_VOWEL})((?:{_FINAL})(?!{_ANY_VOWEL}))?")


def _syllable(first: str, vowel: str, last: str | None) -> str:
    last = last or ""
    code = _INITIALS.index(first) * VOWELS + _VOWELS.index(_SINGLE.get(vowel, vowel))
    return chr(0xAC00 + code * FINALS + _FINALS.index(_SINGLE.get(last, last)))


def roman(text: str) -> str:
    """Letter by letter, as a person without the rules of assimilation writes it."""
    out = ""
    for sign in text:
        code = ord(sign) - 0xAC00
        if not 0 <= code < INITIALS * VOWELS * FINALS:
            out += sign
            continue
        first, rest = divmod(code, VOWELS * FINALS)
        vowel, last = divmod(rest, FINALS)
        out += ROMAN[0][first] + ROMAN[1][vowel] + ROMAN[2][last]
    return out
