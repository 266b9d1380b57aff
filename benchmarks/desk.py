"""The desk on a full day: a board of sixty members, and twenty operators at once on PostgreSQL.

The board of 60 members and 400 visits beside that of the same office's ordinary day, in the same process: it
may take as many times longer as it has more visits. Twenty operators, each thinking between two steps, beside
a single one: the p95 of all requests at most three times. What a member reports stands on an open board
within two seconds.
"""

import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks import live, office
from benchmarks.claims import Claim
from benchmarks.pages import Server, serving
from benchmarks.scale import MEMBERS, SMALL, TODAY, insert
from benchmarks.texts_office import postgres
from handyman.geocode.gazetteer import embedded

WORDS = ("desk",)
BOARD_MEMBERS, BOARD_VISITS, ROUNDS = 60, 400, 100
FULL_DAY = TODAY + timedelta(days=21)  # a Tuesday on which nothing is planned yet
OPERATORS, MOST_TIMES = 20, 3.0
ALONE_SECONDS, TOGETHER_SECONDS = 120, 60  # alone it takes longer to ask often enough for a p95
ROOT = Path(__file__).resolve().parent.parent
ANOTHER = 20_000_000  # added to an id

Json = dict[str, Any]


def report(_chosen: Collection[str]) -> tuple[list[Claim], Json]:
    board, operators, soon = measure_board(), measure_operators(), live.measure()
    print(
        f"The board of {BOARD_MEMBERS} members and {BOARD_VISITS} visits takes {board['full_ms']} ms, "
        f"that of {MEMBERS} and {board['usual_visits']} {board['usual_ms']} ms; "
        f"{OPERATORS} operators: p95 {operators['together']['p95_ms']} ms of "
        f"{operators['together']['requests']} requests, {operators['together']['failed']} failed."
    )
    times = round(BOARD_VISITS / board["usual_visits"], 2)
    return [
        Claim("board of 60 members, 400 visits", board["full_ms"], board["usual_ms"], "a usual day", times),
        Claim(
            f"{OPERATORS} operators at once, p95",
            operators["together"]["p95_ms"],
            operators["alone"]["p95_ms"],
            "one operator",
            MOST_TIMES,
        ),
        Claim("requests that failed", operators["together"]["failed"], 0, "none", 1.0, ""),
        *live.claims(soon),
    ], {"board": board, "operators": operators, "live": soon}


def measure_board() -> Json:
    file = office.build(SMALL)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / file.name
        full.write_bytes(file.read_bytes())
        usual = _fill_day(full)
        with serving(full) as server:
            server.sign_in()
            took = {day: [_ask(server, day) for _ in range(ROUNDS)] for day in (f"{TODAY}", f"{FULL_DAY}")}
    return {
        "usual_visits": usual,
        "usual_ms": round(statistics.median(took[f"{TODAY}"]), 2),
        "full_ms": round(statistics.median(took[f"{FULL_DAY}"]), 2),
    }


def _ask(server: Server, day: str) -> float:
    begun = time.perf_counter()
    status, page, _ = server.get(f"/board?day={day}")
    if status != 200 or b"/visits/" not in page:
        raise SystemExit(f"the board of {day} answers {status}")
    return (time.perf_counter() - begun) * 1000


def _fill_day(file: Path) -> int:
    """Former members work again, and an ordinary day comes many times over; gives its number of visits."""
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE members SET active = 1 WHERE id <= ?", (BOARD_MEMBERS,))
        usual = connection.execute(
            "SELECT id, number, resident_id, address_id, window_start, window_end, start, service_minutes,"
            " state, booked_at FROM visits WHERE day = ? AND state != 'cancelled' ORDER BY id",
            (TODAY.isoformat(),),
        ).fetchall()
        visits = [_moved(usual[number % len(usual)], number) for number in range(BOARD_VISITS)]
        columns = "id number resident_id address_id day window_start window_end start service_minutes state"
        insert(connection, "visits", f"{columns} booked_at team_size", visits)
        places = [
            (ANOTHER + number, ANOTHER + number, "lead", number % BOARD_MEMBERS + 1, "accepted")
            for number in range(BOARD_VISITS)
        ]
        insert(connection, "assignments", "id visit_id role member_id state", places)
        items = connection.execute(
            "SELECT request_item_id FROM visit_items JOIN visits ON visits.id = visit_id WHERE day = ?",
            (TODAY.isoformat(),),
        ).fetchall()
        each = [(ANOTHER + number, items[number % len(items)][0], 1) for number in range(BOARD_VISITS)]
        insert(connection, "visit_items", "visit_id request_item_id quantity", each)
    return len(usual)


