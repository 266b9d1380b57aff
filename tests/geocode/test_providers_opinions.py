"""The table first, others within the time they are given: whose answer stands, and who disagrees."""

import json
import logging
import re
import threading
import time
from datetime import UTC, date, datetime
from typing import Any

import pytest

from handyman.geocode import gateways
from handyman.geocode.asking.asked import question
from handyman.geocode.asking.panel import BusyError, Colleague
from handyman.geocode.asking.providers.answer import Answer, from_words
from handyman.geocode.asking.weighing import as_located, fitting
from handyman.geocode.gateways import circle
from handyman.geocode.gazetteer import AddressPoint, Gazetteer, embedded
from handyman.geocode.locate import locate
from handyman.geocode.located import Finding, Grade, Problem
from handyman.geocode.opinions import NOBODY, Consultation, Panel, consult, panel_of
from tests.geocode import geocoder_peer
from tests.geocode.geocoder_peer import KEYS, NAMES, House, Peer, say, unless

AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # the 25th in Seoul
NEW = House(road="상도로99길", number="7", dong="상도동", lot="9999-7", name="새집빌라")
STORABLE = ("kakao", "juso", "nominatim", "photon")


def ask(text: str, peer: Peer, *names: str, seconds: float = 1.0, **environ: str) -> Consultation:
    return consult(text, Panel(circle(peer.settings(*names, **environ), seconds)), AT)


@pytest.mark.parametrize("name", STORABLE)
def test_house_that_the_table_lacks_is_told_by_another(peer: Peer, name: str) -> None:
    peer.houses = [NEW]
    told = ask("상도로99길 7, 지층", peer, name)
    best = told.finding.best
    assert best is not None
    assert (told.source, told.second, best.grade, best.error_m) == (name, None, Grade.BUILDING, 30)
    assert (best.road_name, best.building_number, best.unit) == ("상도로99길", "7", "지층")
    assert best.place_key == "road:동작구 상도로99길:7|지층"
    assert best.label == "동작구 상도로99길 7, 지층"
    assert best.haengjeong_dong


def test_answer_has_the_key_that_the_table_gives_the_same_house(peer: Peer) -> None:
    table = locate("상도로 369").best
    peer.houses = [House(road="상도로", number="369")]
    told = gateways.circle(peer.settings("kakao")).ask(["kakao"], "서울특별시 동작구 상도로 369")["kakao"]
    assert table is not None
    assert table.place_key == f"road:동작구 {told[0].road_name}:{told[0].number}|"


@pytest.mark.parametrize("name", ["kakao", "juso"])
def test_lot_that_the_table_lacks_is_told_as_a_lot(peer: Peer, name: str) -> None:
    peer.houses = [NEW]
    told = ask("상도동 9999-7 2층", peer, name)
    best = told.finding.best
    assert best is not None
    assert (told.source, best.grade, best.error_m, best.jibun) == (name, Grade.LOT, 40, "9999-7")
    assert best.unit == "2층"


def test_road_of_the_table_gives_way_to_a_house(peer: Peer) -> None:
    peer.houses = [House(road="사당로", number="9999")]
    told = ask("사당로 9999", peer, "kakao")
    assert told.source == "kakao"
    assert told.finding.best is not None
    assert told.finding.best.grade is Grade.BUILDING


def test_disagreement_is_shown_beside_the_answer_of_the_table(peer: Peer) -> None:
    told = ask("사당로23길 20-3 101동 203호", peer, "kakao")
    alone = locate("사당로23길 20-3 101동 203호")
    assert (told.finding, told.source) == (alone, "embedded")
    assert told.second is not None
    assert told.second.source == "kakao"
    assert 600 < told.second.apart_m < 900
    assert (told.second.label, told.second.storable) == ("동작구 사당로23길 20-3", True)
    assert told.second.asked_on == date(2026, 11, 25)


