"""The card of a person tells what was asked for, who came and what was sent."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from tests import factories


def test_card_shows_requests_visits_and_texts(
    client: FlaskClient, session: scoped_session[Session], sign_in: Callable[..., Any]
) -> None:
    resident = factories.make_resident("김가람", "+821000000001", care_note="귀가 어두움")
    request = factories.make_request(resident)
    visit = factories.make_visit(request, members=[factories.make_member("박수리")])
    factories.make_message(resident.person, visit=visit, body="내일 찾아갑니다")
    sign_in("operator")
    page = client.get(f"/people/{resident.id}").text
    for words in ("김가람", "010-0000-0001", "귀가 어두움", request.number, "박수리", "내일 찾아갑니다"):
        assert words in page


def test_card_of_a_caller_names_the_resident_they_called_for(
    client: FlaskClient, session: scoped_session[Session], sign_in: Callable[..., Any]
) -> None:
    caller = factories.make_person("김하늘")
    factories.make_request(factories.make_resident("김가람"), caller=caller)
    sign_in("operator")
    assert "김가람 어르신 일로 전화" in client.get(f"/people/{caller.id}").text


@pytest.mark.parametrize("person_id", ["0", "999", "99999999999999999999", "x"])
def test_person_nobody_knows_is_not_found(
    client: FlaskClient, sign_in: Callable[..., Any], person_id: str
) -> None:
    sign_in("operator")
    assert client.get(f"/people/{person_id}").status_code == 404
