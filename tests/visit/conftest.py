"""A member's telephone, and its line to the office."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from benchmarks.cut_line import Line

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


@pytest.fixture
def line(live_server: str) -> Iterator[Line]:
    line = Line(urlsplit(live_server).port or 0)
    yield line
    line.close()


@pytest.fixture
def phone(chromium: "Browser") -> Iterator["BrowserContext"]:
    context = chromium.new_context(viewport={"width": 360, "height": 640}, bypass_csp=True)
    context.set_default_timeout(20_000)
    yield context
    context.close()
