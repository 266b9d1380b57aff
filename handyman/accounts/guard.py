"""Every route says who may use it; one that says nothing is closed."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from handyman.models import Actor, ActorKind, Role

View = TypeVar("View", bound=Callable[..., Any])

KEPT_FOR = 300  # seconds
BY_ITSELF = "X-By-Itself"  # an open page looks for news: nobody has clicked
OFFICE = frozenset(Role)
COORDINATORS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


def needs(roles: frozenset[Role]) -> Callable[[View], View]:
    """Only somebody signed in with one of these roles."""

    def mark(view: View) -> View:
        view.asks = roles  # type: ignore[attr-defined]
        return view

    return mark


def needs_token(view: View) -> View:
    """No sign-in: the view itself checks a link's token or a signature."""
    view.asks = "token"  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anybody: sign-in page, health, static files."""
    view.asks = "public"  # type: ignore[attr-defined]
    return view


def asked_path() -> str:
    """The path that was asked for, with its query if it has one."""
    return request.full_path if request.query_string else request.path


def reads(view: View) -> View:
    """A POST that only looks: what was typed stays out of logs, and on SQLite no writer waits for it."""
    view.reads = True  # type: ignore[attr-defined]
    return view


def stay_signed_in() -> None:
    """A sign-in lasts so many hours from the last click; its cookie is signed anew every five minutes."""
    at = int(time.time())
    if at - session.get("kept", 0) >= KEPT_FOR:
        session["kept"] = at


def actor() -> Actor:
    """Whoever is signed in, for the audit entry."""
    return Actor(ActorKind.USER, current_user.id)


def needs_member(view: View) -> View:
    """A member who has come in with a code by text: the view itself looks who it is."""
    view.asks = "member"  # type: ignore[attr-defined]
    return view


def asks_of(app: Flask, endpoint: str) -> object:
    """What a route asks: a set of roles, "token", "member", "public", or None when it says nothing."""
    return getattr(app.view_functions[endpoint], "asks", None)


def check_request() -> ResponseReturnValue | None:
    """Before each request: closed unless the route's own mark opens it."""
    if request.endpoint is None:
        return None
    asks = asks_of(current_app, request.endpoint)
    if asks in ("public", "token", "member"):
        return None
    if not current_user.is_authenticated and (
        BY_ITSELF in request.headers or "HX-Request" in request.headers
    ):
        abort(401)  # a sign-in page inside a page would help nobody; the page says that nothing came
    if not current_user.is_authenticated:
        flash(_("먼저 로그인해 주십시오."), "info")
        target = asked_path() if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=target), 303)
    if not isinstance(asks, frozenset) or current_user.role not in asks:
        abort(403)
    if BY_ITSELF not in request.headers:
        stay_signed_in()
    return None


def keep_private(answer: Response) -> Response:
    """Pages with people in them are looked up anew each time and kept by no cache on the way."""
    if "Cache-Control" not in answer.headers:
        answer.headers["Cache-Control"] = "private, no-cache"
    return answer
