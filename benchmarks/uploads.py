"""Photographs and reports from a real Chromium over a line that breaks once at each, at a random byte.

It breaks in what is sent or in what is answered, and now and then the page dies too and is opened again.
Beside it stands what a plain form does, sent once over the same line. What is counted is what the office has
in its tables and in its folder, not what the telephone believes.
"""

import io
import logging
import random
import re
import tempfile
import threading
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from werkzeug.serving import make_server

from benchmarks.claims import Claim
from benchmarks.cut_line import Cut, Line, Where
from handyman import create_app
from handyman.config import read_settings
from handyman.extensions import db, limiter
from handyman.models import CompletionReport, Photo
from handyman.photos import small_name
from tests import factories
from tests.plugins.browser import SWITCHES, close
from tools.browser import find

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

WORDS = {"uploads": (20, 10), "uploads-quick": (3, 4)}  # visits, photographs of each
PAGE_DIES = 0.2  # of the breaks
KEY = re.compile(rb'name="key"\r\n\r\n([0-9a-f]{32})')
MOST_SENT, MOST_ANSWERED = 250_000, 400  # bytes up to which the line may break
TRY_AGAIN = "() => window.dispatchEvent(new Event('online'))"
WAITING = "() => queue.all().then(all => [all.length])"
ROUNDS = 1_000
LONGEST = 5_000  # milliseconds for one look at the page
Json = dict[str, Any]


