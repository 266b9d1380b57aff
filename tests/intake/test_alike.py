"""Somebody on file in the building who may be the one that calls: a hint before saving, never a refusal."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import db
from handyman.models import Resident
from tests.intake.calls import call_form, make_catalogue

ASKS = "같은 분이 아닌지 여쭈어 주십시오"

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture(autouse=True)
def on_file(session: scoped_session[Session], sign_in: Callable[..., Any], client: FlaskClient) -> None:
    """김가람 of 102호, who waits for lamps."""
    make_catalogue()
    sign_in("operator")
    session.commit()
    assert client.post("/calls", data=call_form(unit="102호")).status_code == 303


def call(name: str, unit: str, **typed: str) -> dict[str, str]:
    anew = {"phone": "010-9999-0000", "submission_key": "new-number-1"}
    return call_form(name=name, unit=unit, **{**anew, **typed})


def shown(client: FlaskClient, typed: dict[str, str]) -> str:
    return html.unescape(client.post("/calls/where", data=typed).text)


@pytest.mark.parametrize(
    ("name", "unit"), [("김가람", ""), ("김까람", ""), ("김가란", "102호"), ("김가랑", "102호")]
)
def test_without_the_flat_or_with_a_misheard_name_they_are_shown_with_what_is_open(
    client: FlaskClient, name: str, unit: str
) -> None:
    typed = call(name, unit)
    page = shown(client, typed)
    assert ASKS in page
    assert "김가람" in page
    assert "102호" in page
    assert page.count("1124-01") == 1
    assert "그 신청에 더하기" in page
    assert client.post("/calls", data=typed).status_code == 303, "it is a hint"
    assert db.session.scalar(select(func.count()).select_from(Resident)) == 2
    db.session.rollback()


@pytest.mark.parametrize(
    ("name", "unit"), [("김가람", "201호"), ("박다른", ""), ("김가란", ""), ("김가람", "102호")]
)
def test_nobody_else_is_taken_for_them(client: FlaskClient, name: str, unit: str) -> None:
    """Another flat, another name; and whoever is known by name and door is said to be."""
    assert ASKS not in shown(client, call(name, unit))


def test_whoever_it_is_can_be_chosen(client: FlaskClient) -> None:
    typed = call("김까람", "")
    chosen = re.search(r'name="choose" value="(\d+)"', shown(client, typed))
    assert chosen
    page = html.unescape(client.post("/calls/draft", data={**typed, "choose": chosen[1]}).text)
    assert re.search(rf'name="person_id"[^>]* value="{chosen[1]}"', page)
    assert ASKS not in page
    assert (
        client.post("/calls", data=call("김가람", "102호", person_id=chosen[1], shown="1")).status_code == 303
    )
    assert db.session.scalar(select(func.count()).select_from(Resident)) == 1
    db.session.rollback()
