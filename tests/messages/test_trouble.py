"""What did not arrive, or is not heard of, is never silent: marked, tried once more, or listed."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from handyman.extensions import db, now, transaction
from handyman.messages import outbox, overdue, pages, receipts, rows, trouble
from handyman.messages.errors import CODES, Action
from handyman.messages.gateways import Answer, Outcome, Outgoing, ScreenGateway, TwilioGateway
from handyman.messages.receipts import Receipt
from handyman.messages.templates import Text
from handyman.models import (
    SYSTEM,
    Channel,
    GatewayState,
    Message,
    MessageState,
    NumberFact,
    Person,
    RecipientKind,
    Role,
    User,
    is_to_pass_on,
)
from handyman.reasons import reason
from tests.conftest import Client, Clock
from tests.factories import make_message, make_person, make_visit
from tests.messages.twilio_peer import Peer, refuse

S = MessageState
SignIn = Callable[..., User]
pytestmark = pytest.mark.usefixtures("session")


def taken(person: Person | None = None, **values: Any) -> Message:
    """A text that Twilio has taken."""
    base = {"state": S.ACCEPTED, "attempt": 1, "provider": "twilio", "provider_id": "SM1", "check_at": now()}
    return make_message(person or make_person(), **{**base, **values})


def receipt(status: str, code: str = "", provider_id: str = "SM1") -> None:
    receipts.take_receipt(Receipt("twilio", provider_id, status, code), now())


def state(message: Message) -> MessageState:
    db.session.refresh(message)
    return message.state


def write_again(message: Message, key: str = "next") -> Message:
    to = rows.Recipient(RecipientKind.PERSON, message.recipient_id, message.to_number, shows_texts=True)
    with transaction():
        draft = rows.Draft(message.kind, to, key, Text("글"), now(), now() + timedelta(hours=2))
        written = rows.write(draft, now())
    assert written is not None
    return written


@pytest.mark.parametrize("code", ["21211", "21214", "21217", "21614", "30005", "30006"])
def test_a_number_that_takes_no_texts_is_marked_and_not_tried_again_for_a_month(
    code: str, clock: Clock
) -> None:
    message = taken()
    receipt("undelivered", code)
    assert state(message) is S.UNDELIVERED
    fact = db.session.get_one(NumberFact, message.to_number)
    assert (fact.bad_code, fact.bad_at) == (code, now())
    later = write_again(message)
    assert (later.state, later.last_error) == (S.NEEDS_PERSON, "bad_number")
    clock.advance(days=30)
    assert write_again(message, "a month later").state is S.PENDING


def test_whoever_wants_no_texts_gets_none_any_more() -> None:
    message = taken()
    receipt("failed", "21610")
    assert state(message) is S.SUPPRESSED
    assert is_to_pass_on(message, now())
    later = write_again(message)
    assert (later.state, later.last_error) == (S.NEEDS_PERSON, "opted_out")


def test_twilio_says_so_at_once(twilio: TwilioGateway, peer: Peer) -> None:
    message = make_message(make_person())
    peer.faults.append(refuse(400, 21610))
    outbox.send_due(twilio, now)
    assert state(message) is S.SUPPRESSED
    assert trouble.why_not(message.to_number, now()) == "opted_out"


@pytest.mark.parametrize("code", ["30003", "30008", "30410"])
def test_a_telephone_out_of_reach_is_tried_once_more_after_a_quarter_of_an_hour(
    code: str, clock: Clock
) -> None:
    message = taken()
    receipt("undelivered", code)
    again = db.session.get_one(Message, message.id + 1)
    assert (again.state, again.due_at, again.body) == (
        S.PENDING,
        now() + timedelta(minutes=15),
        message.body,
    )
    assert pages.missed(now()) == []
    clock.advance(minutes=15)
    outbox.send_due(ScreenGateway(), now)
    assert state(again) is S.DELIVERED


def test_the_second_time_out_of_reach_is_a_persons_work(clock: Clock) -> None:
    taken(retries=1)
    receipt("undelivered", "30003")
    assert [each.reason for each in pages.missed(now())] == ["전화기가 꺼져 있거나 통화권 밖입니다."]


def test_out_of_reach_so_late_that_more_is_of_no_use_is_a_persons_work() -> None:
    taken(not_after=now() + timedelta(minutes=15))
    receipt("undelivered", "30003")
    assert len(pages.missed(now())) == 1


def test_a_refused_account_found_out_by_a_receipt_stops_everything(clock: Clock) -> None:
    taken()
    receipt("undelivered", "30002")
    assert db.session.scalar(select(trouble.is_paused("twilio", now())))
    assert outbox.claim(now(), provider="twilio") is None
    clock.advance(minutes=5)
    assert not db.session.scalar(select(trouble.is_paused("twilio", now())))


def test_what_is_not_heard_of_is_asked_about(twilio: TwilioGateway, peer: Peer, clock: Clock) -> None:
    message = make_message(make_person())
    outbox.send_due(twilio, now)
    assert state(message) is S.ACCEPTED
    assert overdue.ask_again(twilio, now) == 0
    clock.advance(minutes=15)
    peer.taken[0]["status"] = "delivered"
    assert overdue.ask_again(twilio, now) == 1
    assert state(message) is S.DELIVERED


def test_a_refusal_that_was_never_told_is_found_out(twilio: TwilioGateway, peer: Peer, clock: Clock) -> None:
    message = make_message(make_person())
    outbox.send_due(twilio, now)
    clock.advance(minutes=15)
    peer.taken[0] |= {"status": "undelivered", "error_code": 30005}
    overdue.ask_again(twilio, now)
    assert (state(message), message.last_error) == (S.UNDELIVERED, "30005")


def test_still_nothing_is_on_somebodys_list_and_asked_again_later(
    twilio: TwilioGateway, peer: Peer, clock: Clock
) -> None:
    message = make_message(make_person())
    outbox.send_due(twilio, now)
    clock.advance(minutes=15)
    overdue.ask_again(twilio, now)
    assert (state(message), message.check_at) == (S.ACCEPTED, now() + timedelta(minutes=15))
    assert [each.id for each in pages.missed(now())] == [message.id]
    peer.taken.clear()  # it cannot be asked about
    clock.advance(days=1)
    assert overdue.ask_again(twilio, now) == 0
    assert (state(message), message.check_at) == (S.ACCEPTED, None)


@pytest.mark.parametrize("silent", [S.PENDING, S.SENDING, S.UNKNOWN, S.ACCEPTED, S.SENT])
def test_silent_for_a_quarter_of_an_hour_is_on_the_list_with_a_reason(
    silent: MessageState, client: Client, sign_in: SignIn, clock: Clock
) -> None:
    message = make_message(make_person(), state=silent)
    clock.advance(minutes=14)
    assert (pages.missed(now()), is_to_pass_on(message, now())) == ([], False)
    clock.advance(minutes=1)
    assert [each.reason for each in pages.missed(now()) if each.reason] != []
    assert is_to_pass_on(message, now())
    sign_in(Role.OPERATOR)
    assert message.to_number[-4:] in client.get("/messages").text
    client.post(f"/messages/{message.id}/told")
    assert pages.missed(now()) == []
    assert state(message) is (S.CANCELED if silent is S.PENDING else silent)


def test_a_wrong_sender_raises_the_alarm(client: Client, sign_in: SignIn, clock: Clock) -> None:
    taken()
    receipt("failed", "21606")
    sign_in(Role.OPERATOR)
    assert "발신 번호나 발송 권한이 잘못되어 문자가 나가지 않습니다" in client.get("/messages").text
    clock.advance(minutes=1)
    make_message(make_person(), state=S.ACCEPTED)
    db.session.commit()
    assert "발신 번호나 발송 권한 때문에 일부 문자가 나가지 않았습니다" in client.get("/messages").text


class Refuses(ScreenGateway):
    """A provider with the same answer to everything."""

    def __init__(self, answer: Outcome) -> None:
        self.answer = answer

    def send(self, text: Outgoing) -> Outcome:
        return self.answer


def test_a_sender_that_is_refused_stops_all_and_no_text_is_used_up(clock: Clock) -> None:
    texts = [make_message(make_person()) for _ in range(4)]
    db.session.commit()
    gateway = Refuses(Outcome(Answer.STOP, status=400, code="21606"))
    assert outbox.send_due(gateway, now) == 1
    clock.advance(minutes=4)
    assert outbox.send_due(gateway, now) == 0
    assert [state(each) for each in texts] == [S.PENDING] * 4


def test_a_permission_that_is_missing_uses_up_three_texts_and_then_stops_all(clock: Clock) -> None:
    texts = [make_message(make_person()) for _ in range(6)]
    db.session.commit()
    gateway = Refuses(Outcome(Answer.FAILED, status=400, code="21408"))
    assert outbox.send_due(gateway, now) == 3
    assert [state(each) for each in texts].count(S.PENDING) == 3
    assert sound_of(ScreenGateway.name) == ("21408", now() + trouble.PAUSE)
    clock.advance(minutes=5)
    assert outbox.send_due(gateway, now) == 1, "looked at with one text"
    assert sound_of(ScreenGateway.name) == ("21408", now() + trouble.PAUSE)


def test_a_missing_permission_to_call_stops_no_texts() -> None:
    calls = [make_message(make_person(), channel=Channel.VOICE) for _ in range(4)]
    db.session.commit()
    assert outbox.send_due(Refuses(Outcome(Answer.FAILED, status=400, code="21215")), now) == 4
    assert [state(each) for each in calls] == [S.FAILED] * 4
    assert db.session.get(GatewayState, ScreenGateway.name) is None


def sound_of(provider: str) -> tuple[str, datetime | None]:
    found = db.session.get_one(GatewayState, provider, populate_existing=True)
    return found.code, found.paused_until


def test_every_code_of_the_table_has_words() -> None:
    stopping = {code for code, action in CODES.items() if action is Action.STOP}
    for code in CODES.keys() - stopping:
        assert reason(code, S.FAILED) not in ("", "통신사가 받지 않았습니다."), code


def test_what_certainly_did_not_arrive_is_sent_again_at_a_wish(client: Client, sign_in: SignIn) -> None:
    message = taken()
    receipt("undelivered", "30007")
    sign_in(Role.OPERATOR)
    assert f"/messages/{message.id}/again" in client.get("/messages").text
    assert "다시 보냅니다." in client.post(f"/messages/{message.id}/again", follow_redirects=True).text
    again = db.session.get_one(Message, message.id + 1)
    assert (again.state, again.due_at, again.retries) == (S.PENDING, now(), 1)
    assert (
        "다시 보낼 수 없습니다." in client.post(f"/messages/{message.id}/again", follow_redirects=True).text
    )


@pytest.mark.parametrize("doubtful", [S.NEEDS_PERSON, S.UNKNOWN, S.EXPIRED, S.SUPPRESSED, S.DELIVERED])
def test_what_may_have_arrived_is_never_sent_again(
    doubtful: MessageState, client: Client, sign_in: SignIn
) -> None:
    message = taken(state=doubtful)
    sign_in(Role.OPERATOR)
    client.post(f"/messages/{message.id}/again")
    assert db.session.get(Message, message.id + 1) is None


def test_the_visit_and_the_person_show_what_became_of_their_texts(client: Client, sign_in: SignIn) -> None:
    visit = make_visit()
    taken(visit.resident.person, visit=visit)
    receipt("undelivered", "30007")
    sign_in(Role.COORDINATOR)
    for path in (f"/visits/{visit.id}", f"/people/{visit.resident_id}"):
        assert "닿지 않음" in client.get(path).text


@pytest.mark.usefixtures("any_database")
def test_two_who_learn_of_one_number_at_once_lose_neithers_receipt(app: Flask) -> None:
    person = make_person()
    ids = [taken(person, provider_id=f"SM{at}").id for at in range(8)]
    db.session.commit()
    begin = threading.Barrier(len(ids))

    def say(at: int) -> None:
        with app.app_context():
            begin.wait(10)
            receipt("undelivered", "30005", f"SM{at}")

    with ThreadPoolExecutor(len(ids)) as threads:
        list(threads.map(say, range(len(ids))))
    db.session.rollback()
    states = db.session.scalars(select(Message.state).where(Message.id.in_(ids))).all()
    assert set(states) == {S.UNDELIVERED}


def test_what_another_row_follows_is_not_sent_again(clock: Clock) -> None:
    message = taken(make_person())
    receipt("undelivered", "30007")
    follower = make_message(
        db.session.get_one(Person, message.recipient_id), follows_id=message.id, state=S.CANCELED
    )
    assert [(each.id, each.may_send_again) for each in pages.missed(now())] == [(message.id, False)]
    with transaction():
        assert not pages.send_again(message.id, SYSTEM, now())
    assert db.session.get(Message, follower.id + 1) is None
