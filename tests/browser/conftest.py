"""The call page and the board, each open before somebody who is signed in."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from handyman import catalogue_rows
from handyman.models import User
from tests import factories
from tests.browser.mended_board import Board
from tests.pages import let_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Db = scoped_session[Session]


@pytest.fixture
def operator(session: Db) -> User:
    catalogue_rows.ensure()
    for name in ("박수리", "이사랑", "최고침"):
        factories.make_member(name, skills=["lamp", "drill", "coating", "screen"])
    user = factories.make_user("operator")
    session.commit()
    return user


@pytest.fixture
def page(chromium: "Browser", live_server: str, app: Flask, operator: User, session: Db) -> Iterator["Page"]:
    """The call page, signed in; no error of a script goes unseen."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="ko-KR")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "inline style" in said.text else None)
    let_in(context, live_server, operator.login)
    page.goto(f"{live_server}/calls/new")
    page.wait_for_load_state("networkidle")
    page.locator("#phone:focus").wait_for()
    session.rollback()  # the sign-in was written since we last looked
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def board(chromium: "Browser", live_server: str, session: Db, app: Flask) -> Iterator[Board]:
    context = chromium.new_context(
        viewport={"width": 1366, "height": 768}, locale="ko-KR", base_url=live_server
    )
    page, user = context.new_page(), factories.make_user("coordinator")
    made = Board(page, session, app)
    session.commit()
    let_in(context, live_server, user.login)
    made.open()
    yield made
    context.close()
