"""A building is found by the names that people have for it; one that many may have is only shown."""

import pytest

from handyman.geocode.locate import locate
from handyman.geocode.located import Problem


@pytest.mark.parametrize(
    ("said", "called"),
    [
        ("문창중", "문창중학교"),
        ("대림초", "대림초등학교"),
        ("경문고", "경문고등학교"),
        ("수도여고", "수도여자고등학교"),
        ("숭의여중", "숭의여자중학교"),
        ("상도3동행정복지센터", "상도3동주민센터"),
        ("대방동 동사무소", "대방동주민센터"),
        ("사당1동사무소", "사당1동주민센터"),
        ("대방중앙노인정", "대방중앙경로당"),
        ("사당4 동경로당", "사당4동경로당"),
        ("래미안3차 101동", "래미안3차아파트"),
        ("우성3단지", "우성3단지아파트"),
        ("래미안1차아파", "래미안1차아파트"),
        ("동작 숭의여자고등학교", "숭의여자고등학교"),
    ],
)
def test_building_is_found_by_the_name_that_people_have_for_it(said: str, called: str) -> None:
    found, meant = locate(said).best, locate(called).best
    assert found is not None
    assert meant is not None
    assert found.place_key.partition("|")[0] == meant.place_key.partition("|")[0]


@pytest.mark.parametrize(
    "said", ["아이파크 101동 203호", "경남아파트", "동작구 아이파크아파트", "동작 현대아파트"]
)
def test_builders_name_without_a_dong_is_shown_were_it_the_only_one(said: str) -> None:
    finding = locate(said)
    assert (finding.problem, finding.best) == (Problem.AMBIGUOUS, None)
    assert finding.candidates


def test_dong_makes_a_short_name_enough() -> None:
    best = locate("흑석동 자이").best
    assert best is not None
    assert best.building_name == "흑석자이"


@pytest.mark.parametrize("hint", ["옆", "앞에 있는", "근처", "지나서", "건너편", "쪽"])
@pytest.mark.parametrize(
    ("landmark", "address"),
    [
        ("동작구청", "상도로 102"),
        ("신길초등학교", "사당로16길 42-8"),
        ("흑석종합사회복지관", "신대방2가길 17"),
        ("동작구청", "사당동 1011-1"),
    ],
)
def test_landmark_on_the_way_never_wins_over_the_address(landmark: str, hint: str, address: str) -> None:
    best, meant = locate(f"{landmark} {hint} {address}").best, locate(address).best
    assert meant is not None
    assert best is None or best.place_key == meant.place_key


def test_building_beside_an_unknown_address_is_shown_to_be_chosen() -> None:
    finding = locate("사당로 9999 우성2단지아파트")
    assert finding.best is None or not finding.best.place_key


def test_name_among_other_words_is_shown_to_be_chosen() -> None:
    finding = locate("김순자 힐스테이트상도센트럴파크")
    assert finding.problem is Problem.AMBIGUOUS
    assert [place.building_name for place in finding.candidates] == ["힐스테이트상도센트럴파크"]
