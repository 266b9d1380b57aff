"""Prism before our own Twilio: it lets through what Twilio's own OpenAPI file allows, and refuses the rest.

One process for the whole run, for it needs some seconds to start. Without it the tests skip; in CI they fail.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests import twilio
from tests.skipping import must_run, say_skipped
from tools.shell import PROGRAMS, ROOT

OURS = ROOT / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
PRISM = Path(os.environ.get("PRISM_PATH") or OURS)
SERVICES = ROOT / "node_modules" / "@twilio" / "cli-core" / "src" / "services" / "twilio-api"
CONTRACT = SERVICES / "twilio_api_v2010.json"
WITHOUT = "contract tests were skipped, for Prism or node was not found: run `make setup`"
STARTS_WITHIN = 90  # seconds


@dataclass(frozen=True, slots=True)
class Contract:
    """Where Prism listens, and the Twilio behind it."""

    address: str
    server: ThreadingHTTPServer

    def behind(self) -> twilio.Peer:
        """A new one, that has taken nothing yet."""
        peer = twilio.Peer()
        self.server.RequestHandlerClass.peer = peer  # type: ignore[attr-defined]
        return peer


@pytest.fixture(scope="session")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Contract]:
    node = shutil.which("node") or shutil.which("node", path=str(PROGRAMS))
    if node is None or not (PRISM.exists() and CONTRACT.exists()):
        (pytest.fail if must_run() else pytest.skip)(WITHOUT)
    folder = tmp_path_factory.mktemp("contract")
    peer, server = twilio.start()
    port = _free_port()
    order = [node, str(PRISM), "proxy", str(_readable(folder)), peer.address, "--errors", "--port", str(port)]
    with (folder / "prism.log").open("w") as log, subprocess.Popen(order, stdout=log, stderr=log) as prism:
        try:
            _wait(prism, port, folder / "prism.log")
            yield Contract(f"http://127.0.0.1:{port}", server)
        finally:
            prism.kill()
            server.shutdown()
            server.server_close()


def _readable(folder: Path) -> Path:
    """A copy without the format `uri`, which Twilio's own examples break."""
    copy = folder / CONTRACT.name
    copy.write_text(json.dumps(_without_uri(json.loads(CONTRACT.read_text()))))
    return copy


def _without_uri(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_uri(each) for each in node]
    if isinstance(node, dict):
        kept = {name: _without_uri(value) for name, value in node.items()}
        return {name: value for name, value in kept.items() if (name, value) != ("format", "uri")}
    return node


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(prism: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and prism.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"Prism did not start: {log.read_text()[-500:]}")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    say_skipped(config, WITHOUT)
