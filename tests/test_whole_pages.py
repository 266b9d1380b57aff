"""What holds on every page that links lead to: headers, form tokens, few queries, nothing told to logs."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from handyman import flow
from handyman.extensions import db
from handyman.models import Address, Member, Person, PersonPhone, Role
from tests.factories import make_user
from tests.whole_product import Page, crawl

MOST_QUERIES = 31
STARTS = ["/", "/sign-in", "/calls/new", "/calls/new?phone=010-0000-0001"]


@pytest.fixture
def pages(demo_office: None, app: Flask, session: scoped_session[Session]) -> dict[str, Page]:
    """Everything that an administrator reaches by links, on a day of the demo."""
    return crawl(signed_in(app, session), STARTS)


def signed_in(app: Flask, session: scoped_session[Session], role: Role = Role.ADMINISTRATOR) -> Any:
    user = make_user(role)
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = user.get_id(), True
    return client


def test_all_pages_are_there_and_keep_the_strict_rules(pages: dict[str, Page]) -> None:
    """One walk, several promises: a walk takes seconds."""
    html = [page for page in pages.values() if page.response.mimetype == "text/html"]
    assert len(html) > 12
    assert {path: page.response.status_code for path, page in pages.items()} == dict.fromkeys(pages, 200)
    _check_headers(html)
    _check_inline(html)
    _check_tokens(html)
    _check_sources(html)
    _check_language(html)


def _check_headers(html: list[Page]) -> None:
    for page in html:
        headers = page.response.headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe-" not in policy, page.path
        assert "default-src 'self'" in policy, page.path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"


def _check_inline(html: list[Page]) -> None:
    found = {page.path: page.inline for page in html if page.inline}
    assert found == {}


def _check_tokens(html: list[Page]) -> None:
    bare = [
        (page.path, form.action)
        for page in html
        for form in page.forms
        if form.method == "post" and not form.fields.get("csrf_token")
    ]
    assert bare == []


def _check_sources(html: list[Page]) -> None:
    elsewhere = [
        (page.path, source)
        for page in html
        for source in page.sources
        if urlsplit(source).netloc and urlsplit(source).hostname != "localhost"
    ]
    assert elsewhere == []


def _check_language(html: list[Page]) -> None:
    assert [page.path for page in html if 'lang="ko">' not in page.html[:300]] == []


@pytest.mark.usefixtures("demo_office")
def test_no_page_asks_the_database_more_than_a_bounded_number_of_questions(
    app: Flask, session: scoped_session[Session], count_queries: Callable[[], Any]
) -> None:
    client, asked = signed_in(app, session), dict[str, int]()

    class Counting:
        def get(self, path: str) -> TestResponse:
            with count_queries() as statements:
                answer: TestResponse = client.get(path)
            asked[path] = len(statements)
            return answer

    paths = crawl(Counting(), STARTS)
    assert set(paths) <= set(asked)
    assert {path: count for path, count in asked.items() if count > MOST_QUERIES} == {}


def test_the_cookie_stays_out_of_reach(app: Flask, session: scoped_session[Session]) -> None:
    user = make_user(Role.OPERATOR, login="kim", password="충분히 긴 비밀번호")
    session.commit()
    client = app.test_client()
    answer = client.post("/sign-in", data={"login": user.login, "password": "충분히 긴 비밀번호"})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # this office is asked over http


@pytest.mark.settings(PUBLIC_BASE_URL="https://office.example")
def test_behind_https_the_cookie_and_the_host_insist_on_it(
    app: Flask, session: scoped_session[Session]
) -> None:
    make_user(Role.OPERATOR, login="kim", password="충분히 긴 비밀번호")
    session.commit()
    form = {"login": "kim", "password": "충분히 긴 비밀번호"}
    answer = app.test_client().post("/sign-in", data=form, base_url="https://office.example")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert app.test_client().get("/sign-in", base_url="http://office.example").status_code in (301, 302, 308)


@pytest.mark.usefixtures("demo_office")
@pytest.mark.settings(LOG_LEVEL="DEBUG")
def test_no_name_number_or_address_reaches_a_log(
    app: Flask, session: scoped_session[Session], caplog: pytest.LogCaptureFixture, clock: Any
) -> None:
    """Every page is opened, a call is typed in, the clock moves on and the worker ticks, all at DEBUG."""
    client = signed_in(app, session)
    for name in ("", "handyman", app.logger.name):
        caplog.set_level(logging.DEBUG, logger=name or None)
    crawl(client, STARTS)
    client.post("/calls", data={"phone": "010-0000-0007", "name": "홍비밀", "address": "상도로 369 비밀호"})
    for hours in (0, 1, 8, 14):
        clock.advance(hours=hours)
        tick(app)
    session.expire_all()
    secrets = personal_words(session) | {"홍비밀", "비밀호", "010-0000-0007"}
    assert len(secrets) > 400
    leaked = {word for word in secrets if word in caplog.text}
    assert leaked == set()


def tick(app: Flask) -> None:
    tick_of_flow = getattr(flow, "tick", None)
    if tick_of_flow is not None:
        with app.app_context():
            tick_of_flow(app.extensions["clock"]())
            db.session.remove()


def personal_words(session: scoped_session[Session]) -> set[str]:
    numbers = {*session.scalars(select(PersonPhone.number)), *session.scalars(select(Member.phone))}
    names = {*session.scalars(select(Person.name)), *session.scalars(select(Member.name))}
    places = {*session.scalars(select(Address.label)), *session.scalars(select(Member.home_label))}
    return names | numbers | places | {number.replace("+82", "0") for number in numbers}


@pytest.mark.usefixtures("demo_office")
def test_an_error_is_logged_by_place_and_not_by_what_was_typed(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise ValueError("홍비밀 010-0000-0007")

    broken.asks = "public"  # type: ignore[attr-defined]
    app.testing = False
    app.add_url_rule("/broken", "broken", broken)
    caplog.set_level(logging.DEBUG)
    answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert "홍비밀" not in caplog.text + answer.get_data(as_text=True)
    assert "ValueError" in caplog.text
    assert Path(__file__).name in caplog.text


def test_a_session_ends_after_the_hours_that_are_set(app: Flask) -> None:
    hours = app.extensions["settings"].session_hours
    assert app.config["PERMANENT_SESSION_LIFETIME"] == timedelta(hours=hours)
