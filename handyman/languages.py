"""What a page says, in the reader's language.

A page says a hundred sentences, so each is looked up once for each language, not once for each page.
"""

from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request, session
from markupsafe import Markup

FOLDER = Path(__file__).parent / "translations"


_reading: ContextVar[str | None] = ContextVar("reading", default=None)  # set once for each request


def language() -> str:
    """The reader's, "ko" or "en"; Korean where nobody reads yet, as in the worker."""
    return _reading.get() or _chosen()


def _chosen() -> str:
    return str(session.get("language", "ko")) if has_request_context() else "ko"


def read_in(language: str) -> None:
    """For whoever has chosen no language here, the one in which they are written to."""
    if not (has_request_context() and "language" in session):
        _reading.set(language)


def read_as_asked() -> None:
    """For whoever we do not know: as their browser asks for it, Korean first."""
    if has_request_context():
        wanted = (tag.partition("-")[0] for tag in request.accept_languages.values())  # the dearest first
        read_in(next((each for each in wanted if each in ("ko", "en")), "ko"))


def locale() -> Locale:
    """The same for Flask-Babel, which would read its data from the disk for each request."""
    return _locale(language())


def register(app: Flask) -> None:
    """Let templates say `_("전화 접수")`, with values where a sentence names them."""
    app.before_request(_open_the_book)
    app.jinja_env.globals.update({"_": _say, "gettext": _say, "pgettext": _say_in, "ngettext": _say_many})


def _open_the_book() -> None:
    _reading.set(_chosen())


def gettext(words: str, /, **values: Any) -> str:
    """Flask-Babel's, for pages that say the same few sentences in every row."""
    said = str(_said(language(), "", words))
    return said % values if values else said


def _say(words: str, /, **values: Any) -> Markup:
    said = _said(language(), "", words)
    return said % values if values or "%" in said else said


def _say_in(context: str, words: str, /, **values: Any) -> Markup:
    said = _said(language(), context, words)
    return said % values if values or "%" in said else said


def _say_many(one: str, many: str, num: int, /, **values: Any) -> Markup:
    said = Markup(_translations(language()).ungettext(one, many, num))  # noqa: S704  # our own words
    return said % {"num": num, **values}


@lru_cache(4096)
def _said(language: str, context: str, words: str) -> Markup:
    known = _translations(language)
    said = known.upgettext(context, words) if context else known.ugettext(words)
    return Markup(said)  # noqa: S704  # our own words, and their translators'


_locale = cache(Locale.parse)


@cache
def _translations(language: str) -> NullTranslations:
    return Translations.load(FOLDER, [language])
