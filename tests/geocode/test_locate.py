"""From words to a point, and how sure it is."""

import pytest

from handyman.geocode.gazetteer import embedded
from handyman.geocode.interpolation import estimate, metres
from handyman.geocode.locate import locate, placed
from handyman.geocode.located import Grade, Problem
from handyman.geocode.suggest import suggest


def test_lot_number_leads_to_the_road_address_so_that_history_follows() -> None:
    by_lot, by_road = locate("상도1동 548-1").best, locate("강남초등2길 5").best
    assert by_lot is not None
    assert by_road is not None
    assert (by_lot.grade, by_lot.place_key) == (Grade.LOT, by_road.place_key)


def test_number_that_the_table_lacks_stands_between_its_neighbours() -> None:
    points = embedded().roads["상도로"]
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
    for road, points in embedded().roads.items():
        for point in points[::7]:
            others = [other for other in points if other != point]
            guess = estimate(others, road, point.main, point.sub) if others else None
            if guess:
                held.append(metres(point.lat, point.lon, guess.lat, guess.lon) <= guess.error_m)
    assert len(held) > 900
    assert sum(held) / len(held) >= 0.9


def test_number_far_past_the_end_of_a_road_gives_the_road_alone() -> None:
    best = locate("사당로 9999").best
    assert best is not None
    assert (best.grade, best.place_key) == (Grade.ROAD, "")
    assert best.error_m > 500


def test_lot_that_the_table_lacks_gives_the_dong_alone() -> None:
    best = locate("사당동 9999-9").best
    assert best is not None
    assert (best.grade, best.building_number) == (Grade.DONG, "")


@pytest.mark.parametrize(
    ("said", "where"),
    [("강남구 테헤란로 10", "강남구"), ("역삼동 10", "강남구"), ("부산 중앙대로 3", "부산")],
)
def test_another_district_is_refused_with_its_name(said: str, where: str) -> None:
    finding = locate(said)
    assert (finding.candidates, finding.problem, finding.detail) == ((), Problem.OTHER_DISTRICT, where)


def test_name_that_stands_in_several_places_gives_them_all() -> None:
    finding = locate("래미안")
    assert finding.problem == Problem.AMBIGUOUS
    assert 2 <= len(finding.candidates) <= 7
    assert finding.best is None


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


@pytest.mark.parametrize("typed", ["사", "삳", "사다", "상도로 3", "ㅅ"])
def test_suggestions_come_while_a_syllable_is_unfinished(typed: str) -> None:
    assert 1 <= len(suggest(typed)) <= 7


def test_what_is_typed_in_full_is_suggested_first() -> None:
    assert suggest("상도로 369")[0].label == "동작구 상도로 369"
