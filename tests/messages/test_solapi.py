"""solapi as it answers, asked with its own words and signature; and what it calls in with."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from handyman.config import Settings
from handyman.extensions import db, now
from handyman.messages import doubt, gateways, ladder, outbox, overdue
from handyman.messages.gateways import Answer, Outgoing
from handyman.messages.gateways.solapi import SolapiGateway
from handyman.messages.gateways.solapi_words import reference
from handyman.models import Channel, DeliveryEvent, GatewayState, Message, MessageState, NumberFact
from tests.conftest import Client, Clock
from tests.factories import make_message, make_person
from tests.messages import solapi_peer
from tests.messages.solapi_peer import HOOK_SECRET, refuse, register_none

S = MessageState
TEXT = Outgoing(7, 2, "+821000000001", "[동작핸디맨] 안녕하십니까", 600, datetime.max.replace(tzinfo=UTC))
HOOK = "/hooks/solapi"
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def hub(clock: Clock) -> Iterator[solapi_peer.Peer]:
    peer, server = solapi_peer.start()
    peer.clock = clock
    yield peer
    server.shutdown()
    server.server_close()


@pytest.fixture
def app(make_app: Callable[..., Flask], hub: solapi_peer.Peer) -> Flask:
    return make_app(
        SMS_GATEWAY="solapi",
        SOLAPI_API_KEY=solapi_peer.KEY,
        SOLAPI_API_SECRET=solapi_peer.SECRET,
        SOLAPI_HOOK_SECRET=HOOK_SECRET,
        SOLAPI_FROM="02-820-0000",
        SOLAPI_API_BASE=hub.address,
        PUBLIC_BASE_URL="https://handyman.test",
        TWILIO_FROM="+8228200000",
    )


@pytest.fixture
def solapi(app: Flask) -> SolapiGateway:
    settings: Any = app.extensions["settings"]
    return SolapiGateway(settings, patience=(5, 1.2))


def report(client: Client, told: object, secret: str = HOOK_SECRET) -> int:
    digest = sha1(secret.encode(), usedforsecurity=False).hexdigest()
    return post(client, {"X-Solapi-Secret": digest}, json=told)


def post(client: Client, headers: dict[str, str], **body: Any) -> int:
    return client.post(HOOK, headers=headers, base_url="https://handyman.test", **body).status_code


def make_accepted(provider_id: str = "M4V1") -> Message:
    return make_message(
        make_person(), state=S.ACCEPTED, attempt=1, provider="solapi", provider_id=provider_id
    )


def state(message: Message) -> MessageState:
    db.session.refresh(message)
    return message.state


def test_a_text_carries_national_numbers_words_and_its_row(
    solapi: SolapiGateway, hub: solapi_peer.Peer, settings: Settings
) -> None:
    outcome = solapi.send(TEXT)
    (taken,) = hub.taken
    assert (outcome.answer, outcome.provider_id, outcome.status) == (
        Answer.ACCEPTED,
        taken["messageId"],
        200,
    )
    assert (taken["to"], taken["from"], taken["country"]) == ("01000000001", "028200000", "82")
    assert taken["text"] == TEXT.body
    assert taken["customFields"] == reference(settings, 7, 2)
    assert hub.asked == ["/messages/v4/send-many/detail"]


@pytest.mark.parametrize(
    ("fault", "answer", "code"),
    [
        (register_none("1062"), Answer.STOP, "1062"),
        (register_none("1061"), Answer.FAILED, "1061"),
        (register_none("3010"), Answer.FAILED, "3010"),
        (register_none("1030"), Answer.STOP, "1030"),
        (register_none("1024"), Answer.RETRY, "1024"),
        (refuse(400, "ValidationError"), Answer.FAILED, "ValidationError"),
        (refuse(400, "NotEnoughBalance"), Answer.STOP, "NotEnoughBalance"),
        (refuse(402), Answer.STOP, "402"),
        (refuse(401), Answer.STOP, "401"),
        (refuse(403, "InvalidAPIKey"), Answer.STOP, "InvalidAPIKey"),
        (refuse(403, "DuplicatedSignature"), Answer.UNKNOWN, "DuplicatedSignature"),
        (refuse(429, "TooManyRequests", Retry_After="7"), Answer.SLOW, "TooManyRequests"),
        (refuse(429, Retry_After="7"), Answer.SLOW, "429"),
        (refuse(404), Answer.UNKNOWN, "404"),  # some machine in between, not solapi
        (refuse(400), Answer.UNKNOWN, "400"),
        (refuse(307), Answer.UNKNOWN, "307"),
        (refuse(500, "UnknownError"), Answer.UNKNOWN, "UnknownError"),
        (refuse(503), Answer.UNKNOWN, "503"),
        (refuse(201), Answer.UNKNOWN, "201"),
        (lambda handler: handler.answer(200, {}), Answer.UNKNOWN, "unreadable"),
        (lambda handler: handler.answer(200, [1]), Answer.UNKNOWN, "unreadable"),
        (
            lambda handler: handler.answer(200, {"messageList": [{"messageId": 5}]}),
            Answer.UNKNOWN,
            "unreadable",
        ),
        (solapi_peer.garble, Answer.UNKNOWN, "unreadable"),
        (solapi_peer.break_off, Answer.UNKNOWN, "RemoteProtocolError"),
        (solapi_peer.vanish, Answer.UNKNOWN, "RemoteProtocolError"),
        (solapi_peer.hang, Answer.UNKNOWN, "ReadTimeout"),
    ],
)
def test_each_answer_means_one_of_ours(
    fault: solapi_peer.Fault, answer: Answer, code: str, solapi: SolapiGateway, hub: solapi_peer.Peer
) -> None:
    hub.faults.append(fault)
    outcome = solapi.send(TEXT)
    assert (outcome.answer, outcome.code) == (answer, code)
    assert outcome.retry_after == (7 if answer is Answer.SLOW else None)
    assert len(hub.asked) == 1, "never asked again by itself"


@pytest.mark.parametrize(("key", "secret"), [(solapi_peer.KEY, "another"), ("another", solapi_peer.SECRET)])
def test_a_wrong_key_or_secret_stops_the_sending(
    key: str, secret: str, solapi: SolapiGateway, settings: Settings, hub: solapi_peer.Peer
) -> None:
    other = SolapiGateway(replace(settings, solapi_api_key=key, solapi_api_secret=secret))
    assert other.send(TEXT).answer is Answer.STOP
    assert hub.taken == []


def test_what_was_never_written_was_certainly_not_taken(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    for base in (address, "http://nobody.invalid"):
        nobody = SolapiGateway(replace(settings, solapi_api_base=base))
        assert nobody.send(TEXT).answer is Answer.RETRY
        assert nobody.find(TEXT.to, TEXT.body, now(), Channel.SMS, 7) is None
        assert nobody.status("M4V1") is None


def test_a_text_in_doubt_is_found_by_its_row_even_if_its_words_were_changed(
    solapi: SolapiGateway, hub: solapi_peer.Peer, clock: Clock
) -> None:
    solapi.send(TEXT)
    clock.advance(hours=2)
    solapi.send(TEXT)
    solapi.send(replace(TEXT, id=8))
    hub.taken[1]["text"] = "[동작핸디맨] ?"
    assert solapi.find(TEXT.to, TEXT.body, clock(), Channel.SMS, 7) == [hub.taken[1]["messageId"]]


def test_where_the_list_does_not_tell_rows_the_words_are_looked_for(
    solapi: SolapiGateway, hub: solapi_peer.Peer, clock: Clock
) -> None:
    hub.tells_fields = False
    solapi.send(TEXT)
    solapi.send(replace(TEXT, body="another"))
    assert solapi.find(TEXT.to, TEXT.body, clock(), Channel.SMS, 7) == [hub.taken[0]["messageId"]]


def test_a_text_of_another_office_by_the_same_account_is_not_ours(
    solapi: SolapiGateway, hub: solapi_peer.Peer, clock: Clock, settings: Settings, client: Client
) -> None:
    other = replace(settings, public_base_url="https://elsewhere.test")
    message = make_message(make_person(), state=S.UNKNOWN, attempt=1)
    SolapiGateway(other).send(replace(TEXT, id=message.id, attempt=1))
    assert solapi.find(TEXT.to, TEXT.body, clock(), Channel.SMS, message.id) == []
    fields = {"customFields": reference(other, message.id, 1)}
    assert report(client, [{"messageId": "M4V9", "statusCode": "4000", **fields}]) == 204
    assert state(message) is S.UNKNOWN


@pytest.mark.parametrize("fault", [solapi_peer.break_off, solapi_peer.hang, solapi_peer.garble])
def test_what_was_taken_without_an_answer_is_adopted_and_not_sent_again(
    fault: solapi_peer.Fault, solapi: SolapiGateway, hub: solapi_peer.Peer, clock: Clock
) -> None:
    message = make_message(make_person())
    hub.faults.append(fault)
    outbox.send_due(solapi, clock)
    assert state(message) is S.UNKNOWN
    clock.advance(minutes=3)
    assert doubt.clear_up(solapi, clock) == 1
    assert (state(message), message.provider_id) == (S.ACCEPTED, hub.taken[0]["messageId"])
    outbox.send_due(solapi, clock)
    assert len(hub.taken) == 1


def test_a_text_without_a_report_is_asked_about(
    solapi: SolapiGateway, hub: solapi_peer.Peer, clock: Clock
) -> None:
    message = make_message(make_person())
    outbox.send_due(solapi, clock)
    hub.taken[0]["statusCode"] = "4000"
    clock.advance(minutes=16)
    assert overdue.ask_again(solapi, clock) == 1
    assert state(message) is S.DELIVERED
    assert solapi.status("M4VX") is None


def test_an_account_without_money_lets_the_texts_wait(
    solapi: SolapiGateway, hub: solapi_peer.Peer, clock: Clock
) -> None:
    message = make_message(make_person())
    hub.faults.append(register_none("1030"))
    outbox.send_due(solapi, clock)
    assert state(message) is S.PENDING
    assert db.session.get_one(GatewayState, "solapi").refused_since == clock()


def test_nobody_is_rung_by_solapi(solapi: SolapiGateway, hub: solapi_peer.Peer) -> None:
    assert not ladder.can_call()
    assert solapi.send(replace(TEXT, channel=Channel.VOICE)).code == "no_calls"
    assert hub.asked == []


def test_no_number_and_no_word_of_a_text_is_logged(
    solapi: SolapiGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    solapi.send(TEXT)
    solapi.find(TEXT.to, TEXT.body, now(), Channel.SMS, 7)
    assert "1000000001" not in caplog.text
    assert "동작핸디맨" not in caplog.text


def test_reports_move_texts_forward_in_any_order(client: Client) -> None:
    one, other = make_accepted("M4V1"), make_accepted("M4V2")
    for code in ("3000", "2000", "4000", "3000", "4000"):
        assert report(client, [{"messageId": "M4V1", "statusCode": code}]) == 204
    told = [{"messageId": "M4V1", "statusCode": "3042"}, {"messageId": "M4V2", "statusCode": "3000"}]
    assert report(client, told) == 204
    assert (state(one), state(other)) == (S.DELIVERED, S.SENT)
    assert db.session.scalar(select(func.count()).select_from(DeliveryEvent)) == 5


def test_a_report_may_stand_in_an_envelope(client: Client) -> None:
    message = make_accepted()
    assert report(client, [{"eventDataId": "x", "data": {"messageId": "M4V1", "statusCode": "4000"}}]) == 204
    assert state(message) is S.DELIVERED


def test_a_report_settles_a_text_in_doubt_by_what_it_carries(client: Client, settings: Settings) -> None:
    message = make_message(make_person(), state=S.UNKNOWN, attempt=1)
    fields = reference(settings, message.id, 1)
    report(client, [{"messageId": "M4V9", "statusCode": "4000", "customFields": fields}])
    assert (state(message), message.provider_id) == (S.DELIVERED, "M4V9")


def test_a_number_that_nobody_has_is_marked(client: Client) -> None:
    message = make_accepted()
    report(client, [{"messageId": "M4V1", "statusCode": "3032"}])
    assert (state(message), message.last_error) == (S.UNDELIVERED, "3032")
    assert db.session.get_one(NumberFact, message.to_number).bad_code == "3032"


def test_a_telephone_that_is_off_is_tried_once_more(client: Client, clock: Clock) -> None:
    message = make_accepted()
    report(client, [{"messageId": "M4V1", "statusCode": "3043"}])
    following = db.session.scalar(select(Message).where(Message.follows_id == message.id))
    assert following is not None
    assert following.due_at == clock() + timedelta(minutes=15)


def test_whoever_wants_no_texts_is_not_failed(client: Client) -> None:
    message = make_accepted()
    report(client, [{"messageId": "M4V1", "statusCode": "2061"}])
    assert state(message) is S.SUPPRESSED


@pytest.mark.parametrize("told", [None, 5, {}, [5], [{}], [{"data": 3}], [{"messageId": "M4V1"}], [[]]])
def test_a_report_that_says_nothing_changes_nothing(client: Client, told: object) -> None:
    message = make_accepted()
    assert report(client, told) == 204
    odd = [{"messageId": "M4V1", "statusCode": "9" * 99}, {"messageId": "M\0", "statusCode": "4000"}]
    assert report(client, odd) == 204
    wild = {"outbox": "9" * 40, "attempt": "-1", "office": ["x"]}
    assert report(client, [{"messageId": "M4V7", "statusCode": "4000", "customFields": wild}]) == 204
    assert state(message) is S.ACCEPTED


def test_what_is_not_json_is_taken_in_silence(client: Client) -> None:
    digest = sha1(HOOK_SECRET.encode(), usedforsecurity=False).hexdigest()
    assert post(client, {"X-Solapi-Secret": digest}, data=b"\xff{") == 204


def test_a_report_without_the_secret_is_refused(client: Client) -> None:
    message = make_accepted()
    told = [{"messageId": "M4V1", "statusCode": "4000"}]
    assert report(client, told, secret="somebody else's") == 403
    assert post(client, {}, json=told) == 403
    for wrong in (HOOK_SECRET, "é", ""):
        assert post(client, {"X-Solapi-Secret": wrong}, json=told) == 403
    assert state(message) is S.ACCEPTED


def test_the_gateway_is_the_one_that_is_set(settings: Settings) -> None:
    assert isinstance(gateways.choose(settings), SolapiGateway)


def test_no_secret_is_shown_with_the_settings(settings: Settings) -> None:
    shown = repr(settings)
    assert HOOK_SECRET not in shown
    assert solapi_peer.KEY not in shown
    assert settings.solapi_api_secret not in shown


def test_an_office_with_another_gateway_does_not_load_its_parts() -> None:
    asked = "import sys, handyman.messages.gateways; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
