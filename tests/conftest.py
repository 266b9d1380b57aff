"""What every test may ask for: an application on its own database, its clock, and somebody signed in."""

import gc
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from handyman import create_app, demo
from handyman.accounts import passwords
from handyman.config import Settings, read_settings
from handyman.extensions import db, writing
from handyman.models import Role, User
from tests import factories
from tests.copying import copy_rows, made_once

PLUGINS = Path(__file__).parent / "plugins"
pytest_plugins = [f"tests.plugins.{file.stem}" for file in sorted(PLUGINS.glob("[!_]*.py"))]

MOST_PROCESSES = 5  # each has a PostgreSQL and a browser of its own
STATEMENTS = 5_000  # are remembered; a process of tests meets more than an office does
SHUTS_WITHIN = 0.05  # seconds; a server looks that often whether its test is over
TUESDAY_AT_TEN = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 10:00 in Seoul


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # until all is collected: nothing of it is garbage
    config.addinivalue_line("markers", "settings(**environ): the environment of this test's application")


def pytest_collection_finish() -> None:
    """What is imported and collected stays to the end: nobody need look for garbage in it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two processes more than there are processors: tests wait for servers, browsers and files."""
    return min((os.cpu_count() or 1) + 2, MOST_PROCESSES)


class Clock:
    """The office's clock: it stands until a test moves it."""

    def __init__(self, at: datetime = TUESDAY_AT_TEN) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> datetime:
        self.at = at.astimezone(UTC)
        return self.at

    def advance(self, **by: float) -> datetime:
        """Move on: `clock.advance(minutes=30)`."""
        self.at += timedelta(**by)
        return self.at


building: ContextVar[bool] = ContextVar("building", default=False)  # the test's own rows are being stored


class Client(FlaskClient):
    """A browser without JavaScript. Each request stands alone: own context, own database session."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            token = building.set(True)
            db.session.commit()  # what the test has built is there for the request, and locks nothing
            building.reset(token)
        return Context().run(super().open, *args, **kwargs)


class CompiledOnce(BytecodeCache):
    """The templates of all applications in one process: the same text is the same code."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


templates = CompiledOnce()


@pytest.fixture
def clock() -> Clock:
    """Tuesday 24 November 2026, ten in the morning in Seoul."""
    return Clock()


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A fresh database with the tables in it: SQLite, unless the test asks for `any_database`.

    With `demo_office` it holds the demo's rows as well.
    """
    filled = "demo_office" in request.fixturenames
    if "any_database" in request.fixturenames and request.getfixturevalue("any_database") == "postgres":
        copy: Callable[[str, Callable[[str], None]], str] = request.getfixturevalue("postgres_copy")

        def fill(url: str) -> None:
            _create_tables(url, tmp_path)
            if filled:
                copy_rows(demo_file(tmp_path_factory), url)

        return copy("demo" if filled else "empty", fill)
    shutil.copyfile(_template(tmp_path_factory, filled), tmp_path / "test.sqlite3")
    return f"sqlite:///{tmp_path / 'test.sqlite3'}"


@pytest.fixture(scope="session", autouse=True)
def _hurried_hashes() -> Iterator[None]:
    """Passwords are hashed as ever, with less work; not as in `factories`, whose hashes are of yesterday."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def _routes_compiled_once() -> Iterator[None]:
    """All applications have the same addresses: what reads and writes one is made once in a process."""
    kept: dict[tuple[object, ...], Rule] = {}
    made = Rule.compile

    def made_once(rule: Rule) -> None:
        assert rule.map is not None
        words = (
            rule.rule,
            repr(rule.defaults),
            rule.subdomain,
            rule.host,
            rule.websocket,
            rule.merge_slashes,
        )
        first = kept.setdefault((*words, rule.map.host_matching, *rule.map.converters.values()), rule)
        if first is rule:
            made(rule)
            return
        rule._parts, rule._trace, rule._converters = first._parts, first._trace, first._converters
        rule.arguments |= first.arguments
        rule._build, rule._build_unknown = (
            each.__func__.__get__(rule) for each in (first._build, first._build_unknown)
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", made_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Iterator[None]:
    """All applications ask the same: a statement is written once in a process for each kind of database."""
    kept: dict[str, Engine] = {}
    make = SQLAlchemy._make_engine

    def alike(of: SQLAlchemy, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        engine = make(of, bind_key, {**options, "query_cache_size": STATEMENTS}, app)
        first = kept.setdefault(engine.dialect.name, engine)
        if first.dialect.server_version_info is None:  # was never connected, so it does not know its database
            kept[engine.dialect.name] = engine
        else:
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLAlchemy, "_make_engine", alike)
        yield


@pytest.fixture(scope="session", autouse=True)
def _in_haste() -> Iterator[None]:
    """SQLite waits for no disk, nor does the PostgreSQL for tests: no test takes the power away."""

    def hurry(connection: Any, _record: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous=OFF")

    event.listen(Engine, "connect", hurry)
    yield
    event.remove(Engine, "connect", hurry)


@pytest.fixture
def demo_office() -> None:
    """The application stands on the demo's data of Tuesday at ten (made once, copied for each test)."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_database(request: pytest.FixtureRequest) -> str:
    """Runs the test once on SQLite and once on PostgreSQL."""
    return str(request.param)


@pytest.fixture
def make_app(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Flask]]:
    """Builds an application of the test's own: `make_app(OFFICE_NAME="우리집수리")`."""
    built: list[Flask] = []

    def make(**environ: str) -> Flask:
        app = create_app(settings_of_a_test(database_url, tmp_path, **environ))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        app.test_client_class = Client
        app.extensions["clock"] = clock
        app.jinja_env.bytecode_cache = templates
        built.append(app)
        return app

    yield make
    for app in built:
        with app.app_context():
            db.engine.dispose()


def settings_of_a_test(database_url: str, folder: Path, **environ: str) -> Settings:
    base = {"SECRET_KEY": "only for tests", "INSTANCE_PATH": str(folder), "DATABASE_URL": database_url}
    return read_settings({**base, "LOGIN_LIMIT": "1000 per minute", **environ})


@pytest.fixture
def app(make_app: Callable[..., Flask], request: pytest.FixtureRequest) -> Flask:
    """The application. `@pytest.mark.settings(OFFER_MINUTES="5")` gives it other settings."""
    environ: dict[str, str] = {}
    for mark in request.node.iter_markers("settings"):
        environ = {**mark.kwargs, **environ}
    return make_app(**environ)


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.extensions["settings"]
    return found


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Session]]:
    """The test's own database session, inside the application's context."""
    token = writing.set(False)  # a test that only looks must not keep the server from writing
    with app.app_context():
        yield db.session
        db.session.rollback()
    writing.reset(token)


