"""A telephone's line to the office that is cut where one wants: in what is sent, or in what is answered."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

CHUNK = 65536


class Where(StrEnum):
    SENT = "sent"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Cut:
    where: Where
    after: int  # bytes


Knife = Callable[[bytes], Cut | None]


class Line:
    """Listens on a port of its own. The server behind it answers one request a connection."""

    def __init__(self, server_port: int) -> None:
        self.down = False
        self.knife: Knife = lambda _head: None
        self.requests: list[str] = []
        self.answered = 0  # bytes
        self._server_port = server_port
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def close(self) -> None:
        self._listening.close()

    def _listen(self) -> None:
        with suppress(OSError):  # closed
            while True:
                caller, _ = self._listening.accept()
                threading.Thread(target=self._carry, args=[caller], daemon=True).start()

    def _carry(self, caller: socket.socket) -> None:
        with caller, suppress(OSError):
            head = caller.recv(CHUNK)
            if self.down or not head:
                return
            if head.startswith(b"POST") and head.endswith(b"\r\n\r\n"):
                head += caller.recv(CHUNK)
            self.requests.append(" ".join(head.split(b" ", 2)[i].decode() for i in (0, 1)))
            cut = self.knife(head)
            with socket.create_connection(("127.0.0.1", self._server_port)) as office:
                asking = threading.Thread(target=self._ask, args=[caller, office, head, cut], daemon=True)
                asking.start()
                self._answer(office, caller, cut)
                caller.shutdown(socket.SHUT_RDWR)  # closing alone waits for whoever still listens

    def _ask(self, caller: socket.socket, office: socket.socket, head: bytes, cut: Cut | None) -> None:
        left = cut.after if cut and cut.where is Where.SENT else None
        data = head
        with suppress(OSError):
            while data:
                office.sendall(data if left is None else data[:left])
                if left is not None:
                    left -= len(data)
                    if left <= 0:
                        office.shutdown(socket.SHUT_RDWR)
                        caller.shutdown(socket.SHUT_RDWR)
                        return
                data = caller.recv(CHUNK)

    def _answer(self, office: socket.socket, caller: socket.socket, cut: Cut | None) -> None:
        """Cut or not, the office has heard everything and has said all it had to say."""
        left = cut.after if cut and cut.where is Where.ANSWERED else None
        while data := office.recv(CHUNK):
            if left is None:
                self.answered += len(data)
                caller.sendall(data)
            elif left > 0:
                caller.sendall(data[:left])
            if left is not None:
                left -= len(data)
