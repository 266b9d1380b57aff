"""A real Chromium for browser tests. Without one they skip, and the last line says so; in CI they fail."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

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
skipped = pytest.StashKey[bool]()


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


def must_run() -> bool:
    return any(os.environ.get(name, "").lower() in ("1", "true", "yes") for name in ("CI", "REQUIRE_BROWSER"))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Speak after pytest's own last line, once: from the process that gathers the workers' results."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return
    count = sum(WITHOUT in str(report.longrepr) for report in reporter.stats.get("skipped", []))
    if count:
        reporter.write_line(f"{count} {WITHOUT}.", yellow=True)
