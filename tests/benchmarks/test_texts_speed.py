"""What is claimed of an outage follows from the figures."""

from typing import Any

import pytest

from benchmarks import texts_speed

GOOD = {"seconds": 31.0, "doubt_seconds": 120.0, "too_late": 0, "dropped": 0, "lost": 0, "doubled": 0}


@pytest.mark.parametrize("wrong", ["", *GOOD])
def test_each_of_them_can_fail(wrong: str) -> None:
    beyond: dict[str, Any] = {wrong: 1_000} if wrong else {}
    figures = {"due_to_accepted": {"p99": 1.0}, "outage": {**GOOD, **beyond}}
    assert sum(not claim.holds for claim in texts_speed.claims(figures)) == bool(wrong)
