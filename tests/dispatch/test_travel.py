"""How long the way takes."""

from math import acos, ceil, cos, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyman.dispatch.problem import Point, TravelMode
from handyman.dispatch.travel import great_circle_metres, minutes

NORYANGJIN = Point(37.5142, 126.9425)
SADANG = Point(37.4766, 126.9816)
in_seoul = st.builds(Point, st.floats(37.4, 37.7), st.floats(126.7, 127.2))


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
