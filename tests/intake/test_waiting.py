"""Drilling in a rented home waits for the owner: said in the call, stored, promised later."""

import pytest
from sqlalchemy import select

from handyman import catalogue_rows
from handyman.models import RequestState, ServiceRequest, Visit
from tests import factories
from tests.intake.calls import call_form

RAIL = {
    "item-lamp-quantity": "",
    "item-lamp-ceiling_cm": "",
    "item-handrail-quantity": "1",
    "item-handrail-wall": "tile",
    "item-handrail-owner_consent": "not_yet",
}
LAMP = {"item-lamp-quantity": "1", "item-lamp-shape": "tube", "item-lamp-ceiling_cm": "230"}


@pytest.fixture(autouse=True)
def office(session, sign_in):
    catalogue_rows.ensure()
    for name in ("박수리", "이사랑"):
        factories.make_member(name, skills=["lamp", "drill"])
    sign_in("operator")


def test_no_window_is_offered_without_the_owners_consent(client) -> None:
    page = client.post("/calls/windows", data=call_form(**RAIL)).text
    assert "집주인 동의를 받은 뒤에" in page
    assert 'name="choice"' not in page


def test_call_is_stored_and_the_receipt_says_what_is_missing(client, session) -> None:
    stored = client.post("/calls", data=call_form(**RAIL), follow_redirects=True)
    assert "집주인 동의를 받아야 약속할 수 있습니다" in stored.text
    assert session.scalars(select(ServiceRequest.state)).one() is RequestState.LOGGED


def test_window_forced_into_the_form_is_refused_and_nothing_is_stored(client, session) -> None:
    agreed = client.post(
        "/calls/windows", data=call_form(**{**RAIL, "item-handrail-owner_consent": "own"})
    ).text
    key = agreed.split('name="choice"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    assert client.post("/calls", data=call_form(**RAIL, choice=key)).status_code == 422
    assert session.scalars(select(Visit)).all() == []
    assert session.scalars(select(ServiceRequest)).all() == []


def test_the_rest_of_the_call_is_promised_without_it(client) -> None:
    page = client.post("/calls/windows", data=call_form(**{**RAIL, **LAMP})).text
    assert "빼고 찾았습니다" in page
    assert "한 분이 갑니다" in page
    assert "손잡이" not in page.split('class="read-back"', 1)[1].split("</p>", 1)[0]


def test_day_too_far_ahead_is_answered_with_the_last_that_can_be_promised(client) -> None:
    page = client.post("/calls/windows", data=call_form(**{**RAIL, **LAMP, "suits_from": "2027-01-20"})).text
    assert "12/8(화)까지만 약속할 수 있습니다" in page
