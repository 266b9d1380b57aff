"""A provider that drips: each byte comes in time, and the answer never does."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event, Thread

import pytest

from handyman.config import read_settings
from handyman.messages.gateways import Answer, Outgoing, TwilioGateway
from handyman.messages.gateways.solapi import SolapiGateway

TEXT = Outgoing(7, 2, "+821000000001", "[동작핸디맨] 안녕하십니까", 600, datetime.max.replace(tzinfo=UTC))
PATIENCE = (0.5, 0.5)  # seconds
DRIPS, EACH = 200, 0.1  # twenty seconds of them


class Dripping:
    def __init__(self) -> None:
        self.server, self.over, self.ended = socket.create_server(("127.0.0.1", 0)), Event(), Event()
        Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.getsockname()[1]}"

    def _serve(self) -> None:
        with suppress(OSError):
            line, _from = self.server.accept()
            line.recv(65_536)
            line.sendall(b"HTTP/1.1 201 Created\r\nX-Slow: ")
            for _drip in range(DRIPS):
                if self.over.wait(EACH):
                    break
                line.sendall(b"a")
            line.close()
        self.ended.set()


@pytest.fixture
def dripping() -> Iterator[Dripping]:
    provider = Dripping()
    yield provider
    provider.over.set()
    provider.server.close()


@pytest.mark.parametrize("kind", [TwilioGateway, SolapiGateway])
def test_nobody_waits_longer_than_for_a_whole_answer(
    kind: type[TwilioGateway] | type[SolapiGateway], dripping: Dripping
) -> None:
    settings = read_settings(
        {
            "SECRET_KEY": "only for tests",
            "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
            "TWILIO_AUTH_TOKEN": "t" * 32,
            "TWILIO_FROM": "+821000000000",
            "TWILIO_API_BASE": dripping.address,
            "SOLAPI_API_KEY": "k",
            "SOLAPI_API_SECRET": "s",
            "SOLAPI_FROM": "028200000",
            "SOLAPI_API_BASE": dripping.address,
        }
    )
    outcome = kind(settings, PATIENCE).send(TEXT)
    assert not dripping.ended.is_set(), "it waited for all of it"
    assert (outcome.answer, outcome.code) == (Answer.UNKNOWN, "TimeoutError")
