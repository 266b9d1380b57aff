"""What a caller waits for over HTTP: the windows of the call page, in an office with sixty visits a day.

Address found, two weeks weighed, six windows worked out and drawn, by gunicorn with the database. Once as the
days stand, and once with a day changed before each call, as after a booking. The quickest of three counts.
"""

import re
import shutil
import sqlite3
import statistics
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks import office
from benchmarks.claims import Claim
from benchmarks.pages import Server, serving
from benchmarks.scale import COMING_DAYS, SMALL, TODAY
from handyman.geocode.gazetteer import embedded

CALLS, WARM_UP, TIMES = 150, 20, 3
MORE_A_DAY = 16  # visits beside the 44 that the office has
MOST_MS, MOST_CHANGED = 30.0, 5.0
DAYS = [TODAY + timedelta(days=ahead) for ahead in range(COMING_DAYS + 1)]
ANOTHER = 10_000_000  # added to an id
LATER = "strftime('%Y-%m-%d %H:%M:%S.000000', start, '+53 minutes')"  # the first one done, the stairs climbed
SAME = "resident_id address_id day window_start window_end team_size state booked_at booked_by_id"
# which columns of a table are copied, those before them as ids of the copies; and whose rows
COPIED = (
    ("visit_items", "visit_id", "request_item_id quantity", "visits"),
    ("assignments", "visit_id id", "role member_id state", "visits"),
    (
        "offers",
        "assignment_id",
        "member_id rank reasons by_hand override_note state offered_at expires_at answered_at decline_note",
        "assignments",
    ),
)


def measure(*, anew: bool = False) -> dict[str, Any]:
    file = _office(anew=anew)
    forms = _forms(CALLS + WARM_UP)
    with serving(file) as server:
        server.sign_in()
        said = token(server)
        stands = [min(_ask(server, form, said) for _ in range(TIMES)) for form in forms]
        changed = []
        for number, form in enumerate(forms):
            took = []
            for _ in range(TIMES):
                _change(file, number)
                took.append(_ask(server, form, said))
            changed.append(min(took))
        memory = server.megabytes()
    return {
        "visits_a_day": _visits_a_day(file),
        "stands": _spread(stands[WARM_UP:]),
        "changed": _spread(changed[WARM_UP:]),
        "memory_mb": round(memory, 1),
    }


def claims(figures: dict[str, Any]) -> list[Claim]:
    stands = figures["stands"]
    return [
        Claim("call over HTTP, p99", stands["p99"], MOST_MS, "what it may take", 1.0),
        Claim(
            "call after a booking, p50",
            figures["changed"]["p50"],
            stands["p50"],
            "days as known",
            MOST_CHANGED,
        ),
    ]


def report(figures: dict[str, Any]) -> str:
    stands, changed = ("/".join(map(str, figures[name].values())) for name in ("stands", "changed"))
    return (
        f"{figures['visits_a_day']} visits a day, over HTTP with the database: p50/p95/p99 {stands} ms, "
        f"{changed} ms after a day has changed; the web process takes {figures['memory_mb']:.0f} MB."
    )


def _office(*, anew: bool) -> Path:
    """The small office with more visits on each of the coming days: a flat next door, right afterwards."""
    base = office.build(SMALL, anew=anew)
    file = base.with_name(f"call-{base.name}")
    if anew or not file.exists():
        for old in base.parent.glob("call-office-*"):
            old.unlink()
        shutil.copyfile(base, file)
        with sqlite3.connect(file) as connection:
            for day in DAYS:
                connection.execute(_more_visits(), (day.isoformat(), MORE_A_DAY))
            for copied in COPIED:
                connection.execute(_copies(*copied))
    return file


def _more_visits() -> str:
    same = ",".join(SAME.split())
    return (
        f"INSERT INTO visits (id, number, start, service_minutes, {same})"
        f" SELECT id + {ANOTHER}, 'more', {LATER}, 30, {same}"
        " FROM visits WHERE day = ? AND state = 'assigned' ORDER BY id LIMIT ?"
    )


def _copies(table: str, ids: str, same: str, of: str) -> str:
    """The rows of the copied visits, under the copies' ids."""
    others, kept = [f"{column} + {ANOTHER}" for column in ids.split()], ",".join(same.split())
    return (
        f"INSERT INTO {table} ({','.join(ids.split())},{kept}) SELECT {','.join(others)},{kept}"
        f" FROM {table} WHERE {others[0]} IN (SELECT id FROM {of})"
    )


def _visits_a_day(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        query = (
            "SELECT count(*) FROM visits WHERE day > ? AND state != 'cancelled' GROUP BY day ORDER BY 1 DESC"
        )
        return int(connection.execute(query, (TODAY.isoformat(),)).fetchone()[0])


def _change(file: Path, number: int) -> None:
    """As a booking does: the day's version is raised, and that of the first of its month."""
    day = DAYS[1 + number % COMING_DAYS]
    with sqlite3.connect(file, timeout=30) as connection:
        for raised in (day.replace(day=1), day):
            connection.execute("INSERT OR IGNORE INTO service_days VALUES (?, 0)", (raised.isoformat(),))
            connection.execute(
                "UPDATE service_days SET version = version + 1 WHERE day = ?", (raised.isoformat(),)
            )


def _forms(many: int) -> list[dict[str, str]]:
    """Callers from all over the district, each with lamps."""
    points = [
        point for point in embedded().points() if point.road_name and point.main and not point.underground
    ]
    step = len(points) // many
    return [
        {
            "phone": f"010-0000-{number:04d}",
            "name": "김가람",
            "address": f"{point.road_name} {point.number}",
            "item-lamp-quantity": str(1 + number % 4),
            "item-lamp-ceiling_cm": "240",
            "item-lamp-shape": "unknown",
            "relation": "self",
            "suits": "any",
        }
        for number, point in enumerate(points[:: max(step, 1)][:many])
    ]


def _ask(server: Server, form: dict[str, str], token: str) -> float:
    headers = {"Cookie": server.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    begun = time.perf_counter()
    server.browser.request("POST", "/calls/windows", urlencode({**form, "csrf_token": token}), headers)
    answer = server.browser.getresponse()
    page = answer.read()
    took = (time.perf_counter() - begun) * 1000
    if answer.status != 200 or b'name="choice"' not in page:
        raise SystemExit(f"the windows of a call answer {answer.status}: {page[:200]!r}")
    return took


def token(server: Server) -> str:
    _, page, cookie = server.get("/calls/new")
    server.cookie = cookie.partition(";")[0] or server.cookie
    found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
    return found[1].decode() if found else ""


def _spread(took: Sequence[float]) -> dict[str, float]:
    hundredths = statistics.quantiles(took, n=100)
    return {f"p{at}": round(hundredths[at - 1], 1) for at in (50, 95, 99)}
