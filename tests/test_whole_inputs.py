"""No route breaks, whatever is sent: wrong types, lengths, ids, tokens, bytes, missing fields."""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter

from handyman import links
from handyman.accounts.guard import asks_of
from handyman.extensions import limiter
from handyman.models import Link, Role, ServiceRequest, User, Visit
from tests.factories import make_link, make_user
from tests.longer import longer
from tests.whole_product import fill, routes

ROOT = Path(__file__).parent.parent
FORM = "application/x-www-form-urlencoded"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HOSTILE = (
    "",
    "-1",
    "1",
    "99999999999999999999999",
    "1e400",
    "NaN",
    "{'a': 1}",
    "2026-02-30",
    "9999-12-31",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "가" * 3000,
    "ㄱ\u0000ㄴ",
    "\u202e한글\ufffd\u200b",
    "👩‍👩‍👧‍👦" * 60,
    "\r\nSet-Cookie: a=b",
    "+82 10 0000 0001",
    "٣٤٥",
    "²",
)
TO_A_DATABASE = ("9" * 23, "ㄱ\u0000ㄴ", "가" * 3000, "1e400")  # what PostgreSQL minds and SQLite does not
IN_AN_ADDRESS = 30  # letters of each: an escape of a letter takes a server longer than the letter
IN_PATHS = (
    "0",
    "2147483647",
    "99999999999999999999999",
    "ㄱ%00ㄴ",
    "%ff%fe",
    "x" * 2000,
    "1124-07",
    "가",
    "..",
)


@pytest.fixture(params=[1, longer(4)])
def turns(request: pytest.FixtureRequest) -> int:
    """How many texts each route is tried with: the next route goes on where it has stopped."""
    return int(request.param)


@pytest.fixture
def real_app(app: Flask) -> Iterator[Flask]:
    """As it runs for the office: an error becomes a page, not a traceback."""
    app.testing = False
    limiter.enabled = False
    yield app
    limiter.enabled = True


@pytest.fixture
def asker(real_app: Flask, session: scoped_session[Session]) -> Callable[..., FlaskClient]:
    """A fresh administrator each time: some requests shut the last one out."""

    def ask(role: Role = Role.ADMINISTRATOR) -> FlaskClient:
        user = make_user(role)
        session.commit()
        browser = real_app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = user.get_id(), True
        return browser

    return ask


def field_names() -> list[str]:
    """Every name that a form of ours or a view of ours knows."""
    found: set[str] = set()
    for file in (ROOT / "templates").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(r"""name="([a-z][\w-]*)\"""", text))
        found |= set(re.findall(r"""ui\.\w+\(\s*"([a-z][\w-]*)\"""", text))
    for file in (ROOT / "handyman").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        found |= set(
            re.findall(r"""(?:form|args|values|typed|words)\.?(?:get)?[\[(]"([a-z][\w-]*)\"""", text)
        )
        found |= set(re.findall(r"""(?:text|whole|phone|one_of|yes_no|day|point)\("([a-z][\w-]*)\"""", text))
    return sorted(found - {"csrf_token"})


def dealt(names: list[str], texts: Sequence[str], turn: int) -> dict[str, str]:
    """A text for every field: another one each turn, so that a few turns try many texts in each."""
    return {name: texts[(place * 7 + turn * 3) % len(texts)] for place, name in enumerate(names)}


def written(words: dict[str, str]) -> str:
    """As a form sends it. Hangul goes as it is: thousands of escapes mean the same and take seconds."""
    return "&".join(
        f"{name}=" + re.sub(r"[\x00-\x7f]+", lambda found: quote_plus(found[0]), text)
        for name, text in words.items()
    )


def known_values(app: Flask, session: scoped_session[Session]) -> Callable[[str, Any], Any]:
    """Path parts that name rows which are there."""
    visit = session.scalars(select(Visit).where(Visit.state == "assigned").order_by(Visit.id)).first()
    number = session.scalars(select(ServiceRequest.number).order_by(ServiceRequest.id.desc())).first()
    assert visit is not None
    assert visit.assignments[0].member is not None
    _, path = make_link(visit, visit.assignments[0].member)
    session.commit()
    known = {"visit_id": visit.id, "number": number, "token": path.rpartition("/")[2]}

    def value(name: str, converter: Any) -> Any:
        if hasattr(converter, "items"):
            return min(converter.items)
        if name in known:
            return known[name]
        return 1 if isinstance(converter, IntegerConverter) else "2026-11-24"

    return value


