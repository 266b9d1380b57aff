"""Whoever asked for somebody of the office is rung, whatever arrives, is answered or is over meanwhile."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from handyman import flow
from handyman.extensions import db, now
from handyman.messages import announce, call_task, outbox, pages, receipts
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import ScreenGateway
from handyman.messages.leaving import address
from handyman.models import Actor, ActorKind, Member, Message, MessageKind, Outcome, Visit
from handyman.visit.finish import WorkReport
from tests.conftest import Clock
from tests.factories import make_contact, make_member, make_person, make_request, make_resident, make_visit
from tests.messages.test_ladder import press
from tests.messages.test_on_a_list import Stuck, listed, minute_of_worker, to_resident
from tests.messages.test_standby import fails, last
from tests.messages.test_stays_in_sight import after, noted, silent
from tests.messages.test_told_as_it_is import LANDLINE, OTHER_LANDLINE, booked, of

K = MessageKind
pytestmark = pytest.mark.usefixtures("session")


def rung(key: str, *, son: bool) -> Message:
    """The call in which the father, or his son, has pressed a key; the daughter opens pages."""
    daughter = make_person("딸기")
    daughter.opens_pages = True
    _visit, call = booked(LANDLINE, make_person("아들", OTHER_LANDLINE), daughter)
    if son:
        fails(call)
    outbox.send_due(ScreenGateway(), now)
    press(last(), key)
    return last()


def finish(visit: Visit, member: Member) -> None:
    by = Actor(ActorKind.MEMBER, member.id)
    flow.start_travel(visit.id, by, now())
    flow.arrive(visit.id, by, now())
    flow.finish(visit.id, WorkReport(Outcome.DONE, {}, {}, 30), [], by, now())


def confirms_on_the_page(client: FlaskClient) -> None:
    page = "/" + address(of(K.RESIDENT_PAGE)).split("/", 3)[3]
    assert client.post(f"{page}/confirm").status_code == 303


@pytest.mark.parametrize("son", [True, False])
@pytest.mark.parametrize(("key", "waits"), [("0", True), ("2", False)])
def test_a_yes_on_the_page_is_no_answer_to_who_asked_to_be_rung(
    key: str, waits: bool, son: bool, client: FlaskClient, clock: Clock
) -> None:
    call = rung(key, son=son)
    assert call.id in listed(now())
    clock.advance(minutes=3)
    confirms_on_the_page(client)
    assert (call.id in listed(now())) is waits


def wants_another_time(call: Message) -> None:
    assert noted(call.id, call_task.Outcome.ANOTHER_TIME)


def presses_zero(call: Message) -> None:
    press(call, "0", step=2)


@pytest.mark.parametrize("wish", [wants_another_time, presses_zero])
def test_a_wish_after_a_yes_is_kept_though_the_text_before_arrives(
    wish: Callable[[Message], None], clock: Clock
) -> None:
    text = to_resident()
    silent(text)
    text.check_at = now() + timedelta(minutes=15)
    db.session.commit()
    clock.advance(minutes=16)
    minute_of_worker(Stuck(Says.ACCEPTED, becomes="sent", name="twilio"))
    call = after(text)
    outbox.send_due(ScreenGateway(), now)
    db.session.refresh(call)
    press(call, "1")
    wish(call)
    waits = listed(now())
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{text.id}", "delivered"), now())
    assert (listed(now()), waits) == ({last().id}, {last().id})


@pytest.mark.parametrize(("son", "whose"), [(False, "댁 방문"), (True, "김보기 님 댁 방문")])
def test_whoever_waits_for_a_call_hears_how_it_went_when_it_is_over(
    son: bool, whose: str, clock: Clock
) -> None:
    member = make_member("가람")
    resident = make_resident(phone=LANDLINE)
    make_contact(resident, make_person("아들", OTHER_LANDLINE), may_be_told=True)
    visit = make_visit(make_request(resident), start=now() + timedelta(hours=2), members=[member])
    announce.booked(visit, now())
    db.session.commit()
    if son:
        fails(last())
    outbox.send_due(ScreenGateway(), now)
    press(last(), "0")
    call = last()
    clock.advance(hours=2)
    finish(visit, member)
    [missed] = [each for each in pages.missed(now()) if each.id == call.id]
    assert f"11월 24일 화요일 {whose}을 알려 드립니다. 가람 조합원이 일을 모두" in missed.body
