"""A name put right: the same person, found by both names, and who did it is known."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.models import Actor, ActorKind, AuditEntry, Grade, Person, PhoneKind, Resident
from handyman.residents import file
from handyman.residents.file import Phone, Somebody
from handyman.residents.finding.search import find
from handyman.residents.names import OtherNameError, rename
from handyman.residents.place import Place
from tests import factories

Db = scoped_session[Session]
HOME = Place(
    "상도로 369", "동작구 상도로 369", place_key="road:상도로:369|", lat=37.5, lon=126.9, grade=Grade.BUILDING
)
GARAM = Somebody("김가람", Phone("+821000000001", PhoneKind.MOBILE), HOME)


@pytest.fixture
def operator(session: Db) -> Actor:
    return Actor(ActorKind.USER, factories.make_user("operator").id)


def corrected(operator: Actor) -> Resident:
    first = file.find_or_file(GARAM, operator, now())
    return file.find_or_file(replace(GARAM, name="김가랑", person_id=first.id, renamed=True), operator, now())


def test_card_with_another_name_is_taken_for_nobody_before_that_is_asked(
    session: Db, operator: Actor
) -> None:
    first = file.find_or_file(GARAM, operator, now())
    with pytest.raises(OtherNameError) as asked:
        file.find_or_file(replace(GARAM, name="박바다", person_id=first.id), operator, now())
    assert asked.value.person_id == first.id
    assert file.find_or_file(replace(GARAM, name="박바다"), operator, now()).id != first.id
    assert first.person.name == "김가람"


@pytest.mark.usefixtures("any_database")
def test_corrected_name_is_the_same_person_who_is_found_by_both(session: Db, operator: Actor) -> None:
    resident = corrected(operator)
    session.commit()
    assert resident.person.name == "김가랑"
    assert session.scalar(select(func.count()).select_from(Person)) == 1
    assert find("김가람") == find("ㄱㄱㄹ") == find("김가랑") == [resident.id]
    assert file.find_or_file(GARAM, operator, now()) is resident, (
        "who calls under the old name is no second one"
    )
    entry = session.scalars(select(AuditEntry).where(AuditEntry.moved_to == "renamed")).one()
    assert (entry.entity_id, entry.actor_id) == (resident.id, operator.id)
    assert "가" not in entry.why


def test_card_tells_the_old_name_and_puts_it_back_once(
    client: FlaskClient, session: Db, operator: Actor, sign_in: Callable[..., Any]
) -> None:
    resident = corrected(operator)
    session.commit()
    row = resident.person.names_before[0]
    back = f"/people/{resident.id}/names/{row.id}/back"
    sign_in("operator")
    page = client.get(f"/people/{resident.id}").text
    assert "전 이름" in page
    assert "김가람" in page
    assert "김가람" in client.post("/people/suggestions", data={"q": "김가람"}).text
    assert "이름을 되돌렸습니다" in client.post(back, follow_redirects=True).text
    assert "이미 되돌렸거나" in client.post(back, follow_redirects=True).text
    session.rollback()
    assert (resident.person.name, find("김가랑")) == ("김가람", [])


def test_a_name_that_is_only_spaced_otherwise_is_told_on_the_card_and_put_back(
    client: FlaskClient, session: Db, operator: Actor, sign_in: Callable[..., Any]
) -> None:
    resident = file.find_or_file(GARAM, operator, now())
    rename(resident.person, "김 가람", operator, now())
    session.commit()
    sign_in("operator")
    assert "전 이름" in client.get(f"/people/{resident.id}").text
    assert "전 이름" not in client.post("/people/suggestions", data={"q": "김가람"}).text
    row = resident.person.names_before[0]
    client.post(f"/people/{resident.id}/names/{row.id}/back")
    session.rollback()
    assert (resident.person.name, resident.person.names_before) == ("김가람", [])
