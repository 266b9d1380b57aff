"""The same person, or the same fault, is still open: the call page says so, and what is new goes along."""

import html
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import db, now
from handyman.models import (
    SYSTEM,
    AssignmentState,
    AuditEntry,
    CallAddition,
    CancelReason,
    ItemState,
    Message,
    MessageKind,
    RequestState,
    ServiceRequest,
    Visit,
    VisitState,
)
from tests import factories
from tests.intake.calls import call_form, make_catalogue

Db = scoped_session[Session]
PHONE = "010-0000-7777"
SCREEN = {
    "submission_key": "another-form-1",
    "item-lamp-quantity": "",
    "item-screen-quantity": "1",
}


@pytest.fixture
def office(session: Db, sign_in: Callable[..., Any]) -> None:
    make_catalogue()
    factories.make_item("screen", ("electric",), short_ko="방충망", name_ko="방충망 교체")
    factories.make_item("rail", ("drill",), short_ko="손잡이", name_ko="손잡이")
    factories.make_member("박수리")
    session.commit()
    sign_in("operator")


def book(client: FlaskClient, session: Db) -> Visit:
    """A call for two lamps with a promised window; its member has said yes."""
    page = client.post("/calls/windows", data=call_form()).text
    choice = re.findall(r'name="choice" id="choice-\d" value="([^"]+)"', page)[3]
    assert client.post("/calls", data=call_form(choice=choice)).status_code == 303
    session.rollback()
    visit = session.scalars(select(Visit)).one()
    for offer in visit.assignments[0].offers:
        flow.answer_offer(offer.id, True, None, "", SYSTEM, now())
    session.rollback()
    return visit


def button(client: FlaskClient) -> str:
    """What the button on the caller's card says which request it is."""
    page = client.post("/calls/caller", data={"phone": PHONE}).text
    found = re.search(r'name="add_to" value="([^"]+)"', page)
    assert found, page
    return found[1]


def add(client: FlaskClient, target: str, **typed: str) -> Any:
    return client.post("/calls/add", data=call_form(**{**SCREEN, "add_to": target, **typed}))


@pytest.mark.usefixtures("any_database", "office")
def test_what_is_new_goes_along_with_the_promised_visit_and_the_member_hears_of_it(
    client: FlaskClient, session: Db
) -> None:
    visit = book(client, session)
    minutes, window, start = visit.service_minutes, visit.window_start, visit.start
    card = client.get(f"/calls/new?phone={PHONE}").text
    assert "그 방문에 더하기" in card
    answer = add(client, button(client), notes="방충망이 찢어짐")
    assert (answer.status_code, answer.location) == (303, "/calls/1124-01/receipt")
    session.rollback()
    request = session.scalars(select(ServiceRequest)).one()
    assert request.state is RequestState.BOOKED
    assert request.notes == "방충망이 찢어짐"
    assert {item.service_item.code: item.state for item in request.items} == {
        "lamp": ItemState.PLANNED,
        "screen": ItemState.PLANNED,
    }
    assert (visit.window_start, visit.start) == (window, start)
    assert visit.service_minutes == minutes + 40
    assert [row.request_item.service_item.code for row in visit.items] == ["lamp", "screen"]
    assert visit.assignments[0].state is AssignmentState.ACCEPTED
    told = session.scalars(select(Message.body).where(Message.kind == MessageKind.MEMBER_MOVED)).all()
    assert len(told) == 1
    assert "조합원에게도 알립니다" in client.get(answer.location).text
    moves = session.scalars(select(AuditEntry.entity).where(AuditEntry.moved_to == "items_added")).all()
    assert sorted(moves) == ["service_requests", "visits"]
    for path in ("/requests/1124-01", f"/visits/{visit.id}"):
        page = client.get(path).text
        assert "방문: 품목을 더함" in page
        assert "items_added" not in page


