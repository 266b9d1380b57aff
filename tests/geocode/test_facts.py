"""What is known of roads and numbers beyond the points of the table."""

import pytest

from handyman.geocode.gazetteer import embedded
from handyman.geocode.table import facts


@pytest.mark.parametrize(
    ("road", "number", "gu"),
    [
        ("남부순환로", 2025, "동작구"),
        ("남부순환로", 1600, "관악구"),
        ("동작대로", 101, "동작구"),
        ("동작대로", 100, "서초구"),
        ("시흥대로", 600, "동작구"),
        ("시흥대로", 601, "영등포구"),
        ("사당로", 300, ""),
    ],
)
def test_shared_road_belongs_to_the_district_of_its_number_and_side(road: str, number: int, gu: str) -> None:
    assert facts.district_of_number(road, number) == gu


def test_every_measured_number_on_a_shared_road_lies_in_our_part() -> None:
    astray = [
        f"{point.road_name} {point.number}"
        for point in embedded().points()
        if point.road_name and facts.district_of_number(point.road_name, point.main) not in ("", point.gu)
    ]
    assert astray == []


def test_post_knows_nearly_every_measured_number_and_many_more() -> None:
    measured = [point for point in embedded().points() if point.road_name]
    known = sum(point.number in facts.numbers_of(point.road_name) for point in measured)
    assert known / len(measured) > 0.97
    assert sum(len(facts.numbers_of(road)) for road in facts.roads_with_numbers()) > 20_000


def test_lane_of_a_far_road_lies_where_its_road_lies() -> None:
    assert facts.districts_of("천호대로123길") == facts.districts_of("천호대로")
    assert facts.districts_of("없는이름로") == ()
