"""What Lighthouse says of the call page and the board on a desk, and of a job on a telephone.

Accessibility and best practices want every point; performance 90 of 100 on a desk, 95 on a telephone, where
Lighthouse thinks itself a slow one on a slow line. Of three looks the middle one counts, as it advises. A job
comes in at most 10 requests and 100 KB.
"""

import http.client
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.claims import Claim
from tools.browser import find
from tools.shell import PROGRAMS, ROOT

WORDS = ("lighthouse",)
LIGHTHOUSE = Path(__file__).parent / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
LOOKS = 3
POINTS = 100
PAGES = {"call page": ("desktop", 90), "board": ("desktop", 90), "job": ("mobile", 95)}
FULL = ("accessibility", "best-practices")
MOST_REQUESTS, MOST_KB = 10, 100
MEMBERS = 11  # of the demo
GOES = ("출발했습니다", "맡아 주셔서 고맙습니다")  # of a day at work; in the evening, of a day to come
STARTS_WITHIN = 90  # seconds, with the demo's data
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
JOB = re.compile(r'href="https?://[^/"]+(/[0-9A-Za-z]{8})"')

Json = dict[str, Any]


def report(_chosen: Collection[str]) -> tuple[list[Claim], Json]:
    node = shutil.which("node") or shutil.which("node", path=str(PROGRAMS))
    chromium = find()
    if node is None or chromium is None or not LIGHTHOUSE.exists():
        print("Lighthouse was not asked: it needs node, a Chromium, and `npm ci` in benchmarks/lighthouse.")
        return [], {}
    figures = measure(node, chromium)
    for name, page in figures.items():
        print(f"{name}: performance {page['performance']}, {page['requests']} requests, {page['kb']} KB.")
    return [claim for name, page in figures.items() for claim in _claims(name, page)], figures


def measure(node: str, chromium: str) -> Json:
    with tempfile.TemporaryDirectory() as folder, _office(Path(folder)) as port:
        cookie = _sign_in(port)
        paths = {"call page": "/calls/new", "board": "/board", "job": _job(port, cookie)}
        headers = Path(folder) / "headers.json"
        headers.write_text(json.dumps({"Cookie": cookie}))
        figures = {}
        for name, (kind, _least) in PAGES.items():
            order = [
                *(node, str(LIGHTHOUSE), f"http://127.0.0.1:{port}{paths[name]}"),
                *("--quiet", "--output=json", f"--only-categories={','.join((*FULL, 'performance'))}"),
                "--chrome-flags=--headless=new --no-sandbox",
                *(["--preset=desktop", f"--extra-headers={headers}"] if kind == "desktop" else []),
            ]
            figures[name] = _judged(order, {**os.environ, "CHROME_PATH": chromium})
        return figures


def _judged(order: list[str], environ: dict[str, str]) -> Json:
    looks = []
    for _ in range(LOOKS):
        done = subprocess.run(order, env=environ, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"Lighthouse gave up: {done.stderr[-300:]}")
        looks.append(json.loads(done.stdout))
    points = {
        name: [round(POINTS * look["categories"][name]["score"]) for look in looks]
        for name in (*FULL, "performance")
    }
    sent = looks[0]["audits"]["network-requests"]["details"]["items"]
    return {
        **{name: min(points[name]) for name in FULL},
        "performance": round(statistics.median(points["performance"])),
        "requests": len(sent),
        "kb": round(sum(each["transferSize"] for each in sent) / 1000, 1),
        "lost": sorted({audit for look in looks for name in FULL for audit in _lost(look, name)}),
    }


def _lost(look: Json, category: str) -> Iterator[str]:
    """The names of what took points away."""
    for each in look["categories"][category]["auditRefs"]:
        score = look["audits"][each["id"]]["score"]
        if each["weight"] and score is not None and score < 1:
            yield each["id"]


def _claims(name: str, page: Json) -> list[Claim]:
    kind, least = PAGES[name]
    missing = [
        Claim(f"{name}, {category}", float(POINTS - page[category]), 0.0, "points lost", 1.0, "")
        for category in FULL
    ]
    slow = float(POINTS - page["performance"])
    missing.append(Claim(f"{name}, performance", slow, float(POINTS - least), "points lost", 1.0, ""))
    if kind == "mobile":
        missing.append(Claim(f"{name}, requests", page["requests"], MOST_REQUESTS, "at once", 1.0, ""))
        missing.append(Claim(f"{name}, first load", page["kb"], MOST_KB, "on the line", 1.0, "KB"))
    return missing


@contextmanager
def _office(folder: Path) -> Iterator[int]:
    """As `make run` starts it, with the demo's data."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    environ = {**os.environ, "INSTANCE_PATH": str(folder), "PORT": str(port)}
    with subprocess.Popen(
        [sys.executable, "-m", "handyman.serve"], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL
    ) as process:
        try:
            _wait(port, process)
            yield port
        finally:
            process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            _get(port, "/sign-in")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the office did not start")


def _job(port: int, cookie: str) -> str:
    """The link of a job that somebody is to go to, as the text brought it to a telephone of the demo."""
    telephones = (_get(port, f"/phones/member/{number}", cookie) for number in range(1, MEMBERS + 1))
    pages = {path: _get(port, path) for telephone in telephones for path in JOB.findall(telephone)}
    for words in GOES:
        for path, page in pages.items():
            if words in page:
                return str(path)
    raise SystemExit("no telephone of the demo has the link of a job")


def _get(port: int, path: str, cookie: str = "") -> str:
    return _ask(port, "GET", path, cookie)[0]


def _ask(port: int, method: str, path: str, cookie: str, form: str = "") -> tuple[str, str]:
    """The page, and the cookie that came with it."""
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    browser.request(method, path, form or None, {"Cookie": cookie, **kind})
    answer = browser.getresponse()
    page = answer.read().decode()
    browser.close()
    return page, answer.headers.get("Set-Cookie", "").partition(";")[0]


def _sign_in(port: int) -> str:
    page, cookie = _ask(port, "GET", "/sign-in", "")
    token = TOKEN.search(page)
    form = urlencode(
        {
            "login": "coordinator",
            "password": "demo-coordinator",
            "csrf_token": token[1] if token else "",
        }
    )
    return _ask(port, "POST", "/sign-in", cookie, form)[1]
