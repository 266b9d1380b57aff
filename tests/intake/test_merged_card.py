"""A record that a colleague takes into another while a page of it is open: nothing typed is lost."""

import html
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
