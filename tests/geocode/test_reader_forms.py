"""What the reader makes of one text after another, part by part."""

import pytest

from handyman.geocode.address import AddressParts, read_address, read_name, readings

ROAD, LOT = AddressParts(road_name="상도로", main=369), AddressParts(dong="사당동", lot="1002-3")
LANE = AddressParts(road_name="사당로23길", main=20, sub=3)


def _said(parts: AddressParts) -> tuple[str, int, int, str, str]:
    return parts.road_name, parts.main, parts.sub, parts.dong, parts.lot


@pytest.mark.parametrize(
    "text",
    [
        *(
            "사당로23길20-3",
            "사당로 23길20 - 3",
            "사당로 23번길 20-3",
            "사당로 23 길 20 다시 3",
            "사당로23길 20의3",
        ),
        *("사당로23길 20 3", "사당로 23 20-3", "사당로23길 20-3번지", "사당로23길의 20-3", "사당로23길 20/3"),
        *("서울 동작구 사당로23길 20-3", "서울특별시동작구사당로23길20-3", "동작 사당로23길 20-3"),
        *(
            "(06978) 사당로23길 20-3",
            "06978 사당로23길 20-3",
            "사당로23길 20-3 06978",
            "[06978] 사당로23길 20-3",
        ),
        *(
            "사당로23길 20-3이요",
            "사당로23길 20-3입니다",
            "여기는 사당로23길 20-3인데요",
            "네, 사당로23길 20-3 거기",
        ),
        *("'사당로23길 20-3'.", "사당로23길\t20-3", "사당로23길\u200b 20\u20113", "사당로２３길 ２０－３"),
        *(
            "\u1109\u1161당로23길 20-3",
            "사당로23길 20ㅡ3",
            "Seoul 동작구 사당로23길 20-3",
            "동직구 사당로23길 20-3",
        ),
    ],
)
def test_road_form_is_read_whatever_signs_and_talk_stand_around_it(text: str) -> None:
    assert _said(read_address(text)) == _said(LANE)


@pytest.mark.parametrize(
    ("text", "dong", "lot"),
    [
        *(("사당동 1002 다시 3", "사당동", "1002-3"), ("사당동 1002번지의 3", "사당동", "1002-3")),
        *(("사당동 1002-3번지", "사당동", "1002-3"), ("사당동 1002-3호", "사당동", "1002-3")),
        *(("사당동산12-1", "사당동", "산12-1"), ("사당동 산 12번지", "사당동", "산12")),
        *(("사당제1동 1011-1", "사당제1동", "1011-1"), ("사당 1 동 1011 - 1", "사당1동", "1011-1")),
        *(("노량진동 119-163", "노량진동", "119-163"), ("성수동1가 12-3", "성수동1가", "12-3")),
        ("종로3가 12", "종로3가", "12"),
    ],
)
def test_lot_form_is_read_in_every_habit_of_saying_it(text: str, dong: str, lot: str) -> None:
    parts = read_address(text)
    assert (parts.dong, parts.lot, parts.unit, parts.unread) == (dong, lot, "", "")


@pytest.mark.parametrize(
    ("text", "also"),
    [
        ("상도로 369 (사당동 1002-3)", LOT),
        ("상도로 369 사당동 1002-3", LOT),
        ("상도로 369(사당동,1002-3)", LOT),
        ("상도로 369 (지번: 사당동 1002-3)", LOT),
        ("사당동 105 사당로23길 20-3", LANE),
        ("사당동 105 (사당로23길 20-3)", LANE),
        ("상도로 369 (상도동)", AddressParts(dong="상도동")),
        ("상도로 369 상도동 우성빌라 나동", AddressParts(dong="상도동", name="우성빌라")),
        ("상도로 369 (상도동, 우성@)", AddressParts(dong="상도동", name="우성아파트")),
        ("사당동 우성아파트 사당로23길 20-3", AddressParts(dong="사당동", name="우성아파트")),
        ("우성아파트 사당동 105", AddressParts(name="우성아파트")),
        ("우성아파트 (사당동 1002-3)", LOT),
        ("상도로 369 (정문 옆)", None),
        ("상도로 369 301호", None),
    ],
)
def test_second_form_in_the_same_text_is_kept_beside_the_first(text: str, also: AddressParts | None) -> None:
    assert read_address(text).also == also


