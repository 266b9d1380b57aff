"""Addresses as people say them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handyman.geocode.address import read_address
from handyman.geocode.gazetteer import AddressPoint, embedded
from handyman.geocode.ground import metres
from handyman.geocode.locate import Grade, locate

ON_ROADS = [point for point in embedded().points() if point.road_name]


@pytest.mark.parametrize(
    "said",
    [
        "사당로23길 20-3",
        "사당로 23길20-3",
        "사당로23번길 20-3",
        "서울특별시 동작구 사당로23길 20-3 (사당동)",
        "06978 서울 동작구 사당로 23길 20－3",
        "사당동 사당로23길 ２０-３",
        "06978동작구 사당로23길20다시3",
        "사당로 23 길 20의 3번지",
        "서울시동작구사당로23길20-3",
        "동작 사당로23길 20-3",
    ],
)
def test_road_form_is_read_however_it_is_spaced(said: str) -> None:
    parts = read_address(said)
    assert (parts.road_name, parts.main, parts.sub) == ("사당로23길", 20, 3)


@pytest.mark.parametrize(
    ("said", "dong", "lot"),
    [
        ("사당동 1002의3", "사당동", "1002-3"),
        ("사당동 1002번지 3호", "사당동", "1002-3"),
        ("사당1동 1011-1", "사당1동", "1011-1"),
        ("흑석동 산 12", "흑석동", "산12"),
        ("상도1동548다시1", "상도1동", "548-1"),
        ("사당동 1002번지의 3호", "사당동", "1002-3"),
        ("(사당동 1002-3)", "사당동", "1002-3"),
    ],
)
def test_lot_form_is_read(said: str, dong: str, lot: str) -> None:
    parts = read_address(said)
    assert (parts.dong, parts.lot) == (dong, lot)


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("상도로 369 101동 1203호", "101동 1203호"),
        ("상도로 369, 102-1203", "102동 1203호"),
        ("상도로 369 반지하", "지층"),
        ("상도로 369 지층", "지층"),
        ("상도로 369 B01호", "지층"),
        ("상도로 369 옥탑방", "옥탑"),
        ("상도로 369 가동 2층", "가동 2층"),
        ("상도로 369 301호", "301호"),
        ("상도로 369에 301호", "301호"),
        ("상도로 369 지하 101호", "지층 101호"),
        ("상도로 369 지하2층 201호", "지하2층 201호"),
        ("상도로 369 제101동 제1203호", "101동 1203호"),
        ("상도로 369 b동 102호", "B동 102호"),
        ("우성아파트 3동 201호", "3동 201호"),
        ("상도로 369", ""),
    ],
)
def test_unit_has_one_spelling(said: str, unit: str) -> None:
    assert read_address(said).unit == unit


def test_what_was_not_read_is_kept() -> None:
    parts = read_address("상도로 369 (상도동, 우성아파트) 마당 301호")
    assert (parts.reference, parts.unread, parts.unit) == ("상도동, 우성아파트", "마당", "301호")


def test_number_of_a_lane_is_no_house_number() -> None:
    parts = read_address("상도로52길")
    assert (parts.road_name, parts.main) == ("상도로52길", 0)


@pytest.mark.parametrize(
    "said", ["경남아파트 101동 1203호", "세종빌딩 3층", "동작구청", "우성아파트 3동 201호"]
)
def test_name_is_not_taken_for_a_province_a_district_or_a_lot(said: str) -> None:
    parts = read_address(said)
    assert parts.name
    assert (parts.other_city, parts.district, parts.lot) == ("", "", "")


PIECES = st.sampled_from(
    [
        *[
            "서울",
            "동작구",
            "중구",
            "사당1동",
            "사당동",
            "산",
            "상도로",
            "23",
            "가",
            "길",
            "번길",
            "지하",
            "20",
            "-",
            "3",
            "의",
            "에",
            "번지",
            "호",
            "동",
            "층",
            "B01",
        ],
        *["옥탑", "반지하", "(", ")", "@", "아파트", "６", "٣", "06978"],
        *(" ", "\u3000"),
    ]
)


@given(st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=14).map("".join)))
@settings(max_examples=500, deadline=None)
def test_no_text_raises(text: str) -> None:
    finding = locate(text)
    assert finding.candidates or finding.problem is not None


@given(
    st.sampled_from(ON_ROADS),
    st.sampled_from(["", " "]),
    st.sampled_from(["", "동작구 ", "서울 동작구 ", "동작 ", "서울특별시동작구"]),
    st.sampled_from(["-", "의", "다시", " - ", "－"]),
    st.sampled_from(["", " 101동 1203호", ", 301호", "번지", " (아무동)", " 반지하"]),
)
@settings(max_examples=400, deadline=None)
def test_every_address_of_the_table_finds_itself(
    point: AddressPoint, gap: str, before: str, hyphen: str, after: str
) -> None:
    number = point.number.replace("-", hyphen)
    best = locate(f"{before}{point.road_name}{gap}{number}{after}").best
    assert best is not None
    assert (best.lat, best.lon, best.grade) == (point.lat, point.lon, Grade.BUILDING)
    assert best.place_key.startswith(f"road:동작구 {point.road_name}:{point.number}|")


@given(
    st.sampled_from([point for point in embedded().points() if point.jibun]),
    st.sampled_from(["{}-{}", "{}의{}", "{}번지 {}호", "{} 다시 {}"]),
    st.sampled_from(["", " "]),
)
@settings(max_examples=300, deadline=None)
def test_every_lot_of_the_table_finds_one_of_its_addresses(point: AddressPoint, form: str, gap: str) -> None:
    main, _, sub = point.jibun.partition("-")
    lot = form.format(main, sub) if sub else main
    finding = locate(f"{point.beopjeong_dong}{gap}{lot}")
    assert finding.candidates
    assert all(found.grade == Grade.LOT and found.jibun == point.jibun for found in finding.candidates)


def test_every_name_of_the_table_finds_its_place() -> None:
    lost = [
        name
        for name in embedded().names()
        for points in [embedded().named(name)]
        if not any(
            metres(found.lat, found.lon, point.lat, point.lon) < 50
            for found in locate(name).candidates
            for point in points
        )
    ]
    assert lost == []
