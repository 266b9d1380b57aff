"""A card that somebody else changes during a call: what nobody typed over stays theirs, the rest is asked."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.intake import on_card, script
from handyman.models import AuditEntry, Consent, ConsentKind, Resident, ServiceRequest, User
from tests import factories
from tests.intake.calls import ADDRESS, make_catalogue

Db = scoped_session[Session]
PHONE = "010-0000-0063"
LAMP = {"item-lamp-quantity": "1", "item-lamp-ceiling_cm": "230", "consent_processing": "yes"}


@pytest.fixture
def resident(client: FlaskClient, session: Db, sign_in: Callable[..., User]) -> Resident:
    make_catalogue()
    home = factories.make_address(f"동작구 {ADDRESS}", place_key="road:동작구 상도로:369|101호", unit="101호")
    found = factories.make_resident(
        "윤연습", "+821000000063", home, birth_year=1940, care_note="귀가 어두우심"
    )
    reader = sign_in("operator")
    for kind in (ConsentKind.PROCESSING, ConsentKind.HEALTH):
        said = {"kind": kind, "script_version": script.VERSION, "read_by_id": reader.id, "at": now()}
        factories.add(Consent(person_id=found.id, given=True, **said))
    session.commit()
    return found


def opened(client: FlaskClient, **typed: str) -> dict[str, str]:
    """The call page as it is filled from the card, and what is typed into it."""
    page = client.get(f"/calls/new?phone={PHONE}").text
    return {**words(page), **LAMP, **typed}


def words(page: str) -> dict[str, str]:
    """Every field of the form as a browser would send it."""
    form = re.search(r'<form class="call.*</form>', page, re.DOTALL)
    assert form
    found = {}
    for each in re.findall(r"<input[^>]*>", form[0]):
        name, value = (re.search(rf' {part}="([^"]*)"', each) for part in ("name", "value"))
        if name and (("radio" not in each and "checkbox" not in each) or " checked" in each):
            found[name[1]] = html.unescape(value[1]) if value else "yes"
    found |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)<', form[0]))
    return {name: said for name, said in found.items() if name != "csrf_token"}


def change(client: FlaskClient, resident: Resident, **typed: str) -> None:
    """What a coordinator puts right on the card meanwhile."""
    page = client.get(f"/people/{resident.id}/correct").text
    form = {**words(page), **typed, "do": "save"}
    assert client.post(f"/people/{resident.id}/correct", data=form).status_code == 303


def on_file(session: Db, resident: Resident) -> tuple[int | None, str, str]:
    session.rollback()
    row = session.get_one(Resident, resident.id, populate_existing=True)
    return row.birth_year, row.care_note, row.household.address.unit


@pytest.mark.usefixtures("any_database")
def test_what_nobody_typed_over_keeps_the_newer_value_and_is_told(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    call = opened(client, entrance="뒷문으로")
    change(client, resident, birth_year="1950", care_note="사나운 개. 대문 두드리지 말 것")
    stored = client.post("/calls", data=call)
    assert stored.status_code == 303
    assert on_file(session, resident) == (1950, "사나운 개. 대문 두드리지 말 것", "101호")
    receipt = client.get(stored.location).text
    assert "바뀐 것은 그대로 두었습니다: 출생 연도, 찾아갈 때 알아 둘 것." in receipt


@pytest.mark.usefixtures("any_database")
def test_what_was_typed_over_is_asked_about_once_with_who_changed_it(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    call = opened(client, care_note="지팡이 짚으심", notes="꼭 남을 말")
    change(client, resident, care_note="사나운 개", birth_year="1950")
    refused = client.post("/calls", data=call)
    page = html.unescape(refused.text)
    assert refused.status_code == 422
    assert "님이 바꾸었습니다" in page
    assert "찾아갈 때 알아 둘 것: 귀가 어두우심 → 사나운 개." in page
    assert "다시 저장해 주십시오(Ctrl+Enter)" in page
    assert "꼭 남을 말" in page
    assert 'value="1950"' in page
    assert on_file(session, resident)[1] == "사나운 개"
    again = {**words(refused.text), **LAMP}
    assert again["care_note"] == "지팡이 짚으심"
    assert client.post("/calls", data=again).status_code == 303
    assert on_file(session, resident)[:2] == (1950, "지팡이 짚으심"), "stored once it was seen"


def test_another_home_is_shown_before_anything_is_promised_to_it(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    call = opened(client)
    change(client, resident, unit="777호")
    refused = client.post("/calls", data=call)
    assert refused.status_code == 422
    assert "동·호: 101호 → 777호." in html.unescape(refused.text)
    again = {**words(refused.text), **LAMP}
    assert again["unit"] == "777호"
    assert client.post("/calls", data=again).status_code == 303
    assert on_file(session, resident)[2] == "777호"
    assert session.scalars(select(ServiceRequest)).one().address.unit == "777호"


def test_consent_that_was_withdrawn_meanwhile_is_not_given_again(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    call = opened(client, care_note="")
    no = {"kind": ConsentKind.HEALTH, "script_version": script.VERSION, "given": False, "at": now()}
    factories.add(Consent(person_id=resident.id, read_by_id=factories.make_user().id, **no))
    session.commit()
    assert client.post("/calls", data=call).status_code == 303
    session.rollback()
    given = session.scalars(
        select(Consent.given).where(Consent.kind == ConsentKind.HEALTH).order_by(Consent.id)
    )
    assert list(given) == [True, False]


def test_form_that_is_sent_twice_asks_nothing_about_its_own_change(
    client: FlaskClient, session: Db, resident: Resident
) -> None:
    call = opened(client, birth_year="1941", address="사당로 100", unit="2층")
    first, second = client.post("/calls", data=call), client.post("/calls", data=call)
    assert first.location == second.location
    history = select(AuditEntry.moved_to).where(AuditEntry.entity == "residents")
    assert {"birth_year_corrected", "moved_home"} <= set(session.scalars(history))


def test_card_that_is_changed_at_the_very_moment_of_saving_is_looked_at_anew(
    client: FlaskClient, session: Db, resident: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, looks = opened(client), []

    def is_as(*said: Any) -> bool:
        looks.append(said)
        return len(looks) > 1

    monkeypatch.setattr(on_card, "is_as", is_as)
    assert client.post("/calls", data=call).status_code == 303
    assert len(looks) == 2
    assert len(session.scalars(select(ServiceRequest)).all()) == 1
