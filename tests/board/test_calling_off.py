"""Nothing is called off by one press: a page says first who would be told, and that is who is told then."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman.board.seen import seen_of_request, seen_of_visit
from handyman.messages.moments import stamp
from handyman.models import (
    AuditEntry,
    Member,
    Message,
    MessageKind,
    MessageState,
    Person,
    PhoneKind,
    RecipientKind,
    RequestState,
    Visit,
    VisitState,
)
from tests.board.plans.makers import promised
from tests.factories import make_member, make_message, make_request

DB = scoped_session[Session]
ASKS = "아직 취소하지 않았습니다"


@pytest.fixture(autouse=True)
def operator(sign_in: Callable[..., Any]) -> Any:
    return sign_in("operator")


@pytest.fixture
def visit(session: DB) -> Visit:
    """Promised, accepted, and both sides have heard of it."""
    member = make_member("박수리")
    made = promised("10:00", [member])
    made.resident.person.name = "김보기"
    key = f"offer:{made.assignments[0].offers[-1].id}:{stamp(made.window_start)}"
    make_message(member, MessageKind.MEMBER_OFFER, made, state=MessageState.DELIVERED, dedupe_key=key)
    session.commit()
    return made


def told(session: DB) -> list[str]:
    found = session.scalars(
        select(Message).where(Message.kind != MessageKind.MEMBER_OFFER).order_by(Message.id)
    )
    whose = {RecipientKind.PERSON: Person, RecipientKind.MEMBER: Member}
    return [session.get_one(whose[each.recipient_kind], each.recipient_id).name for each in found]


def entries(session: DB) -> int | None:
    session.commit()
    return session.scalar(select(func.count()).select_from(AuditEntry))


@pytest.mark.usefixtures("any_database")
def test_a_visit_is_called_off_by_whoever_has_seen_who_is_told(
    client: FlaskClient, session: DB, visit: Visit
) -> None:
    path, before = f"/visits/{visit.id}/cancel", entries(session)
    form = {"reason": "resident_away", "seen": seen_of_visit(visit)}
    asked = client.post(path, data=form)
    assert (asked.status_code, ASKS in asked.text) == (200, True)
    for words in (
        "김보기",
        "박수리",
        "취소 알림",
        "제안 취소",
        "어르신이 집을 비움",
        "품목은 다시 방문을 기다립니다",
    ):
        assert words in asked.text
    session.refresh(visit)
    assert (visit.state, told(session), entries(session)) == (VisitState.ASSIGNED, [], before)
    assert client.post(path, data={**form, "sure": "1"}).status_code == 303
    session.refresh(visit)
    assert (visit.state, told(session)) == (VisitState.CANCELLED, ["김보기", "박수리"])


def test_so_is_a_request_and_who_has_to_be_rung_is_named(
    client: FlaskClient, session: DB, visit: Visit
) -> None:
    request = visit.items[0].request_item.request
    visit.resident.person.phones[0].kind = PhoneKind.UNKNOWN
    session.commit()
    path, form = f"/requests/{request.number}/cancel", {"reason": "repaired_already"}
    form["seen"] = seen_of_request(request)
    asked = client.post(path, data=form)
    assert (asked.status_code, ASKS in asked.text) == (200, True)
    assert "사무실에서 전화해야 합니다" in asked.text
    session.refresh(request)
    assert request.state is RequestState.BOOKED
    assert client.post(path, data={**form, "sure": "1"}).status_code == 303
    session.refresh(request)
    assert request.state is RequestState.CANCELLED


def test_where_nobody_is_told_the_page_says_so(client: FlaskClient, session: DB) -> None:
    request = make_request()
    session.commit()
    form = {"reason": "duplicate", "seen": seen_of_request(request)}
    asked = client.post(f"/requests/{request.number}/cancel", data=form)
    assert (ASKS in asked.text, "아무에게도 알리지 않습니다" in asked.text) == (True, True)


def test_what_has_changed_meanwhile_is_refused_before_it_is_asked(client: FlaskClient, visit: Visit) -> None:
    for sure in ({}, {"sure": "1"}):
        refused = client.post(f"/visits/{visit.id}/cancel", data={"reason": "other", "seen": "older", **sure})
        assert (refused.status_code, ASKS in refused.text) == (409, False)
    assert client.post(f"/visits/{visit.id}/cancel", data={"sure": "1"}).status_code == 422