@pytest.mark.parametrize(
    ("text", "unit", "unread"),
    [
        ("사당로23길 20-3(사당동,우성아파트) 101동 1203호", "101동 1203호", ""),
        ("우성@ 101/1203", "101동 1203호", ""),
        ("우성APT 102-1203", "102동 1203호", ""),
        ("우성아파트3동201호", "3동 201호", ""),
        ("우성아파트 101동 1203호 사당로23길 20", "101동 1203호", ""),
        ("상도로 369 (상도동, 반지하)", "지층", ""),
        ("상도로 369 지하 1층", "지층", ""),
        ("상도로 369 지하 B01호", "지층", ""),
        ("상도로 369 B02", "B02호", ""),
        ("상도로 369 ㅠ01호", "지층", ""),
        ("상도로 369 비01호", "지층", ""),
        ("상도로 369-301호", "301호", ""),
        ("상도로 1203호", "1203호", ""),
        ("상도로 369 에이동 #301", "A동 301호", ""),
        ("상도로 369 2층 왼쪽", "2층", "왼쪽"),
        ("상도로 369 1층 문간방", "1층", "문간방"),
        ("상도로 369 옥상", "옥상", ""),
        ("상도로 369 타워동 1203호", "1203호", "타워동"),
        ("상도로 369 옆집", "", "옆집"),
        ("상도로 369 우리은행 건너편", "", "우리은행 건너편"),
        ("동작구청 앞", "", "앞"),
        ("사당역 7번 출구", "", "7번 출구"),
    ],
)
def test_flat_is_read_and_every_hint_is_kept(text: str, unit: str, unread: str) -> None:
    parts = read_address(text)
    assert (parts.unit, parts.unread) == (unit, unread)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *(
            ("노량진역", "노량진역"),
            ("동작구청", "동작구청"),
            ("동작구청 건너편", "동작구청"),
            ("종로약국", "종로약국"),
        ),
        *(
            ("LG자이 101동", "lg자이"),
            ("KT 빌딩", "kt빌딩"),
            ("SK뷰", "sk뷰"),
            ("e편한세상 3동", "e편한세상"),
        ),
        *(("우리 빌딩 3층", "우리빌딩"), ("아크로 리버하임아파트 101동", "아크로리버하임아파트")),
        *(
            ("현대아파트 103동", "현대아파트"),
            ("아이파크상도동", "아이파크상도동"),
            ("장승배기역 근처", "장승배기역"),
        ),
    ],
)
def test_name_stays_as_it_is_spelled(text: str, name: str) -> None:
    parts = read_address(text)
    assert (parts.name, parts.road_name, parts.dong, parts.lot) == (name, "", "", "")
    assert read_name(text) == parts


