"""Which numbers are a house's, and which are a lane's, an age's, a storey's, a telephone's."""

import pytest

from handyman.geocode.address import AddressParts, readings

ROADS = ("상도로", "사당로26길", "국사봉5길")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "등용로9릭 5",
            "사당로29ㄱ길 8",
            "상도로34깃 74",
            "흑석로13기길 22",
            "성대로6ㄹ길 13",
            "상도로33일 16",
        ),
        *(
            "장승배기로9라ㅣㄱㄹ 32-10",
            "상도로 34 깃 74",
            "등용로10gg길 11",
            "사당로 20대길 5",
            "상도로102qq",
        ),
    ],
)
def test_number_of_a_lane_that_is_spelled_wrong_is_no_house(text: str) -> None:
    road = text.split("로", maxsplit=1)[0] + "로"
    assert not any(parts.road_name in (road, "사당로", "상도로") for parts in readings(text))


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize(
    "said",
    [
        *(
            "2층 세탁소",
            "1층 슈퍼",
            "3층세탁소",
            "10분 거리",
            "20대 여성",
            "77세",
            "100m",
            "49명",
            "31만원",
            "3시에",
        ),
        *("3번째 집", "3번 출구", "25 평", "30% 할인", "5통 3반", "3호선", "02-812-3456", "010 2345 6789"),
        *("812-3456", "0102", "02", "55년생", "24kg", "3F"),
    ],
)
def test_storey_count_or_telephone_is_no_house(road: str, said: str) -> None:
    found = readings(f"{road} {said}")
    assert not any(parts.main or parts.lot for parts in found)


@pytest.mark.parametrize(
    "said", ["25평", "77세", "9호선 3번 출구", "3시 30분", "02-812-3456", "010-523-6630"]
)
def test_number_behind_a_dong_is_not_always_a_lot(said: str) -> None:
    found = readings(f"상도동 {said}")
    assert not any(parts.main or parts.lot for parts in found)
    assert found[0].dong == "상도동"


def test_storey_on_a_road_is_kept_with_the_road() -> None:
    parts = readings("상도로 2층 세탁소")[0]
    assert parts == AddressParts(road_name="상도로", unit="2층", unread="세탁소")


@pytest.mark.parametrize(
    ("behind", "unit"),
    [
        *(
            ("나동201호", "나동 201호"),
            ("반지하", "지층"),
            ("B01", "지층"),
            ("제101동 제1203호", "101동 1203호"),
        ),
        *(
            ("우성아파트 101동", "101동"),
            ("번지", ""),
            ("이고요", ""),
            ("로 오세요", ""),
            ("에 301호", "301호"),
        ),
        *(("옆집", ""), ("앞", ""), ("상도동", ""), ("외 2필지", ""), (" 대문 옆", ""), (" 3층 왼쪽", "3층")),
        *(("-1203호", "1203호"), (" 1203", "1203호"), ("-501", "501호"), ("일대", ""), ("맞은편", "")),
    ],
)
def test_what_may_stand_close_to_a_house_number_leaves_it_one(behind: str, unit: str) -> None:
    parts = readings(f"상도로 369{behind}")[0]
    assert (parts.road_name, parts.number, parts.unit) == ("상도로", "369", unit)


@pytest.mark.parametrize(
    ("text", "lot"),
    [
        *(
            ("사당동 (산)44-29", "산44-29"),
            ("사당동 (산) 44번지 29호", "산44-29"),
            ("사당동 335_78", "335-78"),
        ),
        *(("사당동 335--78", "335-78"), ("사당동 184번 241호", "184-241"), ("사당동184번241호", "184-241")),
        *(
            ("사당동 211번지 481", "211-481"),
            ("사당동 393번지64", "393-64"),
            ("사당동 708빼기659", "708-659"),
        ),
        *(("사당동 44번지 29 2층", "44-29"), ("사당동 708-1110", "708-1110"), ("사당동 335번지", "335")),
    ],
)
def test_sub_number_of_a_lot_is_never_lost(text: str, lot: str) -> None:
    parts = readings(text)[0]
    assert (parts.dong, parts.lot) == ("사당동", lot)


def test_flat_behind_a_lot_stays_a_flat() -> None:
    assert AddressParts(dong="사당동", lot="335", unit="301호") in readings("사당동 335번지 301")


