"""Addresses as people say them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handyman.geocode.address import read_address
from handyman.geocode.gazetteer import embedded
from handyman.geocode.locate import locate

ON_ROADS = [point for point in embedded().addresses if point.road_name]


@pytest.mark.parametrize(
    "said",
    [
        "사당로23길 20-3",
        "사당로 23길20-3",
        "사당로23번길 20-3",
        "서울특별시 동작구 사당로23길 20-3 (사당동)",
        "06978 서울 동작구 사당로 23길 20－3",
        "사당동 사당로23길 ２０-３",
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
    ],
)
def test_unit_has_one_spelling(said: str, unit: str) -> None:
    assert read_address(said).unit == unit


@given(st.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_text_raises(text: str) -> None:
    finding = locate(text)
    assert finding.candidates or finding.problem is not None


@given(
    st.sampled_from(ON_ROADS), st.sampled_from(["", " "]), st.sampled_from(["", "동작구 ", "서울 동작구 "])
)
@settings(max_examples=200, deadline=None)
def test_every_address_of_the_table_finds_itself(point, gap: str, before: str) -> None:
    best = locate(f"{before}{point.road_name}{gap}{point.number}").best
    assert best is not None
    assert (best.lat, best.lon, best.grade) == (point.lat, point.lon, "building")
