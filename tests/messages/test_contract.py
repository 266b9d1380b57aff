"""Every request that we make keeps the contract: Prism reads Twilio's OpenAPI file and refuses the rest.

What our own Twilio answers goes by the same file, so that it cannot drift from theirs.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from twilio.base.exceptions import TwilioRestException

from handyman.extensions import db, now
from handyman.messages import announce, doubt, outbox
from handyman.messages.gateways import Answer, Gateway, Outgoing, TwilioGateway
from handyman.models import Channel, Message, MessageState
from tests import twilio
from tests.conftest import Clock
from tests.factories import make_message, make_person, make_request, make_resident, make_visit
from tests.plugins.contract import Contract

SERVICE = "MG" + "1" * 32
TEXT = Outgoing(7, 2, "+821000000001", "[동작핸디맨] 안녕하십니까", 600, datetime.max.replace(tzinfo=UTC))
CALL = replace(TEXT, to="+8228200001", channel=Channel.VOICE)
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)
BOTH = pytest.mark.parametrize("text", [TEXT, CALL], ids=["text", "call"])


@pytest.fixture
def behind(contract: Contract, clock: Clock) -> twilio.Peer:
    """The Twilio behind the contract, of this test's own."""
    peer = contract.behind()
    peer.clock = clock
    return peer


@pytest.fixture
def app(
    make_app: Callable[..., Flask],
    contract: Contract,
    behind: twilio.Peer,
    request: pytest.FixtureRequest,
) -> Iterator[Flask]:
    """An office that differs from a real one in `TWILIO_API_BASE` alone."""
    environ = {
        "SMS_GATEWAY": "twilio",
        "TWILIO_ACCOUNT_SID": twilio.ACCOUNT,
        "TWILIO_AUTH_TOKEN": twilio.TOKEN,
        "TWILIO_FROM": "+821000000000",
        "TWILIO_API_BASE": contract.address,
        "PUBLIC_BASE_URL": "https://handyman.test",
    }
    for mark in request.node.iter_markers("settings"):
        environ |= mark.kwargs
    app = make_app(**environ)
    with app.app_context():
        yield app


@pytest.fixture
def gateway(app: Flask) -> TwilioGateway:
    settings: Any = app.extensions["settings"]
    return TwilioGateway(settings)


@BOTH
def test_what_we_send_is_what_they_take(text: Outgoing, gateway: Gateway, behind: twilio.Peer) -> None:
    outcome = gateway.send(text)
    assert (outcome.answer, outcome.code) == (Answer.ACCEPTED, "")
    assert [kept["sid"] for kept in behind.taken] == [outcome.provider_id]


@pytest.mark.settings(TWILIO_MESSAGING_SERVICE_SID=SERVICE)
def test_a_text_by_a_messaging_service_is_what_they_take(gateway: Gateway, behind: twilio.Peer) -> None:
    assert gateway.send(TEXT).answer is Answer.ACCEPTED
    assert behind.taken[0]["messaging_service_sid"] == SERVICE


@BOTH
def test_the_lists_are_asked_for_as_they_are_offered(text: Outgoing, gateway: Gateway) -> None:
    sent = gateway.send(text)
    assert gateway.find(text.to, text.body, LONG_AGO, text.channel) == [sent.provider_id]


@BOTH
def test_one_is_asked_for_as_it_is_offered(
    text: Outgoing, gateway: Gateway, behind: twilio.Peer, clock: Clock
) -> None:
    provider_id = gateway.send(text).provider_id or ""
    for status in ("queued", "delivered" if text is TEXT else "completed"):
        found = gateway.status(provider_id)
        assert found is not None
        assert found.word == status
        behind.taken[0]["form"] = {}  # nobody is called in at
        clock.advance(minutes=1)
        twilio.live(behind)


def test_a_text_that_did_not_arrive_tells_its_code_as_it_is_offered(
    gateway: Gateway, behind: twilio.Peer, clock: Clock
) -> None:
    provider_id = gateway.send(replace(TEXT, to="+821099930005")).provider_id or ""
    behind.taken[0]["form"] = {}
    clock.advance(minutes=1)
    twilio.live(behind)
    found = gateway.status(provider_id)
    assert found is not None
    assert (found.word, found.code) == ("undelivered", "30005")


def test_a_day_of_the_outbox_keeps_the_contract(
    gateway: Gateway, behind: twilio.Peer, clock: Clock, app: Flask
) -> None:
    """A text, a call to a landline, and one whose answer is lost and that is found on the list."""
    text = make_message(make_person())
    announce.booked(
        make_visit(make_request(make_resident(phone="+8228200001")), start=now() + timedelta(days=3)), now()
    )
    lost = make_message(make_person())
    db.session.commit()
    behind.faults = [twilio.Handler.accept, twilio.Handler.accept, twilio.break_off]
    outbox.send_due(gateway, now)
    clock.advance(minutes=3)
    doubt.clear_up(gateway, now)
    states = {db.session.get_one(Message, each.id).state for each in (text, lost)}
    assert states == {MessageState.ACCEPTED}
    assert sorted(kept["sid"][:2] for kept in behind.taken) == ["CA", "SM", "SM"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": None},
        {"validity_period": "soon"},
        {"messaging_service_sid": "MG1"},
        {"content_retention": "for ever"},
    ],
    ids="".join,
)
def test_a_request_that_breaks_the_contract_is_refused_and_never_arrives(
    wrong: dict[str, Any], gateway: TwilioGateway, behind: twilio.Peer
) -> None:
    right: dict[str, Any] = {"to": TEXT.to, "body": TEXT.body, "from_": "+821000000000"}
    messages = gateway._line.client.messages
    assert messages.create(**right).sid
    with pytest.raises(TwilioRestException) as refused:
        messages.create(**right | wrong)
    assert (refused.value.status, len(behind.taken)) == (422, 1)


@pytest.mark.settings(TWILIO_MESSAGING_SERVICE_SID="MG1")
def test_a_setting_that_breaks_the_contract_is_noticed(gateway: Gateway, behind: twilio.Peer) -> None:
    outcome = gateway.send(TEXT)
    assert (outcome.answer, outcome.status, behind.taken) == (Answer.UNKNOWN, 422, [])
