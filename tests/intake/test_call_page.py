"""A call is taken: everything that was said is stored, or nothing is and every word stays."""

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.models import (
    Address,
    Consent,
    Grade,
    ItemState,
    Member,
    Message,
    Person,
    Relation,
    RequestState,
    Resident,
    ServiceItem,
    ServiceRequest,
    Visit,
    VisitState,
)
from tests import factories
from tests.intake.calls import ADDRESS, call_again, call_form, make_catalogue

Db = scoped_session[Session]


@pytest.fixture
def office(session: Db, sign_in: Callable[..., Any]) -> None:
    """An operator at the call page of an office with a catalogue and two members."""
    make_catalogue()
    factories.make_member("박수리")
    factories.make_member("이사랑")
    session.commit()
    sign_in("operator")


def offered(client: FlaskClient, **typed: str) -> list[str]:
    """The windows that the page offers."""
    answer = client.post("/calls/windows", data=call_form(**typed))
    assert answer.status_code == 200
    return [key for key in re.findall(r'name="choice" id="choice-\d" value="([^"]*)"', answer.text) if key]


def count(session: Db, table: type[Any]) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


def only_request(session: Db) -> ServiceRequest:
    session.rollback()
    return session.scalars(select(ServiceRequest)).one()


@pytest.mark.usefixtures("any_database", "office")
def test_call_with_a_window_becomes_a_request_with_a_promised_visit(client: FlaskClient, session: Db) -> None:
    windows = offered(client)
    assert len(windows) == 6
    answer = client.post("/calls", data=call_form(choice=windows[0]))
    assert answer.status_code == 303
    assert answer.location == "/calls/1124-01/receipt"
    request = only_request(session)
    assert (request.number, request.state) == ("1124-01", RequestState.BOOKED)
    assert request.address.grade in (Grade.BUILDING, Grade.INTERPOLATED)
    visit = session.scalars(select(Visit)).one()
    assert visit.resident_id == request.resident_id
    assert count(session, Message) > 0


@pytest.mark.usefixtures("office")
def test_receipt_shows_the_number_and_the_sentence_with_the_visit_number(
    client: FlaskClient, session: Db
) -> None:
    client.post("/calls", data=call_form(choice=offered(client)[0]))
    page = client.get("/calls/1124-01/receipt").text
    session.rollback()
    visit = session.scalars(select(Visit)).one()
    assert "<strong>1124-01</strong>" in page
    assert f"방문 번호는 {visit.number}" in page
    assert "김가람 어르신," in page


@pytest.mark.usefixtures("office")
def test_call_without_a_window_waits_as_logged(client: FlaskClient, session: Db) -> None:
    assert "약속 없이 저장하려면 까닭을 고릅니다." in client.get("/calls/new").text
    answer = client.post("/calls", data=call_form())
    assert answer.status_code == 303
    assert only_request(session).state is RequestState.LOGGED
    assert count(session, Visit) == 0
    assert "할 일 목록" in client.get(answer.location).text


@pytest.mark.usefixtures("office")
def test_another_number_takes_out_what_the_card_had_written(client: FlaskClient, session: Db) -> None:
    resident = factories.make_resident("나하나", "+821000000001", birth_year=1940)
    resident.household.address.entrance = "계단으로 2층"
    session.commit()
    typed = {"do": "find", "notes": "불이 깜빡임", "name": "", "phone": "010-0000-0001"}
    known = client.post("/calls/draft", data=typed).text
    assert 'value="나하나"' in known
    assert f'name="person_id" id="person_id" value="{resident.id}"' in known
    words = {
        "name": "나하나",
        "birth_year": "1940",
        "entrance": "계단으로 2층",
        "person_id": str(resident.id),
    }
    page = client.post("/calls/draft", data=typed | words | {"phone": "010-0000-0966"}).text
    assert "나하나" not in page
    assert "계단으로 2층" not in page
    assert 'name="person_id" id="person_id" value=""' in page
    assert "불이 깜빡임" in page


