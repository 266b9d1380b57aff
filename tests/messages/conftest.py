"""An office that sends by Twilio, and the Twilio that it sends to."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from handyman.messages import gateways
from tests.conftest import Clock
from tests.messages import twilio_peer


@pytest.fixture
def peer(clock: Clock) -> Iterator[twilio_peer.Peer]:
    peer, server = twilio_peer.start()
    peer.clock = clock
    yield peer
    server.shutdown()
    server.server_close()


@pytest.fixture
def app(make_app: Callable[..., Flask], peer: twilio_peer.Peer, request: pytest.FixtureRequest) -> Flask:
    """Sends by Twilio where the test asks for `twilio`, else to the screen."""
    environ: dict[str, str] = {}
    if "twilio" in request.fixturenames:
        environ = {
            "SMS_GATEWAY": "twilio",
            "TWILIO_ACCOUNT_SID": twilio_peer.ACCOUNT,
            "TWILIO_AUTH_TOKEN": twilio_peer.TOKEN,
            "TWILIO_FROM": "+821000000000",
            "TWILIO_API_BASE": peer.address,
            "PUBLIC_BASE_URL": "https://handyman.test",
        }
    for mark in request.node.iter_markers("settings"):
        environ |= mark.kwargs
    return make_app(**environ)


@pytest.fixture
def twilio(app: Flask) -> gateways.TwilioGateway:
    """The real gateway with the real client, less patient."""
    settings: Any = app.extensions["settings"]
    return gateways.TwilioGateway(settings, patience=(5, 2))
