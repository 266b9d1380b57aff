"""A telephone of some years ago: its pages are in words that it knows, and ask nothing newer of it."""

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.models import PhotoKind, Visit, VisitState, VisitTap
from tests.pages import stands
from tests.skipping import must_run
from tests.visit.telephone import (
    SIDEWAYS,
    choose,
    killed,
    link_of,
    nothing_waits,
    open_once,
    photo,
    press,
    set_out,
    titled,
    try_again,
    unsent,
)
from tools.shell import PROGRAMS, ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

BROWSERS = ["ios_saf 14.0-14.4", "chrome 87", "samsung 13"]  # of the telephones of five years ago
ACORN, DOIUSE = "acorn", "doiuse"
READS_SCRIPT = f"""
const words = require("fs").readFileSync(0, "utf8");
require("{ACORN}").parse(words, {{ ecmaVersion: 2018 }});
"""  # Chromium has known all of it since 2018, Safari since iOS 12
READS_STYLE = f"""
const missing = new Set();
const note = ({{ feature, featureData }}) => featureData.missing && missing.add(feature);
const seen = {{ browsers: {BROWSERS}, onFeatureUsage: note }};
require("postcss")([require("{DOIUSE}")(seen)])
  .process(require("fs").readFileSync(0, "utf8"), {{ from: undefined }})
  .then(() => console.log([...missing].sort().join(" ")));
"""
NOT_NEEDED = {
    "css-focus-visible",  # for keyboards; the browser's own ring stays
    "css-paged-media",  # the resident's page prints on one sheet with the browser's own margins, too
}

FORGETS = """(() => {
  const forget = (owner, ...names) => {
    for (const name of names) if (owner) delete owner[name];
  };
  forget(self, "BroadcastChannel", "structuredClone", "createImageBitmap", "OffscreenCanvas", "scheduler");
  forget(self, "SyncManager", "requestIdleCallback", "HTMLDialogElement", "CompressionStream", "navigation");
  forget(Navigator.prototype, "locks", "storage", "userAgentData", "connection");
  forget(SubmitEvent.prototype, "submitter");
  forget(HTMLFormElement.prototype, "requestSubmit");
  forget(Element.prototype, "checkVisibility");
  forget(HTMLElement.prototype, "inert", "showPopover");
  forget(Array.prototype, "at", "findLast", "findLastIndex", "toSorted", "toReversed", "with");
  forget(String.prototype, "at", "isWellFormed");
  forget(Object, "hasOwn", "groupBy");
  forget(Promise, "withResolvers");
  forget(AbortSignal, "timeout", "any");
  if (self.crypto) forget(Crypto.prototype, "randomUUID");
  if (self.ServiceWorkerRegistration) forget(ServiceWorkerRegistration.prototype, "sync", "periodicSync");
})();"""  # what Safari has had since iOS 14.5 at the earliest, or never


def read_by_node(program: str, words: bytes, needs: str) -> str:
    node = shutil.which("node") or shutil.which("node", path=str(PROGRAMS))
    if node is None or not (ROOT / "node_modules" / needs).exists():
        (pytest.fail if must_run() else pytest.skip)(f"node or {needs} was not found: run `make setup`")
    read = subprocess.run([node, "-e", program], input=words, cwd=ROOT, capture_output=True, check=False)
    assert read.returncode == 0, read.stderr.decode()[-600:]
    return read.stdout.decode()


@pytest.mark.parametrize("address", ["/static/telephone.js", "/static/sign.js", "/sw.js"])
def test_scripts_of_a_telephone_are_written_as_in_2018(client: FlaskClient, address: str) -> None:
    script = client.get(address)
    assert script.status_code == 200
    read_by_node(READS_SCRIPT, script.data, ACORN)


@pytest.mark.parametrize("sheet", ["phone.css", "home.css", "mine.css"])
def test_a_telephone_of_five_years_ago_lays_its_pages_out_as_they_are_meant(
    client: FlaskClient, sheet: str
) -> None:
    style = client.get(f"/static/{sheet}")
    assert style.status_code == 200
    assert set(read_by_node(READS_STYLE, style.data, DOIUSE).split()) <= NOT_NEEDED


def test_what_such_a_telephone_would_not_know_is_seen() -> None:
    newer = b".a { display: flex; gap: 1rem } .b:has(i) { color: red }"
    assert read_by_node(READS_STYLE, newer, DOIUSE).split() == ["css-has", "flexbox-gap"]


@pytest.mark.browser
def test_such_a_telephone_keeps_a_job_without_signal_and_sends_it(
    phone: "BrowserContext", line: Line, visit: Visit, session: scoped_session[Session]
) -> None:
    phone.add_init_script(FORGETS)
    page, path = open_once(phone, line, visit, session)
    assert (
        page.evaluate("[typeof BroadcastChannel, typeof navigator.locks, typeof [].at]") == ["undefined"] * 3
    )
    line.down = True
    set_out(page)
    page = killed(page, path, "**?as=on_the_way")
    press(page, "도착했습니다", "일하시는 중입니다")
    page.goto(f"{path}/{visit.id}/report/photos")
    stands(page, "#before")
    choose(page, "before", photo())
    unsent(page, 3)
    line.down = False
    try_again(page)
    nothing_waits(page)
    session.rollback()
    assert (visit.state, [each.kind for each in visit.photos]) == (VisitState.ARRIVED, [PhotoKind.BEFORE])


@pytest.mark.browser
def test_a_browser_that_keeps_no_pages_says_so_and_goes_on_by_itself_once_there_is_signal(
    chromium: "Browser", line: Line, visit: Visit, session: scoped_session[Session]
) -> None:
    """KakaoTalk's own on an iPhone knows no service worker."""
    phone = chromium.new_context(viewport={"width": 320, "height": 640}, service_workers="block")
    phone.add_init_script("delete Navigator.prototype.serviceWorker")
    page, path = phone.new_page(), link_of(line, visit)
    session.commit()
    page.goto(path)
    assert page.evaluate("'serviceWorker' in navigator") is False
    line.down = True
    page.click("button:has-text('출발했습니다')")
    stands(page, "#no-next:visible")
    unsent(page, 1)
    expect(page.locator("#unsent li li")).to_have_text(re.compile("출발했습니다"))
    expect(page.locator("#no-next")).to_contain_text("다음 화면은 신호가 있어야 열립니다")
    assert page.evaluate(SIDEWAYS) == 0
    titled(page, "가실 곳입니다")
    line.down = False
    try_again(page)
    titled(page, "가시는 길입니다")
    expect(page.locator("#unsent")).to_be_hidden()
    phone.close()
    session.rollback()
    assert (visit.state, session.scalar(select(func.count(VisitTap.key)))) == (VisitState.ON_THE_WAY, 1)