@pytest.mark.usefixtures("office")
def test_form_sent_twice_is_stored_once_and_shows_the_same_receipt(client: FlaskClient, session: Db) -> None:
    form = call_form(choice=offered(client)[0])
    first, second = client.post("/calls", data=form), client.post("/calls", data=form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert count(session, ServiceRequest) == count(session, Visit) == 1


@pytest.mark.usefixtures("office")
def test_form_corrected_after_it_was_stored_says_that_the_correction_was_not(
    client: FlaskClient, session: Db
) -> None:
    first = client.post("/calls", data=call_form())
    assert "다시 저장하지 않았습니다" not in client.get(first.location).text
    again = client.post("/calls", data=call_form(**{"item-lamp-quantity": "5"}))
    assert "다시 저장하지 않았습니다" in client.get(again.location).text
    assert [item.quantity for item in only_request(session).items] == [2]


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("phone", "", "전화번호를 적어 주십시오"),
        ("phone", "12", "전화번호를 다시 확인"),
        ("name", "", "성함을 적어 주십시오"),
        ("name", "가" * 61, "60자까지"),
        ("birth_year", "1850", "1900에서 2026년"),
        ("birth_year", "사십사년", "1900에서 2026년"),
        ("address", "", "주소를 말씀하신 그대로"),
        ("item-lamp-quantity", "", "수량을 하나 이상"),
        ("item-lamp-quantity", "100", "0에서 99"),
        ("item-lamp-ceiling_cm", "", "여쭈어 보고"),
        ("item-lamp-ceiling_cm", "9", "150에서 600"),
        ("relation", "ghost", "보기 가운데"),
        ("suits", "night", "보기 가운데"),
        ("suits_from", "내일", "2026-11-24처럼"),
        ("suits_from", "2020-01-01", "오늘부터 1년"),
        ("notes", "가" * 1001, "1000자까지"),
        ("consent_processing", "", "동의문을 읽어"),
        ("consent_processing", "no", "접수할 수 없습니다"),
        ("care_note", "귀가 어두움", "건강 정보 동의"),
        ("danger", "yes", "119로 전화"),
        ("choice", "made up", "약속할 수 없는 시간"),
    ],
)
def test_bad_word_gets_a_sentence_keeps_every_word_and_stores_nothing(
    client: FlaskClient, session: Db, field: str, typed: str, sentence: str
) -> None:
    answer = client.post("/calls", data=call_form(entrance="뒷문으로", **{field: typed}))
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert sentence in page
    assert 'value="뒷문으로"' in page
    assert count(session, ServiceRequest) == count(session, Person) == count(session, Address) == 0


@pytest.mark.usefixtures("office")
def test_danger_is_stored_once_it_is_over_and_each_is_asked_about(client: FlaskClient, session: Db) -> None:
    call = call_form(notes="가스 냄새가 나요")
    refused = client.post("/calls", data=call)
    page = html.unescape(refused.text)
    assert refused.status_code == 422
    assert "119에 알렸거나 위험이 끝났습니까(가스)? 그렇다면 Alt+9를 누르고 저장해 주십시오." in page
    assert "가스 냄새가 나요</textarea>" in page
    (over,) = re.findall(r'name="danger_over" id="danger_over" value="([^"]*)">', page)
    more = call | {"danger_over": over, "entrance": "욕실에서 넘어지셨어요"}
    assert client.post("/calls", data=more).status_code == 422, "that one is not over"
    assert count(session, ServiceRequest) == 0
    assert client.post("/calls", data=call | {"danger_over": over}).status_code == 303
    assert count(session, ServiceRequest) == 1


@pytest.mark.usefixtures("office")
def test_note_that_stands_on_the_card_is_no_danger_of_this_call(client: FlaskClient, session: Db) -> None:
    note = "넘어지셔서 지팡이 짚으심"
    resident = factories.make_resident("나하나", "+821000000001", care_note=note)
    session.commit()
    page = client.get("/calls/new?phone=010-0000-0001").text
    (was,) = re.findall(r'name="card_was" id="card_was" value="([^"]+)"', page)
    assert 'danger-banner is-off"' in page
    typed = {"care_note": note, "card_was": was, "person_id": str(resident.id)}
    assert 'danger-banner is-off"' in client.post("/calls/danger", data=typed).text
    assert 'danger-banner"' in client.post("/calls/danger", data=typed | {"notes": note}).text


