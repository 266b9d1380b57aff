"""How long the way takes."""

from math import acos, ceil, cos, nan, radians, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyman.dispatch.problem import Point, TravelMode
from handyman.dispatch.travel import great_circle_metres, minutes, minutes_row, minutes_table

NORYANGJIN = Point(37.5142, 126.9425)
SADANG = Point(37.4766, 126.9816)
in_seoul = st.builds(Point, st.floats(37.4, 37.7), st.floats(126.7, 127.2))
heights = st.none() | st.floats(0, 800)
on_its_hills = st.builds(Point, st.floats(37.4, 37.7), st.floats(126.7, 127.2), heights)


def metres_by_cosines(a: Point, b: Point) -> float:
    lat_a, lat_b, lon = radians(a.lat), radians(b.lat), radians(b.lon - a.lon)
    return 6_371_009 * acos(min(1.0, sin(lat_a) * sin(lat_b) + cos(lat_a) * cos(lat_b) * cos(lon)))


@given(a=in_seoul, b=in_seoul)
def test_the_great_circle_agrees_with_another_formula(a: Point, b: Point) -> None:
    assert great_circle_metres(a, b) == pytest.approx(metres_by_cosines(a, b), abs=1.0)


def test_across_the_district_by_car() -> None:
    assert minutes(NORYANGJIN, SADANG, TravelMode.CAR) == ceil(6 + 5418 * 1.3 / 300)


@given(a=in_seoul, b=in_seoul, mode=st.sampled_from(TravelMode))
def test_the_way_back_is_as_long(a: Point, b: Point, mode: TravelMode) -> None:
    assert minutes(a, b, mode) == minutes(b, a, mode) >= 3


def test_far_ways_are_longest_on_foot() -> None:
    ways = {mode: minutes(NORYANGJIN, SADANG, mode) for mode in TravelMode}
    assert max(ways, key=lambda mode: ways[mode]) is TravelMode.WALK


def test_next_door_still_takes_a_moment() -> None:
    assert minutes(SADANG, SADANG, TravelMode.CAR) == 3


@given(places=st.lists(on_its_hills, max_size=8), mode=st.sampled_from(TravelMode))
def test_a_table_tells_the_same_minutes_as_each_pair(places: list[Point], mode: TravelMode) -> None:
    table = minutes_table(*columns(places), mode)
    assert table.dtype == np.int32
    assert table.tolist() == [[minutes(a, b, mode) for b in places] for a in places]


@given(point=on_its_hills, places=st.lists(on_its_hills, max_size=8), mode=st.sampled_from(TravelMode))
def test_a_row_tells_the_same_minutes_as_each_pair(
    point: Point, places: list[Point], mode: TravelMode
) -> None:
    to, back = minutes_row(point, *columns(places), mode)
    assert (to.dtype, back.dtype) == (np.int32, np.int32)
    assert to.tolist() == [minutes(point, place, mode) for place in places]
    assert back.tolist() == [minutes(place, point, mode) for place in places]


def test_a_table_larger_than_what_is_worked_out_at_once_is_whole() -> None:
    places = [Point(37.4 + number / 5_000, 126.9 + number % 7 / 100, number / 10) for number in range(300)]
    table = minutes_table(*columns(places), TravelMode.WALK)
    assert table.tolist() == [[minutes(a, b, TravelMode.WALK) for b in places] for a in places]


def test_places_without_heights_need_no_list_of_them() -> None:
    lats, lons, _ = columns([NORYANGJIN, SADANG])
    assert minutes_table(lats, lons, None, TravelMode.CAR)[0, 1] == minutes(
        NORYANGJIN, SADANG, TravelMode.CAR
    )


def columns(places: list[Point]) -> tuple[list[float], list[float], list[float]]:
    known = [nan if place.height is None else place.height for place in places]
    return [place.lat for place in places], [place.lon for place in places], known


def test_going_up_to_the_door_takes_longer_than_coming_down() -> None:
    below, above = Point(37.5030, 126.9500, 20), Point(37.5000, 126.9500, 95)
    flat = minutes(Point(37.5030, 126.9500), Point(37.5000, 126.9500), TravelMode.WALK)
    assert minutes(below, above, TravelMode.WALK) == flat + 10  # 75 m up as long as 600 m along
    assert minutes(above, below, TravelMode.WALK) == flat


@given(a=in_seoul, b=in_seoul, low=st.floats(0, 300), up=st.floats(0, 300), mode=st.sampled_from(TravelMode))
def test_a_climb_never_shortens_the_way(a: Point, b: Point, low: float, up: float, mode: TravelMode) -> None:
    climb = minutes(Point(a.lat, a.lon, low), Point(b.lat, b.lon, low + up), mode)
    assert climb >= minutes(a, b, mode)
    assert climb == minutes(a, b, mode) or mode is not TravelMode.CAR


def test_a_height_on_one_side_alone_says_nothing() -> None:
    high = Point(SADANG.lat, SADANG.lon, 150)
    assert minutes(NORYANGJIN, high, TravelMode.WALK) == minutes(NORYANGJIN, SADANG, TravelMode.WALK)


def test_a_height_makes_no_other_place() -> None:
    assert {Point(37.5, 126.9, 30.0), Point(37.5, 126.9)} == {Point(37.5, 126.9)}