@pytest.mark.parametrize(
    ("text", "where"),
    [
        *(("관악구 신림로 12", "관악구"), ("관악 신림로 12", "관악구"), ("신림로 12 관악구", "관악구")),
        *(
            ("Gwanak-gu, Sillim-ro 12", "관악구"),
            ("부산 사상구 낙동대로 3", "부산"),
            ("부산사상구낙동대로3", "부산"),
        ),
        *(
            ("안양시 만안구 안양로 3", "안양시"),
            ("안양 만안로 12", "안양"),
            ("경기도 과천시 중앙로 3", "경기도"),
        ),
        *(
            ("경기도안양시만안구안양로3", "경기도"),
            ("분당구 판교로 3", "분당구"),
            ("성남 분당구 판교로 3", "성남"),
        ),
        ("3 Jungang-daero, Busan", "busan"),
    ],
)
def test_another_district_or_city_is_heard(text: str, where: str) -> None:
    parts = read_address(text)
    assert where in (parts.district, parts.other_city)
    assert all(where in (other.district, other.other_city) for other in readings(text))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *(
            ("tkekdfh23rlf 20-3", LANE),
            ("Tkekdfh23rlf 20-3", LANE),
            ("TKEKDFH23RLF 20-3", LANE),
            ("사당fh23길 20-3", LANE),
        ),
        *(("tkekdehd 1002-3", LOT), ("ㅅㅏㄷㅏㅇㄷㅗㅇ 1002-3", LOT)),
        *(
            ("사당로 이십삼길 이십다시삼", LANE),
            ("사당로이십삼길이십다시삼", LANE),
            ("사당동 천이번지 삼호", LOT),
        ),
        *(("상도로 삼백육십구", ROAD), ("상도로 삼육구", ROAD), ("369 상도로", ROAD)),
        *(("사당 23길 20-3", LANE), ("아니 그 골목에 사당로23길 20-3", LANE)),
    ],
)
def test_slip_or_habit_is_undone_in_a_later_reading(text: str, meant: AddressParts) -> None:
    assert _said(meant) in map(_said, readings(text))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("사당로23길 20 3", AddressParts(road_name="사당로23길", main=20, unread="3")),
        ("사당동 1002번지 301호", AddressParts(dong="사당동", lot="1002", unit="301호")),
        ("상도로 우성아파트", AddressParts(name="우성아파트", also=AddressParts(road_name="상도로"))),
        ("ㅏㅅ빌딩", AddressParts(name="kt빌딩")),
        ("우성 아파트 백일동 천이백삼호", AddressParts(name="우성아파트", unit="101동 1203호")),
        ("우성 아파트 일공일동 일이공삼호", AddressParts(name="우성아파트", unit="101동 1203호")),
        ("모르는말 상도로 369", AddressParts(road_name="상도로", main=369, unread="모르는말")),
    ],
)
def test_other_plausible_reading_is_offered_too(text: str, kept: AddressParts) -> None:
    assert kept in readings(text)


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("서울 동작구 사당로 77 관악구", "관악구"),
        ("우성아파트 사당동 5 노량진역", "노량진역"),
        ("상도로 369 상도동 501 사당동", "사당동"),
    ],
)
def test_what_speaks_against_the_rest_is_kept_as_unread(text: str, unread: str) -> None:
    assert read_address(text).unread == unread


def test_number_word_that_may_be_two_numbers_is_not_guessed() -> None:
    assert all(parts.main == 0 for parts in readings("사당로 이십이요"))


def test_region_before_an_address_is_never_left_out() -> None:
    assert all("홍성군" in f"{parts.other_city}{parts.unread}" for parts in readings("홍성군 상도로 369"))


@pytest.mark.parametrize(
    ("text", "road", "number", "unit"),
    [
        *(
            ("Sangdo-ro 369", "sangdoro", "369", ""),
            ("369, Sangdo-ro, Dongjak-gu, Seoul", "sangdoro", "369", ""),
        ),
        *(
            ("20-3 Sadang-ro 23-gil", "sadangro23gil", "20-3", ""),
            ("Sadangro23gil 20-3", "sadangro23gil", "20-3", ""),
        ),
        *(
            ("SANGDO-RO 47GA-GIL 12", "sangdoro47gagil", "12", ""),
            ("Sangdo Road 369 3rd floor", "sangdoro", "369", "3층"),
        ),
        *(
            ("101-1203, 369 Sangdo-ro", "sangdoro", "369", "101동 1203호"),
            ("#301, 369 Sangdo-ro", "sangdoro", "369", "301호"),
        ),
        *(
            ("서울 동작구 Sangdo-ro 369 지층", "sangdoro", "369", "지층"),
            ("Sangdo-ro 369 B1", "sangdoro", "369", "지층"),
        ),
        *(
            ("Jiha 117 Dongjak-daero", "dongjakdaero", "지하 117", ""),
            ("Sindaebang 1-gil 5", "sindaebang1gil", "5", ""),
        ),
    ],
)
def test_romanised_road_is_read(text: str, road: str, number: str, unit: str) -> None:
    parts = read_address(text)
    assert (parts.road_name, parts.number, parts.unit, parts.romanised) == (road, number, unit, True)


def test_romanised_lot_is_read() -> None:
    lots = [read_address(text) for text in ("Sadang 1-dong 1011-1", "1011-1 Sadang1-dong, Dongjak-gu")]
    assert [(parts.dong, parts.lot) for parts in lots] == [("sadang1dong", "1011-1")] * 2