@pytest.mark.usefixtures("office")
def test_the_same_form_twice_is_added_once(client: FlaskClient, session: Db) -> None:
    visit = book(client, session)
    target = button(client)
    first, second = add(client, target), add(client, target)
    assert first.location == second.location
    session.rollback()
    assert len(visit.items) == 2
    assert session.scalar(select(func.count()).select_from(CallAddition)) == 1
    saved = client.post("/calls", data=call_form(**SCREEN))
    assert saved.location == first.location, "nor is it stored as a request of its own"
    assert session.scalar(select(func.count()).select_from(ServiceRequest)) == 1


@pytest.mark.usefixtures("any_database", "office")
def test_of_two_operators_at_one_moment_the_second_is_shown_what_the_first_added(
    client: FlaskClient, session: Db, app: Flask
) -> None:
    visit = book(client, session)
    target = button(client)
    answers: list[int] = []

    def press(key: str) -> None:
        browser = app.test_client()
        with client.session_transaction() as own, browser.session_transaction() as other:
            other.update(own)
        answers.append(add(browser, target, submission_key=key).status_code)

    threads = [threading.Thread(target=press, args=(f"operator-{name}",)) for name in "ab"]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert sorted(answers) == [303, 422]
    session.rollback()
    assert len(visit.items) == 2


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("why", ["skill", "team", "day", "begun"])
def test_what_cannot_go_along_waits_for_a_visit_of_its_own(
    client: FlaskClient, session: Db, why: str
) -> None:
    visit = book(client, session)
    typed = {}
    if why == "skill":
        typed = {"item-screen-quantity": "", "item-rail-quantity": "1"}
    elif why == "team":
        typed = {"item-screen-quantity": "", "item-lamp-quantity": "1", "item-lamp-ceiling_cm": "300"}
    elif why == "day":
        typed = {"item-screen-quantity": "40"}
    else:
        visit.move_to(VisitState.ON_THE_WAY, SYSTEM, now())
        visit.on_the_way_at = now()
        session.commit()
    answer = add(client, button(client), **typed)
    assert answer.status_code == 303
    session.rollback()
    request = session.scalars(select(ServiceRequest)).one()
    assert len(visit.items) == 1
    assert request.state is RequestState.LOGGED
    assert [item.state for item in request.items] == [ItemState.PLANNED, ItemState.OPEN]
    receipt = client.get(answer.location).text
    assert "방문을 따로 잡아야 합니다" in receipt
    read_back = receipt.split('class="receipt-sentence"', 1)[1].split("</p>", 1)[0]
    assert "전등 2개 작업을 해 드립니다" in read_back
    assert re.search(r"(손잡이|방충망|전등) \d+개 작업은 따로 찾아뵙고", read_back)
    assert request.number in client.get("/work").text


@pytest.mark.usefixtures("office")
def test_a_request_without_a_visit_takes_the_items_and_stays_on_the_list(
    client: FlaskClient, session: Db
) -> None:
    assert client.post("/calls", data=call_form()).status_code == 303
    page = client.post("/calls/caller", data={"phone": PHONE}).text
    assert "그 신청에 더하기" in page
    assert add(client, button(client)).status_code == 303
    session.rollback()
    request = session.scalars(select(ServiceRequest)).one()
    assert [item.state for item in request.items] == [ItemState.OPEN, ItemState.OPEN]


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("change", "typed"),
    [
        ("cancelled", {}),
        ("nothing", {"address": "사당로 100", "place_key": ""}),
        ("nothing", {"add_to": "999999-1"}),
        ("nothing", {"add_to": "x"}),
        ("nothing", {"add_to": ""}),
    ],
)
def test_what_cannot_be_added_is_said_and_every_word_stays(
    client: FlaskClient, session: Db, change: str, typed: dict[str, str]
) -> None:
    book(client, session)
    target = button(client)
    if change == "cancelled":
        request = session.scalars(select(ServiceRequest)).one()
        flow.cancel_request(request.id, CancelReason.OTHER, SYSTEM, now())
    answer = add(client, target, notes="꼭 남을 말", **typed)
    assert answer.status_code == 422
    assert "더하지 않았습니다" in answer.text
    assert "꼭 남을 말" in answer.text
    assert session.scalar(select(func.count()).select_from(CallAddition)) == 0


