"""What was mistyped, misheard or only half said is found when it can mean one house, and never guessed."""

from random import Random

import pytest

from benchmarks import geocode_messy
from benchmarks.messy_nowhere import no_answers
from handyman.geocode.finding.mended import mended
from handyman.geocode.finding.spelling import Speller, cost
from handyman.geocode.gazetteer import embedded
from handyman.geocode.ground import metres
from handyman.geocode.locate import locate
from handyman.geocode.located import Grade, Problem
from handyman.geocode.table import facts


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("상두로 369", "동작구 상도로 369"),  # a vowel misheard
        ("상도러 369", "동작구 상도로 369"),  # the key beside it
        ("상도ㄹ로 369", "동작구 상도로 369"),  # a key struck twice, left as a loose letter
        ("상로로 369", "동작구 상도로 369"),
        ("tkdehfj 369", "동작구 상도로 369"),  # the same with the keyboard on Latin
        ("장승백이로 96", "동작구 장승배기로 96"),
        ("현충노 75", "동작구 현충로 75"),
        ("양령로22가길 34 반지하", "동작구 양녕로22가길 34, 지층"),
        ("동작구사둥로14길20", "동작구 사당로14길 20"),
    ],
)
def test_slip_of_a_key_leads_to_the_road_that_has_the_number(typed: str, meant: str) -> None:
    best = locate(typed).best
    assert best is not None
    assert (best.label, best.corrected) == (meant, True)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("상도 369", "동작구 상도로 369"),
        ("여의대방22나길 5", "동작구 여의대방로22나길 5"),
        ("동작 29길 110", "동작구 동작대로29길 110"),
        ("신대방 690-1", "동작구 대림로 44"),
    ],
)
def test_half_a_name_is_enough_where_only_one_house_fits(said: str, meant: str) -> None:
    best = locate(said).best
    assert best is not None
    assert best.label == meant


def test_tie_is_broken_by_the_number_that_exists_and_by_the_dong_that_was_said() -> None:
    road, number = "성대로10길", "8-6"
    assert number in facts.numbers_of(road)
    with_dong = locate(f"상도동 설대로10길 {number}").best
    assert with_dong is not None
    assert (with_dong.road_name, with_dong.building_number) == (road, number)


@pytest.mark.parametrize(
    "typed", ["사임당로 10", "봉천로 100", "사평대로 20", "방배로 30", "신길로 77", "테헤란로 152"]
)
def test_road_of_another_district_is_refused_with_its_district_and_bent_to_none_of_ours(typed: str) -> None:
    finding = locate(typed)
    assert (finding.candidates, finding.problem) == ((), Problem.OTHER_DISTRICT)
    assert finding.detail.partition(" ")[0].endswith("구")


def test_mistyped_roads_of_other_districts_lead_nowhere() -> None:
    from benchmarks.messy_keys import slip

    chance = Random(11)
    others = sorted(facts.roads_elsewhere() - facts.roads_with_numbers())
    typed = [f"{slip(road, chance)} {chance.randint(1, 60)}" for road in chance.sample(others, 150)]
    sent = [
        text for text in typed if (best := locate(text).best) and best.grade not in (Grade.ROAD, Grade.DONG)
    ]
    assert sent == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("등용로9릭 5", "동작구 등용로9길 5"),
        ("사당로29ㄱ길 51", "동작구 사당로29길 51"),
        ("상도로34깃 74", "동작구 상도로34길 74"),
        ("여의대방로22버길 57", "동작구 여의대방로22바길 57"),
        ("장승배기로9라ㅣㄱㄹ 32-10", "동작구 장승배기로9라길 32-10"),
    ],
)
def test_lane_whose_ending_slipped_is_the_lane_and_never_the_house_at_its_mouth(
    typed: str, meant: str
) -> None:
    found = mended(typed, embedded())
    assert found is not None
    assert meant in {place.label for place in found.candidates}
    assert all(place.corrected for place in found.candidates)
    best = locate(typed).best
    assert best is None or (best.label, best.corrected) == (meant, True)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("노진량로 125", "동작구 노량진로 125"),  # two syllables exchanged
        ("대신방11길 13", "동작구 신대방11길 13"),
        ("tkkdehfh19rlf 7", "동작구 상도로19길 7"),  # on Latin keys, and one slipped
        ("배기로 26", "동작구 장승배기로 26"),  # only the end was heard
        ("사드ㅏㅇ동 1039번지 31호", "동작구 남부순환로269가길 10"),
        ("동작댈로1길 32-5", "동작구 동작대로1길 32-5"),  # begins like the district
        ("서울시 동잗구 썽대로 6가길 11-10 반지하", "동작구 성대로6가길 11-10, 지층"),
    ],
)
def test_other_slips_and_several_at_once(typed: str, meant: str) -> None:
    best = locate(typed).best
    assert best is not None
    assert (best.label, best.corrected) == (meant, True)


