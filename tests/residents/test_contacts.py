"""Who stands by a resident: on their card, in an order, as the resident wishes, and nowhere else."""

import re
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import db, now
from handyman.models import (
    SYSTEM,
    AuditEntry,
    Contact,
    Message,
    Person,
    PhoneKind,
    Relation,
    Resident,
    Role,
    User,
)
from handyman.residents import contacts
from handyman.residents.file import Phone
from tests.conftest import Client
from tests.factories import (
    make_contact,
    make_link,
    make_member,
    make_message,
    make_person,
    make_request,
    make_resident,
    make_visit,
)
from tests.messages.test_race import at_once

SignIn = Callable[..., User]
DB = scoped_session[Session]
pytestmark = pytest.mark.usefixtures("session")
TYPED = {"contact_name": "김딸기", "contact_phone": "010-5555-0001", "contact_relation": "family"}


def listed(resident: Resident) -> list[str]:
    db.session.expire_all()
    return [row.person.name for row in resident.contacts]


def test_a_daughter_is_written_down_and_shown_on_the_card(client: Client, sign_in: SignIn) -> None:
    resident = make_resident()
    sign_in(Role.OPERATOR)
    answer = client.post(f"/people/{resident.id}/contacts", data={**TYPED, "contact_told": "1"})
    assert (answer.status_code, answer.location) == (303, f"/people/{resident.id}#contacts")
    [row] = db.session.scalars(select(Contact)).all()
    assert (row.resident_id, row.relation, row.position, row.may_be_told) == (
        resident.id,
        Relation.FAMILY,
        1,
        True,
    )
    page = client.get(f"/people/{resident.id}").text
    assert "김딸기" in page
    assert "010-5555-0001" in page