@pytest.mark.usefixtures("office")
def test_place_taken_meanwhile_is_told_and_the_next_windows_are_offered(
    client: FlaskClient, session: Db
) -> None:
    window = offered(client)[0]
    for member in session.scalars(select(Member)):
        factories.make_absence(member, now().date())
        factories.make_absence(member, now().date().replace(day=25))
    session.commit()
    answer = client.post("/calls", data=call_form(choice=window, notes="불이 깜빡임"))
    assert answer.status_code == 422
    assert "그 사이에 찼거나 지났습니다" in answer.text
    assert "불이 깜빡임" in answer.text
    after = re.findall(r'name="choice" id="choice-\d" value="([^"]+)"', answer.text)
    assert after
    assert window not in after
    assert count(session, ServiceRequest) == count(session, Person) == 0


@pytest.mark.usefixtures("office")
def test_address_that_is_not_found_is_stored_and_flagged(client: FlaskClient, session: Db) -> None:
    assert offered(client, address="할머니네 파란 대문") == []
    answer = client.post("/calls", data=call_form(address="할머니네 파란 대문"))
    assert answer.status_code == 303
    request = only_request(session)
    assert (request.address.grade, request.address.lat) == (Grade.NONE, None)
    assert "주소를 찾지 못해" in client.get(answer.location).text


@pytest.mark.usefixtures("office")
def test_window_cannot_be_promised_to_an_address_that_is_not_found(client: FlaskClient, session: Db) -> None:
    window = offered(client)[0]
    answer = client.post("/calls", data=call_form(address="할머니네 파란 대문", choice=window))
    assert answer.status_code == 422
    assert count(session, ServiceRequest) == count(session, Address) == 0


@pytest.mark.usefixtures("office")
def test_pin_put_by_hand_is_the_place(client: FlaskClient, session: Db) -> None:
    where = {"address": "할머니네 파란 대문", "lat": "37.500000", "lon": "126.950000"}
    assert offered(client, **where)
    client.post("/calls", data=call_form(**where))
    address = only_request(session).address
    assert (address.grade, address.lat, address.source) == (Grade.PLACED, 37.5, "operator")


@pytest.mark.usefixtures("office")
def test_pin_of_other_words_is_forgotten(client: FlaskClient, session: Db) -> None:
    pin = {"lat": "37.49", "lon": "126.95", "located_for": "할머니네"}
    client.post("/calls", data=call_form(**pin))
    assert only_request(session).address.grade is not Grade.PLACED


@pytest.mark.usefixtures("office")
def test_high_ceiling_sends_two(client: FlaskClient, session: Db) -> None:
    client.post("/calls", data=call_form(**{"item-lamp-ceiling_cm": "300"}))
    assert [item.team_size for item in only_request(session).items] == [2]


@pytest.mark.usefixtures("office")
def test_work_for_somebody_else_is_referred_and_never_booked(client: FlaskClient, session: Db) -> None:
    wiring = {"item-lamp-quantity": "", "item-wiring-quantity": "1"}
    assert offered(client, **wiring) == []
    beside = client.post("/calls/windows", data=call_form(**wiring)).text
    assert "02-000-0119" in beside, "where to send them stands where the windows would"
    answer = client.post("/calls", data=call_form(**wiring))
    request = only_request(session)
    assert request.state is RequestState.REFERRED
    assert [item.state for item in request.items] == [ItemState.REFERRED]
    for where in ("/calls/new", answer.location, f"/requests/{request.number}"):
        page = client.get(where).text
        assert all(said in page for said in ("전기공사업 등록업체", "02-000-0119", "평일 9–18시")), where
    receipt = client.get(answer.location).text
    assert "‘다른 곳 안내’로 접수를 마쳤습니다" in receipt
    assert "접수했습니다" not in receipt


@pytest.mark.usefixtures("office")
def test_house_of_work_for_somebody_else_is_not_looked_for(client: FlaskClient, session: Db) -> None:
    vague = {"address": "사당4동", "item-lamp-shape": "tube"}
    client.post("/calls", data=call_form(**vague))
    ours = only_request(session)
    assert "위치 찍기" in client.get(f"/calls/{ours.number}/receipt").text
    wiring = {
        "item-lamp-quantity": "",
        "item-wiring-quantity": "1",
        "phone": "010-0000-8888",
        "name": "박다른",
        "submission_key": "somebody-else",
    }
    receipt = client.post("/calls", data=call_form(**vague, **wiring), follow_redirects=True).text
    assert "‘다른 곳 안내’로 접수를 마쳤습니다" in receipt
    assert "위치 찍기" not in receipt
    (number,) = re.findall(r'href="/requests/([\d-]+)"', receipt)
    page = client.get(f"/requests/{number}").text
    assert "다른 곳 안내" in page
    assert "위치 정하기" not in page