def test_who_is_near_has_nothing_to_add(peer: Peer) -> None:
    table = locate("상도로 369").best
    assert table is not None
    peer.houses = [House(road="상도로", number="369", lat=table.lat + 0.0008, lon=table.lon)]
    assert ask("상도로 369", peer, "kakao").second is None
    peer.houses = [House(road="상도로", number="369", lat=table.lat + 0.001, lon=table.lon)]
    assert ask("상도로 369", peer, "kakao").second is not None


@pytest.mark.parametrize("name", ["vworld", "naver"])
def test_answer_that_may_not_be_kept_is_shown_and_does_not_stand(peer: Peer, name: str) -> None:
    peer.houses = [NEW]
    told = ask("상도로99길 7", peer, name)
    assert (told.finding.candidates, told.source) == ((), "embedded")
    assert told.second is not None
    assert (told.second.source, told.second.storable, told.second.apart_m) == (name, False, 0)


def test_office_says_whose_answers_its_contracts_let_it_keep(peer: Peer) -> None:
    peer.houses = [NEW]
    assert ask("상도로99길 7", peer, "naver", GEOCODERS_KEPT="naver").source == "naver"
    assert ask("상도로99길 7", peer, "kakao", GEOCODERS_KEPT="naver").source == "embedded"


def test_order_of_the_settings_says_whose_word_goes_first(peer: Peer) -> None:
    peer.houses = [NEW]
    assert ask("상도로99길 7", peer, "juso", "kakao").source == "juso"
    assert ask("상도로99길 7", peer, "vworld", "kakao", "juso").source == "kakao"


def test_several_places_of_a_name_stay_several(peer: Peer) -> None:
    peer.houses = [NEW, House(road="상도로98길", number="1", name="새집빌라", lat=37.4990, lon=126.9510)]
    told = ask("새집빌라 201호", peer, "kakao")
    assert (told.finding.problem, len(told.finding.candidates)) == (Problem.AMBIGUOUS, 2)
    assert {found.unit for found in told.finding.candidates} == {"201호"}


def test_number_next_door_is_no_answer(peer: Peer) -> None:
    peer.fault = say(200, _documents(House(road="상도로99길", number="9")))
    told = ask("상도로99길 7", peer, "kakao")
    assert (told.finding.candidates, told.second) == ((), None)


def test_middle_of_a_dong_is_no_answer_to_a_lot(peer: Peer) -> None:
    dong = _documents(House(road="", number="", lot="", lat=37.498, lon=126.944))
    dong["documents"][0] |= {"address_type": "REGION", "road_address": None}
    peer.fault = say(200, dong)
    told = ask("사당동 9998-3", peer, "kakao")
    assert (told.source, told.second) == ("embedded", None)


def test_office_with_a_table_of_several_districts_is_answered_in_each(peer: Peer) -> None:
    far = House(road="신림로99길", number="7", gu="관악구", dong="신림동", lat=37.484, lon=126.929)
    table = Gazetteer(
        [
            AddressPoint("상도로", 1, 0, "상도동", "1", (), 37.5, 126.95),
            AddressPoint("신림로", 1, 0, "신림동", "1", (), 37.484, 126.929, gu="관악구"),
        ],
        (),
        embedded().boundaries,
        (),
    )
    asked = question("신림로99길 7", Finding(()), table)
    assert asked is not None
    assert asked.text == "서울특별시 신림로99길 7"
    answer = from_words("x", far.lat, far.lon, f"서울 {far.by_road}", f"서울 {far.by_lot}")
    (place,) = (as_located(fit, asked, "", table) for fit in fitting([answer], asked, table))
    assert (place.label, place.place_key) == ("관악구 신림로99길 7", "road:관악구 신림로99길:7|")
    assert fitting([answer], asked, embedded()) == []


def test_words_that_no_database_takes_do_no_harm(peer: Peer) -> None:
    odd = House(road="상도로99길", number="7", name="새집\x00\ud800빌라" + "가" * 200)
    peer.fault = say(200, json.dumps(_documents(odd)))
    best = ask("상도로99길 7", peer, "kakao").finding.best
    assert best is not None
    assert best.building_name == ("새집빌라" + "가" * 200)[:100]


