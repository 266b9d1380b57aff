"""Check visits: due in time, a request once and never twice, and on again when it is done."""

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board.calendar import is_working_day
from handyman.extensions import now
from handyman.intake.recurring.dates import asked_from, next_due
from handyman.models import (
    SYSTEM,
    CancelReason,
    CheckDue,
    CheckRule,
    ItemState,
    RequestState,
    Role,
    ServiceItem,
    ServiceRequest,
    VisitState,
)
from tests.factories import make_item, make_member, make_resident, make_visit

DB = scoped_session[Session]
DUE = date(2026, 12, 14)  # a Monday, twenty days after the Tuesday of the tests


@pytest.fixture
def item(session: DB, sign_in: Callable[..., Any]) -> ServiceItem:
    sign_in(Role.OPERATOR)
    found = make_item()
    session.commit()
    return found


@pytest.fixture
def rule(client: FlaskClient, session: DB, item: ServiceItem) -> CheckRule:
    who = make_resident("김보기").id
    session.commit()
    assert client.post(f"/recurring/new/{who}", data=words(item)).status_code == 303
    return session.scalars(select(CheckRule)).one()


def words(item: ServiceItem, **more: str) -> dict[str, str]:
    return {"every_months": "6", "next_due": str(DUE), "suits": "morning", f"item-{item.id}": "2", **more}


def requests(session: DB) -> list[ServiceRequest]:
    session.expire_all()
    return list(session.scalars(select(ServiceRequest).order_by(ServiceRequest.id)))


@pytest.mark.usefixtures("any_database")
def test_what_comes_due_is_a_request_once_and_stands_in_the_work_list(
    client: FlaskClient, session: DB, rule: CheckRule
) -> None:
    for _again in range(3):
        flow.tick(now())
    made = requests(session)
    assert [(row.resident_id, row.suits.value, row.suits_from) for row in made] == [
        (rule.resident_id, "morning", DUE - timedelta(days=14))
    ]
    assert [(each.quantity, each.team_size) for each in made[0].items] == [(2, 1)]
    page = client.get("/work").text
    assert "정기 방문 잡기" in page
    assert f'href="/requests/{made[0].number}/book"' in page
    assert made[0].number in client.get("/recurring").text


def test_it_is_not_asked_for_too_early_nor_when_paused_nor_after_its_end(
    app: Flask, client: FlaskClient, session: DB, item: ServiceItem, rule: CheckRule
) -> None:
    other = make_resident("이보기").id
    session.commit()
    for late in ({"next_due": "2026-12-16"}, {"paused": "1"}):
        assert client.post(f"/recurring/new/{other}", data=words(item, **late)).status_code == 303
    flow.follow_check_rules(now())
    assert [row.resident_id for row in requests(session)] == [rule.resident_id]
    later = now() + timedelta(days=1)
    flow.follow_check_rules(later)
    assert [row.resident_id for row in requests(session)] == [rule.resident_id, other]
    ended = session.scalars(select(CheckRule).where(CheckRule.paused)).one()
    ended.paused, ended.ends_on = False, ended.next_due
    ended.next_due += timedelta(days=1)
    session.commit()
    flow.follow_check_rules(later)
    assert len(requests(session)) == 2


def test_a_finished_visit_moves_it_on_from_its_own_day(session: DB, rule: CheckRule) -> None:
    flow.follow_check_rules(now())
    request = requests(session)[0]
    visit = make_visit(request, start=now() + timedelta(days=16), members=[make_member()])
    visit.state, request.state, request.items[0].state = (
        VisitState.FINISHED,
        RequestState.DONE,
        ItemState.DONE,
    )
    session.commit()
    for _again in range(2):
        flow.follow_check_rules(now())
    session.expire_all()
    assert visit.day == date(2026, 12, 10)
    assert rule.next_due == date(2027, 6, 10)
    assert len(requests(session)) == 1
    assert session.scalars(select(CheckDue.due_on)).all() == [DUE]


def test_one_that_is_called_off_comes_again_by_its_date(session: DB, rule: CheckRule) -> None:
    flow.follow_check_rules(now())
    request = requests(session)[0]
    flow.cancel_request(request.id, CancelReason.RESIDENT_CANCELLED, SYSTEM, now())
    flow.follow_check_rules(now())
    session.expire_all()
    assert rule.next_due == date(2027, 6, 14)


def test_what_the_office_does_no_longer_is_not_asked_for(
    client: FlaskClient, session: DB, item: ServiceItem, rule: CheckRule
) -> None:
    item.active = False
    session.commit()
    flow.follow_check_rules(now())
    assert requests(session) == []
    assert "품목을 쓰지 않아 잡지 못합니다" in client.get("/recurring").text


