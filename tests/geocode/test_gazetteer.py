"""The table answers the questions of a search, the same from memory and from a file."""

import gc
import weakref
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from handyman.geocode.address import name_key
from handyman.geocode.gazetteer import AddressPoint, Gazetteer, Road, embedded
from handyman.geocode.locate import locate
from handyman.geocode.located import Grade
from handyman.geocode.table import shipped
from handyman.geocode.table.questions import WHOLE_DONG_M, once_a_table

ROWS = tuple(shipped.addresses())


def of(*points: AddressPoint) -> Gazetteer:
    return Gazetteer(points, shipped.dongs(), (), shipped.overlap())


def at(
    road: str, main: int, sub: int = 0, *, gu: str = "동작구", dong: str = "", jibun: str = ""
) -> AddressPoint:
    return AddressPoint(road, main, sub, dong, jibun, (), 37.5, 126.95, gu=gu)


def test_every_row_that_we_ship_is_found_by_road_lot_and_name() -> None:
    table = embedded()
    assert Counter(table.points()) == Counter(ROWS)
    assert len(table) == len(ROWS)
    for row in ROWS:
        if row.road_name:
            assert row in table.on_road(Road(row.gu, row.road_name))
        if row.jibun:
            assert row in table.at_lot(row.beopjeong_dong, row.jibun, row.gu)
            assert row in table.on_plot(row.beopjeong_dong, row.jibun.partition("-")[0])
        for name in row.names:
            assert row in table.named(name_key(name))


def test_names_are_found_by_any_part_the_shorter_first() -> None:
    names = sorted({name_key(name) for row in ROWS for name in row.names}, key=lambda name: (len(name), name))
    assert list(embedded().names()) == names
    for part in ("아파트", "초등", "상도", "자이"):
        assert list(embedded().names_with(part)) == [name for name in names if part in name][:200]
    assert list(embedded().names_with("없는이름")) == []
    assert list(embedded().names_with("")) == []


def test_lots_that_begin_so_come_exact_and_short_first() -> None:
    wanted = sorted(
        (row.jibun for row in ROWS if row.jibun.startswith("100")), key=lambda lot: (len(lot), lot)
    )
    assert [point.jibun for point in embedded().lots_starting("100", 30)] == wanted[:30]


def test_road_through_two_districts_is_two_roads() -> None:
    table = of(at("동작대로", 9), at("동작대로", 1, gu="서초구"), at("동작대로", 1))
    assert [road.gu for road in table.roads_named("동작대로")] == ["동작구", "서초구"]
    assert [point.main for point in table.on_road(Road("동작구", "동작대로"))] == [1, 9]
    assert table.on_road(Road("관악구", "동작대로")) == ()


def test_dong_name_of_several_districts_is_told_apart() -> None:
    here = of(at("압구정로", 1, gu="강남구", dong="신사동", jibun="1"), at("상도로", 1))
    assert [centre.gu for centre in here.dongs_named("신사동")][:1] == ["강남구"]
    assert {centre.gu for centre in here.dongs_named("신사동")} >= {"강남구", "은평구", "관악구"}
    centre = here.dong_centre("신사동")
    assert centre
    assert centre.gu == "강남구"
    assert here.dong_centre("신사동", "은평구") is None
    assert here.gu_of_dong("신사동") == "강남구"
    assert here.at_lot("신사동", "1", "은평구") == []
    assert here.beopjeong_of("신사동", "관악구") == []


def test_empty_table_is_a_table() -> None:
    table = of()
    assert table
    assert (len(table), list(table.points()), table.gus) == (0, [], frozenset())
    assert table.dong_error("사당동") == WHOLE_DONG_M


def test_several_threads_may_ask_at_once() -> None:
    table = of(*ROWS[:500])
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda row: row in table.on_road(Road(row.gu, row.road_name)), ROWS[:500]))
    assert all(found)


def test_one_house_is_found_without_its_road_and_above_the_ground_only() -> None:
    below = replace(at("상도로", 3), underground=True)
    table = of(at("상도로", 1), at("상도로", 1, 2), below, at("상도로", 5))
    road = Road("동작구", "상도로")
    assert table.at_number(road, 1, 2) == at("상도로", 1, 2)
    assert table.at_number(road, 3, 0) is None
    assert table.at_number(road, 3, 0, underground=True) == below
    assert table.at_number(Road("동작구", "없는길"), 1, 0) is None


def test_what_is_worked_out_of_a_table_is_made_once_and_goes_with_it() -> None:
    made: list[int] = []

    @once_a_table
    def lengths(table: Gazetteer) -> set[int]:
        made.append(len(table))
        return {len(road.name) for road in table.roads}

    first, second = of(at("상도로", 1)), of(at("사당로23길", 1), at("사당로23길", 2))
    assert (lengths(first), lengths(second), lengths(first)) == ({3}, {6}, {3})
    assert made == [1, 2]
    kept, gone = weakref.ref(lengths(first)), weakref.ref(first)
    del first
    gc.collect()
    assert (kept(), gone()) == (None, None)


def test_tables_that_were_searched_are_let_go() -> None:
    table = of(*ROWS[:200])
    for said in ("상두로 1", "Sangdoro 1", "상도동 없는빌라", "ㅅ"):
        locate(said, table)
    gone = weakref.ref(table)
    del table
    gc.collect()
    assert gone() is None


def test_road_that_is_called_after_a_dong_is_found() -> None:
    table = of(
        at("구로동로35나길", 101, gu="구로구", dong="구로동"),
        at("목동동로", 29, gu="양천구", dong="신정동"),
        at("상도로", 1),
    )
    for said in ("구로동로35나길 101", "목동동로 29"):
        best = locate(said, table).best
        assert best
        assert best.label.partition(" ")[2] == said


@pytest.mark.parametrize("number", ["지", "지하", "지하 9", "산1", "1-산", "-", "-3", "１", "999999", "²"])
def test_number_that_is_being_typed_may_be_anything(number: str) -> None:
    road = embedded().roads_named("상도로")
    found = [*embedded().numbers_on(road, number, 5), *embedded().numbered(number, 5)]
    assert all(point.underground for point in found)


def test_road_that_lies_below_the_ground_alone_is_told_as_a_road() -> None:
    below = replace(at("시험로", 396, dong="상도동"), underground=True)
    table = of(below)
    exact = locate("시험로 지하 396", table).best
    assert exact
    assert (exact.grade, exact.building_number) == (Grade.BUILDING, "지하 396")
    for said in ("시험로", "시험로 5", "시험로 396", "시험로 지하 5"):
        best = locate(said, table).best
        assert best
        assert best.grade is Grade.ROAD
