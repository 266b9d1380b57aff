"""A real Chromium for browser tests. Without one they skip, and the last line says so; in CI they fail."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages import PATIENCE
from tests.skipping import must_run, say_skipped
from tools.browser import find

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WITHOUT = "browser tests were skipped, for no Chromium was found: run `make setup` or set CHROMIUM_PATH"
CLOSES_IN = 500  # milliseconds, until a page is asked again to close
ASKED_TO_CLOSE = 60  # times at most

EXPECTED = (
    "net::ERR_",  # a test has cut the line
    "status of 404",  # it has made an address up
    "error occurred when fetching the script",  # it was over before the worker of its pages had come
    "inline style",  # axe looks; what our own pages do of that, test_every_page watches
)


@pytest.fixture
def chromium(_chromium: "Browser", monkeypatch: pytest.MonkeyPatch) -> Iterator["Browser"]:
    """Chromium, in which each test opens a context of its own. None of its pages may write an error."""
    found: list[str] = []
    opens = _chromium.new_context

    def note(said: "ConsoleMessage") -> None:
        if said.type == "error" and not any(each in said.text for each in EXPECTED):
            found.append(f"{said.page.url if said.page else ''}: {said.text}")

    def watched(**wanted: Any) -> "BrowserContext":
        context = opens(**wanted)
        context.set_default_timeout(PATIENCE)
        context.on("console", note)
        monkeypatch.setattr(context, "close", partial(_close_all, context, context.close))
        return context

    monkeypatch.setattr(_chromium, "new_context", watched)
    yield _chromium
    assert found == [], "on the console of a page"


@pytest.fixture(scope="session")
def _chromium() -> Iterator["Browser"]:
    """One for the whole run."""
    from playwright.sync_api import Error, expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    path = find()
    if path is None:
        (pytest.fail if must_run() else pytest.skip)(WITHOUT)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        except Error as error:
            pytest.fail(f"{path} did not start: {error.message}")
        yield browser
        browser.close()


def close(page: "Page") -> None:
    """Chromium forgets to close a page that just then goes on to another, and never says so."""
    from playwright.sync_api import Error

    for _ in range(ASKED_TO_CLOSE):
        if page.is_closed():
            return
        with suppress(Error), page.expect_event("close", timeout=CLOSES_IN):
            page.close(run_before_unload=True)  # comes back at once; else it is to be asked again
    raise TimeoutError(f"{page.url} does not close")


def _close_all(context: "BrowserContext", ends: Callable[[], None]) -> None:
    for page in context.pages:
        close(page)
    ends()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    say_skipped(config, WITHOUT)
