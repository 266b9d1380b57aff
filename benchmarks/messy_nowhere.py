"""Queries that lead to no door of this district."""

from collections.abc import Iterator
from random import Random

from handyman.geocode.gazetteer import AddressPoint
from handyman.geocode.table import facts

CITIES = (
    *("천안", "포항", "청주", "창원", "제주", "분당", "해운대", "경기 광명", "경북 포항", "부산", "수원시"),
    *("성남시 분당구", "충남 천안", "전남 목포", "대전", "인천 부평구", "일산", "강원도 원주시"),
)
STOREYS = ("{}층 왼쪽", "{}층 세탁소", "{}층", "{}층 주인집", "{}층 미용실")
COUNTS = (
    *("{}분 거리", "{}대 여성", "{}평", "{}세", "{}명", "{}만원", "{}미터 앞", "{}번째 집", "{}호선"),
    "{}개 교체",
)
TELEPHONES = ("02-{}-{}", "010-{}-{}", "02){}-{}", "010{}{}", "02 {} {}")
OTHER_ROADS, OF_EACH = 300, 60

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


def no_answers(points: list[AddressPoint], chance: Random) -> Iterator[str]:
    """What lies elsewhere, and what is said behind a road or a dong without being its number."""
    yield from NOWHERE
    others = sorted(facts.roads_elsewhere() - facts.roads_with_numbers())
    for road in chance.sample(others, OTHER_ROADS):
        gu = facts.districts_of(road)[0]
        number = chance.randint(1, 60)
        yield chance.choice((f"{road} {number}", f"{gu} {road} {number}", f"서울 {gu} {road}{number}"))
    for point in chance.sample(points, OF_EACH):
        ahead = chance.choice((point.road_name, point.beopjeong_dong))
        yield f"{point.road_name} {chance.choice(STOREYS).format(chance.randint(1, 9))}"
        yield f"{ahead} {chance.choice(COUNTS).format(chance.randint(1, 90))}"
        telephone = chance.choice(TELEPHONES).format(chance.randint(500, 899), chance.randint(1000, 9999))
        yield f"{ahead} {telephone}"
        lot = f"{point.beopjeong_dong} {point.jibun or 210}"
        yield f"{chance.choice(CITIES)} {chance.choice((f'{point.road_name} {point.number}', lot))}"