def test_house_in_another_district_is_no_answer(peer: Peer) -> None:
    peer.houses = [House(road="상도로99길", number="7", lat=37.4979, lon=127.0276)]
    told = ask("상도로99길 7", peer, "kakao")
    assert (told.finding.candidates, told.second) == ((), None)
    peer.fault = say(200, _documents(House(road="상도로99길", number="7", gu="관악구")))
    assert ask("상도로99길 7", peer, "kakao").finding.candidates == ()


def _documents(house: House) -> dict[str, Any]:
    return {"documents": [geocoder_peer._kakao_document(house, house.by_road)], "meta": {}}


def test_word_of_the_table_stands_where_it_refuses_or_knows_several(peer: Peer) -> None:
    refused = ask("강남구 테헤란로 1", peer, *NAMES)
    several = ask("래미안", peer, *NAMES)
    assert (refused.finding.problem, several.finding.problem) == (Problem.OTHER_DISTRICT, Problem.AMBIGUOUS)
    assert peer.asked == []


@pytest.mark.parametrize(
    "said",
    [
        "사당로23길 20-3 101동 1203호 김순자",
        "사당로23길20-3 반지하 010-1234-5678 박영희 할머니",
        "사당동 9998-3, 옥탑, 김순자 어르신",
        "은하빌라 가동 203호",
    ],
)
def test_flat_and_names_of_persons_stay_in_the_house(peer: Peer, said: str) -> None:
    ask(said, peer, *NAMES)
    assert peer.asked
    sent = " ".join(f"{seen}" for seen in peer.seen)
    for word in (
        "1203",
        "101동",
        "김순자",
        "박영희",
        "할머니",
        "지하",
        "1234",
        "5678",
        "옥탑",
        "203호",
        "가동",
    ):
        assert word not in sent


@pytest.mark.parametrize(
    "said",
    [
        "김순자",
        "김순자 할머니네",
        "김순자 은하빌라",
        "은하빌라 사는 박영희 씨",
        "은하빌라 010-1234-5678",
        "somewhere",
        "마트",
        "",
    ],
)
def test_nobody_is_asked_about_words_that_may_name_a_person(peer: Peer, said: str) -> None:
    ask(said, peer, *NAMES)
    assert peer.asked == []


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("신동아 아파트 101동", "서울특별시 동작구 신동아아파트"),
        ("상도3동 새마을금고빌딩 2층", "서울특별시 동작구 상도3동 새마을금고빌딩"),
        ("사당로 9999 (사당동)", "서울특별시 동작구 사당로 9999"),
        ("사당1동 9998번지 3호", "서울특별시 동작구 사당1동 9998-3"),
    ],
)
def test_address_is_asked_in_the_words_of_every_provider(said: str, sent: str) -> None:
    asked = question(said, Finding(()), embedded())
    assert asked is not None
    assert asked.text == sent


@pytest.mark.parametrize(
    "said",
    [
        "김복동 123",
        "홍길동 123-4",
        "박종길 20",
        "김상길 812-3456",
        "박종길 010-1234-5678",
        "김영로 12",
        "이순덕할머니 상도동 없는길 3",
        "김영희씨 새마을길 20",
        "김옥동 산12",
        "정영길 상도동 010-9999-9999",
        "문동 81-2",
        "상도동 010-1234-5678",
        "사당동 02-812-3456",
        "사당로 812-3456",
        "사당로 010 1234 5678",
        "사당로 ０１０－１２３４－５６７８",
        "812-3456",
    ],
)
def test_neither_a_person_nor_a_telephone_leaves_the_house_in_an_address(said: str) -> None:
    asked = question(said, locate(said), embedded())
    sent = set(re.findall(r"[가-힣]+|\d+", asked.text)) if asked else set()
    assert sent <= {"서울특별시", "동작구", "상도동", "사당동", "사당로", "2"}


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("김영희 사당로 9999", "사당로 9999"),
        ("상도로99길 7 010-1234-5678", "상도로99길 7"),
        ("사당로 20 02-812-3456", "사당로 20"),
    ],
)
def test_house_is_asked_for_without_those_who_live_there(said: str, sent: str) -> None:
    asked = question(said, locate(said), embedded())
    assert asked is not None
    assert asked.text == f"서울특별시 동작구 {sent}"


