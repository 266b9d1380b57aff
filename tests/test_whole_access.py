"""Every route asks who you are: no page is open by accident."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter

from handyman.accounts.guard import OFFICE, asks_of
from handyman.models import Role
from tests.whole_product import fill, routes

OPEN = {  # what anybody may ask, and why; whoever adds a public route adds it here and says so
    "static": "our style sheets and scripts",
    "assets.send": "the libraries' style sheets and scripts",
    "accounts.sign_in": "where people sign in",
    "accounts.submit_sign_in": "where people sign in",
    "accounts.language": "Korean or English, also on the sign-in page",
    "mine.sign_in": "where members type their number",
    "mine.send_code": "the same answer for every number, a few times an hour",
    "mine.code_reopened": "leads to where members type their number",
    "mine.come_in": "where members type the code that was sent to them",
    "mine.sign_out": "ends the sign-in of the telephone that asks, and nothing else",
    "hotline.ask": "whether somebody at a door is expected there",
    "hotline.check": "the same: tells nothing without both the number and the house, and few may be tried",
    "assets.telephone": "the scripts of a job's pages",
    "assets.worker": "the script that shows a job's pages without signal",
    "offline.no_signal": "what a telephone shows where it has neither signal nor the page: a sentence",
    "offline.stamp": "a stamp for the asking browser's own forms",
    "watch.metrics": "figures without a name, to the networks that METRICS_FROM names",
}
ALSO_OPEN = ("healthz", "readyz", "alive", "ready", "favicon", "robots", "health")  # no personal data


def some(_name: str, converter: Any) -> Any:
    if hasattr(converter, "items"):  # one of a few words
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "2026-11-24"


def test_every_route_says_what_it_asks(app: Flask) -> None:
    silent = [rule.rule for rule, _ in routes(app) if asks_of(app, rule.endpoint) is None]
    assert silent == []


def test_only_what_is_listed_is_open_to_everybody(app: Flask) -> None:
    public = {rule.endpoint for rule, _ in routes(app) if asks_of(app, rule.endpoint) == "public"}
    unlisted = {name for name in public - set(OPEN) if name.rpartition(".")[2] not in ALSO_OPEN}
    assert unlisted == set()


def test_whoever_has_not_signed_in_gets_nowhere(app: Flask, client: FlaskClient) -> None:
    let_in = []
    for rule, method in routes(app):
        if isinstance(asks_of(app, rule.endpoint), str):
            continue
        response = client.open(fill(app, rule, some) or rule.rule, method=method)
        to_sign_in = response.status_code == 303 and response.headers["Location"].startswith("/sign-in")
        if not to_sign_in:
            let_in.append((method, rule.rule, response.status_code))
    assert let_in == []


def test_a_made_up_link_or_signature_opens_nothing(app: Flask, client: FlaskClient) -> None:
    for rule, method in routes(app):
        if asks_of(app, rule.endpoint) == "token":
            response = client.open(fill(app, rule, some) or rule.rule, method=method)
            opens_nothing = (400, 403, 404, 410, 429)  # so many guesses in a minute are too many
            assert response.status_code in opens_nothing, (method, rule.rule, response.status_code)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_enters_a_page_of_another_role(
    role: Role, app: Flask, client: FlaskClient, sign_in: Callable[..., Any]
) -> None:
    wrong = []
    for rule, method in routes(app):
        asks = asks_of(app, rule.endpoint)
        if not isinstance(asks, frozenset) or rule.endpoint == "accounts.sign_out":
            continue
        sign_in(role)
        response = client.open(fill(app, rule, some) or rule.rule, method=method)
        if (response.status_code == 403) != (role not in asks):
            wrong.append((method, rule.rule, response.status_code))
    assert wrong == []


def test_operators_find_closed_doors(app: Flask) -> None:
    """Guards the test above: there are pages that not every role may open."""
    asked = [asks_of(app, rule.endpoint) for rule, _ in routes(app)]
    assert any(isinstance(asks, frozenset) and asks < OFFICE for asks in asked)


def test_whoever_was_shut_out_is_out_at_once(client: FlaskClient, sign_in: Callable[..., Any]) -> None:
    user = sign_in(Role.COORDINATOR)
    assert client.get("/account").status_code == 200
    user.active = False
    assert client.get("/account").status_code == 303


def test_a_raised_session_version_ends_open_sessions(
    client: FlaskClient, sign_in: Callable[..., Any]
) -> None:
    user = sign_in(Role.OPERATOR)
    user.session_version += 1
    assert client.get("/account").status_code == 303
