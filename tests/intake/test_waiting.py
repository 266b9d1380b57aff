"""Drilling in a rented home waits for the owner: said in the call, stored, promised later."""

from datetime import date

import pytest
from sqlalchemy import select

from handyman import catalogue_rows
from handyman.models import Member, RequestState, ServiceRequest, Visit, WaitingEntry
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


SUNDAY = "2026-11-29"


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"suits_from": SUNDAY, "only": "yes"}, "그날은 쉬는 날입니다"),
        ({"order": "same_member"}, "갈 수 있는 분이 없습니다"),
        (
            {"suits_from": "2026-11-27", "only": "yes", "order": "same_member"},
            "그날 갈 수 있는 분이 없습니다",
        ),
    ],
)
def test_wherever_no_window_is_found_the_call_is_not_stored_without_a_reason(
    client, session, wish: dict[str, str], said: str
) -> None:
    typed = call_form(**LAMP, **wish)
    page = client.post("/calls/windows", data=typed).text
    assert said in page
    assert 'name="wait_reason"' in page
    refused = client.post("/calls", data={**typed, "wait_likely": "", "wait_reason": "", "wait_note": ""})
    assert refused.status_code == 422
    assert "다른 시간을 찾거나, 약속하지 않는 까닭을 골라 주십시오" in refused.text
    assert session.scalars(select(ServiceRequest)).all() == []
    why = {"wait_likely": "", "wait_reason": "does_not_suit", "wait_note": "일요일"}
    assert client.post("/calls", data={**typed, **why}).status_code == 303
    assert session.scalars(select(WaitingEntry.note)).one() == "일요일"


@pytest.mark.parametrize("wish", [{}, {"suits_from": SUNDAY, "only": "yes"}])
def test_work_that_fits_into_nobodys_day_is_to_be_parted_and_does_not_wait_for_a_place(
    client, wish: dict[str, str]
) -> None:
    page = client.post("/calls/windows", data=call_form(**{**LAMP, **wish, "item-lamp-quantity": "60"})).text
    assert "한 번에 할 수 없는 일입니다" in page
    assert "수량을 나누어 여러 신청으로 받아 주십시오" in page
    assert "자리가 나면" not in page
    assert 'name="wait_reason"' not in page


@pytest.mark.parametrize(
    "wait", [{}, *({"wait_likely": "", "wait_reason": each} for each in ("nothing_free", "does_not_suit"))]
)
def test_receipt_says_that_work_is_to_be_parted_and_awaits_no_place(
    client, session, wait: dict[str, str]
) -> None:
    """Not even where a page that was open before has asked why."""
    typed = call_form(**{**LAMP, "item-lamp-quantity": "60"}, **wait)
    receipt = client.post("/calls", data=typed, follow_redirects=True).text
    assert "수량을 나누어 여러 신청으로 받아 주십시오" in receipt
    assert "자리가 나면" not in receipt
    assert session.scalars(select(WaitingEntry)).all() == []


def test_what_fits_into_a_day_that_is_full_still_waits_for_a_place(client, session) -> None:
    for member in session.scalars(select(Member)):
        factories.make_absence(member, date(2026, 11, 1), date(2027, 2, 1))
    session.commit()
    page = client.post("/calls/windows", data=call_form(**LAMP)).text
    assert "자리가 나면 할 일 목록에 나타납니다" in page
