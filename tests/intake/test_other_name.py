"""The name on an open card is typed over: asked about, never guessed."""

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.models import Message, MessageKind, Person, Relation, Resident, ServiceRequest, Visit
from tests import factories
from tests.intake.calls import call_again, call_form, make_catalogue

Db = scoped_session[Session]


@pytest.fixture
def resident(client: FlaskClient, session: Db, sign_in: Callable[..., Any]) -> Resident:
    """Somebody on file by a first call."""
    make_catalogue()
    factories.make_item("screen", ("electric",), short_ko="방충망", name_ko="방충망 교체")
    factories.make_member("박수리")
    session.commit()
    sign_in("operator")
    page = client.post("/calls/windows", data=call_form()).text
    choice = re.findall(r'name="choice" id="choice-\d" value="([^"]+)"', page)[3]
    client.post("/calls", data=call_form(choice=choice))
    session.rollback()
    return session.scalars(select(Resident)).one()


def typed(resident: Resident, **words: str) -> dict[str, Any]:
    said = {"submission_key": "another-form-1", "name": "김가랑", "person_id": str(resident.id)}
    return call_again(**{**said, **words})


def names(session: Db) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Person.name).order_by(Person.id)))


def test_nothing_is_stored_before_the_question_is_answered(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    answer = client.post("/calls", data=typed(resident, notes="꼭 남을 말"))
    assert answer.status_code == 422
    assert 'value="김가랑"' in answer.text
    assert "카드의 이름과 다릅니다. 같은 분인지 골라 주십시오." in answer.text, (
        "short: it stands in a narrow column"
    )
    assert "꼭 남을 말" in answer.text
    assert re.search(r'id="who-is-it"[^>]*>', answer.text)[0].endswith('asked">')  # not hidden
    assert '<strong id="who-is-it-name">김가람</strong>' in answer.text
    assert names(session) == ["김가람"]
    assert 'id="who-is-it-name"></strong>' in client.get("/calls/new?phone=010-0000-7777").text


def test_same_person_under_the_right_name(client: FlaskClient, session: Db, resident: Resident) -> None:
    assert client.post("/calls", data=typed(resident, same_person="yes")).status_code == 303
    assert names(session) == ["김가랑"]
    waiting = session.scalars(select(Message.body).where(Message.recipient_id == resident.id)).all()
    assert not any("김가람" in body for body in waiting)


def test_what_waits_for_who_stands_by_says_the_name_as_it_is_now(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    daughter = factories.make_person("김하늘", "+821000000003")
    factories.make_contact(resident, daughter)
    visit = session.scalars(select(Visit)).one()
    waiting = factories.make_message(daughter, MessageKind.RESIDENT_DAY_BEFORE, visit=visit)
    session.commit()
    assert client.post("/calls", data=typed(resident, same_person="yes")).status_code == 303
    session.rollback()
    session.refresh(waiting)
    assert "김가랑" in waiting.body
    name_before = resident.person.names_before[0].id
    client.post(f"/people/{resident.id}/names/{name_before}/back")
    session.rollback()
    session.refresh(waiting)
    assert "김가람" in waiting.body


def test_somebody_else_inherits_no_answer_and_is_a_person_of_their_own(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    page = client.post("/calls/draft", data=typed(resident, do="another")).text
    fields = dict(re.findall(r'name="(person_id|name|birth_year|address)"[^>]*value="([^"]*)"', page))
    assert fields == {"person_id": "", "name": "김가랑", "birth_year": "", "address": "상도로 369"}
    assert not re.search(r'name="consent_processing"[^>]*checked', page)
    assert client.post("/calls", data=typed(resident, person_id="")).status_code == 303
    assert names(session) == ["김가람", "김가랑"]


def test_name_is_put_right_while_more_is_added_to_the_visit(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    request = session.scalars(select(ServiceRequest)).one()
    more = {
        "item-lamp-quantity": "",
        "item-screen-quantity": "1",
        "add_to": f"{request.id}-{request.items[-1].id}",
    }
    assert client.post("/calls/add", data=typed(resident, **more)).status_code == 422
    assert client.post("/calls/add", data=typed(resident, **more, same_person="yes")).status_code == 303
    assert names(session) == ["김가랑"]
    assert len(session.scalars(select(ServiceRequest)).one().items) == 2


def test_whoever_called_for_somebody_calls_for_themself(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    for_them = {"phone": "010-0000-6666", "relation": "care_worker", "caller_name": "이돌봄"}
    filed = {"person_id": str(resident.id), "resident_phone": "010-0000-7777"}
    said = {"submission_key": "another-form-1", **for_them, **filed}
    assert client.post("/calls", data=call_again(**said)).status_code == 303
    own = {**said, "submission_key": "another-form-2", "name": "이 돌봄"}
    page = client.post("/calls/draft", data=call_again(**own, do="another")).text
    kept = dict(re.findall(r'name="(person_id|caller_name|resident_phone)"[^>]*value="([^"]*)"', page))
    assert kept == {"person_id": "", "caller_name": "", "resident_phone": ""}
    assert '<option value="self" selected' in page
    assert "성함과 같습니다" in client.post("/calls", data=call_again(**own | {"person_id": ""})).text
    own |= {"person_id": "", "relation": "self", "address": "상도로 100"}
    assert client.post("/calls", data=call_again(**own)).status_code == 303
    assert names(session) == ["김가람", "이돌봄"]


def test_caller_on_file_is_known_at_another_telephone(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    factories.make_resident("박함께", "+821000000005", household=resident.household)
    session.commit()
    said = {"relation": "family", "caller_name": "박함께", "phone": "02-000-0123"}
    assert client.post("/calls", data=typed(resident, name="김가람", **said)).status_code == 303
    assert names(session) == ["김가람", "박함께"]


def words_on_line(client: FlaskClient, phone: str) -> tuple[str, ...]:
    """What the only card of the number writes into the form about whoever calls."""
    page = client.post("/calls/caller", data={"phone": phone}).text
    (card,) = re.findall(r'data-fill="([^"]*)"', page)
    words = json.loads(html.unescape(card))
    return tuple(words[name] for name in ("name", "relation", "caller_name", "resident_phone"))


@pytest.mark.usefixtures("any_database")
def test_whoever_called_with_their_own_number_alone_is_on_the_line_again(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    said = {"phone": "010-0000-6666", "relation": "family", "caller_name": "한보호"}
    client.post("/calls", data=call_form(submission_key="guardian-1", name="한어르", **said))
    family = ("한어르", "family", "한보호", "")
    assert words_on_line(client, "010-0000-6666") == family
    filed = session.scalars(select(Resident).where(Resident.id != resident.id)).one()
    factories.make_request(filed, submission_key="check-1-2026-11-24")  # nobody called for it
    session.commit()
    assert words_on_line(client, "010-0000-6666") == family
    again = call_again(submission_key="guardian-2", name="한어르", person_id=str(filed.id), **said)
    assert client.post("/calls", data=again).status_code == 303
    session.rollback()
    callers = session.scalars(
        select(ServiceRequest.caller_id).where(ServiceRequest.relation == Relation.FAMILY)
    )
    assert len(set(callers)) == 1
    own = call_again(submission_key="guardian-3", name="한어르", **said | {"relation": "self"})
    assert client.post("/calls", data=own).status_code == 303
    assert words_on_line(client, "010-0000-6666") == ("한어르", "self", "", "")
