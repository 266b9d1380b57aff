"""A page as both readers see it, at a desk and on a telephone: what is wrong with it, in every state.

It is to be accessible, quiet, alone on its host, large enough, and no wider than the screen. What leads to a
state is done once for each language.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle, product
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask

from tests.pages import AXE, laid_out

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

LANGUAGES = ("ko", "en")
SIZES = {"desk": {"width": 1366, "height": 768}, "telephone": {"width": 360, "height": 740}}
VIEWS = list(product(LANGUAGES, SIZES))
COOKIE = "handyman"
MEASURE = Path(__file__).with_name("measure.js").read_text()
RULES = {"color-contrast-enhanced": {"enabled": True}}  # beside axe's own: 7:1 for body text
VIOLATIONS = """rules => axe.run({ rules, resultTypes: ['violations'] }).then(found => found.violations)"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
DRAWN = """() => !document.querySelector('#map, #routes')
  || document.querySelector('#map .dong-name, #map[hidden], #routes .dong-name')"""


class Watched:
    """A page that remembers what it should not have done.

    Axe is slow: unless it is to be thorough it looks at each state in one language and at one size, and at
    the next in another.
    """

    def __init__(self, page: "Page", app: Flask, host: str, thorough: bool) -> None:
        self.page, self.host, self.faults = page, host, list[str]()
        self._app, self._heard = app, list[str]()
        self._turns = cycle([VIEWS] if thorough else [[VIEWS[place]] for place in (0, 3, 1, 2)])
        page.on("console", self._console)
        page.on("request", self._request)
        page.on("pageerror", lambda error: self._heard.append(f"error: {error}"))

    def look(self, name: str, lead: Callable[[], object]) -> None:
        """At the state that `lead` leads to."""
        for_axe = next(self._turns)
        for language in LANGUAGES:
            self.read_in(language)
            lead()
            self.page.wait_for_function(DRAWN)
            spoken = self.page.get_attribute("html", "lang")
            if spoken != language:
                self.faults.append(f"{name}: {spoken} where {language} is wanted")
            self._check(f"{name} ({language})", [size for spoken, size in for_axe if spoken == language])

    def open(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 500, path

    def look_at(self, *paths: str) -> None:
        for path in paths:
            self.look(path, partial(self.open, path))

    def is_clean(self) -> None:
        assert not self.faults, "\n".join(self.faults)

    def read_in(self, language: str) -> None:
        """As its button does it, without a page in between."""
        seal = self._app.session_interface.get_signing_serializer(self._app)  # type: ignore[attr-defined]
        context = self.page.context
        held = [each["value"] for each in context.cookies() if each["name"] == COOKIE]
        kept = seal.loads(held[0]) if held else {}
        words = seal.dumps({**kept, "language": language})
        context.add_cookies([{"name": COOKIE, "value": words, "url": f"http://{self.host}"}])

    def _console(self, message: "ConsoleMessage") -> None:
        made_up = "status of 404" in message.text
        if message.type in ("error", "warning") and not made_up:
            self._heard.append(f"{message.type}: {message.text}")

    def _request(self, request: "Request") -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != self.host:
            self._heard.append(f"asked another host: {parts.netloc}")

    def _check(self, name: str, for_axe: Collection[str]) -> None:
        for size, wide in SIZES.items():
            self.page.set_viewport_size(wide)  # type: ignore[arg-type]
            laid_out(self.page)
            self.faults += [f"{name} ({size}): {fault}" for fault in self._found(size in for_axe)]
        self.page.set_viewport_size(SIZES["desk"])  # type: ignore[arg-type]

    def _found(self, with_axe: bool) -> list[str]:
        too_wide = self.page.evaluate(TOO_WIDE)
        own, self._heard = self._heard, []
        found: list[Any] = self._axe() if with_axe else []
        faults = [
            f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for rule in found
            for node in rule["nodes"]
        ]
        faults += own + ([f"{too_wide} px too wide"] if too_wide > 0 else []) + self.page.evaluate(MEASURE)
        self._heard = []  # what axe itself has done
        return faults

    def _axe(self) -> Any:
        self.page.evaluate(AXE.read_text())
        return self.page.evaluate(VIOLATIONS, RULES)


@contextmanager
def watching(chromium: "Browser", app: Flask, address: str, thorough: bool) -> Iterator[Watched]:
    context = chromium.new_context(viewport=SIZES["desk"], locale="ko-KR", base_url=address)  # type: ignore[arg-type]
    yield Watched(context.new_page(), app, urlsplit(address).netloc, thorough)
    context.close()
