"""The pages that an office looks at all day, in an office of ten years and in one a hundredth of its size.

Claims: the median of each is at most 16 times that of a bare Flask page that renders a constant template in
the same process, and at most 1.3 times its own median in the small office; a web process stays under 320 MB,
of which the compiler of the dispatch core takes 110.
Asked over HTTP on the loopback with connections kept open, signed in, one request at a time, everything
interleaved, so that whatever else the machine does falls on all alike.
"""

import http.client
import os
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psutil

from benchmarks import office
from benchmarks.claims import Claim
from benchmarks.scale import BIG, SMALL, TODAY

ROUNDS = 300
WARM_UP = 15
MOST_BASELINES, MOST_SMALLS, MOST_MB = 16.0, 1.3, 320  # ten milliseconds or so: nobody waits for that
BARE = "/bare/"


@dataclass(slots=True)
class Server:
    """One web process as an office runs it, and one browser that is signed in."""

    process: subprocess.Popen[bytes]
    browser: http.client.HTTPConnection
    paths: dict[str, list[str]]
    cookie: str = ""
    took: dict[str, list[float]] = field(default_factory=dict)

    def get(self, path: str) -> tuple[int, bytes, str]:
        self.browser.request("GET", path, headers={"Cookie": self.cookie})
        answer = self.browser.getresponse()
        return answer.status, answer.read(), answer.headers.get("Set-Cookie", "")

    def measure(self, page: str, turn: int) -> None:
        paths = self.paths[page]
        begun = time.perf_counter()
        status, _, _ = self.get(paths[turn % len(paths)])
        took = (time.perf_counter() - begun) * 1000
        if status != 200:
            raise SystemExit(f"{paths[turn % len(paths)]} answers {status}")
        self.took.setdefault(page, []).append(took)

    def sign_in(self) -> None:
        _, page, cookie = self.get("/sign-in")
        self.cookie = cookie.partition(";")[0]
        token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
        form = {
            "login": "bench",
            "password": office.PASSWORD,
            "csrf_token": token[1].decode() if token else "",
        }
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.browser.request("POST", "/sign-in", urlencode(form), headers)
        answer = self.browser.getresponse()
        answer.read()
        self.cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
        if answer.status != 303:
            raise SystemExit(f"signing in answers {answer.status}")

    def megabytes(self) -> float:
        """The worker's own resident memory, shared pages counted in full."""
        workers = psutil.Process(self.process.pid).children()
        return max(worker.memory_info().rss for worker in workers) / 1e6


def measure(*, anew: bool = False) -> dict[str, Any]:
    """Everything as JSON; `passed` says whether each claim holds."""
    files = {size.name: office.build(size, anew=anew) for size in (SMALL, BIG)}
    with serving(files["small"]) as small, serving(files["big"]) as big:
        for server in (small, big):
            server.sign_in()
        for turn in range(WARM_UP):
            _round(small, big, turn)
        for server in (small, big):
            server.took.clear()
        for turn in range(ROUNDS):
            _round(small, big, turn)
        return _figures(small, big)


def _round(small: Server, big: Server, turn: int) -> None:
    for page in small.paths:
        for server in (small, big) if turn % 2 else (big, small):
            server.measure(page, turn)


def _figures(small: Server, big: Server) -> dict[str, Any]:
    baseline = statistics.median(big.took["bare"])
    pages = {}
    for page in big.paths:
        median, of_small = (statistics.median(server.took[page]) for server in (big, small))
        pages[page] = {
            "median_ms": round(median, 2),
            "p95_ms": round(statistics.quantiles(big.took[page], n=20)[-1], 2),
            "small_ms": round(of_small, 2),
            "to_baseline": round(median / baseline, 2),
            "to_small": round(median / of_small, 2),
            "passed": page == "bare"
            or (median <= MOST_BASELINES * baseline and median <= MOST_SMALLS * of_small),
        }
    megabytes = big.megabytes()
    return {
        "rounds": ROUNDS,
        "residents": BIG.residents,
        "requests": BIG.requests,
        "visits": BIG.visits,
        "baseline_ms": round(baseline, 2),
        "pages": pages,
        "memory_mb": round(megabytes, 1),
        "passed": megabytes < MOST_MB and all(page["passed"] for page in pages.values()),
    }


def claims(figures: dict[str, Any]) -> list[Claim]:
    """Each page beside the bare one and beside itself in the small office; the memory."""
    found = []
    for name, page in figures["pages"].items():
        if name != "bare":
            ours, small = page["median_ms"], page["small_ms"]
            found.append(Claim(name, ours, figures["baseline_ms"], "a bare page", MOST_BASELINES))
            found.append(Claim(name, ours, small, "a small office", MOST_SMALLS))
    memory = figures["memory_mb"]
    return [*found, Claim("memory of the web process", memory, MOST_MB, "what it may take", 1.0, "MB")]


@contextmanager
def serving(file: Path) -> Iterator[Server]:
    """gunicorn with one worker, as `make run` starts it, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [
        *(sys.executable, "-m", "gunicorn", "benchmarks.served:make()", f"--bind=127.0.0.1:{port}"),
        *("--worker-class=gthread", "--workers=1", "--threads=8", "--keep-alive=60", "--log-level=error"),
        "--no-control-socket",
    ]
    process = subprocess.Popen(
        command, env={**os.environ, **office.environ(file)}, cwd=Path(__file__).parent.parent
    )
    try:
        browser = _wait(port, process)
        yield Server(process, browser, _paths(file))
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> http.client.HTTPConnection:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        browser = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            browser.request("GET", BARE)
            browser.getresponse().read()
        except OSError:
            browser.close()
            time.sleep(0.2)
            continue
        return browser
    raise SystemExit("the web process did not start")


def _paths(file: Path) -> dict[str, list[str]]:
    """Fifty requests and callers of the last weeks; the day with its 44 visits; the rest."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT r.number, p.number FROM service_requests r"
            " JOIN person_phones p ON p.person_id = r.resident_id"
            " WHERE r.logged_on BETWEEN ? AND ? GROUP BY r.number HAVING r.logged_on = max(r.logged_on)"
            " ORDER BY r.id DESC LIMIT 50",
            ("2026-10-26", "2026-11-20"),
        ).fetchall()
    return {
        "bare": [BARE],
        "request page": [f"/requests/{quote(number)}" for number, _ in rows],
        "day board": [f"/board?day={TODAY}"],
        "work list": ["/work"],
        "call page": ["/calls/new"],
        "known caller": [f"/calls/new?phone={quote(phone)}" for _, phone in rows],
    }
