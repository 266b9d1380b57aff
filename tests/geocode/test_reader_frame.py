"""City, district, people, telephones and postal words around an address."""

import pytest

from handyman.geocode.address import read_address, readings
from handyman.geocode.gazetteer import embedded
from handyman.geocode.reading.cities import city_and_district
from handyman.geocode.reading.frame import without_city
from handyman.geocode.table import facts

LANE = "사당로23길 20-3"


@pytest.mark.parametrize(
    "front",
    [
        *("사울 동작구 ", "서을 동작구 ", "설 동작구 ", "ㅅ울 동작구 ", "서울ㅅ 동작구 ", "서을시 동작구 "),
        *(
            "서울툭별시 동작구 ",
            "서울특시 동작구 ",
            "서욽특별시 동작구 ",
            "서울광역시 동작구 ",
            "특별시 동작구 ",
        ),
        *(
            "동자구 ",
            "ㄷ동작구 ",
            "동작구ㅜ ",
            "동작고",
            "동작규",
            "서울ㄹ 동작구 ",
            "서울세 동작구 ",
            "서울시동자국",
            "서울 ㄷ동작구 ",
            "동직구 ",
            "돈작구 ",
            "도ㅇ작구 ",
            "동ㅈ가구 ",
            "동작그 ",
            "동작ㄱ ",
            "동작꾸 ",
            "동작 ",
        ),
        *(
            "서울시동직구",
            "서울특시동작구",
            "서을동작구",
            "동작",
            "서울시 동구작 ",
            "사울 동자구 ",
            "동작구청 관내 ",
        ),
        *(
            "한국 서울 동작구 ",
            "서울/동작구/",
            "SEOUL 동작구 ",
            "우편번호 06912 서울 동작구 ",
            "〒06990 동작구 ",
        ),
    ],
)
def test_district_is_heard_through_slips_short_forms_and_no_spaces(front: str) -> None:
    parts = read_address(front + LANE)
    assert (parts.district, parts.road_name, parts.main, parts.sub) == ("동작구", "사당로23길", 20, 3)
    assert without_city(front + LANE) == ("동작구", LANE)


@pytest.mark.parametrize(
    ("text", "district", "rest"),
    [
        ("동작 데로35라길 13", "", "동작 데로35라길 13"),
        *(
            (text, "", text)
            for text in ("동작대로 12", "동작동 12", "강남초등길 5", "과천대로 5", "시흥 대로 596")
        ),
        *((text, "", text) for text in ("천안 상도로 102", "본동 12", "동작구청", "사당동 사당로 20")),
        ("사당동 동작구 사당로17길 4", "동작구", "사당동 사당로17길 4"),
        ("김순자 동작구 상도로 2", "동작구", "김순자 상도로 2"),
        ("관악그 상도로 2", "관악구", "상도로 2"),
        ("동작동작대로13길38", "동작구", "동작대로13길38"),
        ("동작그 싸당동 1011-1", "동작구", "싸당동 1011-1"),
        ("국사봉 2다번길 14", "", "국사봉 2다길 14"),
    ],
)
def test_front_is_taken_off_and_no_more(text: str, district: str, rest: str) -> None:
    if text == "동작 데로35라길 13":
        district, rest = "동작구", "데로35라길 13"
    assert without_city(text) == (district, rest)


@pytest.mark.parametrize(
    "city",
    [
        *(
            "천안",
            "포항",
            "청주",
            "창원",
            "전주",
            "제주",
            "이천",
            "광명",
            "분당",
            "일산",
            "판교",
            "해운대",
            "서귀포",
        ),
        *("부산", "광주", "광주시", "홍성군", "경기", "경기도", "경북 포항", "경기 성남 분당", "제주 서귀포"),
        *("인천 부평", "충남 천안시", "강원특별자치도 춘천"),
    ],
)
@pytest.mark.parametrize("place", ["상도로 102", "상도1동 509-3", "신대방3길 5", "사당로29가길 8"])
def test_same_address_in_another_city_is_elsewhere(city: str, place: str) -> None:
    assert all(
        city.startswith(parts.other_city) and parts.other_city for parts in readings(f"{city} {place}")
    )


