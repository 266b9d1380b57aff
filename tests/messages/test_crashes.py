"""Kills at random moments and a provider that fails: nothing is lost, nothing comes twice."""

from datetime import UTC, datetime, timedelta

import pytest

from handyman import queueing
from handyman.messages.gateways import TwilioGateway
from tests.conftest import Clock
from tests.crashes import Office, crash, jobs, journal, send_then_mark
from tests.twilio import Peer, tally

pytestmark = pytest.mark.usefixtures("session")
TEXTS, KILLS = 60, 10


@pytest.mark.usefixtures("any_database")
def test_senders_are_killed_at_random_and_nothing_is_lost_or_doubled(
    any_database: str, twilio: TwilioGateway, peer: Peer, clock: Clock
) -> None:
    """One sender on SQLite, four at once on PostgreSQL."""
    office = Office(twilio, peer, clock, senders=4 if any_database == "postgres" else 1)
    toll = crash(office, TEXTS, KILLS, journal)
    assert (toll.lost, toll.doubled) == (0, 0)
    assert toll.killed >= KILLS
    assert toll.died_over_one, "some had a text in hand"
    assert len(peer.taken) + toll.for_a_person >= TEXTS


@pytest.mark.settings(QUEUE="procrastinate")
@pytest.mark.parametrize(
    "any_database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
@pytest.mark.usefixtures("any_database")
def test_senders_that_jobs_wake_lose_and_double_nothing_either(
    twilio: TwilioGateway, peer: Peer, clock: Clock
) -> None:
    clock.set(datetime.now(UTC).replace(hour=1) + timedelta(days=1))  # ahead of PostgreSQL's, in the morning
    queueing.make_tables()
    toll = crash(Office(twilio, peer, clock, senders=2), TEXTS // 2, KILLS // 2, jobs)
    assert (toll.lost, toll.doubled) == (0, 0)
    assert toll.killed >= KILLS // 2
    assert len(peer.taken) + toll.for_a_person >= TEXTS // 2


def test_who_sends_first_and_marks_then_doubles_on_the_same_faults(
    twilio: TwilioGateway, peer: Peer, clock: Clock
) -> None:
    """The measure can tell the difference."""
    assert crash(Office(twilio, peer, clock, senders=1), TEXTS, 0, send_then_mark).doubled > 0


def test_what_nobody_took_is_lost_unless_a_person_has_it_and_what_was_taken_again_is_doubled() -> None:
    taken = [
        {"form": {"StatusCallback": f"https://a.test/x?outbox={each}&attempt=1"}} for each in (1, 2, 2, 3)
    ]
    counted = tally(taken, written=range(1, 6), given_up=[5])
    assert (counted.lost, counted.doubled) == ({4}, {2})
