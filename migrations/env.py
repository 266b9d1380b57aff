"""Runs the migrations inside the application, on SQLite and on PostgreSQL."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection

from handyman.extensions import UtcDateTime, db
from handyman.residents.finding.index import follow_rules


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column type as what it is in the database."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _mind_others(connection: Connection, word: str) -> None:
    """Past SQLAlchemy, which would begin a transaction first: inside one the word is not heard."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys={word}")


def run() -> None:
    options = dict(current_app.extensions["migrate"].configure_args)
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:  # a table is copied to be changed: its rows must not be missed meanwhile
            _mind_others(connection, "OFF")
        context.configure(
            connection=connection, target_metadata=db.metadata, render_item=render_item, **options
        )
        with context.begin_transaction():
            context.run_migrations()
        follow_rules(connection)
        connection.commit()
        if sqlite:
            _mind_others(connection, "ON")


run()