@pytest.mark.usefixtures("office")
def test_daughter_who_calls_is_kept_apart_from_her_mother(client: FlaskClient, session: Db) -> None:
    behalf = {"relation": "family", "caller_name": "김하늘", "resident_phone": "02-555-0000"}
    client.post("/calls", data=call_form(**behalf))
    request = only_request(session)
    assert request.relation is Relation.FAMILY
    assert request.caller is not None
    assert request.caller.name == "김하늘"
    assert [phone.number for phone in request.resident.person.phones] == ["+8225550000"]
    assert "김가람" in client.post("/calls/caller", data={"phone": "010-0000-7777"}).text


@pytest.mark.usefixtures("office")
def test_somebody_else_who_calls_has_to_be_named(client: FlaskClient) -> None:
    answer = client.post("/calls", data=call_form(relation="family"))
    assert answer.status_code == 422
    assert "전화하신 분의 성함" in answer.text


@pytest.mark.usefixtures("office")
def test_second_call_finds_the_same_person_home_and_consent(client: FlaskClient, session: Db) -> None:
    for key in ("first-call", "second-call"):
        client.post("/calls", data=call_again(submission_key=key))
    assert count(session, ServiceRequest) == 2
    assert count(session, Resident) == count(session, Address) == count(session, Consent) == 1
    numbers = session.scalars(select(ServiceRequest.number).order_by(ServiceRequest.id)).all()
    assert numbers == ["1124-01", "1124-02"]


@pytest.mark.usefixtures("any_database", "office")
def test_known_caller_fills_the_page(client: FlaskClient) -> None:
    client.post("/calls", data=call_form(consent_health="yes", care_note="귀가 어두움"))
    page = client.get("/calls/new?phone=01000007777").text
    assert 'value="김가람"' in page
    assert "귀가 어두움" in page
    assert "1124-01" in page
    assert re.search(r'id="consent_processing-yes" value="yes" checked', page)


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("rung", ["+821000007777", "821000007777", "82-10-0000-7777", "%2B821000007777"])
def test_number_is_known_as_a_telephone_system_passes_it_on(
    client: FlaskClient, session: Db, rung: str
) -> None:
    factories.make_resident("나하나", "+821000007777")
    session.commit()
    page = client.get(f"/calls/new?phone={rung}").text
    assert 'value="나하나"' in page
    assert 'value="010-0000-7777"' in page


@pytest.mark.usefixtures("office")
def test_two_people_on_one_number_are_a_choice(client: FlaskClient, session: Db) -> None:
    mother = factories.make_resident("나하나", "+8225550000")
    factories.make_resident("나두리", "+8225550000")
    session.commit()
    page = client.get("/calls/new?phone=02-555-0000").text
    assert "나하나" in page
    assert "나두리" in page
    assert 'id="name" name="name" type="text" value=""' in page
    answered = {"consent_processing": "yes"}  # by whoever was chosen before
    form = {"phone": "02-555-0000", "choose": str(mother.id), **answered}
    chosen = client.post("/calls/draft", data=form).text
    assert 'id="consent_processing-yes" value="yes" checked' not in chosen
    assert 'id="name" name="name" type="text" value="나하나"' in chosen


@pytest.mark.usefixtures("office")
def test_form_follows_the_catalogue_the_language_and_the_answers(client: FlaskClient, session: Db) -> None:
    assert "전등 교체" in client.get("/calls/new").text
    item = session.scalars(select(ServiceItem).where(ServiceItem.code == "lamp")).one()
    item.name_ko = "등 갈기"
    session.commit()
    page = client.get("/calls/new").text
    assert "등 갈기" in page
    assert "전등 교체" not in page
    answered = client.post("/calls/draft", data={"consent_district": "no", "item-lamp-quantity": "3"}).text
    assert re.search(r'id="consent_district-no" value="no" checked', answered)
    assert re.search(r'name="item-lamp-quantity" value="3"', answered)
    assert "checked" not in re.findall(r'id="consent_district-no"[^>]*>', client.get("/calls/new").text)[0]
    client.post("/language", data={"language": "en", "back": "/"})
    assert "Lamp" in client.get("/calls/new").text


