"""Hands on a keyboard: each press is counted, and each answer waited for."""

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request


def focused(page: "Page") -> str:
    return str(page.evaluate("document.activeElement.id"))


def settle(page: "Page", path: str, act: Callable[[], None], said: str = "") -> None:
    """Do it, and wait for the fragment that it asks for: of several, the one that is asked with `said`."""

    def asks(request: "Request") -> bool:
        return urlsplit(request.url).path.endswith(path) and said in (request.post_data or "")

    with page.expect_request(asks) as asked:
        act()
    asked.value.response()
    page.locator(".htmx-request, .htmx-settling, .htmx-swapping").first.wait_for(state="detached")


def fill_last(page: "Page", field: str, text: str) -> None:
    """The last that is asked before the windows come by themselves. Some come for less, too."""
    settle(page, "/calls/windows", lambda: page.fill(f"#{field}", text), f"{field}={text}")


# First letters, vowels and last letters of a syllable that take two presses of a key: ㄲ, ㅒ, ㅘ, ㄺ …
TWICE = set(
    map(chr, [0x1101, 0x1104, 0x1108, 0x110A, 0x110D, 0x1164, 0x1168, 0x116A, 0x116B, 0x116C, 0x116F])
)
TWICE |= set(map(chr, [0x1170, 0x1171, 0x1174, 0x11A9, 0x11AA, 0x11AC, 0x11AD, *range(0x11B0, 0x11B7)]))
TWICE |= set(map(chr, [0x11B9, 0x11BB]))


class Keyboard:
    """Each press is counted, that of a held Alt or Ctrl, too."""

    def __init__(self, page: "Page") -> None:
        self.page, self.presses = page, 0

    def type(self, text: str) -> None:
        self.presses += presses_of(text)
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.presses += key.count("+") + 1
            self.page.keyboard.press(key)

    def press_and_wait(self, key: str, path: str) -> None:
        settle(self.page, path, lambda: self.press(key))

    def type_last(self, text: str) -> None:
        """The last that is asked, how high the ceiling is, before the windows come by themselves."""
        settle(self.page, "/calls/windows", lambda: self.type(text), f"item-lamp-ceiling_cm={text}")


def presses_of(text: str) -> int:
    """How often a hand presses a key: once for a letter, twice for one of two parts or with Shift."""
    return sum(2 if part in TWICE else 1 for part in unicodedata.normalize("NFD", text))
