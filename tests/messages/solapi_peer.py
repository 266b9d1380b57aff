"""A solapi of our own, a real HTTP server on loopback: checks signatures, keeps texts, refuses, breaks."""

import hmac
import json
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY, SECRET, HOOK_SECRET = "NCSAYU7YDBXYORXC", "a-secret-for-tests", "a-hook-secret"
SIGNED = re.compile(
    r"HMAC-SHA256 apiKey=(\S+), date=(\S+), salt=(\S{12,64}), signature=([0-9a-f]{64})", re.IGNORECASE
)
Fault = Callable[["Handler"], None]


@dataclass
class Peer:
    """What it has taken, and what it will do wrong next."""

    taken: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    signatures: set[str] = field(default_factory=set)
    address: str = ""
    tells_fields: bool = True
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def take(self, message: dict[str, Any]) -> dict[str, Any]:
        row = {
            **message,
            "messageId": f"M4V{len(self.taken):028d}",
            "statusCode": "2000",
            "dateCreated": self.clock().isoformat(),
        }
        self.taken.append(row)
        return row


class Handler(BaseHTTPRequestHandler):
    """Messages of version 4: send and list."""

    peer: Peer

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.peer.asked.append(self.path)
        if self._is_signed():
            (self.peer.faults.pop(0) if self.peer.faults else accept)(self)

    def do_GET(self) -> None:
        self.peer.asked.append(self.path)
        if not self._is_signed():
            return
        wanted = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        found = {row["messageId"]: self._told(row) for row in self.peer.taken if self._fits(row, wanted)}
        self.answer(200, {"limit": 20, "messageList": found, "startKey": None, "nextKey": None})

    def _told(self, row: dict[str, Any]) -> dict[str, Any]:
        return row if self.peer.tells_fields else {**row, "customFields": {}}

    def _fits(self, row: dict[str, Any], wanted: dict[str, str]) -> bool:
        started = datetime.fromisoformat(wanted.get("startDate", "2000-01-01T00:00:00+00:00"))
        return (
            wanted.get("to", row["to"]) == row["to"]
            and wanted.get("messageId", row["messageId"]) == row["messageId"]
            and datetime.fromisoformat(row["dateCreated"]) >= started
        )

    def _is_signed(self) -> bool:
        """By key and secret, now, and each signature once."""
        said = SIGNED.fullmatch(self.headers.get("Authorization", ""))
        if said is None or said[1] != KEY:
            return self.refuse(403, "InvalidAPIKey")
        right = hmac.new(SECRET.encode(), (said[2] + said[3]).encode(), sha256).hexdigest()
        if not hmac.compare_digest(right, said[4]):
            return self.refuse(403, "SignatureDoesNotMatch")
        if abs(datetime.now(UTC) - datetime.fromisoformat(said[2])) > timedelta(minutes=15):
            return self.refuse(403, "RequestTimeTooSkewed")
        if said[4] in self.peer.signatures:
            return self.refuse(403, "DuplicatedSignature")
        self.peer.signatures.add(said[4])
        return True

    def refuse(self, status: int, code: str) -> bool:
        self.answer(status, {"errorCode": code, "errorMessage": "no"})
        return False

    def answer(self, status: int, body: object, **headers: str) -> None:
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        pass


def accept(handler: Handler) -> None:
    rows = [handler.peer.take(message) for message in handler.body["messages"]]
    listed = [{"messageId": row["messageId"], "statusCode": "2000", "statusMessage": "ok"} for row in rows]
    count = {"total": len(rows), "registeredSuccess": len(rows), "registeredFailed": 0}
    handler.answer(200, {"failedMessageList": [], "groupInfo": {"count": count}, "messageList": listed})


def register_none(code: str) -> Fault:
    """Answers well, and has taken nothing."""
    failed = [{"to": "01000000001", "statusCode": code, "statusMessage": "no", "messageId": "M4VX"}]
    return lambda handler: handler.answer(200, {"failedMessageList": failed, "groupInfo": {}})


def refuse(status: int, code: str = "", **headers: str) -> Fault:
    body: object = {"errorCode": code, "errorMessage": "no"} if code else "<html>no</html>"
    return lambda handler: handler.answer(status, body, **headers)


def break_off(handler: Handler) -> None:
    """Taken, and the connection dies before the answer."""
    handler.peer.take(handler.body["messages"][0])
    handler.connection.shutdown(socket.SHUT_RDWR)


def vanish(handler: Handler) -> None:
    """Not taken, and the connection dies."""
    handler.connection.shutdown(socket.SHUT_RDWR)


def hang(handler: Handler) -> None:
    """Taken, and no answer for longer than anybody waits."""
    handler.peer.take(handler.body["messages"][0])
    time.sleep(1.5)


def garble(handler: Handler) -> None:
    """Taken, and an answer that cannot be read."""
    handler.peer.take(handler.body["messages"][0])
    handler.answer(200, '{"messageList": [{"messageId": "M4')


def start() -> tuple[Peer, ThreadingHTTPServer]:
    peer = Peer()
    handler = type("Bound", (Handler,), {"peer": peer})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    peer.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return peer, server