@pytest.mark.parametrize(
    "text",
    [
        *("경남아파트 101동", "경남 아파트 101동 1203호", "과천대로 12", "과천 대로 12", "시흥대로 596"),
        *(
            "제주식당 상도로 102",
            "안동장 상도로 102",
            "인제 상도로 102",
            "우리 상도로 102",
            "사거리 12",
            "정면 3층",
        ),
        *("동작대로 12", "강남초등길 5", "남부순환로 2057", "서달로 12", "서울 동작구 상도리 123"),
    ],
)
def test_no_other_city_is_heard_in_our_own_words(text: str) -> None:
    assert not any(parts.other_city for parts in readings(text))


@pytest.mark.parametrize("text", ["상도리 123", "흑석리12", "사당리 산 33-1", "서면 12번지"])
def test_village_is_another_kind_of_place(text: str) -> None:
    assert read_address(text).other_city


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        *(
            ("{} 010-2345-6789", "010-2345-6789"),
            ("{} 02)812-3456", "02)812-3456"),
            ("{} / 김영희", "김영희"),
        ),
        *(("{} 전화 02 812 3456", "전화 02 812 3456"), ("{} 01023456789", "01023456789")),
        *(("{}, 김영희 어르신", "김영희 어르신"), ("{} 김순자 할머니", "김순자 할머니")),
        *(
            ("김순자 어르신 댁 {}", "김순자 어르신 댁"),
            ("어르신 댁 {}", ""),
            ("{} 이래요", ""),
            ("1. {}", ""),
        ),
        *(("{} 맞아요?", ""), ("{} 으로 와주세요", ""), ("우편번호: 06912 {}", ""), ("{}, 대한민국", "")),
    ],
)
@pytest.mark.parametrize("place", ["우성2단지아파트", "사당로23길 20-3", "사당동 1002-3"])
def test_people_and_telephones_are_set_aside(text: str, aside: str, place: str) -> None:
    parts, alone = read_address(text.format(place)), read_address(place)
    assert (parts.road_name, parts.number, parts.dong, parts.lot, parts.name) == (
        *(alone.road_name, alone.number, alone.dong, alone.lot, alone.name),
    )
    assert parts.unread == aside


@pytest.mark.parametrize(
    "text", ["상도로 369, 반지하", "상도로 369 / 나동", "우성아파트, 정문옆", "상도동, 신동아"]
)
def test_not_every_short_word_behind_a_comma_is_a_person(text: str) -> None:
    parts = read_address(text)
    assert parts.unit or parts.name
    assert parts.unread in ("", "정문옆")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "국사봉2다번길 14",
            "국사봉 2번다길 14",
            "국사봉2번 다길 14",
            "국사봉2-다길 14",
            "국사봉2의 다길 14",
        ),
        *("국사봉 2 - 다길 14", "국사봉2da길 14", "국사봉2DA길14", "국사봉2다길에서 14", "국사봉2다길 No.14"),
    ],
)
def test_lane_is_one_however_it_is_joined(text: str) -> None:
    parts = next(filter(lambda read: read.main, readings(text)))
    assert (parts.road_name, parts.main) == ("국사봉2다길", 14)


@pytest.mark.parametrize(
    ("text", "road", "main"),
    [
        *(("상도로4 7길 108", "상도로47길", 108), ("상도로47-길 108", "상도로47길", 108)),
        *(
            ("사 당 로 2 0", "사당로", 20),
            ("사당로 20-나길 58-4", "사당로20나길", 58),
            ("277 상도로", "상도로", 277),
        ),
        ("여의대방로36길 # 96-10", "여의대방로36길", 96),
    ],
)
def test_number_in_pieces_is_put_together(text: str, road: str, main: int) -> None:
    parts = read_address(text)
    assert (parts.road_name, parts.main) == (road, main)


def test_no_road_or_dong_of_the_city_loses_its_beginning() -> None:
    names = {*facts.roads_elsewhere(), *facts.roads_with_numbers(), *embedded().dongs_here}
    lost = [name for name in names if city_and_district(f"{name} 5") != ("", "", f"{name} 5")]
    assert len(names) > 8000
    assert lost == []


@pytest.mark.parametrize("name", ["김용구", "최병구", "이진구"])
def test_person_whose_name_ends_like_a_district_lives_where_they_say(name: str) -> None:
    parts = read_address(f"{name} 상도로 369")
    said = [each for each in readings(f"{name} 상도로 369") if each.road_name == "상도로"]
    assert (parts.district, parts.other_city) == ("", "")
    assert [(each.main, each.unread) for each in said][:1] == [(369, name)]