def is_error(status: int, endpoint: str = "") -> bool:
    """501 for a method nobody knows, and a product that says it is not ready, are answers."""
    return status >= 500 and status != 501 and not (status == 503 and endpoint.endswith("readyz"))


def broken(found: list[tuple[Any, ...]]) -> str:
    return "\n".join(map(str, found[:40]))


@pytest.mark.usefixtures("demo_office")
def test_paths_that_name_nothing(turns: int, real_app: Flask, asker: Callable[..., FlaskClient]) -> None:
    bad: list[tuple[Any, ...]] = []
    client, parts = asker(), cycle(IN_PATHS)
    for rule in real_app.url_map.iter_rules():
        if rule.endpoint == "accounts.sign_out" or not rule.arguments:
            continue
        for part in [next(parts) for _ in range(2 * turns)]:
            path = re.sub(r"<[^>]+>", lambda _match: part, rule.rule)  # noqa: B023
            for method in ("GET", "POST"):
                status = client.open(path, method=method).status_code
                if is_error(status, rule.endpoint):
                    bad.append((method, rule.rule, part[:30], status))
    assert bad == [], broken(bad)


@pytest.mark.usefixtures("demo_office")
@pytest.mark.parametrize("method", METHODS)
def test_any_method_without_anything(
    method: str, real_app: Flask, asker: Callable[..., FlaskClient], session: scoped_session[Session]
) -> None:
    value, client = known_values(real_app, session), asker()
    bad = []
    for rule in real_app.url_map.iter_rules():
        if method == "POST" or rule.endpoint == "accounts.sign_out":
            client = asker()  # the last one may be shut out
        status = client.open(fill(real_app, rule, value) or rule.rule, method=method).status_code
        if is_error(status, rule.endpoint):
            bad.append((rule.rule, status))
    assert bad == [], broken(bad)


@pytest.mark.usefixtures("demo_office")
def test_questions_of_every_kind_in_the_address_line(
    turns: int, real_app: Flask, asker: Callable[..., FlaskClient], session: scoped_session[Session]
) -> None:
    value, names = known_values(real_app, session), field_names()
    cookie = asker().get_cookie("handyman")
    assert cookie is not None
    client = real_app.test_client(use_cookies=False)  # which it would look for in every address, at length
    client.environ_base["HTTP_COOKIE"] = f"handyman={cookie.value}"
    assert client.get("/account").status_code == 200
    bad: list[tuple[Any, ...]] = []
    short = [text[:200] for text in HOSTILE]
    questions = [urlencode(dealt(names, short, turn)) for turn in range(len(HOSTILE))]
    for number, (rule, method) in enumerate(routes(real_app)):
        if method != "GET":
            continue
        path = fill(real_app, rule, value) or rule.rule
        for turn in range(turns):
            question = questions[(number * turns + turn) % len(questions)]
            status = client.get(path, query_string=question).status_code
            if is_error(status, rule.endpoint):
                bad.append((rule.rule, question[:60], status))
    assert bad == [], broken(bad)


@pytest.mark.usefixtures("demo_office")
def test_forms_filled_with_anything(
    turns: int,
    any_database: str,
    real_app: Flask,
    asker: Callable[..., FlaskClient],
    session: scoped_session[Session],
) -> None:
    value, names = known_values(real_app, session), field_names()
    assert len(names) > 30
    on_postgres = any_database == "postgres"
    texts = TO_A_DATABASE if on_postgres else HOSTILE
    dealings = [dealt(names, texts, turn) for turn in range(len(texts))]
    forms = [written(words).encode() for words in dealings]
    questions = [
        urlencode({name: text[:IN_AN_ADDRESS] for name, text in words.items()}) for words in dealings
    ]
    bad: list[tuple[Any, ...]] = []
    asked = ("GET", "POST") if on_postgres else ("POST",)  # the rest of SQLite's has a test of its own
    client = asker()
    for number, (rule, method) in enumerate(routes(real_app)):
        path = fill(real_app, rule, value) or rule.rule
        for turn in range(turns if method in asked else 0):
            place = (number * turns + turn) % len(texts)
            answer = (
                client.post(path, data=forms[place], content_type=FORM)
                if method == "POST"
                else client.get(path, query_string=questions[place])
            )
            if is_error(answer.status_code, rule.endpoint):
                bad.append((rule.rule, place, answer.status_code))
            if "/sign-in" in answer.headers.get("Location", ""):
                client = asker()
    assert bad == [], broken(bad)


