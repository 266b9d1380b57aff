"""The week of all members, and a day's routes as the list beside the map tells them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from handyman.models import AbsenceReason, Role
from tests.board.plans.makers import FAR, promised, tomorrow
from tests.factories import make_absence, make_member

DB = scoped_session[Session]


@pytest.fixture(autouse=True)
def operator(sign_in: Callable[..., Any], session: DB) -> Any:
    return sign_in(Role.OPERATOR)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_each_cell_tells_visits_hours_and_absence_and_leads_to_the_day(client: FlaskClient) -> None:
    busy, ill = make_member("바쁜이", pace_percent=150), make_member("쉬는이")
    make_member("빈이")
    busy.break_start, busy.break_end = 720, 780
    promised("10:00", [busy], service_minutes=60)
    promised("14:00", [busy], service_minutes=60)
    promised("16:00", [], service_minutes=60)
    promised("10:00", [ill], state="cancelled")
    make_absence(ill, tomorrow(), tomorrow() + timedelta(days=1), AbsenceReason.HOLIDAY)
    promised("10:00", [ill])
    page = client.get(f"/board/week?day={tomorrow() + timedelta(days=2)}").text
    lines = {words(row.split("</th>")[0]): row for row in page.split("<tbody>")[1].split("<tr>")[1:]}
    cells = {name: [words(cell) for cell in row.split("<td")[1:]] for name, row in lines.items()}
    assert "2건 · 3/8시간" in cells["바쁜이"][2], "at the own pace, without the break"
    assert "쉼: 휴가 · 1건 · 0.7/0시간 쉬는 날에 방문" in cells["쉬는이"][2]
    assert cells["쉬는이"][3].endswith("쉼: 휴가")
    assert cells["빈이"][2].endswith("비어 있음")
    assert f"/board?day={tomorrow()}" in lines["빈이"]
    head = page.split("<thead>")[1].split("</thead>")[0]
    wednesday = words(head.split('<th scope="col"')[4])
    assert "방문 4건" in wednesday
    assert "맡을 사람 없음 1건" in wednesday
    assert "맡을 사람 없음" not in words(head.split('<th scope="col"')[3])


def test_routes_stand_in_order_with_the_sign_of_the_board(client: FlaskClient) -> None:
    make_member("집에있는이")
    busy = make_member("바쁜이")
    late, early = promised("14:00", [busy], point=FAR), promised("10:00", [busy])
    unclaimed, lost = promised("11:00", []), promised("12:00", [busy])
    lost.address.lat = lost.address.lon = None
    page = client.get(f"/board/map?day={tomorrow()}").text
    routes = page.split('<section class="route"')[1:]
    assert [route.split('data-sign="')[1][0] for route in routes] == ["2", "?"]
    assert re.findall(r"/visits/(\d+)", routes[0]) == [str(each.id) for each in (early, lost, late)]
    assert re.findall(r"/visits/(\d+)", routes[1]) == [str(unclaimed.id)]
    assert routes[0].count("data-lat") == 2
    assert "위치 모름" in words(routes[0])
    assert "이날은 방문이 없습니다" in client.get("/board/map?day=2026-12-24").text


def test_colours_of_the_map_are_dealt_to_those_who_go_out_that_day(client: FlaskClient) -> None:
    members = [make_member(f"조합원{number}") for number in range(9)]
    promised("10:00", [members[0]])
    promised("11:00", [members[8]])
    promised("12:00", [])
    page = client.get(f"/board/map?day={tomorrow()}").text
    assert re.findall(r'data-sign="(.)" data-colour="(.)"', page) == [("1", "1"), ("9", "2"), ("?", "0")]


@pytest.mark.parametrize("path", ["/board/week", "/board/map?day=2026-11-25"])
def test_queries_do_not_grow_with_the_rows(
    client: FlaskClient, session: DB, count_queries: Any, path: str
) -> None:
    promised("10:00", [make_member()])
    client.get(path)
    with count_queries() as few:
        client.get(path)
    for _ in range(3):
        promised("10:00", [make_member()])
    session.commit()
    with count_queries() as many:
        client.get(path)
    assert len(many) == len(few) <= 9


@pytest.mark.parametrize("path", ["/board", "/board/week", "/board/map"])
def test_day_that_is_none_is_said_and_today_is_shown(
    client: FlaskClient, sign_in: Callable[..., Any], path: str
) -> None:
    sign_in("operator")
    for day, is_said in (("gestern", True), ("1999-12-31", True), ("2026-11-25", False), ("", False)):
        answer = client.get(f"{path}?day={day}")
        assert answer.status_code == 200
        assert ("날짜를 알아볼 수 없어" in answer.text) is is_said, day
