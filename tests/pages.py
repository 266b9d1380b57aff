"""Pages draw and replace themselves, each at the machine's own pace: a test acts on what stands there.

What Playwright does not wait for by itself is waited for here: a page's scripts, a box that has come to rest,
what the office has stored.
"""

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Locator, Page

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 60_000  # milliseconds; a busy machine with a slow disk needs a good part of them
BETWEEN_LOOKS = 50  # milliseconds


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
