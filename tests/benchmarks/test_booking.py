"""The simulation of callers: the same days everywhere, honest policies, and every broken promise counted."""

from dataclasses import replace

import pytest

from benchmarks import booking
from benchmarks.booking_book import Book
from benchmarks.booking_days import DAILY_CAP, WINDOWS, call_day
from benchmarks.booking_policies import POLICIES, Policy
from handyman.dispatch.routing import Plan

CALLS = 24
OURS = [
    replace(policy, between=bool(policy.between) * 20, evening=20) for policy in POLICIES if not policy.needs
]


def test_a_day_of_calls_is_the_same_on_every_machine() -> None:
    day = call_day(CALLS, 3)
    assert day == call_day(CALLS, 3)
    assert day != call_day(CALLS, 4)
    assert [caller.id for caller in day.callers] == list(range(1, CALLS + 1))
    assert all(
        len(set(caller.windows)) == 2 and set(caller.windows) <= set(WINDOWS) for caller in day.callers
    )
    assert {member.daily_cap for member in day.members} == {DAILY_CAP}


@pytest.mark.parametrize("policy", OURS, ids=[policy.name for policy in OURS])
def test_every_policy_keeps_what_it_promises(policy: Policy) -> None:
    tally = booking.simulate(policy, CALLS, days=1)
    assert tally.broken == 0
    assert tally.accepted == CALLS  # so few that nobody need be refused
    assert len(tally.decisions) == CALLS
    assert tally.travel > 0


def test_a_promise_that_is_dropped_is_counted() -> None:
    day = call_day(1, 1)
    (caller,) = day.callers
    book = Book(day)
    decision = OURS[0].decide(book, caller)
    assert decision is not None
    book.promise(caller.id, *decision)
    assert book.broken == 0
    book.follow(Plan(unassigned=(caller.id,)))
    assert book.broken == 1


@pytest.mark.parametrize(
    ("accepted", "travel", "broken", "holds"),
    [
        (48, 11.6, 0, [True, True, True]),
        (47.9, 11.6, 0, [False, True, True]),
        (48, 11.61, 0, [True, False, True]),
        (50, 10.0, 1, [True, True, False]),
    ],
)
def test_what_is_claimed_follows_from_the_figures(
    accepted: float, travel: float, broken: int, holds: list[bool]
) -> None:
    ours = {"accepted": accepted, "travel": travel, "broken": broken}
    rows = {"offline": {"accepted": 50, "travel": 10.0, "broken": 0}, booking.PROMISING.name: ours}
    rows["VROOM plans all anew"] = {"cannot": "vroom is not installed"}
    assert [claim.holds for claim in booking.claims({"calls": {"50": rows}})] == holds
    assert "vroom is not installed" in booking.table(rows)
