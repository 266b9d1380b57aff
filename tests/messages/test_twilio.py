"""Twilio as it really answers, asked by its real client; and what it calls in with."""

import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from handyman.config import Settings
from handyman.extensions import db, now
from handyman.messages import gateways, outbox
from handyman.messages.gateways import Answer, Outgoing, TwilioGateway
from handyman.models import Channel, DeliveryEvent, InboundMessage, Message, MessageState
from tests.conftest import Client, Clock
from tests.factories import make_message, make_person
from tests.messages import twilio_peer
from tests.messages.twilio_peer import refuse

S = MessageState
TEXT = Outgoing(7, 2, "+821000000001", "[동작핸디맨] 안녕하십니까", 600, datetime.max.replace(tzinfo=UTC))
BASE = "https://handyman.test"
STATUS, INBOUND = "/hooks/twilio/status", "/hooks/twilio/inbound"
pytestmark = pytest.mark.usefixtures("session")


def post(client: Client, path: str, form: dict[str, str], token: str = twilio_peer.TOKEN) -> int:
    return unsigned(client, path, form, twilio_peer.sign(f"{BASE}{path}", form, token))


def unsigned(client: Client, path: str, form: dict[str, str], signature: str | None, base: str = "") -> int:
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    return client.post(path, data=form, headers=headers, base_url=base or BASE).status_code


def receipt(client: Client, sid: str, status: str, query: str = "", error: str = "") -> int:
    form = {"MessageSid": sid, "MessageStatus": status, "To": "+821000000001"}
    return post(client, STATUS + query, form | ({"ErrorCode": error} if error else {}))


def make_accepted(sid: str = "SM1") -> Message:
    return make_message(make_person(), state=S.ACCEPTED, attempt=1, provider="twilio", provider_id=sid)


def state(message: Message) -> MessageState:
    db.session.refresh(message)
    return message.state


def test_a_text_carries_number_words_sender_token_and_how_long_it_is_good(
    twilio: TwilioGateway, peer: twilio_peer.Peer
) -> None:
    outcome = twilio.send(TEXT)
    assert (outcome.answer, outcome.provider_id, outcome.status) == (
        Answer.ACCEPTED,
        peer.taken[0]["sid"],
        201,
    )
    assert peer.taken[0]["authorised"]
    assert peer.taken[0]["form"] == {
        "To": "+821000000001",
        "Body": "[동작핸디맨] 안녕하십니까",
        "From": "+821000000000",
        "ValidityPeriod": "600",
        "StatusCallback": "https://handyman.test/hooks/twilio/status?outbox=7&attempt=2",
    }


@pytest.mark.settings(TWILIO_MESSAGING_SERVICE_SID="MG1")
def test_a_messaging_service_sends_where_one_is_set(twilio: TwilioGateway, peer: twilio_peer.Peer) -> None:
    twilio.send(TEXT)
    assert peer.taken[0]["form"]["MessagingServiceSid"] == "MG1"
    assert "From" not in peer.taken[0]["form"]


@pytest.mark.parametrize(
    ("fault", "answer", "code"),
    [
        (refuse(400, 21211), Answer.FAILED, "21211"),
        (refuse(400, 21614), Answer.FAILED, "21614"),
        (refuse(400, 21610), Answer.FAILED, "21610"),
        (refuse(400, 21606), Answer.STOP, "21606"),
        (refuse(400, 21408), Answer.FAILED, "21408"),
        (refuse(401, 20003), Answer.STOP, "20003"),
        (refuse(403, 20003), Answer.STOP, "20003"),
        (refuse(401), Answer.STOP, "401"),
        (refuse(400, 30002), Answer.STOP, "30002"),
        (refuse(429, 20429, Retry_After="7"), Answer.SLOW, "20429"),
        (refuse(500, 20500), Answer.UNKNOWN, "20500"),
        (refuse(503), Answer.UNKNOWN, "503"),
        (refuse(404), Answer.UNKNOWN, "404"),  # some machine in between, not Twilio
        (refuse(307), Answer.UNKNOWN, "307"),
        (twilio_peer.garble, Answer.UNKNOWN, "JSONDecodeError"),
        (twilio_peer.break_off, Answer.UNKNOWN, "ConnectionError"),
        (twilio_peer.hang, Answer.UNKNOWN, "ReadTimeout"),
        (lambda handler: handler.answer(201, {}), Answer.UNKNOWN, "unreadable"),
    ],
)
def test_each_answer_means_one_of_ours(
    fault: twilio_peer.Fault, answer: Answer, code: str, twilio: TwilioGateway, peer: twilio_peer.Peer
) -> None:
    peer.faults.append(fault)
    outcome = twilio.send(TEXT)
    assert (outcome.answer, outcome.code) == (answer, code)
    assert outcome.retry_after == (7 if answer is Answer.SLOW else None)
    assert len(peer.taken) <= 1, "never retried by itself"