def test_nobody_writes_over_another_ones_change_unseen(
    client: FlaskClient, session: DB, item: ServiceItem, rule: CheckRule
) -> None:
    path = f"/recurring/{rule.id}"

    def seen(page: str) -> str:
        found = re.search(r'name="seen" value="(\w+)"', page)
        assert found is not None
        return found[1]

    opened = seen(client.get(path).text)
    assert client.post(path, data=words(item, seen=opened, every_months="3")).status_code == 303
    answer = client.post(path, data=words(item, seen=opened, every_months="9"))
    assert answer.status_code == 409
    assert "그 사이에 김상담 님이 바꾸었습니다" in answer.text
    again = words(item, seen=seen(answer.text), every_months="9")
    assert client.post(path, data=again).status_code == 303
    session.expire_all()
    assert rule.every_months == 9


def test_what_somebody_else_changed_is_named_and_not_put_back_unseen(
    client: FlaskClient, session: DB, item: ServiceItem, rule: CheckRule
) -> None:
    path = f"/recurring/{rule.id}"

    def hidden(page: str) -> dict[str, str]:
        return dict(re.findall(r'name="(seen|was)" value="([^"]+)"', page))

    def shown(page: str, name: str) -> str:
        return page.split(f'name="{name}"')[1].split('value="')[1].split('"', maxsplit=1)[0]

    opened = hidden(client.get(path).text)
    first = words(item, every_months="3", next_due="2027-02-01", **opened)
    assert client.post(path, data=first).status_code == 303
    answer = client.post(path, data=words(item, note="벨이 없습니다", **opened))
    assert answer.status_code == 409
    page = html.unescape(answer.text)
    assert "몇 달마다: 6 → 3" in page
    assert "다음 예정일: 12/14(월) → 2027년 2/1(월)" in page
    assert [shown(page, name) for name in ("every_months", "note")] == ["3", "벨이 없습니다"]
    again = words(item, every_months="3", next_due="2027-02-01", note="벨이 없습니다", **hidden(answer.text))
    assert client.post(path, data=again).status_code == 303
    session.expire_all()
    assert (rule.every_months, rule.note) == (3, "벨이 없습니다")


def test_another_day_for_what_is_asked_already_makes_no_second_request(
    client: FlaskClient, session: DB, item: ServiceItem, rule: CheckRule
) -> None:
    flow.follow_check_rules(now())
    path, number = f"/recurring/{rule.id}", requests(session)[0].number
    opened = re.search(r'name="seen" value="(\w+)"', client.get(path).text)
    assert opened is not None
    assert client.post(path, data=words(item, seen=opened[1], next_due="2026-12-10")).status_code == 303
    flow.follow_check_rules(now())
    assert [row.number for row in requests(session)] == [number]
    assert number in client.get("/recurring").text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"every_months": "0"}, "1부터 60까지의 수로"),
        ({"every_months": "반년"}, "1부터 60까지의 수로"),
        ({"next_due": "2026-11-23"}, "오늘부터 10년 안의 날로"),
        ({"next_due": "x"}, "오늘부터 10년 안의 날로"),
        ({"ends_on": "2026-12-01"}, "끝나는 날이 다음 예정일보다 이릅니다."),
        ({"ends_on": "언제나"}, "끝나는 날을 2028-12-31처럼"),
        ({"note": "가" * 201}, "200자까지"),
        ({"item-1": "100"}, "0부터 99까지의 수를"),
        ({"item-1": ""}, "품목의 수량을 하나 이상"),
    ],
)
def test_what_cannot_be_is_said_and_the_words_stay(
    client: FlaskClient, session: DB, item: ServiceItem, wrong: dict[str, str], sentence: str
) -> None:
    who = make_resident().id
    session.commit()
    answer = client.post(f"/recurring/new/{who}", data=words(item, **{"note": "남는 말", **wrong}))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert wrong.get("note", "남는 말") in answer.text
    assert "built-in" not in answer.text
    assert session.scalars(select(CheckRule)).all() == []


@pytest.mark.parametrize(
    ("last", "months", "due"),
    [
        (date(2026, 8, 31), 6, date(2027, 3, 2)),  # the end of February is a Sunday, the next day a holiday
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 10, 1), 12, date(2027, 10, 1)),
    ],
)
def test_months_are_those_of_the_calendar_and_the_office_is_open(
    app: Flask, last: date, months: int, due: date
) -> None:
    with app.app_context():
        assert next_due(last, months, is_working_day) == due


def test_a_monthly_visit_is_not_looked_for_before_the_last_one_was() -> None:
    assert asked_from(DUE, 1, 21) == DUE - timedelta(days=10)
    assert asked_from(DUE, 12, 21) == DUE - timedelta(days=21)
