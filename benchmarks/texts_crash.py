"""Texts through killed senders and a provider that fails: what is lost, and what comes twice.

Senders are processes of their own that are killed at any moment, one on SQLite, four at once on PostgreSQL,
and four more that procrastinate's jobs wake. Of all requests some 22 % go wrong, before the provider takes
the text or after, and its list of what it has taken lags. Beside it stands what many products do: send, then
mark as sent. Claims: as many senders were killed at work as are named, nothing is lost and nothing comes
twice. What is counted is what the provider has, not what we believe.
"""

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.claims import Claim
from handyman import create_app, queueing
from handyman.config import read_settings
from handyman.extensions import db
from handyman.messages.gateways import TwilioGateway
from tests import twilio
from tests.conftest import Clock
from tests.crashes import Office, Work, crash, jobs, journal, send_then_mark
from tests.plugins.postgres import database, serve

WORDS = {"texts-crash": (2_000, 300), "texts-crash-quick": (400, 60)}  # texts, kills
SENDERS = {"SQLite": 1, "PostgreSQL": 4}
WAYS: dict[str, Work] = {"ours": journal, "send_then_mark": send_then_mark}
WOKEN = "PostgreSQL, woken by jobs"
FAULTS = twilio.A_FIFTH
PATIENCE = (5, 1)  # seconds; nothing hangs here, but a killed sender's connection may

Json = dict[str, Any]


def report(chosen: Collection[str]) -> tuple[list[Claim], Json]:
    figures = measure(*WORDS["texts-crash" if "texts-crash" in chosen else "texts-crash-quick"])
    faulty = f"{figures['faulty']:.0%} of requests faulty"
    print(f"{figures['texts']:,} texts, {figures['kills']} kills, {faulty}:")
    for name, both in figures["on"].items():
        ours, theirs = both["ours"], both["send_then_mark"]
        senders = f"{both['senders']} sender{'s' if both['senders'] > 1 else ''}"
        print(f"  {name}, {senders}: lost {ours['lost']}, twice {ours['doubled']},", end="")
        print(f" for a person {ours['for_a_person']}; {ours['killed']} killed at work,", end="")
        print(f" {ours['died_over_one']} with a text in hand;", end="")
        print(f" send, then mark: lost {theirs['lost']}, twice {theirs['doubled']}.")
    return claims(figures), figures


def claims(figures: Json) -> list[Claim]:
    found = []
    for name, both in figures["on"].items():
        ours, theirs = both["ours"], both["send_then_mark"]
        found.append(Claim(f"texts lost, {name}", ours["lost"], 0, "none", 1.0, ""))
        twice = ours["doubled"], theirs["doubled"], "send, then mark", 0.0, ""
        found.append(Claim(f"texts that came twice, {name}", *twice))
        missed = max(0, figures["kills"] - min(ours["killed"], theirs["killed"]))
        found.append(Claim(f"kills not made, {name}", missed, 0, "none", 1.0, ""))
    return found


def measure(texts: int, kills: int) -> Json:
    on: dict[str, Json] = {}
    with serve() as server, tempfile.TemporaryDirectory() as folder:
        for name, senders in SENDERS.items():
            on[name] = {"senders": senders}
            for word, work in WAYS.items():
                with _database(name, server, f"{folder}/{word}.sqlite3", word) as url:
                    on[name][word] = _run(url, folder, texts, kills, senders, work)
        with _database(WOKEN, server, "", "jobs") as url:
            woken = _run(url, folder, texts, kills, SENDERS["PostgreSQL"], jobs)
            on[WOKEN] = {**on["PostgreSQL"], "ours": woken}
    return {"texts": texts, "kills": kills, "faulty": sum(share for _fault, share in FAULTS), "on": on}


@contextmanager
def _database(kind: str, server: str, file: str, word: str) -> Iterator[str]:
    if kind == "SQLite":
        yield f"sqlite:///{file}"
        return
    with database(server, f"crash_{word}", "template1") as url:
        yield url


def _run(url: str, folder: str, texts: int, kills: int, senders: int, work: Work) -> Json:
    peer, server = twilio.start()
    clock = Clock((datetime.now(UTC) + timedelta(days=1)).replace(hour=1))  # ahead of PostgreSQL's, for jobs
    app = create_app(
        read_settings(
            {
                "DATABASE_URL": url,
                "INSTANCE_PATH": folder,
                "SECRET_KEY": "of a bench",
                "SMS_GATEWAY": "twilio",
                "TWILIO_ACCOUNT_SID": twilio.ACCOUNT,
                "TWILIO_AUTH_TOKEN": twilio.TOKEN,
                "TWILIO_FROM": "+821000000000",
                "TWILIO_API_BASE": peer.address,
                "QUEUE": "procrastinate" if work is jobs else "tables",
            }
        )
    )
    app.extensions["clock"] = clock
    with app.app_context():
        db.create_all()
        if work is jobs:
            queueing.make_tables()
        try:
            gateway = TwilioGateway(app.extensions["settings"], patience=PATIENCE)
            return asdict(crash(Office(gateway, peer, clock, senders), texts, kills, work))
        finally:
            db.session.remove()
            db.engine.dispose()
            server.shutdown()
            server.server_close()