@pytest.mark.usefixtures("twilio")
def test_a_refused_connection_was_certainly_not_taken(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    nobody = TwilioGateway(replace(settings, twilio_api_base=address))
    assert nobody.send(TEXT).answer is Answer.RETRY
    assert nobody.find("+821000000001", "x", now(), Channel.SMS) is None


@pytest.mark.usefixtures("twilio")
def test_a_host_that_does_not_exist_was_certainly_not_asked(settings: Settings) -> None:
    lost = TwilioGateway(replace(settings, twilio_api_base="http://nobody.invalid"))
    assert lost.send(TEXT).answer is Answer.RETRY


def test_only_texts_like_ours_and_not_older_are_found(
    twilio: TwilioGateway, peer: twilio_peer.Peer, clock: Clock
) -> None:
    twilio.send(TEXT)
    clock.advance(hours=2)
    twilio.send(TEXT)
    twilio.send(replace(TEXT, body="another"))
    assert twilio.find(TEXT.to, TEXT.body, clock(), Channel.SMS) == [peer.taken[1]["sid"]]


def test_no_number_and_no_word_of_a_text_is_logged(
    twilio: TwilioGateway, peer: twilio_peer.Peer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    twilio.send(TEXT)
    twilio.find(TEXT.to, TEXT.body, now(), Channel.SMS)
    assert "821000000001" not in caplog.text
    assert "동작핸디맨" not in caplog.text


@pytest.mark.usefixtures("twilio")
def test_receipts_move_a_text_forward_in_any_order(client: Client) -> None:
    message = make_accepted()
    for status in ("sent", "queued", "delivered", "sent", "failed", "delivered"):
        assert receipt(client, "SM1", status) == 204
    assert state(message) is S.DELIVERED
    assert db.session.scalar(select(func.count()).select_from(DeliveryEvent)) == 4


@pytest.mark.usefixtures("twilio")
def test_a_text_that_was_not_delivered_keeps_the_reason(client: Client) -> None:
    message = make_accepted()
    receipt(client, "SM1", "undelivered", error="30005")
    assert (state(message), message.last_error) == (S.UNDELIVERED, "30005")


def test_a_receipt_quicker_than_the_answer_is_adopted_by_its_address(
    client: Client, twilio: TwilioGateway, peer: twilio_peer.Peer
) -> None:
    message = make_message(make_person())
    sid = f"SM{0:032d}"
    query = f"?outbox={message.id}&attempt=1"
    db.session.commit()
    peer.while_asked = lambda: receipt(client, sid, "sent", query)
    outbox.send_due(twilio, now)
    assert (state(message), message.provider_id) == (S.SENT, sid)


@pytest.mark.usefixtures("twilio")
def test_a_receipt_settles_a_text_in_doubt(client: Client) -> None:
    message = make_message(make_person(), state=S.UNKNOWN, attempt=1)
    receipt(client, "SM9", "delivered", f"?outbox={message.id}&attempt=1")
    assert (state(message), message.provider_id) == (S.DELIVERED, "SM9")


@pytest.mark.usefixtures("twilio")
def test_a_receipt_of_the_first_try_stops_the_second(client: Client) -> None:
    message = make_message(make_person(), attempt=1)  # waits to be sent once more
    receipt(client, "SM9", "queued", f"?outbox={message.id}&attempt=1")
    assert state(message) is S.ACCEPTED


@pytest.mark.usefixtures("twilio")
@pytest.mark.parametrize(
    "query",
    [
        "",
        "?outbox=999&attempt=1",
        "?outbox=x&attempt=y",
        "?outbox=99999999999999999999&attempt=1",
        "?outbox=1&attempt=-1",
    ],
)
def test_a_receipt_of_nothing_we_know_is_taken_in_silence(client: Client, query: str) -> None:
    message = make_message(make_person(), state=S.UNKNOWN, attempt=1)
    assert receipt(client, "SM404", "delivered", query) == 204
    assert state(message) is S.UNKNOWN


@pytest.mark.usefixtures("twilio")
def test_a_receipt_without_words_changes_nothing(client: Client) -> None:
    assert post(client, STATUS, {}) == 204
    assert post(client, STATUS, {"MessageSid": "S\0M" * 99, "MessageStatus": "?" * 99}) == 204


@pytest.mark.usefixtures("twilio")
@pytest.mark.parametrize("path", [STATUS, INBOUND])
def test_what_is_not_signed_is_refused(client: Client, path: str) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    message = make_accepted()
    assert post(client, path, form, token="somebody else's") == 403
    assert unsigned(client, path, form, None) == 403
    assert unsigned(client, path, form, "é") == 403
    assert state(message) is S.ACCEPTED


@pytest.mark.usefixtures("twilio")
def test_a_forged_host_does_not_help(client: Client) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    signature = twilio_peer.sign(f"https://evil.test{STATUS}", form)
    assert unsigned(client, STATUS, form, signature, base="https://evil.test") == 403


@pytest.mark.usefixtures("twilio")
@pytest.mark.settings(TWILIO_AUTH_TOKEN_OLD="the one before")
def test_while_the_token_is_changed_both_are_believed(client: Client) -> None:
    message = make_accepted()
    form = {"MessageSid": "SM1", "MessageStatus": "sent"}
    assert post(client, STATUS, form, token="the one before that") == 403
    assert post(client, STATUS, form, token="the one before") == 204
    assert state(message) is S.SENT
    assert post(client, STATUS, form | {"MessageStatus": "delivered"}) == 204
    assert state(message) is S.DELIVERED


@pytest.mark.usefixtures("twilio")
@pytest.mark.parametrize(
    ("algorithm", "answer"), [("HMAC_SHA256", 204), ("HMAC_SHA1", 403), ("HMAC_MD5", 403)]
)
def test_the_signature_is_checked_by_the_algorithm_that_the_header_names(
    algorithm: str, answer: int, client: Client
) -> None:
    make_accepted()
    form = {"MessageSid": "SM1", "MessageStatus": "sent"}
    signed = RequestValidator(twilio_peer.TOKEN).compute_signature(f"{BASE}{STATUS}", form, "HMAC_SHA256")
    headers = {
        "X-Twilio-Signature": signed,
        "X-Twilio-Webhooks-Signature-Settings": f"key=webhooks_1,algorithm={algorithm}",
    }
    assert client.post(STATUS, data=form, headers=headers, base_url=BASE).status_code == answer


def test_without_a_token_no_receipt_is_believed(client: Client) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    signature = twilio_peer.sign(f"http://127.0.0.1:5000{STATUS}", form, token="")
    assert unsigned(client, STATUS, form, signature, base="http://127.0.0.1:5000") == 403


@pytest.mark.usefixtures("twilio")
def test_a_text_that_comes_in_is_kept_once(client: Client) -> None:
    form = {"MessageSid": "SM5", "From": "+821000000001", "Body": "취소해 주세요"}
    assert [post(client, INBOUND, form) for _ in range(2)] == [204, 204]
    (kept,) = db.session.scalars(select(InboundMessage))
    assert (kept.from_number, kept.body, kept.received_at) == ("+821000000001", "취소해 주세요", now())


def test_the_gateway_is_the_one_that_is_set(twilio: TwilioGateway, settings: Settings) -> None:
    assert isinstance(gateways.choose(settings), TwilioGateway)
    screen = replace(settings, sms_gateway="screen")
    assert isinstance(gateways.choose(screen), gateways.ScreenGateway)
