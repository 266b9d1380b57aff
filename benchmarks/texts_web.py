"""What a web writer waits for while the sender of the same SQLite file works a backlog off.

The writer notes over HTTP that texts were passed on: a small form, written at once, by gunicorn. With the
sender and without it turn about, in the office of the other benches; the provider takes a tenth of a second
for a text.
"""

import shutil
import statistics
import tempfile
import time
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from benchmarks import office as offices
from benchmarks import texts_office as office
from benchmarks.call_pages import token
from benchmarks.claims import Claim
from benchmarks.pages import Server, serving
from benchmarks.scale import NOW, SMALL
from handyman.extensions import db
from handyman.models import Message, MessageState

WORDS = ("texts-web",)
TURNS, IN_A_TURN, WARM_UP = 4, 300, 30
BACKLOG = 20_000  # more than is sent meanwhile
STARTING = 6.0  # seconds until the sender is under way
MOST = 3.0

Json = dict[str, Any]


def report(_chosen: Collection[str]) -> tuple[list[Claim], Json]:
    figures = measure()
    quiet, busy = figures["without"], figures["with"]
    print(
        f"A form written while texts leave at {figures['texts_per_second']} a second: p50/p99 {busy['p50']}/"
        f"{busy['p99']} ms, {quiet['p50']}/{quiet['p99']} ms without."
    )
    return [Claim("web writer beside the sender, p99", busy["p99"], quiet["p99"], "no sender", MOST)], figures


def measure() -> Json:
    base = offices.build(SMALL)
    took: dict[str, list[float]] = {"without": [], "with": []}
    sent = 0.0
    with office.provider() as provider, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "office.sqlite3"
        shutil.copyfile(base, file)
        settings = {
            **office.environ(f"sqlite:///{file}", folder, provider.peer.address),
            "SECRET_KEY": offices.SECRET,
        }
        forms = _fill(settings)
        with serving(file) as server:
            server.sign_in()
            said = token(server)
            _write(server, forms[:WARM_UP], said)
            del forms[:WARM_UP]
            for _ in range(TURNS):
                took["without"] += _write(server, forms[:IN_A_TURN], said)
                del forms[:IN_A_TURN]
                with office.workers(settings, 1):
                    time.sleep(STARTING)
                    before, begun = len(provider.peer.taken), time.monotonic()
                    took["with"] += _write(server, forms[:IN_A_TURN], said)
                    sent = (len(provider.peer.taken) - before) / (time.monotonic() - begun)
                del forms[:IN_A_TURN]
    return {
        "texts_per_second": round(sent),
        **{name: _spread(each) for name, each in took.items()},
    }


def _fill(settings: dict[str, str]) -> list[int]:
    """A backlog, and texts that did not arrive; gives the ids of these."""
    with office.office(settings):
        now = datetime.now(UTC)
        many = WARM_UP + 2 * TURNS * IN_A_TURN
        office.write_texts([NOW - timedelta(hours=1)] * many, 5_000_000, MessageState.FAILED)
        failed = select(Message.id).where(Message.recipient_id >= 5_000_000)
        ids = list(db.session.scalars(failed))
        office.write_texts([now - timedelta(seconds=1)] * BACKLOG, 6_000_000)
        return ids


def _write(server: Server, ids: list[int], said: str) -> list[float]:
    headers = {"Cookie": server.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    took = []
    for each in ids:
        begun = time.perf_counter()
        server.browser.request("POST", f"/messages/{each}/told", urlencode({"csrf_token": said}), headers)
        answer = server.browser.getresponse()
        answer.read()
        took.append((time.perf_counter() - begun) * 1000)
        if answer.status != 303:
            raise SystemExit(f"a text passed on answers {answer.status}")
    return took


def _spread(took: list[float]) -> dict[str, float]:
    spread = statistics.quantiles(took, n=100)
    return {f"p{at}": round(spread[at - 1], 1) for at in (50, 95, 99)}