@pytest.mark.parametrize(
    ("landmark", "behind"),
    [
        *(
            ("동작구청 옆", ""),
            ("중앙대학교 근처", ""),
            ("신길초등학교 쪽", ""),
            ("상도1동경로당 앞에 있는", ""),
        ),
        *(("숭실대 뒤", ""), ("우리은행 맞은편", " 3층"), ("사당역 3번 출구", "")),
    ],
)
@pytest.mark.parametrize("place", ["상도로 102", "상도동 509-3"])
def test_landmark_before_an_address_is_but_a_hint(landmark: str, behind: str, place: str) -> None:
    alone, parts = readings(place + behind)[0], readings(f"{landmark} {place}{behind}")[0]
    assert (parts.road_name, parts.number, parts.dong, parts.lot) == (
        *(alone.road_name, alone.number, alone.dong, alone.lot),
    )
    assert parts.also is None
    assert parts.unread == landmark


@pytest.mark.parametrize(
    ("text", "road", "letter", "number"),
    [
        *(
            ("사당로 이사길 17", "사당로24길", "사당로2사길", "17"),
            ("서달로 십사길 4-8", "서달로14길", "서달로10사길", "4-8"),
        ),
        *(
            ("성대로육사길 이십", "성대로64길", "성대로6사길", "20"),
            ("사당로 이십사번길 3", "사당로24길", "사당로20사길", "3"),
        ),
    ],
)
def test_both_lanes_that_a_number_word_may_mean_are_offered(
    text: str, road: str, letter: str, number: str
) -> None:
    parts = next(read for read in readings(text) if read.road_name == road)
    assert parts.either is not None
    assert (parts.number, parts.either.road_name, parts.either.number) == (number, letter, number)


@pytest.mark.parametrize(
    ("text", "road", "number"),
    [
        *(("상도로 삼백 육십 구", "상도로", "369"), ("국사봉십팔길 이십번지", "국사봉18길", "20")),
        *(("국사봉이가길 십일", "국사봉2가길", "11"), ("신대방일길 십팔번", "신대방1길", "18")),
        ("사당로 이십 삼길 이십 다시 삼", "사당로23길", "20-3"),
    ],
)
def test_number_words_are_read_in_parts_and_behind_any_name(text: str, road: str, number: str) -> None:
    assert (road, number) in [(parts.road_name, parts.number) for parts in readings(text)]


@pytest.mark.parametrize(
    ("text", "name", "unread"),
    [
        ("사당삼익그린뷰아파트 초록대문", "사당삼익그린뷰아파트", "초록대문"),
        ("사당시장점포 벨 누르지 마세요", "사당시장점포", "벨 누르지 마세요"),
        ("영화초등학교 공동현관 비번 1234", "영화초등학교", "공동현관 비번 1234"),
    ],
)
def test_what_is_said_of_the_door_is_no_part_of_the_name(text: str, name: str, unread: str) -> None:
    parts = readings(text)[0]
    assert (parts.name, parts.unread) == (name, unread)


@pytest.mark.parametrize(
    ("text", "lot", "postcode"),
    [
        ("210-163 상도동", "210-163", ""),
        ("156-090 상도동 12", "12", "156-090"),
        ("277-9 흑석동", "277-9", ""),
    ],
)
def test_number_in_front_is_a_lot_or_an_old_postal_code(text: str, lot: str, postcode: str) -> None:
    parts = readings(text)[0]
    assert (parts.lot, parts.postcode) == (lot, postcode)


@pytest.mark.parametrize("unit", ["지층", "203호", "101동 1203호", "3층", "옥탑"])
def test_flat_that_is_said_first_goes_with_the_house(unit: str) -> None:
    assert readings(f"{unit} 상도로 369")[0] == AddressParts(road_name="상도로", main=369, unit=unit)


@pytest.mark.parametrize(
    ("text", "road", "main"),
    [("ㄴ뭏애-개 303", "sangdoro", 303), ("혀ㅏㄴ뮤ㅐㅜㅎ 7-햐ㅣ 4", "guksabong7gil", 4)],
)
def test_latin_letters_typed_with_the_key_on_hangul_are_read(text: str, road: str, main: int) -> None:
    assert (road, main, True) in [(parts.road_name, parts.main, parts.romanised) for parts in readings(text)]


def test_only_a_letter_is_left_where_no_number_is_said_so() -> None:
    assert any(parts.road_name == "양녕로25사길" for parts in readings("양녕로 이십오사길 34"))


@pytest.mark.parametrize(
    ("said", "sub", "unit"), [("7번지12", 12, ""), ("7번지 12호", 0, "12호"), ("7-12", 12, "")]
)
def test_small_number_behind_the_lot_word_belongs_to_the_house(said: str, sub: int, unit: str) -> None:
    parts = readings(f"대방동15길 {said}")[0]
    assert (parts.main, parts.sub, parts.unit) == (7, sub, unit)
