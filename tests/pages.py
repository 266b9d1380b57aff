"""Pages draw and replace themselves, each at the machine's own pace: a test acts on what stands there.

What Playwright does not wait for by itself is waited for here: a page's scripts, a box that has come to rest,
what the office has stored.
"""

import re
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from tests.factories import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, FloatRect, Locator, Page

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 60_000  # milliseconds; a busy machine with a slow disk needs a good part of them
BETWEEN_LOOKS = 50  # milliseconds
AXE_FINDS = """() => axe.run({ resultTypes: ['violations'] })
  .then(found => found.violations.map(each => `${each.id}: ${each.nodes[0].html.slice(0, 120)}`))"""
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
FRAMES = """async () => {
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
}"""


def stands(page: "Page", what: str) -> None:
    """It is seen, and the scripts of its page are there: before, a press would be the browser's own."""
    page.wait_for_selector(what)
    page.wait_for_load_state()


def go(page: "Page", act: Callable[[], object]) -> None:
    """Do what leads to another page, and wait for that page."""
    with page.expect_navigation():
        act()


def box_of(place: "Locator") -> "FloatRect":
    """Where it stands, once it is seen and has come to rest."""
    place.wait_for()
    place.element_handle().wait_for_element_state("stable")
    box = place.bounding_box()
    assert box
    return box


def until(page: "Page", happens: Callable[[], object]) -> None:
    """For what no page tells: what the office has stored, or what the browser has heard."""
    end = monotonic() + PATIENCE / 1000
    while not happens():
        assert monotonic() < end, "it does not happen"
        page.wait_for_timeout(BETWEEN_LOOKS)


def answer(page: "Page", question: str, given: object = None) -> Any:
    """Of a page that may go on to another just then: the other one's."""
    from playwright.sync_api import Error

    said: list[Any] = []

    def ask() -> bool:
        try:
            said.append(page.evaluate(question, given))
        except Error as error:
            if "context was destroyed" not in error.message:
                raise
        return bool(said)

    until(page, ask)
    return said[0]


def laid_out(page: "Page") -> None:
    """A change of size is told to scripts after one frame, and what they make of it stands after the next."""
    page.evaluate(FRAMES)


def sign_in(page: "Page", login: str, password: str = PASSWORD) -> None:
    """On the page that asks who it is, and on to the one that was wanted."""
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    go(page, lambda: page.press("[name=password]", "Enter"))


def axe_finds(page: "Page") -> list[str]:
    """axe is read where it is asked, and not on each page that opens."""
    page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(AXE_FINDS)
    return found


def let_in(context: "BrowserContext", address: str, login: str, password: str = PASSWORD) -> None:
    """The sign-in of a test of another page: the form is sent, but neither it nor what follows is drawn."""
    form = f"{address}/sign-in"
    token = TOKEN.search(context.request.get(form).text())
    assert token
    typed = {"csrf_token": token[1], "login": login, "password": password}
    answer = context.request.post(form, form=typed, max_redirects=0)
    assert answer.status == 303
