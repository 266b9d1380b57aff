"""The libraries that every step shares: database, migrations, languages, forms, limits."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVarTuple
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import CompoundSelect, CursorResult, DateTime, Dialect, Engine, MetaData, Select, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator
from werkzeug.middleware.proxy_fix import ProxyFix

from handyman import languages

PATIENCE = 30  # seconds that a writer of SQLite waits for the others
NEXT_TRY = 0.001  # seconds until it looks again
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class _Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=_Base, disable_autonaming=True)

if TYPE_CHECKING:
    from handyman.config import Settings

    class Table(DeclarativeBase):
        """What the type checker sees of db.Model."""
else:
    Table = db.Model

migrate = Migrate(render_as_batch=True, compare_type=True)
babel = Babel()
csrf = CSRFProtect()
compress = Compress()
login = LoginManager()
talisman = Talisman()
limiter = Limiter(key_func=get_remote_address)

Columns = TypeVarTuple("Columns")

writing: ContextVar[bool] = ContextVar("writing", default=True)
"""Whether the next transaction may write: SQLite writers queue at BEGIN, readers never wait."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def rows(query: Select[*Columns] | CompoundSelect[*Columns], **values: Any) -> CursorResult[*Columns]:
    """The columns that a page shows, at half the cost of asking the session, which also minds entities."""
    return db.session.connection().execute(query, values)


def ask_at_once() -> None:
    """PostgreSQL takes few rows for many, and would first compile what costs much by its reckoning."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT set_config('jit', 'off', true)")


def write_new(table: type[Table], found: Sequence[Mapping[str, Any]]) -> None:
    """Rows that are not there yet, whoever writes them first: nobody else's news is lost by it."""
    on_postgres = db.session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgres else insert_sqlite
    db.session.execute(insert(table).values(list(found)).on_conflict_do_nothing())


@contextmanager
def transaction() -> Iterator[None]:
    """One thing the co-operative does: all of it is stored, or nothing."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def now() -> datetime:
    """The office's clock, aware UTC. Tests replace it with `app.extensions["clock"]`."""
    clock: Callable[[], datetime] = current_app.extensions["clock"]
    return clock()


def settings() -> "Settings":
    """The office's settings, as read at the start."""
    found: Settings = current_app.extensions["settings"]
    return found


def engine_options(database_url: str, queue_schema: str = "") -> dict[str, Any]:
    """What the engine needs so that SQLite and PostgreSQL keep the same promises."""
    quiet: dict[str, Any] = {"hide_parameters": True}  # errors are logged, and values are what people typed
    if database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": PATIENCE, "check_same_thread": False}, **quiet}
    options = {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10, **quiet}
    if queue_schema:  # its tables stand beside ours, so that one transaction writes to both
        options["connect_args"] = {"options": f"-c search_path=public,{queue_schema}"}
    return options


def attach(app: Flask, settings: "Settings") -> None:
    """Give the libraries to the application."""
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
    )
    app.before_request(_say_whether_we_write)
    db.init_app(app)
    migrate.init_app(app, db)
    login.init_app(app)
    babel.init_app(app, locale_selector=languages.locale)
    languages.register(app)
    csrf.init_app(app)
    compress.init_app(app)
    limiter.init_app(app)
    talisman.init_app(
        app,
        force_https=settings.https,
        strict_transport_security=settings.https,
        session_cookie_secure=settings.https,
        content_security_policy=_content_policy(settings.map_tiles_url),
        frame_options="DENY",
        referrer_policy="same-origin",
    )


def _content_policy(tiles: str) -> dict[str, str]:
    parts = urlsplit(tiles)
    tile_host = f" {parts.scheme}://{parts.netloc.replace('{s}', '*')}" if tiles else ""
    return {
        "default-src": "'self'",
        "img-src": f"'self' data: blob:{tile_host}",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


def _say_whether_we_write() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    only_looks = request.method in ("GET", "HEAD", "OPTIONS") or getattr(view, "reads", False)
    writing.set(not only_looks)


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    """What was committed is on disk: a try that a power cut forgets would be made twice."""
    if not type(connection).__module__.startswith("sqlite3"):
        connection.execute("SET synchronous_commit = on")
        connection.commit()
        return
    connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={PATIENCE * 1000:.0f}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection  # each page begins one: no detour for a constant
        if writing.get():
            _begin_writing(driver)
        else:
            driver.execute("BEGIN")


def _begin_writing(driver: sqlite3.Connection) -> None:
    """SQLite's own patience sleeps longer each time, so that whoever writes often always goes first."""
    until = time.monotonic() + PATIENCE
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            time.sleep(NEXT_TRY)
    finally:
        driver.execute(f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")
