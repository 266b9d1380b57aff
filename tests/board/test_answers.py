"""A handrail in a rented home waits for the owner's consent; everything else is promised as ever."""

import pytest
from sqlalchemy import select

from handyman import catalogue_rows
from handyman.models import AuditEntry, ItemState, RequestItem, RequestState, ServiceItem, Visit
from tests import factories


@pytest.fixture
def request_(session, sign_in):
    """Somebody who rents wants a handrail and a lamp; the owner has not agreed yet."""
    catalogue_rows.ensure()
    for name in ("박수리", "이사랑"):
        factories.make_member(name, skills=["lamp", "drill"])
    items = {item.code: item for item in session.scalars(select(ServiceItem))}
    row = factories.make_request(items=[items["handrail"]])
    row.items[0].answers = {"wall": "tile", "owner_consent": "not_yet"}
    row.items[0].team_size = 2
    session.add(
        RequestItem(
            request=row, service_item=items["lamp"], quantity=1, answers={"shape": "tube", "ceiling_cm": 230}
        )
    )
    session.flush()
    sign_in("operator")
    return row


def book_first_window(client, number: str):
    page = client.get(f"/requests/{number}/book").text
    key = page.split('name="choice"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    return client.post(f"/requests/{number}/book", data={"choice": key})


def test_item_without_consent_is_left_out_of_the_visit_and_stays_open(client, session, request_) -> None:
    assert book_first_window(client, request_.number).status_code == 303
    visit = session.scalars(select(Visit)).one()
    assert [row.request_item.service_item.code for row in visit.items] == ["lamp"]
    assert visit.team_size == 1
    session.refresh(request_)
    assert [item.state for item in request_.items] == [ItemState.OPEN, ItemState.PLANNED]


def test_request_with_nothing_else_cannot_be_promised_and_says_why(client, session, request_) -> None:
    session.delete(request_.items[1])
    session.flush()
    session.refresh(request_)
    assert "집주인 동의를 받아야" in client.get(f"/requests/{request_.number}/book").text
    page = client.get(f"/requests/{request_.number}").text
    assert "아직 약속할 수 없습니다" in page


def test_consent_that_came_later_lets_it_be_promised(client, session, request_) -> None:
    item = request_.items[0]
    path = f"/requests/{request_.number}/items/{item.id}/answer"
    assert client.post(path, data={"key": "owner_consent", "answer": "agreed"}).status_code == 303
    session.refresh(item)
    assert item.answers == {"wall": "tile", "owner_consent": "agreed"}
    entry = session.scalars(select(AuditEntry).where(AuditEntry.entity == "request_items")).one()
    assert (entry.moved_from, entry.moved_to) == ("not_yet", "agreed")
    assert book_first_window(client, request_.number).status_code == 303
    assert session.scalars(select(Visit.team_size)).one() == 2


@pytest.mark.parametrize(("key", "answer"), [("owner_consent", "perhaps"), ("nothing", "own"), ("", "")])
def test_answer_that_is_no_choice_is_refused_in_a_sentence(client, session, request_, key, answer) -> None:
    item = request_.items[0]
    path = f"/requests/{request_.number}/items/{item.id}/answer"
    refused = client.post(path, data={"key": key, "answer": answer})
    assert refused.status_code == 422
    assert "하나를 골라 주십시오" in refused.text
    session.refresh(item)
    assert item.answers["owner_consent"] == "not_yet"


def test_answer_of_what_is_planned_already_is_not_changed(client, session, request_) -> None:
    lamp = request_.items[1]
    book_first_window(client, request_.number)
    path = f"/requests/{request_.number}/items/{lamp.id}/answer"
    assert client.post(path, data={"key": "shape", "answer": "round"}).status_code == 409
    session.refresh(request_)
    assert request_.state is RequestState.BOOKED
