"""Sheets of the day: what stands on them, from when on, under which number."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.models import AuditEntry, DaySheet, Role, Visit
from handyman.visit.sheets.pdf import in_letters
from handyman.visit.sheets.sheet import LINES_OF_A_PAGE, Stop, pages
from tests.factories import (
    make_address,
    make_item,
    make_material,
    make_member,
    make_request,
    make_resident,
    make_visit,
)

DB = scoped_session[Session]
DOOR = "서울특별시 동작구 상도로 369"


@pytest.fixture
def visit(session: DB, sign_in: Callable[..., Any]) -> Visit:
    """Tomorrow at ten, of a member without a smartphone and one with."""
    sign_in(Role.OPERATOR)
    lamp = make_item()
    lamp.materials.append(make_material("led", name_ko="LED 등"))
    home = make_address(DOOR, unit="302호", entrance="공동현관 1234#")
    request = make_request(make_resident("김보기", address=home), items=[(lamp, 2)], notes="벨이 고장")
    team = [make_member("장아홉", smartphone=False), make_member("박수리")]
    found = make_visit(request, members=team, number="4821")
    session.commit()
    return found


def take(client: FlaskClient, visit: Visit, **words: str) -> Any:
    return client.post("/sheets", data={"day": visit.day.isoformat(), **words})


def test_a_home_is_shut_on_paper_until_the_evening_before(
    app: Flask, client: FlaskClient, visit: Visit
) -> None:
    over = visit.window_end + timedelta(hours=6)
    page = take(client, visit).text
    assert "상도1동" in page
    assert not any(secret in page for secret in (DOOR, "1234#", "김보기", "4821", "벨이 고장"))
    evening = now() + timedelta(hours=7)
    app.extensions["clock"] = lambda: evening
    page = take(client, visit).text
    wanted = (
        DOOR,
        "302호",
        "1234#",
        "김보기",
        "4821",
        "벨이 고장",
        "전등 교체 2개",
        "챙길 것: LED 등",
        "김상담 인쇄",
    )
    assert [word for word in wanted if word not in page] == []
    assert page.index("장아홉") < page.index("박수리")  # who has no smartphone comes first
    app.extensions["clock"] = lambda: over
    assert DOOR not in take(client, visit).text


def test_each_printing_is_numbered_and_written_down(client: FlaskClient, session: DB, visit: Visit) -> None:
    assert take(client, visit).status_code == 200
    rung = visit.assignments[0].member_id
    assert "11/25(수) 3번 · 1/1쪽" in take(client, visit, member=str(rung)).text
    rows = session.execute(select(DaySheet.number, DaySheet.member_id).order_by(DaySheet.number)).all()
    assert [number for number, _who in rows] == [1, 2, 3]
    assert [who for _number, who in rows].count(rung) == 2
    told = session.scalars(select(AuditEntry.why).where(AuditEntry.entity == "day_sheets")).all()
    assert told == ["0 of 1 homes open"] * 3
    listed = client.get(f"/sheets?day={visit.day}").text
    assert "3번을" in listed
    assert "그 뒤 바뀌었습니다" not in listed
    visit.start += timedelta(minutes=20)
    session.commit()
    assert client.get(f"/sheets?day={visit.day}").text.count("그 뒤 바뀌었습니다") == 2


def test_a_pdf_of_all_members(client: FlaskClient, visit: Visit) -> None:
    answer = take(client, visit, form="pdf")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert answer.data.startswith(b"%PDF-")
    assert answer.data.count(b"/Type /Page\n") == 2


@pytest.mark.parametrize("words", [{"day": "x"}, {"day": ""}, {"day": "0001-01-01"}, {"member": "99999"}])
def test_nothing_to_print_is_said_and_takes_no_number(
    client: FlaskClient, session: DB, visit: Visit, words: dict[str, str]
) -> None:
    assert take(client, visit, **words).status_code == 303
    assert session.scalars(select(DaySheet)).all() == []


def test_a_day_that_cannot_be_read_is_said_and_today_is_shown(client: FlaskClient, visit: Visit) -> None:
    answer = client.get("/sheets?day=0000")
    assert answer.status_code == 422
    assert "날짜를 2026-11-24처럼 적어 주십시오." in answer.text
    assert 'value="2026-11-24"' in answer.text


def test_pages_hold_what_fits_and_tear_no_visit_apart() -> None:
    stops = [
        Stop(number, "10:00", "", "", True, "가" * 44, notes="나" * 44 * (number % 4)) for number in range(20)
    ]
    laid = list(pages(stops))
    assert [stop for page in laid for stop in page] == stops
    assert all(sum(stop.lines for stop in page) <= LINES_OF_A_PAGE for page in laid)
    assert len(laid) > 1
    alone = Stop(1, "10:00", "", "", True, "가", notes="다" * 9999)
    assert list(pages([alone])) == [(alone,)]


def test_a_letter_that_the_font_lacks_is_said_otherwise_or_asked_about() -> None:
    assert in_letters("3㎡, 김뷁\n끝", {ord(letter) for letter in "3m2, 김끝"}) == "3m2, 김?\n끝"
