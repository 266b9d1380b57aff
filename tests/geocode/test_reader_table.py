"""Every address of the table, said in every way, is read back as the same parts."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from handyman.geocode.address import AddressParts, read_address, read_name, readings
from handyman.geocode.gazetteer import AddressPoint, embedded
from handyman.geocode.reading.roman import roman_key
from handyman.hangul import to_hangul, to_latin

POINTS = list(embedded().points())
ON_ROADS = [point for point in POINTS if point.road_name]
ON_LOTS = [point for point in POINTS if point.jibun]
ADMINISTRATIVE = {"노량진동": "노량진제1동", "사당동": "사당3동", "신대방동": "신대방2동", "흑석동": "흑석동"}

CITIES = ["", "서울", "서울시", "서울특별시", "대한민국 서울특별시", "Seoul"]
GUS = ["", "동작구", "동작 구"]
POSTCODES = ["", "06978 ", "(06978) ", "우)06978 ", "[06978] "]
HYPHENS = ["-", " - ", "–", "－", "의", " 다시 ", "에", "~", "ㅡ", "/"]
ENDS = ["", "번지", "이요", "입니다", "예요"]
UNITS = {
    "": "",
    " 101동 1203호": "101동 1203호",
    ", 102-1203": "102동 1203호",
    " 101 동 1203 호": "101동 1203호",
    " 101/1203": "101동 1203호",
    " 반지하": "지층",
    " 지하 1층": "지층",
    " B01호": "지층",
    " b01": "지층",
    " ㅠ01호": "지층",
    " B02": "B02호",
    " 옥탑방": "옥탑",
    " 나동 3층": "나동 3층",
    " 에이동 2층": "A동 2층",
    " 301호": "301호",
}
REFERENCES = {
    "": None,
    " (사당동)": AddressParts(dong="사당동"),
    " (상도동 501-3)": AddressParts(dong="상도동", lot="501-3"),
    "(사당동,우성아파트)": AddressParts(dong="사당동", name="우성아파트"),
    " (대방동, 12-1, 우성 아파트)": AddressParts(dong="대방동", lot="12-1", name="우성아파트"),
}


@st.composite
def _loosely(draw: st.DrawFn, text: str) -> str:
    """With a space, or none, wherever a name meets a number."""
    gaps = [draw(st.sampled_from(["", "", " ", "  "])) for _ in range(12)]
    parts = re.split(r"(?<=[가-힣])(?=\d)|(?<=\d)(?=[가-힣])", text)
    return "".join(part + gap for part, gap in zip(parts[:-1], gaps, strict=False)) + parts[-1]


def _full_width(text: str) -> str:
    return text.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})


@given(st.data(), st.sampled_from(ON_ROADS), st.booleans())
@settings(max_examples=60, deadline=None)
def test_road_form_is_read_back_whatever_stands_around_it(
    data: st.DataObject, point: AddressPoint, wide: bool
) -> None:
    road = data.draw(_loosely(point.road_name))
    hyphen, end = data.draw(st.sampled_from(HYPHENS)), data.draw(st.sampled_from(ENDS))
    unit, reference = (
        data.draw(st.sampled_from(sorted(UNITS))),
        data.draw(st.sampled_from(sorted(REFERENCES))),
    )
    city, gu = data.draw(st.sampled_from(CITIES)), data.draw(st.sampled_from(GUS))
    dong = data.draw(st.sampled_from(["", f"{point.beopjeong_dong} "]))
    number = point.number.replace("-", hyphen)
    said = f"{data.draw(st.sampled_from(POSTCODES))}{city} {gu} {dong}{road} {number}"
    said += f"{unit}{reference}" if unit or reference else end
    parts = read_address(_full_width(said) if wide else said)
    assert (parts.road_name, parts.main, parts.sub) == (point.road_name, point.main, point.sub)
    assert (parts.unit, parts.also) == (UNITS[unit], REFERENCES[reference])
    assert (parts.district, parts.dong) == (gu.replace(" ", ""), dong.strip())


@given(st.data(), st.sampled_from(ON_LOTS), st.booleans())
@settings(max_examples=60, deadline=None)
def test_lot_form_is_read_back_whatever_stands_around_it(
    data: st.DataObject, point: AddressPoint, wide: bool
) -> None:
    dong = data.draw(
        st.sampled_from([point.beopjeong_dong, ADMINISTRATIVE.get(point.beopjeong_dong, "상도1동")])
    )
    form = data.draw(
        st.sampled_from(["{}-{}", "{}의{}", "{}번지 {}호", "{} 다시 {}", "{}-{}번지", "{}번지의 {}"])
    )
    main, _, sub = point.jibun.partition("-")
    unit = data.draw(st.sampled_from(sorted(UNITS)))
    reference = data.draw(st.sampled_from(["", " (사당로23길 20-3)"]))
    before = f"{data.draw(st.sampled_from(CITIES))} {data.draw(st.sampled_from(GUS))} "
    lot = (form.format(main, sub) if sub else main).replace("산", data.draw(st.sampled_from(["산", "산 "])))
    said = f"{before}{data.draw(_loosely(dong))} {lot}{unit}{reference}"
    parts = read_address(_full_width(said) if wide else said)
    assert (parts.dong, parts.lot, parts.unit) == (dong, point.jibun, UNITS[unit])
    assert parts.also == (AddressParts(road_name="사당로23길", main=20, sub=3) if reference else None)


def test_every_row_is_read_back_with_and_without_spaces() -> None:
    lost = []
    for point in POINTS:
        if point.road_name:
            said = f"서울동작구{point.road_name}{point.number}"
            parts = read_address(said)
            if (parts.road_name, parts.main, parts.sub) != (point.road_name, point.main, point.sub):
                lost.append(said)
        if point.jibun:
            said = f"{point.beopjeong_dong} {point.jibun}"
            parts = read_address(said)
            if (parts.dong, parts.lot) != (point.beopjeong_dong, point.jibun):
                lost.append(said)
    assert lost == []


def test_every_road_is_read_back_in_latin_letters_and_on_the_wrong_keyboard() -> None:
    lost = []
    for road in {point.road_name for point in ON_ROADS}:
        signed = re.sub(r"(대로|로|길)(?=\d|$)", r"-\1", road)
        romanised = read_address(f"{_on_the_sign(road)} 20-3")
        typed = next(
            filter(lambda parts: parts.road_name, readings(f"{to_latin(road)} 20-3")), AddressParts()
        )
        if (romanised.road_name, romanised.romanised, romanised.sub) != (roman_key(road), True, 3):
            lost.append(signed)
        if (typed.road_name, typed.main, typed.sub) != (road, 20, 3) or to_hangul(to_latin(road)) != road:
            lost.append(road)
    assert lost == []


def _on_the_sign(road: str) -> str:
    """Sadang-ro 23-gil, from the key."""
    key = re.sub(r"(?<=[a-z])(?=\d)", " ", roman_key(road))
    return re.sub(r"(daero|ro|gil)(?=\s|$)", r"-\1", key).replace(" -", "-").capitalize()


def test_every_name_of_the_table_stays_a_name() -> None:
    for name in embedded().names():
        parts = read_name(f"{name} 앞")
        assert parts.name or parts.dong, name
        assert parts.unread == "앞", name


@given(
    st.one_of(
        st.text(max_size=300),
        st.text(alphabet="가동로길대상도ㄱㅏㅠ-ㅡ0189aBZro ,().@\ud800٣²", max_size=300),
        st.sampled_from(
            ["가", "동", "로1", "길 ", "1-", "(", "a-", "ro ", "ㅏ", "아파트 ", "천", "\ud800"]
        ).map(lambda piece: piece * 2500),
    )
)
@settings(max_examples=60, deadline=1000)
def test_no_text_stops_the_reader(text: str) -> None:
    found = readings(text)
    assert 1 <= len(found) <= 8
    assert found[0] == read_address(text)
