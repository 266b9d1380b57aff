"""Whom a page showed for a window, as its form sends them back: believed only as it was written here."""

from collections.abc import Mapping, Sequence

from flask import Flask, current_app
from itsdangerous import BadData, URLSafeSerializer

FIELD = "named-{}"  # of the window's key


def seal(window: str, ids: Sequence[int]) -> str:
    """For the hidden field of the window with this key."""
    return _signer().dumps([window, *ids])


def read(form: Mapping[str, str]) -> tuple[int, ...]:
    """Of the chosen window, the lead first; nobody, where the field is not one of ours."""
    return _read(form, form.get("choice", "")) or ()


def windows(form: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of all windows that the page showed."""
    before = FIELD.format("")
    named = [name.removeprefix(before) for name in form if name.startswith(before)]
    return tuple(key for key in named if _read(form, key) is not None)


def register(app: Flask) -> None:
    """Make the seal known to the templates."""
    app.jinja_env.globals.update(sealed_team=seal)


def _read(form: Mapping[str, str], key: str) -> tuple[int, ...] | None:
    try:
        window, *ids = _signer().loads(form.get(FIELD.format(key), ""))
    except (BadData, TypeError, ValueError):
        return None
    return tuple(ids) if window == key else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="shown-team")
