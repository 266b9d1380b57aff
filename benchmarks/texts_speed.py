"""How soon a text that is due has been taken by the provider, and how soon a backlog is gone.

Four workers on PostgreSQL, as an office runs them, and a provider that takes a tenth of a second for each
text. Ten texts a second, of whose requests one in ten is refused as too fast. Then the provider is down while
ten minutes' worth of texts come due, and is back: first it answers nobody, then it says 503, then it refuses
connections. What it did not answer is in doubt, is asked about two minutes later, and is a person's work
where the provider does not have it; all the others have to leave at once: a minute after the provider is back
they are of no use any more, and one that has not left by then is dropped.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from sqlalchemy import exists, func, select

from benchmarks import texts_office as office
from benchmarks.claims import Claim
from handyman.extensions import db
from handyman.models import Attempt, Heartbeat, Message, MessageState
from tests import twilio

WORDS = {"texts-speed": (60, 45.0), "texts-speed-quick": (20, 32.0)}  # seconds of texts, seconds down
WORKERS, A_SECOND, TOO_FAST, OUTAGE = 4, 10, 0.1, 600
MOST_SECONDS, MOST_TO_CLEAR, MOST_IN_DOUBT = 10.0, 60.0, 180.0
SILENT, SAYS_503 = 20.0, 20.0  # seconds, before it refuses connections
SILENT_FOR = 18.0  # longer than a sender waits for an answer
WAITS = (MessageState.PENDING, MessageState.SENDING)
SOON = timedelta(seconds=2)  # from the workers' first tick to the first text
FIRST = 1_000_000  # who is written to in the outage
SEED = 7

Json = dict[str, Any]


def report(chosen: Collection[str]) -> tuple[list[Claim], Json]:
    figures = measure(*WORDS["texts-speed" if "texts-speed" in chosen else "texts-speed-quick"])
    soon, gone = figures["due_to_accepted"], figures["outage"]
    print(
        f"{soon['texts']} texts, {A_SECOND} a second, {soon['refused']} of {soon['requests']} requests too "
        f"fast, {WORKERS} workers: taken p50/p95/p99 {soon['p50']}/{soon['p95']}/{soon['p99']} s after due. "
        f"{gone['texts']:,} texts of {OUTAGE // 60} minutes without a provider: gone {gone['seconds']} s "
        f"after it came back, {gone['too_late']} too late, {gone['dropped']} dropped; "
        f"{gone['in_doubt']} were in doubt, "
        f"for {gone['doubt_seconds']} s, and {gone['for_a_person']} of them are for a person."
    )
    return claims(figures), figures


def claims(figures: Json) -> list[Claim]:
    soon, gone = figures["due_to_accepted"], figures["outage"]
    return [
        Claim("text due -> accepted, p99", soon["p99"], MOST_SECONDS, "what it may take", 1.0, "s"),
        Claim(
            "10 minutes' texts after an outage", gone["seconds"], MOST_TO_CLEAR, "what it may take", 1.0, "s"
        ),
        Claim(
            "the last doubt is settled", gone["doubt_seconds"], MOST_IN_DOUBT, "what it may take", 1.0, "s"
        ),
        *(
            Claim(f"of them {word}", abs(gone[what]), 0, "none", 1.0, "")
            for word, what in (
                ("sent too late", "too_late"),
                ("dropped as too late", "dropped"),
                ("lost", "lost"),
                ("twice", "doubled"),
            )
        ),
    ]


def measure(seconds: int, down: float) -> Json:
    with (
        office.provider() as provider,
        office.postgres() as url,
        tempfile.TemporaryDirectory() as folder,
    ):
        settings = office.environ(url, folder, provider.peer.address)
        with office.office(settings), office.workers(settings, WORKERS):
            return {"due_to_accepted": _soon(provider, seconds), "outage": _outage(provider, down)}


def _soon(provider: office.Provider, seconds: int) -> Json:
    chance = random.Random(SEED)
    too_fast = twilio.refuse(429, 20429, Retry_After="2")
    wanted = [too_fast, twilio.Handler.accept]
    provider.peer.faults = chance.choices(wanted, [TOO_FAST, 1 - TOO_FAST], k=4 * seconds * A_SECOND)
    _wait_for_workers()
    begin = datetime.now(UTC) + SOON
    texts = seconds * A_SECOND
    office.write_texts([begin + timedelta(seconds=number / A_SECOND) for number in range(texts)])
    _wait_until(lambda: _many(MessageState.ACCEPTED) >= texts, seconds + 90)
    took = [
        (finished - due).total_seconds()
        for due, finished in db.session.execute(
            select(Message.due_at, Attempt.finished_at)
            .join(Attempt, Attempt.outbox_id == Message.id)
            .where(Attempt.outcome == "accepted", Attempt.finished_at.is_not(None))
        )
    ]
    tried = select(func.count()).select_from(Attempt)
    spread = statistics.quantiles(took, n=100)
    return {
        "texts": len(took),
        "requests": db.session.scalar(tried),
        "refused": db.session.scalar(tried.where(Attempt.outcome == "slow")),
        **{f"p{at}": round(spread[at - 1], 2) for at in (50, 95, 99)},
        "most": round(max(took), 2),
    }


def _outage(provider: office.Provider, down: float) -> Json:
    texts = OUTAGE * A_SECOND
    provider.peer.faults, provider.peer.shares = [], [(_is_silent, 1.0)]
    end, before = datetime.now(UTC), len(provider.peer.taken)
    refuses = end + timedelta(seconds=SILENT + SAYS_503)
    is_back = refuses + timedelta(seconds=down)  # long enough for texts that were tried to wait the longest
    dues = [end - timedelta(seconds=number / A_SECOND) for number in range(texts)]
    not_after = is_back + timedelta(seconds=MOST_TO_CLEAR)
    office.write_texts(dues, FIRST, not_after=not_after)
    _sleep_until(end + timedelta(seconds=SILENT))
    provider.peer.shares = [(twilio.refuse(503), 1.0)]
    _sleep_until(refuses)
    provider.down()
    _sleep_until(is_back)
    provider.peer.shares = ()
    begun = time.monotonic()
    provider.up()
    in_doubt = _many(MessageState.UNKNOWN)
    _wait_until(lambda: not _many(*WAITS), 300)
    took = time.monotonic() - begun
    _wait_until(lambda: not _many(*WAITS, MessageState.UNKNOWN), 300)
    dropped, taken = _dropped(), provider.peer.taken[before:]
    for_a_person = _many(MessageState.NEEDS_PERSON, MessageState.EXPIRED) - dropped
    different = len({each["to"] for each in taken})
    taken_at = (parsedate_to_datetime(each["date_created"]) for each in taken)  # in whole seconds
    return {
        "texts": texts,
        "seconds": round(took, 1),
        "in_doubt": in_doubt,
        "doubt_seconds": round(time.monotonic() - begun, 1),
        "for_a_person": for_a_person,
        "too_late": sum(at > not_after for at in taken_at),
        "dropped": dropped,
        "lost": texts - different - for_a_person - dropped,
        "doubled": len(taken) - different,
    }


def _is_silent(_handler: twilio.Handler) -> None:
    """Not taken, and nothing is said for longer than anybody waits."""
    time.sleep(SILENT_FOR)


def _dropped() -> int:
    """Not sent while they were of use, though the provider had certainly not taken them."""
    in_doubt = exists().where(Attempt.outbox_id == Message.id, Attempt.outcome == "unknown")
    over = select(func.count()).select_from(Message).where(Message.state == MessageState.EXPIRED, ~in_doubt)
    return db.session.scalar(over) or 0


def _sleep_until(moment: datetime) -> None:
    time.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))


def _wait_for_workers() -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        db.session.rollback()
        if db.session.scalar(select(func.count()).select_from(Heartbeat)) == WORKERS:
            return
        time.sleep(0.25)
    raise SystemExit("the workers did not start")


def _many(*states: MessageState) -> int:
    db.session.rollback()
    wanted = select(func.count()).select_from(Message).where(Message.state.in_(states))
    return db.session.scalar(wanted) or 0


def _wait_until(done: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        time.sleep(0.25)
