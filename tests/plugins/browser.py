"""A real Chromium for browser tests. Without one they skip, and the last line says so; in CI they fail."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.skipping import must_run, say_skipped
from tools.browser import find

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WITHOUT = "browser tests were skipped, for no Chromium was found: run `make setup` or set CHROMIUM_PATH"


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """One Chromium for the whole run; each test opens a context of its own."""
    from playwright.sync_api import Error, sync_playwright

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


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    say_skipped(config, WITHOUT)
