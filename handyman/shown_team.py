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
    chosen = form.get("choice", "")
    try:
        window, *ids = _signer().loads(form.get(FIELD.format(chosen), ""))
    except (BadData, TypeError, ValueError):
        return ()
    return tuple(ids) if window == chosen else ()


def register(app: Flask) -> None:
    """Make the seal known to the templates."""
    app.jinja_env.globals.update(sealed_team=seal)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="shown-team")
