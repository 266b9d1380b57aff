"""The list of roads outside the district, by which a road of another district is known as such."""

import csv
import re
from collections import Counter, defaultdict
from functools import cache
from importlib.resources import files

import pytest

OUR_GU = "동작구"
NEIGHBOURS = ("관악구", "서초구", "영등포구", "용산구", "금천구", "구로구", "강남구", "마포구")


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (files("handyman.geocode") / "data" / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@cache
def gus_of() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows("seoul_roads.csv"):
        found[row["road_name"]].add(row["gu"])
    return found


def test_every_row_is_a_road_of_another_district_of_seoul() -> None:
    others = {row["gu"] for row in rows("seoul_dongs.csv")} - {OUR_GU}
    assert {row["gu"] for row in rows("seoul_roads.csv")} == others
    assert len(others) == 24
    strange = [name for name in gus_of() if not re.fullmatch(r"[가-힣0-9.]+[로길]", name)]
    assert strange == []


def test_rows_are_sorted_and_stand_once() -> None:
    pairs = [(row["road_name"], row["gu"]) for row in rows("seoul_roads.csv")]
    assert pairs == sorted(set(pairs))


@pytest.mark.parametrize(
    ("road", "gus"),
    [
        ("사임당로", {"서초구"}),
        ("사임당로8길", {"서초구"}),
        ("난곡로", {"관악구"}),
        ("여의나루로", {"영등포구"}),
        ("한강대로", {"용산구", "중구"}),
        ("성내로", {"강동구"}),
        ("세종대로", {"종로구", "중구"}),
        ("동작대로", {"서초구"}),
        ("시흥대로", {"관악구", "구로구", "금천구", "영등포구"}),
    ],
)
def test_road_lies_in_the_districts_that_it_runs_through(road: str, gus: set[str]) -> None:
    assert gus_of()[road] == gus


def test_roads_of_our_own_are_not_given_away() -> None:
    ours = {row["road_name"] for row in rows("dongjak_addresses.csv")}
    shared = ours & gus_of().keys()
    assert {"남부순환로", "동작대로", "여의대방로", "양녕로"} <= shared
    assert len(shared) < 25  # only what crosses the border
    assert not shared & {"사당로", "상도로", "장승배기로", "만양로", "국사봉길"}


def test_main_roads_of_all_and_the_lanes_of_the_neighbours_are_there() -> None:
    main = Counter(row["gu"] for row in rows("seoul_roads.csv") if row["road_name"].endswith("로"))
    every = Counter(row["gu"] for row in rows("seoul_roads.csv"))
    assert min(main.values()) >= 10
    assert all(every[gu] >= 380 for gu in NEIGHBOURS)
