"""A road without its number, or a dong alone, is no door to knock at: stored, listed, never promised."""

import pytest
from sqlalchemy import select

from handyman import catalogue_rows
from handyman.models import Grade, RequestState, ServiceRequest
from tests import factories
from tests.intake.calls import call_form

VAGUE = ["상도로 99999", "사당4동"]


@pytest.fixture(autouse=True)
def office(session, sign_in):
    catalogue_rows.ensure()
    factories.make_member("박수리", skills=["lamp"])
    sign_in("coordinator")


def form(address: str, **more: str) -> dict[str, str]:
    return call_form(**{"address": address, "item-lamp-shape": "tube", **more})


@pytest.mark.parametrize("address", VAGUE)
def test_no_window_is_offered_for_a_door_that_nobody_would_find(client, address: str) -> None:
    page = client.post("/calls/windows", data=form(address)).text
    assert "집을 찾을 수 없어" in page
    assert 'name="choice"' not in page


@pytest.mark.parametrize("address", VAGUE)
def test_call_is_stored_and_waits_for_its_place_on_the_work_list(client, session, address: str) -> None:
    assert client.post("/calls", data=form(address)).status_code == 303
    request = session.scalars(select(ServiceRequest)).one()
    assert request.state is RequestState.LOGGED
    assert request.address.grade in (Grade.ROAD, Grade.DONG)
    listed = client.get("/work").text.split("주소 위치를 모름", 1)[1].split("</section>", 1)[0]
    assert request.number in listed
    page = client.get(f"/requests/{request.number}").text
    assert "위치 정하기" in page
    assert "방문 잡기</a>" not in page


def test_pin_on_the_map_makes_it_a_door(client, session) -> None:
    pin = {"lat": "37.4990", "lon": "126.9510", "located_for": "상도로 99999"}
    page = client.post("/calls/windows", data=form("상도로 99999", **pin)).text
    assert 'name="choice"' in page
