"""A Twilio of our own: a real HTTP server on loopback that keeps messages, refuses, hangs and breaks off."""

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator

ACCOUNT, TOKEN = "AC" + "0" * 32, "a token for tests"
Fault = Callable[["Handler"], None]


@dataclass
class Peer:
    """What it has taken, and what it will do wrong next."""

    taken: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    while_asked: Callable[[], object] = lambda: None
    address: str = ""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    lag: timedelta = timedelta(0)  # how long a text is not on the list that was taken

    def is_listed(self, message: dict[str, Any]) -> bool:
        return parsedate_to_datetime(message["date_created"]) <= self.clock() - self.lag

    def take(self, form: dict[str, str], authorised: bool) -> dict[str, Any]:
        spoken = "Url" in form
        sid = f"{'CA' if spoken else 'SM'}{len(self.taken):032d}"
        message = {
            "sid": sid,
            "account_sid": ACCOUNT,
            "to": form["To"],
            "from": form.get("From"),
            "body": form.get("Body"),
            "status": "queued",
            "date_created": format_datetime(self.clock()),
            "num_segments": "1",
            "error_code": None,
        }
        self.taken.append(message | {"form": form, "authorised": authorised})
        return message


class Handler(BaseHTTPRequestHandler):
    """Messages of the 2010 API: create, list and fetch."""

    peer: Peer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.form = {name: values[0] for name, values in parse_qs(body).items()}
        self.peer.while_asked()
        if self.peer.faults:
            self.peer.faults.pop(0)(self)
        else:
            self.accept()

    def do_GET(self) -> None:
        asked = urlsplit(self.path).path.rpartition("/")[2].removesuffix(".json")
        if asked != "Messages":
            return self._fetch(asked)
        to = parse_qs(urlsplit(self.path).query)["To"][0]
        found = [
            {name: value for name, value in each.items() if name not in ("form", "authorised")}
            for each in self.peer.taken
            if each["to"] == to and self.peer.is_listed(each)
        ]
        self.answer(200, {"messages": found, "next_page_uri": None, "page": 0, "page_size": 50})
        return None

    def _fetch(self, sid: str) -> None:
        """One message as it stands."""
        for each in self.peer.taken:
            if each["sid"] == sid:
                hidden = ("form", "authorised")
                self.answer(200, {name: value for name, value in each.items() if name not in hidden})
                return
        self.answer(404, {"code": 20404, "message": "not found", "status": 404})

    def accept(self) -> None:
        self.answer(201, self.peer.take(self.form, "Authorization" in self.headers))

    def answer(self, status: int, body: object, **headers: str) -> None:
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        pass


def refuse(status: int, code: int | None = None, **headers: str) -> Fault:
    """Not taken: status and error code, as Twilio words it."""
    body = {"code": code, "message": "no", "status": status} if code else "<html>no</html>"
    return lambda handler: handler.answer(status, body, **headers)


def break_off(handler: Handler) -> None:
    """Taken, and the connection dies before the answer."""
    handler.peer.take(handler.form, True)
    handler.connection.shutdown(socket.SHUT_RDWR)


def vanish(handler: Handler) -> None:
    """Not taken, and the connection dies."""
    handler.connection.shutdown(socket.SHUT_RDWR)


def hang(handler: Handler) -> None:
    """Taken, and no answer for longer than anybody waits."""
    handler.peer.take(handler.form, True)
    time.sleep(1.5)


def garble(handler: Handler) -> None:
    """Taken, and an answer that cannot be read."""
    handler.peer.take(handler.form, True)
    handler.answer(201, '{"sid": "SM')


def start() -> tuple[Peer, ThreadingHTTPServer]:
    peer = Peer()
    handler = type("Bound", (Handler,), {"peer": peer})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    peer.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return peer, server


def sign(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, form))
