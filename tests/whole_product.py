"""Walking the whole product: every route, every page that can be reached by links, every form."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from handyman.links import SHAPE

MOST_PAGES = 400
SAME_KIND = 4  # pages of one route that are looked at
VOID = frozenset({"input", "br", "img", "link", "meta", "hr", "path", "circle", "rect", "line", "use"})


@dataclass(slots=True)
class Form:
    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """What a page holds: links, forms with their fields, scripts, styles and handlers."""

    def __init__(self, path: str, response: TestResponse) -> None:
        super().__init__()
        self.path, self.response = path, response
        self.html = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.inline: list[str] = []  # what a strict content policy refuses
        self.sources: list[str] = []  # what the browser fetches by itself
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.inline += [f"<{tag} {name}>" for name in values if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in values and values.get("type") != "text/plain"):
            self.inline.append(f"<{tag}>")
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in ("script", "img", "iframe", "source") and "src" in values:
            self.sources.append(values["src"])
        if tag == "link" and "href" in values:
            self.sources.append(values["href"])
        if tag == "form":
            self.forms.append(Form(values.get("method", "get").lower(), values.get("action", "")))
        if tag in ("input", "select", "textarea", "button") and "name" in values and self.forms:
            self.forms[-1].fields[values["name"]] = values.get("value", "")


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule with every method that it answers."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def fill(app: Flask, rule: Rule, value: Callable[[str, Any], Any]) -> str | None:
    """The path of a rule with a value for each part; None where the rule cannot carry the value."""
    converters = rule._converters
    values = {name: value(name, converters[name]) for name in rule.arguments}
    with app.test_request_context():
        try:
            return app.url_map.bind("localhost").build(rule.endpoint, values, method=None)
        except Exception:  # noqa: BLE001  # whatever cannot be built cannot be asked for by this form
            return None


class Asks(Protocol):
    """Whoever opens pages: a client, or one that counts."""

    def get(self, path: str, /) -> TestResponse: ...


def crawl(client: Asks, starts: list[str]) -> dict[str, Page]:
    """Every page that links lead to, a few of each kind."""
    pages: dict[str, Page] = {}
    waiting, kinds = list(starts), dict.fromkeys(starts, 0)
    while waiting and len(pages) < MOST_PAGES:
        path = waiting.pop(0)
        response = client.get(path)
        if response.status_code in (301, 302, 303):
            target = inside(response.headers["Location"], path)
            if target and target not in pages and target not in waiting:
                waiting.append(target)
            continue
        page = Page(path, response)
        pages[path] = page
        if response.mimetype != "text/html":
            continue
        for link in page.links:
            target = inside(link, path)
            if target is None or target in pages or target in waiting:
                continue
            kind = re.sub(r"\d+", "N", re.sub(rf"(?<=/[vr]/)[^/]+|(?<=^/){SHAPE}$", "T", target))
            kinds[kind] = kinds.get(kind, 0) + 1
            if kinds[kind] <= SAME_KIND:
                waiting.append(target)
    return pages


def inside(link: str, base: str) -> str | None:
    """The path that a link of our own leads to; None for anchors, telephones and other hosts."""
    parts = urlsplit(link)
    if parts.scheme not in ("", "http", "https") or parts.hostname not in (None, "localhost", "127.0.0.1"):
        return None
    path = parts.path or (urlsplit(base).path if parts.query else "")
    if not path.startswith("/"):
        return None
    return f"{path}?{parts.query}" if parts.query else path
