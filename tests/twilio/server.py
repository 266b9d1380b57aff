"""The 2010 API over HTTP: create, list and fetch, of messages and of calls."""

import base64
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.twilio import faults, ledger, numbers
from tests.twilio.state import ACCOUNT, TOKEN, Peer, shown

PATH = re.compile(rf"/2010-04-01/Accounts/{ACCOUNT}/(Messages|Calls)(?:/(\w+))?\.json")
KEY = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
E164 = re.compile(r"\+\d{7,15}")
LETTERS = {"Messages": "SM", "Calls": "CA"}


class Handler(BaseHTTPRequestHandler):
    """One request. A fault is given it instead of `accept`."""

    peer: Peer
    timeout = 20
    form: dict[str, str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.form = {name: " ".join(values) for name, values in parse_qs(body).items()}
        with self.peer.lock:
            self.peer.requests += 1
        self.peer.while_asked()
        if refusal := self._refusal():
            refusal(self)
        elif fault := self.peer.next_fault():
            fault(self)
        else:
            self.accept()

    def do_GET(self) -> None:
        if self.path == "/ledger":
            self.answer(200, ledger.ledger(self.peer))
            return
        if not self._is_ours():
            faults.refuse(401, 20003)(self)
            return
        found = PATH.fullmatch(urlsplit(self.path).path)
        if found is None:
            faults.refuse(404, 20404)(self)
        elif found[2]:
            self._fetch(found[2])
        else:
            self._list(found[1])

    def accept(self) -> None:
        self.answer(201, self.peer.take(self.form, self._is_ours()))

    def answer(self, status: int, body: object, **headers: str) -> None:
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        kind = "text/html" if isinstance(body, str) and body.startswith("<") else "application/json"
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        pass

    def _is_ours(self) -> bool:
        return self.headers.get("Authorization") == KEY

    def _refusal(self) -> Any:
        """What it looks at before anything else, in Twilio's order."""
        found = PATH.fullmatch(urlsplit(self.path).path)
        if not self._is_ours():
            return faults.refuse(401, 20003)
        if found is None or found[2]:
            return faults.refuse(404, 20404)
        if self.peer.is_too_fast():
            return faults.refuse(429, 20429, Retry_After="1")
        if refused := numbers.refusal(self.form.get("To", "")):
            return faults.refuse(*refused)
        return _complaint(self.form)

    def _list(self, folder: str) -> None:
        """The newest first. What was taken just now is not on it yet."""
        asked = parse_qs(urlsplit(self.path).query)
        to, size = asked.get("To", [None])[0], int(asked.get("PageSize", ["50"])[0])
        with self.peer.lock:
            found = [
                shown(each)
                for each in reversed(self.peer.taken)
                if each["sid"].startswith(LETTERS[folder])
                and to in (None, each["to"])
                and self.peer.is_listed(each)
            ][:size]
        here = urlsplit(self.path)._replace(scheme="", netloc="").geturl()
        page = {
            "page": 0,
            "page_size": size,
            "start": 0,
            "end": max(0, len(found) - 1),
            "uri": here,
            "first_page_uri": here,
            "next_page_uri": None,
            "previous_page_uri": None,
        }
        self.answer(200, {folder.lower(): found, **page})

    def _fetch(self, sid: str) -> None:
        """One message or call as it stands."""
        with self.peer.lock:
            kept = next((shown(each) for each in self.peer.taken if each["sid"] == sid), None)
        if kept is None:
            faults.refuse(404, 20404)(self)
        else:
            self.answer(200, kept)


def start(port: int = 0, peer: Peer | None = None) -> tuple[Peer, ThreadingHTTPServer]:
    peer = peer or Peer()
    handler = type("Bound", (Handler,), {"peer": peer})
    server = Server(("127.0.0.1", port), handler)
    peer.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return peer, server


class Server(ThreadingHTTPServer):
    request_queue_size = 128  # several senders at once, each with a connection for every text

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked was killed meanwhile: nothing to say."""


def _complaint(form: dict[str, str]) -> Any:
    """What is missing or malformed, by Twilio's codes."""
    if not E164.fullmatch(form.get("To", "")):
        return faults.refuse(400, 21211)
    if "Url" in form:
        return None if form.get("From") else faults.refuse(400, 21213)
    if not (form.get("From") or form.get("MessagingServiceSid")):
        return faults.refuse(400, 21603)
    return None if form.get("Body") else faults.refuse(400, 21602)