@pytest.mark.usefixtures("demo_office")
def test_forms_of_the_wrong_shape(
    turns: int, real_app: Flask, asker: Callable[..., FlaskClient], session: scoped_session[Session]
) -> None:
    value, names = known_values(real_app, session), field_names()
    twice = MultiDict([(name, text) for name in names for text in ("1", "둘", "3")])
    shapes: tuple[dict[str, Any], ...] = (
        {"json": [{"a": [1, None]}]},
        {"json": None},
        {"data": b"\xff\xfe%zz=&&&==;", "content_type": "application/x-www-form-urlencoded"},
        {"data": b"name=%ff%fe%00&phone=%c3%28", "content_type": "application/x-www-form-urlencoded"},
        {"data": b"--x\r\nbroken", "content_type": "multipart/form-data; boundary=x"},
        {"data": b"", "content_type": "multipart/form-data"},
        {"data": twice},
        {"data": {name: (io.BytesIO(b"GIF89a not a picture"), "a.jpg") for name in (*names, "photos")}},
        {"data": {f"field{number}": "x" for number in range(600)}},
        {"data": b"<a/>", "content_type": "text/xml"},
    )
    bad: list[tuple[Any, ...]] = []
    client = asker()
    for number, (rule, method) in enumerate(routes(real_app)):
        if method != "POST":
            continue
        path = fill(real_app, rule, value) or rule.rule
        for turn in range(2 * turns):
            place = (number * 2 * turns + turn) % len(shapes)
            shape = shapes[place]
            fresh = {
                key: {name: (io.BytesIO(b"GIF89a"), "a.jpg") for name in entry}
                if isinstance(entry, dict) and entry and isinstance(next(iter(entry.values())), tuple)
                else entry
                for key, entry in shape.items()
            }
            answer = client.post(path, **fresh)
            if is_error(answer.status_code, rule.endpoint):
                bad.append((rule.rule, place, answer.status_code))
            if "/sign-in" in answer.headers.get("Location", ""):
                client = asker()
    assert bad == [], broken(bad)


@pytest.mark.usefixtures("demo_office")
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.COORDINATOR])
def test_the_other_roles_meet_no_error_either(
    role: Role, real_app: Flask, asker: Callable[..., FlaskClient], session: scoped_session[Session]
) -> None:
    value, client = known_values(real_app, session), asker(role)
    bad: list[tuple[Any, ...]] = []
    for rule, method in routes(real_app):
        answer = client.open(fill(real_app, rule, value) or rule.rule, method=method)
        if is_error(answer.status_code, rule.endpoint):
            bad.append((method, rule.rule, answer.status_code))
        if "/sign-in" in answer.headers.get("Location", ""):
            client = asker(role)
    assert bad == [], broken(bad)


@pytest.mark.usefixtures("demo_office")
def test_links_that_are_old_withdrawn_or_of_another_visit(
    real_app: Flask, clock: Any, session: scoped_session[Session]
) -> None:
    visit = session.scalars(select(Visit).where(Visit.state == "assigned").order_by(Visit.id)).first()
    assert visit is not None
    assert visit.assignments[0].member is not None
    link, path = make_link(visit, visit.assignments[0].member)
    session.commit()
    browser = real_app.test_client()
    assert browser.get(path).status_code == 200
    clock.set(link.expires_at)
    assert browser.get(path).status_code in (404, 410)
    link.revoked_at = link.created_at
    session.commit()
    assert browser.get(path).status_code in (404, 410)
    assert links.url(session.scalars(select(Link)).first() or link)


def test_a_form_without_its_token_changes_nothing(app: Flask, sign_in: Callable[..., User]) -> None:
    """All forms but those that others sign."""
    client = app.test_client()
    user = sign_in(Role.ADMINISTRATOR)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = user.get_id(), True
    app.config["WTF_CSRF_ENABLED"] = True
    taken = []
    for rule, method in routes(app):
        if method == "GET" or _is_signed_hook(app, rule.endpoint):
            continue
        path = fill(app, rule, lambda _name, _kind: 1) or rule.rule
        status = client.open(path, method=method, data={"login": "x"}).status_code
        if status not in (400, 404, 405):
            taken.append((method, rule.rule, status))
    assert taken == []


def _is_signed_hook(app: Flask, endpoint: str) -> bool:
    """A peer's callback carries a signature instead of our token."""
    return asks_of(app, endpoint) == "token" and endpoint.startswith(("messages.", "hooks."))
