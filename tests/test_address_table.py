"""What pages show of the table: the houses around a point, in whichever district, and how much it covers."""

from pathlib import Path

import pytest

from handyman import address_table
from handyman.geocode.gazetteer import AddressPoint, Gazetteer, embedded

HERE = (37.5, 126.95)


def house(main: int, lat: float, lon: float, gu: str, road: str = "상도로") -> AddressPoint:
    return AddressPoint(road, main, 0, "상도동", f"{main}-1", (), lat, lon, gu=gu)


@pytest.fixture
def two_districts(monkeypatch: pytest.MonkeyPatch) -> Gazetteer:
    """The houses 1 and 2 lie on both sides of a border; 3 is 300 m away, 4 has no road."""
    table = Gazetteer(
        [
            house(1, 37.5001, 126.95, "동작구"),
            house(2, 37.4998, 126.95, "관악구"),
            house(3, 37.5027, 126.95, "동작구"),
            house(4, 37.5, 126.95, "동작구", road=""),
            house(5, 37.6, 127.1, "노원구"),
        ],
        [],
        [],
        [],
    )
    monkeypatch.setattr(address_table, "current", lambda: table)
    return table


@pytest.mark.usefixtures("two_districts")
def test_houses_around_a_point_are_those_of_every_district_the_nearest_first() -> None:
    assert [point.main for point in address_table.neighbours(*HERE)] == [1, 2]
    assert [point.main for point in address_table.neighbours(37.6001, 127.1)] == [5]
    assert address_table.neighbours(35.1, 129.0) == []


def test_most_of_a_dense_place_are_left_out() -> None:
    table = embedded()
    point = next(point for point in table.points() if point.road_name)
    around = address_table.neighbours(point.lat, point.lon)
    assert around[0].lat == point.lat
    assert len(around) == address_table.MOST_AROUND


@pytest.mark.usefixtures("two_districts")
def test_coverage_names_the_file_and_counts_each_district() -> None:
    shown = address_table.coverage(Path("/tmp/seoul.sqlite"))
    assert (shown.file, shown.total) == ("seoul.sqlite", 5)
    assert shown.by_gu == (("동작구", 3), ("관악구", 1), ("노원구", 1))


def test_coverage_of_the_shipped_table_names_no_file() -> None:
    shown = address_table.coverage(Path("/tmp/nothing.sqlite"))
    assert (shown.file, [gu for gu, _ in shown.by_gu]) == ("", ["동작구"])
    assert shown.total == len(embedded())