@pytest.mark.usefixtures("office")
def test_page_works_without_scripts_step_by_step(client: FlaskClient) -> None:
    found = client.post("/calls/draft", data=call_form(do="windows"))
    assert found.status_code == 200
    assert 'name="choice"' in found.text
    assert 'value="0123456789abcdef"' in found.text


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("field", "said", "script"),
    [
        ("notes", "가스 냄새가 나요", "집 밖으로"),
        ("address", "상도로 369 불이 났어요", "집 밖으로"),
        ("item-lamp-shape", "물이 넘쳐요", "집 밖으로"),
        ("care_note", "지금 욕실에서 넘어지셨어요", "그대로 계시게"),
    ],
)
def test_words_of_danger_anywhere_show_119_and_what_to_say(
    client: FlaskClient, field: str, said: str, script: str
) -> None:
    banner = client.post("/calls/danger", data={field: said}).text
    assert "is-off" not in banner
    assert script in banner
    assert ("집 밖으로" in banner) == (script == "집 밖으로")


@pytest.mark.usefixtures("office")
def test_everyday_words_show_no_119(client: FlaskClient) -> None:
    assert "is-off" in client.post("/calls/danger", data={"notes": "등이 나갔어요"}).text


@pytest.mark.usefixtures("office")
def test_two_things_to_say_in_danger_are_two_sentences(client: FlaskClient) -> None:
    banner = client.post("/calls/danger", data={"notes": "넘어지셨고 가스 냄새가 나요"}).text
    said = re.sub(r"<[^>]+>", "", banner)
    assert "고쳐 드리겠습니다.” “일으키지 말고" in said


@pytest.mark.usefixtures("office")
def test_windows_say_what_is_still_missing(client: FlaskClient) -> None:
    answer = client.post("/calls/windows", data={"address": ADDRESS})
    assert answer.status_code == 200
    assert "수량을 하나 이상" in answer.text


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("path", ["/calls/9999-99/receipt", "/calls/x%00y/receipt", "/requests/1-1/place"])
def test_number_that_nobody_has_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    "path", ["/calls", "/calls/draft", "/calls/windows", "/calls/where", "/calls/suggestions"]
)
@pytest.mark.parametrize(
    "junk", ["\x00", "9" * 5000, "<script>alert(1)</script>", "🙂\ud83d".encode("utf-8", "replace").decode()]
)
def test_junk_in_every_field_breaks_nothing(client: FlaskClient, path: str, junk: str) -> None:
    form = dict.fromkeys([*call_form(), "choice", "choose", "place", "lat", "lon", "person_id", "unit"], junk)
    answer = client.post(path, data=form)
    assert answer.status_code in (200, 422)
    assert "<script>alert" not in answer.text


def test_outline_of_the_district_is_ours(client: FlaskClient, sign_in: Callable[..., Any]) -> None:
    sign_in("operator")
    answer = client.get("/calls/district.geojson")
    assert answer.mimetype == "application/geo+json"
    assert "사당1동" in answer.text


@pytest.mark.usefixtures("office")
def test_place_of_a_request_is_put_right_afterwards(client: FlaskClient, session: Db) -> None:
    client.post("/calls", data=call_form(address="할머니네 파란 대문"))
    assert "할머니네 파란 대문" in client.get("/requests/1124-01/place").text
    looked = client.post("/requests/1124-01/place", data={"address": ADDRESS, "do": "where"})
    assert looked.status_code == 200
    assert only_request(session).address.grade is Grade.NONE
    saved = client.post("/requests/1124-01/place", data={"address": ADDRESS, "unit": "2층", "do": "save"})
    assert (saved.status_code, saved.location) == (303, "/requests/1124-01")
    address = only_request(session).address
    assert address.located
    assert address.unit == "2층"


