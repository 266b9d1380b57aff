"""The address box: the caller's own addresses first, and what was found in plain words."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.models import Address, Grade, Relation, ServiceRequest
from tests import factories
from tests.geocode.geocoder_peer import KEYS, House, Peer
from tests.intake.calls import call_again, call_form, make_catalogue

Db = scoped_session[Session]
PIN = {"lat": "37.495100", "lon": "126.953100"}


@pytest.fixture(autouse=True)
def operator(session: Db, sign_in: Callable[..., Any]) -> None:
    make_catalogue()
    session.commit()
    sign_in("operator")


def home(label: str, **values: Any) -> Address:
    base = {"place_key": f"road:{label.replace(' ', ' ', 1)}:1|", "building_name": "", "jibun": "214-9"}
    return factories.make_address(label, **{**base, **values})


def offered(client: FlaskClient, text: str, phone: str = "") -> list[str]:
    """What the lines of the box say."""
    answer = client.post("/calls/suggestions", data={"address": text, "phone": phone})
    assert answer.status_code == 200
    lines = re.findall(r'<li class="suggestion".*?</li>', answer.text, re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]*>", " ", line)).split()) for line in lines]


def where(client: FlaskClient, **typed: str) -> str:
    answer = client.post("/calls/where", data=typed)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" id="\w+" value="([^"]*)"', page))


# Suggestions


@pytest.mark.usefixtures("any_database")
def test_empty_box_offers_the_callers_addresses_the_newest_request_first(
    client: FlaskClient, session: Db
) -> None:
    mother = factories.make_resident("나하나", "+821000000001", home("동작구 상도로 1", unit="101호"))
    uncle = factories.make_resident("나두리", None, home("동작구 노량진로 2", beopjeong_dong="노량진동"))
    factories.make_resident("남남", "+821000000002", home("동작구 흑석로 3"))
    factories.make_request(mother)
    caller = factories.make_person("나세나", "+821000000001")
    factories.make_request(uncle, caller=caller, relation=Relation.FAMILY)
    nowhere = home("동작구 어딘가", point=None, place_key="")
    factories.make_request(mother, address=nowhere)
    session.commit()
    lines = offered(client, "", "010-0000-0001")
    assert [line.split(" 이 번호")[0] for line in lines] == ["동작구 노량진로 2", "동작구 상도로 1, 101호"]
    assert offered(client, "") == offered(client, "", "02-0") == []
    assert "동작구 상도로 1, 101호 이 번호의 주소" in offered(client, "상도", "01000000001")[0]
    assert not any("이 번호" in line for line in offered(client, "사당", "01000000001"))


def test_addresses_of_a_number_cost_one_query(
    client: FlaskClient, session: Db, count_queries: Callable[[], Any]
) -> None:
    for number in range(4):
        factories.make_request(
            factories.make_resident(f"나{number}", "+821000000001", home(f"상도로 {number}"))
        )
    session.commit()
    with count_queries() as asked:
        offered(client, "상도", "010-0000-0001")
    assert sum("addresses" in statement for statement in asked) == 1


def test_unfinished_syllable_finds_and_a_flat_behind_the_address_stays(client: FlaskClient) -> None:
    assert any("상도로" in line for line in offered(client, "상돌"))
    answer = client.post("/calls/suggestions", data={"address": "상도로 370 101동 1203호"}).text
    first = re.search(r'data-label="([^"]*)" data-key-of-place="([^"]*)" data-unit="([^"]*)"', answer)
    assert first
    assert first[1] == "동작구 상도로 370"
    assert first[3] == "101동 1203호"


def test_line_says_what_tells_an_address_apart(client: FlaskClient) -> None:
    line = offered(client, "상도로 370")[0]
    assert line.startswith("동작구 상도로 370")
    assert "상도1동 · 상도동 489-9" in line


# What was found


def test_place_is_told_with_its_parts_and_how_exact_it_is(client: FlaskClient) -> None:
    page = where(client, address="상도로 370")
    assert "동작구 상도로 370" in page
    assert "상도1동 · 상도동 489-9" in page
    assert "건물 위치 · 약 30 m 안" in page
    guessed = where(client, address="상도로 371")
    assert re.search(r"번호 사이를 어림한 위치 · 약 \d+ m 안", guessed)


def test_mended_typing_error_is_told_to_be_asked_back(client: FlaskClient) -> None:
    page = where(client, address="상더로 370")
    assert "오타로 보고 고쳐 읽었습니다: 상더로 370 → 동작구 상도로 370" in page
    assert "오타로" not in where(client, address="상도로 370")


def test_several_places_are_told_apart_and_one_is_chosen(client: FlaskClient) -> None:
    page = where(client, address="우성아파트")
    assert "맞는 곳이 여럿입니다" in page
    choices = re.findall(r'name="place" value="([^"]+)".*?</button>', page, re.DOTALL)
    assert len(choices) > 2
    assert "노량진1동 · 노량진동 323" in page
    assert re.search(r"1번에서 \d\.\d km", page)
    assert hidden(page)["place_key"] == ""
    chosen = client.post("/calls/draft", data={"address": "우성아파트", "place": choices[0]}).text
    assert hidden(chosen)["place_key"] == choices[0]
    assert 'aria-pressed="true"' in chosen


def test_refusal_says_why_and_what_to_do(client: FlaskClient) -> None:
    assert "저희 구역이 아닌 주소입니다 (관악구)" in where(client, address="관악구 봉천로 1")
    assert "다시 여쭙거나, 지도를 눌러" in where(client, address="할머니네 파란 대문")


def test_pin_is_kept_by_the_form_and_taken_back(client: FlaskClient) -> None:
    pinned = where(client, address="상도로 370", located_for="상도로 370", **PIN, pin_source="operator")
    assert "지도에 직접 놓은 위치입니다" in pinned
    assert {name: hidden(pinned)[name] for name in ("lat", "pin_source")} == {
        "lat": "37.4951",
        "pin_source": "operator",
    }
    back = client.post(
        "/calls/draft", data={"address": "상도로 370", **PIN, "pin_source": "operator", "pick": "table:"}
    ).text
    assert "건물 위치" in back
    assert {name: hidden(back)[name] for name in ("lat", "lon", "pin_source")} == {
        "lat": "",
        "lon": "",
        "pin_source": "table",
    }


def test_remembered_pin_says_so_and_its_day(client: FlaskClient, session: Db) -> None:
    client.post("/calls", data=call_form(address="상도로 370", unit="101호", **PIN))
    page = where(client, address="상도동 489-9", unit="202호")
    assert "전에 직접 놓은 위치입니다 (2026-11-24)" in page
    assert "주소표의 위치로 되돌리기" in page
    assert hidden(page)["lat"] == hidden(page)["pin_source"] == ""
    known = client.get("/calls/new?phone=010-0000-7777").text
    assert "전에 직접 놓은 위치입니다 (2026-11-24)" in known
    client.post("/calls", data=call_again(submission_key="second-call", address="사당동 새집빌라", **PIN))
    unknown = where(client, address="사당동 새집빌라")
    assert "이 핀을 쓰지 않기" in unknown
    assert "찾지 못했습니다" in where(client, address="사당동 새집빌라", pin_source="table")


def test_pin_for_another_district_leaves_the_refusal_standing(client: FlaskClient, session: Db) -> None:
    page = where(client, address="강남구 테헤란로 1", **PIN, pin_source="operator")
    assert "저희 구역이 아닌 주소입니다" in page
    assert "다른 구의 주소에는 핀을 놓을 수 없습니다" in page
    assert hidden(page)["lat"] == ""
    client.post("/calls", data=call_form(address="강남구 테헤란로 1", **PIN))
    address = session.scalars(select(ServiceRequest)).one().address
    assert (address.findable, address.place_key) == (False, "")


@pytest.mark.parametrize(
    ("lat", "lon", "why"),
    [
        ("35.1", "129.0", "저희 구역 밖입니다"),
        ("37.4790", "126.9815", "3 km 넘게 떨어져"),
        ("3_7.49", "126.95", ""),
        ("３７.49", "126.95", ""),
    ],
)
def test_pin_in_another_part_of_the_country_is_not_taken(
    client: FlaskClient, lat: str, lon: str, why: str
) -> None:
    page = where(client, address="상도로 370", lat=lat, lon=lon, pin_source="operator")
    assert ("핀을 받지 않았습니다" in page, why in page) == (bool(why), True)
    assert "건물 위치" in page


def test_single_house_of_a_short_form_is_offered_as_one_to_confirm(client: FlaskClient) -> None:
    page = where(client, address="1002-17")
    assert "이 집이 맞는지 되물어 보고 골라 주십시오" in page
    assert page.count("data-candidate") == 1
    assert hidden(page)["place_key"] == ""


def test_windows_come_while_the_only_house_of_a_short_form_is_confirmed(
    client: FlaskClient, session: Db
) -> None:
    factories.make_member(skills=["electric"])
    session.commit()
    typed = call_form(address="ㅅㄷ23 20-3")
    page = client.post("/calls/windows", data={**typed, "auto": "yes"}).text
    assert "아래는 동작구 사당로23길 20-3에 갈 수 있는 시간입니다" in page
    in_full = client.post("/calls/windows", data=call_form(address="사당로23길 20-3")).text
    assert choices(page) == choices(in_full) != []
    assert "이 집이 맞는지" not in in_full
    typed["choice"] = choices(page)[0]
    assert "data-seconds" in client.post("/calls/hold", data=typed).text
    refused = client.post("/calls", data=typed)
    assert refused.status_code == 422
    assert refused.text.count("이 집이 맞는지 되물어 보고 골라 주십시오.") == 2, (
        "on top and under its field, no more"
    )
    assert re.search(rf'value="{typed["choice"]}" checked', refused.text), "what was chosen stays chosen"
    assert session.scalar(select(ServiceRequest)) is None
    (house,) = re.findall(r'name="place" value="([^"]+)"', refused.text)
    assert client.post("/calls", data={**typed, "place_key": house}).status_code == 303
    assert session.scalars(select(ServiceRequest)).one().address.road_name == "사당로23길"


def test_windows_wait_for_the_house_where_a_short_form_may_mean_several(
    client: FlaskClient, session: Db
) -> None:
    factories.make_member(skills=["electric"])
    session.commit()
    page = client.post("/calls/windows", data={**call_form(address="ㅅㄷ 36"), "auto": "yes"}).text
    assert "맞는 집이 여럿입니다" in page
    assert "1. 동작구 사당로 36, 2. 동작구 상도로 36, 3. 동작구 성대로 36" in page
    assert choices(page) == []


def choices(page: str) -> list[str]:
    """The windows that may be chosen."""
    return re.findall(r'name="choice" id="choice-[1-9]\d*" value="([^"]+)"', page)


def test_words_that_were_not_read_are_told(client: FlaskClient) -> None:
    assert "읽지 못한 말: 맞은편" in where(client, address="상도로 370 맞은편")
    assert "읽지 못한 말" not in where(client, address="상도로 370 101동 1203호")


def test_other_flat_behind_the_address_is_told(client: FlaskClient) -> None:
    page = where(client, address="상도로 370 301호", unit="202호")
    assert "주소에는 301호, 동·호 칸에는 202호라고 적혀 있습니다" in page
    assert "동·호 칸을 따릅니다" not in where(client, address="상도로 370 101동", unit="1203")


def test_own_pin_without_a_name_is_offered_with_its_point(client: FlaskClient) -> None:
    client.post("/calls", data=call_form(address="할머니네 파란 대문", **PIN))
    line = client.post("/calls/suggestions", data={"address": "", "phone": "010-0000-7777"}).text
    assert 'data-label="할머니네 파란 대문"' in line
    assert 'data-pin="operator:37.4951,126.9531"' in line


@pytest.mark.settings(PHOTO_MAX_MB="1")
def test_text_that_is_too_long_is_not_called_a_file(client: FlaskClient) -> None:
    answer = client.post("/calls/where", data={"address": "a" * 6_500_000})
    assert answer.status_code == 413
    assert "적으신 글이 너무 깁니다" in answer.text


# Another's word


@pytest.fixture
def asking(app: Flask, peer: Peer) -> Callable[..., None]:
    def ask(*names: str) -> None:
        known = peer.settings(*names)
        mine = {f"{name}_url": getattr(known, f"{name}_url") for name in names}
        mine |= {key.lower(): value for key, value in KEYS.items()}
        app.extensions["settings"] = replace(
            app.extensions["settings"], geocoders=known.geocoders, geocoders_kept=known.geocoders_kept, **mine
        )

    return ask


def test_two_points_are_a_choice_that_is_stored_with_whose_it_is(
    client: FlaskClient, session: Db, asking: Callable[..., None]
) -> None:
    asking("kakao")
    page = where(client, address="사당로23길 20-3")
    assert "두 위치가 서로 다릅니다" in page
    assert "고르기 전에는 우리 주소표의 위치로 갑니다" in page
    assert re.search(r"카카오의 위치 · \d+ m 떨어짐", page)
    assert page.count('aria-pressed="false"') == 2
    pick = re.search(r'name="pick" value="(kakao:[^"]*)"', page)
    assert pick
    chosen = client.post("/calls/draft", data=call_form(address="사당로23길 20-3", pick=pick[1])).text
    assert "두 위치가 서로 다릅니다" not in chosen
    assert hidden(chosen)["pin_source"] == "kakao"
    assert "건물 위치 · 약 30 m 안 · 카카오" in chosen
    client.post("/calls", data=call_form(address="사당로23길 20-3", **hidden(chosen)))
    request = session.scalars(select(ServiceRequest)).one()
    assert (request.address.lat, request.address.source) == (House.lat, "kakao")
    assert request.address.grade is Grade.BUILDING
    assert "카카오, 2026-11-24" in client.get(f"/requests/{request.number}/place").text


def test_point_that_may_not_be_kept_can_only_be_looked_at(
    client: FlaskClient, asking: Callable[..., None], peer: Peer
) -> None:
    asking("vworld")
    page = where(client, address="사당로23길 20-3")
    assert re.search(r"브이월드의 위치 · \d+ m 떨어짐", page)
    assert "저장할 수 없는 자료입니다" in page
    assert 'value="vworld:' not in page
    peer.houses = [House(road="상도로99길", number="7", dong="상도동", lot="9999-7", name="새집빌라")]
    alone = where(client, address="상도로99길 7")
    assert "지도에서 핀을 그 자리에" in alone
    assert "찾지 못했습니다" in alone


# The houses around


def test_map_is_told_the_known_houses_around_a_point(client: FlaskClient) -> None:
    answer = client.post("/calls/neighbours", data={"near_lat": "37.495719", "near_lon": "126.95373"})
    assert answer.mimetype == "application/json"
    around = answer.get_json()
    assert 10 < len(around) <= 60
    assert around[0][2:] == ["370", "상도로"]
    assert client.post("/calls/neighbours", data={"near_lat": "x", "near_lon": "1"}).get_json() == []


def test_card_of_a_caller_shows_the_home_as_it_is_on_file_until_somebody_decided_otherwise(
    client: FlaskClient, session: Db
) -> None:
    stored = home("동작구 상도로 369", place_key="road:동작구 상도로:369|101호", unit="101호", error_m=77)
    factories.make_resident("나하나", "+821000000001", stored)
    session.commit()
    page = html.unescape(client.get("/calls/new?phone=010-0000-0001").text)
    assert "약 77 m 안" in page or "약 80 m 안" in page
    assert hidden(page)["place_key"] == "road:동작구 상도로:369|101호"
    factories.make_address(
        "동작구 상도로 369", place_key="road:동작구 상도로:369|", grade=Grade.PLACED, decided=True
    )
    session.commit()
    page = html.unescape(client.get("/calls/new?phone=010-0000-0001").text)
    assert "전에 직접 놓은 위치입니다" in page