@pytest.fixture
def client(app: Flask) -> Client:
    """Somebody who has not signed in."""
    browser = app.test_client()
    assert isinstance(browser, Client)
    return browser


@pytest.fixture
def sign_in(client: Client, session: scoped_session[Session]) -> Callable[..., User]:
    """Signs the client in: `sign_in("operator")`, `sign_in(Role.COORDINATOR)`, `sign_in(user)`."""

    def sign_in(who: User | Role | str = Role.OPERATOR) -> User:
        user = who if isinstance(who, User) else factories.make_user(role=Role(who))
        session.commit()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = user.get_id(), True
            cookie.permanent = True
        return user

    return sign_in


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """The application on a free port, as a browser sees it: CSRF on. Gives the address."""
    app.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, app, threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    app.extensions["settings"] = replace(app.extensions["settings"], public_base_url=address)
    thread = threading.Thread(target=server.serve_forever, args=(SHUTS_WITHIN,), daemon=True)
    thread.start()
    yield address
    server.shutdown()
    thread.join(5)


@pytest.fixture
def count_queries() -> Callable[[], Any]:
    """`with count_queries() as asked: ...; assert len(asked) <= 9`: the statements in between."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not building.get() and not statement.startswith(("BEGIN", "PRAGMA")):
                asked.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield asked
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return counting


def demo_file(folders: pytest.TempPathFactory) -> Path:
    """The demo's rows of Tuesday at ten in SQLite, made once for all test processes."""
    folder = folders.getbasetemp()
    shared = folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder
    return made_once(
        shared / "demo.sqlite3", lambda file: _create_tables(f"sqlite:///{file}", folder, _fill_demo)
    )


def _template(folders: pytest.TempPathFactory, filled: bool) -> Path:
    """A database with all tables, empty or filled, to be copied for each test."""
    if filled:
        return demo_file(folders)
    folder = folders.getbasetemp()
    return made_once(folder / "empty.sqlite3", lambda file: _create_tables(f"sqlite:///{file}", folder))


def _fill_demo() -> None:
    demo.fill_if_empty(TUESDAY_AT_TEN)


def _create_tables(url: str, folder: Path, fill: Callable[[], object] = lambda: None) -> None:
    app = create_app(settings_of_a_test(url, folder))
    with app.app_context():
        db.create_all()
        fill()
        db.session.remove()
        if url.startswith("sqlite"):
            with db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