def _moved(row: tuple[Any, ...], number: int) -> tuple[object, ...]:
    """A visit of the ordinary day, on the full one."""
    _id, number_said, resident, address, *times, minutes, state, booked_at = row
    day = f"{FULL_DAY}"
    moved = (day + at[10:] for at in times)
    return (ANOTHER + number, number_said, resident, address, day, *moved, minutes, state, booked_at, 1)


def measure_operators() -> Json:
    """The same office twice, fresh each time, so that both find the same free windows."""
    return {
        "alone": _play(1, ALONE_SECONDS),
        "together": _play(OPERATORS, TOGETHER_SECONDS),
    }


def _play(users: int, seconds: int) -> Json:
    from tests.copying import copy_rows

    with postgres() as url, tempfile.TemporaryDirectory() as folder:
        _make_tables(url, folder)
        copy_rows(office.build(SMALL), url)
        rows = Path(folder) / "callers.json"
        rows.write_text(json.dumps(_callers()), encoding="utf-8")
        with serving_office(url, folder) as address:
            command = [
                *(sys.executable, "-m", "locust", "--locustfile", str(ROOT / "benchmarks" / "operators.py")),
                *("--headless", "--users", str(users), "--spawn-rate", str(users), "--host", address),
                *("--run-time", f"{seconds}s", "--only-summary", "--loglevel", "ERROR"),
            ]
            told = Path(folder) / "told.json"
            environ = {**os.environ, "OPERATORS_ROWS": str(rows), "OPERATORS_TOLD": str(told)}
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            subprocess.run(command, env=environ, cwd=ROOT, check=False, timeout=seconds + 120, **quiet)
        found = json.loads(told.read_text(encoding="utf-8"))
    took = sorted(found["took_ms"])
    return {
        "requests": len(took),
        "failed": len(found["failed"]),
        "why": dict(Counter(found["failed"])),
        "p50_ms": round(statistics.median(took), 1),
        "p95_ms": round(took[len(took) * 95 // 100], 1),
    }


def _make_tables(url: str, folder: str) -> None:
    from handyman import create_app
    from handyman.config import read_settings
    from handyman.extensions import db

    app = create_app(
        read_settings({"DATABASE_URL": url, "INSTANCE_PATH": folder, "SECRET_KEY": office.SECRET})
    )
    with app.app_context():
        db.create_all()
        db.engine.dispose()


def _callers() -> list[dict[str, str]]:
    houses = [point for point in embedded().points() if point.road_name and point.main]
    return [
        {
            "phone": f"010-0000-{number:04d}",
            "name": "김가람",
            "address": f"{point.road_name} {point.number}",
        }
        for number, point in enumerate(houses[:: max(len(houses) // 2_000, 1)])
    ]


@contextmanager
def serving_office(url: str, folder: str) -> Iterator[str]:
    """Two web processes, as the README recommends for an office of this size."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [
        *(sys.executable, "-m", "gunicorn", "benchmarks.served:make()", f"--bind={address}"),
        *("--worker-class=gthread", "--workers=2", "--threads=8", "--keep-alive=60", "--log-level=error"),
        "--no-control-socket",
    ]
    settings = {
        "DATABASE_URL": url,
        "INSTANCE_PATH": folder,
        "SECRET_KEY": office.SECRET,
        "LOGIN_LIMIT": "1000 per minute",
        "PUBLIC_BASE_URL": f"http://{address}",
    }
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings})
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://{address}/healthz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.2)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(20)