SLOW = {"slow", "dripping"}
TROUBLES = {
    "slow": geocoder_peer.hang,
    "dripping": geocoder_peer.drip,
    "broken off": geocoder_peer.vanish,
    "down": say(503, "<html>"),
    "other words": say(200, [[1]]),
    "nonsense": say(200, "[" * 9_000),
    "over the limit": say(429, {"code": -10}),
    "without leave": say(401, {}),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_all_of_them_in_trouble_delay_nobody_and_are_then_left_alone(peer: Peer, trouble: str) -> None:
    peer.fault = TROUBLES[trouble]
    panel = Panel(circle(peer.settings(*NAMES), seconds=0.3 if trouble in SLOW else 20.0))
    began = time.perf_counter()
    told = consult("사당로23길 20-3", panel, AT)
    assert time.perf_counter() - began < geocoder_peer.TOO_LONG
    assert told == Consultation(locate("사당로23길 20-3"))
    assert all(colleague.rests for colleague in panel.circle.colleagues)
    consult("사당로23길 20-4", panel, AT)
    assert "서울특별시 동작구 사당로23길 20-4" not in peer.asked


def test_one_in_trouble_takes_nothing_from_the_others(peer: Peer) -> None:
    peer.houses = [NEW]
    peer.fault = unless("addrlink", geocoder_peer.vanish)
    assert ask("상도로99길 7", peer, "kakao", "juso", "naver").source == "juso"


def test_question_that_one_does_not_like_is_no_reason_to_leave_it_alone(peer: Peer) -> None:
    panel = Panel(circle(peer.settings("kakao")))
    peer.fault = say(400, {"code": -2, "msg": "x"})
    consult("상도로99길 7", panel, AT)
    peer.fault, peer.houses = None, [NEW]
    assert consult("상도로99길 7", panel, AT).source == "kakao"


def test_provider_is_not_asked_oftener_than_it_likes() -> None:
    asked: list[float] = []

    def search(_text: str, seconds: float) -> list[Answer]:
        asked.append(seconds)
        return []

    def colleague(pause: float) -> Colleague:
        return Colleague("x", search, gateways.rest_after, pause=pause)

    patient, quick = colleague(10), colleague(0.02)
    patient.ask("x", time.monotonic() + 1)
    with pytest.raises(BusyError):
        patient.ask("x", time.monotonic() + 1)
    assert not patient.rests
    began = time.monotonic()
    for _ in range(3):
        quick.ask("x", began + 10)
    assert time.monotonic() - began >= 0.04
    assert asked[-1] <= 9.96


def test_many_calls_at_once_are_each_answered(peer: Peer) -> None:
    panel = Panel(circle(peer.settings("kakao", "juso")))
    told: list[Consultation] = []
    calls = [
        threading.Thread(target=lambda: told.append(consult("사당로23길 20-3", panel, AT))) for _ in range(3)
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join(5)
    assert [each.second is not None for each in told] == [True] * 3


def test_keys_and_addresses_stay_out_of_the_log(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    peer.fault = say(401, "kakao-key-0 is wrong")
    ask("사당로23길 20-3", peer, *NAMES)
    down = {f"{name.upper()}_URL": "http://127.0.0.1:9" for name in NAMES}
    ask("사당로23길 20-3", peer, *NAMES, **down)
    assert "geocoder kakao did not answer: GeocoderUnavailable" in caplog.messages
    assert not any(word in caplog.text for word in [*KEYS.values(), "사당로", "%EC%82%AC"])


def test_office_without_others_asks_nobody_and_keeps_one_panel(peer: Peer) -> None:
    alone = peer.settings()
    assert panel_of(alone) is NOBODY
    assert consult("상도로 369", panel_of(alone)) == Consultation(locate("상도로 369"))
    office = peer.settings("kakao")
    assert panel_of(office) is panel_of(office)
    assert repr(office).count("kakao-key-0") == 0
