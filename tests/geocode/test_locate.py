"""From words to a point, and how sure it is."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from handyman.geocode.finding.interpolation import estimate
from handyman.geocode.gazetteer import AddressPoint, Road, embedded
from handyman.geocode.ground import metres
from handyman.geocode.locate import locate, placed
from handyman.geocode.located import Grade, Problem


def test_lot_number_leads_to_the_road_address_so_that_history_follows() -> None:
    by_lot, by_road = locate("상도1동 548-1").best, locate("강남초등2길 5").best
    assert by_lot is not None
    assert by_road is not None
    assert (by_lot.grade, by_lot.place_key) == (Grade.LOT, by_road.place_key)


def test_number_that_the_table_lacks_stands_between_its_neighbours() -> None:
    points = embedded().on_road(Road("동작구", "상도로"))
    known = {point.main for point in points if point.sub == 0}
    missing = next(number for number in range(101, 300, 2) if number not in known)
    best = locate(f"상도로 {missing}").best
    assert best is not None
    assert best.grade == Grade.INTERPOLATED
    lower = max((p for p in points if p.main % 2 and p.main < missing), key=lambda p: p.main)
    upper = min((p for p in points if p.main % 2 and p.main > missing), key=lambda p: p.main)
    gap = metres(lower.lat, lower.lon, upper.lat, upper.lon)
    assert metres(best.lat, best.lon, lower.lat, lower.lon) <= gap + 1
    assert best.error_m >= 25


def test_estimates_keep_the_error_that_they_tell_nine_times_of_ten() -> None:
    held = []
    for road in embedded().roads:
        points = embedded().on_road(road)
        for point in points[::7]:
            others = [other for other in points if other != point]
            guess = estimate(others, road.name, point.main, point.sub) if others else None
            if guess:
                held.append(metres(point.lat, point.lon, guess.lat, guess.lon) <= guess.error_m)
    assert len(held) > 900
    assert sum(held) / len(held) >= 0.9


def test_number_far_past_the_end_of_a_road_gives_the_road_alone() -> None:
    best = locate("사당로 9999").best
    assert best is not None
    assert (best.grade, best.place_key) == (Grade.ROAD, "")
    assert best.error_m > 500


def test_road_through_several_dongs_lies_in_none_of_them() -> None:
    long, short = locate("상도로").best, locate("강남초등2길").best
    assert long is not None
    assert short is not None
    assert (long.grade, long.haengjeong_dong, short.haengjeong_dong) == (Grade.ROAD, "", "상도1동")


def test_lot_that_the_table_lacks_gives_the_dong_alone() -> None:
    best = locate("사당동 9999-9").best
    assert best is not None
    assert (best.grade, best.building_number) == (Grade.DONG, "")


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("강남구 테헤란로 10", "강남구"),
        ("역삼동 10", "강남구"),
        ("부산 중앙대로 3", "부산"),
        ("경기 성남시 분당구 판교로 3", "경기"),
        ("수원시 팔달구 중부대로 3", "수원시"),
        ("신림동 남부순환로 2061", "관악구"),
        ("관악 남부순환로 2061", "관악구"),
        ("남부순환로 1600", "관악구 남부순환로 1600"),  # the district has 2003 to 2089
        ("동작대로 100", "서초구 동작대로 100"),  # the even side is 서초구
    ],
)
def test_another_district_is_refused_with_its_name(said: str, where: str) -> None:
    finding = locate(said)
    assert (finding.candidates, finding.problem, finding.detail) == ((), Problem.OTHER_DISTRICT, where)


def test_name_that_stands_in_several_places_gives_them_all() -> None:
    finding = locate("래미안")
    assert finding.problem == Problem.AMBIGUOUS
    assert 2 <= len(finding.candidates) <= 7
    assert finding.best is None


def test_name_within_longer_names_elsewhere_is_not_guessed() -> None:
    labels = [found.label for found in locate("우성아파트").candidates]
    assert "동작구 여의대방로 22" in labels
    assert len(labels) > 3
    in_one_dong = {found.beopjeong_dong for found in locate("사당동 우성아파트").candidates}
    assert in_one_dong == {"사당동"}


def test_lot_with_several_houses_is_not_bent_to_one_of_them() -> None:
    lots = {(point.beopjeong_dong, point.jibun) for point in embedded().points() if point.jibun}
    for dong, jibun in lots:
        points = list(embedded().at_lot(dong, jibun))
        homes = {(point.road_name, point.number) for point in points}
        best = locate(f"{dong} {jibun}").best
        if len(homes) > 1 and best is not None:
            assert (best.place_key, best.road_name) == (f"lot:동작구 {dong}:{jibun}|", "")
            assert best.error_m >= max(_apart(points)) / 2


def _apart(points: list[AddressPoint]) -> list[float]:
    return [metres(one.lat, one.lon, two.lat, two.lon) for one in points for two in points]


def test_lot_that_the_table_lacks_stands_by_lots_cut_from_the_same_plot() -> None:
    best = locate("사당동 1002-3").best
    assert best is not None
    assert (best.grade, best.jibun, best.place_key) == (
        Grade.INTERPOLATED,
        "1002-3",
        "lot:동작구 사당동:1002-3|",
    )
    assert best.error_m >= 100


def test_administrative_dong_with_a_lot_means_the_lot_inside_it() -> None:
    best = locate("사당1동 1011-1").best
    assert best is not None
    assert (best.beopjeong_dong, best.haengjeong_dong, best.grade) == ("사당동", "사당1동", Grade.LOT)


def test_dong_alone_tells_how_far_its_houses_lie_from_the_middle() -> None:
    best = locate("사당2동").best
    assert best is not None
    assert (best.grade, best.place_key) == (Grade.DONG, "")
    assert best.error_m > 1000


@pytest.mark.parametrize("said", ["사당로", "상도로52길", "동작구 상도로 52번길"])
def test_road_without_a_number_gives_the_road(said: str) -> None:
    best = locate(said).best
    assert best is not None
    assert (best.grade, best.building_number, best.place_key) == (Grade.ROAD, "", "")


def test_underground_number_is_not_the_house_above() -> None:
    above, below = locate("동작대로 117").best, locate("동작대로 지하 117").best
    assert above is not None
    assert below is not None
    assert (below.grade, below.building_number) == (Grade.INTERPOLATED, "지하 117")
    assert below.place_key != above.place_key


def test_same_flat_said_differently_is_the_same_place() -> None:
    said = ["상도로 369 반지하", "동작구 상도로369, 지층", "서울 동작구 상도로 369 (상도동) B01호"]
    assert len({best.place_key for text in said if (best := locate(text).best)}) == 1
    assert all(locate(text).best for text in said)


def test_table_is_read_once_however_many_ask_at_the_same_moment() -> None:
    with ThreadPoolExecutor(8) as pool:
        tables = list(pool.map(lambda _: embedded(), range(16)))
    assert all(table is tables[0] for table in tables)


def test_dong_is_read_off_the_boundaries() -> None:
    best = locate("사당로23길 20").best
    assert best is not None
    assert best.haengjeong_dong == "사당3동"
    assert embedded().haengjeong_dong(37.4, 127.2) == ""


def test_pin_put_by_hand_keeps_the_address_and_moves_the_point() -> None:
    known = locate("상도로 369").best
    assert known is not None
    pin = placed(known, known.lat + 0.0005, known.lon)
    assert (pin.grade, pin.place_key, pin.lat) == (Grade.PLACED, known.place_key, known.lat + 0.0005)