@pytest.mark.usefixtures("office")
def test_the_same_fault_at_the_same_door_is_said_though_somebody_else_calls(
    client: FlaskClient, session: Db
) -> None:
    book(client, session)
    typed = {"phone": "010-9999-0000", "address": "상도로 369", "name": "이다른"}
    page = html.unescape(client.post("/calls/where", data=typed).text)
    assert "이 집에 진행 중인 신청이 있습니다" in page
    assert "김가람" in page
    assert "이 집에 진행 중인" not in client.post("/calls/where", data={**typed, "phone": PHONE}).text


@pytest.mark.usefixtures("office")
def test_somebody_on_file_with_a_new_number_is_known_by_name_and_door(
    client: FlaskClient, session: Db
) -> None:
    """Their own come before what the neighbours have open since, and the same fault is asked about."""
    assert client.post("/calls", data=call_form()).status_code == 303
    for number in range(4):
        other = {
            "phone": f"010-0000-880{number}",
            "name": f"이웃{number}",
            "submission_key": f"neighbour-{number}",
        }
        assert client.post("/calls", data=call_form(**{**SCREEN, **other})).status_code == 303
    anew = call_form(phone="010-9999-0000", submission_key="new-number-1")
    page = html.unescape(client.post("/calls/where", data=anew).text)
    assert "이미 등록된 김가람 님입니다" in page
    assert page.index("1124-01") < page.index("1124-05"), "their own first, then the newest"
    assert "2건이 더 있습니다" in page
    assert page.count('data-key="Alt+KeyH" data-turns') == page.count('class="add-to"'), "a key for each"
    assert page.count('class="key" hidden') == 0
    shown = re.findall(r'name="shown" value="(\d+)"', page)
    refused = client.post("/calls", data={**anew, "shown": shown})
    assert refused.status_code == 422
    assert "같은 일을 이미 신청해 두셨습니다" in refused.text
    once_more = re.findall(r'name="(shown|person_id)".*?value="(\d+)"', refused.text)
    typed = {**anew, "shown": [value for name, value in once_more if name == "shown"]}
    assert client.post("/calls", data=typed | {"person_id": dict(once_more)["person_id"]}).status_code == 303
    stranger = client.post("/calls/where", data=call_form(phone="010-9999-0000", name="박다른")).text
    assert "이미 등록된" not in html.unescape(stranger)


@pytest.mark.usefixtures("any_database", "office")
def test_the_same_work_of_the_same_person_is_asked_about_once_unless_it_was_shown(
    client: FlaskClient, session: Db
) -> None:
    assert client.post("/calls", data=call_form()).status_code == 303
    again = call_form(submission_key="second-operator")
    answer = client.post("/calls", data=again)
    assert answer.status_code == 422
    assert "같은 일을 이미 신청해 두셨습니다" in answer.text
    shown = re.findall(r'name="shown" value="(\d+)"', answer.text)
    assert shown
    assert client.post("/calls", data={**again, "shown": shown[0]}).status_code == 303
    other = call_form(**{**SCREEN, "submission_key": "other-work"})
    assert client.post("/calls", data=other).status_code == 303, "other work is another matter"
    session.rollback()
    assert session.scalar(select(func.count()).select_from(ServiceRequest)) == 3
    assert db.session.scalar(select(func.min(ServiceRequest.logged_at))) > now() - timedelta(days=1)


@pytest.mark.usefixtures("office")
def test_the_windows_stand_there_again_after_the_question_whether_it_is_the_same(
    client: FlaskClient, session: Db
) -> None:
    book(client, session)
    again = call_form(submission_key="another-form-2")
    asked = client.post("/calls", data=again)
    assert asked.status_code == 422
    assert "같은 일을 이미 신청해" in asked.text
    assert 'id="choice-1"' in asked.text
    choice = re.findall(r'name="choice" id="choice-\d" value="([^"]+)"', asked.text)[0]
    chosen = client.post("/calls", data={**again, "choice": choice})
    assert chosen.status_code == 422
    assert re.search(r'name="choice" id="choice-\d" value="[^"]+" checked', chosen.text)