@pytest.mark.usefixtures("any_database", "office")
def test_centre_calls_for_two_people_of_one_name(client: FlaskClient, session: Db) -> None:
    centre = {"phone": "02-820-0001", "relation": "welfare_centre", "caller_name": "박복지"}
    homes = [ADDRESS, "사당로 100", ADDRESS]
    for number, home in enumerate(homes):
        form = call_again(submission_key=f"centre-{number}", name="김영자", address=home, **centre)
        assert client.post("/calls", data=form).status_code == 303
    first, second, third = session.scalars(select(ServiceRequest).order_by(ServiceRequest.id))
    assert first.resident_id == third.resident_id != second.resident_id
    assert "상도로 369" in first.resident.household.address.label
    assert first.caller_id == second.caller_id == third.caller_id


@pytest.mark.usefixtures("office")
def test_care_note_outlives_a_call_without_the_card_and_ends_with_its_consent(
    client: FlaskClient, session: Db
) -> None:
    for number, said in enumerate(
        (
            {"care_note": "귀가 어두우심", "consent_health": "yes"},
            {},
            {"consent_health": "no"},
        )
    ):
        client.post("/calls", data=call_again(submission_key=f"care-note-{number}", **said))
        session.rollback()
        note = session.scalars(select(Resident)).one().care_note
        assert note == ("" if said.get("consent_health") == "no" else "귀가 어두우심")


@pytest.mark.usefixtures("office")
def test_place_of_another_year_is_that_of_the_request_that_was_meant(
    client: FlaskClient, session: Db
) -> None:
    old = make_request_of("옛사람", logged_on=date(2025, 11, 24))
    new = make_request_of("새사람", logged_on=date(2026, 11, 24))
    link = re.search(
        r'href="(/requests/1124-01/place[^"]*)"', client.get("/requests/1124-01?on=2025-11-24").text
    )
    assert link
    page = client.get(link[1]).text
    assert "옛사람" in page
    assert "새사람" not in page
    assert 'href="/requests/1124-01?on=2025-11-24"' in page
    action = re.search(r'action="(/requests/[^"]*)" novalidate', page)
    assert action
    several = client.post(action[1], data={"address": "우성아파트", "do": "where"}).text
    assert set(re.findall(r'formaction="([^"]*)"', several)) == {action[1]}
    saved = client.post(action[1], data={"address": ADDRESS, "do": "save"})
    assert saved.location == "/requests/1124-01?on=2025-11-24"
    session.expire_all()
    assert old.address.located
    assert not new.address.located


def make_request_of(name: str, logged_on: date) -> ServiceRequest:
    home = factories.make_address(f"{name}네 파란 대문", point=None)
    resident = factories.make_resident(name, address=home)
    return factories.make_request(resident, logged_on=logged_on, number="1124-01", sequence=1)


@pytest.mark.usefixtures("office")
def test_empty_place_is_refused_with_a_sentence(client: FlaskClient) -> None:
    client.post("/calls", data=call_form())
    answer = client.post("/requests/1124-01/place", data={"address": "", "unit": "3층", "do": "save"})
    assert answer.status_code == 422
    assert "주소를 말씀하신 그대로" in answer.text
    assert 'value="3층"' in answer.text


@pytest.mark.usefixtures("office")
def test_caller_card_asks_no_more_of_the_database_for_more_people(
    client: FlaskClient, session: Db, count_queries: Callable[[], Any]
) -> None:
    asked = []
    for people in (1, 6):
        for place in range(people):
            resident = factories.make_resident(f"나{people}{place}", "+8225550000")
            factories.make_visit(factories.make_request(resident), members=[])
        session.commit()
        with count_queries() as statements:
            client.post("/calls/caller", data={"phone": "02-555-0000"})
        asked.append(len(statements))
    assert asked[0] == asked[1]


@pytest.mark.usefixtures("office")
def test_last_visits_are_over_whatever_is_to_come(client: FlaskClient, session: Db) -> None:
    resident = factories.make_resident("나하나", "+8225550000")
    factories.make_visit(
        factories.make_request(resident), now() - timedelta(days=30), state=VisitState.FINISHED
    )
    for days in (1, 2, 3):
        factories.make_visit(factories.make_request(resident), now() + timedelta(days=days))
    session.commit()
    card = client.post("/calls/caller", data={"phone": "02-555-0000"}).text
    assert card.count('class="known-visit"') == 1
    assert "마침" in card


