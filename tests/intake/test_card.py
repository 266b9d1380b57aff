"""A resident's card is put right without a call: who did it stays on file, and nobody's news is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.models import (
    AuditEntry,
    Consent,
    ConsentKind,
    Message,
    MessageKind,
    MessageState,
    Resident,
    User,
)
from handyman.residents.finding.search import find
from tests import factories
from tests.conftest import Clock

Db = scoped_session[Session]


@pytest.fixture
def resident(session: Db, sign_in: Callable[..., Any]) -> Resident:
    found = factories.make_resident("김가람", "+821000000001", birth_year=1940)
    session.commit()
    sign_in("operator")
    return found


def opened(client: FlaskClient, resident: Resident) -> dict[str, str]:
    """The form as it stands there."""
    return inputs(client.get(f"/people/{resident.id}/correct").text)


def inputs(page: str) -> dict[str, str]:
    fields = re.findall(r"<input[^>]*>", page)
    named = {name[1]: each for each in fields if (name := re.search(r' name="([^"]+)"', each))}
    values = {name: re.search(r' value="([^"]*)"', each) for name, each in named.items()}
    return {name: value[1] if value else "" for name, value in values.items() if name != "csrf_token"}


def save(client: FlaskClient, resident: Resident, words: dict[str, str]) -> Any:
    return client.post(f"/people/{resident.id}/correct", data={**words, "do": "save"})


def corrected(session: Db, resident: Resident) -> list[str]:
    session.rollback()
    wanted = select(AuditEntry.moved_to).where(
        AuditEntry.entity == "residents", AuditEntry.entity_id == resident.id
    )
    return [each for each in session.scalars(wanted.order_by(AuditEntry.id)) if each != "filed"]


@pytest.mark.usefixtures("any_database")
def test_a_birth_year_a_note_and_a_wrong_number_are_put_right(
    client: FlaskClient, session: Db, resident: Resident, clock: Clock
) -> None:
    visit = factories.make_visit(factories.make_request(resident))
    factories.make_message(resident.person, MessageKind.RESIDENT_BOOKED, visit=visit)
    session.add(
        Consent(
            person_id=resident.id,
            kind=ConsentKind.HEALTH,
            script_version="1",
            given=True,
            read_by_id=session.scalars(select(User.id)).first(),
            at=clock(),
        )
    )
    session.commit()
    phone = resident.person.phones[0].id
    words = opened(client, resident)
    assert words["birth_year"] == "1940"
    answer = save(
        client,
        resident,
        {**words, "birth_year": "1941", "care_note": "귀가 어두움", f"phone-{phone}": "010-0000-0002"},
    )
    assert answer.status_code == 303
    assert corrected(session, resident) == [
        "birth_year_corrected",
        "care_note_corrected",
        "phones_corrected",
    ]
    session.refresh(resident)
    assert (resident.birth_year, resident.care_note) == (1941, "귀가 어두움")
    assert [row.number for row in resident.person.phones] == ["+821000000002"]
    assert (find("00000001"), find("00000002")) == ([], [resident.id])
    waiting = session.scalars(select(Message).where(Message.state == MessageState.PENDING)).all()
    assert {each.to_number for each in waiting} == {"+821000000002"}, "what waits does not go to a stranger"
    page = client.get(f"/people/{resident.id}").text
    assert page.count("님이 고침") == 3


@pytest.mark.usefixtures("any_database")
def test_a_misspelt_name_is_put_right_and_the_person_is_found_by_it(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    visit = factories.make_visit(factories.make_request(resident))
    daughter = factories.make_person("김하늘", "+821000000003")
    factories.make_contact(resident, daughter)
    waiting = factories.make_message(daughter, MessageKind.RESIDENT_BOOKED, visit=visit)
    session.commit()
    words = opened(client, resident)
    assert words["name"] == "김가람"
    assert save(client, resident, {**words, "name": " 박나랑 "}).status_code == 303
    session.rollback()
    session.refresh(resident.person)
    session.refresh(waiting)
    assert resident.person.name == "박나랑"
    assert "박나랑" in waiting.body, "what waits for her daughter has the right name"
    assert find("박나랑") == find("ㅂㄴㄹ") == find("나랑") == find("김가람") == [resident.id]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.moved_to == "renamed")).one()
    assert (entry.entity, entry.entity_id) == ("persons", resident.id)
    page = client.get(f"/people/{resident.id}").text
    assert "전 이름" in page
    assert page.count("님이 고침") == 1
    assert corrected(session, resident) == [], "nothing else was touched"


@pytest.mark.parametrize(
    ("language", "name", "sentence"),
    [
        ("ko", "  ", "어르신 성함을 적어 주십시오."),
        ("ko", "가" * 61, "60자까지 적을 수 있습니다. 짧게 줄여 주십시오."),
        ("en", "  ", "Please write the resident’s name."),
        ("en", "가" * 61, "You can write up to 60 characters. Please make it shorter."),
    ],
)
def test_a_card_without_a_name_or_with_too_long_a_one_is_not_stored(
    client: FlaskClient, session: Db, resident: Resident, language: str, name: str, sentence: str
) -> None:
    words = opened(client, resident)
    client.post("/language", data={"language": language, "back": "/"})
    refused = save(client, resident, {**words, "name": name, "birth_year": "1941", "entrance": "파란 대문"})
    assert refused.status_code == 422
    assert sentence in refused.text
    kept = inputs(refused.text)
    assert (kept["name"], kept["birth_year"], kept["entrance"]) == (name, "1941", "파란 대문")
    session.rollback()
    card = session.get_one(Resident, resident.id, populate_existing=True)
    assert (card.person.name, card.birth_year) == ("김가람", 1940)


def test_a_name_that_somebody_else_has_put_right_meanwhile_is_not_overwritten(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    words = opened(client, resident)
    assert save(client, resident, {**words, "name": "김가랑"}).status_code == 303
    late = save(client, resident, {**words, "name": "김기람"})
    assert late.status_code == 409
    assert "님이 바꾸었습니다" in late.text
    assert "어르신 성함: 김가람 → 김가랑 (여기에 적으신 말은 그대로입니다: ‘김기람’)" in late.text
    late = save(client, resident, {**words, "birth_year": "1949"})
    assert (late.status_code, inputs(late.text)["name"]) == (409, "김가랑")
    session.rollback()
    session.refresh(resident.person)
    assert resident.person.name == "김가랑"


def test_a_number_is_taken_off_and_another_added_but_none_stands_there_twice(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    field = f"phone-{resident.person.phones[0].id}"
    words = opened(client, resident)
    twice = save(client, resident, {**words, "phone-new": "010-0000-0001"})
    assert twice.status_code == 422
    assert "같은 번호가 두 번" in twice.text
    wrong = save(client, resident, {**words, "phone-new": "12"})
    assert wrong.status_code == 422
    assert save(client, resident, {**words, field: "", "phone-new": "02-555-0000"}).status_code == 303
    session.rollback()
    assert [row.number for row in session.get_one(Resident, resident.id).person.phones] == ["+8225550000"]


def test_a_home_is_put_right_and_what_is_open_at_the_old_one_is_named(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    request = factories.make_request(resident)
    session.commit()
    old = resident.household.address_id
    words = opened(client, resident)
    looked = client.post(
        f"/people/{resident.id}/correct", data={**words, "address": "상도로 369", "do": "where"}
    )
    assert "data-found" in looked.text
    assert corrected(session, resident) == [], "looking stores nothing"
    assert save(client, resident, {**words, "address": "상도로 369", "unit": "3층"}).status_code == 303
    assert corrected(session, resident) == ["moved_home"]
    home = session.get_one(Resident, resident.id, populate_existing=True).household.address
    assert home.id != old
    assert (home.road_name, home.unit, home.located) == ("상도로", "3층", True)
    page = client.get(f"/people/{resident.id}").text
    assert f"예전 주소 그대로인 신청이 있습니다: {request.number}." in page


def test_the_home_on_a_card_is_not_told_as_that_of_somebody_else(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    words = opened(client, resident)
    assert save(client, resident, {**words, "address": "상도로 369"}).status_code == 303
    found = client.post("/calls/where", data=opened(client, resident)).text
    assert "data-found" in found
    assert "이미 등록된" not in found


def test_what_nobody_touched_stays_as_it_is(client: FlaskClient, session: Db, resident: Resident) -> None:
    home = resident.household.address_id
    assert save(client, resident, opened(client, resident)).status_code == 303
    assert corrected(session, resident) == []
    assert session.get_one(Resident, resident.id).household.address_id == home


def test_a_card_that_somebody_else_has_changed_meanwhile_is_not_overwritten(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    words = opened(client, resident)
    assert save(client, resident, {**opened(client, resident), "birth_year": "1950"}).status_code == 303
    field = f"phone-{resident.person.phones[0].id}"
    late = save(client, resident, {**words, field: "010-0000-0009"})
    assert late.status_code == 409
    assert "님이 바꾸었습니다" in late.text
    assert 'value="1950"' in late.text, "what was stored, where nothing was typed"
    assert 'value="010-0000-0009"' in late.text, "what was typed"
    session.rollback()
    assert session.get_one(Resident, resident.id).birth_year == 1950


def test_what_somebody_else_put_on_a_card_is_named_before_it_is_typed_over(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    words = opened(client, resident)
    theirs = {**words, "birth_year": "1950", "address": "상도로 369", "phone-new": "02-555-0000"}
    assert save(client, resident, theirs).status_code == 303
    late = save(client, resident, {**words, "birth_year": "1949"})
    assert late.status_code == 409
    assert "출생 연도: 1940 → 1950 (여기에 적으신 말은 그대로입니다: ‘1949’)" in late.text
    assert f"주소: {words['address']} → 상도로 369</li>" in late.text
    assert "전화: 없음 → 02-555-0000</li>" in late.text
    assert save(client, resident, inputs(late.text)).status_code == 303
    session.rollback()
    corrected_card = session.get_one(Resident, resident.id, populate_existing=True)
    assert corrected_card.birth_year == 1949, "stored once it was seen"
    assert corrected_card.household.address.road_name == "상도로"
    assert len(corrected_card.person.phones) == 2


def test_a_note_on_health_needs_the_consent(client: FlaskClient, session: Db, resident: Resident) -> None:
    words = opened(client, resident)
    refused = save(client, resident, {**words, "care_note": "귀가 어두움"})
    assert refused.status_code == 422
    assert "건강 정보 동의가 있어야" in refused.text
    session.rollback()
    assert session.get_one(Resident, resident.id).care_note == ""


def test_only_residents_have_such_a_card(client: FlaskClient, session: Db, resident: Resident) -> None:
    caller = factories.make_person("김하늘")
    session.commit()
    assert client.get(f"/people/{caller.id}/correct").status_code == 404
    assert "카드 고치기" in client.get(f"/people/{resident.id}").text
    assert "카드 고치기" not in client.get(f"/people/{caller.id}").text
