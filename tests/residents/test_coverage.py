"""The administrator sees how sure the office's addresses are, and who waits for a pin."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.models import Actor, ActorKind, Grade, RequestState, ServiceRequest
from tests import factories

Db = scoped_session[Session]


def request_at(label: str, hours_ago: int = 0, **address: Any) -> ServiceRequest:
    home = factories.make_address(label, place_key=f"road:{label}|", **address)
    resident = factories.make_resident("김보기", address=home)
    return factories.make_request(resident, logged_at=now() - timedelta(hours=hours_ago))


def waiting(page: str) -> list[str]:
    return re.findall(r'href="/requests/([\d-]+)/place', page)


@pytest.mark.usefixtures("any_database")
def test_requests_without_a_door_wait_for_a_pin_the_oldest_first(
    client: FlaskClient, session: Db, sign_in: Callable[..., Any]
) -> None:
    request_at("상도로 1")
    far = request_at("상도로 2", 3, grade=Grade.INTERPOLATED, error_m=101)
    road = request_at("상도로", 9, grade=Grade.ROAD, error_m=500)
    nowhere = request_at("파란 대문", 6, point=None)
    near = request_at("상도로 5", 8, grade=Grade.INTERPOLATED, error_m=100)
    closed = request_at("노량진로", 7, grade=Grade.DONG, error_m=900)
    closed.move_to(RequestState.CANCELLED, Actor(ActorKind.USER, factories.make_user().id), now())
    request_at("상도로 7", grade=Grade.PLACED, error_m=5, source="operator")
    sign_in("administrator")
    page = client.get("/addresses").text
    assert waiting(page) == [road.number, nowhere.number, far.number]
    assert near.number not in page
    assert "핀을 기다리는 신청 3건" in page
    assert "직접 놓은 핀 1개" in page
    assert "저장된 주소 7곳" in page


def test_grades_sources_and_dongs_are_counted(
    client: FlaskClient, session: Db, sign_in: Callable[..., Any]
) -> None:
    for number in range(3):
        factories.make_address(f"상도로 {number}", source="embedded")
    factories.make_address("상도로 9", source="kakao")
    factories.make_address("파란 대문", point=None)
    sign_in("administrator")
    page = " ".join(re.sub(r"<[^>]*>", " ", client.get("/addresses").text).split())
    assert "건물 4 80.0 %" in page
    assert "모름 1 20.0 %" in page
    assert "우리 주소표 3 60.0 %" in page
    assert "카카오 1 20.0 %" in page
    assert "상도1동 4" in page
    assert "함께 제공되는 주소표: 주소" in page


def test_long_list_is_paged_and_costs_the_same_few_queries(
    client: FlaskClient, session: Db, sign_in: Callable[..., Any], count_queries: Callable[[], Any]
) -> None:
    requests = [request_at(f"상도로{number}길", 40 - number, grade=Grade.ROAD) for number in range(32)]
    sign_in("administrator")
    client.get("/addresses")
    with count_queries() as asked:
        first = client.get("/addresses").text
    assert len(asked) <= 5
    assert waiting(first) == [request.number for request in requests[:30]]
    assert "1쪽 / 2쪽" in first
    assert waiting(client.get("/addresses?page=2").text) == [request.number for request in requests[30:]]
    for page in ("99", "0", "x", "９"):
        assert waiting(client.get(f"/addresses?page={page}").text) == waiting(first)


def test_pins_are_set_one_after_the_other_from_the_list(
    client: FlaskClient, session: Db, sign_in: Callable[..., Any]
) -> None:
    request = request_at("상도로", grade=Grade.ROAD, error_m=500)
    sign_in("administrator")
    link = re.search(r'class="cover-link" href="([^"]*)"', client.get("/addresses").text)
    assert link
    path = link[1].replace("&amp;", "&")
    assert "주소 상태로" in client.get(path).text
    saved = client.post(path, data={"address": "상도로 370", "do": "save"})
    assert (saved.status_code, saved.location) == (303, "/addresses")
    session.expire_all()
    assert request.address.grade is Grade.BUILDING


def test_page_of_an_empty_office_says_so(client: FlaskClient, sign_in: Callable[..., Any]) -> None:
    sign_in("administrator")
    page = client.get("/addresses").text
    assert "핀을 기다리는 신청이 없습니다" in page
    assert "저장된 주소가 없습니다" in page


def test_only_administrators_see_it(client: FlaskClient, sign_in: Callable[..., Any]) -> None:
    sign_in("coordinator")
    assert client.get("/addresses").status_code == 403
    assert "주소 상태" not in client.get("/work").text
    sign_in("administrator")
    assert 'href="/addresses"' in client.get("/work").text