@pytest.mark.usefixtures("any_database", "office")
@pytest.mark.parametrize("order", ["best", "same_member"])
def test_refused_call_keeps_the_window_that_is_held_for_it(client: FlaskClient, order: str) -> None:
    """Also where what was offered would not name it: no member has been there before."""
    before = client.post("/calls/windows", data=call_form()).text
    choice, told = windows_told(before)[1]
    assert "잡아 두었습니다" in client.post("/calls/hold", data=call_form(choice=choice)).text
    refused = client.post("/calls", data=call_form(choice=choice, order=order, consent_processing=""))
    assert refused.status_code == 422
    place = 0 if order == "same_member" else 1
    assert windows_told(refused.text)[place] == (choice, told), "the same member has the same time to spare"
    assert f'value="{choice}" checked' in refused.text
    assert "다른 분이 잡지 못하게 잡아 두었습니다" in refused.text


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(("only", "said"), [("", "이 기간에 갈 수 있는"), ("yes", "그날 갈 수 있는")])
def test_where_nobody_who_came_before_can_come_one_reason_is_given(
    client: FlaskClient, only: str, said: str
) -> None:
    form = call_form(order="same_member", suits_from="2026-11-25", only=only)
    shown = client.post("/calls/windows", data=form).text
    assert f"전에 오신 조합원 가운데 {said} 분이 없습니다." in shown
    assert ("‘그날만’을 지워 주십시오." in shown) is bool(only)


def windows_told(page: str) -> list[tuple[str, str]]:
    """The window of each line, with who would come and how much time there is to spare."""
    line = r'name="choice" id="choice-[1-9]" value="([^"]+)".*?(class="window-who">.*?여유 \d+분)'
    return [(window, re.sub(r"<[^>]*>", "", told)) for window, told in re.findall(line, page, re.DOTALL)]


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    "rung", ["", "anonymous", "Restricted", "unknown", "발신번호표시제한", "sip:anonymous@10.0.0.1"]
)
def test_a_withheld_number_leaves_the_box_empty_and_says_so(client: FlaskClient, rung: str) -> None:
    page = client.get("/calls/new", query_string={"phone": rung}).text
    assert "번호를 숨기고 거신 전화입니다" in page
    box = re.search(r'<input[^>]* id="phone"[^>]*>', page)
    assert box
    assert ' value=""' in box[0]
    assert "autofocus" in box[0]
    assert "번호를 숨기고" not in client.get("/calls/new").text


@pytest.mark.usefixtures("office")
def test_what_is_no_number_is_told_at_once(client: FlaskClient) -> None:
    assert 'id="phone-wrong"' in client.post("/calls/caller", data={"phone": "010-12"}).text
    page = client.get("/calls/new?phone=010-12").text
    box = re.search(r'<input[^>]* id="phone"[^>]*>', page)
    assert box
    assert 'aria-invalid="true"' in box[0]
    assert "autofocus" in box[0]
    assert 'id="phone-wrong"' in page
    assert "phone-wrong" not in client.get("/calls/new?phone=010-0000-7777").text


@pytest.mark.usefixtures("office")
def test_whoever_is_locked_out_hears_that_the_call_waits_for_the_same_login(
    client: FlaskClient, app: Flask
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client.delete_cookie("handyman")
    assert "같은 아이디로 다시 로그인하시면" in client.post("/calls", data=call_form()).text
    far = client.post("/calls", data=call_form(), base_url="http://office.lan")
    assert "옮겨 적어 두고" in far.text, "without https a browser has no lock"


def test_each_login_has_a_key_of_its_own(
    client: FlaskClient, sign_in: Callable[..., Any], session: Db
) -> None:
    keys = []
    for login in ("one", "two", "one"):
        if login in ("one", "two") and len(keys) < 2:
            factories.make_user("operator", login=login)
            session.commit()
        client.post("/sign-out")
        client.post("/sign-in", data={"login": login, "password": factories.PASSWORD})
        keys.append(re.findall(r'data-seal="([^"]+)"', client.get("/calls/new").text))
    assert len(keys[0]) == 1
    assert keys[0] == keys[2] != keys[1]
