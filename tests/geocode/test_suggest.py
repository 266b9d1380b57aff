"""Suggestions while the operator types."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from handyman.geocode.finding.answers import at_point
from handyman.geocode.gazetteer import AddressPoint, Gazetteer, embedded
from handyman.geocode.locate import locate
from handyman.geocode.located import Grade, Located
from handyman.geocode.suggest import short_form, suggest
from handyman.geocode.suggesting.index import NameForms
from handyman.geocode.suggesting.keys import typed_keys
from handyman.geocode.table import facts
from handyman.hangul import composed, initials, strokes, to_latin

HOUSE = AddressPoint("사당로23길", 20, 3, "사당동", "1002-3", (), 37.48, 126.97)
NEXT_DOOR = replace(HOUSE, main=20, sub=0, jibun="1002")
TENTH = replace(HOUSE, main=20, sub=10, jibun="1002-10")
FAR = replace(HOUSE, road_name="상도로", main=20, sub=3, beopjeong_dong="상도동", jibun="1002-3")
ON_A_HILL = replace(HOUSE, road_name="", main=0, sub=0, jibun="산12-1")
BUILDING = replace(
    HOUSE, road_name="동작대로29길", main=91, sub=0, jibun="105", names=("사당우성2단지아파트",)
)
NAMESAKE = replace(
    BUILDING, road_name="만양로8길", main=50, beopjeong_dong="노량진동", names=("노량진우성아파트",)
)
TOWN = Gazetteer(
    [HOUSE, NEXT_DOOR, TENTH, FAR, ON_A_HILL, BUILDING, NAMESAKE],
    embedded().dongs,
    [],
    [("사당1동", "사당동")],
)


def labels(text: str, first: tuple[Located, ...] = ()) -> list[str]:
    return [place.label.removeprefix("동작구 ") for place in suggest(text, gazetteer=TOWN, first=first)]


def houses(text: str) -> list[str]:
    return [label.partition(",")[0] for label in labels(text)]


@pytest.mark.parametrize(
    "typed",
    [
        *("사당로23길20-3", "사당로 23길 20-3", "사당로23번길 20-3", "사당23 20-3", "동작구 사당로23길 20-3"),
        *("서울 동작구 사당로23길 20의3", "사당동 사당로23길 20-3", "사당로23길 20번지 3"),
        *("ㅅㄷㄹ23ㄱ20-3", "ㅅㄷㄹ23ㄱ 20-3", "ㅅㄷㄹ23 20-3", "ㅅㄷ23ㄱ 20-3", "ㅅㄷ23 20-3", "ㅅㄷ2320-3"),
        *("ㅅ23 20-3", "23 20-3", "ㅅ ㄷ 23 20-3", "ㅅㄷ２３ ２０－３", "tkekdfh23rlf 20-3", "te23 20-3"),
        *("사당동1002-3", "사당 1002-3", "사당1동 1002-3", "ㅅㄷㄷ 1002-3", "ㅅㄷㄷ1002의 3"),
        *("사당동 1002번지 3호", "사당로23길 20-3 101동 1203호", "ㅅㄷ23 20-3 지층", "사당로23길20-3,101동"),
        *("사댱로23길 20-3", "사당ㄹ23길 20-3", "사당롱23길 20-3", "사다로23길 20-3"),
    ],
)
def test_house_comes_first_however_it_is_typed(typed: str) -> None:
    assert houses(typed)[0] == "사당로23길 20-3"


@pytest.mark.parametrize("typed", ["1002-3", "ㅅ1002-3", "ㅅㄷ1002-3", "20-3"])
def test_number_alone_brings_every_house_of_it_before_longer_numbers(typed: str) -> None:
    assert set(labels(typed)[:2]) == {"사당로23길 20-3", "상도로 20-3"}


def test_numbers_come_in_the_order_of_numbers() -> None:
    assert labels("ㅅㄷ23 20")[:3] == ["사당로23길 20", "사당로23길 20-3", "사당로23길 20-10"]
    assert labels("사당로23길 20-")[:2] == ["사당로23길 20-3", "사당로23길 20-10"]


def test_lot_on_a_hill_is_found() -> None:
    assert labels("사당동 산12")[0] == labels("ㅅㄷㄷ산12-1")[0] == labels("산12")[0] == "사당동 산12-1"


def test_building_is_found_by_any_part_of_its_name() -> None:
    for typed in (
        "우성",
        "우서",
        "ㅇㅅ",
        "ㅇㅅ2",
        "사당우성",
        "ㅅㄷㅇㅅ",
        "dntjd",
        "우성2단지 101동",
        "우숭2단지",
    ):
        assert "동작대로29길 91" in houses(typed), typed


def test_dong_before_the_name_says_which_building() -> None:
    assert labels("노량진동 우성")[0] == labels("ㄴㄹㅈㄷ ㅇㅅㅇㅍㅌ")[0] == "만양로8길 50"
    assert labels("사당동 우성")[0] == "동작대로29길 91"


def test_unknown_number_shows_what_the_road_has() -> None:
    assert suggest("상도로 369-")[0].label == "동작구 상도로 369"
    assert labels("사당로23길 20-7")[:2] == ["사당로23길 20-7", "사당로23길 20"]


def test_roads_that_go_on_stand_beside_the_number_that_is_complete() -> None:
    places = [place.label for place in suggest("사당로2")]
    assert places[0] == "동작구 사당로 2"
    assert any("사당로2" in place and "길" in place for place in places)


@pytest.mark.parametrize(
    "typed", ["사", "삳", "사다", "상도로 3", "ㅅ", "ㅏ", "ㅋ", "ㅢ", "ㄲ", "ㅄ", "서울", "q"]
)
def test_suggestions_come_while_a_syllable_is_unfinished(typed: str) -> None:
    assert 1 <= len(suggest(typed)) <= 7


def test_no_beginning_of_an_address_finds_nothing() -> None:
    points = list(embedded().points())[::900]
    for typed in (prefix for point in points for form in _forms(point) for prefix in _prefixes(form)):
        if typed[-1].isalpha():  # a syllable that may be unfinished
            assert suggest(composed(typed)), composed(typed)
        if typed[-1] != composed(typed)[-1]:
            assert suggest(typed), typed


def _forms(point: AddressPoint) -> Iterator[str]:
    road, lot = f"{point.road_name} {point.number}", f"{point.beopjeong_dong} {point.jibun}"
    yield strokes(at_point(point, embedded()).label + " 101동 1203호")
    yield from (strokes(lot), initials(lot), strokes(f"반지하 {lot}"))
    if point.road_name:
        yield from (strokes(road.replace(" ", "")), initials(road), to_latin(road))
        yield from map(strokes, (f"07012 {road}", f"B01호 {road}", f"{road} ({point.beopjeong_dong})"))
        yield strokes(f"{point.road_name} 이십삼 다시 삼")
    for name in point.names:
        yield from map(strokes, (name, f"{name} 101동 1203호", f"101동 1203호 {name}"))


def test_no_beginning_of_a_road_whose_lane_is_told_in_words_finds_nothing() -> None:
    for words in ("사당로이십삼길 이십 다시 삼", "남부순환로이백육십칠가길 칠", "상도로십오사길 육"):
        for typed in map(composed, _prefixes(strokes(words))):
            assert typed[-1] == " " or suggest(typed), typed


def _prefixes(keys: str) -> Iterator[str]:
    return (keys[:end] for end in range(1, len(keys) + 1))


def test_few_strokes_that_begin_nothing_bring_something_and_many_bring_nothing() -> None:
    for typed in ("0ㅎ", "???ㅎ", "中ㅎ", "🙂가", "\x00ㅇ", "ㅡ", "ㅢ", "서울 ㅂ", "사당동 뷁"):
        assert suggest(typed), typed
    for typed in (
        "힣" * 5000,
        "가" * 7,
        "zz뷁",
        "아무말이나 하는 중",
        "99999999-ㅁ",
        "서울 뷁뷁",
        "없는길 12",
    ):
        assert suggest(typed) == [], typed


def test_syllable_in_every_state_of_composition_means_the_same() -> None:
    assert typed_keys("삳") == typed_keys("사ㄷ") == typed_keys("ㅅㅏㄷ") == typed_keys("\u1109\u1161\u11ae")
    assert labels("삳") == labels("사ㄷ")


@pytest.mark.parametrize("typed", ["", "   ", "((((", "\x00", "-" * 300, "🙂" * 300, "\u200b", "'; --"])
def test_nothing_typed_suggests_nothing(typed: str) -> None:
    assert suggest(typed) == []


@pytest.mark.parametrize(
    "typed", ["1-" * 150, "9" * 300, "1 " * 150, "ㄱ" * 300, "ㅅ1" * 150, "a" * 300, "%_\\" * 99]
)
def test_no_input_is_too_strange(typed: str) -> None:
    assert len(suggest(typed)) <= 7


def test_every_suggestion_is_a_different_place() -> None:
    keys = [place.place_key for place in suggest("상도")]
    assert len(keys) == len(set(keys)) == 7


def test_what_is_typed_in_full_is_suggested_first() -> None:
    assert suggest("상도로 369")[0] == locate("상도로 369").best


HOME = replace(at_point(HOUSE, TOWN, "101동 1203호"), building_name="")


@pytest.mark.parametrize(
    "typed", ["", "ㅅ", "ㅋ", "사", "ㅅㄷ", "20", "사당로23길 20-3", "1002", "ㅅㄷ1", "tkekd"]
)
def test_callers_own_address_comes_first_and_once(typed: str) -> None:
    found = labels(typed, first=(HOME,))
    assert found[0] == "사당로23길 20-3, 101동 1203호"
    assert "사당로23길 20-3" not in found


def test_callers_own_address_does_not_stand_before_what_is_typed_when_it_does_not_fit() -> None:
    assert labels("상도로", first=(HOME,)) == ["상도로 20-3"]


def test_no_more_are_shown_than_asked_for() -> None:
    assert len(suggest("ㅅ", limit=3)) == 3
    assert len(suggest("", limit=2, first=[replace(HOME, place_key=f"road:{n}|") for n in range(5)])) == 2


def test_house_that_the_post_knows_is_offered_though_the_table_lacks_its_point() -> None:
    listed = {(point.road_name, point.number) for point in embedded().points()}
    road, number = next(
        (road, number)
        for road in ("사당로", "상도로", "노량진로")
        for number in sorted(facts.numbers_of(road))
        if (road, number) not in listed and locate(f"{road} {number}").best
    )
    first = suggest(f"{road} {number}")[0]
    assert (first.road_name, first.building_number, first.grade) == (road, number, Grade.INTERPOLATED)


def exactly(text: str, table: Gazetteer | None = None) -> list[str]:
    return [place.label.removeprefix("동작구 ") for place in short_form(text, table)]


@pytest.mark.parametrize(
    "typed",
    ["ㅅㄷ23 20-3", "ㅅㄷㄹ23ㄱ20-3", "ㅅㄷ2320-3", "ㅅ23 20-3", "23 20-3", "te23 20-3", "ㅅㄷ23 20의 3"],
)
def test_short_form_typed_to_its_end_is_the_house(typed: str) -> None:
    assert exactly(typed, TOWN) == ["사당로23길 20-3"]


def test_number_alone_is_every_house_of_it() -> None:
    assert (
        exactly("ㅅㄷㄷ1002-3", TOWN) == exactly("ㅅㄷㄷ1002의 3", TOWN) == ["사당로23길 20-3", "상도로 20-3"]
    )
    assert set(exactly("1002-3", TOWN)) == {"사당로23길 20-3", "상도로 20-3"}
    assert exactly("산12-1", TOWN) == ["사당동 산12-1"]


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "ㅅㄷㄹ",
            "ㅅㄷ23 9000",
            "ㅅㄷ23 20-",
            "사당로23길 20-3",
            "사당동 1002-3",
            "우성2단지",
            "1002-",
        ),
        *("010-1002-3", "010-1234-5678", "ㅠ01", "ㅅㄷ23 20-3 옆집", "1" * 300, "ㅅ1" * 90),
    ],
)
def test_any_other_text_is_no_short_form(typed: str) -> None:
    assert exactly(typed, TOWN) == []


def test_short_form_that_too_many_houses_have_tells_none() -> None:
    assert exactly("12") == []


@pytest.mark.parametrize("number", ["20-3", "12"])
def test_short_form_of_a_house_that_the_table_lacks_is_its_likely_point(number: str) -> None:
    (place,) = short_form(f"ㅅㄷ23 {number}")
    assert (place.place_key, place.grade) == (f"road:동작구 사당로23길:{number}|", Grade.INTERPOLATED)


@pytest.mark.parametrize("typed", ["12", "ㅅㄷ 20", "23 20", "1002", "12호", "20-3 20"])
def test_number_is_the_house_or_the_flat_and_never_both(typed: str) -> None:
    assert suggest(typed)
    assert not any(place.unit for place in suggest(typed))


@pytest.mark.parametrize("flat", ["101-1203", "101동 1203호", "101동1203호"])
def test_flat_behind_a_name_takes_part_in_no_search(flat: str) -> None:
    plain, whole = suggest("래미안"), suggest(f"래미안 {flat}")
    assert [place.place_key + "101동 1203호" for place in plain] == [place.place_key for place in whole]
    assert {place.unit for place in whole} == {"101동 1203호"}
    assert [place.lat for place in suggest("래미안 12")] == [place.lat for place in plain]


@pytest.mark.parametrize(
    "typed",
    [
        *("07012 상도로 369", "(07012) 상도로 369", "상도로 삼백육십구", "Sangdo-ro 369", "sangdoro 36"),
        *("상도로 369 (상도동", "상도로 369 (상도동)", "07012 상도로 36", "07012 상도"),
    ],
)
def test_what_the_reader_reads_is_offered_and_while_it_is_written(typed: str) -> None:
    assert "상도로" in {place.road_name for place in suggest(typed)}
    if typed.endswith(("369", "구", ")")):
        assert [place.label for place in suggest(typed)] == ["동작구 상도로 369"]


def test_flat_in_front_goes_with_the_house() -> None:
    assert [place.unit for place in suggest("지층 상도로 369")] == ["지층"]
    assert suggest("지층 상도로 36")[0].label == "동작구 상도로 36, 지층"


@pytest.mark.parametrize(
    "typed",
    [
        "강남구 테헤란로 1",
        "강남구",
        "강남구 테헤란ㄹ",
        "강남구 ㅌ",
        "관악구 신림로 23",
        "테헤란로 1",
        "신림동",
    ],
)
def test_words_of_another_district_bring_no_house(typed: str) -> None:
    assert suggest(typed) == []


@pytest.mark.parametrize("road", ["사당로23길", "ㅅㄷ23"])
def test_number_that_the_table_lacks_is_offered_at_its_estimate(road: str) -> None:
    first, second = suggest(f"{road} 20-3")[:2]
    assert (first.label, first.grade) == ("동작구 사당로23길 20-3", Grade.INTERPOLATED)
    assert (second.label, second.grade) == ("동작구 사당로23길 20", Grade.BUILDING)


def test_numbers_of_the_post_go_on_behind_those_of_the_table() -> None:
    found = suggest("ㅅㄷ23 214-1")
    grades = [place.grade for place in found]
    assert len({place.place_key for place in found}) == len(found) > 1
    assert Grade.INTERPOLATED in grades
    assert all(place.building_number.startswith("214-1") for place in found)


def test_caller_of_the_next_flat_is_not_given_the_callers_own() -> None:
    for typed in ("사당로23길 20-3 101동", "사당로23길 20-3 101동 1203호"):
        assert labels(typed, first=(HOME,))[0] == "사당로23길 20-3, 101동 1203호"
    assert labels("사당로23길 20-3 102동 5호", first=(HOME,))[0] == "사당로23길 20-3, 102동 5호"
    assert labels("사당로23길 20-31", first=(HOME,)) == labels("사당로23길 20-31")


def test_long_name_is_told_from_many_that_begin_like_it_and_nothing_typed_is_kept() -> None:
    names = NameForms([f"서울특별시립{a}{b}원" for a in "가나다라마바사아자차" for b in "강난달랄맘발삼"])
    assert names.with_part(strokes("서울특별시립차삼원"), 30) == ["서울특별시립차삼원"]
    assert names.nearly(strokes("서울특별시림차삼원"), 30) == ["서울특별시립차삼원"]
    kept = len(names.__dict__["_full"]._soonest)
    for number in range(200):
        names.with_part(strokes(f"서울특별시립{number}"), 30)
    assert len(names.__dict__["_full"]._soonest) == kept


@pytest.mark.parametrize("number", ["20", "20-3"])
def test_flat_stays_behind_a_short_form(number: str) -> None:
    (place,) = short_form(f"ㅅㄷ23 {number} 101동 1203호")
    assert place.label == f"동작구 사당로23길 {number}, 101동 1203호"
    assert suggest(f"ㅅㄷ23 {number} 지층")[0].label == f"동작구 사당로23길 {number}, 지층"


def test_callers_own_address_that_no_table_knows_is_found_by_its_initials() -> None:
    own = Located(37.5, 126.9, Grade.PLACED, 5, label="없는길 12", place_key="said:없는길12|")
    for typed in ("없", "ㅇㄴㄱ", "ㅇㄴㄱ12", "없는길 12"):
        assert labels(typed, first=(own,))[0] == "없는길 12", typed
