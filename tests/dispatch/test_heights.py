"""How high a place lies, as far as the heights around it tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyman.dispatch.heights import REACH_METRES, Heights, Spot
from handyman.dispatch.problem import Point
from handyman.dispatch.travel import great_circle_metres

STEP = 0.0008  # degrees: a grid of some 90 m by 70 m
places = st.tuples(st.floats(37.490, 37.500), st.floats(126.940, 126.950))


def grid() -> list[Spot]:
    lats, lons = (37.484 + STEP * n for n in range(28)), [126.934 + STEP * n for n in range(28)]
    return [Spot(lat, lon, slope(lat)) for lat in lats for lon in lons]


def slope(lat: float) -> float:
    """A hillside that rises by one in five to the north."""
    return 20 + (lat - 37.484) * 111_195 / 5


HILLSIDE = Heights(grid())


@given(place=places)
def test_on_a_hillside_the_height_is_that_of_the_place(place: tuple[float, float]) -> None:
    found = HILLSIDE.at(*place)
    assert found == pytest.approx(slope(place[0]), abs=6.2)  # no worse than the grid itself


@given(place=places, metres=st.lists(st.floats(0, 300), min_size=3, max_size=9))
def test_no_place_is_higher_or_lower_than_all_around_it(
    place: tuple[float, float], metres: list[float]
) -> None:
    around = [Spot(place[0] + n * 0.0001, place[1], height) for n, height in enumerate(metres)]
    found = Heights(around).at(*place)
    assert found is not None
    assert min(metres) - 1e-6 <= found <= max(metres) + 1e-6


def test_a_known_place_has_its_own_height() -> None:
    spot = grid()[400]
    assert HILLSIDE.at(spot.lat, spot.lon) == pytest.approx(spot.metres, abs=0.1)


def test_a_summit_says_nothing_of_the_streets_below() -> None:
    summit, second = Spot(37.4971, 126.9617, 179), Spot(37.4972, 126.9617, 178)
    assert Heights([summit, second]).at(37.4970, 126.9617) is None


def test_far_from_all_that_is_known_nothing_is_assumed() -> None:
    edge = max(spot.lat for spot in grid())
    beyond = edge + 0.002
    assert great_circle_metres(Point(edge, 126.94), Point(beyond, 126.94)) > REACH_METRES
    assert HILLSIDE.at(beyond, 126.94) is None
    assert Heights().at(37.5, 126.95) is None


@given(
    place=places,
    distance=st.floats(0, REACH_METRES - 1),
    bearing=st.sampled_from([(1, 0), (0, 1), (-1, 0), (0, -1)]),
)
def test_whatever_lies_within_reach_is_found(
    place: tuple[float, float], distance: float, bearing: tuple[int, int]
) -> None:
    lat = place[0] + bearing[0] * distance / 111_195
    lon = place[1] + bearing[1] * distance / 88_300
    assert Heights([Spot(lat, lon, 50.0)] * 3).at(*place) == pytest.approx(50.0)