class Breaking:
    """Cuts each press that is sent once; what comes again goes through."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._seen: set[bytes] = set()
        self.breaks: Counter[str] = Counter()

    def __call__(self, head: bytes) -> Cut | None:
        found = KEY.search(head)
        if not head.startswith(b"POST") or (found and found[1] in self._seen):
            return None
        self._seen.add(found[1] if found else b"")
        where = self._chance.choice(list(Where))
        self.breaks[where] += 1
        return Cut(where, self._chance.randrange(MOST_SENT if where is Where.SENT else MOST_ANSWERED))


def report(chosen: Collection[str]) -> tuple[list[Claim], Json]:
    figures = measure(*WORDS["uploads" if "uploads" in chosen else "uploads-quick"])
    ours, plain = figures["ours"], figures["plain"]
    print(f"{figures['uploads']} photographs and {figures['visits']} reports, the line broken at each once:")
    print(f"  {ours['breaks']}, the page died {ours['died']} times;")
    print(f"  lost {ours['lost']}, twice {ours['doubled']},", end="")
    print(f" half stored {ours['half']}; a plain form, sent once: lost {plain['lost']} of {plain['of']}.")
    return claims(figures), figures


def claims(figures: Json) -> list[Claim]:
    ours, lost = figures["ours"], figures["plain"]["lost"]
    words = {"lost": "lost", "doubled": "that came twice", "half": "half stored"}
    return [
        Claim(f"photos and reports {text}", ours[word], lost, "a plain form", 0.0, "")
        for word, text in words.items()
    ]


def measure(visits: int, photos: int) -> Json:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=find(), args=list(SWITCHES))
        figures = measure_in(browser, visits, photos)
        browser.close()
    return figures


def measure_in(browser: "Browser", visits: int, photos: int, seed: int = 1) -> Json:
    chance = random.Random(seed)
    breaking, died = Breaking(chance), 0
    with tempfile.TemporaryDirectory() as folder, _office(folder) as (app, line), app.app_context():
        context = browser.new_context(viewport={"width": 360, "height": 640})
        made = [_make_visit() for _ in range(visits)]
        for path, visit_id in made:
            line.knife = lambda _head: None
            died += _do(context, f"{line.address}{path}", visit_id, photos, line, breaking, chance)
        ours = _count([visit_id for _, visit_id in made], photos, app.extensions["settings"].photo_folder)
        path, visit_id = _make_visit()
        lost = _plain(context, f"{line.address}{path}/{visit_id}", photos, line, chance)
        context.close()
        db.session.remove()
    breaks = ", ".join(f"{number} times in what was {where}" for where, number in breaking.breaks.items())
    return {
        "visits": visits,
        "uploads": visits * photos,
        "ours": {**ours, "breaks": f"broken {breaks}", "died": died},
        "plain": {"lost": lost, "of": photos},
    }


@contextmanager
def _office(folder: str) -> Iterator[tuple[Flask, Line]]:
    app = create_app(
        read_settings(
            {
                "DATABASE_URL": f"sqlite:///{folder}/office.sqlite3",
                "INSTANCE_PATH": folder,
                "SECRET_KEY": "of a bench",
                "SMS_GATEWAY": "screen",
            }
        )
    )
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with app.app_context():
        db.create_all()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    line = Line(server.server_port)
    limiter.enabled = False  # the telephones of all members have one address here
    try:
        yield app, line
    finally:
        limiter.enabled = True
        line.close()
        server.shutdown()
        with app.app_context():
            db.engine.dispose()


def _make_visit() -> tuple[str, int]:
    member = factories.make_member("박수리")
    visit = factories.make_visit(start=datetime.now(UTC), members=[member], accepted=True)
    path = factories.make_link(visit, member, datetime.now(UTC) + timedelta(days=1))[1]
    visit_id = visit.id
    db.session.commit()
    db.session.remove()
    return path, visit_id


def _do(
    context: "BrowserContext",
    path: str,
    visit_id: int,
    photos: int,
    line: Line,
    breaking: Breaking,
    chance: random.Random,
) -> int:
    """A whole report without signal, then all of it over the breaking line; gives how often the page died."""
    page = context.new_page()
    page.goto(path)
    page.wait_for_selector("html[data-kept]")
    line.down = True
    page.click("button:has-text('마쳤습니다')")
    page.wait_for_url("**?as=ended")
    page.goto(f"{path}/{visit_id}/report/work?outcome=done")
    page.fill("#minutes", "40")
    page.click("form[data-later] button")
    page.wait_for_url("**/photos?as=worked")
    files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": _noise(chance)} for n in range(photos)]
    page.set_input_files("#before", files=files)  # type: ignore[arg-type]
    page.click("form[data-words='사진 마침'] button")  # at once: photographs are still being put down
    page.wait_for_url("**/materials")
    page.click("form[data-photos] button")
    page.wait_for_url("**/signature")
    page.click("[data-without] summary")
    page.click("label[for=none-hand]")
    page.click("text=서명 없이 다음")
    page.wait_for_url("**/report?as=worked")
    page.click("form[data-later] button")
    page.wait_for_url("**?as=waiting")
    line.knife, line.down = breaking, False
    return _send(page, path, breaking, chance)


def _send(page: "Page", path: str, breaking: Breaking, chance: random.Random) -> int:
    """Until nothing waits any more."""
    from playwright.sync_api import Error

    died, seen = 0, breaking.breaks.total()
    for _ in range(ROUNDS):
        with suppress(Error):  # the page has just gone on by itself
            page.wait_for_function(TRY_AGAIN, timeout=LONGEST)
            page.wait_for_timeout(chance.randrange(20, 120))
            if page.wait_for_function(WAITING, timeout=LONGEST).json_value() == [0]:
                break
        before, seen = seen, breaking.breaks.total()
        if seen > before and chance.random() < PAGE_DIES:
            close(page)
            died += 1
            page = page.context.new_page()
            page.goto(path)
    close(page)
    return died


def _noise(chance: random.Random) -> bytes:
    """A photograph like no other."""
    small = Image.frombytes("RGB", (40, 30), chance.randbytes(40 * 30 * 3))
    written = io.BytesIO()
    small.resize((800, 600)).save(written, "JPEG", quality=95)
    return written.getvalue()


def _count(visits: Collection[int], photos: int, folder: Path) -> Json:
    """What should be there and is not, what is there once more, and what is there by half."""
    db.session.rollback()
    ended = db.session.scalar(select(func.count(CompletionReport.visit_id.distinct()))) or 0
    reports = db.session.scalar(select(func.count(CompletionReport.visit_id))) or 0
    rows = db.session.scalars(select(Photo).where(Photo.visit_id.in_(visits))).all()
    each = Counter(row.visit_id for row in rows)
    names = {name for row in rows for name in (row.file_name, small_name(row.file_name))}
    there = {file.name for file in folder.iterdir()}
    return {
        "lost": sum(max(photos - each[visit], 0) for visit in visits) + len(visits) - ended,
        "doubled": sum(max(each[visit] - photos, 0) for visit in visits) + reports - ended,
        "half": len(names ^ there) + sum(1 for name in names & there if not _is_whole(folder / name)),
    }


def _is_whole(file: Path) -> bool:
    try:
        with Image.open(file) as image:
            image.load()
    except OSError:
        return False
    return True


def _plain(context: "BrowserContext", job: str, photos: int, line: Line, chance: random.Random) -> int:
    """The same as forms without a script, each sent once; gives how many the office has not."""
    from playwright.sync_api import Error

    line.knife = lambda _head: None
    page = context.new_page()
    page.goto(f"{job}/report/photos")
    stamp = page.get_attribute("input[name=csrf_token]", "value") or ""
    line.knife = Breaking(chance)
    kept = 0
    for number in range(photos):
        with suppress(Error):
            photo = {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": _noise(chance)}
            form = {"csrf_token": stamp, "key": f"{number:032x}", "before": photo}
            answer = context.request.post(f"{job}/report/photos", multipart=form)  # type: ignore[arg-type]
            kept += answer.status == 200
    return photos - kept
