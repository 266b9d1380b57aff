"""A record that a colleague takes into another while a page of it is open: nothing typed is lost."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import now
from handyman.intake import on_card, script
from handyman.models import (
    Actor,
    ActorKind,
    CheckRule,
    Consent,
    ConsentKind,
    Person,
    Resident,
    ServiceRequest,
    User,
)
from tests import factories
from tests.intake.calls import ADDRESS, make_catalogue
from tests.intake.test_on_card import LAMP, words

Db = scoped_session[Session]
GONE, KEPT = "010-0000-0061", "010-0000-0062"
TOLD = "님이 이 카드를 배기다 님 카드에 합쳤습니다"


def make(name: str, phone: str, reader: User, **card: Any) -> Resident:
    number = f"+8210{phone.replace('-', '')[3:]}"
    home = factories.make_address(f"동작구 {ADDRESS}", place_key="road:동작구 상도로:369|")
    found = factories.make_resident(name, number, home, **card)
    for kind in ConsentKind:
        said = {"kind": kind, "script_version": script.VERSION, "read_by_id": reader.id, "at": now()}
        factories.add(Consent(person_id=found.id, given=True, **said))
    return found


@pytest.fixture
def two(session: Db, sign_in: Callable[..., User]) -> tuple[Resident, Resident]:
    """Who stays, and who goes into them."""
    make_catalogue()
    reader = sign_in("operator")
    pair = make("배기다", KEPT, reader, birth_year=1941), make("배기라", GONE, reader)
    session.commit()
    return pair


def merge(kept: int, gone: int) -> int:
    by = factories.make_user(name="김조정")
    return flow.merge_people(kept, gone, Actor(ActorKind.USER, by.id), now()).id


def opened(client: FlaskClient, **typed: str) -> dict[str, str]:
    return {**words(client.get(f"/calls/new?phone={GONE}").text), **LAMP, **typed}


@pytest.mark.usefixtures("any_database")
def test_call_from_a_card_that_was_merged_meanwhile_goes_to_the_one_that_stays_and_says_who_merged(
    client: FlaskClient, session: Db, two: tuple[Resident, Resident]
) -> None:
    kept, gone = (each.id for each in two)
    call = opened(client)
    merge(kept, gone)
    stored = client.post("/calls", data=call)
    assert stored.status_code == 303
    receipt = html.unescape(client.get(stored.location).text)
    assert f"김조정 {TOLD}" in receipt
    assert "바뀐 것은 그대로 두었습니다: 어르신 성함, 출생 연도" in receipt
    session.rollback()
    assert session.scalars(select(ServiceRequest)).one().resident_id == kept
    assert session.get_one(Resident, kept).birth_year == 1941


def test_what_was_typed_over_a_merged_card_is_asked_about_before_it_is_stored(
    client: FlaskClient, session: Db, two: tuple[Resident, Resident]
) -> None:
    kept, gone = (each.id for each in two)
    call = opened(client, birth_year="1939", notes="꼭 남을 말")
    merge(kept, gone)
    refused = client.post("/calls", data=call)
    page = html.unescape(refused.text)
    assert refused.status_code == 422
    assert f"김조정 {TOLD}" in page
    assert "출생 연도: 없음 → 1941." in page
    assert "꼭 남을 말" in page
    again = {**words(refused.text), **LAMP}
    assert (again["person_id"], again["birth_year"]) == (str(kept), "1939")
    assert client.post("/calls", data=again).status_code == 303


@pytest.mark.usefixtures("any_database")
def test_items_are_added_to_the_request_of_a_card_that_was_merged_meanwhile(
    client: FlaskClient, session: Db, two: tuple[Resident, Resident]
) -> None:
    kept, gone = two
    row = factories.make_request(gone, number="1124-01")
    session.commit()
    kept_id, gone_id, row_id = kept.id, gone.id, row.id
    call = opened(client, add_to=f"{row_id}-{row.items[0].id}")
    merge(kept_id, gone_id)
    added = client.post("/calls/add", data=call)
    assert added.status_code == 303
    assert TOLD in client.get(added.location).text
    session.rollback()
    assert len(session.get_one(ServiceRequest, row_id).items) == 2


def test_merges_are_followed_to_the_last(
    client: FlaskClient, session: Db, two: tuple[Resident, Resident]
) -> None:
    kept, gone = (each.id for each in two)
    last = factories.make_resident("배기다", "+821000000063", address=two[0].household.address).id
    session.commit()
    call = opened(client)
    merge(kept, gone)
    merge(last, kept)
    assert client.post("/calls", data=call).status_code == 303
    session.rollback()
    assert session.scalars(select(ServiceRequest)).one().resident_id == last


def test_call_from_a_card_that_is_no_more_is_said_once_and_then_filed_anew(
    client: FlaskClient, session: Db, two: tuple[Resident, Resident]
) -> None:
    call = opened(client)
    gone = session.get_one(Person, two[1].id)
    session.delete(gone.resident)
    session.commit()
    refused = client.post("/calls", data=call)
    assert refused.status_code == 422
    assert "이 카드는 그 사이에 없어졌습니다" in refused.text
    assert client.post("/calls", data={**words(refused.text), **LAMP}).status_code == 303
    session.rollback()
    assert session.scalars(select(ServiceRequest)).one().resident.person.name == "배기라"


@pytest.mark.parametrize("path", ["/calls", "/calls/add"])
def test_card_that_changes_at_every_moment_of_saving_is_looked_at_twice_and_no_more(
    client: FlaskClient,
    session: Db,
    two: tuple[Resident, Resident],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    row = factories.make_request(two[1])
    session.commit()
    call, looks = opened(client, add_to=f"{row.id}-{row.items[0].id}"), []

    def is_as(*said: Any) -> bool:
        looks.append(said)
        return False

    monkeypatch.setattr(on_card, "is_as", is_as)
    refused = client.post(path, data=call)
    assert refused.status_code == 422
    assert "다른 분이 지금 이 카드를 고치고 있습니다" in refused.text
    assert words(refused.text)["item-lamp-quantity"] == "1"
    assert len(looks) == 2


def test_call_page_for_a_merged_record_opens_the_card_that_stays(
    client: FlaskClient, session: Db, two: tuple[Resident, Resident]
) -> None:
    kept, gone = (each.id for each in two)
    merge(kept, gone)
    assert words(client.get(f"/calls/new?person={gone}").text)["name"] == "배기다"


def fields(page: str) -> dict[str, str]:
    """Of the form of a card."""
    found = {}
    for each in re.findall(r"<input[^>]*>", page):
        name, value = (re.search(rf' {part}="([^"]*)"', each) for part in ("name", "value"))
        if name and name[1] != "csrf_token":
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


@pytest.mark.usefixtures("any_database")
def test_correcting_a_card_that_was_merged_meanwhile_leads_to_the_other_with_what_was_typed(
    client: FlaskClient, session: Db, two: tuple[Resident, Resident]
) -> None:
    kept, gone = (each.id for each in two)
    factories.make_phone(two[1].person, "+821000000062")
    session.commit()
    form = fields(client.get(f"/people/{gone}/correct").text)
    double = next(name for name, said in form.items() if said == KEPT)
    merge(kept, gone)
    typed = {**form, "birth_year": "1939", double: "010-0000-0069", "do": "save"}
    late = client.post(f"/people/{gone}/correct", data=typed)
    assert late.status_code == 409
    page = html.unescape(late.text)
    assert f"김조정 {TOLD}" in page
    assert "출생 연도: 없음 → 1941 (여기에 적으신 말은 그대로입니다: ‘1939’)" in page
    assert f'action="/people/{kept}/correct"' in page
    again = fields(late.text)
    assert (again["name"], again["birth_year"]) == ("배기다", "1939")
    assert "010-0000-0069" in again.values(), "typed over a number that both had"
    saved = client.post(f"/people/{kept}/correct", data={**again, "do": "save"})
    assert saved.status_code == 303
    session.rollback()
    row = session.get_one(Resident, kept, populate_existing=True)
    assert row.birth_year == 1939
    assert {phone.number for phone in row.person.phones} == {"+821000000061", "+821000000069"}


def test_looking_an_address_up_on_a_card_that_was_merged_meanwhile_keeps_what_was_typed(
    client: FlaskClient, session: Db, two: tuple[Resident, Resident]
) -> None:
    kept, gone = (each.id for each in two)
    form = fields(client.get(f"/people/{gone}/correct").text)
    merge(kept, gone)
    looked = client.post(f"/people/{gone}/correct", data={**form, "address": "사당로 100", "do": "where"})
    assert TOLD in looked.text
    assert fields(looked.text)["address"] == "사당로 100"


RULE = {"every_months": "12", "suits": "any", "next_due": "2027-03-02"}


def test_what_is_stored_on_a_merged_record_goes_to_the_one_that_stays(
    client: FlaskClient, session: Db, two: tuple[Resident, Resident]
) -> None:
    kept, gone = (each.id for each in two)
    item = factories.make_item("tap").id
    session.commit()
    merge(kept, gone)
    contact = {"contact_name": "이웃집", "contact_phone": "02-555-0001", "contact_relation": "neighbour"}
    for path, typed in (
        (f"/people/{gone}/language", {"language": "en"}),
        (f"/people/{gone}/pages", {"opens_pages": "1"}),
        (f"/people/{gone}/contacts", {**contact, "contact_told": "1"}),
        (f"/recurring/new/{gone}", {**RULE, f"item-{item}": "1"}),
        (f"/phones/person/{gone}/texts", {"number": "+821000000061", "texts": "no"}),
    ):
        stored = client.post(path, data=typed)
        assert stored.status_code == 303, path
        assert TOLD in client.get(stored.location).text, path
    session.rollback()
    person = session.get_one(Person, kept, populate_existing=True)
    assert (person.language, person.opens_pages) == ("en", True)
    assert person.resident is not None
    assert [row.person.name for row in person.resident.contacts] == ["이웃집"]
    assert session.scalars(select(CheckRule)).one().resident_id == kept


def test_every_page_of_a_merged_record_leads_to_the_one_that_stays(
    client: FlaskClient, session: Db, two: tuple[Resident, Resident]
) -> None:
    kept, gone = (each.id for each in two)
    merge(kept, gone)
    for path in ("/people/{}", "/people/{}/correct", "/recurring/new/{}"):
        led = client.get(path.format(gone))
        assert (led.status_code, led.location) == (303, path.format(kept))
