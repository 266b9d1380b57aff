"""Pages of every day read what they show, and never all that has ever been: ten years are as quick as one."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from handyman.extensions import db
from handyman.models import OF_ANY_STATE, Role

pytestmark = pytest.mark.usefixtures("demo_office")
GROWS = "visits|assignments|service_requests|offers|outbox|persons|addresses|audit_entries|inbound"
FOR_WHO_ASKS = "ix_outbox_any"  # of all texts: only the figures of a day may take it
WHOLE = re.compile(rf"^SCAN ({GROWS})( USING (COVERING )?INDEX sqlite_autoindex\S*)?$")
PATHS = (
    "/board",
    "/board/grid",
    "/board/week",
    "/calls/new",
    "/calls/new?phone=010-2345-6789",
    "/live",
    "/members",
    "/members/1/edit",
    "/messages",
    "/metrics",
    "/people?q=김",
    "/people/1",
    "/plans",
    "/requests",
    "/sheets",
    "/visits/1",
    "/work",
)


@contextmanager
def explained(engine: Engine) -> Iterator[list[tuple[str, str]]]:
    """Which tables are read from end to end, and by which statement, while something is asked."""
    found: list[tuple[str, str]] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if not statement.lstrip().startswith(("SELECT", "WITH")):
            return
        asked = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [row[3] for row in asked]
        ends_early = "LIMIT" in statement and not any(step.startswith("USE TEMP B-TREE") for step in steps)
        found.extend((step, statement) for step in steps if WHOLE.match(step) and not ends_early)
        if OF_ANY_STATE not in statement:
            found.extend((step, statement) for step in steps if FOR_WHO_ASKS in step)

    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", explain)


@pytest.mark.parametrize("path", PATHS)
def test_no_page_reads_a_table_that_grows_from_end_to_end(
    app: Flask, client: FlaskClient, sign_in: Callable[..., Any], path: str
) -> None:
    sign_in(Role.ADMINISTRATOR)
    with app.app_context():
        engine = db.engine
    with explained(engine) as whole:
        answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200
    assert whole == []
