"""What goes wrong with a request: before it is taken, or after."""

import socket
import time
from typing import Any

from tests.twilio.state import Fault

STOPPED = "<html>no</html>"


def refuse(status: int, code: int | None = None, **headers: str) -> Fault:
    """Not taken: status and error code, as Twilio words it."""
    body = {"code": code, "message": "no", "more_info": "", "status": status} if code else STOPPED
    return lambda handler: handler.answer(status, body, **headers)


def break_off(handler: Any) -> None:
    """Taken, and the connection dies before the answer."""
    handler.peer.take(handler.form, True)
    handler.connection.shutdown(socket.SHUT_RDWR)


def vanish(handler: Any) -> None:
    """Not taken, and the connection dies."""
    handler.connection.shutdown(socket.SHUT_RDWR)


def hang(handler: Any) -> None:
    """Taken, and no answer for longer than anybody waits."""
    handler.peer.take(handler.form, True)
    time.sleep(2.5)


def garble(handler: Any) -> None:
    """Taken, and an answer that cannot be read."""
    handler.peer.take(handler.form, True)
    handler.answer(201, '{"sid": "SM')


A_FIFTH: tuple[tuple[Fault, float], ...] = (
    (break_off, 0.05),
    (garble, 0.04),
    (vanish, 0.04),
    (refuse(503), 0.05),
    (refuse(429, 20429, Retry_After="20"), 0.04),
)