def test_without_the_residents_word_nobody_is_told(client: Client, sign_in: SignIn) -> None:
    resident = make_resident()
    sign_in(Role.OPERATOR)
    client.post(f"/people/{resident.id}/contacts", data=TYPED)
    [row] = db.session.scalars(select(Contact)).all()
    assert row.may_be_told is False
    assert "알리지 않음" in client.get(f"/people/{resident.id}").text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"contact_name": " "}, "이름을 적어"),
        ({"contact_name": "가" * 61}, "60자까지"),
        ({"contact_phone": "열두 시"}, "전화번호를 010-1234-5678"),
        ({"contact_relation": "self"}, "어떤 사이인지"),
        ({"contact_relation": "\0"}, "어떤 사이인지"),
    ],
)
def test_what_cannot_be_read_is_said_and_stays_typed(
    wrong: dict[str, str], sentence: str, client: Client, sign_in: SignIn
) -> None:
    resident = make_resident()
    sign_in(Role.OPERATOR)
    answer = client.post(f"/people/{resident.id}/contacts", data={**TYPED, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert wrong.keys() == {"contact_name"} or "김딸기" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 0


def test_nobody_stands_by_themselves_or_twice(client: Client, sign_in: SignIn) -> None:
    resident = make_resident("김보기", "+821055550001")
    sign_in(Role.OPERATOR)
    path = f"/people/{resident.id}/contacts"
    own = client.post(path, data={**TYPED, "contact_name": "김보기"})
    assert (own.status_code, "어르신 본인" in own.text) == (409, True)
    assert client.post(path, data=TYPED).status_code == 303
    again = client.post(path, data=TYPED)
    assert (again.status_code, "이미 목록에" in again.text) == (409, True)
    assert listed(resident) == ["김딸기"]


def test_a_list_is_full_at_some_point(client: Client, sign_in: SignIn) -> None:
    resident = make_resident()
    for place in range(contacts.MOST):
        make_contact(resident, make_person(f"이웃{place}"))
    people = db.session.scalar(select(func.count()).select_from(Person))
    sign_in(Role.OPERATOR)
    answer = client.post(f"/people/{resident.id}/contacts", data=TYPED)
    assert (answer.status_code, "먼저 한 분을 지워" in answer.text) == (409, True)
    assert db.session.scalar(select(func.count()).select_from(Person)) == people


def test_the_order_is_changed_and_somebody_taken_off(client: Client, sign_in: SignIn) -> None:
    resident = make_resident()
    rows = [make_contact(resident, make_person(name)) for name in ("하나", "두리", "세모")]
    sign_in(Role.OPERATOR)

    def do(place: int, what: str) -> int:
        return client.post(f"/people/{resident.id}/contacts/{rows[place].id}", data={"do": what}).status_code

    assert do(2, "up") == 303
    assert listed(resident) == ["하나", "세모", "두리"]
    assert do(0, "up") == 303
    assert listed(resident) == ["하나", "세모", "두리"]
    assert do(0, "not_told") == 303
    assert [row.may_be_told for row in resident.contacts] == [False, True, True]
    gone = rows[1].id
    assert do(1, "remove") == 303
    assert listed(resident) == ["하나", "세모"]
    assert [row.position for row in resident.contacts] == [1, 2]
    again = client.post(f"/people/{resident.id}/contacts/{gone}", data={"do": "up"})
    assert (again.status_code, "그사이 목록이 바뀌었습니다" in again.text) == (409, True)
    assert do(0, "sell") == 400


def test_two_who_put_somebody_first_at_one_time_do_it_once(client: Client, sign_in: SignIn) -> None:
    resident = make_resident()
    rows = [make_contact(resident, make_person(name)) for name in ("하나", "두리", "세모")]
    sign_in(Role.OPERATOR)
    path = f"/people/{resident.id}/contacts/{rows[2].id}"
    page = client.get(f"/people/{resident.id}").text
    form = page.split(f'action="{path}"')[1].split("</form>")[0]
    [before] = re.findall(r'name="before" value="(\d+)"', form)
    for _ in range(2):
        assert client.post(path, data={"do": "up", "before": before}).status_code == 303
    assert listed(resident) == ["하나", "세모", "두리"]


def test_whoever_was_on_file_for_the_list_alone_leaves_nothing_behind(
    client: Client, sign_in: SignIn
) -> None:
    resident, other = make_resident(), make_resident("이보기")
    alone, caller, texted, shared = (make_person(name) for name in ("홀로", "전화", "문자", "함께"))
    make_request(resident, caller=caller, relation=Relation.FAMILY)
    make_message(texted)
    make_contact(other, shared)
    rows = [make_contact(resident, who) for who in (alone, caller, texted, shared)]
    ids = [row.id for row in rows]
    sign_in(Role.OPERATOR)
    for each in ids:
        client.post(f"/people/{resident.id}/contacts/{each}", data={"do": "remove"})
    left = set(db.session.scalars(select(Person.name)))
    assert {"전화", "문자", "함께"} <= left
    assert "홀로" not in left
    assert listed(other) == ["함께"]


def test_who_called_as_family_or_care_worker_is_offered_for_the_list(client: Client, sign_in: SignIn) -> None:
    resident = make_resident()
    daughter, centre = make_person("딸기"), make_person("동주민")
    request = make_request(resident, caller=daughter, relation=Relation.FAMILY)
    make_request(resident, caller=centre, relation=Relation.COMMUNITY_CENTRE)
    sign_in(Role.OPERATOR)
    path = f"/people/{resident.id}"
    page = client.get(path).text
    assert "어르신 일로 전화하신 분: 딸기" in page
    assert "전화하신 분: 동주민" not in page
    receipt = f"/calls/{request.number}/receipt"
    assert f"{path}#contacts" in client.get(receipt).text
    refused = client.post(f"{path}/contacts", data={"caller": centre.id})
    assert (refused.status_code, listed(resident)) == (409, [])
    assert client.post(f"{path}/contacts", data={"caller": daughter.id}).status_code == 303
    assert [(row.relation, row.may_be_told) for row in resident.contacts] == [(Relation.FAMILY, True)]
    assert "어르신 일로 전화하신 분" not in client.get(path).text
    assert f"{path}#contacts" not in client.get(receipt).text


def test_a_contact_goes_with_whoever_goes() -> None:
    resident, person = make_resident(), make_person("딸기")
    make_contact(resident, person)
    make_contact(make_resident("이보기"), person)
    db.session.delete(person)
    db.session.flush()
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 0
    db.session.expire_all()
    kept = make_person("아들")
    make_contact(resident, kept)
    db.session.delete(resident)
    db.session.flush()
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 0
    assert db.session.get(Person, kept.id) is kept


def test_members_never_see_who_stands_by_a_resident(client: Client) -> None:
    member = make_member()
    visit = make_visit(members=[member])
    make_contact(visit.resident, make_person("딸기", "+821055550001"))
    _link, path = make_link(visit, member)
    page = client.get(path).text
    assert "딸기" not in page
    assert "5555" not in page


def test_the_audit_names_nobody(client: Client, sign_in: SignIn) -> None:
    resident = make_resident()
    sign_in(Role.OPERATOR)
    client.post(f"/people/{resident.id}/contacts", data=TYPED)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.entity == "contacts")).all()
    assert [(row.moved_to, row.why) for row in entries] == [("added", "")]
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_somebody_who_is_no_resident_has_no_such_list(client: Client, sign_in: SignIn, session: DB) -> None:
    caller = make_person("딸기")
    sign_in(Role.OPERATOR)
    assert "연락이 닿지 않을 때" not in client.get(f"/people/{caller.id}").text
    assert client.post(f"/people/{caller.id}/contacts", data=TYPED).status_code == 409
    assert client.post("/people/999999/contacts", data=TYPED).status_code == 404


@pytest.mark.usefixtures("any_database")
def test_two_who_write_down_the_same_daughter_at_one_moment_write_her_once(app: Flask, session: DB) -> None:
    resident_id, number = make_resident().id, Phone("+821055550001", PhoneKind.MOBILE)
    session.commit()
    barrier, refused = threading.Barrier(2, timeout=10), list[contacts.Refused]()
    new, by, at = contacts.NewContact("김딸기", number, Relation.FAMILY, True), SYSTEM, now()

    def write() -> None:
        barrier.wait()
        try:
            flow.add_contact(resident_id, new, by, at)
        except contacts.ContactError as error:
            refused.append(error.code)

    at_once(app, write, write)
    session.rollback()
    assert refused == [contacts.Refused.KNOWN]
    assert session.scalar(select(func.count()).select_from(Contact)) == 1


def test_a_refused_language_opens_no_form_for_another_contact(client: Client, sign_in: SignIn) -> None:
    sign_in("operator")
    resident, folded = make_resident(), '<details class="contact-new">'
    page = f"/people/{resident.id}"
    stale = client.post(f"{page}/pages", data={"was": "1", "opens_pages": "1"})
    unread = client.post(f"{page}/language", data={"language": "fr"})
    mistyped = client.post(f"{page}/contacts", data={"contact_name": ""})
    assert [folded in each.text for each in (stale, unread, mistyped)] == [True, True, False]
