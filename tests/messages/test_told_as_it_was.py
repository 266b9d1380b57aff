"""Somebody tells what a page said that was open since before the visit moved: that is not taken for told."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from handyman.extensions import db, now
from handyman.messages import announce, outbox
from handyman.messages.gateways import ScreenGateway
from handyman.models import Message, MessageKind, MessageState, PhoneKind, User, Visit
from tests.conftest import Client, Clock
from tests.factories import make_member
from tests.messages.test_ladder import press
from tests.messages.test_member_calls import rows
from tests.messages.test_moved_by_mistake import LANDLINE, booked, goes_back, moves
from tests.messages.test_stays_in_sight import telephones

K, S = MessageKind, MessageState
NOT_NOTED = "그사이 방문이나 번호가 바뀌어 적지 않았습니다."
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture(autouse=True)
def operator(sign_in: Callable[..., User]) -> User:
    return sign_in()


def waits_for_call() -> tuple[Visit, Message]:
    """They pressed the key for a person."""
    visit = booked(LANDLINE)
    (call,) = rows(K.RESIDENT_BOOKED)
    press(call, "0")
    return visit, call


def forms_of(page: str, message: Message) -> dict[str, dict[str, str]]:
    """By what is noted."""
    action = f'action="/messages/{message.id}/told"'
    forms = [each.split("</form>")[0] for each in page.split(action)[1:]]
    fields = (dict(re.findall(r'name="(\w+)" value="([^"]*)"', each)) for each in forms)
    return {each["outcome"]: each for each in fields}


@pytest.mark.parametrize("outcome", ["good", "another_time"])
def test_what_was_told_as_it_was_before_a_move_is_not_noted(
    outcome: str, client: Client, clock: Clock
) -> None:
    visit, call = waits_for_call()
    typed = forms_of(client.get("/messages").text, call)[outcome]
    moves(visit, clock)
    answer = client.post(f"/messages/{call.id}/told", data=typed)
    assert (answer.status_code, answer.text.count(NOT_NOTED)) == (409, 1)
    shown = answer.text.split(f'id="missed-{call.id}"')[1].split("</tr>")[0]
    assert NOT_NOTED in shown
    assert "오후 1시에서 3시" in shown
    db.session.expire_all()
    assert (call.told_at, [each.state for each in rows(K.RESIDENT_MOVED)]) == (None, [S.PENDING])


def test_what_stands_there_by_then_is_noted_at_once(client: Client, clock: Clock) -> None:
    visit, call = waits_for_call()
    moves(visit, clock)
    path, typed = f"/messages/{call.id}/told", {"outcome": "told"}
    assert client.post(path, data=typed).status_code == 409  # of a page that does not tell
    page = client.post(path, data={**typed, "seen": "x"}).text
    assert client.post(path, data=forms_of(page, call)["told"]).status_code == 303
    db.session.expire_all()
    assert call.told_at is not None


def test_nor_is_what_was_told_before_a_move_was_undone(client: Client, clock: Clock) -> None:
    visit, call = waits_for_call()
    before = moves(visit, clock)
    typed = forms_of(client.get("/messages").text, call)["told"]
    goes_back(before, clock)
    assert client.post(f"/messages/{call.id}/told", data=typed).status_code == 409


def test_nor_what_was_told_at_another_number(client: Client) -> None:
    visit, call = waits_for_call()
    typed = forms_of(client.get("/messages").text, call)["good"]
    telephones(visit.resident.person, ("+8228200099", PhoneKind.LANDLINE))
    assert client.post(f"/messages/{call.id}/told", data=typed).status_code == 409


def test_that_nobody_was_reached_is_noted_all_the_same(client: Client, clock: Clock) -> None:
    visit, call = waits_for_call()
    typed = forms_of(client.get("/messages").text, call)["not_reached"]
    moves(visit, clock)
    assert client.post(f"/messages/{call.id}/told", data=typed).status_code == 303


def test_a_member_is_told_which_hour_it_is_by_then(client: Client, clock: Clock) -> None:
    """The list has them look it up."""
    visit = booked(LANDLINE)
    member = make_member("이사랑", smartphone=False, phone="+8228200078")
    visit.assignments[0].member = member
    announce.widened(visit, now())
    db.session.commit()
    outbox.send_due(ScreenGateway(), now)
    (call,) = [each for each in rows(K.MEMBER_MOVED) if each.recipient_id == member.id]
    press(call, "0")
    moves(visit, clock)
    typed = forms_of(client.get("/messages").text, call)["told"]
    for name in ("start", "window_start", "window_end"):
        setattr(visit, name, getattr(visit, name) + timedelta(hours=2))
    db.session.commit()
    assert client.post(f"/messages/{call.id}/told", data=typed).status_code == 409


GONE, ANOTHER = "그사이 방문이 바뀌어, 들으신 답을 적지 않았습니다", "다른 분이 먼저 전달했을 수 있습니다"


def not_reached() -> tuple[Visit, Message]:
    """Nobody asked to be rung: the row is closed once something newer is told."""
    visit = booked(LANDLINE)
    (call,) = rows(K.RESIDENT_BOOKED)
    call.state = S.NEEDS_PERSON
    db.session.commit()
    return visit, call


@pytest.mark.parametrize("outcome", ["good", "another_time"])
def test_of_a_row_that_a_move_has_closed_it_is_said_that_the_visit_has_changed(
    outcome: str, client: Client, clock: Clock
) -> None:
    visit, call = not_reached()
    typed = forms_of(client.get("/messages").text, call)[outcome]
    moves(visit, clock)
    page = client.post(f"/messages/{call.id}/told", data=typed, follow_redirects=True).text
    notice = page.split(GONE)[1].split("</p>")[0]
    assert f'<a href="/visits/{visit.id}">' in notice
    assert ANOTHER not in page


def test_of_one_that_somebody_else_has_told_it_is_not(client: Client) -> None:
    _visit, call = not_reached()
    typed = forms_of(client.get("/messages").text, call)["good"]
    for _each in range(2):
        page = client.post(f"/messages/{call.id}/told", data=typed, follow_redirects=True).text
    assert ANOTHER in page
    assert GONE not in page