@pytest.mark.parametrize(
    "said",
    [
        "사당로 20 또는 상도로 20",
        "상도로 102 사당로 20",
        "상도로 20 사당로 20",
        "사당로 20 말고 상도로 20",
        "사당로 20 (사당동 1011-1)",  # the lot lies elsewhere
        "흑석동 사당로 20",  # the road does not touch that dong
        "사당동 상도로 102",
        "상도리 123",  # a village is none of our roads
        "사당로 이십사길 4",  # 24길 or 20사길
        "동작구 성내로 159",  # there is one in another district
        "당사2동 281-1",  # 사당2동, or 당산2동 of another district
        "ehdwkehd 327",  # 동자동
        "당사로 20",  # 사당로, or 당산로 of another district
    ],
)
def test_words_that_speak_against_one_another_are_asked(said: str) -> None:
    assert locate(said).best is None


def test_estimate_of_a_lot_that_may_be_anywhere_is_only_its_dong() -> None:
    table = embedded()
    lots = {(point.beopjeong_dong, point.jibun.partition("-")[0]) for point in table.points() if point.jibun}
    for dong, plot in sorted(lots)[::5]:
        for place in locate(f"{dong} {plot}-999", table).candidates:
            assert place.grade is not Grade.INTERPOLATED or place.error_m <= 300


def test_another_digit_is_another_road_and_never_mended() -> None:
    roads = Speller(["사당로23길", "사당로24길", "여의대방로22나길"])
    assert [near.name for near in roads.near("사다로23길")] == ["사당로23길"]
    assert roads.near("사당로25길") == ()
    assert roads.near("여의대방로22다길") == ()
    assert roads.near("여의대방로22길") == ()


def test_cost_counts_keys_and_sounds_that_are_alike_cost_less() -> None:
    assert cost("ㅅㅏㅇㄷㅗㄹㅗ", "ㅅㅏㅇㄷㅗㄹㅗ") == 0
    assert cost("ㅅㅏㅇㄷㅜㄹㅗ", "ㅅㅏㅇㄷㅗㄹㅗ") < 1
    assert cost("ㅅㅏㅇㅎㅗㄹㅗ", "ㅅㅏㅇㄷㅗㄹㅗ") == 1
    assert cost("ㅅㅇㅏㄷㅗㄹㅗ", "ㅅㅏㅇㄷㅗㄹㅗ") == 1  # two keys exchanged


@pytest.mark.parametrize(
    "said",
    [
        "현대아파트",
        "우성아파트 101동 1203호",
        "경로당",
        "삼성아파트",
        "사당역",
        "상도래미안",
        "주민센터",
        "래미안",
    ],
)
def test_name_that_several_buildings_may_have_is_never_guessed(said: str) -> None:
    assert locate(said).best is None


def test_mess_of_every_kind_is_found_and_what_has_no_door_is_not() -> None:
    table, chance = embedded(), Random(3)
    queries = chance.sample(list(geocode_messy.in_table(table, chance)), 500)
    missed = []
    for query in queries:
        best = locate(query.text).best
        if best is None or metres(*query.at, best.lat, best.lon) > geocode_messy.IN_TABLE_M:
            missed.append(query.text)
    assert len(missed) <= len(queries) * 0.03, missed
    roads = [point for point in table.points() if point.road_name]
    nowhere = chance.sample(list(no_answers(roads, chance)), 200)
    houses = [text for text in nowhere if (best := locate(text).best) and best.place_key]
    assert houses == []
