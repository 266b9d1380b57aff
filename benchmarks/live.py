"""How soon what a member reports stands on an open board: a press on the telephone's page, in Chromium.

The board is opened once and then only looked at. Claim: the slowest press is there within two seconds.
"""

import statistics
import tempfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from benchmarks import office
from benchmarks.claims import Claim
from benchmarks.scale import NOW, TODAY
from handyman import create_app
from handyman.config import read_settings
from handyman.extensions import db
from tests import factories
from tests.pages import answer, sign_in
from tests.plugins.browser import SWITCHES
from tools.browser import find

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PRESSES, MOST_MS = 20, 2_000.0
BETWEEN = 137  # milliseconds by which each press comes later: not always as long after a look
PRESSED = "addEventListener('click', () => localStorage.setItem('pressed', Date.now()), true)"
STANDS = "what => document.querySelector(what) && Date.now()"
Json = dict[str, Any]


def claims(figures: Json) -> list[Claim]:
    if not figures:
        return []
    return [Claim("from a press to the board, slowest", figures["slowest_ms"], MOST_MS, "two seconds", 1.0)]


def measure(presses: int = PRESSES) -> Json:
    from playwright.sync_api import sync_playwright

    chromium = find()
    if chromium is None:
        print("How soon a press stands on the board was not measured: it needs a Chromium.")
        return {}
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=list(SWITCHES))
        figures = measure_in(browser, presses)
        browser.close()
    return figures


def measure_in(browser: "Browser", presses: int) -> Json:
    from benchmarks.desk import serving_office

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/office.sqlite3"
        visits = _make(url, folder, presses)
        with serving_office(url, folder) as address:
            took = _press(browser, address, visits)
    return {
        "presses": len(took),
        "median_ms": round(statistics.median(took), 1),
        "slowest_ms": round(max(took), 1),
    }


def _make(url: str, folder: str, visits: int) -> list[tuple[int, str]]:
    """Members, each with a visit to which they go this morning, and the path of its page."""
    app = create_app(
        read_settings({"DATABASE_URL": url, "INSTANCE_PATH": folder, "SECRET_KEY": office.SECRET})
    )
    app.extensions["clock"] = lambda: NOW
    with app.app_context():
        db.create_all()
        factories.make_user("coordinator", login="bench", password=office.PASSWORD)
        made = []
        for number in range(visits):
            member = factories.make_member(f"조합원{number + 1}")
            visit = factories.make_visit(start=NOW + timedelta(minutes=30), members=[member], accepted=True)
            made.append((visit.id, factories.make_link(visit, member, NOW + timedelta(days=1))[1]))
        db.session.commit()
        db.engine.dispose()
    return made


def _press(browser: "Browser", address: str, visits: list[tuple[int, str]]) -> list[float]:
    desk, telephone = browser.new_context(base_url=address), browser.new_context(base_url=address)
    telephone.add_init_script(PRESSED)
    board, job = desk.new_page(), telephone.new_page()
    board.goto("/sign-in")
    sign_in(board, "bench", office.PASSWORD)
    board.goto(f"/board?day={TODAY}")
    took = []
    for turn, (visit_id, path) in enumerate(visits):
        job.goto(path)
        board.wait_for_timeout(turn * BETWEEN % MOST_MS)
        job.get_by_role("button", name="출발했습니다").click(no_wait_after=True)
        seen = board.wait_for_function(STANDS, arg=f".is-on_the_way #card-{visit_id}-lead").json_value()
        took.append(float(seen) - float(answer(job, "localStorage.getItem('pressed')")))
    desk.close()
    telephone.close()
    return took
