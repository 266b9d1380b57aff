"""Taking the next texts that are due, beside procrastinate taking its next jobs on the same PostgreSQL.

A job carries a number. Ours are texts as offices have them: to residents about their visit, to members with
an offer and a link, so that everything is asked which has to be asked before a text may leave.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import text

from benchmarks import texts_office as office
from benchmarks.claims import Claim
from handyman import queueing
from handyman.extensions import db, settings
from handyman.messages.claims import claim_due
from handyman.messages.moments import stamp
from handyman.models import MessageKind
from tests import factories as make

WORDS = ("texts-claims",)
ROUNDS, IN_A_ROUND = 7, 160
MOST = 0.5  # of the time that procrastinate takes
NOON = datetime.fromisoformat("2026-11-25T12:00+09:00")  # texts may leave

Json = dict[str, Any]


def report(_chosen: Collection[str]) -> tuple[list[Claim], Json]:
    figures = measure()
    ours, theirs = figures["ours_ms"], figures["procrastinate_ms"]
    print(
        f"{figures['at_a_time']} texts taken at a time, {ours:.2f} ms each; "
        f"procrastinate takes a job in {theirs:.2f} ms."
    )
    return [Claim("taking a text that is due", ours, theirs, "a job, procrastinate", MOST)], figures


def measure() -> Json:
    """Turn about, so that both see the same machine; the median of the rounds counts."""
    with (
        office.postgres() as url,
        tempfile.TemporaryDirectory() as folder,
        office.office(office.environ(url, folder)) as app,
    ):
        app.extensions["clock"] = lambda: NOON
        _write_texts(ROUNDS * IN_A_ROUND)
        queueing.make_tables()
        return {"at_a_time": settings().sender_threads, **asyncio.run(_measure())}


def _write_texts(many: int) -> None:
    """Half of them to residents, half to members."""
    request = make.make_request()
    for _ in range(many // 2):
        member = make.make_member(skills=(), hours=False)
        visit = make.make_visit(request, members=[member], accepted=False)
        about = f"{visit.id}:{stamp(visit.window_start)}"
        make.make_message(make.make_person(), MessageKind.RESIDENT_BOOKED, visit, dedupe_key=f"visit:{about}")
        offer = visit.assignments[0].offers[0]
        make.make_message(
            member,
            MessageKind.MEMBER_OFFER,
            visit,
            "[동작핸디맨] 11/26(목) 10시 상도로 369 전등 {link}",
            dedupe_key=f"offer:{offer.id}:{stamp(visit.window_start)}",
            link=make.make_link(visit, member)[0],
        )
    db.session.commit()
    db.session.remove()


async def _measure() -> Json:
    from procrastinate import App, PsycopgConnector

    jobs = App(connector=PsycopgConnector(conninfo=queueing.address(), min_size=1, max_size=2))

    @jobs.task(name="nothing", queue="bench")
    def nothing(number: int) -> None:
        """It is taken and never done."""

    async with jobs.open_async():
        worker = await jobs.job_manager.register_worker()
        await nothing.batch_defer_async(*({"number": number} for number in range(ROUNDS * IN_A_ROUND)))
        db.session.execute(text("ANALYZE"))
        db.session.commit()

        async def theirs() -> None:
            for _ in range(IN_A_ROUND):
                assert await jobs.job_manager.fetch_job(["bench"], worker) is not None

        async def ours() -> None:
            at_a_time, left = settings().sender_threads, IN_A_ROUND
            while left:
                taken = len(claim_due(NOON, "twilio", min(at_a_time, left)))
                assert taken
                left -= taken

        took: dict[str, list[float]] = {"ours_ms": [], "procrastinate_ms": []}
        for _ in range(ROUNDS):
            took["ours_ms"].append(await _timed(ours))
            took["procrastinate_ms"].append(await _timed(theirs))
        return {name: round(statistics.median(each), 3) for name, each in took.items()}


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    begun = time.perf_counter()
    await work()
    return (time.perf_counter() - begun) * 1000 / IN_A_ROUND
