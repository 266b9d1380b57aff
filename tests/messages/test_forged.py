"""Whoever calls in: forged, replayed, out of order, unknown or absurd, at every address that Twilio has."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from handyman.extensions import db, now
from handyman.messages import announce
from handyman.models import (
    Answer,
    DeliveryEvent,
    InboundMessage,
    KeyPress,
    Message,
    MessageKind,
    MessageState,
    ReachAnswer,
)
from tests.conftest import Client
from tests.factories import make_message, make_person, make_request, make_resident, make_visit
from tests.twilio import TOKEN, sign

S = MessageState
BASE = "https://handyman.test"
STATUS, VOICE, KEY, INBOUND = (f"/hooks/twilio/{each}" for each in ("status", "voice", "key", "inbound"))
HOOKS = (STATUS, VOICE, KEY, INBOUND)
EVERY_HOOK = pytest.mark.parametrize("hook", HOOKS)
SAYS = {
    "MessageSid": "SM1",
    "MessageStatus": "delivered",
    "CallSid": "CA1",
    "Digits": "1",
    "From": "+821000000001",
    "Body": "1",
}
ABSURD = ("0", "-1", "x", "", "2147483648", "9223372036854775808", "9" * 200, "1e9", "%EF%BC%99", "%00")
pytestmark = pytest.mark.usefixtures("session", "twilio")


def post(
    client: Client, url: str, form: dict[str, str], signature: str | None = None, base: str = BASE
) -> int:
    headers = {"X-Twilio-Signature": sign(f"{BASE}{url}", form) if signature is None else signature}
    return client.post(url, data=form, headers=headers, base_url=base).status_code


def make_call(state: MessageState = S.ACCEPTED) -> Message:
    """A booking told by a call that Twilio has taken."""
    visit = make_visit(make_request(make_resident(phone="+8228200001")), start=now() + timedelta(days=3))
    announce.booked(visit, now())
    wanted = select(Message).where(Message.kind == MessageKind.RESIDENT_BOOKED)
    call = db.session.scalars(wanted).one()
    call.state, call.attempt, call.provider, call.provider_id = state, 1, "twilio", "CA1"
    db.session.commit()
    return call


def of(call: Message, hook: str, step: int | None = None) -> str:
    return f"{hook}?outbox={call.id}&attempt=1" + (f"&step={step}" if step is not None else "")


def state(message: Message) -> MessageState:
    db.session.refresh(message)
    return message.state


def kept() -> list[int]:
    """How many receipts, keys, answers and texts are kept."""
    tables = (DeliveryEvent, KeyPress, ReachAnswer, InboundMessage)
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


@EVERY_HOOK
def test_what_twilio_did_not_sign_is_refused_and_leaves_nothing(hook: str, client: Client) -> None:
    call = make_call()
    url = of(call, hook, 1)
    right = sign(f"{BASE}{url}", SAYS)
    forged = {
        "none": "",
        "of another token": sign(f"{BASE}{url}", SAYS, "somebody else's"),
        "of an empty token": sign(f"{BASE}{url}", SAYS, ""),
        "of another host": sign(f"https://evil.test{url}", SAYS),
        "of another call": sign(f"{BASE}{url}".replace("attempt=1", "attempt=2"), SAYS),
        "of another hook": sign(f"{BASE}/hooks/twilio/other?outbox={call.id}&attempt=1&step=1", SAYS),
        "of other words": sign(f"{BASE}{url}", SAYS | {"Digits": "2"}),
        "cut off": right[:-4],
        "not of letters": "é\x7f",
    }
    for what, signature in forged.items():
        assert post(client, url, SAYS, signature) == 403, what
    assert post(client, url, SAYS | {"Extra": "x"}, right) == 403
    assert client.post(url, data=SAYS, base_url=BASE).status_code == 403
    assert (kept(), state(call)) == ([0, 0, 0, 0], S.ACCEPTED)


@EVERY_HOOK
def test_a_host_header_decides_nothing(hook: str, client: Client) -> None:
    url = of(make_call(), hook, 1)
    evil = "https://evil.test"
    assert post(client, url, SAYS, sign(f"{evil}{url}", SAYS), base=evil) == 403
    assert kept() == [0, 0, 0, 0]


@EVERY_HOOK
def test_nobody_looks_at_it_with_a_browser(hook: str, client: Client) -> None:
    assert client.get(hook, base_url=BASE).status_code == 405


@EVERY_HOOK
@pytest.mark.settings(TWILIO_AUTH_TOKEN_OLD="the one before")
def test_while_the_token_is_changed_both_are_believed(hook: str, client: Client) -> None:
    url = of(make_call(), hook, 1)
    assert post(client, url, SAYS, sign(f"{BASE}{url}", SAYS, "the one before that")) == 403
    assert kept() == [0, 0, 0, 0]
    assert post(client, url, SAYS, sign(f"{BASE}{url}", SAYS, "the one before")) in (200, 204)
    assert sum(kept()) > 0


@EVERY_HOOK
def test_the_longer_signature_counts_where_its_header_names_it(hook: str, client: Client) -> None:
    url = of(make_call(), hook, 1)
    signature = RequestValidator(TOKEN).compute_signature(f"{BASE}{url}", SAYS, "HMAC_SHA256")
    headers = {"X-Twilio-Signature": signature}
    assert client.post(url, data=SAYS, headers=headers, base_url=BASE).status_code == 403
    headers["X-Twilio-Webhooks-Signature-Settings"] = "key=webhooks_1,algorithm=HMAC_SHA256"
    assert client.post(url, data=SAYS, headers=headers, base_url=BASE).status_code in (200, 204)
    assert sum(kept()) > 0


def test_an_address_without_a_query_is_signed_without_its_question_mark(client: Client) -> None:
    make_call()
    form = {"MessageSid": "CA1", "MessageStatus": "sent"}
    assert post(client, STATUS, form, sign(f"{BASE}{STATUS}?", form)) == 403
    assert post(client, f"{STATUS}?", form, sign(f"{BASE}{STATUS}", form)) == 204
    assert kept()[0] == 1


def test_the_whole_form_counts_also_what_we_do_not_read(client: Client) -> None:
    call = make_call()
    form = {
        "CallSid": "CA1",
        "CallStatus": "in-progress",
        "가": "나",
        "Empty": "",
        "ApiVersion": "2010-04-01",
    }
    assert post(client, of(call, STATUS), form) == 204
    assert state(call) is S.SENT


@EVERY_HOOK
@pytest.mark.parametrize("absurd", ABSURD)
def test_absurd_figures_are_taken_in_silence(hook: str, absurd: str, client: Client) -> None:
    call = make_call()
    url = f"{hook}?outbox={absurd}&attempt={absurd}&step={absurd}"
    assert post(client, url, SAYS | {"CallSid": "CA9"}) in (200, 204)
    assert state(call) is S.ACCEPTED
    url = f"{hook}?outbox={call.id}&attempt={absurd}&step={absurd}"
    assert post(client, url, SAYS | {"CallSid": "CA9"}) in (200, 204)
    assert state(call) is S.ACCEPTED


@EVERY_HOOK
def test_absurd_words_are_taken_in_silence(hook: str, client: Client) -> None:
    call = make_call()
    names = (*SAYS, "SmsSid", "CallStatus", "ErrorCode", "OptOutType")
    for words in ("", "\0", "x" * 9_000, "🔨" * 50, "' OR 1=1 --"):
        assert post(client, of(call, hook, 1), dict.fromkeys(names, words)) in (200, 204), words[:9]
    assert state(call) in (S.ACCEPTED, S.SENT)
    assert kept()[2] == 0


def test_a_replayed_receipt_is_kept_once(client: Client) -> None:
    call = make_call()
    form = {"CallSid": "CA1", "CallStatus": "busy"}
    assert [post(client, of(call, STATUS), form) for _ in range(3)] == [204] * 3
    assert kept()[0] == 1
    rings = select(func.count()).select_from(Message).where(Message.follows_id == call.id)
    assert db.session.scalar(rings) == 1, "rung once more, not three times"


@pytest.mark.parametrize(
    ("statuses", "ends"),
    [
        (("ringing", "in-progress", "completed"), S.UNDELIVERED),
        (("completed", "in-progress", "ringing"), S.UNDELIVERED),
        (("in-progress", "ringing"), S.SENT),
        (("busy", "completed", "no-answer"), S.UNDELIVERED),
        (("canceled", "ringing"), S.FAILED),
        (("a word of tomorrow",), S.ACCEPTED),
    ],
)
def test_receipts_of_a_call_move_it_forward_in_any_order(
    statuses: tuple[str, ...], ends: MessageState, client: Client
) -> None:
    call = make_call()
    for status in statuses:
        assert post(client, of(call, STATUS), {"CallSid": "CA1", "CallStatus": status}) == 204
    assert state(call) is ends


def test_a_replayed_key_counts_once_and_never_as_another_one(client: Client) -> None:
    call = make_call()
    url = of(call, KEY, 1)
    first = {"CallSid": "CA1", "Digits": "1"}
    assert [post(client, url, first) for _ in range(3)] == [200] * 3
    assert post(client, url, first | {"Digits": "2"}) == 200
    assert db.session.scalars(select(ReachAnswer.answer)).all() == [Answer.GOOD]
    assert (kept()[1], state(call)) == (1, S.DELIVERED)


def test_a_key_that_comes_after_the_end_of_the_call_counts(client: Client) -> None:
    call = make_call()
    post(client, of(call, STATUS), {"CallSid": "CA1", "CallStatus": "completed"})
    assert state(call) is S.UNDELIVERED
    post(client, of(call, KEY, 1), {"CallSid": "CA1", "Digits": "1"})
    assert db.session.scalars(select(ReachAnswer.answer)).all() == [Answer.GOOD]
    assert call.told_at is not None


def test_a_key_of_a_text_or_of_a_try_that_was_never_made_is_nobodys(client: Client) -> None:
    call, text = make_call(), make_message(make_person(), state=S.ACCEPTED, attempt=1)
    for url in (of(text, KEY, 1), of(call, KEY, 1).replace("attempt=1", "attempt=2")):
        assert post(client, url, {"CallSid": "CA1", "Digits": "1"}) == 200
    assert (kept()[1:3], state(call), state(text)) == ([0, 0], S.ACCEPTED, S.ACCEPTED)


def test_a_text_that_is_told_twice_comes_in_once(client: Client) -> None:
    form = {"MessageSid": "SM5", "From": "+821000000001", "Body": "몇 시에 오시나요"}
    assert [post(client, INBOUND, form) for _ in range(3)] == [204] * 3
    assert kept()[3] == 1
